"""Layout of rows on a terminal: a table where every column gets room, else a block of lines for each row."""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from rich import box
from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from graph_schema.model import Predicate
from miner.cli.text import styled
from miner.model.cells import cell, one_line

MIN_TABLE_WIDTH = 140
"""Terminal columns below which rows with sentences are blocks."""
MIN_WRAPPED = 20
"""The least width that a value is wrapped to."""
MIN_SENTENCE = 36
"""The least width of a column of sentences in a table."""
MAX_SHORT = 48
"""Characters up to which a value is short, and goes on the first line of its block."""
MAX_ITEM_LINES = 2
"""Lines of a block that a list, such as the sources, may take."""
_SUBJECTS = ("subject", "cargo", "regulator", "mirna", "what", "treatment", "marker", "delivered")
_REFERENCES = ("assertion", "evidence", "sources")
"""Columns that close a block: ids and publications, on lines of their own under the sentence."""
_UNLABELED = {"vesicle", "vesicles", "cancers", "cancer", "kind"}
_VALUE = re.compile(r"-?\d+(\.\d+)?|true|false")
_PREDICATES = {*Predicate, *(f"NOT {p}" for p in Predicate)}

Cells = Sequence[Sequence[str]]


def layout(columns: Sequence[str], rows: Sequence[Sequence[Any]], width: int, title: str = "") -> RenderableType:
    """The rows as a table of at most `width` terminal columns, or as blocks where a column would get too narrow."""
    names = [one_line(name) for name in columns]
    cells = [[one_line(cell(value)) for value in row] for row in rows]
    widths = _column_widths(names, cells, width)
    body = _blocks(names, rows, cells, width) if widths is None else _table(names, cells, widths)
    return Group(styled(title, "bold"), body) if title else body


