"""Read the sentences that a file of answers or an export quotes, for verification."""

import csv
import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import lxml.html

from miner.errors import InputError
from miner.model.cells import unguarded
from miner.model.quotes import Quote

_NAMES_OF_WORKS = ("work", "works", "pmid", "pmids", "doi", "dois", "source", "sources", "publication", "publications")
_PMID = re.compile(r"(?:pmid:)?\s*(\d{1,9})(?![\d./])", re.IGNORECASE)
_NAMED_PMID = re.compile(r"pmid:\s*(\d{1,9})\b", re.IGNORECASE)
_DOI = re.compile(r"\b10\.\d{4,9}/[^\s|\"]+")
_OWN = re.compile(r"exominer:w\w+")


def read_quotes(path: Path) -> list[Quote]:
    """Every sentence of a CSV, TSV, JSON or JSON Lines file or HTML report, with the works that it cites.

    Raises InputError for other files, and for files without sentences.
    """
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        known = ", ".join(_READERS)
        raise InputError(f"{path.name}: sentences cannot be read from this kind of file - give one of: {known}")
    try:
        quotes = list(reader(path))
    except (UnicodeDecodeError, csv.Error, json.JSONDecodeError) as error:
        raise InputError(f"{path.name}: cannot be read as {path.suffix[1:].upper()}: {error}") from error
    if not quotes:
        raise InputError(f"{path.name}: holds no sentences - give an answer or an export with a column `sentence`")
    return quotes


def _table(path: Path) -> Iterator[Quote]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        delimiter = "\t" if path.suffix.lower() == ".tsv" else ","
        for number, row in enumerate(csv.DictReader(file, delimiter=delimiter), 1):
            values = {key.lower(): unguarded(value) for key, value in row.items() if key and isinstance(value, str)}
            yield from _quotes(values, f"{path.name} row {number}", ())


def _json(path: Path) -> Iterator[Quote]:
    yield from _walk(json.loads(path.read_text(encoding="utf-8")), path.name, ())


def _json_lines(path: Path) -> Iterator[Quote]:
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                yield from _walk(json.loads(line), f"{path.name} line {number}", ())


def _report(path: Path) -> Iterator[Quote]:
    """The quotes of an HTML report: elements that hold a work, offsets and a `q` with the sentence."""
    page = lxml.html.fromstring(path.read_text(encoding="utf-8"))
    for number, element in enumerate(page.iterfind(".//*[@data-work]"), 1):
        offsets = {name: element.get(f"data-{name}") for name in ("start", "end")}
        for quoted in element.iterfind(".//q"):
            values = {"sentence": "".join(map(str, quoted.itertext())), **offsets}
            yield from _quotes(values, f"{path.name} sentence {number}", (element.get("data-work", ""),))


_READERS: Mapping[str, Callable[[Path], Iterator[Quote]]] = {
    ".csv": _table,
    ".tsv": _table,
    ".json": _json,
    ".jsonl": _json_lines,
    ".html": _report,
}


def _walk(value: Any, where: str, works: tuple[str, ...]) -> Iterator[Quote]:
    """The quotes in a JSON value; an object without works takes those of the enclosing object."""
    if isinstance(value, list):
        for number, item in enumerate(value, 1):
            yield from _walk(item, f"{where} item {number}", works)
    elif isinstance(value, dict):
        lowered = {key.lower(): item for key, item in value.items()}
        own = _works(lowered) or works
        yield from _quotes(lowered, where, own)
        for key, item in value.items():
            yield from _walk(item, f"{where} {key}", own)


def _quotes(values: Mapping[str, Any], where: str, works: tuple[str, ...]) -> Iterator[Quote]:
    sentence = values.get("sentence")
    if isinstance(sentence, str) and sentence:
        yield Quote(where, works or _works(values), sentence, _offset(values, "start"), _offset(values, "end"))


def _works(values: Mapping[str, Any]) -> tuple[str, ...]:
    """The works that a row or an object names, by id, PMID and DOI."""
    found: list[str] = []
    for name in _NAMES_OF_WORKS:
        value = values.get(name)
        text = json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value or "")
        pmids = _PMID.findall(text) if name.startswith("pmid") else _NAMED_PMID.findall(text)
        found += [f"pmid:{pmid}" for pmid in pmids]
        for doi in _DOI.findall(text.lower()):  # a trailing comma or bracket may belong to the text or to the DOI
            found += [f"doi:{doi}", f"doi:{doi.rstrip('.,;)]')}"]
        found += _OWN.findall(text)
        if isinstance(value, dict):
            found += _works({str(key).lower(): item for key, item in value.items()})
    return tuple(dict.fromkeys(found))


def _offset(values: Mapping[str, Any], name: str) -> int | None:
    value = values.get(name)
    return int(value) if isinstance(value, int) or (isinstance(value, str) and value.isdigit()) else None
