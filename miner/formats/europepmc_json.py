"""Results of Europe PMC's search (europepmc.org/RestfulWebService, result types lite and core), as JSON and as XML."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from lxml import etree

from miner.errors import ParseError
from miner.formats.abstract import markup_sections
from miner.formats.dates import date_in, iso_date, most_precise
from miner.formats.json_depth import TOO_DEEP, excerpt, is_too_deep
from miner.formats.markup import local_name, plain, text_of
from miner.formats.record import given_name_first, reject, to_article
from miner.formats.xml_stream import read_records
from miner.model.articles import Article, Notice, NoticeKind, Reject
from miner.model.identifiers import normalize_doi
from miner.model.licenses import normalize_license

_SOURCES = {"MED", "PMC", "PPR", "AGR", "CBA", "CTX", "ETH", "HIR", "PAT", "CIT", "NBK"}
_NOTICES: dict[str, NoticeKind] = {
    "retraction in": "retracted_by",
    "retracted and republished in": "retracted_by",
    "retraction of": "retraction_of",
    "partial retraction in": "corrected_by",
    "partial retraction of": "correction_of",
    "erratum in": "corrected_by",
    "corrected and republished in": "corrected_by",
    "erratum for": "correction_of",
    "corrected and republished from": "correction_of",
    "expression of concern in": "concern_by",
    "expression of concern for": "concern_of",
    "preprint of": "preprint_of",
    "preprint in": "published_from",
    "has preprint": "published_from",
}
_LISTS = {
    "authorList": "author",
    "pubTypeList": "pubType",
    "commentCorrectionList": "commentCorrection",
}


def parse(body: bytes | str | Mapping[str, Any], *, source: str = "europepmc") -> Iterator[Article | Reject]:
    """Every result of a search answer; ParseError when it is an error or no search answer."""
    if isinstance(body, Mapping):
        document: Any = body
    else:
        try:
            document = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise ParseError(f"no Europe PMC answer: broken JSON ({error}) - fetch it again") from error
    for position, result in enumerate(results(document), start=1):
        yield article(result, source=source, position=position)


def results(document: Any) -> list[Any]:
    """The results of a search answer."""
    if isinstance(document, Mapping):
        if message := document.get("errMsg") or document.get("errorMessage"):
            raise ParseError(f"Europe PMC answered with an error: {str(message)[:200]} - ask again later")
        listed = document.get("resultList")
        if isinstance(listed, Mapping) and isinstance(listed.get("result", []), list):
            return list(listed.get("result", []))
        if document.get("hitCount") == 0:
            return []
    raise ParseError("no Europe PMC search answer: it has no resultList - ask for format=json")


def is_result(record: Mapping[str, Any]) -> bool:
    """Whether a JSON object is a result of Europe PMC."""
    source = record.get("source")
    return (
        isinstance(source, str)
        and source in _SOURCES
        and "id" in record
        and ("pubYear" in record or "authorString" in record)
    )


def parse_xml(stream: BinaryIO, *, source: str = "europepmc") -> Iterator[Article | Reject]:
    """Every result of a search answer saved as XML, result type lite, core or Dublin Core."""

    def read(element: etree._Element, count: int) -> Iterator[Article | Reject]:
        name = local_name(element)
        if name == "errmsg":
            raise ParseError(f"Europe PMC answered with an error: {text_of(element)[:200]} - ask again later")
        described = _from_dublin_core(element) if name == "description" else _from_xml(element)
        yield article(described, source=source, position=count + 1)

    return read_records(stream, ("result", "{*}Description", "errMsg"), read, source=source)


def article(result: Any, *, source: str = "europepmc", position: int = 1) -> Article | Reject:
    """The article of one result; `source_id` is "MED:12345" and the like, a reject names it or else its position."""
    if not isinstance(result, Mapping):
        return reject(source, f"record {position}", "it is no JSON object", excerpt(result))
    if is_too_deep(result):
        return reject(source, f"record {position}", TOO_DEEP)
    within, own = _text(result, "source"), _text(result, "id")
    journal = _mapping(result.get("journalInfo"))
    types = _types(result)
    return to_article(
        source=source,
        item=f"{within}:{own}" if own else f"record {position}",
        source_id=f"{within}:{own}" if own else None,
        title=plain(_text(result, "title")),
        sections=markup_sections(_text(result, "abstractText")),
        pmid=_text(result, "pmid"),
        pmcid=_text(result, "pmcid"),
        doi=_text(result, "doi"),
        authors=_authors(result),
        journal=plain(
            _text(_mapping(journal.get("journal")), "title")
            or _text(result, "journalTitle")
            or _text(_mapping(result.get("bookOrReportDetails")), "comprisingTitle", "publisher")
        ),
        volume=_text(journal, "volume") or _text(result, "journalVolume"),
        issue=_text(journal, "issue") or _text(result, "issue"),
        pages=_text(result, "pageInfo"),
        published=_published(result, journal),
        language=_text(result, "language"),
        types=[*types, *(["preprint"] if within == "PPR" else [])],
        notices=_notices(result, types),
        version=_text(result, "versionNumber"),
        license=normalize_license(_text(result, "license")),
        payload=excerpt(result),
    )


def _types(result: Mapping[str, Any]) -> list[str]:
    listed = [str(kind).lower() for kind in _listed(result, "pubTypeList")]
    return listed or [kind.strip().lower() for kind in _text(result, "pubType").split(";") if kind.strip()]


def _authors(result: Mapping[str, Any]) -> list[str]:
    names = []
    for author in _listed(result, "authorList"):
        if isinstance(author, Mapping):
            person = f"{_text(author, 'firstName')} {_text(author, 'lastName')}".strip()
            names.append(person if _text(author, "lastName") else _text(author, "collectiveName", "fullName"))
    return names or [name.strip() for name in _text(result, "authorString").rstrip(".").split(",")]


def _published(result: Mapping[str, Any], journal: Mapping[str, Any]) -> str | None:
    """The issue's date; the day of first publication where it says the same or nothing else is known."""
    printed = date_in(_text(journal, "dateOfPublication")) or iso_date(
        _text(journal, "yearOfPublication") or _text(result, "pubYear"), _text(journal, "monthOfPublication")
    )
    first = date_in(_text(result, "firstPublicationDate"))
    return most_precise(most_precise(printed, date_in(_text(journal, "printPublicationDate"))), first)


