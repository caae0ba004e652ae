"""What every export is made from: assertions with the entities and works they name."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from graph_schema.model import EntityType
from miner.model.assertions import Assertion, EntityNode, PairSubgraph, WorkRef


@dataclass(frozen=True, slots=True)
class Library:
    """Assertions in a stable order, and by id every entity (kinds included) and every work that they name."""

    assertions: tuple[Assertion, ...]
    entities: Mapping[str, EntityNode]
    works: Mapping[str, WorkRef]


def gather(
    pairs: Iterable[PairSubgraph], describe: Callable[[Mapping[str, EntityType]], Mapping[str, EntityNode]]
) -> Library:
    """All that these pairs assert; `describe` gives the nodes of entities by id and type."""
    assertions: list[Assertion] = []
    types: dict[str, EntityType] = {}
    for pair in pairs:
        assertions += pair.assertions
        types |= pair.types
    works = {e.work.id: e.work for a in assertions for e in a.evidence}
    ordered = sorted(assertions, key=lambda a: a.id)
    return Library(tuple(ordered), dict(sorted(describe(types).items())), dict(sorted(works.items())))


def publication_curie(work: WorkRef) -> str:
    """A work as a CURIE that Biolink knows: PMID before DOI before PMC; the work's own id where it has none."""
    if work.pmid:
        return f"PMID:{work.pmid}"
    if work.doi:
        return f"doi:{work.doi}"
    return f"PMC:{work.pmcid}" if work.pmcid else work.id
