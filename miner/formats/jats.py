"""JATS articles (PMC's .nxml and efetch answers, publishers' XML): abstract and full text (jats.nlm.nih.gov)."""

import re
from collections.abc import Iterator
from typing import BinaryIO

from lxml import etree

from miner.errors import ParseError
from miner.formats import jats_text
from miner.formats.dates import date_in, iso_date
from miner.formats.jats_body import full_text
from miner.formats.markup import local_name, text_of
from miner.formats.record import pages_of, to_article
from miner.formats.xml_stream import read_records
from miner.model.articles import Article, Notice, NoticeKind, Reject
from miner.model.identifiers import normalize_doi, normalize_pmid
from miner.model.licenses import normalize_license

_NOTICES: dict[str, NoticeKind] = {
    "retracted-article": "retraction_of",
    "retraction-forward": "retracted_by",
    "retraction": "retracted_by",
    "corrected-article": "correction_of",
    "correction-forward": "corrected_by",
    "correction": "corrected_by",
    "object-of-concern": "concern_of",
    "expression-of-concern": "concern_by",
    "concern-forward": "concern_by",
    "preprint": "published_from",
}
_HREF = "{http://www.w3.org/1999/xlink}href"
_PRINTED_FIRST = ("ppub", "print", "collection", "epub-ppub", "epub", "electronic", "pub", "")


def parse(stream: BinaryIO, *, source: str = "file") -> Iterator[Article | Reject]:
    """Every article of the document, alone or in a set; a break in the XML ends the stream with a reject."""

    def read(element: etree._Element, count: int) -> Iterator[Article | Reject]:
        if _is_whole(element):
            yield article(element, source=source, position=count + 1)

    return read_records(stream, ("{*}article",), read, source=source, check_root=_raise_no_article)


def article(element: etree._Element, *, source: str = "file", position: int = 1) -> Article | Reject:
    """The article of one <article> element; a reject names its identifier or else its position."""
    meta = _find(element, "front", "article-meta")
    meta = element if meta is None else meta
    journal = _find(element, "front", "journal-meta")
    ids = _ids(meta)
    kinds = [(element.get("article-type") or "").replace("-", " "), *_review_headings(meta)]
    return to_article(
        source=source,
        item=next(
            (f"{kind.upper()} {ids[kind]}" for kind in ("pmcid", "pmid", "doi") if kind in ids), f"article {position}"
        ),
        title=jats_text.title(element, meta),
        sections=[*jats_text.abstract(element, meta), *full_text(element)],
        pmid=ids.get("pmid"),
        pmcid=ids.get("pmcid"),
        doi=ids.get("doi"),
        authors=_authors(meta),
        journal=_deep_text(journal, "journal-title") or _deep_text(journal, "abbrev-journal-title"),
        volume=_child_text(meta, "volume"),
        issue=_child_text(meta, "issue"),
        pages=_child_text(meta, "page-range")
        or pages_of(_child_text(meta, "fpage"), _child_text(meta, "lpage"))
        or _child_text(meta, "elocation-id"),
        published=_published(meta),
        language=element.get("{http://www.w3.org/XML/1998/namespace}lang"),
        types=[kind for kind in kinds if kind not in ("", "other")],
        notices=_notices(meta),
        version=_child_text(meta, "article-version"),
        license=_license(meta),
        payload=etree.tostring(meta, encoding="unicode", with_tail=False)[:4000],
    )


def _raise_no_article(root: etree._Element) -> None:
    raise ParseError(f"no JATS article: the document is a <{root.tag}> - save the article's full XML")


def _is_whole(element: etree._Element) -> bool:
    """An <article> that is the record and not a mention of one inside another."""
    parent = element.getparent()
    return parent is None or local_name(parent) not in ("article", "sub-article", "ref", "mixed-citation", "p")


def _ids(meta: etree._Element) -> dict[str, str]:
    ids: dict[str, str] = {}
    for found in _children(meta, "article-id"):
        kind, value = (found.get("pub-id-type") or "").lower(), text_of(found)
        if kind in ("pmc", "pmcid") or (kind == "" and value.startswith("PMC")):
            ids.setdefault("pmcid", value)
        elif kind in ("pmid", "doi"):
            ids.setdefault(kind, value)
    return ids


def _authors(meta: etree._Element) -> list[str]:
    names = []
    for contributor in meta.iter("{*}contrib", "contrib"):
        if contributor.get("contrib-type", "author") != "author":
            continue
        name = next(iter(contributor.iter("{*}name", "name", "{*}string-name", "string-name")), None)
        if name is not None:
            parts = (_child_text(name, part) for part in ("given-names", "surname", "suffix"))
            names.append(" ".join(part for part in parts if part) or text_of(name))
        else:
            names.append(_child_text(contributor, "collab") or "")
    return names


def _published(meta: etree._Element) -> str | None:
    """The printed issue's date where it has one, else the electronic one."""
    dates = list(_children(meta, "pub-date"))

    def rank(date: etree._Element) -> int:
        kind = date.get("pub-type") or date.get("publication-format") or date.get("date-type") or ""
        return _PRINTED_FIRST.index(kind) if kind in _PRINTED_FIRST else len(_PRINTED_FIRST)

    for date in sorted(dates, key=rank):
        stated = iso_date(_child_text(date, "year"), _child_text(date, "month"), _child_text(date, "day"))
        if stated := stated or date_in(_child_text(date, "string-date") or date.get("iso-8601-date") or ""):
            more = [iso_date(*(_child_text(one, part) for part in ("year", "month", "day"))) for one in dates]
            return max((one for one in more if one and one.startswith(stated)), key=len, default=stated)
    return None


def _review_headings(meta: etree._Element) -> list[str]:
    """A heading that files the article under reviews, where its type does not say so."""
    subjects = [text_of(found) for found in meta.iter("{*}subject", "subject")]
    return ["review" for subject in subjects if re.search(r"\breviews?\b", subject, re.IGNORECASE)][:1]


def _notices(meta: etree._Element) -> list[Notice]:
    notices = []
    for link in _children(meta, "related-article"):
        kind = _NOTICES.get(link.get("related-article-type") or "")
        target = link.get(_HREF) or text_of(link)
        if kind:
            pmid = normalize_pmid(target) if link.get("ext-link-type") == "pubmed" else None
            notices.append(Notice(kind, pmid=pmid, doi=normalize_doi(target)))
    return notices


def _license(meta: etree._Element) -> str | None:
    """The license that the permissions state: by its URL, else in words."""
    for permissions in _children(meta, "permissions"):
        for license_ in _children(permissions, "license"):
            urls = [one.get(_HREF) or "" for one in license_.iter()]
            urls += [text_of(one) for one in license_.iter("{*}license_ref", "license_ref")]
            stated = [url for url in urls if "creativecommons.org" in url] or [text_of(license_)]
            if name := normalize_license(stated[0]):
                return name
    return None


def _children(element: etree._Element, name: str) -> Iterator[etree._Element]:
    return (child for child in element if local_name(child) == name)


def _find(element: etree._Element, *path: str) -> etree._Element | None:
    found: etree._Element | None = element
    for name in path:
        found = next(_children(found, name), None) if found is not None else None
    return found


def _child_text(element: etree._Element, name: str) -> str | None:
    found = _find(element, name)
    return (text_of(found) or None) if found is not None else None


def _deep_text(element: etree._Element | None, name: str) -> str | None:
    if element is None:
        return None
    return next((text for found in element.iter("{*}" + name, name) if (text := text_of(found))), None)
