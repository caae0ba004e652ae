"""Records whose fields have names that people gave them (table columns, JSON keys, tags of reference managers)."""

import ast
import math
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from miner.formats.abstract import markup_sections
from miner.formats.dates import date_in, most_precise
from miner.formats.markup import plain, tidy
from miner.formats.record import given_name_first, pages_of, reject, to_article
from miner.formats.stated_ids import accession_pmid, doi_in_links, pmcid_in, pmid_in_links, pmid_in_notes
from miner.model.articles import Article, Notice, Reject, Section
from miner.model.identifiers import normalize_doi, normalize_pmid

_NAMES = {
    "id": "id docid recordid articleid citationid sourceid eid key lensid paperid corpusid",
    "title": "title articletitle documenttitle primarytitle papertitle publicationtitleoriginal ti t1 titre titel "
    "itemtitle titleprimary dctitle displayname titolo titulo",
    "abstract": "abstract abstracttext abstractnote ab abstracts articleabstract n2 dcdescription abstractenglish "
    "resumen zusammenfassung",
    "text": "text content contents context contexts body summary passage",
    "labels": "labels sectionlabels",
    "pmid": "pmid pubmedid pubmed medlineid medlinepmid pm pmids pubmedpmid idspmid entrezpmid",
    "pmcid": "pmcid pmc pmcids pubmedcentralid pubmedcentral idspmcid",
    "doi": "doi doilink dois articledoi doiurl digitalobjectidentifier di do itemdoi prismdoi idsdoi doinumber",
    "date": "date publicationdate publisheddate pubdate datepublished firstpublicationdate published publishedonline "
    "epubdate coverdate da earlyaccessdate issued prismcoverdate dateofpublication pubdatefreefrom pubdatefreeform",
    "year": "year publicationyear pubyear publishedyear py yr y1 jahr yearpublished",
    "month": "month publishedmonth publicationmonth pubmonth",
    "day": "day publicationday pubday",
    "journal": "journal journaltitle journalname journalbook sourcetitle publicationtitle containertitle booktitle "
    "publicationname so venue jo jf jt t2 secondarytitle fulljournalname publication periodicalfull "
    "prismpublicationname primarylocationsourcedisplayname hostvenuedisplayname",
    "volume": "volume journalvolume vol vl vi prismvolume bibliovolume",
    "issue": "issue journalissue number issuenumber is ip prismissueidentifier biblioissue",
    "pages": "pages page pagerange pagination pageinfo pg prismpagerange",
    "firstpage": "firstpage startpage pagestart sp bp beginningpage spage bibliofirstpage",
    "lastpage": "lastpage endpage pageend ep endingpage epage otherpages bibliolastpage",
    "authors": "authors author authorslist authorlist authorstring authornames authorfullnames fullauthornames "
    "creators creator au af authorsprimary authorsfullname authorshipsauthordisplayname dccreator authorfullname",
    "types": "types type kind publicationtype publicationtypes documenttype itemtype pubtype "
    "articletype articletypes dt contenttype typecrossref subtypedescription doctype referencetype",
    "language": "language lang la articlelanguage languageoforiginaldocument",
    "version": "version",
    "retracted": "retracted isretracted retractionstatus",
    "note": "note notes extra n1 annote",
    "link": "url link urls links ur lk pubmedlink externalurl articleurl",
    "accession": "accession accessionnumber an accessionnum",
    "database": "database databases db databasename nameofdatabase databaseprovider provider dp source",
}
"""Canonical name of a field, and its names in exports, in lower case, letters and digits only."""

_CANONICAL = {alias: name for name, aliases in _NAMES.items() for alias in aliases.split()}
_ET_AL = re.compile(r"(?:,| ) ?et al\.?$", re.IGNORECASE)
_NO_VALUE = {
    "", "na", "n/a", "#n/a", "nan", "none", "null", "-", "--", "[]", "{}", "undefined", "not available", "nil",
    "[no abstract available]", "no abstract available", "no abstract available.", "[no abstract]", "no abstract",
    "abstract not available", "<na>", "nat",
}  # fmt: skip
_YES = {"true", "yes", "1", "y", "retracted", "retracted publication", "retracted article"}
_RETRACTED_TYPES = {"retracted publication", "retracted article", "retracted"}
_COPYRIGHT_BEGIN = re.compile(
    r"(?:copyright ?)?(?:©|\(c\) ?(?=\d))[^©]{3,200}?(?<![ .][A-Z])\. +(?:All rights reserved\. +)?(?=[A-Z])",
    re.IGNORECASE,
)
_COPYRIGHT_END = re.compile(
    r"(?:(?<=[.!?)\]])|^) ?(?:\[ABSTRACT FROM AUTHOR\]|\(?(?:copyright ?)?© ?(?=\d{4}\b|(?-i:[A-Z])[\w-]{2})|"
    r"copyright of\b|copyright \(c\)|\(c\) ?\d{4}\b|copyright \d{4}\b)",
    re.IGNORECASE,
)
_ABSTRACT_OF = re.compile(r"\[ABSTRACT FROM (?:AUTHOR|PUBLISHER)\]|\(PsycInfo Database Record", re.IGNORECASE)
_COPYRIGHT_LENGTH = 700
MAX_ID = 200
MAX_NAME = 60
MAX_ABSTRACT = 20_000
"""Characters: a longer text is no abstract."""
_MAX_LITERAL = 50_000
_MAX_DATE = 200


