"""Embase's "CSV - fields by row": each line is a field's name and its values, records are parted by blank lines."""

import csv
import io
from collections.abc import Iterator

from miner.formats.base import Head
from miner.formats.fields import article_of, without_copyright
from miner.formats.record import reject
from miner.model.articles import Article, Reject

_FIELDS = {
    "TITLE": "title",
    "ABSTRACT": "abstract",
    "AUTHOR NAMES": "authors",
    "SOURCE TITLE": "journal",
    "PUBLICATION YEAR": "year",
    "DATE OF PUBLICATION": "date",
    "VOLUME": "volume",
    "ISSUE": "issue",
    "FIRST PAGE": "firstpage",
    "LAST PAGE": "lastpage",
    "PUBLICATION TYPE": "types",
    "ARTICLE LANGUAGE": "language",
    "MEDLINE PMID": "pmid",
    "DOI": "doi",
}
_OTHERS = {"SOURCE", "AUTHOR ADDRESSES", "ISSN", "EMBASE ACCESSION ID", "PUI", "AUTHOR KEYWORDS", "COPYRIGHT"}
MIN_FIELDS = 3


def matches(head: Head) -> bool:
    """Whether lines begin with the names of Embase's fields, quoted."""
    names = {line.split('"', 2)[1].upper() for line in head.lines[:60] if line.count('"') >= 4 and line[0] in '"\ufeff'}
    return "TITLE" in names and len(names & (_FIELDS.keys() | _OTHERS)) >= MIN_FIELDS


def parse(text: str, *, source: str = "file") -> Iterator[Article | Reject]:
    """Every record; a second TITLE row begins a new one too."""
    fields: dict[str, list[str]] = {}
    position = 0
    for row in _rows(text):
        name = row[0].strip().upper() if row else ""
        if fields and (not name or (name == "TITLE" and "title" in fields)):
            position += 1
            yield _article(fields, f"record {position}", source)
            fields = {}
        if name in _FIELDS:
            fields.setdefault(_FIELDS[name], []).extend(cell for cell in row[1:] if cell.strip())
    if fields:
        yield _article(fields, f"record {position + 1}", source)


def _rows(text: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""))
    while True:
        try:
            row = next(reader, None)
        except csv.Error:
            continue
        if row is None:
            return
        yield row


def _article(fields: dict[str, list[str]], item: str, source: str) -> Article | Reject:
    record: dict[str, object] = {
        name: values if name in ("authors", "types") else values[0] for name, values in fields.items() if values
    }
    if "abstract" in record:
        record["abstract"] = without_copyright(" ".join(fields["abstract"]))
    if not record:
        return reject(source, item, "it has neither a title nor an abstract")
    return article_of(record, item=item, source=source, keep_id=False, payload=str(record))
