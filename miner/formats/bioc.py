"""BioC documents (PubTator, PMC's BioC service), as JSON and as XML: title and abstract passages.

Passages of full text, tables and references are left out: what they name are other papers.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from miner.formats.base import Head
from miner.formats.dates import date_in
from miner.formats.markup import local_name, plain
from miner.formats.record import to_article
from miner.formats.xml_stream import read_records
from miner.model.articles import Article, Reject, Section
from miner.model.identifiers import normalize_pmcid, normalize_pmid

Passage = tuple[Mapping[str, str], str]
"""(infons, text)."""

_HEADING = re.compile(r"title_\d|abstract_title", re.IGNORECASE)


def matches_xml(head: Head) -> bool:
    """Whether this is a BioC collection."""
    return head.has_root("collection", "document") and ("BioC" in head.text or "<passage>" in head.text)


def is_document(record: Mapping[str, Any]) -> bool:
    """Whether a JSON object is a BioC document."""
    return isinstance(record.get("passages"), list)


def parse_xml(stream: BinaryIO, *, source: str = "file") -> Iterator[Article | Reject]:
    """Every document of a BioC XML collection, in constant memory."""

    def read(element: Any, count: int) -> Iterator[Article | Reject]:
        yield _article(_text(element, "id"), _infons(element), _passages(element), count + 1, source)

    return read_records(stream, ("document",), read, source=source)


def article(record: Mapping[str, Any], *, item: str, source: str = "file") -> Article | Reject:
    """The article of a BioC document in JSON."""
    passages: list[Passage] = [
        (_strings(one.get("infons")), str(one.get("text") or ""))
        for one in record["passages"]
        if isinstance(one, Mapping)
    ]
    name = str(record.get("id") or record.get("_id") or "")
    return _article(name, _strings(record.get("infons")), passages, 0, source, item)


def _article(
    name: str, infons: Mapping[str, str], passages: list[Passage], position: int, source: str, item: str = ""
) -> Article | Reject:
    front = dict(infons)
    titles: list[str] = []
    sections: list[Section] = []
    label = ""
    for own, text in passages:
        kind = own.get("type", "").lower()
        section = own.get("section_type", own.get("section", "")).lower()
        if kind in ("title", "front") or (section == "title" and not titles):
            titles.append(text)
            front |= own
        elif section == "abstract" or kind.startswith("abstract"):
            if _HEADING.match(kind):
                label = text
            else:
                sections.append(Section("abstract", plain(text), label))
                label = ""
    pmcid, pmid = _identifiers(name, front)
    return to_article(
        source=source,
        item=name or item or f"record {position}",
        source_id=None if pmid or pmcid else name,
        title=plain(titles[0]) if titles else "",
        sections=sections,
        pmid=pmid,
        pmcid=pmcid,
        doi=front.get("article-id_doi") or front.get("journal", "").partition(";")[2],
        journal=front.get("journal", "").partition(";")[0] or None,
        published=date_in(front.get("year", "") or front.get("journal", "").partition(";")[2]),
    )


def _identifiers(name: str, front: Mapping[str, str]) -> tuple[str | None, str | None]:
    """(PMCID, PMID): stated by the title passage, else what the document's id is."""
    pmcid, pmid = front.get("article-id_pmc"), front.get("article-id_pmid")
    found = normalize_pmcid(pmcid) if pmcid else None
    if found is None and re.fullmatch(r"PMC\d+", name, re.IGNORECASE):
        found = name.upper()
    if pmid is None and name.isdecimal() and found != f"PMC{name}":
        pmid = name
    return found, normalize_pmid(pmid) if pmid else None


def _strings(infons: Any) -> dict[str, str]:
    return {str(name): str(value) for name, value in infons.items()} if isinstance(infons, Mapping) else {}


def _text(element: Any, name: str) -> str:
    return (element.findtext(name) or "").strip()


def _infons(element: Any) -> dict[str, str]:
    return {str(one.get("key")): (one.text or "").strip() for one in element if local_name(one) == "infon"}


def _passages(element: Any) -> list[Passage]:
    return [(_infons(one), _text(one, "text")) for one in element if local_name(one) == "passage"]
