"""PubMed's XML (efetch answers, baseline and update files, saved searches) as a stream of articles.

Follows the element descriptions of NLM's PubMed DTD (pubmed_190101 and later; books: bookdoc_190101).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import BinaryIO, TypedDict

from lxml import etree

from miner.errors import ParseError
from miner.formats.dates import date_in, iso_date, most_precise
from miner.formats.markup import text_of
from miner.formats.record import MAX_PAYLOAD, pages_of, to_article
from miner.formats.xml_stream import read_records
from miner.model.articles import Article, Deleted, Notice, NoticeKind, Reject, Section
from miner.model.identifiers import normalize_doi

_RECORDS = ("PubmedArticle", "PubmedBookArticle")
_NOTICES: dict[str, NoticeKind] = {
    "RetractionIn": "retracted_by",
    "RetractedandRepublishedIn": "retracted_by",
    "RetractionOf": "retraction_of",
    "PartialRetractionIn": "corrected_by",
    "PartialRetractionOf": "correction_of",
    "ErratumIn": "corrected_by",
    "CorrectedandRepublishedIn": "corrected_by",
    "ErratumFor": "correction_of",
    "CorrectedandRepublishedFrom": "correction_of",
    "ExpressionOfConcernIn": "concern_by",
    "ExpressionOfConcernFor": "concern_of",
}
_PREPRINT_SERVER = re.compile(
    r"rxiv|res sq|research square|ssrn|preprints|10\.(?:1101|64898|21203|48550|2139|20944|26434|22541|36227|31219)/",
    re.IGNORECASE,
)
_NOT_AVAILABLE = re.compile(
    r"\[?\s*(?:not available|no title available|in process citation)\s*\.?\s*\]?\.?", re.IGNORECASE
)


class _Parts(TypedDict, total=False):
    title: str
    sections: list[Section]
    authors: list[str]
    journal: str | None
    volume: str | None
    issue: str | None
    pages: str | None
    published: str | None
    language: str | None


def parse(stream: BinaryIO, *, source: str = "pubmed") -> Iterator[Article | Reject | Deleted]:
    """Every record of a PubmedArticleSet, a PubmedBookArticleSet or a single record, in constant memory.

    A break in the XML ends the stream with one `Reject` whose reason begins with `BROKEN`. Raises ParseError where no
    record came before it, for XML that is not PubMed's, and for an error answer of efetch.
    """

    def read(element: etree._Element, count: int) -> Iterator[Article | Reject | Deleted]:
        if element.tag == "ERROR":
            _raise_error_answer(text_of(element))
        elif element.tag in _RECORDS:
            yield record(element, source=source, position=count + 1)
        else:
            yield from (Deleted(pmid) for found in element.iterfind("PMID") if (pmid := text_of(found)))

    tags = (*_RECORDS, "DeleteCitation", "DeleteDocument", "ERROR")
    return read_records(stream, tags, read, source=source, check_root=_check_root)


def record(element: etree._Element, *, source: str = "pubmed", position: int = 1) -> Article | Reject:
    """The article of one PubmedArticle or PubmedBookArticle element; rejects name its PMID or else its position."""
    citation = next((one for one in element if one.tag in ("MedlineCitation", "BookDocument")), element)
    book = citation if citation.tag == "BookDocument" else None
    facts = _children(citation)
    pmid = _text(facts.get("PMID"))
    parts = _book_parts(book) if book is not None else _article_parts(facts.get("Article", citation), citation)
    ids = _article_ids(element, book)
    types = _types(facts.get("Article"), citation)
    outcome = to_article(
        source=source,
        item=f"PMID {pmid}" if pmid else f"record {position}",
        pmid=pmid,
        pmcid=ids.get("pmc") or ids.get("pmcid"),
        doi=ids.get("doi") or _electronic_doi(citation),
        types=(*types, *(("book chapter",) if book is not None else ())),
        notices=_notices(facts.get("CommentsCorrectionsList"), {kind.lower() for kind in types}),
        version=_version(facts.get("PMID")),
        revised=_date(facts.get("DateRevised")) or _date(facts.get("DateCompleted")),
        **parts,
    )
    return replace(outcome, payload=_serialized(element)) if isinstance(outcome, Reject) else outcome


def _article_parts(article: etree._Element, citation: etree._Element) -> _Parts:
    facts = _children(article)
    journal = _children(facts.get("Journal"))
    issue = _children(journal.get("JournalIssue"))
    return {
        "title": _title(facts),
        "sections": _abstract(facts.get("Abstract"), citation),
        "authors": _authors(facts.get("AuthorList")),
        "journal": _text(journal.get("Title")) or _text(citation.find("MedlineJournalInfo/MedlineTA")),
        "volume": _text(issue.get("Volume")),
        "issue": _text(issue.get("Issue")),
        "pages": _pages(facts.get("Pagination")),
        "published": most_precise(_date(issue.get("PubDate")), _date(facts.get("ArticleDate"))),
        "language": _text(facts.get("Language")),
    }


def _book_parts(chapter: etree._Element) -> _Parts:
    facts = _children(chapter)
    book = _children(facts.get("Book"))
    authors = next(
        (listed for listed in chapter.findall("AuthorList") if listed.get("Type", "authors") == "authors"), None
    )
    return {
        "title": _title(facts) or _text(book.get("BookTitle")) or "",
        "sections": _abstract(facts.get("Abstract"), chapter),
        "authors": _authors(authors) or _authors(book.get("AuthorList")),
        "journal": _text(book.get("BookTitle")),
        "volume": _text(book.get("Volume")),
        "pages": _pages(facts.get("Pagination")),
        "published": most_precise(_date(book.get("PubDate")), _date(facts.get("ContributionDate"))),
        "language": _text(facts.get("Language")),
    }


def _pages(pagination: etree._Element | None) -> str | None:
    facts = _children(pagination)
    return _text(facts.get("MedlinePgn")) or pages_of(_text(facts.get("StartPage")), _text(facts.get("EndPage")))


def _version(pmid: etree._Element | None) -> str | None:
    """The version of a record that has more than one."""
    version = pmid.get("Version") if pmid is not None else None
    return version if version != "1" else None


def _title(facts: Mapping[str, etree._Element]) -> str:
    title = _text(facts.get("ArticleTitle")) or ""
    if _NOT_AVAILABLE.fullmatch(title):
        title = ""
    return title or _text(facts.get("VernacularTitle")) or ""


def _abstract(abstract: etree._Element | None, citation: etree._Element) -> list[Section]:
    """The abstract's sections; an English OtherAbstract only where there is no other."""
    sections = _labelled(abstract)
    if not any(section.text for section in sections):
        others = (one for one in citation.iterfind("OtherAbstract") if one.get("Language", "eng") in ("eng", "en"))
        summaries = sorted(others, key=lambda one: "plain" in one.get("Type", ""))
        sections = _labelled(summaries[0]) if summaries else []
    return sections


