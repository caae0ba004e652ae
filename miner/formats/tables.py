"""Tables (CSV, TSV, semicolons, bars) whose first line names the columns."""

import csv
import io
import re
from collections.abc import Iterator

from miner.errors import ParseError
from miner.formats.fields import article_of, canonical_name
from miner.formats.record import reject
from miner.model.articles import Article, Reject

DELIMITERS = (",", "\t", ";", "|")
_MOST_LINES = 2_000
"""Lines that one record may run over: more means that a quotation mark was not closed."""


def parse(text: str, *, source: str = "file") -> Iterator[Article | Reject]:
    """One record a row; rows that are cut, too long or shifted are rejects.

    Raises ParseError when no column is named as a title or an abstract.
    """
    lines = io.StringIO(text, newline=None).readlines()
    start = next((at for at, line in enumerate(lines) if line.strip()), 0)
    if lines and (stated := re.fullmatch(r"sep=([,\t;|])\s*", lines[start])):  # Excel's own hint
        start, delimiter = start + 1, stated.group(1)
    else:
        delimiter = delimiter_of(lines[start]) if lines else ","
    header, end = _row(lines, start, delimiter)
    names = {canonical_name(name) for name in header or ()}
    if not header or not names & {"title", "abstract"}:
        raise ParseError('no column is named "title" or "abstract" - name the columns in the table\'s first line')
    row_number = 0
    while end < len(lines):
        begin = end
        row, end = _row(lines, begin, delimiter)
        raw = "".join(lines[begin:end])
        if row is not None and not any(cell.strip() for cell in row):
            continue
        row_number += 1
        yield _article(header, row, f"row {row_number} (line {begin + 1})", raw, source)


def delimiter_of(header: str) -> str:
    """What parts the columns: the delimiter under which the most of them have names that are known."""
    return max(DELIMITERS, key=lambda delimiter: (known_columns(header, delimiter), header.count(delimiter)))


def known_columns(header: str, delimiter: str) -> int:
    """How many columns of a header have names that are known."""
    return len({name for cell in _cells(header, delimiter) if (name := canonical_name(cell))})


def names_text(header: str, delimiter: str) -> bool:
    """Whether a header names a column that holds titles or abstracts."""
    return any(canonical_name(cell) in ("title", "abstract") for cell in _cells(header, delimiter))


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line.rstrip("\r\n")], delimiter=delimiter), [])
    except csv.Error:
        return []


def looks_like_table(text: str) -> bool:
    """Whether the first lines hold the same number of tabs, two or more: a table, be it without names."""
    lines = [line for line in text.splitlines()[:10] if line.strip()]
    counts = {line.count("\t") for line in lines}
    return len(lines) >= 3 and len(counts) == 1 and counts.pop() >= 2


def _row(lines: list[str], begin: int, delimiter: str) -> tuple[list[str] | None, int]:
    """The row that begins at a line and where the next begins; None for one whose quotation marks do not close."""
    part = lines[begin : begin + _MOST_LINES]
    reader = csv.reader(part, delimiter=delimiter, strict=True)
    try:
        row = next(reader, [])
    except csv.Error:
        loose = csv.reader(part[:1], delimiter=delimiter)
        try:
            row = next(loose, [])
        except csv.Error:
            return None, begin + 1
        return (None if part[:1] and part[0].count('"') % 2 else row), begin + 1
    return row, begin + max(reader.line_num, 1)


def _article(header: list[str], row: list[str] | None, item: str, raw: str, source: str) -> Article | Reject:
    if row is None:
        return reject(source, item, "a quotation mark is not closed", raw)
    extra = [cell for cell in row[len(header) :] if cell.strip()]
    if extra:
        reason = f"it has {len(row)} cells under {len(header)} columns - put quotation marks around texts"
        return reject(source, item, reason, raw)
    record = dict(zip(header, row, strict=False))
    identity = next((cell for name, cell in record.items() if canonical_name(name) == "id" and cell.strip()), "")
    # A row number names nothing outside its table; two tables would share it.
    return article_of(record, item=item, source=source, keep_id=not identity.strip().isdecimal(), payload=raw)