def _notices(result: Mapping[str, Any], types: list[str]) -> list[Notice]:
    notices = []
    for link in _listed(result, "commentCorrectionList"):
        if not isinstance(link, Mapping):
            continue
        kind = _NOTICES.get(_text(link, "type").lower())
        if kind:
            pmid = _text(link, "id") if link.get("source") == "MED" else None
            notices.append(Notice(kind, pmid=pmid or None, doi=normalize_doi(_text(link, "reference"))))
    if "retracted publication" in types and not any(notice.kind == "retracted_by" for notice in notices):
        notices.append(Notice("retracted_by"))
    return notices


def _from_xml(element: etree._Element) -> dict[str, Any]:
    """A result element in the shape that JSON has."""
    result: dict[str, Any] = {}
    for child in element:
        name = etree.QName(child).localname if isinstance(child.tag, str) else ""
        if name in _LISTS:
            result[name] = {_LISTS[name]: [_from_xml(one) if len(one) else one.text or "" for one in child]}
        elif name in ("title", "abstractText"):
            result[name] = (child.text or "") + "".join(etree.tostring(inner, encoding="unicode") for inner in child)
        elif name:
            result[name] = _from_xml(child) if len(child) else child.text or ""
    return result


def _from_dublin_core(element: etree._Element) -> dict[str, Any]:
    """An rdf:Description in the shape that JSON has."""
    result: dict[str, Any] = {"authorList": {"author": []}}
    for child in element:
        name, text = local_name(child), text_of(child)
        if name == "creator":
            result["authorList"]["author"].append({"fullName": given_name_first(text)})
        elif name in ("title", "language"):
            result[name] = text
        elif name == "abstract":
            result["abstractText"] = text
        elif name == "description":
            result["pubType"] = text
        elif name == "date":
            result["firstPublicationDate"] = text
        elif name == "identifier" and "doi.org/" in text:
            result["doi"] = text
        elif name == "identifier" and "/abstract/" in text:
            result["source"], _, result["id"] = text.partition("/abstract/")[2].partition("/")
        elif name == "isversionof":
            result["pmcid"] = text
    if result.get("source") == "MED":
        result["pmid"] = result["id"]
    return result


def _listed(result: Mapping[str, Any], name: str) -> list[Any]:
    listed = _mapping(result.get(name)).get(_LISTS[name])
    return listed if isinstance(listed, list) else []


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(holder: Mapping[str, Any], *names: str) -> str:
    return next((str(holder[name]) for name in names if isinstance(holder.get(name), str | int)), "")
