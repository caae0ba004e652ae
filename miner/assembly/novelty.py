"""How new an assertion is against databases: known there, known with another vesicle or cancer, or not there."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import replace
from typing import Protocol

from graph_schema.model import Predicate
from miner.model.assertions import Assertion, PairSubgraph
from miner.model.known import DatabaseSummary, KnownFact, Novelty

_P = Predicate
CARGO_PREDICATES = frozenset({_P.CARRIES, _P.BIOMARKER_OF, _P.ELEVATED_IN, _P.REDUCED_IN})
"""What databases of vesicles' cargo may hold: the cargo, and the cancer in whose vesicles it was found."""
TARGET_PREDICATES = frozenset({_P.REPRESSES, _P.ACTIVATES, _P.REGULATES})
"""What databases of miRNA targets may hold."""
_RANK: Mapping[Novelty, int] = {"known": 2, "other context": 1, "not there": 0}


class Lineage(Protocol):
    """Gives a concept with all that it is a kind of."""

    def __call__(self, id_: str, /) -> Set[str]:
        """The ids."""


def cargo_of(assertion: Assertion) -> str:
    """The id of the cargo that an assertion is about: what is carried, or the subject of any other predicate."""
    return assertion.object if assertion.predicate is _P.CARRIES else assertion.subject


def mark_known(
    graph: PairSubgraph, databases: Sequence[DatabaseSummary], facts: Iterable[tuple[str, KnownFact]], lineage: Lineage
) -> PairSubgraph:
    """The pair with each assertion that a database could hold marked by how new it is."""
    held = list(facts)
    kinds = {id_: population.kind for id_, population in graph.populations.items()}
    return replace(graph, assertions=tuple(_mark(a, databases, held, kinds, lineage) for a in graph.assertions))


def _mark(
    assertion: Assertion,
    databases: Sequence[DatabaseSummary],
    facts: Sequence[tuple[str, KnownFact]],
    kinds: Mapping[str, str],
    lineage: Lineage,
) -> Assertion:
    found: dict[str, Novelty] = {}
    for database in databases:
        if assertion.predicate in (TARGET_PREDICATES if database.has_targets else CARGO_PREDICATES):
            own = (fact for name, fact in facts if name == database.name)
            found[database.name] = _nearest(_compare(assertion, fact, kinds, lineage) for fact in own)
    if not found or assertion.negated:
        return assertion
    return replace(
        assertion,
        known_in=tuple(name for name, state in found.items() if state == "known"),
        known_otherwise_in=tuple(name for name, state in found.items() if state == "other context"),
        novelty=_nearest(found.values()),
    )


def _nearest(states: Iterable[Novelty]) -> Novelty:
    """The state of a claim of which several facts are held: that of the fact nearest to it."""
    return max(states, key=lambda state: _RANK[state], default="not there")


def _compare(assertion: Assertion, fact: KnownFact, kinds: Mapping[str, str], lineage: Lineage) -> Novelty:
    """How one fact on the cargo compares; what either side leaves open contradicts nothing."""
    cargo = cargo_of(assertion)
    if not _related(kinds.get(cargo, cargo), fact.cargo, lineage):
        return "not there"
    if fact.target:
        return "known" if _related(assertion.object, fact.target, lineage) else "not there"
    vesicles = {assertion.subject} if assertion.predicate is _P.CARRIES else {e.vesicles for e in assertion.evidence}
    places = (*assertion.cancers, *([assertion.object] if assertion.predicate is not _P.CARRIES else []))
    fits = _fits({kinds.get(v, v) for v in vesicles if v}, fact.vesicle, lineage) and _fits(
        set(places), fact.cancer, lineage
    )
    return "known" if fits else "other context"


def _fits(stated: Set[str], held: str, lineage: Lineage) -> bool:
    return not stated or not held or any(_related(one, held, lineage) for one in stated)


def _related(first: str, second: str, lineage: Lineage) -> bool:
    """Whether one is the other or a kind of it."""
    return first == second or first in lineage(second) or second in lineage(first)
