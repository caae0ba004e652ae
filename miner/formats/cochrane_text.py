"""The Cochrane Library's plain text: "Record #1 of 5", then "TI: title", "AB: abstract", "PM: PUBMED 1"."""

import re
from collections.abc import Iterator

from miner.formats.base import Head
from miner.formats.fields import without_copyright
from miner.formats.tagged import Tags, article_of_tags, first, read_tags, split_records
from miner.model.articles import Article, Reject

_BEGIN = re.compile(r"\ufeff?Record #\d{1,6} of \d{1,6}\s*$")
_TAG = re.compile(r"([A-Z]{2,4}):(?: |$)(.*)")
_NAMES = {
    "title": ("TI",),
    "abstract": ("AB",),
    "authors": ("AU",),
    "journal": ("SO",),
    "year": ("YR",),
    "volume": ("VL",),
    "issue": ("NO",),
    "pages": ("PG",),
    "types": ("PT",),
    "doi": ("DOI",),
}
_PUBMED = re.compile(r"PUBMED:? ?(\d{4,8})(?!\d)", re.IGNORECASE)


def matches(head: Head) -> bool:
    """Whether the text begins with a record's counter."""
    return any(_BEGIN.match(line) for line in head.lines[:5])


def parse(text: str, *, source: str = "file") -> Iterator[Article | Reject]:
    """Every record from its counter on."""
    for position, lines in enumerate(split_records(text, lambda line: bool(_BEGIN.match(line))), start=1):
        tags = read_tags(lines[1:], _TAG.match)
        yield _article(tags, first(tags, "ID") or f"record {position}", source, "\n".join(lines))


def _article(tags: Tags, item: str, source: str, payload: str) -> Article | Reject:
    stated = " ".join([*tags.get("PM", []), *tags.get("XR", [])])
    found = _PUBMED.search(stated)
    more: dict[str, object] = {"abstract": without_copyright(first(tags, "AB")), "authors": tags.get("AU", [])}
    if found:
        more["pmid"] = found.group(1)
    return article_of_tags(tags, _NAMES, item=item, source=source, payload=payload, more=more)
