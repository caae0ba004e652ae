"""Assertions into files."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from graph_schema.model import Predicate
from miner.assembly.entities import EntityNodes
from miner.corpus import Corpus
from miner.errors import UsageError
from miner.exports import FORMATS
from miner.model.assertions import PairSubgraph
from miner.workflow.assembly import pair_graphs
from miner.workflow.find import ids_with_kinds
from miner.workflow.graph import build_id
from miner.workflow.mining import reader_version

if TYPE_CHECKING:
    from miner.exports.export_graph import Selection


@dataclass(frozen=True)
class CorpusPairs:
    """All pairs of entities of a corpus, assembled anew in each iteration to save memory."""

    corpus: Corpus

    def __iter__(self) -> Iterator[PairSubgraph]:
        return pair_graphs(self.corpus, self.corpus.changed_pairs(0))


def select(
    corpus: Corpus,
    *,
    entity: str | None = None,
    cancer: str | None = None,
    predicate: str | None = None,
    min_belief: float = 0.0,
    precision: float = 0.0,
) -> "Selection":
    """The selection of these filters; `entity` and `cancer` are names, synonyms or ids, and include their kinds.

    Raises UsageError for an unknown entity or predicate.
    """
    from miner.exports.export_graph import Selection

    wanted = predicate.strip().upper() if predicate else None
    if wanted and wanted not in set(Predicate):
        raise UsageError(f"{predicate!r} is not a predicate - choose one of: {', '.join(Predicate)}")
    return Selection(
        min_belief,
        Predicate(wanted) if wanted else None,
        ids_with_kinds(corpus, entity) if entity else None,
        ids_with_kinds(corpus, cancer) if cancer else None,
        precision,
    )


def export_files(corpus: Corpus, format_: str, folder: Path, selection: "Selection | None" = None) -> list[Path]:
    """Write the selected assertions in a format of `FORMATS` into a folder; returns the files."""
    from miner.exports.export_graph import EVERYTHING, collect
    from miner.nlp.lexicon import Lexicon

    state = {"corpus_id": corpus.id, "build_id": build_id(), "applied": corpus.last_change}
    for_types = EntityNodes(Lexicon.load(), corpus.names_of).for_types
    graph = collect(
        CorpusPairs(corpus), for_types, reader_version(taught=corpus.taught()), state, selection or EVERYTHING
    )
    return FORMATS[format_].write(graph, folder)
