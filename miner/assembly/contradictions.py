"""Find opposite claims of different works, and compare their contexts."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, product

from graph_schema.model import EntityType
from miner.assembly.assemble import are_opposite
from miner.model.assertions import Assertion, Evidence, PairSubgraph
from miner.model.digests import digest

SLOTS = ("vesicles", "cancer", "cells", "setting", "method")
"""The slots by which contexts are compared. Vesicles, cancers and cells hold ids, settings and methods hold words."""

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

    By default, both share a cancer, claims about vesicles also share a stated source, and claims about classes of
    molecules are left out; `everything` lists all.
    """
    opposed = [
        one
        for graph in graphs
        if everything or not any(graph.types.get(end) is EntityType.MOLECULE_CLASS for end in _ends(graph))
        for one in _opposed_in(graph, min_belief)
        if everything or _are_comparable(one, graph)
    ]
    return sorted(opposed, key=lambda o: (len(o.differing), -o.belief, o.id))


def _ends(graph: PairSubgraph) -> tuple[str, str]:
    return graph.subject, graph.object


def _opposed_in(graph: PairSubgraph, min_belief: float) -> Iterator[OpposedClaims]:
    believed = [a for a in graph.assertions if a.tally.papers and a.tally.belief >= min_belief]
    for pair in combinations(sorted(believed, key=lambda a: (-a.tally.belief, a.id)), 2):
        if are_opposite(*pair):
            aligned = (_align(pair, sentences) for sentences in product(*map(_counted, pair)))
            of_two_works = [a for a in aligned if a.evidence[0].work.id != a.evidence[1].work.id]
            if of_two_works:
                yield max(of_two_works, key=_likeness)


def _counted(assertion: Assertion) -> list[Evidence]:
    return [e for e in assertion.evidence if e.counts]


def _align(assertions: tuple[Assertion, Assertion], evidence: tuple[Evidence, ...]) -> OpposedClaims:
    (one, other), (first, second) = assertions, evidence
    contexts = _describe(one, first), _describe(other, second)
    return OpposedClaims(one, other, (first, second), contexts, tuple(_differing(*contexts)))


def _differing(one: Context, other: Context) -> Iterator[str]:
    return (slot for slot in SLOTS if slot in one and slot in other and not set(one[slot]) & set(other[slot]))


def _likeness(opposed: OpposedClaims) -> tuple[int, int, float, str]:
    one, other = opposed.contexts
    alike = sum(slot in one and slot in other for slot in SLOTS) - len(opposed.differing)
    beliefs = [e.belief for e in opposed.evidence]
    return -len(opposed.differing), alike, min(beliefs), opposed.evidence[0].id + opposed.evidence[1].id


def _are_comparable(opposed: OpposedClaims, graph: PairSubgraph) -> bool:
    first, second = opposed.first.cancers, opposed.second.cancers
    same_cancer = first == second or bool(set(first) & set(second))
    about_vesicles = any(graph.types.get(end) is EntityType.VESICLE for end in _ends(graph))
    both_state = all("vesicles" in context for context in opposed.contexts)
    return same_cancer and (not about_vesicles or (both_state and "vesicles" not in opposed.differing))


def _describe(assertion: Assertion, evidence: Evidence) -> Context:
    found: dict[str, set[str]] = {slot: set() for slot in SLOTS}
    found["cancer"].update(assertion.cancers)
    for slot, value in _stated(evidence):
        found[slot].add(value)
    return {slot: tuple(sorted(values)) for slot, values in found.items() if values}


def _stated(evidence: Evidence) -> Iterator[tuple[str, str]]:
    for slot, key in (
        ("vesicles", "source_cells"), ("cells", "recipient_cells"), ("setting", "setting"), ("method", "separation"),
    ):  # fmt: skip
        values = evidence.context.get(key)
        if isinstance(values, list | tuple):
            yield from ((slot, str(value)) for value in values)
