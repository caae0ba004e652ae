"""Output of the command line: results to stdout, messages to stderr, every text made safe for a terminal."""

import csv
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, TextIO

import typer
from rich.console import Console
from rich.text import Text

from miner.cli.rows import layout
from miner.cli.text import styled
from miner.model.cells import UNSAFE, cell, one_line, printable, spreadsheet_cell

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
"""The option of commands that print JSON too."""


def configure_streams() -> None:
    """Write what the encoding of stdout or stderr lacks as an escape, instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def stdout() -> Console:
    """The console for results."""
    return Console(highlight=False)


def stderr() -> Console:
    """The console for messages."""
    return Console(stderr=True, highlight=False)


def say(message: str) -> None:
    """Print a message on stderr."""
    stderr().print(styled(message), soft_wrap=True)


def show(text: Text) -> None:
    """Print styled text on stdout, wrapped at words on a terminal."""
    console = stdout()
    console.print(text, soft_wrap=not console.is_terminal)


def write(text: str) -> None:
    """Print a line on stdout."""
    sys.stdout.write(printable(text, keep="\n\t") + "\n")


def print_table(columns: Sequence[str], rows: Iterable[Sequence[Any]], title: str = "") -> None:
    """Print rows: on a terminal as a table or, where that would be too wide, as blocks; elsewhere as TSV."""
    if sys.stdout.isatty():
        console = stdout()
        console.print(layout(columns, list(rows), console.width, title), soft_wrap=True)
    else:
        write_tsv(columns, rows)


def print_records(records: Sequence[Mapping[str, Any]]) -> None:
    """Print records that all have the same keys; see `print_table`."""
    print_table(list(records[0]), [list(record.values()) for record in records])


def write_tsv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write a header and rows to stdout, tab-separated, each value on one line."""
    for row in (columns, *rows):
        sys.stdout.write("\t".join(one_line(cell(value)) for value in row) + "\n")


def write_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write CSV to stdout for spreadsheets: no text is taken for a formula."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([spreadsheet_cell(value) for value in row] for row in rows)


def print_json(value: Any) -> None:
    """Print a value as one JSON document."""
    sys.stdout.write(_json(value, 1) + "\n")


def print_json_line(value: Any) -> None:
    """Print a value as one line of JSON Lines."""
    sys.stdout.write(_json(value, None) + "\n")


def _json(value: Any, indent: int | None) -> str:
    text = json.dumps(value, ensure_ascii=not _takes_unicode(sys.stdout), indent=indent, default=str)
    return UNSAFE.sub(lambda m: m[0] if m[0] == "\n" else json.dumps(m[0])[1:-1], text)


def _takes_unicode(stream: TextIO) -> bool:
    return (getattr(stream, "encoding", None) or "").lower().replace("-", "").startswith("utf")
