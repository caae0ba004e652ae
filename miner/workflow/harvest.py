"""Searches of the services into the corpus."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from miner.corpus import Added, Corpus, SearchState, now
from miner.errors import ExominerError, UsageError
from miner.model.identifiers import Identifier
from miner.model.reporter import SILENT, Reporter
from miner.settings import Settings
from miner.sources import SOURCES, UsesKnownPmids, get_harvester
from miner.sources.base import Batch, Harvester, Search

if TYPE_CHECKING:
    from miner.http.client import HttpClient

MIN_SHARE_OF_KNOWN = 0.9
"""Part of the records known before that a search must still have: with fewer, its end is not proven."""
RUNNING_ELSEWHERE = "another exominer is running this search - wait for it to end"
STOPPED = "stopped before its end - run the same command again to go on"


def dump_search(search: Search) -> str:
    """A search as canonical JSON: the same search is the same string however it was written."""
    fields = asdict(search)
    if not search.full_text:  # searches that were saved before there was full text are the same searches
        del fields["full_text"]
    return json.dumps(fields, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)


def load_search(spec: str) -> Search:
    """The search that `dump_search` wrote."""
    fields = json.loads(spec)
    for name in ("since", "until", "changed_since"):
        fields[name] = date.fromisoformat(fields[name]) if fields[name] else None
    fields["ids"] = tuple(Identifier(**i) for i in fields["ids"])
    return Search(**fields)


def describe(search: Search) -> str:
    """What a search searches for, in a few words."""
    words = search.query or _describe_ids(search.ids) or SOURCES[search.source].everything
    words = f"{words} (full text)" if search.full_text else words
    return f"{words} {search.since or ''}..{search.until or ''}" if search.since or search.until else words


def _describe_ids(ids: Sequence[Identifier]) -> str:
    shown = ", ".join(f"{i.scheme} {i.value}" for i in ids[:3])
    return f"{shown} and {len(ids) - 3} more" if len(ids) > 3 else shown


def saved_searches(corpus: Corpus) -> list[SearchState]:
    """The saved searches, oldest first; one whose process has ended is "interrupted", not "running"."""
    return [
        replace(state, state="interrupted", reason=STOPPED)
        if state.state == "running" and _is_free(corpus, state.spec)
        else state
        for state in corpus.searches()
    ]


def _is_free(corpus: Corpus, spec: str) -> bool:
    with _lock(corpus, spec) as free:
        return free


def harvest(
    search: Search,
    corpus: Corpus,
    http: "HttpClient",
    settings: Settings,
    reporter: Reporter = SILENT,
    updating: bool = False,
) -> SearchState:
    """Run a search, or continue where it stopped; every batch and its cursor are stored in one transaction.

    `updating` limits a search that was once complete to what was added or changed since. A search that fails is saved
    as failed, with the reason and its cursor, never as an empty result. Raises UsageError where a search that was never
    saved cannot be run; nothing is saved then. While another process runs the same search, its state is returned.
    """
    spec = dump_search(search)
    with _lock(corpus, spec) as free:
        last = corpus.search_state(spec)
        if not free:
            state = last or SearchState(spec=spec, state="running", started=now())
            return replace(
                state, state="running", reason="another exominer is running this search - wait for it to end"
            )
        state = start_run(spec, last, updating)
        since = date.fromisoformat(state.changed_since) if state.changed_since else None
        reporter.start(f"{search.source}: {describe(search)}"[:50], state.hits, done=state.fetched + state.rejected)
        incomplete = None
        try:
            harvester = get_harvester(search.source, settings)
            if isinstance(harvester, UsesKnownPmids):
                harvester = harvester.with_known_pmids(corpus.known_pmids())
            for batch in harvester.fetch(replace(search, changed_since=since), http, state.cursor):
                with corpus.transaction():
                    added = corpus.add(batch.articles, batch.rejects, batch.deleted)
                    state = record_batch(state, batch, added)
                    corpus.save_search(state)
                incomplete = batch.incomplete
                reporter.advance(len(batch.articles) + len(batch.rejects), total=state.hits)
            incomplete = incomplete or _missing_in_update(search, harvester, http, state)
        except ExominerError as error:
            if isinstance(error, UsageError) and corpus.search_state(spec) is None:
                raise
            state = replace(state, state="failed", ended=now(), reason=str(error))
        else:
            state = finish_run(state, search, incomplete)
        corpus.save_search(state)
    return state


def start_run(spec: str, last: SearchState | None, updating: bool) -> SearchState:
    """The state at the start of a run: that of the last one if it stopped before its end."""
    if last is not None and last.state != "complete" and last.cursor is not None:
        return replace(last, state="running", ended=None, reason=None)
    through = last.complete_through if last else None
    # Services index with some delay, and their days are not ours: a day's overlap costs little and misses nothing.
    since = (date.fromisoformat(through) - timedelta(days=1)).isoformat() if updating and through else None
    return SearchState(
        spec=spec,
        state="running",
        started=now(),
        complete_through=through,
        changed_since=since,
        known_hits=last.known_hits if last else None,
    )


def record_batch(state: SearchState, batch: Batch, added: Added) -> SearchState:
    """The state after a batch was stored."""
    fetched = state.fetched + len(batch.articles)
    rejected = state.rejected + added.rejected
    hits = state.hits if batch.hits is None else batch.hits
    return replace(
        state,
        cursor=batch.cursor,
        hits=hits if hits is None else max(hits, fetched + rejected),
        fetched=fetched,
        new=state.new + added.new,
        changed=state.changed + added.changed,
        rejected=rejected,
    )


def finish_run(state: SearchState, search: Search, incomplete: str | None) -> SearchState:
    """The state at the end of a run: complete if its end is proven, by what was counted and by what was known before.

    `incomplete` is the harvester's reason why it is not. A number of records that has dropped is accepted when the next
    run finds the same.
    """
    whole = state.changed_since is None and not search.ids
    seen = state.fetched + state.rejected
    if not incomplete and state.hits is not None and seen < state.hits:
        incomplete = f"fetched {seen:,} of {state.hits:,} records - run the same command again to fetch the rest"
    if not incomplete and whole and seen < MIN_SHARE_OF_KNOWN * (state.known_hits or 0):
        incomplete = _dropped(search, seen, state.known_hits or 0)
        state = replace(state, known_hits=seen)
    if incomplete:
        return replace(state, state="incomplete", cursor=None, ended=now(), reason=incomplete)
    return replace(
        state,
        state="complete",
        cursor=None,
        ended=now(),
        complete_through=state.started[:10],
        known_hits=seen if whole else state.known_hits,
    )


def _missing_in_update(search: Search, harvester: Harvester, http: "HttpClient", state: SearchState) -> str | None:
    """Why an update without results is not believed, if so: the whole search has dropped as well."""
    seen = state.fetched + state.rejected
    if seen or not (state.changed_since and state.known_hits) or not SOURCES[search.source].counts_at_once:
        return None
    counted = harvester.count(search, http)
    return _dropped(search, counted, state.known_hits) if counted < MIN_SHARE_OF_KNOWN * state.known_hits else None


def _dropped(search: Search, counted: int, known: int) -> str:
    return (
        f"{search.source} has {counted:,} records, where it had {known:,} before"
        " - run the same command again; if it has as few then, they are taken to be all"
    )


@contextmanager
def _lock(corpus: Corpus, spec: str) -> Iterator[bool]:
    """Hold the lock of a search; False where another process has it. The system releases it however a process ends."""
    folder = corpus.path.parent / "locks"
    lock = FileLock(folder / f"{hashlib.sha256(spec.encode()).hexdigest()[:16]}.lock", timeout=0)
    try:
        folder.mkdir(exist_ok=True)
        lock.acquire()
    except Timeout:
        yield False
        return
    except OSError:  # a workspace that cannot be written is read by nobody else's search
        yield True
        return
    try:
        yield True
    finally:
        lock.release()
