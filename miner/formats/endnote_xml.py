"""EndNote's XML export: <xml><records><record>, the text of each field in <style> elements."""

import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from lxml import etree

from miner.formats.base import Head
from miner.formats.fields import article_of, without_copyright
from miner.formats.markup import local_name, tidy
from miner.formats.record import MAX_PAYLOAD
from miner.formats.stated_ids import accession_pmid, pmcid_in
from miner.formats.xml_stream import read_records
from miner.model.articles import Article, Reject

_FIELDS = {
    "title": "titles/title",
    "abstract": "abstract",
    "journal": "periodical/full-title",
    "volume": "volume",
    "issue": "number",
    "pages": "pages",
    "year": "dates/year",
    "date": "dates/pub-dates/date",
    "language": "language",
    "doi": "electronic-resource-num",
    "note": "notes",
}
_JOURNALS = ("titles/secondary-title", "titles/alt-title", "alt-periodical/full-title", "periodical/abbr-1")


def matches(head: Head) -> bool:
    """Whether this is EndNote's XML, whole or one record."""
    return head.has_root("xml", "records", "record") and bool(
        re.search(r"<(?:rec-number|ref-type|source-app)\b", head.text)
    )


def parse(stream: BinaryIO, *, source: str = "file") -> Iterator[Article | Reject]:
    """Every record, in constant memory."""

    def read(element: Any, count: int) -> Iterator[Article | Reject]:
        yield _article(element, f"record {count + 1}", source)

    return read_records(stream, ("record",), read, source=source)


def _article(element: Any, item: str, source: str) -> Article | Reject:
    record: dict[str, object] = {name: _text(element.find(path)) for name, path in _FIELDS.items()}
    record["journal"] = record["journal"] or next(
        (text for path in _JOURNALS if (text := _text(element.find(path)))), ""
    )
    record["authors"] = [text for one in element.findall("contributors/authors/author") if (text := _text(one))]
    record["abstract"] = without_copyright(str(record["abstract"]))
    kind = element.find("ref-type")
    record["types"] = [
        kind.get("name", "").lower() if kind is not None else "",
        _text(element.find("work-type")).lower(),
    ]
    record["link"] = [text for one in element.iterfind("urls//url") if (text := _text(one))]
    database = f"{_text(element.find('remote-database-name'))} {_text(element.find('remote-database-provider'))}"
    accession = _text(element.find("accession-num"))
    if not database.strip() and re.fullmatch(r"\d{4,8}", accession):
        record["pmid"] = accession
    elif pmid := accession_pmid(accession, database):
        record["pmid"] = pmid
    record["pmcid"] = pmcid_in(_text(element.find("custom2"))) or ""
    payload = etree.tostring(element, encoding="unicode")[:MAX_PAYLOAD]
    return article_of(record, item=item, source=source, keep_id=False, payload=payload)


def _text(element: Any) -> str:
    """The text of a field, its <style> elements joined without a gap."""
    return "" if element is None or not local_name(element) else tidy("".join(element.itertext()))
