"""Give and undo curators' verdicts on assertions, and compute how beliefs change."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from graph_schema.model import Predicate, allowed
from miner.assembly.assemble import correct, corrections
from miner.assembly.belief import CURATED
from miner.corpus import Corpus
from miner.errors import UsageError
from miner.model.assertions import MIN_BELIEF_CHANGE, Assertion, Decision, Verdict, assertion_id
from miner.model.claims import Claim
from miner.model.corrections import parse_entity_correction
from miner.workflow.assembly import Pair, find_assertion, judged_rows, pair_graphs
from miner.workflow.teaching import name_entities

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
    """The claims on the assertion's two entities, read or corrected to them."""
    rows, _ = judged_rows(corpus, assertion.ends)
    return [row.claim for row in rows]


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
    return _joining(claims_of(corpus, assertion)[0])


def _joining(claim: Claim) -> list[Predicate]:
    return [predicate for predicate in Predicate if allowed(predicate, claim.subject.type, claim.object.type)]


def check_correction(decision: str, correction: str) -> None:
    """Raise UsageError for an edit without a correction, or a correction without an edit."""
    if bool(correction) != (decision == "edit"):
        raise UsageError("edit needs --correction, and only edit takes it")


def read_correction(corpus: Corpus, assertion: Assertion, edit: Verdict, text: str) -> Verdict:
    """The edit with a correction as curators write it: "NOT PROMOTES", "SUBJECT = LAMP1", "SUBJECT LMPX = LAMP1".

    Raises UsageError where it does not fit the assertion, or does not name one entity.
    """
    from miner.workflow.find import EntityIndex

    if given := parse_entity_correction(text):
        picked = replace(EntityIndex(corpus).pick(given.id), mentions=(given.text,) if given.text else ())
        edit = replace(edit, correction=assertion.signed_predicate)
        edit = replace(edit, new_subject=picked) if given.end == "SUBJECT" else replace(edit, new_object=picked)
    else:
        edit = replace(edit, correction=text.strip().upper())
    check_edit(corpus, assertion, edit)
    return edit


def check_edit(corpus: Corpus, assertion: Assertion, edit: Verdict) -> None:
    """Raise UsageError where an edit cannot correct the assertion."""
    if reason := _misfit(corpus, assertion, edit):
        raise UsageError(reason)


def _misfit(corpus: Corpus, assertion: Assertion, edit: Verdict) -> str:
    claims = [claim for claim in claims_of(corpus, assertion) if assertion_id(claim) == assertion.id]
    read = next((claim for claim in claims if claim.extractor != CURATED), None)
    if read is None:
        return "this claim is a correction - undo that, then correct the claim from which it was made"
    corrected = correct(read, edit)
    if corrected is None:
        subject, object_ = edit.new_subject or read.subject, edit.new_object or read.object
        fitting = ", ".join(_joining(replace(read, subject=subject, object=object_)))
        ends = f"{subject.full_name} ({subject.type}) and {object_.full_name} ({object_.type})"
        return (
            f"{edit.correction!r} does not fit {ends} - give one of {fitting}, with NOT before it for a denial,"
            " or SUBJECT = ID or OBJECT = ID for another entity"
            if fitting and subject.id != object_.id
            else f"nothing can be claimed of {ends} - choose another subject or object"
        )
    if assertion_id(corrected) == assertion.id:
        return "the correction changes nothing - accept the claim instead"
    return ""


def give_verdict(corpus: Corpus, assertion: Assertion, verdict: Verdict) -> list[BeliefChange]:
    """Store a verdict on an assertion, or on one of its sentences; returns the changed beliefs.

    Raises UsageError for unknown evidence, or a correction that does not fit.
    """
    if verdict.evidence and verdict.evidence not in {e.id for e in assertion.evidence}:
        remedy = f"see: exominer explain {assertion.id} --json"
        raise UsageError(f"{verdict.evidence} is not evidence of {assertion.id} - {remedy}")
    if verdict.decision == "edit":
        check_edit(corpus, assertion, verdict)
        verdict = name_entities(claims_of(corpus, assertion), assertion, verdict)
    pairs = {assertion.ends, verdict.corrected_pair(assertion.ends), *_corrected_from(corpus, assertion.ends)}
    before = _beliefs(corpus, pairs)
    corpus.put_verdict(verdict, assertion.ends)
    return _changes(before, _beliefs(corpus, pairs))


def undo_verdict(corpus: Corpus, assertion: str, curator: str, evidence: str = "") -> list[BeliefChange]:
    """Undo a curator's verdict; returns the changed beliefs. Raises UsageError if there is no such verdict."""
    pair = next((pair for v, pair in corpus.all_verdicts() if v.assertion == assertion), None)
    pairs = {pair, *_corrected_from(corpus, pair)} if pair else set()
    before = _beliefs(corpus, pairs)
    if not corpus.undo_verdict(assertion, curator, evidence):
        raise UsageError(f"no verdict of {curator} on {assertion} - see: exominer verdicts list")
    return _changes(before, _beliefs(corpus, pairs))


def verdicts_behind(corpus: Corpus, assertion: Assertion, curator: str) -> list[Verdict]:
    """The verdicts that a curator gave on the assertion, and the edits of other claims that give this one."""
    found = []
    for verdict, pair in corpus.all_verdicts():
        if verdict.curator == curator and assertion.ends in (pair, verdict.corrected_pair(pair)):
            made = corrections(judged_rows(corpus, pair)[0], [verdict])
            if assertion.id in (verdict.assertion, *(agreed.assertion for _, agreed in made)):
                found.append(verdict)
    return found


def describe_correction(edit: Verdict) -> str:
    """What an edit puts in the place of a claim: "NOT PROMOTES", "miR-210 PROMOTES"; "" for another verdict."""
    subject, object_ = (new.full_name if new else "" for new in (edit.new_subject, edit.new_object))
    return " ".join(filter(None, (subject, edit.correction, object_)))


def _corrected_from(corpus: Corpus, pair: Pair) -> set[Pair]:
    """The pairs onto which claims on a pair are corrected."""
    return {new for new, origins in corpus.corrected_to().items() if pair in origins}


def _beliefs(corpus: Corpus, pairs: Iterable[Pair]) -> dict[str, tuple[str, float]]:
    """The assertions on pairs of entities in words, with their beliefs, by id."""
    found = [a for graph in pair_graphs(corpus, sorted(pairs)) for a in graph.assertions]
    return {a.id: (describe(a, names_in(corpus, a)), a.tally.belief) for a in found}


def _changes(was: dict[str, tuple[str, float]], now: dict[str, tuple[str, float]]) -> list[BeliefChange]:
    changes = []
    for id_ in dict.fromkeys((*was, *now)):
        old, new = (held[id_][1] if id_ in held else None for held in (was, now))
        if old is None or new is None or abs(old - new) >= MIN_BELIEF_CHANGE:
            changes.append(BeliefChange(id_, (now.get(id_) or was[id_])[0], old, new))
    return changes
