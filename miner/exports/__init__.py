"""Exports of the corpus's assertions. A format is one module with a `write` function and one line in `FORMATS`."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from miner.exports.export_graph import ExportGraph


@dataclass(frozen=True, slots=True)
class ExportFormat:
    """An export format: the module that writes it and one phrase for the help text.

    The module is imported when the format is used. It has `write(graph: ExportGraph, folder: Path) -> list[Path]`,
    which returns the files that it wrote.
    """

    module: str
    help: str

    def write(self, graph: ExportGraph, folder: Path) -> list[Path]:
        """Write the assertions into a folder that exists, and return the files."""
        files: list[Path] = import_module(self.module).write(graph, folder)
        return files


FORMATS: dict[str, ExportFormat] = {
    "csv": ExportFormat("miner.exports.claims_csv", "one row for each claim"),
    "xlsx": ExportFormat("miner.exports.claims_xlsx", "the same rows for Excel"),
    "parquet": ExportFormat("miner.exports.claims_parquet", "the same rows for pandas, R or DuckDB"),
    "kgx": ExportFormat("miner.exports.kgx", "Biolink node and edge tables (TSV)"),
    "graphml": ExportFormat("miner.exports.graphml", "a network for Cytoscape or Gephi"),
    "jsonl": ExportFormat("miner.exports.jsonl", "assertions with all evidence (JSON Lines)"),
    "nanopubs": ExportFormat("miner.exports.nanopubs", "nanopublications (TriG)"),
    "neo4j": ExportFormat("miner.exports.neo4j_csv", "CSV files for neo4j-admin database import"),
}


def format_help(formats: Mapping[str, ExportFormat] = FORMATS) -> str:
    """All formats with their explanations, in one line."""
    return "; ".join(f"{name}: {format_.help}" for name, format_ in formats.items())
