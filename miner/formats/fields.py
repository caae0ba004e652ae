"""Records whose fields have names that people gave them (table columns, JSON keys, RIS and BibTeX fields)."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from miner.formats.abstract import markup_sections
from miner.formats.dates import date_in, most_precise
from miner.formats.markup import plain
from miner.formats.record import given_name_first, pages_of, to_article
from miner.model.articles import Article, Notice, Reject, Section
from miner.model.identifiers import normalize_doi

_NAMES = {
    "id": "id docid recordid articleid citationid sourceid eid key",
    "title": "title articletitle documenttitle primarytitle papertitle publicationtitleoriginal ti t1 titre titel",
    "abstract": "abstract abstracttext abstractnote ab abstracts articleabstract summary n2",
    "pmid": "pmid pubmedid pubmed medlineid medlinepmid pm pmids",
    "pmcid": "pmcid pmc pmcids pubmedcentralid",
    "doi": "doi doilink dois articledoi doiurl digitalobjectidentifier di do",
    "date": "date publicationdate publisheddate pubdate datepublished firstpublicationdate published publishedonline "
    "epubdate coverdate da earlyaccessdate",
    "year": "year publicationyear pubyear publishedyear py yr y1 jahr",
    "journal": "journal journaltitle journalname journalbook sourcetitle publicationtitle containertitle booktitle "
    "publicationname so venue jo jf jt t2 secondarytitle fulljournalname",
    "volume": "volume journalvolume vol vl vi",
    "issue": "issue journalissue number issuenumber is ip",
    "pages": "pages page pagerange pagination pageinfo pg",
    "firstpage": "firstpage startpage pagestart sp bp beginningpage spage",
    "lastpage": "lastpage endpage pageend ep endingpage epage",
    "authors": "authors author authorslist authorlist authorstring authornames authorfullnames fullauthornames "
    "creators creator au af",
    "types": "types type kind publicationtype publicationtypes documenttype itemtype pubtype "
    "articletype articletypes dt",
    "language": "language lang la",
    "version": "version",
}
_CANONICAL = {alias: name for name, aliases in _NAMES.items() for alias in aliases.split()}
_ET_AL = re.compile(r",?\s*et al\.?$", re.IGNORECASE)
_NO_VALUE = {"", "na", "n/a", "nan", "none", "null", "-", "[]"}
MAX_ID = 200
MAX_NAME = 60


@lru_cache(maxsize=4096)
def canonical_name(name: str) -> str | None:
    """What a column or key is ("Article Title", "ti" → "title"), or None when it is nothing an article has."""
    if len(name) > MAX_NAME or re.search(r"[,;|\t]", name):
        return None
    return _CANONICAL.get(re.sub(r"[^a-z0-9]", "", re.sub(r"\(s\)", "s", name.lower())))


def canonical_fields(record: Mapping[str, Any]) -> dict[str, Any]:
    """The record's known fields by canonical name; of several with the same meaning the first that has a value."""
    known: dict[str, Any] = {}
    for name, value in record.items():
        canonical = canonical_name(str(name))
        if canonical and canonical not in known and not _empty(value):
            known[canonical] = value
    return known


def article_of(
    record: Mapping[str, Any],
    *,
    item: str,
    source: str = "file",
    keep_id: bool = True,
    payload: str = "",
    sections: Iterable[Section] | None = None,
) -> Article | Reject:
    """The article of a record of named fields; its own id becomes `source_id` if `keep_id`."""
    fields = canonical_fields(record)
    dates = most_precise(date_in(text_in(fields.get("year"))), date_in(text_in(fields.get("date"))))
    identity = text_in(fields.get("id"))[:MAX_ID] if keep_id else ""
    return to_article(
        source=source,
        item=identity or item,
        source_id=identity or None,
        title=plain(text_in(fields.get("title"))),
        sections=sections_in(fields.get("abstract")) if sections is None else sections,
        pmid=_number(fields.get("pmid")),
        pmcid=_number(fields.get("pmcid")),
        doi=text_in(fields.get("doi")),
        authors=authors_in(fields.get("authors")),
        journal=plain(text_in(fields.get("journal"))),
        volume=_number(fields.get("volume")),
        issue=_number(fields.get("issue")),
        pages=text_in(fields.get("pages"))
        or pages_of(_number(fields.get("firstpage")), _number(fields.get("lastpage"))),
        published=dates,
        language=text_in(fields.get("language")),
        types=types_in(fields.get("types")),
        notices=_notices(record),
        version=_number(fields.get("version")),
        payload=payload,
    )


