"""Compute an assertion's support, its agreement, and its counts of papers with own findings and with background.

Support is the probability that the literature states it. It counts works, not sentences:

    support  = 1 − (s + (1 − s) × Π over read works r(work)) × Π over accepted works (1 − p(work))
    s        = `systematic`, the error that more works do not reduce: the extractor misreads a phrasing or a name in the
               same way in every work; measured for each extractor and predicate. Without read works, the factor is 1
    r(work)  = 1 − p(work) / (1 − s), the random error: a single read work gives support p(work)
    p(work)  = the highest p(evidence) among the work's sentences, 0 if the work is retracted, at most 1 − s if read
    p(evidence) = reading × certainty

    reading     the probability that the sentence states it: the extractor's score; `accepted` where curators accept it;
                0 where they reject it. Where one accepts and another rejects, the extractor's probability is kept and
                the evidence is marked disputed. An edit rejects the assertion and accepts the correction
    certainty   1 for a statement, `speculative` for a hedged one

A work is accepted where curators accept its best evidence, and read otherwise. Without accepted works, support is at
most 1 − s. Opposite claims lower agreement, not support.

    agreement = Σ p(work) over works that state it / (the same + Σ p(work) over works that state the opposite of it in
                the same cancers)

The sentence (`Claim.background`) and the kind of work decide between own finding and background: reviews and
introductions mostly report the work of others.

The split into systematic and random error, and the product over independent sources, here the extractors and the
curators, are those of INDRA's belief engine (Gyori et al., Mol Syst Biol 2017;13:954).
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from math import prod

from graph_schema.model import Predicate
from miner.model.assertions import (
    Agreement,
    Assertion,
    Evidence,
    EvidenceCounts,
    EvidenceRow,
    Verdict,
    VerdictStatus,
    WorkRef,
)
from miner.model.digests import digest
from miner.model.learned import base_extractor

CURATED = "exominer.curator"
"""The extractor of claims as curators corrected them."""


_COMBINED = "exominer.combined.v7"
SYSTEMATIC: Mapping[Predicate, float] = {
    Predicate.CARRIES: 0.020,
    Predicate.SECRETES: 0.036,
    Predicate.FOUND_IN: 0.023,
    Predicate.DELIVERED_TO: 0.037,
    Predicate.PROMOTES: 0.019,
    Predicate.INHIBITS: 0.024,
    Predicate.ACTIVATES: 0.048,
    Predicate.REPRESSES: 0.033,
    Predicate.REGULATES: 0.020,
    Predicate.BIOMARKER_OF: 0.030,
    Predicate.ELEVATED_IN: 0.028,
    Predicate.REDUCED_IN: 0.029,
    Predicate.TREATS: 0.035,
}
"""The systematic error of `exominer.combined.v7`, measured by `python -m pipelines.measure.belief`."""

_DIGITS = 6  # of a belief: finer than its inputs, coarse enough that the order of multiplication does not show


@dataclass(frozen=True, slots=True)
class BeliefModel:
    """The numbers of the formula above.

    `systematic` maps an extractor's versioned name to the share of claims that it misreads in the same way in every
    work, by predicate (`python -m pipelines.measure.belief`); `unmeasured` is the share assumed for extractors and
    predicates that have not been measured. `precision` maps an extractor to its measured steps, by predicate: pairs of
    a score and the share of claims that are right from this score on.
    """

    systematic: Mapping[str, Mapping[Predicate, float]] = field(default_factory=lambda: {_COMBINED: SYSTEMATIC})
    unmeasured: float = 0.3
    accepted: float = 0.99
    speculative: float = 0.5
    precision: Mapping[str, Mapping[Predicate, Sequence[tuple[float, float]]]] = field(default_factory=dict)

    @property
    def version(self) -> str:
        """A hash of the numbers: models of one version give the same beliefs."""
        return digest(json.dumps(asdict(self), sort_keys=True))

    def systematic_of(self, extractors: Iterable[str], predicate: Predicate) -> float:
        """The lowest systematic error of these extractors for a predicate."""
        measured = (self.systematic.get(base_extractor(name), {}) for name in extractors)
        return min(one.get(predicate, self.unmeasured) for one in measured)

    def precision_of(self, extractor: str, predicate: Predicate, score: float) -> float:
        """The highest precision measured from a score up to this one on; 0 where none was."""
        steps = self.precision.get(extractor, {}).get(predicate, ())
        return max((share for least, share in steps if least <= score), default=0.0)


DEFAULT_BELIEF = BeliefModel()
"""The belief model of this release."""


def weigh_evidence(id_: str, rows: Sequence[EvidenceRow], verdicts: Sequence[Verdict], model: BeliefModel) -> Evidence:
    """One evidence from all claims that extractors made of a sentence, represented by that with the highest belief."""
    latest = _latest_verdicts(id_, verdicts)
    decision = _combine_verdicts(latest)

    def weigh(row: EvidenceRow) -> tuple[float, float]:
        claim = row.claim
        reading = min(claim.score, 1.0 - model.systematic_of((claim.extractor,), claim.predicate))
        if decision in ("accepted", "rejected"):
            reading = model.accepted if decision == "accepted" else 0.0
        return reading, model.speculative if claim.speculative else 1.0

    best = max(rows, key=lambda r: (prod(weigh(r)), r.claim.score, r.claim.extractor, -r.claim.start, r.section))
    reading, certainty = weigh(best)
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
        background=best.work.kind == "review" or all(row.claim.background for row in rows),
        belief=0.0 if best.work.retracted else round(reading * certainty, _DIGITS),
        precision=1.0 if decision == "accepted" else max(_precisions(rows, model)),
        verdict=decision,
        verdicts=latest,
        vesicles=vesicles.id if (vesicles := claim.involved_vesicles) else "",
        source_known=claim.source_known,
        source_score=claim.source_score or None,
        recipients=tuple(sorted({recipient.id for recipient in claim.recipients})),
    )


def _precisions(rows: Iterable[EvidenceRow], model: BeliefModel) -> Iterator[float]:
    for claim in (row.claim for row in rows):
        yield model.precision_of(claim.extractor, claim.predicate, claim.score)


def _latest_verdicts(evidence: str, verdicts: Sequence[Verdict]) -> tuple[Verdict, ...]:
    """Each curator's latest verdict on an evidence; one on this sentence takes precedence over one on the assertion."""
    last: dict[str, Verdict] = {}
    for verdict in sorted(verdicts, key=lambda v: (v.evidence != "", v.at, v.decision)):
        if verdict.evidence in ("", evidence):
            last[verdict.curator] = verdict
    return tuple(last[curator] for curator in sorted(last))