@lru_cache(maxsize=4096)
def canonical_name(name: str) -> str | None:
    """What a column or key is ("Article Title", "ti" → "title"), or None when it is nothing an article has."""
    name = name.replace(", Primary", " Primary")  # RefWorks
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
    identity = tidy(text_in(fields.get("id"))[:MAX_ID]) if keep_id else ""
    item = identity or item
    if sections is None:
        sections = _abstract(fields)
    if sum(len(section.text) for section in sections) > MAX_ABSTRACT and "abstract" not in fields:
        reason = f"its text is longer than {MAX_ABSTRACT:,} characters, no abstract - keep title and abstract only"
        return reject(source, item, reason, payload)
    return to_article(
        source=source,
        item=item,
        source_id=identity or None,
        title=plain(text_in(fields.get("title"))),
        sections=sections,
        pmid=_pmid(fields),
        pmcid=_pmcid(fields),
        doi=_doi(fields),
        authors=authors_in(fields.get("authors")),
        journal=plain(text_in(fields.get("journal"))),
        volume=_number(fields.get("volume")),
        issue=_number(fields.get("issue")),
        pages=text_in(fields.get("pages"))
        or pages_of(_number(fields.get("firstpage")), _number(fields.get("lastpage"))),
        published=_date(fields),
        language=text_in(fields.get("language")),
        types=types_in(fields.get("types")),
        notices=_notices(record, fields),
        version=_number(fields.get("version")),
        payload=payload,
    )


def text_in(value: Any) -> str:
    """The text of a value that should be one: a string, a number, the first of a list, the name in an object."""
    for _ in range(10):
        if isinstance(value, list):
            value = value[0] if value else ""
        elif isinstance(value, Mapping):
            keys = ("name", "display_name", "title", "text", "value", "literal", "raw", "$", "#text")
            value = next((value[key] for key in keys if key in value), "")
        else:
            break
    if value is None or isinstance(value, bool | list | Mapping):
        return ""
    return value if isinstance(value, str) else str(value)


def all_text_in(value: Any) -> str:
    """The texts of a list, one a line; of other values the text."""
    return "\n".join(text_in(one) for one in value) if isinstance(value, list) else text_in(value)


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
        return [section for part in value if not isinstance(part, list) for section in sections_in(part)]
    return markup_sections(text_in(value))


def without_copyright(text: str) -> str:
    """An abstract without the publisher's copyright line before or after it.

    >>> without_copyright("© 2020 Nobody B.V. All rights reserved. Vesicles carry RNA. Copyright © 2020, A. Author.")
    'Vesicles carry RNA.'
    """
    if "©" not in text and "opyright" not in text and "(c)" not in text.lower() and "[ABSTRACT" not in text:
        return text
    text = tidy(text)
    if begin := _COPYRIGHT_BEGIN.match(text):
        text = text[begin.end() :]
    tail = max(len(text) - _COPYRIGHT_LENGTH, 0)
    end = _ABSTRACT_OF.search(text, tail) or _COPYRIGHT_END.search(text, tail)
    return text[: end.start()].rstrip() if end and end.start() > 0 else text


def authors_in(value: Any) -> list[str]:
    """Names from a list, or from one text that parts them by semicolons, " and " or commas."""
    if isinstance(value, str) and value.startswith(("[{", "['", '["')) and len(value) < _MAX_LITERAL:
        value = _literal(value)  # what pandas writes for a list of objects
    if isinstance(value, list):
        return [given_name_first(name) for one in value if (name := _person(one))]
    text = plain(text_in(value) if not isinstance(value, Mapping) else _person(value))
    text = _ET_AL.sub("", text.strip().rstrip("."))
    for separator in (r" ?; ?", r" ?\| ?", r" and (?=[^,]+,)"):
        names = [name for name in re.split(separator, text) if name.strip()]
        if len(names) > 1:
            return [given_name_first(name) for name in names]
    names = [name for name in re.split(r", ?(?:and |& ?)?| and ", text) if name.strip()]
    if len(names) == 2 and " " not in names[0].strip():
        return [given_name_first(text)]
    return names


def types_in(value: Any) -> list[str]:
    """Publication types from a list or from one text that parts them by semicolons or bars."""
    if isinstance(value, list):
        return [kind for one in value if not isinstance(one, list) for kind in types_in(one)]
    return [kind.strip() for kind in re.split(r"[;|]", text_in(value)) if kind.strip()]