def text_in(value: Any) -> str:
    """The text of a value that should be one: a string, a number, the first of a list, the name in an object."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list):
        return text_in(value[0]) if value else ""
    if isinstance(value, Mapping):
        return next((text_in(value[key]) for key in ("name", "title", "text", "value") if key in value), "")
    return str(value)


def sections_in(value: Any) -> list[Section]:
    """Sections of an abstract given as text, as a list of texts or of {label, text}, or as {label: text}."""
    if isinstance(value, Mapping):
        if "text" in value:
            label = text_in(value.get("label") or value.get("heading"))
            return [Section("abstract", plain(text_in(value["text"])), label)]
        return [Section("abstract", plain(text_in(text)), str(label)) for label, text in value.items()]
    if isinstance(value, list):
        if all(isinstance(part, str) for part in value):
            return markup_sections("\n".join(value))
        return [section for part in value for section in sections_in(part)]
    return markup_sections(text_in(value))


def authors_in(value: Any) -> list[str]:
    """Names from a list, or from one text that parts them by semicolons, " and " or commas."""
    if isinstance(value, list):
        return [given_name_first(name) for one in value if (name := _person(one))]
    text = plain(text_in(value) if not isinstance(value, Mapping) else _person(value))
    text = _ET_AL.sub("", text.strip().rstrip("."))
    for separator in (r"\s*;\s*", r"\s*\|\s*", r"\s+and\s+(?=[^,]+,)"):
        names = [name for name in re.split(separator, text) if name.strip()]
        if len(names) > 1:
            return [given_name_first(name) for name in names]
    names = [name for name in re.split(r",\s*(?:and\s+|&\s+)?|\s+and\s+", text) if name.strip()]
    if len(names) == 2 and " " not in names[0].strip():
        return [given_name_first(text)]
    return names


def types_in(value: Any) -> list[str]:
    """Publication types from a list or from one text that parts them by semicolons or bars."""
    if isinstance(value, list):
        return [kind for one in value for kind in types_in(one)]
    return [kind.strip() for kind in re.split(r"[;|]", text_in(value)) if kind.strip()]


def _person(value: Any) -> str:
    if isinstance(value, Mapping):
        lowered = {str(key).lower(): text_in(found) for key, found in value.items()}
        family = next((lowered[key] for key in ("family", "lastname", "last", "last_name") if key in lowered), "")
        given = next(
            (lowered[key] for key in ("given", "firstname", "first", "first_name", "forename") if key in lowered), ""
        )
        return f"{given} {family}".strip() if family else text_in(value)
    return text_in(value)


def _notices(record: Mapping[str, Any]) -> list[Notice]:
    """bioRxiv's and medRxiv's dumps name the DOI under which a preprint was published as "published"."""
    published = record.get("published")
    doi = normalize_doi(published) if isinstance(published, str) and published.startswith("10.") else None
    return [Notice("preprint_of", doi=doi)] if doi and doi != normalize_doi(text_in(record.get("doi"))) else []


def _number(value: Any) -> str:
    """A number as text, also where a spreadsheet turned it into 26918427.0."""
    return re.sub(r"^(\d+)\.0+$", r"\1", text_in(value).strip())


def _empty(value: Any) -> bool:
    return value is None or (isinstance(value, str) and value.strip().lower() in _NO_VALUE) or value in ([], {})
