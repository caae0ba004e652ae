"""MEDLINE display format (PubMed's "PubMed" and .nbib exports); tags: pubmed.ncbi.nlm.nih.gov/help/#pubmed-format."""

import re
from collections.abc import Iterable, Iterator
from functools import partial

from miner.formats.abstract import abstract_sections
from miner.formats.base import Head
from miner.formats.dates import date_in, most_precise
from miner.formats.markup import plain
from miner.formats.record import given_name_first, to_article
from miner.formats.tagged import Tags, first, read_tags
from miner.model.articles import Article, Notice, NoticeKind, Reject
from miner.model.identifiers import normalize_doi

_TAGS = frozenset(
    {
        "AB", "AD", "AID", "AU", "AUID", "BTI", "CDAT", "CI", "CIN", "CN", "COI", "COIS", "CON", "CP", "CRDT",
        "CRF", "CRI", "CTDT", "CTI", "DA", "DCOM", "DDIN", "DEP", "DP", "DRIN", "ECF", "ECI", "ED", "EDAT", "EFR",
        "EIN", "EN", "FAU", "FED", "FIR", "FPS", "GN", "GR", "GS", "IP", "IR", "IRAD", "IS", "ISBN", "JID", "JT",
        "LA", "LID", "LR", "MH", "MHDA", "MID", "NM", "OAB", "OABL", "OCI", "OID", "ORI", "OT", "OTO", "OWN",
        "PB", "PG", "PHST", "PL", "PMC", "PMCR", "PMID", "PRIN", "PS", "PST", "PT", "PUBM", "RF", "RIN", "RN",
        "ROF", "RPF", "RPI", "RRF", "RRI", "SB", "SFM", "SI", "SO", "SPIN", "STAT", "TA", "TI", "TT", "UI", "UIN",
        "UOF", "VI", "VTI",
    }
)  # fmt: skip
_TAG = re.compile(r"(?=.{4}- )([A-Z][A-Z0-9]{1,3}) {0,2}- (.*)")
"""A tag fills four columns, so that a wrapped line that begins "PD-L1" is none."""
_LOOSE_TAG = re.compile(r"([A-Z][A-Z0-9]{1,3}) {0,2}- ?(.*)")
"""A tag in files whose columns have been lost."""
_NUMBER = re.compile(r"(?:<\d{1,6}>|\d{1,6}\.)\s*")
"""A counter that Ovid writes before each record."""
_NOTICES: dict[str, NoticeKind] = {
    "RIN": "retracted_by",
    "RRI": "retracted_by",
    "ROF": "retraction_of",
    "EIN": "corrected_by",
    "CRI": "corrected_by",
    "EFR": "correction_of",
    "CRF": "correction_of",
    "ECI": "concern_by",
    "ECF": "concern_of",
}
_PMID_IN_LINK = re.compile(r"PMID:\s*(\d+)")


def matches(head: Head) -> bool:
    """Whether a PMID line is there, or the file begins with two tagged lines."""
    if any(re.match(r"\ufeff?PMID {0,2}- ?\d", line) for line in head.lines):
        return True
    begin = [line for line in head.lines[:4] if not _NUMBER.fullmatch(line)][:2]
    return len(begin) == 2 and all(_tagged(line, _TAG) or _tagged(line, _LOOSE_TAG) for line in begin)


def parse(text: str, *, source: str = "file") -> Iterator[Article | Reject]:
    """Every record of a MEDLINE file; a stretch of text that holds no tag is no record."""
    text = text.lstrip("\ufeff")
    tag = _TAG if re.search(r"^(?:PMID|TI  |UI  )- ", text, re.MULTILINE) else _LOOSE_TAG
    position = 0
    for lines in _records(text.splitlines(), tag):
        fields = read_tags((line for line in lines if not _NUMBER.fullmatch(line)), partial(_tagged, tag=tag))
        if fields:
            position += 1
            yield _article(fields, position, source, "\n".join(lines))


def _tagged(line: str, tag: re.Pattern[str]) -> re.Match[str] | None:
    found = tag.match(line)
    return found if found and found.group(1) in _TAGS else None


def _records(lines: Iterable[str], pattern: re.Pattern[str]) -> Iterator[list[str]]:
    """Lines of one record: an identifier or a counter begins a new one, and so does a blank line before any tag."""
    record: list[str] = []
    seen: set[str] = set()
    blank = False
    for line in lines:
        tag = _tagged(line, pattern)
        name = tag.group(1) if tag else ""
        begins = (
            name == "PMID"
            or (name == "UI" and "TI" in seen)
            or (blank and bool(name) and bool({"PMID", "UI"} & seen))
            or bool(_NUMBER.fullmatch(line))
        )
        if begins and record:
            yield record
            record, seen = [], set()
        if line.strip():
            record.append(line)
        if name:
            seen.add(name)
        blank = not line.strip()
    if record:
        yield record


def _article(fields: Tags, position: int, source: str, payload: str) -> Article | Reject:
    pmid = first(fields, "PMID", "UI")
    title = plain(first(fields, "TI", "BTI", "TT"))
    if title.startswith("[") and title.rstrip(".").endswith("]"):
        title = title.rstrip(".")[1:-1]
    return to_article(
        source=source,
        item=f"PMID {pmid}" if pmid else f"record {position}",
        title=title,
        sections=abstract_sections(plain(first(fields, "AB"))),
        pmid=pmid,
        pmcid=first(fields, "PMC"),
        doi=_doi(fields),
        authors=_authors(fields),
        journal=first(fields, "JT", "TA", "BTI"),
        volume=first(fields, "VI"),
        issue=first(fields, "IP"),
        pages=first(fields, "PG"),
        published=most_precise(date_in(first(fields, "DP")), date_in(first(fields, "DEP"))),
        language=first(fields, "LA"),
        types=fields.get("PT", ()),
        notices=_notices(fields),
        payload=payload,
    )


def _doi(fields: Tags) -> str | None:
    """The id marked [doi] in LID, AID or SO."""
    for value in (*fields.get("LID", ()), *fields.get("AID", ())):
        if "[doi]" in value:
            return normalize_doi(value.replace("[doi]", ""))
    return next((doi for value in fields.get("SO", ()) if (doi := normalize_doi(value))), None)


def _authors(fields: Tags) -> list[str]:
    people = fields.get("FAU") or fields.get("AU") or fields.get("FED") or fields.get("ED") or []
    return [given_name_first(author) for author in (*people, *fields.get("CN", ()))]


def _notices(fields: Tags) -> list[Notice]:
    types = {kind.lower() for kind in fields.get("PT", ())}
    kinds = dict(_NOTICES)
    if "preprint" in types:
        kinds["UIN"] = "preprint_of"
    notices = []
    for tag, kind in kinds.items():
        for value in fields.get(tag, ()):
            pmid = _PMID_IN_LINK.search(value)
            notices.append(Notice(kind, pmid=pmid.group(1) if pmid else None, doi=normalize_doi(value)))
    if "retracted publication" in types and not any(notice.kind == "retracted_by" for notice in notices):
        notices.append(Notice("retracted_by"))
    return notices
