"""JSON: one record a line, an array, or an object that holds a list of them; each record by its own shape.

Records are Crossref works, Europe PMC results, or objects with fields such as id, title, abstract, pmid, pmcid, doi,
year, journal, kind. `id` becomes the article's `source_id` as it is.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from miner.errors import ParseError
from miner.formats import crossref_json, europepmc_json
from miner.formats.fields import article_of, canonical_fields
from miner.formats.record import reject
from miner.model.articles import Article, Reject

_HOLDERS = (
    "items",
    "results",
    "result",
    "records",
    "articles",
    "collection",
    "pubs",
    "papers",
    "documents",
    "docs",
    "data",
)
_SPACE = re.compile(r"[\s,]*")
_decoder = json.JSONDecoder()

MAX_RECORD = 8_000_000
"""Characters of one line beyond which it is not read as a record."""


def parse_lines(lines: Iterable[str], *, source: str = "file") -> Iterator[Article | Reject]:
    """One record for each line that is not blank; a line that is no JSON is a reject."""
    for number, line in enumerate(lines, start=1):
        text = line.strip("\ufeff \t\r\n")
        if not text:
            continue
        if len(text) > MAX_RECORD:
            yield reject(source, f"line {number}", f"it is longer than {MAX_RECORD:,} characters", text)
            continue
        try:
            found = json.loads(text)
        except (ValueError, RecursionError) as error:
            yield reject(source, f"line {number}", f"broken JSON: {_first_line(error)}", text)
        else:
            yield from _articles(found, f"line {number}", source)


def parse(text: str, *, source: str = "file") -> Iterator[Article | Reject]:
    """Every record of a JSON document; of a broken array, those before the break, then a reject for the rest.

    Raises ParseError when no record can be read at all.
    """
    text = text.lstrip("\ufeff \t\r\n")
    if text.startswith("["):
        yield from _array(text, source)
        return
    at, position = 0, 0
    while at < len(text):
        try:
            found, at = _decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            if not position:
                raise ParseError(f"broken JSON: {_first_line(error)} - save it again") from error
            yield reject(source, f"what follows record {position}", f"broken JSON: {_first_line(error)}", text[at:])
            return
        position += 1
        at = _skip(text, at)
        yield from _articles(found, f"record {position}", source)


def _array(text: str, source: str) -> Iterator[Article | Reject]:
    at, position = _skip(text, 1), 0
    while at < len(text) and text[at] != "]":
        try:
            found, at = _decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            if not position:
                raise ParseError(f"broken JSON: {_first_line(error)} - save it again") from error
            yield reject(source, f"what follows record {position}", f"broken JSON: {_first_line(error)}", text[at:])
            return
        position += 1
        at = _skip(text, at)
        yield from _articles(found, f"record {position}", source)
    if at >= len(text):
        yield reject(source, f"what follows record {position}", "broken JSON: the array is cut off")
    elif rest := text[at + 1 :].strip():
        yield reject(source, f"what follows record {position}", "text follows the end of the JSON array", rest)


def _articles(found: Any, item: str, source: str) -> Iterator[Article | Reject]:
    """The one record that a JSON value is, or all those that it holds."""
    held = _held(found)
    if held is None:
        yield _article(found, item, source)
    else:
        for position, record in enumerate(held, start=1):
            yield _article(record, f"{item}, entry {position}", source)


def _held(found: Any) -> list[Any] | None:
    """The records that an answer or a list holds; None for a record."""
    if isinstance(found, list):
        return [record for one in found for record in _held_or_itself(one)]
    if not isinstance(found, Mapping):
        return None
    if isinstance(found.get("resultList"), Mapping):
        return europepmc_json.results(found)
    if "message" in found and (
        "message-type" in found or "message-version" in found or isinstance(found["message"], Mapping)
    ):
        return crossref_json.works(found)
    fields = canonical_fields(found)
    if "title" in fields or "abstract" in fields:
        return None
    for name in _HOLDERS:
        if isinstance(found.get(name), list) and all(isinstance(one, Mapping) for one in found[name]):
            return list(found[name])
    return None


def _held_or_itself(one: Any) -> list[Any]:
    held = _held(one) if isinstance(one, Mapping) else None
    return [one] if held is None else held


def _article(record: Any, item: str, source: str) -> Article | Reject:
    payload = json.dumps(record, ensure_ascii=False)[:4000]
    if not isinstance(record, Mapping):
        return reject(source, item, "it is no JSON object", payload)
    if europepmc_json.is_result(record):
        return europepmc_json.article(record, source=source)
    if crossref_json.is_work(record):
        return crossref_json.article(record, source=source)
    return article_of(record, item=item, source=source, payload=payload)


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0][:200] if str(error) else type(error).__name__
