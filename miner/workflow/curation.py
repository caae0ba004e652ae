"""Give and undo curators' verdicts on assertions, and compute how beliefs change."""

from collections.abc import Iterable
from dataclasses import dataclass

from graph_schema.model import Predicate
from miner.assembly.assemble import fits
from miner.corpus import Corpus, now
from miner.errors import UsageError
from miner.model.assertions import MIN_BELIEF_CHANGE, Assertion, Decision, Verdict
from miner.model.claims import Claim
from miner.model.corrections import parse_entity_correction
from miner.workflow.assembly import find_assertion, pair_graphs
from miner.workflow.teaching import complete_entity_correction

DECISIONS: tuple[Decision, ...] = ("accept", "reject", "edit")

Names = dict[str, str]


@dataclass(frozen=True, slots=True)
class BeliefChange:
    """An assertion in words with its belief before and after a verdict; None if it did not or does not exist."""

    assertion: str
    statement: str
    before: float | None
    after: float | None


def get_assertion(corpus: Corpus, id_: str) -> Assertion:
    """The assertion with this id. Raises UsageError for an unknown id."""
    found = find_assertion(corpus, id_)
    if found is None:
        raise UsageError(
            f"{id_}: no such assertion in this corpus - queries print the ids, as in: exominer query headline"
        )
    return found


def claims_of(corpus: Corpus, assertion: Assertion) -> list[Claim]:
    """The claims on the assertion's two entities."""
    return [claim for _, claim in corpus.claims_of(assertion.subject, assertion.object)]


def names_in(corpus: Corpus, assertion: Assertion) -> Names:
    """The names, by id, of the entities that claims on the assertion's pair name, with the sources of vesicles."""
    return names_of(claims_of(corpus, assertion))


def names_of(claims: Iterable[Claim]) -> Names:
    """The names, by id, of the entities that claims name; vesicles of a source with it: "macrophage exosomes"."""
    return {ref.id: ref.full_name for claim in claims for ref in (*claim.refs, *claim.sources)}


def statement_parts(assertion: Assertion, names: Names) -> tuple[str, str, str, str]:
    """Subject, predicate, object and cancers of an assertion in words: ("miR-21", "NOT PROMOTES", "growth", "")."""
    cancers = ", ".join(names.get(c, c) for c in assertion.cancers if c not in (assertion.subject, assertion.object))
    return (
        names.get(assertion.subject, assertion.subject),
        assertion.signed_predicate,
        names.get(assertion.object, assertion.object),
        cancers,
    )


def describe(assertion: Assertion, names: Names) -> str:
    """The assertion on one line: "miR-21 —PROMOTES→ metastasis in colorectal cancer"."""
    subject, predicate, object_, cancers = statement_parts(assertion, names)
    return f"{subject} —{predicate}→ {object_}{f' in {cancers}' if cancers else ''}"


def fitting_predicates(corpus: Corpus, assertion: Assertion) -> list[Predicate]:
    """The predicates that may join the assertion's subject and object."""
    claim = claims_of(corpus, assertion)[0]
    return [predicate for predicate in Predicate if fits(claim, predicate)]


def check_correction(decision: str, correction: str) -> None:
    """Raise UsageError for an edit without a correction, or a correction without an edit."""
    if bool(correction) != (decision == "edit"):
        raise UsageError("edit needs --correction, and only edit takes it")


def complete_correction(corpus: Corpus, assertion: Assertion, correction: str) -> str:
    """The correction as it is stored: a predicate in capitals, or an entity with the text that names it.

    Raises UsageError for one that cannot replace the assertion's predicate, subject or object.
    """
    if parse_entity_correction(correction):
        return complete_entity_correction(claims_of(corpus, assertion), assertion, correction)
    correction = correction.strip().upper()
    if fits(claims_of(corpus, assertion)[0], correction):
        return correction
    fitting = ", ".join(fitting_predicates(corpus, assertion))
    raise UsageError(
        f"{correction!r} does not fit - give one of {fitting}, with NOT before it for a denial, or SUBJECT = ID or"
        " OBJECT = ID for another entity"
    )


def give_verdict(
    corpus: Corpus,
    assertion: Assertion,
    evidence: str,
    curator: str,
    decision: Decision,
    why: str,
    correction: str = "",
) -> list[BeliefChange]:
    """Store a verdict on an assertion, or on one of its sentences; returns the changed beliefs.

    Raises UsageError for unknown evidence, or a correction that does not fit the decision.
    """
    check_correction(decision, correction)
    if evidence and evidence not in {e.id for e in assertion.evidence}:
        raise UsageError(f"{evidence} is not evidence of {assertion.id} - see: exominer explain {assertion.id} --json")
    if correction:
        correction = complete_correction(corpus, assertion, correction)
    pair = (assertion.subject, assertion.object)
    before = _beliefs(corpus, pair)
    corpus.put_verdict(Verdict(assertion.id, evidence, curator, decision, why, now(), correction), pair)
    return _changes(before, _beliefs(corpus, pair))


def undo_verdict(corpus: Corpus, assertion: str, curator: str, evidence: str = "") -> list[BeliefChange]:
    """Undo a curator's verdict; returns the changed beliefs. Raises UsageError if there is no such verdict."""
    pair = next((pair for v, pair in corpus.all_verdicts() if v.assertion == assertion), None)
    before = _beliefs(corpus, pair) if pair else {}
    if pair is None or not corpus.undo_verdict(assertion, curator, evidence):
        raise UsageError(f"no verdict of {curator} on {assertion} - see: exominer verdicts list")
    return _changes(before, _beliefs(corpus, pair))


def _beliefs(corpus: Corpus, pair: tuple[str, str]) -> dict[str, tuple[str, float]]:
    """The assertions on one pair of entities in words, with their beliefs, by id."""
    (graph,) = pair_graphs(corpus, [pair])
    return {a.id: (describe(a, names_in(corpus, a)), a.tally.belief) for a in graph.assertions}


def _changes(was: dict[str, tuple[str, float]], now: dict[str, tuple[str, float]]) -> list[BeliefChange]:
    changes = []
    for id_ in dict.fromkeys((*was, *now)):
        old, new = (held[id_][1] if id_ in held else None for held in (was, now))
        if old is None or new is None or abs(old - new) >= MIN_BELIEF_CHANGE:
            changes.append(BeliefChange(id_, (now.get(id_) or was[id_])[0], old, new))
    return changes
