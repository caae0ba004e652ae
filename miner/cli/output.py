"""What the terminal shows: results to stdout as tables or JSON, chatter and progress to stderr."""

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

_PROSE = 40
"""Characters from which on a cell counts as prose."""
_SHORT = 16
"""Characters of a short value before it goes on in the next line, where there is prose beside it."""


def stdout() -> Console:
    """The console for results."""
    return Console(highlight=False, soft_wrap=False)


def stderr() -> Console:
    """The console for chatter."""
    return Console(stderr=True, highlight=False)


def say(message: str) -> None:
    """One line of chatter."""
    stderr().print(Text(message), soft_wrap=True)


def print_table(columns: Sequence[str], rows: Iterable[Sequence[Any]], title: str | None = None) -> None:
    """Rows as a table, or as TSV where stdout is no terminal; None shows as nothing, lists joined by commas."""
    cells = [[cell(value) for value in row] for row in rows]
    if not sys.stdout.isatty():
        for line in (columns, *cells):
            sys.stdout.write("\t".join(" ".join(text.split()) for text in line) + "\n")
        return
    longest = [max((len(text) for text in column), default=0) for column in zip(*cells, strict=True)]
    prose = any(length > _PROSE for length in longest)
    table = Table(
        title=title, title_justify="left", header_style="bold", box=box.ROUNDED, show_lines=prose, expand=prose
    )
    for number, column in enumerate(columns):
        # Sentences get the room that short values leave, or they would be broken into a word a line.
        if prose and longest[number] > _PROSE:
            table.add_column(column, overflow="fold", ratio=1)
        else:
            table.add_column(column, overflow="fold", max_width=_SHORT if prose else None)
    for row in cells:
        table.add_row(*map(Text, row))
    stdout().print(table)


def cell(value: Any) -> str:
    """A value as a table shows it."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.3f}".rstrip("0").rstrip(".")
    if isinstance(value, list | tuple):
        return ", ".join(cell(v) for v in value)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def print_json(value: Any) -> None:
    """A value as one JSON document."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=1, default=str) + "\n")


def print_json_line(value: Any) -> None:
    """A value as one line of JSON Lines."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str) + "\n")
