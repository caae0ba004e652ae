"""JSON: one record a line, an array, or an object that holds a list of them; each record by its own shape.

Records are Crossref works, Europe PMC results, or objects with fields such as id, title, abstract, pmid, pmcid, doi,
year, journal, kind. `id` becomes the article's `source_id` as it is.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from miner.errors import ParseError
from miner.formats import bioc, crossref_json, europepmc_json, json_shapes
from miner.formats.base import Head
from miner.formats.fields import article_of, canonical_fields
from miner.formats.record import MAX_PAYLOAD, reject
from miner.model.articles import Article, Reject

_HOLDERS = (
    *("items", "results", "result", "records", "articles", "collection", "pubs", "papers", "documents", "docs", "data"),
    *("publications", "entry", "works", "PubTator3", "search-results"),
)
_BEGIN = re.compile(r"""\{\s*["}]|\[\s*(?:[\[{"\]]|null|-?\d+\s*[,\]])""")
_SPACE = re.compile(r"[\s,]*")
_decoder = json.JSONDecoder()
MAX_DEPTH = 60
"""Objects and lists within each other: no service's record comes near."""

MAX_RECORD = 8_000_000
"""Characters of one line beyond which it is not read as a record."""


def matches_lines(head: Head) -> bool:
    """Whether the first line is an object by itself, and another one follows."""
    first, _, rest = head.text.partition("\n")
    first = first.strip()
    return bool(_BEGIN.match(first)) and first[0] == "{" and first[-1] == "}" and rest.lstrip()[:1] == "{"


def matches(head: Head) -> bool:
    """Whether the text begins as a JSON object or array."""
    return bool(_BEGIN.match(head.text))


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
    if found is None:  # Semantic Scholar's answer for an identifier that it does not know
        return
    if _is_too_deep(found):
        yield reject(source, item, f"its JSON is nested deeper than {MAX_DEPTH} levels - no record is")
        return
    held = _held(found)
    if held is None:
        yield _article(found, item, source)
    else:
        for position, record in enumerate(held, start=1):
            if record is None:
                continue
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
    if isinstance(found.get("uids"), list):  # PubMed's esummary
        return [found[uid] for uid in found["uids"] if isinstance(uid, str) and uid in found]
    if bioc.is_document(found) or "itemType" in found or ("data" in found and "key" in found):
        return None
    fields = canonical_fields(found)
    if "title" in fields or "abstract" in fields or "dc:title" in found:
        return None
    for name in _HOLDERS:
        inner = found.get(name)
        if isinstance(inner, list) and all(isinstance(one, Mapping) for one in inner):
            return [record for one in inner for record in _held_or_itself(one)]
        if isinstance(inner, Mapping) and (held := _held(inner)) is not None:
            return held
    return _keyed(found)


def _keyed(found: Mapping[str, Any]) -> list[Any] | None:
    """The records of {id: record}; an id of five digits or more is a PMID, a shorter one a position."""
    if not found or not all(isinstance(one, Mapping) for one in found.values()):
        return None
    if not any({"title", "abstract", "text"} & canonical_fields(one).keys() for one in found.values()):
        return None
    return [{"pmid" if name.isdecimal() and 5 <= len(name) <= 8 else "id": name, **one} for name, one in found.items()]


def _is_too_deep(found: Any) -> bool:
    level = [found]
    for _ in range(MAX_DEPTH):
        level = [
            inner
            for one in level
            if isinstance(one, dict | list)
            for inner in (one.values() if isinstance(one, dict) else one)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True


def _held_or_itself(one: Any) -> list[Any]:
    held = _held(one) if isinstance(one, Mapping) else None
    return [one] if held is None else held


def _article(record: Any, item: str, source: str) -> Article | Reject:
    payload = json.dumps(record, ensure_ascii=False)[:MAX_PAYLOAD]
    if not isinstance(record, Mapping):
        return reject(source, item, "it is no JSON object", payload)
    if europepmc_json.is_result(record):
        return europepmc_json.article(record, source=source)
    if crossref_json.is_work(record) and not _is_csl(record):
        return crossref_json.article(record, source=source)
    if bioc.is_document(record):
        return bioc.article(record, item=item, source=source)
    return article_of(json_shapes.flatten(record), item=item, source=source, payload=payload)


def _is_csl(record: Mapping[str, Any]) -> bool:
    """Whether a record with a DOI is CSL JSON of a reference manager rather than of Crossref."""
    return isinstance(record.get("title"), str) and "type" in record and not {"deposited", "indexed"} & record.keys()


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _first_line(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return f"it is nested deeper than {MAX_DEPTH} levels - no record is"
    return str(error).splitlines()[0][:200] if str(error) else type(error).__name__
