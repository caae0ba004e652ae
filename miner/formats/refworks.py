"""RefWorks tagged format: "RT Journal Article", "A1 author", "T1 title", "AB abstract"."""

import re
from collections.abc import Iterator

from miner.formats.base import Head
from miner.formats.fields import without_copyright
from miner.formats.stated_ids import accession_pmid
from miner.formats.tagged import Tags, article_of_tags, first, read_tags, split_records
from miner.model.articles import Article, Reject

_TAG = re.compile(r"\ufeff?([A-Z][A-Z0-9])(?: |$)(.*)")
_BEGIN = re.compile(r"\ufeff?RT [A-Z][A-Za-z,/ ()-]+$")
_NAMES = {
    "types": ("RT",),
    "title": ("T1", "TI"),
    "abstract": ("AB",),
    "authors": ("A1", "AU", "A2"),
    "journal": ("JF", "JO", "T2"),
    "year": ("YR",),
    "date": ("FD",),
    "volume": ("VO",),
    "issue": ("IS",),
    "firstpage": ("SP",),
    "lastpage": ("OP",),
    "language": ("LA",),
    "doi": ("DO",),
    "pmid": ("PM",),
    "note": ("NO",),
    "link": ("LK", "UL"),
}
_TAGS = {tag for tags in _NAMES.values() for tag in tags} | {
    *("AD", "AN", "AV", "CL", "CN", "CP", "CR", "DB", "DS", "ED", "ID", "IP", "JF", "K1", "LL", "NP", "OL", "PB"),
    *("PP", "RD", "RM", "SF", "SL", "SN", "SR", "ST", "T3", "U1", "U2", "U3", "U4", "U5", "U6", "U7", "U8", "U9"),
    *("U10", "U11", "U12", "U13", "U14", "U15", "WP", "WT", "WV", "PMID", "A3", "A4", "A5", "A6", "RP", "TA"),
}


def matches(head: Head) -> bool:
    """Whether a record begins with RT and goes on with tags."""
    at = next((at for at, line in enumerate(head.lines[:20]) if _BEGIN.match(line)), None)
    following = head.lines[at + 1 : at + 3] if at is not None else []
    return bool(following) and all(_tagged(line) for line in following)


def parse(text: str, *, source: str = "file") -> Iterator[Article | Reject]:
    """Every record from its RT line on."""
    for position, lines in enumerate(split_records(text, lambda line: bool(_BEGIN.match(line))), start=1):
        yield _article(read_tags(lines, _tagged), f"record {position}", source, "\n".join(lines))


def _tagged(line: str) -> re.Match[str] | None:
    found = _TAG.match(line)
    return found if found and found.group(1) in _TAGS else None


def _article(tags: Tags, item: str, source: str, payload: str) -> Article | Reject:
    more: dict[str, object] = {"abstract": without_copyright(first(tags, "AB"))}
    database = " ".join([*tags.get("DB", []), *tags.get("DS", [])])
    if not first(tags, "PM") and (pmid := accession_pmid(first(tags, "AN"), database)):
        more["pmid"] = pmid
    return article_of_tags(tags, _NAMES, item=item, source=source, payload=payload, more=more)
