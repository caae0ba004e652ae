"""Assemble claims into assertions, one pair of entities at a time. The functions are pure and deterministic."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import combinations

from graph_schema.model import OPPOSITES, EntityType, Predicate, allowed
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
from miner.model.claims import Claim, EntityRef


def assemble_pair(
    subject: str,
    object_: str,
    rows: Iterable[EvidenceRow],
    verdicts: Iterable[Verdict] = (),
    model: BeliefModel = DEFAULT_BELIEF,
) -> PairSubgraph:
    """All that the graph holds of one pair, from every claim whose ends are `subject` and `object_`, in any order."""
    rows, verdicts = list(rows), list(verdicts)
    for row, agreed in corrections(rows, verdicts):
        if row.claim.ends == (subject, object_):
            rows.append(row)
            verdicts.append(agreed)
    by_assertion = _by_assertion(rows)
    given: dict[str, list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        given[verdict.assertion].append(verdict)
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


def corrections(rows: Iterable[EvidenceRow], verdicts: Iterable[Verdict]) -> list[tuple[EvidenceRow, Verdict]]:
    """Claims as curators' edits correct them, some on another pair, each with the verdict that accepts it.

    What is itself a correction is not corrected again, and an edit that does not fit its claim only rejects it.
    """
    by_assertion = _by_assertion(rows)
    corrected = []
    for edit in verdicts:
        for row in by_assertion.get(edit.assertion, ()) if edit.decision == "edit" else ():
            claim = correct(row.claim, edit) if edit.evidence in ("", evidence_id(row.claim, row.work.id)) else None
            if claim and row.claim.extractor != CURATED:
                evidence = evidence_id(claim, row.work.id)
                agreed = Verdict(assertion_id(claim), evidence, edit.curator, "accept", edit.why, edit.at)
                corrected.append((replace(row, claim=claim), agreed))
    return corrected


def _by_assertion(rows: Iterable[EvidenceRow]) -> dict[str, list[EvidenceRow]]:
    found: dict[str, list[EvidenceRow]] = defaultdict(list)
    for row in rows:
        found[assertion_id(row.claim)].append(row)
    return found


def correct(claim: Claim, edit: Verdict) -> Claim | None:
    """The claim as a curator's edit corrects it; None where the predicate may not join its subject and object."""
    subject, object_ = _in_place_of(claim.subject, edit.new_subject), _in_place_of(claim.object, edit.new_object)
    name = edit.correction.removeprefix("NOT ")
    if (
        subject.id == object_.id
        or name not in set(Predicate)
        or not allowed(Predicate(name), subject.type, object_.type)
    ):
        return None
    sources_hold = (subject.population, object_.population) == (claim.subject.population, claim.object.population)
    return replace(
        claim,
        subject=subject,
        object=object_,
        predicate=Predicate(name),
        negated=edit.correction.startswith("NOT "),
        cancers=_cancers(claim, subject, object_),
        sources=claim.sources if sources_hold else (),
        source_known=claim.source_known if sources_hold else "",
        extractor=CURATED,
    )


def _in_place_of(old: EntityRef, new: EntityRef | None) -> EntityRef:
    """The entity that a sentence means, by the names that the sentence uses."""
    return replace(new, mentions=old.mentions) if new else old


def _cancers(claim: Claim, subject: EntityRef, object_: EntityRef) -> tuple[EntityRef, ...]:
    """The cancers of a claim with a corrected subject and object: one that was an end of the claim is corrected too."""
    new = {claim.subject.id: subject, claim.object.id: object_}
    cancers = {c.id: c for cancer in claim.cancers if (c := new.get(cancer.id, cancer)).type is EntityType.CANCER}
    return tuple(cancers.values())


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
