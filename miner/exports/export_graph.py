"""The input of every export: assertions with the entities and works that they name."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, TextIO

from graph_schema.model import EntityType
from miner.model.assertions import Assertion, EntityNode, PairSubgraph, WorkRef


@dataclass(frozen=True)
class ExportGraph:
    """Assembled pairs of entities, and by id every entity (parents included) that they name.

    `extractor` is the versioned name of what read the texts; `state` holds the corpus_id, build_id and applied that a
    loaded graph keeps.
    """

    pairs: tuple[PairSubgraph, ...]
    entities: Mapping[str, EntityNode]
    extractor: str = ""
    state: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def assertions(self) -> tuple[Assertion, ...]:
        """All assertions, ordered by id."""
        return tuple(sorted((a for pair in self.pairs for a in pair.assertions), key=lambda a: a.id))

    @cached_property
    def works(self) -> dict[str, WorkRef]:
        """Every work that an assertion cites, by id, in the order of the ids."""
        return dict(sorted((e.work.id, e.work) for a in self.assertions for e in a.evidence))


def collect(
    pairs: Iterable[PairSubgraph],
    for_types: Callable[[Mapping[str, EntityType]], Mapping[str, EntityNode]],
    extractor: str = "",
    state: Mapping[str, Any] | None = None,
    min_belief: float = 0.0,
) -> ExportGraph:
    """Collect what an export needs of these pairs; `for_types` gives the nodes of entities by id and type.

    Assertions believed less than `min_belief` are left out, with the relationships and contradictions of these alone.
    """
    chosen = (_believed(pair, min_belief) for pair in pairs) if min_belief > 0 else pairs
    kept = tuple(pair for pair in chosen if pair.assertions)
    types = {id_: type_ for pair in kept for id_, type_ in pair.types.items()}
    return ExportGraph(kept, dict(sorted(for_types(types).items())), extractor, state or {})


def _believed(pair: PairSubgraph, min_belief: float) -> PairSubgraph:
    """The pair with what is believed at least so much, and the types of the entities that this names.

    A relationship is kept as it is where one of the assertions that it sums up is.
    """
    assertions = tuple(a for a in pair.assertions if a.tally.belief >= min_belief)
    asserted = {a.predicate for a in assertions if not a.negated}
    named = {pair.subject, pair.object, *(cancer for a in assertions for cancer in a.cancers)}
    return replace(
        pair,
        types={id_: type_ for id_, type_ in pair.types.items() if id_ in named},
        assertions=assertions,
        relations=tuple(r for r in pair.relations if r.predicate in asserted),
        contradictions=tuple(c for c in pair.contradictions if c.belief >= min_belief),
    )


def publication_curie(work: WorkRef) -> str:
    """A work as a CURIE that Biolink knows: PMID before DOI before PMC; the work's own id where it has none."""
    if work.pmid:
        return f"PMID:{work.pmid}"
    if work.doi:
        return f"doi:{work.doi}"
    return f"PMC:{work.pmcid}" if work.pmcid else work.id


def open_text(path: Path) -> TextIO:
    """Open a text file for writing in UTF-8. A lone surrogate, which UTF-8 lacks, is written as "?"."""
    return path.open("w", encoding="utf-8", errors="replace", newline="\n")
