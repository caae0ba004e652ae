"""Arguments, options and recipes of `ingest` and `harvest`, as files to read and searches to run."""

import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from miner.errors import UsageError, reason
from miner.model.licenses import parse_licenses

if TYPE_CHECKING:
    from miner.model.articles import Reject
    from miner.model.identifiers import Identifier
    from miner.sources.base import Search


class Plan(NamedTuple):
    """The files to read, the searches to run, and the entries of an id list that are no identifiers.

    `licenses` are those under which files' articles are imported; all where there are none.
    """

    files: "list[str]"
    searches: "list[Search]"
    rejects: "tuple[Reject, ...]" = ()
    licenses: "tuple[str | None, ...]" = ()


_RECIPE_KEYS = {"source", "query", "since", "until", "ids", "fulltext"}
_EXAMPLE = "a recipe looks like: [[search]] source = 'pubmed' query = 'exosomes AND neoplasms' since = 2024-01-01"


@dataclass(frozen=True, slots=True)
class Arguments:
    """Arguments and options as given on the command line."""

    what: list[str] | None
    since: datetime | None
    until: datetime | None
    pmid: list[str] | None
    pmcid: list[str] | None
    doi: list[str] | None
    ids: str | None
    recipe: Path | None
    full_text: bool = False
    licenses: str | None = None


def plan(given: Arguments) -> Plan:
    """The files to read and the searches to run; UsageError where the words do not go together."""
    from miner.sources import SOURCES
    from miner.sources.base import Search

    words = given.what or []
    since, until = _day(given.since), _day(given.until)
    listed, rejects = _listed_ids(given.ids) if given.ids is not None else ([], [])
    named = tuple(dict.fromkeys([*_identifiers(given), *listed]))
    if given.ids is not None and not listed:
        raise UsageError(f"{given.ids}: there are no ids in it - give a text file with one id a line")
    searches = _recipe(given.recipe) if given.recipe else []
    if words and words[0] in SOURCES and not _names_folder(words):
        if len(words) > 2:
            raise UsageError(f"{words[0]} takes one query, not {len(words) - 1} - put quotes around it")
        query = words[1] if len(words) == 2 else None
        searches.append(_checked(Search(words[0], query, since, until, named)))
        words = []
    elif named:
        if words:
            raise UsageError("ids go with a source, not with files - say which, as in: exominer ingest pubmed --pmid 1")
        searches.append(_checked(Search("pubmed", None, since, until, named)))
    elif since or until:
        raise UsageError(
            "--since and --until go with a source, as in: exominer ingest pubmed 'exosomes' --since 2024-01-01"
        )
    if not words and not searches:
        raise UsageError("nothing to import - name files, or a source with a query; see: exominer ingest --help")
    for word in words:
        require_path(word)
    if given.full_text and words:
        raise UsageError("--fulltext goes with europepmc - files are read with the full text that they hold")
    licenses = parse_licenses(given.licenses) if given.licenses is not None else ()
    searches = [_narrowed(search, given.full_text, licenses) for search in searches]
    return Plan(words, list(dict.fromkeys(searches)), tuple(rejects), licenses)


def is_path(name: str) -> bool:
    """Whether there is a file or folder of this name."""
    try:
        return bool(name.strip()) and Path(name).exists()
    except (OSError, ValueError):  # longer than a path may be, or with a NUL character
        return False


def require_path(name: str, sources: bool = True) -> None:
    """Raise UsageError for a name that is neither a file, a folder nor stdin; `sources`: a source could be meant."""
    from miner.sources import SOURCES

    if name == "-" or is_path(name):
        return
    if not name.strip():
        raise UsageError("a name is empty - name a file or folder, or a source with a query")
    if not sources:
        raise UsageError(f"{name}: no such file or folder - check the path")
    near = get_close_matches(name.lower(), SOURCES, 1)
    hint = f"did you mean {near[0]}?" if near else f"check the path; sources are {', '.join(SOURCES)}"
    raise UsageError(f"{name}: no such file or folder, and not a source - {hint}")


def _names_folder(words: list[str]) -> bool:
    """Whether the first word, a source's name, is meant as a path; UsageError where that is open.

    With a query after it, it is the source.
    """
    if not Path(words[0]).exists() or (len(words) == 2 and not Path(words[1]).exists()):
        return False
    if len(words) > 1:
        return True
    raise UsageError(
        f"{words[0]} is a source, and a file or folder here - write ./{words[0]} for the file or folder, or give the"
        " source a query"
    )