def _column_widths(names: Sequence[str], cells: Cells, width: int) -> list[int] | None:
    """A width for each column so that the table fits; None where a column would be too narrow or an id be broken."""
    longest = [max(map(cell_len, column)) for column in zip(names, *cells, strict=True)]
    available = width - 3 * len(names) - 1
    if sum(longest) <= available:
        return longest
    if width < MIN_TABLE_WIDTH:
        return None
    least = [_least_width(column, size) for column, size in zip(zip(names, *cells, strict=True), longest, strict=True)]
    spare = available - sum(least)
    if spare < 0:
        return None
    # The longest texts share what the others leave.
    wanting = sum(size - low for size, low in zip(longest, least, strict=True))
    return [low + spare * (size - low) // wanting for size, low in zip(longest, least, strict=True)]


def _least_width(column: Sequence[str], longest: int) -> int:
    word = max((cell_len(word) for text in column for word in text.split()), default=0)
    return max(word, min(longest, MIN_SENTENCE if longest > 2 * MIN_SENTENCE else MIN_WRAPPED))


def _table(names: Sequence[str], cells: Cells, widths: Sequence[int]) -> Table:
    wrapped = any(cell_len(text) > size for row in cells for text, size in zip(row, widths, strict=True))
    table = Table(header_style="bold", box=box.ROUNDED, show_lines=wrapped)
    for name, size in zip(names, widths, strict=True):
        table.add_column(styled(name), width=size, overflow="fold")
    for row in cells:
        table.add_row(*map(styled, row))
    return table


def _blocks(names: Sequence[str], rows: Sequence[Sequence[Any]], cells: Cells, width: int) -> Text:
    claim = _claim_columns(names, cells)
    long = {
        number
        for number, column in enumerate(zip(*cells, strict=True))
        if number not in claim
        and names[number] not in _REFERENCES
        and any(cell_len(text) > MAX_SHORT for text in column)
    }
    text = Text()
    for values, row in zip(rows, cells, strict=True):
        if text:
            text.append("\n")
        text.append_text(_block(names, values, row, claim, long, width))
    return text


def _claim_columns(names: Sequence[str], cells: Cells) -> tuple[int, ...]:
    """The columns of subject, predicate and object, or none where the rows state no claims.

    The object is what comes next after the predicate: another predicate or numbers may stand between.
    """
    columns = list(zip(*cells, strict=True))
    for at, column in enumerate(columns):
        if at and set(column) <= _PREDICATES:
            subject = next((names.index(name) for name in _SUBJECTS if name in names[:at]), 0)
            objects = (
                k
                for k in range(at + 1, len(names))
                if names[k] not in (*_REFERENCES, "sentence") and _names_things(columns[k])
            )
            return next(((subject, at, k) for k in objects), ())
    return ()


def _names_things(column: Iterable[str]) -> bool:
    return any(text and text not in _PREDICATES and not _VALUE.fullmatch(text) for text in column)


def _block(
    names: Sequence[str], values: Sequence[Any], row: Sequence[str], claim: Sequence[int], long: set[int], width: int
) -> Text:
    """One row: the claim with its short values first; under it, indented, its sentences and lists.

    What is false is left out: the name of a value that is true says enough.
    """
    if claim:
        subject, predicate, object_ = (row[number] for number in claim)
        head = [f"{subject} —{predicate}→ {object_}"]
    else:
        head = [] if 0 in long else [row[0]]
    references = [names.index(name) for name in _REFERENCES if name in names]
    shown = {*claim, *long, *references} if claim else {0, *long, *references}
    for number, (name, text) in enumerate(zip(names, row, strict=True)):
        if text and number not in shown and values[number] is not False:
            head.append(text if claim and name in _UNLABELED else f"{name} {text}")
    block = styled("\n".join(_wrap_items(head, width, "    ")))
    block.stylize("bold", 0, len(head[0]) if head else 0)
    for number in sorted(long):
        if row[number]:
            block.append("\n" if block else "")
            block.append_text(_indented(names[number], values[number], row[number], width))
    items = [item for number in references if number not in claim for item in _items(values[number])]
    if items:
        block.append_text(styled("\n" + "\n".join(_shortened(items, width)), "dim"))
    return block


def _items(value: Any) -> list[str]:
    """The texts of a list, or of a single value; nothing of an empty one."""
    texts = [one_line(cell(item)) for item in (value if isinstance(value, list | tuple) else [value])]
    return [text for text in texts if text]


def _indented(name: str, value: Any, text: str, width: int) -> Text:
    if isinstance(value, list | tuple) and len(value) > 1:
        items = [one_line(cell(item)) for item in value]
        if all(cell_len(item) <= MAX_SHORT for item in items):
            return styled("\n".join(_shortened(items, width)), "dim")
    label = "" if name == "sentence" else f"{name}: "
    return styled("\n".join(_wrap_words(f"  {label}{text}", width, "  ")))


def _shortened(items: Sequence[str], width: int) -> list[str]:
    """The items on at most MAX_ITEM_LINES lines, with the number of items left out."""
    for count in range(len(items), 0, -1):
        more = [f"and {len(items) - count} more"] if count < len(items) else []
        lines = _wrap_items(["  " + items[0], *items[1:count], *more], width, "  ")
        if len(lines) <= MAX_ITEM_LINES or count == 1:
            return lines
    return []


def _wrap_items(items: Iterable[str], width: int, indent: str) -> list[str]:
    """Items joined by " · ", a new line where the next does not fit; an item is broken only where it is too long."""
    lines: list[str] = []
    for item in items:
        joined = f"{lines[-1]} · {item}" if lines else item
        if cell_len(joined) <= width:
            lines[-1:] = [joined]
        else:
            lines += _wrap_words(f"{indent}{item}" if lines else item, width, indent)
    return lines


def _wrap_words(text: str, width: int, indent: str) -> list[str]:
    """The text in lines of at most `width`, later ones indented; a word that is longer, such as an id, stays whole."""
    start = len(text) - len(text.lstrip(" "))
    lines, line = [], text[:start]
    for word, following in pairwise([*text[start:].split(" "), None]):
        assert word is not None
        spaced = line if not line.strip() else f"{line} "
        if line.strip() and cell_len(spaced + word) > width:
            lines.append(line)
            spaced = indent
        line = spaced + word
        if following is None:
            lines.append(line)
    return lines
