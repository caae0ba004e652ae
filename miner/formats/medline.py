"""MEDLINE display format (PubMed's "PubMed" and .nbib exports); tags: pubmed.ncbi.nlm.nih.gov/help/#pubmed-format."""

import re
from collections.abc import Iterable, Iterator

from miner.formats.abstract import abstract_sections
from miner.formats.dates import date_in, most_precise
from miner.formats.markup import plain
from miner.formats.record import given_name_first, reject, to_article
from miner.model.articles import Article, Notice, NoticeKind, Reject
from miner.model.identifiers import normalize_doi

_TAG = re.compile(r"([A-Z][A-Z0-9]{1,3}) {0,2}- ?(.*)")
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

Fields = dict[str, list[str]]


def parse(text: str, *, source: str = "file") -> Iterator[Article | Reject]:
    """Every record of a MEDLINE file; a stretch of text that holds no tag is a reject."""
    for position, lines in enumerate(_records(text.splitlines()), start=1):
        fields = _fields(lines)
        if fields:
            yield _article(fields, position, source, "\n".join(lines))
        else:
            yield reject(source, f"record {position}", "it has no MEDLINE tags", "\n".join(lines))


def _records(lines: Iterable[str]) -> Iterator[list[str]]:
    """Lines of one record: a PMID tag begins a new one, and so does a blank line before any tag."""
    record: list[str] = []
    blank = False
    for line in lines:
        tag = _TAG.match(line)
        begins = tag is not None and (tag.group(1) == "PMID" or (blank and "PMID" in _tags(record)))
        if begins and record:
            yield record
            record = []
        if line.strip():
            record.append(line)
        blank = not line.strip()
    if record:
        yield record


def _tags(record: list[str]) -> set[str]:
    return {tag.group(1) for line in record if (tag := _TAG.match(line))}


def _fields(lines: list[str]) -> Fields:
    """Values by tag; a line without a tag continues the one before."""
    fields: Fields = {}
    values: list[str] | None = None
    for line in lines:
        tag = _TAG.match(line)
        if tag and not line.startswith(" "):
            values = fields.setdefault(tag.group(1), [])
            values.append(tag.group(2).strip())
        elif values:
            values[-1] = f"{values[-1]} {line.strip()}".strip()
    return fields


def _article(fields: Fields, position: int, source: str, payload: str) -> Article | Reject:
    pmid = _first(fields, "PMID")
    title = plain(_first(fields, "TI", "BTI", "TT"))
    if title.startswith("[") and title.rstrip(".").endswith("]"):
        title = title.rstrip(".")[1:-1]
    return to_article(
        source=source,
        item=f"PMID {pmid}" if pmid else f"record {position}",
        title=title,
        sections=abstract_sections(plain(_first(fields, "AB"))),
        pmid=pmid,
        pmcid=_first(fields, "PMC"),
        doi=_doi(fields),
        authors=_authors(fields),
        journal=_first(fields, "JT", "TA", "BTI"),
        volume=_first(fields, "VI"),
        issue=_first(fields, "IP"),
        pages=_first(fields, "PG"),
        published=most_precise(date_in(_first(fields, "DP")), date_in(_first(fields, "DEP"))),
        language=_first(fields, "LA"),
        types=fields.get("PT", ()),
        notices=_notices(fields),
        payload=payload,
    )


def _first(fields: Fields, *tags: str) -> str:
    return next((value for tag in tags for value in fields.get(tag, ()) if value), "")


def _doi(fields: Fields) -> str | None:
    """The id marked [doi] in LID, AID or SO."""
    for value in (*fields.get("LID", ()), *fields.get("AID", ())):
        if "[doi]" in value:
            return normalize_doi(value.replace("[doi]", ""))
    return next((doi for value in fields.get("SO", ()) if (doi := normalize_doi(value))), None)


def _authors(fields: Fields) -> list[str]:
    people = fields.get("FAU") or fields.get("AU") or fields.get("FED") or fields.get("ED") or []
    return [given_name_first(author) for author in (*people, *fields.get("CN", ()))]


def _notices(fields: Fields) -> list[Notice]:
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
