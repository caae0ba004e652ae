"""Find opposite claims of different works, and compare their contexts."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product

from graph_schema.model import OPPOSITES, EntityType
from miner.assembly.assemble import are_opposite, works_of
from miner.assembly.kinds import Kinds
from miner.model.assertions import Assertion, Evidence, PairSubgraph, contradiction_id
from miner.model.populations import Population

SLOTS = ("vesicles", "cancer", "cells", "setting", "method")
"""The slots by which contexts are compared. Vesicles (their sources), cancers and cells hold ids, others hold words."""

Context = Mapping[str, tuple[str, ...]]
"""The values that an assertion's evidence states for each slot, without slots for which it states none."""


@dataclass(frozen=True, slots=True)
class OpposedClaims:
    """Two assertions that contradict each other, with a sentence of each.

    `contexts` are those of the two sentences; `differing` are the slots for which both state values, where no value of
    one is a value of the other or a kind of it.
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
    def ends(self) -> frozenset[str]:
        """The ids of the subjects and objects."""
        return frozenset(end for a in (self.first, self.second) for end in (a.subject, a.object))

    @property
    def support(self) -> float:
        """The lower of the beliefs of the two sentences."""
        return min(e.belief for e in self.evidence)

    @property
    def rank(self) -> tuple[bool, bool, float, int, float, str]:
        """The sort key: own findings, then claims on one cancer, then support to a tenth, then contexts most alike."""
        background = any(e.background for e in self.evidence)
        tenth = round(self.support, 1)
        return background, "cancer" in self.differing, -tenth, len(self.differing), -self.support, self.id


def find_opposed(
    graphs: Iterable[PairSubgraph], kinds: Kinds, min_belief: float = 0.0, everything: bool = False
) -> list[OpposedClaims]:
    """The opposite claims of different works on one object, in the order of `OpposedClaims.rank`.

    Their subjects are one entity, a miRNA and its arm, or vesicles that come from one source or a kind of it. By
    default, claims about classes of molecules or about vesicles of unknown source are left out, no sentence has a
    belief below `min_belief`, and a work speaks once for a side; `everything` lists each pair of assertions.
    """
    by_object: dict[tuple[str, str], list[_Stated]] = defaultdict(list)
    for graph in graphs:
        if not graph.joins_source and (everything or not _is_generic(graph)):
            for assertion in graph.assertions:
                if assertion.tally.papers and assertion.tally.belief >= min_belief:
                    by_object[graph.object, _axis(assertion)].append(_Stated.of(assertion, graph))
    aligned = [pair for stated in by_object.values() for pair in _oppose(stated, kinds)]
    aligned.sort(key=lambda pair: pair.rank)
    if everything:
        return list({pair.id: pair for pair in reversed(aligned)}.values())[::-1]
    return list(_once_for_each_side(pair for pair in aligned if pair.support >= min_belief))


def _is_generic(graph: PairSubgraph) -> bool:
    """Whether subject or object is a class of molecules, or vesicles of unknown source."""
    types = {end: graph.types.get(end) for end in (graph.subject, graph.object) if end not in graph.populations}
    return not {EntityType.MOLECULE_CLASS, EntityType.VESICLE}.isdisjoint(types.values())


def _axis(assertion: Assertion) -> str:
    """One word for a predicate and its opposite."""
    return min(assertion.predicate, OPPOSITES.get(assertion.predicate, assertion.predicate))


@dataclass(frozen=True, slots=True)
class _Stated:
    """An assertion with what each of its sentences states, and the sources of its subject, if it is vesicles."""

    assertion: Assertion
    type: EntityType | None
    sources: tuple[str, ...]
    sentences: tuple[tuple[Evidence, Context], ...]

    @classmethod
    def of(cls, assertion: Assertion, graph: PairSubgraph) -> "_Stated":
        population = graph.populations.get(assertion.subject)
        sentences = ((e, _describe(assertion, e, graph.populations)) for e in assertion.evidence if e.counts)
        sources = population.source_ids if population else ()
        return cls(assertion, graph.types.get(assertion.subject), sources, tuple(sentences))

    def is_comparable(self, other: "_Stated", kinds: Kinds) -> bool:
        """Whether the subjects are one entity, a miRNA and its arm, or vesicles of one source or a kind of it."""
        one, two = self.assertion.subject, other.assertion.subject
        mirna = self.type is EntityType.MICRO_RNA and kinds.overlap((one,), (two,))
        return one == two or mirna or kinds.overlap(self.sources, other.sources)


def _oppose(stated: Sequence[_Stated], kinds: Kinds) -> Iterator[OpposedClaims]:
    """Every two sentences of different works that state the opposite; a work that states both sides takes none."""
    opposed = [
        (one, other)
        for one, other in combinations(sorted(stated, key=lambda s: (-s.assertion.tally.belief, s.assertion.id)), 2)
        if are_opposite(one.assertion, other.assertion) and one.is_comparable(other, kinds)
    ]
    undecided: dict[str, set[str]] = defaultdict(set)
    for one, other in opposed:
        both = works_of(one.assertion) & works_of(other.assertion)
        undecided[one.assertion.id] |= both
        undecided[other.assertion.id] |= both
    for pair in opposed:
        sides = ([s for s in side.sentences if s[0].work.id not in undecided[side.assertion.id]] for side in pair)
        for left, right in product(*sides):
            if left[0].work.id != right[0].work.id:
                yield _align((pair[0].assertion, pair[1].assertion), left, right, kinds)


def _align(
    assertions: tuple[Assertion, Assertion],
    one: tuple[Evidence, Context],
    other: tuple[Evidence, Context],
    kinds: Kinds,
) -> OpposedClaims:
    contexts = one[1], other[1]
    shared = (slot for slot in SLOTS if slot in contexts[0] and slot in contexts[1])
    differing = (slot for slot in shared if not kinds.overlap(contexts[0][slot], contexts[1][slot]))
    return OpposedClaims(*assertions, (one[0], other[0]), contexts, tuple(differing))


def _once_for_each_side(ranked: Iterable[OpposedClaims]) -> Iterator[OpposedClaims]:
    """The first of those in which a work speaks for a side: for a claim on any vesicles, or on any other subject."""
    spoken: set[tuple[str, ...]] = set()
    for one in ranked:
        sides = {_side(a, e) for a, e in zip((one.first, one.second), one.evidence, strict=True)}
        if spoken.isdisjoint(sides):
            spoken |= sides
            yield one


def _side(assertion: Assertion, evidence: Evidence) -> tuple[str, ...]:
    subject = "vesicles" if evidence.vesicles == assertion.subject else assertion.subject
    return evidence.work.id, assertion.signed_predicate, subject, assertion.object


def _describe(assertion: Assertion, evidence: Evidence, populations: Mapping[str, Population]) -> Context:
    population = populations.get(evidence.vesicles)
    stated: Mapping[str, object] = {
        "vesicles": population.source_ids if population else (),
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
