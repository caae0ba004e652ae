"""Find opposite claims of different works, and compare their contexts."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, product

from graph_schema.model import EntityType
from miner.assembly.assemble import are_opposite
from miner.model.assertions import Assertion, Evidence, PairSubgraph
from miner.model.digests import digest
from miner.model.populations import Population

SLOTS = ("vesicles", "cancer", "cells", "setting", "method")
"""The slots by which contexts are compared. Vesicles (their sources), cancers and cells hold ids, others hold words."""

Context = Mapping[str, tuple[str, ...]]
"""The values that an assertion's evidence states for each slot, without slots for which it states none."""


@dataclass(frozen=True, slots=True)
class OpposedClaims:
    """Two assertions that contradict each other, with the two sentences whose contexts are most alike.

    `contexts` are those of the two sentences; `differing` are the slots for which both state values, none in common.
    """

    first: Assertion
    second: Assertion
    evidence: tuple[Evidence, Evidence]
    contexts: tuple[Context, Context]
    differing: tuple[str, ...]

    @property
    def id(self) -> str:
        """An id that depends only on the two assertions."""
        return contradiction_id(self.first.id, self.second.id)

    @property
    def belief(self) -> float:
        """The lower of the two beliefs."""
        return min(self.first.tally.belief, self.second.tally.belief)


def contradiction_id(first: str, second: str) -> str:
    """The id of the contradiction between two assertions; their order does not matter."""
    return "exominer:c_" + digest(*sorted((first, second)))


def find_opposed(
    graphs: Iterable[PairSubgraph], min_belief: float = 0.0, everything: bool = False
) -> list[OpposedClaims]:
    """The opposite claims of different works, those with fewest differing slots first, then by highest belief.

    By default, both share a cancer, and claims about classes of molecules or about vesicles of unknown source are left
    out; `everything` lists all.
    """
    opposed = [
        one
        for graph in graphs
        if everything or not any(_is_generic(end, graph) for end in (graph.subject, graph.object))
        for one in _opposed_in(graph, min_belief)
        if everything or _have_same_cancer(one)
    ]
    return sorted(opposed, key=lambda o: (len(o.differing), -o.belief, o.id))


def _is_generic(id_: str, graph: PairSubgraph) -> bool:
    """Whether an entity is a class of molecules, or vesicles of unknown source."""
    type_ = graph.types.get(id_)
    return type_ is EntityType.MOLECULE_CLASS or (type_ is EntityType.VESICLE and id_ not in graph.populations)


def _have_same_cancer(opposed: OpposedClaims) -> bool:
    first, second = opposed.first.cancers, opposed.second.cancers
    return first == second or bool(set(first) & set(second))


def _opposed_in(graph: PairSubgraph, min_belief: float) -> Iterator[OpposedClaims]:
    believed = [a for a in graph.assertions if a.tally.papers and a.tally.belief >= min_belief]
    for pair in combinations(sorted(believed, key=lambda a: (-a.tally.belief, a.id)), 2):
        if are_opposite(*pair):
            stated = ([(e, _describe(a, e, graph.populations)) for e in a.evidence if e.counts] for a in pair)
            aligned = [_align(pair, *sides) for sides in product(*stated) if sides[0][0].work.id != sides[1][0].work.id]
            if aligned:
                yield max(aligned, key=_likeness)


def _align(
    assertions: tuple[Assertion, Assertion], one: tuple[Evidence, Context], other: tuple[Evidence, Context]
) -> OpposedClaims:
    contexts = one[1], other[1]
    return OpposedClaims(*assertions, (one[0], other[0]), contexts, tuple(_differing(*contexts)))


def _differing(one: Context, other: Context) -> Iterator[str]:
    return (slot for slot in SLOTS if slot in one and slot in other and not set(one[slot]) & set(other[slot]))


def _likeness(opposed: OpposedClaims) -> tuple[int, int, float, str]:
    one, other = opposed.contexts
    alike = sum(slot in one and slot in other for slot in SLOTS) - len(opposed.differing)
    beliefs = [e.belief for e in opposed.evidence]
    return -len(opposed.differing), alike, min(beliefs), opposed.evidence[0].id + opposed.evidence[1].id


def _describe(assertion: Assertion, evidence: Evidence, populations: Mapping[str, Population]) -> Context:
    population = populations.get(evidence.vesicles)
    stated: Mapping[str, object] = {
        "vesicles": [source for source, _ in population.sources] if population else (),
        "cancer": assertion.cancers,
        "cells": evidence.recipients,
        "setting": evidence.context.get("setting"),
        "method": evidence.context.get("separation"),
    }
    return {
        slot: tuple(sorted(set(values)))
        for slot, values in stated.items()
        if values and isinstance(values, list | tuple)
    }