def _narrowed(search: "Search", full_text: bool, licenses: "tuple[str | None, ...]") -> "Search":
    """The search with its full texts, for articles under some licenses; UsageError where its source has neither."""
    from miner.sources import SOURCES
    from miner.sources.europepmc import within_licenses

    full_text = full_text or search.full_text
    if (full_text or licenses) and not SOURCES[search.source].has_full_text:
        option = "--fulltext" if full_text else "--license"
        raise UsageError(f"{option} goes with europepmc, not with {search.source} - leave it out")
    if licenses and not search.query:
        raise UsageError("--license goes with a query or files, not with ids - leave it out")
    query = within_licenses(search.query or "", licenses) if licenses else search.query
    return replace(search, query=query, full_text=full_text)


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


def _checked(search: "Search") -> "Search":
    """The search, unless it asks two things at once."""
    if search.ids and (search.query or search.since or search.until):
        raise UsageError("ids are fetched whatever a query or dates say - ask for them in a search of their own")
    if search.since and search.until and search.since > search.until:
        raise UsageError(f"since {search.since} is after until {search.until} - swap them")
    return search


# identifiers


def _identifiers(given: Arguments) -> "Iterator[Identifier]":
    from miner.model.identifiers import Identifier, normalize_pmcid

    for text in given.pmid or []:
        yield from _read_ids(text)
    for text in given.pmcid or []:
        for word in text.split(","):
            # Of a bare number only the option tells that it is no PMID.
            value = normalize_pmcid(word)
            yield from [Identifier("pmcid", value)] if value else _read_ids(word)
    for text in given.doi or []:
        yield from _read_ids(text)


def _listed_ids(name: str) -> "tuple[list[Identifier], list[Reject]]":
    """The identifiers of a file, and a reject for each line that is none."""
    from miner.formats.record import reject

    found, rejects = [], []
    for line in _lines(name):
        try:
            found += _read_ids(line)
        except UsageError as error:
            rejects.append(reject("ids", f"{name}: {line}", str(error).partition(" - ")[0], line))
    return found, rejects


def _lines(name: str) -> list[str]:
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"{name}: the ids cannot be read ({reason(error)}) - give a text file with one id a line"
        ) from error
    lines = (line.partition("\t#")[0].strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def _read_ids(text: str) -> "list[Identifier]":
    """Read one identifier, or a list with commas, semicolons or spaces between; UsageError where one is none."""
    from miner.model.identifiers import recognize, split_ids

    found = []
    for entry in split_ids(text) or [text]:
        whole = recognize(entry)
        for word in [entry] if whole else entry.replace(",", " ").replace(";", " ").split():
            identifier = whole or recognize(word)
            if identifier is None:
                raise UsageError(f"{word!r} is no PMID, PMCID or DOI - see: exominer ingest --help")
            found.append(identifier)
    if not found:
        raise UsageError(f"{text!r} is no PMID, PMCID or DOI - see: exominer ingest --help")
    return found


# recipes


def _recipe(path: Path) -> "list[Search]":
    try:
        recipe = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{path}: the recipe cannot be read ({reason(error)}) - {_EXAMPLE}") from error
    entries = recipe.get("search")
    if not isinstance(entries, list) or not entries or not all(isinstance(entry, dict) for entry in entries):
        raise UsageError(f"{path}: the recipe names no [[search]] - {_EXAMPLE}")
    if unknown := set(recipe) - {"search"}:
        raise UsageError(f"{path}: the recipe has an unknown {', '.join(sorted(unknown))} - {_EXAMPLE}")
    return [_search(path, entry) for entry in entries]


def _search(path: Path, entry: dict[str, Any]) -> "Search":
    from miner.sources import SOURCES
    from miner.sources.base import Search

    if unknown := set(entry) - _RECIPE_KEYS:
        raise UsageError(f"{path}: a search has an unknown {', '.join(sorted(unknown))} - {_EXAMPLE}")
    source, query, ids = entry.get("source"), entry.get("query"), entry.get("ids", [])
    if source not in SOURCES:
        raise UsageError(f"{path}: a search has an unknown source {source!r} - it is one of {', '.join(SOURCES)}")
    if not (query is None or isinstance(query, str)):
        raise UsageError(f"{path}: the query {query!r} of {source} is no text - put quotes around it")
    if not isinstance(ids, list):
        raise UsageError(f'{path}: the ids of {source} are no list - write them as ["10.1172/JCI81135", …]')
    since, until = (_recipe_day(path, name, entry.get(name)) for name in ("since", "until"))
    full_text = entry.get("fulltext", False)
    if not isinstance(full_text, bool):
        raise UsageError(f"{path}: fulltext = {full_text!r} is neither true nor false - write one of them")
    try:
        named = tuple(i for one in ids for i in _read_ids(str(one)))
        return _checked(Search(source, query, since, until, named, full_text=full_text))
    except UsageError as error:
        raise UsageError(f"{path}: {error}") from error


def _recipe_day(path: Path, name: str, value: object) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if value is None or isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise UsageError(f"{path}: {name} = {value!r} is no day - write it as 2024-01-31") from None
