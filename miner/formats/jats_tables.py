"""Tables of a JATS article as rows of text: each cell with the heads of its column, "miRNA: miR-21; Fold change: 2.1".

Cells that span rows or columns count in each row, and a row of one cell heads those below it. Footnotes are lines of
their own; their markers are left out of the cells, so that no value is read with one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from miner.formats.jats_citations import LINE, take_out
from miner.formats.markup import local_name, text_of

MAX_COLUMNS = 200
"""Columns of a table that are read."""
MAX_TABLE = 200_000
"""Characters of the rows of one table that are read: a cell that spans rows is in each of them."""

_MARKER = re.compile(r"(?:[a-z]|[*†‡§¶#‖]{1,4})(?:\s*,\s*(?:[a-z]|[*†‡§¶#‖]{1,4}))*")


@dataclass(slots=True)
class _Cell:
    text: str
    first: int
    last: int
    rows: int = 1
    """How many rows it still spans, this one included."""
    indented: bool = False


@dataclass(slots=True)
class _Grid:
    """The rows of a table as they are read: the heads of columns, and cells that reach into the next row."""

    heads: dict[int, list[str]] = field(default_factory=dict)
    carried: list[_Cell] = field(default_factory=list)
    group: str = ""
    """The row that heads those below it; if the first of them is indented, up to one that is not."""
    indented: bool | None = None
    width: int = 0

    def place(self, row: etree._Element) -> list[_Cell]:
        """The cells of a row with those that reach into it, from left to right."""
        cells = self.carried
        taken = {column for cell in cells for column in range(cell.first, cell.last + 1)}
        column, own = 0, list[_Cell]()
        for element in row:
            if local_name(element) not in ("td", "th"):
                continue
            while column in taken:
                column += 1
            if column >= MAX_COLUMNS:
                break
            last = min(column + _span(element, "colspan"), MAX_COLUMNS) - 1
            text, indented = _cell_text(element)
            own.append(_Cell(text, column, last, _span(element, "rowspan"), indented))
            column = last + 1
        cells = sorted([*cells, *own], key=lambda cell: cell.first)
        self.carried = [_Cell(c.text, c.first, c.last, c.rows - 1) for c in cells if c.rows > 1]
        self.width = max(self.width, *(cell.last + 1 for cell in cells)) if cells else self.width
        return cells

    def add_heads(self, cells: list[_Cell]) -> None:
        """Note a row of heads."""
        for cell in cells:
            for column in range(cell.first, cell.last + 1):
                names = self.heads.setdefault(column, [])
                if cell.text and cell.text not in names:
                    names.append(cell.text)

    def describe(self, cells: list[_Cell]) -> str:
        """A row as text; "" for one that only heads those below it."""
        filled = [cell for cell in cells if cell.text]
        if not filled:
            return ""
        if len(cells) == 1 and self.width > 1:
            self.group, self.indented = cells[0].text, None
            return ""
        if self.indented is None:
            self.indented = cells[0].indented
        elif self.indented and not cells[0].indented:
            self.group, self.indented = "", False
        named = (": ".join([*self.heads.get(cell.first, ())[:3], cell.text]) for cell in filled)
        return "; ".join([*([self.group] if self.group else []), *named])


def read_rows(table: etree._Element) -> Iterator[str]:
    """The rows of a <table> as text, without those of heads alone."""
    grid, size = _Grid(), 0
    rows = list(table.iter("{*}tr", "tr"))
    for number, row in enumerate(rows):
        cells = grid.place(row)
        if _is_head(row, number, grid):
            grid.add_heads(cells)
            continue
        group = grid.group
        text = grid.describe(cells)
        if not text and grid.group != group and number == len(rows) - 1:
            text = grid.group
        size += len(text)
        if size > MAX_TABLE:
            return
        if text:
            yield text


def read_footnotes(wrap: etree._Element) -> Iterator[str]:
    """The footnotes of a <table-wrap>, each with its marker before it."""
    for foot in wrap.iter("{*}table-wrap-foot", "table-wrap-foot"):
        for raised in foot.iter("{*}sup", "sup"):
            if raised.tail and not raised.tail[0].isspace():
                raised.tail = " " + raised.tail
        for child in foot:
            for note in child if local_name(child) == "fn-group" else [child]:
                yield text_of(note)


def drop_markers(wrap: etree._Element) -> None:
    """Leave out the raised letters and signs that refer to footnotes of a <table-wrap>, where it has some."""
    if next(wrap.iter("{*}table-wrap-foot", "table-wrap-foot"), None) is None:
        return
    for cell in wrap.iter("{*}td", "td", "{*}th", "th"):
        for raised in list(cell.iter("{*}sup", "sup")):
            if _MARKER.fullmatch(text_of(raised)):
                tail = raised.tail
                raised.clear()
                raised.tail = tail


def _is_head(row: etree._Element, number: int, grid: _Grid) -> bool:
    parent = row.getparent()
    if parent is not None and local_name(parent) in ("thead", "tbody", "tfoot"):
        return local_name(parent) == "thead"
    cells = [local_name(cell) for cell in row if local_name(cell) in ("td", "th")]
    return bool(cells) and set(cells) == {"th"} and number < 3


def _span(element: etree._Element, name: str) -> int:
    value = (element.get(name) or "").strip()
    return max(1, int(value)) if value.isascii() and value.isdigit() and len(value) < 6 else 1


def _cell_text(element: etree._Element) -> tuple[str, bool]:
    """The text of a cell, and whether it begins with a space that is wider than layout needs."""
    raw = str(element.xpath("string()"))[:40]
    beginning = raw[: len(raw) - len(raw.lstrip())].replace(LINE, "")
    return take_out(" ".join(text_of(element).replace(LINE, " ").split()))[0], not beginning.isascii()
