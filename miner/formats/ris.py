"""RIS, as reference managers and publishers export it (Zotero, EndNote, Web of Science, Scopus)."""

import re
from collections.abc import Iterator
from typing import Any

import rispy

from miner.formats.fields import article_of
from miner.formats.record import reject
from miner.model.articles import Article, Reject

_TAG = re.compile(r"^([A-Z][A-Z0-9]) {0,3}-(?: |$)", re.MULTILINE)
_BEGIN = re.compile(r"^TY {0,3}-", re.MULTILINE)
_END = re.compile(r"\n[ \t]*ER {0,3}-[^\n]*(?:\n|$)")
_TYPES = {
    "JOUR": "journal article",
    "JFULL": "journal",
    "EJOUR": "journal article",
    "CHAP": "book chapter",
    "BOOK": "book",
    "CONF": "conference paper",
    "CPAPER": "conference paper",
    "THES": "thesis",
    "UNPB": "preprint",
    "ABST": "abstract",
    "MGZN": "magazine article",
    "NEWS": "news",
    "RPRT": "report",
}
_PMID = re.compile(r"(?:PMID|PubMed ID|Accession Number)\s*:?\s*(\d{4,9})\b", re.IGNORECASE)
_PMCID = re.compile(r"\bPMC\d{3,10}\b")
_RENAMED = {
    "primary_title": "title",
    "notes_abstract": "abstract",
    "first_authors": "authors",
    "journal_name": "journal",
    "alternate_title3": "journal",
    "alternate_title1": "journal",
    "secondary_title": "journal",
    "publication_year": "year",
    "number": "issue",
    "start_page": "first page",
    "end_page": "last page",
}


def parse(text: str, *, source: str = "file") -> Iterator[Article | Reject]:
    """Every record from a TY tag to the next; what stands before the first one or cannot be read is a reject."""
    begins = [found.start() for found in _BEGIN.finditer(text)]
    if before := text[: begins[0] if begins else len(text)].strip():
        yield reject(source, "what stands before record 1", "it does not begin with a TY tag", before)
    for position, (begin, end) in enumerate(zip(begins, [*begins[1:], len(text)], strict=True), start=1):
        record, _, rest = _END.sub("\nER  - \n", text[begin:end], count=1).partition("\nER  - \n")
        yield _article(record, f"record {position}", source)
        if rest.strip():
            yield reject(source, f"what follows record {position}", "it does not begin with a TY tag", rest.strip())


def _article(record: str, item: str, source: str) -> Article | Reject:
    tidied = _TAG.sub(lambda tag: f"{tag.group(1)}  - ", record) + "\nER  - \n"
    try:
        entries: list[dict[str, Any]] = rispy.loads(tidied, skip_unknown_tags=False)
    except (ValueError, KeyError, TypeError, IndexError, OSError) as error:
        return reject(source, item, f"it is no RIS record: {error}", record)
    if len(entries) != 1:
        return reject(source, item, "it is no RIS record: no tag in it can be read", record)
    entry = entries[0]
    fields: dict[str, Any] = {}
    for name, value in entry.items():
        fields.setdefault(_RENAMED.get(name, name), value)
    kind = str(entry.get("type_of_reference", ""))
    fields["types"] = [text for text in (_TYPES.get(kind, kind.lower()), *_listed(entry.get("custom3"))) if text]
    fields.pop("id", None)
    fields["pmid"], fields["pmcid"] = _pmid(entry), next(iter(_PMCID.findall(record)), None)
    return article_of(fields, item=item, source=source, keep_id=False, payload=record)


def _pmid(entry: dict[str, Any]) -> str | None:
    """From the accession number of a PubMed record, or wherever a note or link names one."""
    database = f"{entry.get('name_of_database', '')} {entry.get('database_provider', '')}".lower()
    accession = str(entry.get("accession_number", "")).strip()
    if re.fullmatch(r"\d{4,9}", accession) and (not database.strip() or "pubmed" in database or "nlm" in database):
        return accession
    if custom := re.fullmatch(r"(?:PMID:?\s*)?(\d{4,9})", str(entry.get("custom2", "")).strip()):
        return custom.group(1)
    said = "\n".join(str(value) for name, value in entry.items() if name not in ("abstract", "title", "unknown_tag"))
    found = _PMID.search(said) or re.search(r"pubmed(?:\.ncbi\.nlm\.nih\.gov)?/(\d{4,9})", said)
    return found.group(1) if found else None


def _listed(value: Any) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else [value] if isinstance(value, str) else []