def _labelled(abstract: etree._Element | None) -> list[Section]:
    sections = []
    for part in abstract if abstract is not None else ():
        if part.tag == "AbstractText":
            label = part.get("Label") or ""
            label = "" if label.upper() in ("UNLABELLED", "UNASSIGNED") else label
            sections.append(Section("abstract", text_of(part), label))
    return sections


def _types(article: etree._Element | None, citation: etree._Element) -> list[str]:
    """Publication types, wherever they stand in articles and in books."""
    holders = [one for one in (article, citation) if one is not None]
    lists = [listed for one in holders for listed in one.iterchildren("PublicationTypeList")]
    found = [type_ for one in (*lists, citation) for type_ in one.iterchildren("PublicationType")]
    return [text for type_ in found if (text := text_of(type_))]


def _authors(listed: etree._Element | None) -> list[str]:
    names = []
    for author in listed if listed is not None else ():
        if author.tag != "Author" or author.get("ValidYN") == "N":
            continue
        facts = _children(author)
        given = _text(facts.get("ForeName")) or _text(facts.get("FirstName")) or _text(facts.get("Initials"))
        parts = (given, _text(facts.get("LastName")), _text(facts.get("Suffix")))
        names.append(_text(facts.get("CollectiveName")) or " ".join(part for part in parts if part))
    return names


def _article_ids(element: etree._Element, book: etree._Element | None) -> dict[str, str]:
    """The record's own ids by kind, without those of the references it cites."""
    ids: dict[str, str] = {}
    for holder in (*element.iterchildren("PubmedData", "PubmedBookData"), *((book,) if book is not None else ())):
        for listed in holder.iterchildren("ArticleIdList"):
            for found in listed.iterchildren("ArticleId"):
                ids.setdefault(found.get("IdType", "").lower(), text_of(found))
    return ids


def _electronic_doi(citation: etree._Element) -> str | None:
    for found in (*citation.findall("Article/ELocationID"), *citation.findall("ELocationID")):
        if found.get("EIdType") == "doi" and found.get("ValidYN") != "N":
            return text_of(found)
    return None


def _date(stated: etree._Element | None) -> str | None:
    if stated is None:
        return None
    facts = _children(stated)
    free = _text(facts.get("MedlineDate"))
    return date_in(free) if free else iso_date(*(_text(facts.get(part)) for part in ("Year", "Month", "Day")))


def _notices(links: etree._Element | None, types: set[str]) -> list[Notice]:
    notices = []
    for link in links if links is not None else ():
        named = _text(link.find("RefSource")) or ""
        relation = link.get("RefType", "")
        kind = _NOTICES.get(relation)
        if relation == "UpdateIn" and "preprint" in types:
            kind = "preprint_of"
        elif relation == "UpdateOf" and "preprint" not in types and _PREPRINT_SERVER.search(named):
            kind = "published_from"
        if kind:
            notices.append(Notice(kind, pmid=_text(link.find("PMID")), doi=normalize_doi(named)))
    if "retracted publication" in types and not any(notice.kind == "retracted_by" for notice in notices):
        notices.append(Notice("retracted_by"))
    return notices


def _raise_error_answer(message: str) -> None:
    if message:
        raise ParseError(f"PubMed answered with an error: {message[:200]} - ask again later")


def _check_root(root: etree._Element) -> None:
    name = str(root.tag)
    if name not in ("PubmedArticleSet", "PubmedBookArticleSet"):
        raise ParseError(
            f"no PubMed records: the document is a <{name}> - save the search as XML (PubMed), or use efetch"
        )


def _children(element: etree._Element | None) -> dict[str, etree._Element]:
    """The first child of each name."""
    return {child.tag: child for child in reversed(element)} if element is not None else {}


def _text(element: etree._Element | None) -> str | None:
    return (text_of(element) or None) if element is not None else None


def _serialized(element: etree._Element) -> str:
    return etree.tostring(element, encoding="unicode", with_tail=False)[:MAX_PAYLOAD]
