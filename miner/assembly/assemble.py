"""Assemble claims into assertions, one pair of entities at a time. The functions are pure and deterministic."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations

from graph_schema.model import OPPOSITES, Predicate, allowed
from miner.assembly.belief import (
    CURATED,
    DEFAULT_BELIEF,
    BeliefModel,
    belief_without_best,
    count_agreement,
    count_evidence,
    weigh_evidence,
)
from miner.model.assertions import (
    Assertion,
    Contradiction,
    EvidenceRow,
    PairSubgraph,
    RelationSummary,
    Verdict,
    assertion_id,
    evidence_id,
)
from miner.model.claims import Claim


def assemble_pair(
    subject: str,
    object_: str,
    rows: Iterable[EvidenceRow],
    verdicts: Iterable[Verdict] = (),
    model: BeliefModel = DEFAULT_BELIEF,
) -> PairSubgraph:
    """All that the graph holds of one pair, from every claim whose ends are `subject` and `object_`, in any order."""
    by_assertion: dict[str, list[EvidenceRow]] = defaultdict(list)
    for row in rows:
        by_assertion[assertion_id(row.claim)].append(row)
    given: dict[str, list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        given[verdict.assertion].append(verdict)
    for row, agreed in _apply_edits(by_assertion, given):
        by_assertion[agreed.assertion].append(row)
        given[agreed.assertion].append(agreed)
    read = [_assertion(id_, by_assertion[id_], given[id_], model) for id_ in sorted(by_assertion)]
    assertions = tuple(_compare(assertion, read) for assertion in read)
    refs = {ref.id: ref for rows_ in by_assertion.values() for row in rows_ for ref in row.claim.refs}
    pair = PairSubgraph(
        subject,
        object_,
        {id_: refs[id_].type for id_ in sorted(refs)},
        {id_: population for id_ in sorted(refs) if (population := refs[id_].population)},
        assertions,
        tuple(_relations(assertions, model)),
    )
    return pair if pair.joins_source else replace(pair, contradictions=tuple(_contradictions(assertions)))


def _apply_edits(
    by_assertion: Mapping[str, Sequence[EvidenceRow]], given: Mapping[str, Sequence[Verdict]]
) -> list[tuple[EvidenceRow, Verdict]]:
    """Claims as curators corrected them, each with the verdict that accepts it."""
    edited = []
    for id_, rows in by_assertion.items():
        for verdict in given.get(id_, ()):
            if verdict.decision != "edit" or not fits(rows[0].claim, verdict.correction):
                continue  # an imported edit whose correction does not fit the pair only rejects
            for row in rows:
                if verdict.evidence in ("", evidence_id(row.claim, row.work.id)):
                    claim = _correct(row.claim, verdict.correction)
                    evidence = evidence_id(claim, row.work.id)
                    agreed = Verdict(assertion_id(claim), evidence, verdict.curator, "accept", verdict.why, verdict.at)
                    edited.append((replace(row, claim=claim), agreed))
    return edited


def fits(claim: Claim, correction: str) -> bool:
    """Whether a curator's `correction` ("INHIBITS", "NOT INHIBITS") is a predicate that may join the claim's ends."""
    name = correction.removeprefix("NOT ")
    return name in set(Predicate) and allowed(Predicate(name), claim.subject.type, claim.object.type)


def _correct(claim: Claim, correction: str) -> Claim:
    predicate = Predicate(correction.removeprefix("NOT "))
    return replace(claim, predicate=predicate, negated=correction.startswith("NOT "), extractor=CURATED)


def _assertion(id_: str, rows: Sequence[EvidenceRow], verdicts: Sequence[Verdict], model: BeliefModel) -> Assertion:
    by_evidence: dict[str, list[EvidenceRow]] = defaultdict(list)
    for row in rows:
        by_evidence[evidence_id(row.claim, row.work.id)].append(row)
    evidence = tuple(weigh_evidence(e, by_evidence[e], verdicts, model) for e in sorted(by_evidence))
    counted = [e for e in evidence if e.counts]
    claim = rows[0].claim
    return Assertion(
        id=id_,
        predicate=claim.predicate,
        subject=claim.subject.id,
        object=claim.object.id,
        negated=claim.negated,
        cancers=tuple(sorted({c.id for c in claim.cancers})),
        tally=count_evidence(evidence, claim.predicate, model),
        belief_without_best=belief_without_best(evidence, claim.predicate, model),
        agreement=count_agreement(evidence, ()),
        speculative=all(e.speculative for e in counted or evidence),
        disputed=any(e.verdict == "disputed" for e in evidence),
        retracted=all(e.work.retracted for e in evidence),
        evidence=evidence,
    )


def _compare(assertion: Assertion, others: Iterable[Assertion]) -> Assertion:
    """Add to an assertion its agreement, computed against the assertions of the opposite in the same cancers."""
    against = [e for o in others if o.cancers == assertion.cancers and are_opposite(assertion, o) for e in o.evidence]
    return replace(assertion, agreement=count_agreement(assertion.evidence, against)) if against else assertion


def are_opposite(one: Assertion, other: Assertion) -> bool:
    """Whether two assertions contradict each other, if they are on the same subject and object."""
    if one.predicate == other.predicate:
        return one.negated != other.negated
    return OPPOSITES.get(one.predicate) == other.predicate and not one.negated and not other.negated


def _relations(assertions: Sequence[Assertion], model: BeliefModel) -> Iterator[RelationSummary]:
    """One for each predicate that is asserted; a claim that is only ever negated makes no relationship."""
    for predicate in sorted({a.predicate for a in assertions if not a.negated}):
        asserting = [e for a in assertions if a.predicate == predicate and not a.negated for e in a.evidence]
        negating = [e for a in assertions if a.predicate == predicate and a.negated for e in a.evidence]
        yield RelationSummary(
            predicate=predicate,
            tally=count_evidence(asserting, predicate, model),
            negated=len({(e.work.id, e.sentence) for e in negating if e.counts}),
            speculative=len({(e.work.id, e.sentence) for e in asserting if e.counts and e.speculative}),
        )


def _works_of(assertion: Assertion) -> frozenset[str]:
    """The ids of the works that state an assertion, neither rejected nor retracted."""
    return frozenset(e.work.id for e in assertion.evidence if e.counts)


def _contradictions(assertions: Sequence[Assertion]) -> Iterator[Contradiction]:
    """Opposite assertions over all cancers, of which each is stated by a work that does not state the other."""
    works = {a.id: _works_of(a) for a in assertions}
    for one, other in combinations(sorted(assertions, key=lambda a: a.id), 2):
        apart = works[one.id] - works[other.id] and works[other.id] - works[one.id]
        if apart and are_opposite(one, other):
            belief = min(one.tally.belief, other.tally.belief)
            yield Contradiction(one.id, other.id, one.cancers == other.cancers, belief)
