"""What comes into the corpus: files, searches of the services, and what was rejected before."""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.progress import Progress

from miner.corpus import Added, Corpus, SearchState, now
from miner.errors import ExominerError, UsageError
from miner.identifiers import Identifier, recognise
from miner.model import Article, Reject
from miner.sources.harvest import Batch, Harvester, Search

if TYPE_CHECKING:
    from miner.http import Http

_BATCH = 200
"""Records a transaction takes in: a stop in between loses no more than these, and they are read again."""


# files


def take_in_files(
    paths: Sequence[str], corpus: Corpus, bar: Progress, tell: Callable[[Reject], None] = lambda _: None
) -> Added:
    """Read files, folders or stdin ("-") into the corpus.

    What cannot be read is kept as a reject with its reason, and handed to `tell` too.
    """
    from miner.sources.files import read_all

    total = Added()
    task = bar.add_task("reading files", total=None)
    records = read_all(paths)
    while batch := list(islice(records, _BATCH)):
        rejects = [r for r in batch if isinstance(r, Reject)]
        total += corpus.add([r for r in batch if isinstance(r, Article)], rejects)
        for reject in rejects:
            tell(reject)
        bar.advance(task, len(batch))
    return total


# searches


SOURCES = {
    "pubmed": "pubmed",
    "pubmed-bulk": "pubmed_bulk",
    "europepmc": "europepmc",
    "crossref": "crossref",
    "biorxiv": "biorxiv",
    "medrxiv": "biorxiv",
    "jci": "jci",
}
"""Each source by its name, and the module of `miner.sources` that harvests it."""


def harvester_of(source: str, known_pmids: frozenset[str] = frozenset()) -> Harvester:
    """The harvester of a source by its name; KeyError where there is none.

    The bulk files are filtered while they are read: `known_pmids` are let through whatever they say by now.
    """
    module = import_module(f"miner.sources.{SOURCES[source]}")
    harvester: Harvester = module.PubMedBulk(known_pmids) if source == "pubmed-bulk" else module.HARVESTER
    return harvester


def spec_of(search: Search) -> str:
    """A search as canonical JSON: the same search is the same string however it was written."""
    return json.dumps(asdict(search), sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)


def search_of(spec: str) -> Search:
    """The search that `spec_of` wrote."""
    fields = json.loads(spec)
    for name in ("since", "until", "changed_since"):
        fields[name] = date.fromisoformat(fields[name]) if fields[name] else None
    fields["ids"] = tuple(Identifier(**i) for i in fields["ids"])
    return Search(**fields)


def asked(search: Search) -> str:
    """What a search asks for, in a few words."""
    words = search.query or _named(search.ids) or _BY_DEFAULT.get(search.source, "everything")
    return f"{words} {search.since or ''}..{search.until or ''}" if search.since or search.until else words


_BY_DEFAULT = {"pubmed-bulk": "vesicle words (default)"}


def _named(ids: Sequence[Identifier]) -> str:
    shown = ", ".join(f"{i.scheme} {i.value}" for i in ids[:3])
    return f"{shown} and {len(ids) - 3} more" if len(ids) > 3 else shown


def harvest(search: Search, corpus: Corpus, http: "Http", bar: Progress, updating: bool = False) -> SearchState:
    """Run a search, or go on where it stopped; every batch and its cursor are kept in one transaction.

    `updating` asks a search that was once complete only for what was added or changed since. A search that fails is
    kept as failed, with the reason and its cursor, never as an empty result. Raises UsageError where a search that was
    never saved cannot be asked so; nothing is saved then.
    """
    spec = spec_of(search)
    state = _begin(spec, corpus.search_state(spec), updating)
    since = date.fromisoformat(state.changed_since) if state.changed_since else None
    task = bar.add_task(escape(f"{search.source}: {asked(search)}"[:50]), total=state.hits)
    bar.update(task, completed=state.fetched)
    known = corpus.known_pmids() if search.source == "pubmed-bulk" else frozenset()
    try:
        for batch in harvester_of(search.source, known).fetch(replace(search, changed_since=since), http, state.cursor):
            with corpus.transaction():
                added = corpus.add(batch.articles, batch.rejects, batch.deleted)
                state = _after(state, batch, added)
                corpus.save_search(state)
            bar.update(task, completed=state.fetched + state.rejected, total=state.hits)
    except ExominerError as error:
        if isinstance(error, UsageError) and corpus.search_state(spec) is None:
            raise
        state = replace(state, state="failed", ended=now(), reason=str(error))
    else:
        state = _end(state)
    corpus.save_search(state)
    return state


