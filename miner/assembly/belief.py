"""Compute belief: the probability that an assertion has been found, from its evidence and verdicts.

Belief counts works, not sentences:

    belief(assertion) = 1 − Π over works (1 − p(work))
    p(work)           = the highest p(evidence) among the work's sentences, 0 if the work is retracted
    p(evidence)       = reading × certainty × article

    reading     the probability that the sentence states it: the extractor's score, at most the extractor's measured
                precision; `accepted` where curators accept it; 0 where they reject it. Where one accepts and another
                rejects, the extractor's probability is kept and the evidence is marked disputed. An edit rejects the
                assertion and accepts the correction
    certainty   1 for a statement, `speculative` for a hedged one
    article     1 for research, `review` for a review, which mostly cites the work of others

The noisy-or over independent sources is the random-error part of INDRA's belief engine (Gyori et al., Mol Syst Biol
2017;13:954).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from math import prod

from miner.model.assertions import (
    Assertion,
    Evidence,
    EvidenceCounts,
    EvidenceRow,
    Verdict,
    VerdictStatus,
    WorkRef,
    digest,
)

CURATED = "exominer.curator"
"""The extractor of claims as curators corrected them."""


_DIGITS = 6  # of a belief: finer than its inputs, coarse enough that the order of multiplication does not show


@dataclass(frozen=True, slots=True)
class BeliefModel:
    """The numbers of the formula above.

    `precisions` maps an extractor's versioned name to its measured precision; where its scores are calibrated
    probabilities, to the precision of its highest-scoring claims, which bounds a score (`exominer eval` prints it).
    """

    precisions: Mapping[str, float] = field(default_factory=lambda: {"exominer.combined.v3": 0.9})
    unmeasured: float = 0.7
    accepted: float = 0.99
    speculative: float = 0.5
    review: float = 0.7

    @property
    def version(self) -> str:
        """A hash of the numbers: models of one version give the same beliefs."""
        parts = {**asdict(self), "precisions": sorted(self.precisions.items())}
        return digest(*(f"{k}={v}" for k, v in sorted(parts.items())))


DEFAULT_BELIEF = BeliefModel()
"""The belief model of this release."""


def weigh_evidence(id_: str, rows: Sequence[EvidenceRow], verdicts: Sequence[Verdict], model: BeliefModel) -> Evidence:
    """One evidence from all claims that extractors made of a sentence, represented by that with the highest belief."""
    latest = _latest_verdicts(id_, verdicts)
    decision = _combine_verdicts(latest)

    def weigh(row: EvidenceRow) -> tuple[float, float, float]:
        claim = row.claim
        reading = min(claim.score, model.precisions.get(claim.extractor, model.unmeasured))
        if decision in ("accepted", "rejected"):
            reading = model.accepted if decision == "accepted" else 0.0
        certainty = model.speculative if claim.speculative else 1.0
        return reading, certainty, model.review if row.work.kind == "review" else 1.0

    best = max(rows, key=lambda r: (prod(weigh(r)), r.claim.score, r.claim.extractor, -r.claim.start, r.section))
    reading, certainty, article = weigh(best)
    claim = best.claim
    return Evidence(
        id=id_,
        work=best.work,
        sentence=claim.sentence,
        start=claim.start,
        end=claim.end,
        section=best.section,
        speculative=claim.speculative,
        score=claim.score,
        extractor=claim.extractor,
        extractors=tuple(sorted({r.claim.extractor for r in rows})),
        context=claim.context,
        reading=reading,
        certainty=certainty,
        article=article,
        belief=0.0 if best.work.retracted else round(reading * certainty * article, _DIGITS),
        verdict=decision,
        verdicts=latest,
    )


def _latest_verdicts(evidence: str, verdicts: Sequence[Verdict]) -> tuple[Verdict, ...]:
    """Each curator's latest verdict on an evidence; one on this sentence takes precedence over one on the assertion."""
    last: dict[str, Verdict] = {}
    for verdict in sorted(verdicts, key=lambda v: (v.evidence != "", v.at, v.decision)):
        if verdict.evidence in ("", evidence):
            last[verdict.curator] = verdict
    return tuple(last[curator] for curator in sorted(last))


def _combine_verdicts(verdicts: Sequence[Verdict]) -> VerdictStatus | None:
    decisions = {"accept" if v.decision == "accept" else "reject" for v in verdicts}
    if len(decisions) == 2:
        return "disputed"
    if not decisions:
        return None
    return "accepted" if "accept" in decisions else "rejected"


def count_evidence(evidence: Iterable[Evidence]) -> EvidenceCounts:
    """Counts over evidence that is neither rejected nor retracted."""
    counted = [e for e in evidence if e.counts]
    works = {e.work.id: e.work for e in counted}
    years = [w.year for w in works.values() if w.year is not None]
    dates = [w.published for w in works.values() if w.published]
    return EvidenceCounts(
        belief=_belief(_by_work(counted).values()),
        papers=len(works),
        reviews=sum(w.kind == "review" for w in works.values()),
        sentences=len({(e.work.id, e.sentence) for e in counted}),
        first_year=min(years, default=None),
        last_year=max(years, default=None),
        first_published=min(dates, default=None),
    )


def _by_work(evidence: Iterable[Evidence]) -> dict[str, float]:
    """p(work) by work id."""
    best: dict[str, float] = {}
    for e in evidence:
        best[e.work.id] = max(e.belief, best.get(e.work.id, 0.0))
    return best


def _belief(works: Iterable[float]) -> float:
    return round(1.0 - prod(1.0 - p for p in sorted(works)), _DIGITS)


@dataclass(frozen=True, slots=True)
class Explanation:
    """An assertion's belief, with (work, p(work), its evidence, highest belief first) for each work."""

    belief: float
    works: tuple[tuple[WorkRef, float, tuple[Evidence, ...]], ...]

    @property
    def formula(self) -> str:
        """The arithmetic with its numbers, on one line."""
        factors = " × ".join(f"(1 − {p:.3f})" for _, p, _ in self.works)
        return f"belief = 1 − {factors} = {self.belief:.3f}" if factors else "belief = 0.000: no evidence"


def explain(assertion: Assertion) -> Explanation:
    """Every number of an assertion's belief, works with the highest probability first."""
    by_work: dict[str, list[Evidence]] = defaultdict(list)
    for e in assertion.evidence:
        by_work[e.work.id].append(e)
    best = _by_work(assertion.evidence)
    works = [
        (listed[0].work, best[id_], tuple(sorted(listed, key=lambda e: (-e.belief, e.id))))
        for id_, listed in by_work.items()
    ]
    return Explanation(assertion.tally.belief, tuple(sorted(works, key=lambda w: (-w[1], w[0].id))))
