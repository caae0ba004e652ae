"""Tables (CSV, TSV, semicolons, bars; sheets of workbooks) in which one line names the columns."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from miner.errors import ParseError
from miner.formats import web_of_science
from miner.formats.base import Head
from miner.formats.fields import article_of, canonical_name, without_copyright
from miner.formats.record import reject
from miner.model.articles import Article, Reject

DELIMITERS = (",", "\t", ";", "|")
MAX_LINES = 2_000
"""Lines that one record may run over: more means that a quotation mark was not closed."""
MAX_PREAMBLE = 20
"""Lines before the one that names the columns ("About the data: Exported on …")."""
MAX_CELL = 8_000_000
"""Characters of one cell: Scopus writes all references into one."""
MIN_KNOWN = 2
"""Columns with known names that make a line the header of a table."""


@dataclass(frozen=True, slots=True)
class _Columns:
    """The header of a table, and (column, the field that it holds), the better column of a field first."""

    header: list[str]
    fields: list[tuple[int, str]]
    glued_authors: bool = False

    @classmethod
    def of(cls, header: Sequence[str]) -> "_Columns":
        names = [name.strip("\ufeff ") for name in header]
        fields = web_of_science.columns_of(names) or list(enumerate(names))
        return cls(list(header), fields, "Item DOI" in names and "Content Type" in names)


def matches(head: Head) -> bool:
    """Whether one of the first lines names columns, a title or an abstract among them."""
    return _header_at([f"{line}\n" for line in head.text.split("\n")[:MAX_PREAMBLE]]) is not None


def matches_without_names(head: Head) -> bool:
    """Whether the first lines hold the same number of tabs, two or more: a table, be it without names."""
    counts = {line.count("\t") for line in head.lines[:10]}
    return len(head.lines[:10]) >= 3 and len(counts) == 1 and counts.pop() >= 2


def parse(text: str, *, source: str = "file") -> Iterator[Article | Reject]:
    """One record a row; rows that are cut, too long or shifted are rejects.

    Raises ParseError when no column is named as a title or an abstract.
    """
    csv.field_size_limit(MAX_CELL)
    lines = io.StringIO(text, newline=None).readlines()
    found = _header_at(lines[:MAX_PREAMBLE])
    if found is None:
        raise ParseError('no column is named "title" or "abstract" - name the columns in the table\'s first line')
    start, delimiter = found
    header, end = _row(lines, start, delimiter)
    columns = _Columns.of(header or [])
    row_number = 0
    while end < len(lines):
        begin = end
        row, end = _row(lines, begin, delimiter)
        raw = "".join(lines[begin:end])
        if row is not None and (not any(cell.strip() for cell in row) or _is_header(row, columns)):
            continue
        row_number += 1
        yield _article(columns, row, f"row {row_number} (line {begin + 1})", raw, source)


def parse_sheets(sheets: Iterable[tuple[str, list[list[str]]]], *, source: str = "file") -> Iterator[Article | Reject]:
    """One record a row of each sheet that names its columns; other sheets are passed over.

    Raises ParseError when no sheet does.
    """
    found = False
    for name, rows in sheets:
        at = next((at for at, row in enumerate(rows[:MAX_PREAMBLE]) if _names_columns(row)), None)
        if at is None:
            continue
        found = True
        columns = _Columns.of(rows[at])
        for position, row in enumerate(rows[at + 1 :], start=at + 2):
            if any(cell.strip() for cell in row) and not _is_header(row, columns):
                raw = "\t".join(row)
                yield _article(columns, row, f"sheet {name}, row {position}", raw, source)
    if not found:
        raise ParseError('no sheet has a column named "title" or "abstract" - name the columns in its first row')


def _header_at(lines: Sequence[str]) -> tuple[int, str] | None:
    """(the line that names the columns, what parts them); None when no line does.

    One known name suffices in the first line that is not blank.
    """
    stated = None
    first = True
    for at, line in enumerate(lines):
        if not line.strip():
            continue
        if hint := re.fullmatch(r"\ufeff?sep=([,\t;|])\s*", line):  # Excel's own hint
            stated = hint.group(1)
            continue
        delimiter = stated or delimiter_of(line)
        cells = _cells(line, delimiter)
        if _names_columns(cells) or (stated and first and _names_text(cells)):
            return at, delimiter
        first = False
    return None


def delimiter_of(header: str) -> str:
    """What parts the columns: the delimiter under which the most of them have names that are known."""
    return max(DELIMITERS, key=lambda delimiter: (_known(_cells(header, delimiter)), header.count(delimiter)))


def _names_columns(cells: Sequence[str]) -> bool:
    return _names_text(cells) and _known(cells) >= MIN_KNOWN


def _names_text(cells: Sequence[str]) -> bool:
    return any(canonical_name(cell.strip("\ufeff ")) in ("title", "abstract") for cell in cells)


def _known(cells: Sequence[str]) -> int:
    return len({name for cell in cells if (name := canonical_name(cell.strip("\ufeff ")))})


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line.strip("\ufeff\r\n")], delimiter=delimiter), [])
    except csv.Error:
        return []


def _is_header(row: Sequence[str], columns: _Columns) -> bool:
    """Whether a row is the header again: tables are joined by hand."""
    return [cell.strip() for cell in row] == [cell.strip("\ufeff ") for cell in columns.header]


def _row(lines: list[str], begin: int, delimiter: str) -> tuple[list[str] | None, int]:
    """The row that begins at a line and where the next begins; None for one whose quotation marks do not close."""
    part = lines[begin : begin + MAX_LINES]
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


def _article(columns: _Columns, row: list[str] | None, item: str, raw: str, source: str) -> Article | Reject:
    if row is None:
        return reject(source, item, "a quotation mark is not closed", raw)
    extra = [cell for cell in row[len(columns.header) :] if cell.strip()]
    if extra:
        reason = f"it has {len(row)} cells under {len(columns.header)} columns - put quotation marks around texts"
        return reject(source, item, reason, raw)
    record: dict[str, object] = {}
    for at, name in columns.fields:
        if at < len(row) and not str(record.get(name, "")).strip():
            record[name] = row[at]
    _unglue_authors(columns, record)
    for name in record:
        if canonical_name(name) == "abstract":
            record[name] = without_copyright(str(record[name]))
    identity = next((cell for name, cell in record.items() if canonical_name(name) == "id" and str(cell).strip()), "")
    _take_europepmc_id(record, str(identity).strip())
    # A row number names nothing outside its table; two tables would share it.
    return article_of(record, item=item, source=source, keep_id=not str(identity).strip().isdecimal(), payload=raw)


def _unglue_authors(columns: _Columns, record: dict[str, object]) -> None:
    """SpringerLink writes "Xia LiPaul Moreau" for two authors."""
    if columns.glued_authors and isinstance(record.get("Authors"), str):
        glued = str(record["Authors"])
        record["Authors"] = re.split(r"(?<=[a-zß-ÿ.])(?<!\bMc)(?<!\bMac)(?<!\bDe)(?<!\bLe)(?<!\bDi)(?=[A-ZÀ-Þ])", glued)


def _take_europepmc_id(record: dict[str, object], identity: str) -> None:
    """Europe PMC's tables hold the PMID as the id of source MED."""
    source = next((str(value) for name, value in record.items() if name.lower() == "source"), "")
    external = next(
        (str(value) for name, value in record.items() if name.lower() in ("ext_id", "extid", "id")), identity
    )
    if (
        source == "MED"
        and external.isdecimal()
        and not any(canonical_name(name) == "pmid" and value for name, value in record.items())
    ):
        record["pmid"] = external
