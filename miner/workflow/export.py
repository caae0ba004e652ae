"""Assertions into files."""

from pathlib import Path

from miner.assembly.entities import Catalogue
from miner.corpus import Corpus
from miner.workflow.assembly import pair_graphs
from miner.workflow.graph import build_id
from miner.workflow.mining import reader_version


def export_files(corpus: Corpus, format_: str, folder: Path) -> list[Path]:
    """Write all assertions in a format of `miner.cli.exports.ExportFormat` into a folder; returns the files."""
    from miner.exports import graphml, jsonl, kgx, nanopubs
    from miner.exports.library import gather
    from miner.graph.bulk_import import write_csv
    from miner.nlp.lexicon import Lexicon

    pairs = pair_graphs(corpus, corpus.changed_pairs(0))
    describe = Catalogue(Lexicon.load()).describe
    if format_ == "neo4j":
        state = {"corpus_id": corpus.id, "projection": build_id(), "applied": corpus.last_change}
        return [path for _, path in write_csv(folder, pairs, state, describe)]
    library = gather(pairs, describe)
    match format_:
        case "kgx":
            texts = {"exominer_nodes.tsv": kgx.nodes(library), "exominer_edges.tsv": kgx.edges(library)}
        case "graphml":
            texts = {"exominer.graphml": graphml.graphml(library)}
        case "jsonl":
            texts = {"exominer_assertions.jsonl": "".join(f"{line}\n" for line in jsonl.lines(library))}
        case "nanopubs":
            texts = {"exominer.trig": nanopubs.trig(library, f"text mining by {reader_version()}")}
        case _:
            raise ValueError(f"{format_!r} is no export format")
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in texts]
