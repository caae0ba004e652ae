"""Output of the command line: results to stdout, messages to stderr, every text made safe for a terminal."""

import csv
import json
import re
import sys
from collections.abc import Iterable, Sequence
from typing import Any, TextIO

from rich.console import Console
from rich.text import Text

_UNSAFE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\U000e0000-\U000e007f]"
)
"""Control characters of the terminal (C0, DEL, C1), marks and overrides of text direction, lone surrogates, tags."""
_FORMULA = re.compile(r"[=+\-@\t\r]")


def printable(text: str, keep: str = "") -> str:
    r"""The text with each character that would steer a terminal written as an escape, but those in `keep`.

    >>> printable("a\x1b[31mred\u202e")
    'a\\x1b[31mred\\u202e'
    """
    return _UNSAFE.sub(lambda m: m[0] if m[0] in keep else _escape(m[0]), text)


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def styled(text: str, style: str = "") -> Text:
    """The text, safe to print, in a style of rich's."""
    return Text(printable(text, keep="\n"), style)


def one_line(text: str) -> str:
    """The text on one line, safe to print: white space collapsed."""
    return printable(" ".join(text.split()))


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


def cell(value: Any) -> str:
    """A value as a table shows it: None as nothing, a list joined by commas.

    >>> cell([0.5, None, "miR-21"])
    '0.5, , miR-21'
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.3f}".rstrip("0").rstrip(".")
    if isinstance(value, list | tuple):
        return ", ".join(cell(v) for v in value)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def print_table(columns: Sequence[str], rows: Iterable[Sequence[Any]], title: str = "") -> None:
    """Print rows: on a terminal as a table or, where that would be too wide, as blocks; elsewhere as TSV."""
    if sys.stdout.isatty():
        from miner.cli.rows import layout

        console = stdout()
        console.print(layout(columns, list(rows), console.width, title), soft_wrap=True)
    else:
        write_tsv(columns, rows)


def write_tsv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write a header and rows to stdout, tab-separated, each value on one line."""
    for row in (columns, *rows):
        sys.stdout.write("\t".join(one_line(cell(value)) for value in row) + "\n")


def write_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write CSV to stdout for spreadsheets: no text is taken for a formula."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([spreadsheet_cell(value) for value in row] for row in rows)


def spreadsheet_cell(value: Any) -> str:
    """A value as a cell that a spreadsheet does not evaluate: text like a formula gets an apostrophe before it.

    >>> spreadsheet_cell("=HYPERLINK(...)"), spreadsheet_cell(-0.5)
    ("'=HYPERLINK(...)", '-0.5')
    """
    text = printable(cell(value), keep="\n\t\r")
    guarded = not isinstance(value, int | float) and _FORMULA.match(text)
    return f"'{text}" if guarded else text


def unguarded(text: str) -> str:
    """The text that `spreadsheet_cell` guarded with an apostrophe."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text[1:]) else text


def print_json(value: Any) -> None:
    """Print a value as one JSON document."""
    sys.stdout.write(_json(value, 1) + "\n")


def print_json_line(value: Any) -> None:
    """Print a value as one line of JSON Lines."""
    sys.stdout.write(_json(value, None) + "\n")


def _json(value: Any, indent: int | None) -> str:
    text = json.dumps(value, ensure_ascii=not _takes_unicode(sys.stdout), indent=indent, default=str)
    return _UNSAFE.sub(lambda m: m[0] if m[0] == "\n" else json.dumps(m[0])[1:-1], text)


def _takes_unicode(stream: TextIO) -> bool:
    return (getattr(stream, "encoding", None) or "").lower().replace("-", "").startswith("utf")
