"""PubMed's XML (efetch answers, baseline and update files, saved searches) as a stream of articles.

Follows the element descriptions of NLM's PubMed DTD (pubmed_190101 and later; books: bookdoc_190101).
"""

import re
from collections.abc import Iterator
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
            yield from (Deleted(pmid) for pmid in _texts(element, "PMID"))

    tags = (*_RECORDS, "DeleteCitation", "DeleteDocument", "ERROR")
    return read_records(stream, tags, read, source=source, check_root=_check_root)


def record(element: etree._Element, *, source: str = "pubmed", position: int = 1) -> Article | Reject:
    """The article of one PubmedArticle or PubmedBookArticle element; rejects name its PMID or else its position."""
    book = element.find("BookDocument")
    citation = book if book is not None else element.find("MedlineCitation")
    if citation is None:
        citation = element
    pmid = _text(citation, "PMID")
    item = f"PMID {pmid}" if pmid else f"record {position}"
    if book is not None:
        parts = _book_parts(book)
    else:
        article = citation.find("Article")
        parts = _article_parts(article if article is not None else citation, citation)
    ids = _article_ids(element, book)
    types = tuple(_texts(citation, ".//PublicationTypeList/PublicationType")) + tuple(
        _texts(citation, "PublicationType")
    )
    kinds = {kind.lower() for kind in types}
    version = citation.find("PMID[@Version]")
    outcome = to_article(
        source=source,
        item=item,
        pmid=pmid,
        pmcid=ids.get("pmc") or ids.get("pmcid"),
        doi=ids.get("doi") or _electronic_doi(citation),
        types=(*types, *(("book chapter",) if book is not None else ())),
        notices=_notices(citation, kinds),
        version=version.get("Version") if version is not None and version.get("Version") != "1" else None,
        **parts,
    )
    return replace(outcome, payload=_serialized(element)) if isinstance(outcome, Reject) else outcome


def _article_parts(article: etree._Element, citation: etree._Element) -> _Parts:
    journal = article.find("Journal")
    issue = journal.find("JournalIssue") if journal is not None else None
    return {
        "title": _title(article),
        "sections": _abstract(article, citation),
        "authors": _authors(article.find("AuthorList")),
        "journal": _text(article, "Journal/Title") or _text(citation, "MedlineJournalInfo/MedlineTA"),
        "volume": _text(issue, "Volume"),
        "issue": _text(issue, "Issue"),
        "pages": _text(article, "Pagination/MedlinePgn")
        or pages_of(_text(article, "Pagination/StartPage"), _text(article, "Pagination/EndPage")),
        "published": most_precise(_date(issue, "PubDate"), _date(article, "ArticleDate")),
        "language": _text(article, "Language"),
    }


def _book_parts(book: etree._Element) -> _Parts:
    chapter = _title(book)
    authors = next(
        (listed for listed in book.findall("AuthorList") if listed.get("Type", "authors") == "authors"), None
    )
    return {
        "title": chapter or _text(book, "Book/BookTitle") or "",
        "sections": _abstract(book, book),
        "authors": _authors(authors) or _authors(book.find("Book/AuthorList")),
        "journal": _text(book, "Book/BookTitle"),
        "volume": _text(book, "Book/Volume"),
        "pages": _text(book, "Pagination/MedlinePgn"),
        "published": most_precise(_date(book, "Book/PubDate"), _date(book, "ContributionDate")),
        "language": _text(book, "Language"),
    }


def _title(article: etree._Element) -> str:
    title = _text(article, "ArticleTitle") or ""
    if _NOT_AVAILABLE.fullmatch(title):
        title = ""
    return title or _text(article, "VernacularTitle") or ""


def _abstract(article: etree._Element, citation: etree._Element) -> list[Section]:
    """The abstract's sections; an English OtherAbstract only where there is no other."""
    abstract = article.find("Abstract")
    texts = abstract.findall("AbstractText") if abstract is not None else []
    if not any(text_of(text) for text in texts):
        other = next(
            (found for found in citation.findall("OtherAbstract") if found.get("Language", "eng") == "eng"), None
        )
        texts = other.findall("AbstractText") if other is not None else []
    sections = []
    for text in texts:
        label = text.get("Label") or ""
        sections.append(
            Section("abstract", text_of(text), "" if label.upper() in ("UNLABELLED", "UNASSIGNED") else label)
        )
    return sections


def _authors(listed: etree._Element | None) -> list[str]:
    names = []
    for author in listed.findall("Author") if listed is not None else ():
        if author.get("ValidYN") == "N":
            continue
        collective = _text(author, "CollectiveName")
        given = _text(author, "ForeName") or _text(author, "FirstName") or _text(author, "Initials")
        person = " ".join(part for part in (given, _text(author, "LastName"), _text(author, "Suffix")) if part)
        names.append(collective or person)
    return names


def _article_ids(element: etree._Element, book: etree._Element | None) -> dict[str, str]:
    """The record's own ids by kind; those of the references it cites stand elsewhere and are not read."""
    ids: dict[str, str] = {}
    for path in ("PubmedData/ArticleIdList", "PubmedBookData/ArticleIdList"):
        for listed in element.findall(path):
            for found in listed.findall("ArticleId"):
                ids.setdefault(found.get("IdType", "").lower(), text_of(found))
    for found in book.findall("ArticleIdList/ArticleId") if book is not None else ():
        ids.setdefault(found.get("IdType", "").lower(), text_of(found))
    return ids


def _electronic_doi(citation: etree._Element) -> str | None:
    for found in (*citation.findall("Article/ELocationID"), *citation.findall("ELocationID")):
        if found.get("EIdType") == "doi" and found.get("ValidYN") != "N":
            return text_of(found)
    return None


def _date(parent: etree._Element | None, path: str) -> str | None:
    found = parent.find(path) if parent is not None else None
    if found is None:
        return None
    free = _text(found, "MedlineDate")
    return date_in(free) if free else iso_date(_text(found, "Year"), _text(found, "Month"), _text(found, "Day"))


def _notices(citation: etree._Element, types: set[str]) -> list[Notice]:
    notices = []
    for link in citation.iterfind("CommentsCorrectionsList/CommentsCorrections"):
        named = _text(link, "RefSource") or ""
        relation = link.get("RefType", "")
        kind = _NOTICES.get(relation)
        if relation == "UpdateIn" and "preprint" in types:
            kind = "preprint_of"
        elif relation == "UpdateOf" and "preprint" not in types and _PREPRINT_SERVER.search(named):
            kind = "published_from"
        if kind:
            notices.append(Notice(kind, pmid=_text(link, "PMID"), doi=normalize_doi(named)))
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


def _text(parent: etree._Element | None, path: str) -> str | None:
    found = parent.find(path) if parent is not None else None
    return (text_of(found) or None) if found is not None else None


def _texts(parent: etree._Element, path: str) -> list[str]:
    return [text for found in parent.iterfind(path) if (text := text_of(found))]


def _serialized(element: etree._Element) -> str:
    return etree.tostring(element, encoding="unicode", with_tail=False)[:MAX_PAYLOAD]