def _abstract(fields: Mapping[str, Any]) -> list[Section]:
    """The abstract, or else the text that a corpus calls "text", "content" or the like."""
    value = fields.get("abstract")
    if value is not None:
        return sections_in(value)
    value, labels = fields.get("text"), fields.get("labels")
    if isinstance(value, Mapping) and isinstance(value.get("contexts"), list):  # PubMedQA
        value, labels = value["contexts"], value.get("labels")
    if isinstance(value, list) and isinstance(labels, list) and len(labels) == len(value):
        return [
            Section("abstract", plain(text_in(text)), text_in(label)) for text, label in zip(value, labels, strict=True)
        ]
    return sections_in(value)


def _pmid(fields: Mapping[str, Any]) -> str | None:
    """The field of that name, the accession number of PubMed's own records, or what a note or a link states."""
    stated = _first_word(_number(fields.get("pmid")))
    return (
        (normalize_pmid(stated) if stated else None)
        or accession_pmid(text_in(fields.get("accession")), all_text_in(fields.get("database")))
        or pmid_in_notes(all_text_in(fields.get("note")))
        or pmid_in_links(all_text_in(fields.get("link")))
    )


def _pmcid(fields: Mapping[str, Any]) -> str | None:
    stated = _first_word(text_in(fields.get("pmcid")))
    if page := re.search(r"/articles/(?:PMC)?(\d{1,9})/?$", stated):  # OpenAlex leaves "PMC" out
        return page.group(1)
    return stated or pmcid_in(all_text_in(fields.get("note")))


def _doi(fields: Mapping[str, Any]) -> str | None:
    return normalize_doi(text_in(fields.get("doi"))) or doi_in_links(all_text_in(fields.get("link")))


def _first_word(text: str) -> str:
    """The first of several identifiers (pymed writes those of the references after it); "PMID: 1" stays."""
    words = re.split(r"[;,|\n]", text.strip(), maxsplit=1)
    return words[0].strip()


def _date(fields: Mapping[str, Any]) -> str | None:
    date, year = _date_text(fields.get("date")), text_in(fields.get("year"))[:_MAX_DATE]
    parts = " ".join([year, text_in(fields.get("month"))[:20], text_in(fields.get("day"))[:20]])
    found = most_precise(date_in(parts), date_in(date))
    return date_in(f"{found} {date}") if found and date and len(found) == 4 and not date_in(date) else found


def _date_text(value: Any) -> str:
    """A date as text; CSL's {"date-parts": [["2020", 5, 1]]} is "2020-5-1"."""
    if isinstance(value, Mapping) and isinstance(value.get("date-parts"), list):
        parts = value["date-parts"]
        first = parts[0] if parts and isinstance(parts[0], list) else parts
        return "-".join(text_in(part) for part in first[:3])[:_MAX_DATE]
    return text_in(value)[:_MAX_DATE]


def _literal(text: str) -> Any:
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
        return text


def _person(value: Any) -> str:
    if isinstance(value, Mapping) and isinstance(value.get("author"), Mapping):
        value = value["author"]  # OpenAlex's authorship
    if isinstance(value, Mapping):
        lowered = {re.sub(r"[^a-z]", "", str(key).lower()): text_in(found) for key, found in value.items()}
        family = next((lowered[key] for key in ("family", "lastname", "last") if lowered.get(key)), "")
        given = next((lowered[key] for key in ("given", "firstname", "first", "forename") if lowered.get(key)), "")
        named = next((lowered[key] for key in ("fullname", "displayname", "authorname") if lowered.get(key)), "")
        return f"{given} {family}".strip() if family else text_in(value) or named
    return text_in(value)


def _notices(record: Mapping[str, Any], fields: Mapping[str, Any]) -> list[Notice]:
    """Of which preprint or retraction a record speaks.

    The dumps of bioRxiv and medRxiv call the DOI under which a preprint was published "published".
    """
    notices = []
    published = record.get("published")
    doi = normalize_doi(published) if isinstance(published, str) and published.startswith("10.") else None
    if doi and doi != normalize_doi(text_in(record.get("doi"))):
        notices.append(Notice("preprint_of", doi=doi))
    flag = fields.get("retracted")
    retracted = flag is True or text_in(flag).strip().lower() in _YES
    if retracted or any(kind.lower() in _RETRACTED_TYPES for kind in types_in(fields.get("types"))):
        notices.append(Notice("retracted_by"))
    return notices


def _number(value: Any) -> str:
    """A number as text, also where a spreadsheet turned it into 26918427.0."""
    return re.sub(r"^(\d+)\.0+$", r"\1", text_in(value).strip())


def _empty(value: Any) -> bool:
    if isinstance(value, float) and math.isnan(value):
        return True
    return value is None or (isinstance(value, str) and value.strip().lower() in _NO_VALUE) or value in ([], {})
