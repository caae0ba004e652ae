"""CSV, one row a claim. No text is taken for a formula by a spreadsheet."""

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
