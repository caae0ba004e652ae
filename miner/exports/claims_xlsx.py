"""Write claims as an Excel workbook, one row each. No text becomes a formula; beliefs and counts are numbers."""

from itertools import chain, islice
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from miner.exports.claim_rows import COLUMNS, claim_rows
from miner.exports.export_graph import ExportGraph, xml_text
from miner.model.cells import spreadsheet_cell

MAX_ROWS = 1_048_576
"""Maximum number of rows on a sheet of Excel; further claims go into further sheets."""
MAX_TEXT = 32_767
"""Maximum length of text in a cell of Excel, in characters; longer texts are cut."""


def write(graph: ExportGraph, folder: Path) -> list[Path]:
    """Write `exominer_claims.xlsx`."""
    path = folder / "exominer_claims.xlsx"
    workbook = Workbook(write_only=True)
    rows = claim_rows(graph)
    first = next(rows, None)
    while first is not None or not workbook.worksheets:
        sheet = workbook.create_sheet(f"claims {len(workbook.worksheets) + 1}")
        sheet.freeze_panes = "A2"
        sheet.append(list(COLUMNS))
        for row in chain([first] if first else [], islice(rows, MAX_ROWS - 2)):
            sheet.append(list(map(_cell, row)))
        first = next(rows, None)
    workbook.save(path)
    return [path]


def _cell(value: Any) -> Any:
    return xml_text(spreadsheet_cell(value))[:MAX_TEXT] if isinstance(value, str) else value