def settle(evidence: str, verdicts: Sequence[Verdict]) -> VerdictStatus | None:
    """What curators' verdicts on an assertion come to for one evidence of it; None where there are none."""
    return _combine_verdicts(_latest_verdicts(evidence, verdicts))


def _combine_verdicts(verdicts: Sequence[Verdict]) -> VerdictStatus | None:
    decisions = {"accept" if v.decision == "accept" else "reject" for v in verdicts}
    if len(decisions) == 2:
        return "disputed"
    if not decisions:
        return None
    return "accepted" if "accept" in decisions else "rejected"


def count_evidence(evidence: Iterable[Evidence], predicate: Predicate, model: BeliefModel) -> EvidenceCounts:
    """Counts over evidence of a predicate that is neither rejected nor retracted."""
    counted = [e for e in evidence if e.counts]
    works = {e.work.id: e.work for e in counted}
    own = {e.work.id for e in counted if not e.background}
    years = [w.year for w in works.values() if w.year is not None]
    dates = [w.published for w in works.values() if w.published]
    return EvidenceCounts(
        belief=_support(_Weights.of(counted, predicate, model)),
        precision=max((e.precision for e in counted), default=0.0),
        papers=len(works),
        own=len(own),
        background=len(works) - len(own),
        reviews=sum(w.kind == "review" for w in works.values()),
        sentences=len({(e.work.id, e.sentence) for e in counted}),
        first_year=min(years, default=None),
        last_year=max(years, default=None),
        first_published=min(dates, default=None),
    )


