"""Searches of the services into the corpus."""

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date, timedelta
from importlib import import_module
from typing import TYPE_CHECKING

from miner.corpus import Added, Corpus, SearchState, now
from miner.errors import ExominerError, UsageError
from miner.model.identifiers import Identifier
from miner.model.reporter import SILENT, Reporter
from miner.settings import Settings
from miner.sources.base import Batch, Harvester, Search

if TYPE_CHECKING:
    from miner.http.client import HttpClient


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


def get_harvester(source: str, settings: Settings, known_pmids: frozenset[str] = frozenset()) -> Harvester:
    """The harvester of a source by its name; KeyError where there is none.

    The bulk files are filtered while they are read: `known_pmids` pass whatever their records contain now.
    """
    module = import_module(f"miner.sources.{SOURCES[source]}")
    harvester: Harvester = (
        module.PubMedBulk(settings.pubmed_bulk_url, known_pmids)
        if source == "pubmed-bulk"
        else module.make_harvester(settings)
    )
    return harvester


def dump_search(search: Search) -> str:
    """A search as canonical JSON: the same search is the same string however it was written."""
    return json.dumps(asdict(search), sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)


def load_search(spec: str) -> Search:
    """The search that `dump_search` wrote."""
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


def harvest(
    search: Search,
    corpus: Corpus,
    http: "HttpClient",
    settings: Settings,
    reporter: Reporter = SILENT,
    updating: bool = False,
) -> SearchState:
    """Run a search, or go on where it stopped; every batch and its cursor are kept in one transaction.

    `updating` asks a search that was once complete only for what was added or changed since. A search that fails is
    kept as failed, with the reason and its cursor, never as an empty result. Raises UsageError where a search that was
    never saved cannot be asked so; nothing is saved then.
    """
    spec = dump_search(search)
    state = _begin(spec, corpus.search_state(spec), updating)
    since = date.fromisoformat(state.changed_since) if state.changed_since else None
    reporter.start(f"{search.source}: {asked(search)}"[:50], state.hits, done=state.fetched + state.rejected)
    known = corpus.known_pmids() if search.source == "pubmed-bulk" else frozenset()
    try:
        harvester = get_harvester(search.source, settings, known)
        for batch in harvester.fetch(replace(search, changed_since=since), http, state.cursor):
            with corpus.transaction():
                added = corpus.add(batch.articles, batch.rejects, batch.deleted)
                state = _after(state, batch, added)
                corpus.save_search(state)
            reporter.advance(len(batch.articles) + len(batch.rejects), total=state.hits)
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
