"""Convert values to text that is safe to show on a terminal, in a table or in a spreadsheet."""

import json
import re
from typing import Any

UNSAFE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\U000e0000-\U000e007f]"
)
"""Control characters of the terminal (C0, DEL, C1), marks and overrides of text direction, lone surrogates, tags."""
_FORMULA = re.compile(r"[=+\-@\t\r]")


def printable(text: str, keep: str = "") -> str:
    r"""The text with each control character of a terminal written as an escape, except those in `keep`.

    >>> printable("a\x1b[31mred\u202e")
    'a\\x1b[31mred\\u202e'
    """
    return UNSAFE.sub(lambda m: m[0] if m[0] in keep else _escape(m[0]), text)


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def one_line(text: str) -> str:
    """The text on one line, safe to print, with white space collapsed."""
    return printable(" ".join(text.split()))


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


def spreadsheet_cell(value: Any) -> str:
    """A value as a cell that a spreadsheet does not evaluate; an apostrophe is put before text like a formula.

    >>> spreadsheet_cell("=HYPERLINK(...)"), spreadsheet_cell(-0.5)
    ("'=HYPERLINK(...)", '-0.5')
    """
    text = printable(cell(value), keep="\n\t\r")
    guarded = not isinstance(value, int | float) and _FORMULA.match(text)
    return f"'{text}" if guarded else text


def unguarded(text: str) -> str:
    """The text without the apostrophe that `spreadsheet_cell` adds."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text[1:]) else text