def belief_without_best(evidence: Iterable[Evidence], predicate: Predicate, model: BeliefModel) -> float:
    """The belief if the work that it rests on most were left out: the lowest that leaving out one work gives."""
    counted = [e for e in evidence if e.counts]
    best = max(_best_by_work(counted).values(), key=_rank, default=None)
    return _support(_Weights.of((e for e in counted if best and e.work.id != best.work.id), predicate, model))


def count_agreement(for_: Iterable[Evidence], against: Iterable[Evidence]) -> Agreement:
    """Compute agreement from the works that state an assertion and those that state the opposite, by p(work)."""
    stating = [e.belief for e in _best_by_work(for_).values() if e.belief > 0]
    opposing = [e.belief for e in _best_by_work(against).values() if e.belief > 0]
    total = sum(stating) + sum(opposing)
    share = round(sum(stating) / total, _DIGITS) if total else 0.0
    return Agreement(share, len(opposing), round(sum(stating), _DIGITS), round(sum(opposing), _DIGITS))


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


@dataclass(frozen=True, slots=True)
class _Weights:
    """The inputs of support: s, and p(work) of read and of accepted works, each highest first."""

    systematic: float
    read: tuple[float, ...]
    accepted: tuple[float, ...]

    @classmethod
    def of(cls, evidence: Iterable[Evidence], predicate: Predicate, model: BeliefModel) -> "_Weights":
        best = _best_by_work(evidence).values()
        read = [e for e in best if e.verdict != "accepted"]
        s = model.systematic_of((e.extractor for e in read), predicate) if read else 0.0
        accepted = (e.belief for e in best if e.verdict == "accepted")
        return cls(s, tuple(sorted((e.belief for e in read), reverse=True)), tuple(sorted(accepted, reverse=True)))

    @property
    def random(self) -> tuple[float, ...]:
        """r(work) of each read work."""
        return tuple(max(0.0, 1.0 - p / (1.0 - self.systematic)) for p in self.read)


def _support(weights: _Weights) -> float:
    s = weights.systematic
    misread = s + (1.0 - s) * prod(weights.random) if weights.read else 1.0
    return round(1.0 - misread * prod(1.0 - p for p in weights.accepted), _DIGITS)


@dataclass(frozen=True, slots=True)
class Explanation:
    """How an assertion's numbers are computed. `works` holds (work, p(work), its evidence, highest belief first).

    `support`, `agreement` and `papers` are the formulas with their numbers, each on one line.
    """

    works: tuple[tuple[WorkRef, float, tuple[Evidence, ...]], ...]
    support: str
    agreement: str
    papers: str


def explain(assertion: Assertion, model: BeliefModel = DEFAULT_BELIEF) -> Explanation:
    """Explain the numbers computed from an assertion's evidence, works with the highest p(work) first."""
    by_work: dict[str, list[Evidence]] = defaultdict(list)
    for e in assertion.evidence:
        by_work[e.work.id].append(e)
    best = _best_by_work(assertion.evidence)
    works = [
        (listed[0].work, best[id_].belief, tuple(sorted(listed, key=_rank, reverse=True)))
        for id_, listed in by_work.items()
    ]
    tally, weights = assertion.tally, _Weights.of(assertion.evidence, assertion.predicate, model)
    return Explanation(
        tuple(sorted(works, key=lambda w: (-w[1], w[0].id))),
        _write_support(tally.belief, weights),
        _write_agreement(assertion.agreement),
        f"papers = {tally.papers}: {tally.own} by own finding, {tally.background} by background",
    )


def _write_support(support: float, weights: _Weights) -> str:
    s = weights.systematic
    read = " × ".join(f"{r:.3f}" for r in weights.random)
    factors = [f"({s:g} + {1 - s:g} × {read})"] if read else []
    factors += [f"(1 − {p:.3f})" for p in weights.accepted]
    return f"support = 1 − {' × '.join(factors)} = {support:.3f}" if factors else "support = 0.000: no evidence"


def _write_agreement(agreement: Agreement) -> str:
    for_, against = agreement.weight_for, agreement.weight_against
    if not for_ + against:
        return "agreement = 0.000: no evidence"
    opposing = f"{agreement.against or 'no'} work{'' if agreement.against == 1 else 's'} against in the same cancers"
    return f"agreement = {for_:.3f} / ({for_:.3f} + {against:.3f}) = {agreement.share:.3f}: {opposing}"
