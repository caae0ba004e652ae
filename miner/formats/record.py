"""From the parts that a record states to an `Article`, or to a `Reject` that says what is missing: for every parser."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from miner.formats.markup import tidy
from miner.formats.titles import without_brackets
from miner.model.articles import Article, Notice, Reject, Section
from miner.model.identifiers import normalize_doi, normalize_pmcid, normalize_pmid

MAX_PAYLOAD = 4_000
"""Characters of a rejected record that are kept with it."""

MAX_TEXT = 500_000
"""Characters of title and sections beyond which a record is a book: about 180 pages, of which reading one page takes
some 10 MB of memory (`pipelines.measure.full_text`)."""

_FAMILY_FIRST = re.compile(r"([^,]+),\s*([^,]+)(?:,\s*([^,]+))?")
_RETRACTED = re.compile(r"\W*(?:retracted|withdrawn)(?: article| chapter| paper)?(?:\]|\s*[:–—-])", re.IGNORECASE)
"""How publishers mark the title of an article that has been retracted."""

_SUFFIXED = re.compile(r"(.+) (Jr\.?|Sr\.?|2nd|3rd|I{2,3}|IV)")


def to_article(
    *,
    source: str,
    item: str,
    title: str,
    sections: Iterable[Section] = (),
    source_id: str | None = None,
    pmid: str | None = None,
    pmcid: str | None = None,
    doi: str | None = None,
    authors: Iterable[str] = (),
    journal: str | None = None,
    volume: str | None = None,
    issue: str | None = None,
    pages: str | None = None,
    published: str | None = None,
    language: str | None = None,
    types: Iterable[str] = (),
    notices: Iterable[Notice] = (),
    version: str | None = None,
    revised: str | None = None,
    license: str | None = None,
    payload: str = "",
) -> Article | Reject:
    """An article of plain-text parts; identifiers in any spelling, `item` naming the record in a reject.

    `source_id` is what the input calls the record; without one it is the PMID, PMCID or DOI, else a hash of the text.
    """
    title = without_brackets(tidy(title))
    kept = tuple(
        replace(section, text=text, label=tidy(section.label).rstrip(":").rstrip())
        for section in sections
        if (text := tidy(section.text))
    )
    if not title and not kept:
        return reject(source, item, "it has neither a title nor an abstract", payload)
    if sum(len(section.text) for section in kept) + len(title) > MAX_TEXT:
        return reject(source, item, f"its text is longer than {MAX_TEXT:,} characters - no article is", payload)
    pmid = normalize_pmid(pmid) if pmid else None
    pmcid = normalize_pmcid(pmcid) if pmcid else None
    doi = normalize_doi(doi) if doi else None
    links = list(dict.fromkeys(notices))
    if _RETRACTED.match(title) and not any(notice.kind == "retracted_by" for notice in links):
        links.append(Notice("retracted_by"))
    identity = tidy(source_id or "") or pmid or pmcid or doi or text_id(title, kept)
    return Article(
        source=source,
        source_id=identity,
        title=title,
        sections=kept,
        pmid=pmid,
        pmcid=pmcid,
        doi=doi,
        authors=_unique(tidy(author) for author in authors),
        journal=_known(journal),
        volume=_known(volume),
        issue=_known(issue),
        pages=_known(pages),
        published=published,
        language=_known(language),
        types=_unique(tidy(kind).lower() for kind in types),
        notices=tuple(links),
        version=_known(version),
        revised=revised,
        license=license,
    )


def reject(source: str, item: str, reason: str, payload: str = "") -> Reject:
    """A reject whose payload is bounded and can be stored: lone surrogates are replaced."""
    storable = payload[:MAX_PAYLOAD].encode("utf-8", "replace").decode("utf-8")
    return Reject(source, tidy(item)[:300] or "a record without a name", tidy(reason), storable)


def text_id(title: str, sections: Sequence[Section]) -> str:
    """A name for a record that has none: the same text always gets the same one."""
    text = "\n".join([title, *(f"{section.label}\t{section.text}" for section in sections)])
    return "sha256:" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:24]


def given_name_first(author: str) -> str:
    """ "Kalluri, Raghu" as "Raghu Kalluri"; a name written any other way stays."""
    author = tidy(author).strip(" ,;")
    match = _FAMILY_FIRST.fullmatch(author)
    if not match:
        return author
    family, second, third = match.groups()
    if third and re.fullmatch(r"(?:jr|sr|[ivx]+|\d\w\w)\.?", second, re.IGNORECASE):
        second, third = third, second  # BibTeX's "von Last, Jr, First"
    elif not third and (suffixed := _SUFFIXED.fullmatch(second)):  # MEDLINE's "Last, First Jr"
        second, third = suffixed.groups()
    return " ".join(part.strip() for part in (second, family, third) if part)


def pages_of(first: str | None, last: str | None) -> str | None:
    """ "1208-1215" from both ends, or whichever is known."""
    first, last = tidy(first or ""), tidy(last or "")
    return f"{first}-{last}" if first and last and first != last else first or last or None


def _known(text: str | None) -> str | None:
    return tidy(text or "") or None


def _unique(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))
