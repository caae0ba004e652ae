"""Works as Crossref's REST API describes them (github.com/CrossRef/rest-api-doc, api_format.md)."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from miner.errors import ParseError
from miner.formats.abstract import markup_sections
from miner.formats.dates import iso_date, most_precise
from miner.formats.highwire import without_markers
from miner.formats.json_depth import TOO_DEEP, excerpt, is_too_deep
from miner.formats.markup import plain
from miner.formats.record import reject, to_article
from miner.model.articles import Article, Notice, NoticeKind, Reject
from miner.model.identifiers import normalize_doi

_UPDATES: dict[str, tuple[NoticeKind, NoticeKind]] = {
    "retraction": ("retraction_of", "retracted_by"),
    "withdrawal": ("retraction_of", "retracted_by"),
    "removal": ("retraction_of", "retracted_by"),
    "partial_retraction": ("correction_of", "corrected_by"),
    "correction": ("correction_of", "corrected_by"),
    "corrigendum": ("correction_of", "corrected_by"),
    "erratum": ("correction_of", "corrected_by"),
    "expression_of_concern": ("concern_of", "concern_by"),
}
"""What an update is to the work it updates, and what that work is to it, by Crossref's update types."""

_TYPES = {"posted-content": "preprint", "peer-review": "referee report"}


def parse(body: bytes | str | Mapping[str, Any], *, source: str = "crossref") -> Iterator[Article | Reject]:
    """Every work of an answer of /works or /works/DOI, or of a saved work; ParseError when it is no such answer."""
    if isinstance(body, Mapping):
        document: Any = body
    else:
        try:
            document = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise ParseError(f"no Crossref answer: broken JSON ({error}) - fetch it again") from error
    for position, work in enumerate(works(document), start=1):
        yield article(work, source=source, position=position)


def works(document: Any) -> list[Any]:
    """The works of an answer's message, of a list, or the one work itself."""
    if isinstance(document, list):
        return document
    if not isinstance(document, Mapping):
        raise ParseError("no Crossref answer: neither an object nor a list - fetch it again")
    message = document.get("message", document)
    if document.get("status") not in (None, "ok"):
        raise ParseError(f"Crossref answered with an error: {str(message)[:200]} - ask again later")
    if isinstance(message, Mapping) and isinstance(message.get("items"), list):
        return list(message["items"])
    if isinstance(message, Mapping) and is_work(message):
        return [message]
    raise ParseError("no Crossref work: the answer holds no DOI - ask for /works/DOI or /works?query=")


def is_work(record: Mapping[str, Any]) -> bool:
    """Whether a JSON object is a Crossref work rather than another record that names a DOI."""
    marks = ("container-title", "reference-count", "issued", "publisher", "deposited", "prefix", "member", "URL")
    return "DOI" in record and (isinstance(record.get("title"), list) or any(mark in record for mark in marks))


def article(work: Any, *, source: str = "crossref", position: int = 1) -> Article | Reject:
    """The article of one work; a reject names its DOI or else its position."""
    if not isinstance(work, Mapping):
        return reject(source, f"record {position}", "it is no JSON object", excerpt(work))
    if is_too_deep(work):
        return reject(source, f"record {position}", TOO_DEEP)
    doi = str(work.get("DOI") or "")
    kind = str(work.get("type") or "")
    subtype = str(work.get("subtype") or "")
    return to_article(
        source=source,
        item=f"DOI {doi}" if doi else f"record {position}",
        title=_title(work),
        sections=markup_sections(str(work.get("abstract") or "")),
        doi=doi,
        authors=_authors(work.get("author") or work.get("editor")),
        journal=plain(_first(work.get("container-title")) or _first(work.get("institution"))),
        volume=_text(work.get("volume")),
        issue=_text(work.get("issue")),
        pages=_text(work.get("page")) or _text(work.get("article-number")),
        published=_published(work),
        language=_text(work.get("language")),
        types=[subtype or _TYPES.get(kind, kind.replace("-", " "))],
        notices=_notices(work),
        payload=excerpt(work),
    )


def _title(work: Mapping[str, Any]) -> str:
    title, subtitle = plain(without_markers(_first(work.get("title")))), plain(_first(work.get("subtitle")))
    if title and subtitle and subtitle.casefold() not in title.casefold():
        return f"{title.rstrip(':.')}: {subtitle}"
    return title or subtitle


def _authors(people: Any) -> list[str]:
    names = []
    for person in people if isinstance(people, list) else ():
        if isinstance(person, Mapping):
            parts = (person.get("given"), person.get("family"), person.get("suffix"))
            names.append(" ".join(plain(str(part)) for part in parts if part) or plain(str(person.get("name") or "")))
    return names


def _published(work: Mapping[str, Any]) -> str | None:
    """The printed issue's date, else the first that is known; when a DOI was deposited says nothing of it."""
    known: str | None = None
    for name in ("published-print", "issued", "published-online", "published", "posted"):
        known = most_precise(known, _date(work.get(name)))
    return known


def _date(value: Any) -> str | None:
    parts = value.get("date-parts") if isinstance(value, Mapping) else None
    first = parts[0] if isinstance(parts, list) and parts else None
    return iso_date(*first[:3]) if isinstance(first, list) and first else None


def _notices(work: Mapping[str, Any]) -> list[Notice]:
    notices = []
    for name, side in (("update-to", 0), ("updated-by", 1)):
        for update in _list(work.get(name)):
            kinds = _UPDATES.get(str(update.get("type", "")).lower().replace("-", "_").replace(" ", "_"))
            if kinds:
                notices.append(Notice(kinds[side], doi=normalize_doi(str(update.get("DOI", "")))))
    relation = work["relation"] if isinstance(work.get("relation"), Mapping) else {}
    relations: dict[str, NoticeKind] = {"is-preprint-of": "preprint_of", "has-preprint": "published_from"}
    for name, kind in relations.items():
        for related in _list(relation.get(name)):
            if doi := normalize_doi(str(related.get("id", ""))):
                notices.append(Notice(kind, doi=doi))
    return notices


def _list(value: Any) -> list[Mapping[str, Any]]:
    values = value if isinstance(value, list) else [value]
    return [one for one in values if isinstance(one, Mapping)]


def _first(value: Any) -> str:
    if isinstance(value, list):
        return next((_first(one) for one in value if one), "")
    if isinstance(value, Mapping):
        return str(value.get("name") or "")
    return str(value or "")


def _text(value: Any) -> str | None:
    return str(value) if isinstance(value, str | int) else None
