"""Compute belief: the probability that an assertion has been found, from its evidence and verdicts.

Belief counts works, not sentences:

    belief(assertion) = 1 − (s + (1 − s) × Π over read works (1 − p(work))) × Π over accepted works (1 − p(work))
    s                 = `systematic`, the error that more works do not take away: the extractor misreads a phrasing, or
                        takes one name for another, in the same way in every work; without read works, the factor is 1
    p(work)           = the highest p(evidence) among the work's sentences, 0 if the work is retracted
    p(evidence)       = reading × certainty × article

    reading     the probability that the sentence states it: the extractor's score, at most the extractor's measured
                precision; `accepted` where curators accept it; 0 where they reject it. Where one accepts and another
                rejects, the extractor's probability is kept and the evidence is marked disputed. An edit rejects the
                assertion and accepts the correction
    certainty   1 for a statement, `speculative` for a hedged one
    article     1 for research, `review` for a review, which mostly cites the work of others

A work is accepted where the evidence that counts for it is accepted by curators, and read otherwise. So no belief
exceeds 1 − s on the extractors' readings alone.

The split into systematic and random error, and the product over independent sources, here the extractors and the
curators, are those of INDRA's belief engine (Gyori et al., Mol Syst Biol 2017;13:954).
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
    `systematic` is the share of claims that an extractor misreads in every work alike: an estimate below INDRA's 0.05
    for machine readers, and below the error measured among the highest-scoring claims (`exominer eval`).
    """

    precisions: Mapping[str, float] = field(default_factory=lambda: {"exominer.combined.v5": 0.9})
    unmeasured: float = 0.7
    systematic: float = 0.03
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


def count_evidence(evidence: Iterable[Evidence], model: BeliefModel) -> EvidenceCounts:
    """Counts over evidence that is neither rejected nor retracted."""
    counted = [e for e in evidence if e.counts]
    works = {e.work.id: e.work for e in counted}
    years = [w.year for w in works.values() if w.year is not None]
    dates = [w.published for w in works.values() if w.published]
    return EvidenceCounts(
        belief=_belief(_best_by_work(counted).values(), model),
        papers=len(works),
        reviews=sum(w.kind == "review" for w in works.values()),
        sentences=len({(e.work.id, e.sentence) for e in counted}),
        first_year=min(years, default=None),
        last_year=max(years, default=None),
        first_published=min(dates, default=None),
    )


def _best_by_work(evidence: Iterable[Evidence]) -> dict[str, Evidence]:
    """The evidence that counts for each work, by work id: the one believed most, accepted before read."""
    best: dict[str, Evidence] = {}
    for e in evidence:
        known = best.get(e.work.id)
        if known is None or _rank(e) > _rank(known):
            best[e.work.id] = e
    return best


def _rank(evidence: Evidence) -> tuple[float, bool, str]:
    return evidence.belief, evidence.verdict == "accepted", evidence.id


def _belief(counted: Iterable[Evidence], model: BeliefModel) -> float:
    read, accepted = _split(counted)
    misread = model.systematic + (1.0 - model.systematic) * prod(1.0 - p for p in read)
    return round(1.0 - misread * prod(1.0 - p for p in accepted), _DIGITS)


def _split(counted: Iterable[Evidence]) -> tuple[list[float], list[float]]:
    """p(work) of the works that are only read, and of those that curators accepted; each highest first."""
    read: list[float] = []
    accepted: list[float] = []
    for e in counted:
        (accepted if e.verdict == "accepted" else read).append(e.belief)
    return sorted(read, reverse=True), sorted(accepted, reverse=True)


@dataclass(frozen=True, slots=True)
class Explanation:
    """An assertion's belief, work by work: (the work, p(work), its evidence, the one that counts first).

    `formula` is the arithmetic with its numbers, on one line.
    """

    belief: float
    works: tuple[tuple[WorkRef, float, tuple[Evidence, ...]], ...]
    formula: str


def explain(assertion: Assertion, model: BeliefModel = DEFAULT_BELIEF) -> Explanation:
    """Every number that went into an assertion's belief, the works that count most first."""
    by_work: dict[str, list[Evidence]] = defaultdict(list)
    for e in assertion.evidence:
        by_work[e.work.id].append(e)
    best = _best_by_work(assertion.evidence)
    works = [
        (listed[0].work, best[id_].belief, tuple(sorted(listed, key=_rank, reverse=True)))
        for id_, listed in by_work.items()
    ]
    return Explanation(
        assertion.tally.belief,
        tuple(sorted(works, key=lambda w: (-w[1], w[0].id))),
        _formula(assertion.tally.belief, best.values(), model),
    )


def _formula(belief: float, counted: Iterable[Evidence], model: BeliefModel) -> str:
    read, accepted = (" × ".join(f"(1 − {p:.3f})" for p in works) for works in _split(counted))
    if read:
        s = model.systematic
        read = f"({s:g} + {1 - s:g} × {read})"
    factors = " × ".join(part for part in (read, accepted) if part)
    return f"belief = 1 − {factors} = {belief:.3f}" if factors else "belief = 0.000: no evidence"
