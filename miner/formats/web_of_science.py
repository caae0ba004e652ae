"""Web of Science's plain text ("FN Clarivate…", "PT J" … "ER") and the field tags of its tables.

Tags: Web of Science Core Collection field tags (Clarivate).
"""

import re
from collections.abc import Iterator, Sequence

from miner.formats.base import Head
from miner.formats.stated_ids import accession_pmid
from miner.formats.tagged import Tags, all_of, article_of_tags, first, read_tags
from miner.model.articles import Article, Reject

_TAG = re.compile(r"\ufeff?([A-Z][A-Z0-9])(?: |$)(.*)")
_BEGIN = re.compile(r"\ufeff?PT [A-Z]{1,2}\s*$")
_END = re.compile(r"E[RF]\s*$")
_HEADER = re.compile(r"\ufeff?FN (?:Clarivate|Thomson|ISI|Web of)", re.IGNORECASE)
_TYPES = {"J": "journal article", "B": "book", "S": "book series", "P": "patent", "C": "conference paper"}
_LISTED = ("AU", "AF", "BA", "BF", "CA", "GP", "BE", "ED", "CR")
_NAMES = {
    "title": ("TI",),
    "abstract": ("AB",),
    "authors": ("AF", "AU", "BF", "BA", "CA"),
    "journal": ("SO", "JI", "J9"),
    "year": ("PY",),
    "date": ("PD", "EA"),
    "volume": ("VL",),
    "issue": ("IS",),
    "firstpage": ("BP", "AR"),
    "lastpage": ("EP",),
    "language": ("LA",),
    "doi": ("DI", "D2"),
    "pmid": ("PM",),
}
_COLUMNS = {tag: field for field, tags in _NAMES.items() for tag in tags} | {"DT": "types"}
"""The columns of a table that are read; "ID" (Keywords Plus), "DA" (day of export), "PG" (page count) are not."""


def matches(head: Head) -> bool:
    """Whether the file header stands at the beginning, or a record begins with PT and goes on with tags."""
    if not head.lines:
        return False
    if _HEADER.match(head.lines[0]):
        return True
    at = next((at for at, line in enumerate(head.lines[:5]) if _BEGIN.match(line)), None)
    return at is not None and any(_TAG.match(line) for line in head.lines[at + 1 : at + 3])


def column_fields(header: Sequence[str]) -> list[str] | None:
    """The fields that the columns of a table with two-letter tags hold ("" for none); None for other tables."""
    tags = [name.strip("\ufeff \"'").upper() for name in header]
    if not {"PT", "AU", "TI", "SO"} <= set(tags):
        return None
    # Two columns of one field: the better one is that which article_of meets first, under its own name.
    best = {field: next((tag for tag in found if tag in tags), "") for field, found in _NAMES.items()}
    return [_COLUMNS.get(tag, "") if best.get(_COLUMNS.get(tag, ""), tag) == tag else "" for tag in tags]


def parse(text: str, *, source: str = "file") -> Iterator[Article | Reject]:
    """Every record up to its ER line."""
    for position, lines in enumerate(_records(text), start=1):
        tags = read_tags(lines, _TAG.match, _LISTED)
        yield _article(tags, f"record {position}", source, "\n".join(lines))


def _records(text: str) -> Iterator[list[str]]:
    lines: list[str] | None = None
    for line in text.split("\n"):
        if _BEGIN.match(line):
            if lines:
                yield lines
            lines = []
        if _END.match(line):
            if lines:
                yield lines
            lines = None
        elif lines is not None:
            lines.append(line)
    if lines:
        yield lines


def _article(tags: Tags, item: str, source: str, payload: str) -> Article | Reject:
    accession = first(tags, "UT")
    more: dict[str, object] = {"types": all_of(tags, "DT") or [_TYPES.get(first(tags, "PT"), "")]}
    if not first(tags, "PM") and accession.startswith("MEDLINE:"):
        more["pmid"] = accession_pmid(accession.removeprefix("MEDLINE:"), "MEDLINE")
    return article_of_tags(tags, _NAMES, item=accession or item, source=source, payload=payload, more=more)
