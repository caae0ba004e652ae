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
_TABLE_TAGS = {**_NAMES, "types": ("DT",)}
"""The columns of a table that are read: not "ID" (Keywords Plus), "DA" (day of export), "PG" (number of pages)."""
_SET_ASIDE = ("Author Full Names", "Document Type", "Publication Type", "Date of Export", "Number of Pages")


def matches(head: Head) -> bool:
    """Whether the text begins with the file header, or a record begins with PT and goes on with tags."""
    if not head.lines:
        return False
    if _HEADER.match(head.lines[0]):
        return True
    at = next((at for at, line in enumerate(head.lines[:5]) if _BEGIN.match(line)), None)
    return at is not None and any(_TAG.match(line) for line in head.lines[at + 1 : at + 3])


def columns_of(header: Sequence[str]) -> list[tuple[int, str]] | None:
    """(column, the field that it holds) of a table of Web of Science, the better column of a field first.

    None for other tables.
    """
    names = [name.strip("\ufeff \"'") for name in header]
    if {"PT", "AU", "TI", "SO"} <= set(names):
        return [(names.index(tag), field) for field, tags in _TABLE_TAGS.items() for tag in tags if tag in names]
    if "UT (Unique WOS ID)" in names:
        better = {"Author Full Names": "authors", "Document Type": "types"}
        first = [(names.index(name), field) for name, field in better.items() if name in names]
        rest = [(at, name) for at, name in enumerate(names) if name not in _SET_ASIDE]
        return first + rest
    return None


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