def _begin(spec: str, last: SearchState | None, updating: bool) -> SearchState:
    if last is not None and last.state != "complete" and last.cursor is not None:
        return replace(last, state="running", ended=None, reason=None)
    through = last.complete_through if last else None
    # Services index with some delay, and their days are not ours: a day's overlap costs little and misses nothing.
    since = (date.fromisoformat(through) - timedelta(days=1)).isoformat() if updating and through else None
    return SearchState(spec, None, "running", None, 0, 0, 0, 0, now(), None, through, None, since)


def _after(state: SearchState, batch: Batch, added: Added) -> SearchState:
    return replace(
        state,
        cursor=batch.cursor,
        hits=state.hits if batch.hits is None else batch.hits,
        fetched=state.fetched + len(batch.articles),
        new=state.new + added.new,
        changed=state.changed + added.changed,
        rejected=state.rejected + added.rejected,
    )


def _end(state: SearchState) -> SearchState:
    seen = state.fetched + state.rejected
    if state.hits is None or seen == state.hits:
        return replace(state, state="complete", cursor=None, ended=now(), complete_through=state.started[:10])
    reason = f"fetched {seen} of {state.hits} - run the same command again to fetch the rest"
    return replace(state, state="incomplete", cursor=None, ended=now(), reason=reason)


# rejects


@dataclass(frozen=True, slots=True)
class Retried:
    """What trying rejects again came to: how many were tried, how many went in, and which sources failed, and why."""

    tried: int
    taken_in: int
    failures: tuple[str, ...]


def retry_rejects(corpus: Corpus, http: "Http", bar: Progress) -> Retried:
    """Try again what was rejected: files that are there now, and identifiers, at the source that was asked for them.

    The rest (stdin, records without an identifier) cannot be had again, and is kept.
    """
    by_file: dict[str, set[str]] = defaultdict(set)
    by_source: dict[str, dict[Identifier, str]] = defaultdict(dict)
    for reject in corpus.rejects():
        if reject.source == "file" and (path := _file_of(reject.item)):
            by_file[path].add(reject.item)
        elif identifier := _identifier_of(reject):
            by_source[reject.source][identifier] = reject.item
    for path, items in by_file.items():
        with corpus.transaction():
            for item in items:
                corpus.forget_rejects("file", item)
            take_in_files([path], corpus, bar)
    failures = []
    for source, ids in by_source.items():
        try:
            _retry_ids(Search(source, ids=tuple(ids)), corpus, http)
        except ExominerError as error:
            failures.append(f"{source}: {error}")
    tried = {("file", item) for items in by_file.values() for item in items}
    tried |= {(source, item) for source, ids in by_source.items() for item in ids.values()}
    left = tried & {(r.source, r.item) for r in corpus.rejects()}
    return Retried(len(tried), len(tried) - len(left), tuple(failures))


def _retry_ids(search: Search, corpus: Corpus, http: "Http") -> None:
    for batch in harvester_of(search.source).fetch(search, http, None):
        with corpus.transaction():
            for reject in batch.rejects:
                corpus.forget_rejects(reject.source, reject.item)
            corpus.add(batch.articles, batch.rejects, batch.deleted)


def _file_of(item: str) -> str | None:
    """The file that a reject's item names, alone or before the place in it; None if it is not there."""
    parts = item.split(": ")
    names = (": ".join(parts[:end]) for end in range(len(parts), 0, -1))
    return next((name for name in names if Path(name).exists()), None)


def _identifier_of(reject: Reject) -> Identifier | None:
    """The identifier that was asked for in vain. The bulk files are not read again for one of theirs."""
    found = _IDENTIFIER.fullmatch(reject.item) if reject.source in SOURCES.keys() - {"pubmed-bulk"} else None
    return recognise(f"{found['scheme']}:{found['value']}") if found else None


_IDENTIFIER = re.compile(r"(?P<scheme>pmid|pmcid|doi) (?P<value>\S+)", re.IGNORECASE)
