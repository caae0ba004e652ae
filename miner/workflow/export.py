"""Assertions into files."""

from pathlib import Path

from miner.assembly.entities import EntityNodes
from miner.corpus import Corpus
from miner.exports import FORMATS
from miner.workflow.assembly import pair_graphs
from miner.workflow.graph import build_id
from miner.workflow.mining import reader_version


def export_files(corpus: Corpus, format_: str, folder: Path, min_belief: float = 0.0) -> list[Path]:
    """Write assertions believed at least `min_belief` in a format of `FORMATS` into a folder; returns the files."""
    from miner.exports.export_graph import collect
    from miner.nlp.lexicon import Lexicon

    pairs = pair_graphs(corpus, corpus.changed_pairs(0))
    state = {"corpus_id": corpus.id, "build_id": build_id(), "applied": corpus.last_change}
    graph = collect(pairs, EntityNodes(Lexicon.load(), corpus.names_of).for_types, reader_version(), state, min_belief)
    return FORMATS[format_].write(graph, folder)
