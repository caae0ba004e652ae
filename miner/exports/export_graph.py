"""The input of every export: assertions with the entities and works that they name."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TextIO

from graph_schema.model import EntityType, Predicate
from miner.model.assertions import Assertion, EntityNode, PairSubgraph, WorkRef
from miner.model.populations import Population


@dataclass(frozen=True)
class Selection:
    """Filters of the assertions to export; an assertion must pass all of them.

    `entities` are ids of which one must be its subject or object; `cancers` are ids of which one must be its subject,
    object or cancer. `precision` is the lowest precision that the score of its best sentence promises.
    """

    min_belief: float = 0.0
    predicate: Predicate | None = None
    entities: frozenset[str] | None = None
    cancers: frozenset[str] | None = None
    precision: float = 0.0

    def takes(self, assertion: Assertion) -> bool:
        """Whether the assertion passes all filters."""
        ends = {assertion.subject, assertion.object}
        return (
            assertion.tally.belief >= self.min_belief
            and assertion.tally.precision >= self.precision
            and self.predicate in (None, assertion.predicate)
            and (self.entities is None or not self.entities.isdisjoint(ends))
            and (self.cancers is None or not self.cancers.isdisjoint({*ends, *assertion.cancers}))
        )


EVERYTHING = Selection()


@dataclass(frozen=True)
class SelectedPairs:
    """Pairs of entities with the selected assertions, assembled anew in each iteration to save memory."""

    pairs: Iterable[PairSubgraph]
    selection: Selection = EVERYTHING

    def __iter__(self) -> Iterator[PairSubgraph]:
        for pair in self.pairs:
            selected = pair if self.selection == EVERYTHING else _select(pair, self.selection)
            if selected.assertions:
                yield selected


@dataclass(frozen=True)
class ExportGraph:
    """Assembled pairs of entities, and every entity that they name, parents included, by id.

    `pairs` may be iterated several times; formats that write assertions one by one need not keep them in memory.
    `extractor` is the versioned name of the extractor; `state` holds the corpus_id, build_id and applied that a
    loaded graph keeps.
    """

    pairs: Iterable[PairSubgraph]
    entities: Mapping[str, EntityNode]
    extractor: str = ""
    state: Mapping[str, Any] = field(default_factory=dict)

    @property
    def assertions(self) -> Iterator[Assertion]:
        """All assertions, pair by pair, those of a pair in the order of their ids."""
        for pair in self.pairs:
            yield from pair.assertions


def collect(
    pairs: Iterable[PairSubgraph],
    for_types: Callable[[Mapping[str, EntityType], Mapping[str, Population]], Mapping[str, EntityNode]],
    extractor: str = "",
    state: Mapping[str, Any] | None = None,
    selection: Selection = EVERYTHING,
) -> ExportGraph:
    """Collect the data of an export from these pairs; `for_types` gives the nodes of entities by id and type, and
    of the populations among them.

    `pairs` can be iterated more than once. Assertions outside the selection are left out, with the relationships and
    contradictions that only they support.
    """
    selected = SelectedPairs(pairs, selection)
    types: dict[str, EntityType] = {}
    populations: dict[str, Population] = {}
    for pair in selected:
        types.update(pair.types)
        populations.update(pair.populations)
    return ExportGraph(selected, dict(sorted(for_types(types, populations).items())), extractor, state or {})


def _select(pair: PairSubgraph, selection: Selection) -> PairSubgraph:
    """The pair with its selected assertions, and the types of the entities that these name.

    A relationship is kept unchanged if one of its assertions is selected.
    """
    assertions = tuple(filter(selection.takes, pair.assertions))
    ids = {a.id for a in assertions}
    asserted = {a.predicate for a in assertions if not a.negated}
    named = {pair.subject, pair.object, *(cancer for a in assertions for cancer in a.cancers)}
    named.update(id_ for a in assertions for e in a.evidence for id_ in (e.vesicles, *e.recipients))
    return replace(
        pair,
        types={id_: type_ for id_, type_ in pair.types.items() if id_ in named},
        assertions=assertions,
        relations=tuple(r for r in pair.relations if r.predicate in asserted),
        contradictions=tuple(c for c in pair.contradictions if {c.first, c.second} <= ids),
    )


def publication_curie(work: WorkRef) -> str:
    """A work as a CURIE that Biolink knows: PMID before DOI before PMC; the work's own id where it has none."""
    if work.pmid:
        return f"PMID:{work.pmid}"
    if work.doi:
        return f"doi:{work.doi}"
    return f"PMC:{work.pmcid}" if work.pmcid else work.id


def vesicles_of(assertion: Assertion) -> list[str]:
    """The ids of the vesicles in which the assertion's cargo acts, without its subject and object."""
    ends = (assertion.subject, assertion.object)
    return sorted({e.vesicles for e in assertion.evidence if e.counts and e.vesicles and e.vesicles not in ends})


def open_text(path: Path) -> TextIO:
    """Open a text file for writing in UTF-8. A lone surrogate, which UTF-8 lacks, is written as "?"."""
    return path.open("w", encoding="utf-8", errors="replace", newline="\n")


_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold: https://www.w3.org/TR/xml/#charsets"""


def xml_text(text: str) -> str:
    """The text without the characters that XML cannot hold."""
    return _NOT_XML.sub("", text)
