"""Ovid's citation text: "<1>", a label at the margin ("Title"), its value indented under it."""

import re
from collections.abc import Iterator

from miner.formats.base import Head
from miner.formats.fields import article_of, without_copyright
from miner.formats.record import reject
from miner.formats.stated_ids import accession_pmid
from miner.formats.tagged import split_records
from miner.model.articles import Article, Reject

_COUNTER = re.compile(r"\ufeff?<\d{1,6}>\s*$")
_LABEL = re.compile(r"[A-Z][A-Za-z/ ()&-]{1,50}:?$")
_FIELDS = {
    "title": "title",
    "original title": "title",
    "abstract": "abstract",
    "authors": "authors",
    "author": "authors",
    "author name": "authors",
    "source": "citation",
    "year of publication": "year",
    "publication year": "year",
    "date of publication": "date",
    "publication date": "date",
    "journal name": "journal",
    "language": "language",
    "publication type": "types",
    "digital object identifier": "doi",
    "doi": "doi",
    "pmid": "pmid",
    "pubmed id": "pmid",
    "medline pmid": "pmid",
    "unique identifier": "accession",
    "accession number": "accession",
    "database": "database",
}
_CITATION = re.compile(
    r"(?P<journal>[^.]{2,200})\. ?(?P<volume>[\w -]{0,20})(?:\((?P<issue>[^)]{0,40})\))?(?::(?P<pages>[\w-]{1,30}))?"
)


def matches(head: Head) -> bool:
    """Whether a counter is followed by a label and an indented value."""
    if len(head.lines) < 3:
        return False
    at = next((at for at, line in enumerate(head.lines[:20]) if _COUNTER.match(line)), None)
    following = head.lines[at + 1 : at + 3] if at is not None else []
    return len(following) == 2 and bool(_LABEL.match(following[0].rstrip())) and following[1][:1] in " \t"


def parse(text: str, *, source: str = "file") -> Iterator[Article | Reject]:
    """Every record from its counter on."""
    for position, lines in enumerate(split_records(text, lambda line: bool(_COUNTER.match(line))), start=1):
        yield _article(lines, f"record {position}", source)


def _article(lines: list[str], item: str, source: str) -> Article | Reject:
    values: dict[str, list[str]] = {}
    current: list[str] | None = None
    for line in lines[1:]:
        if line[:1].strip() and _LABEL.match(line.rstrip()):
            current = values.setdefault(_FIELDS.get(line.strip().rstrip(":").lower(), ""), [])
        elif current is not None and line.strip():
            current.append(line.strip())
    fields: dict[str, object] = {name: " ".join(found) for name, found in values.items() if name}
    if not fields:
        return reject(source, item, "it is no record of Ovid's text - export as RIS instead", "\n".join(lines))
    if citation := _CITATION.match(str(fields.pop("citation", ""))):
        fields = (
            {name: value for name, value in citation.groupdict().items() if value}
            | {"date": citation.string[citation.end() :]}
            | fields
        )
    fields["types"] = re.split(r"\. ?", str(fields.get("types", "")))
    if "pagination" in str(fields.get("issue", "")):
        del fields["issue"]
    accession, database = str(fields.pop("accession", "")), str(fields.pop("database", "Ovid MEDLINE"))
    if "pmid" not in fields and (pmid := accession_pmid(accession, database)):
        fields["pmid"] = pmid
    fields["abstract"] = without_copyright(str(fields.get("abstract", "")))
    fields["authors"] = [
        name.rstrip(".") for name in re.split(r"\. (?=[^\W\d_])|; ?", str(fields.get("authors", ""))) if name
    ]
    return article_of(fields, item=item, source=source, keep_id=False, payload="\n".join(lines))
