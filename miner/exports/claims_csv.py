"""Write claims as CSV, one row each, so that spreadsheets take no text for a formula."""

import csv
from pathlib import Path

from miner.exports.claim_rows import COLUMNS, claim_rows
from miner.exports.export_graph import ExportGraph, open_text
from miner.model.cells import spreadsheet_cell


def write(graph: ExportGraph, folder: Path) -> list[Path]:
    """Write `exominer_claims.csv`."""
    path = folder / "exominer_claims.csv"
    with open_text(path) as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for row in claim_rows(graph):
            writer.writerow([v if type(v) in (int, float) else spreadsheet_cell(v) for v in row])
    return [path]
