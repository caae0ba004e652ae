"""Find opposite claims of different works, and compare their contexts."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product

from graph_schema.model import EntityType
from miner.assembly.assemble import are_opposite
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
    one is a value of the other or a kind of it. `works` counts the works that state each side, of all such subjects.
    """

    first: Assertion
    second: Assertion
    evidence: tuple[Evidence, Evidence]
    contexts: tuple[Context, Context]
    differing: tuple[str, ...]
    works: tuple[int, int]

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
    def rank(self) -> tuple[bool, float, int, float, str]:
        """The sort key: own findings first, then by support and balance, then those with contexts most alike.

        Balance is the ratio of the works on both sides: one work against many is often a misread sentence.
        """
        background = any(e.background for e in self.evidence)
        weight = self.support * min(self.works) / max(self.works)
        return background, -round(weight, 1), len(self.differing), -weight, self.id


def find_opposed(
    graphs: Iterable[PairSubgraph], kinds: Kinds, min_belief: float = 0.0, everything: bool = False
) -> list[OpposedClaims]:
    """The opposite claims of different works on one object, in the order of `OpposedClaims.rank`.

    Their subjects are one entity, a miRNA and its arm, or vesicles that come from one source or a kind of it. By
    default, claims about classes of molecules or about vesicles of unknown source are left out, no sentence has a
    belief below `min_belief`, and a work speaks once for a side; `everything` lists each pair of assertions. A work
    that states both sides, of the object or of a kind of it, speaks for neither.
    """
    stated = [
        _Stated.of(assertion, graph)
        for graph in graphs
        if not graph.joins_source and (everything or not _is_generic(graph))
        for assertion in graph.assertions
        if assertion.tally.papers and assertion.tally.belief >= min_belief
    ]
    aligned = sorted(_oppose(stated, kinds), key=lambda pair: pair.rank)
    if everything:
        return list({pair.id: pair for pair in reversed(aligned)}.values())[::-1]
    return list(_once_for_each_side(pair for pair in aligned if pair.support >= min_belief))


def _is_generic(graph: PairSubgraph) -> bool:
    """Whether subject or object is a class of molecules, or vesicles of unknown source."""
    types = {end: graph.types.get(end) for end in (graph.subject, graph.object) if end not in graph.populations}
    return not {EntityType.MOLECULE_CLASS, EntityType.VESICLE}.isdisjoint(types.values())


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
    by_object: dict[str, list[_Stated]] = defaultdict(list)
    for one in sorted(stated, key=lambda s: (-s.assertion.tally.belief, s.assertion.id)):
        by_object[one.assertion.object].append(one)
    works = _Works(stated, kinds)
    for pair in (two for some in by_object.values() for two in combinations(some, 2)):
        if are_opposite(pair[0].assertion, pair[1].assertion) and pair[0].is_comparable(pair[1], kinds):
            sides = ([s for s in side.sentences if works.take_side(side, s[0])] for side in pair)
            counts = works.count(pair[0]), works.count(pair[1])
            for left, right in product(*sides):
                if left[0].work.id != right[0].work.id:
                    yield _align((pair[0].assertion, pair[1].assertion), left, right, counts, kinds)


class _Works:
    """What each work states, to tell whether it takes a side, and how many works state a side."""

    def __init__(self, stated: Iterable[_Stated], kinds: Kinds) -> None:
        stated = list(stated)
        self._kinds = kinds
        self._counts: dict[str, int] = {}
        self._by_object: dict[tuple[str, str], list[_Stated]] = defaultdict(list)
        for one in stated:
            self._by_object[one.assertion.object, one.assertion.signed_predicate].append(one)
        self._stated: dict[str, list[tuple[_Stated, Evidence]]] = defaultdict(list)
        for one in stated:
            for evidence, _ in one.sentences:
                self._stated[evidence.work.id].append((one, evidence))

    def count(self, side: _Stated) -> int:
        """The number of works that state the same of the object, of any comparable subject."""
        assertion = side.assertion
        if assertion.id not in self._counts:
            same = self._by_object[assertion.object, assertion.signed_predicate]
            comparable = (one for one in same if one.is_comparable(side, self._kinds))
            self._counts[assertion.id] = len({e.work.id for one in comparable for e, _ in one.sentences})
        return self._counts[assertion.id]

    def take_side(self, stated: _Stated, evidence: Evidence) -> bool:
        """Whether the work of a sentence states the opposite neither of its object, of a kind of it, nor of its cargo.

        "Exosomes rescued cells from apoptosis" is no word for apoptosis where the title is on inhibited apoptosis.
        """
        return not any(
            are_opposite(stated.assertion, other.assertion)
            and self._kinds.overlap((stated.assertion.object,), (other.assertion.object,))
            and (said.vesicles == stated.assertion.subject or other.is_comparable(stated, self._kinds))
            for other, said in self._stated[evidence.work.id]
        )


def _align(
    assertions: tuple[Assertion, Assertion],
    one: tuple[Evidence, Context],
    other: tuple[Evidence, Context],
    works: tuple[int, int],
    kinds: Kinds,
) -> OpposedClaims:
    contexts = one[1], other[1]
    shared = (slot for slot in SLOTS if slot in contexts[0] and slot in contexts[1])
    differing = (slot for slot in shared if not kinds.overlap(contexts[0][slot], contexts[1][slot]))
    return OpposedClaims(*assertions, (one[0], other[0]), contexts, tuple(differing), works)


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
