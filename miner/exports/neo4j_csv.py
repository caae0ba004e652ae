"""The graph as CSV files with headers for `neo4j-admin database import full`."""

from pathlib import Path

from miner.exports.export_graph import ExportGraph
from miner.graph.bulk_import import write_csv


def write(graph: ExportGraph, folder: Path) -> list[Path]:
    """Write one file for each set of labels and each relationship type."""
    return [path for _, path in write_csv(folder, graph.pairs, graph.state, lambda *_: graph.entities)]
