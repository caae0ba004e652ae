"""PubMed, harvested over the E-utilities.

A query is listed first (esearch) and fetched then (efetch, over the history server); every PMID listed is accounted
for, as an article or a reject. `since` and `until` bound the day a record entered PubMed (edat): unlike the day of
publication, every record has exactly one, so that spans of days neither overlap nor leave gaps. `changed_since` bounds
the day of the last change (mdat), which every new or revised record has: a retraction is such a change. A search with
more hits than PubMed returns is cut by the one date and, on a single day, by the other.
"""

import json
import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from miner.errors import RefusedError
from miner.http.client import HttpClient
from miner.model.articles import Article, Reject
from miner.model.identifiers import Identifier
from miner.settings import Settings
from miner.sources.base import (
    Batch,
    Search,
    fetch_each,
    has_identifier,
    in_chunks,
    pack_ids,
    require_query,
    shortfall,
    split_outcomes,
    unpack_ids,
)
from miner.sources.eutils import MAX_LISTED, Eutils, Found, HistoryGoneError, Scope
from miner.sources.spans import EVER, Days

logger = logging.getLogger(__name__)

PAGE = 400
"""Records fetched at a time."""
PMIDS_AT_ONCE = 200
OTHERS_AT_ONCE = 25
KEPT = timedelta(hours=1)
"""How long records fetched by identifier serve a repeated command."""
MAX_ROUNDS = 3
"""Times that a search whose result grows while it is fetched is listed again."""
MAX_GROWTH = 1.05
"""What two halves of a search may count, as a share of what the whole has counted a moment before."""


@dataclass(frozen=True, slots=True)
class PubMed:
    """The harvester of PubMed."""

    base_url: str
    email: str | None = None
    api_key: str | None = field(default=None, repr=False)

    def count(self, search: Search, http: HttpClient) -> int:
        """How many records match. Raises SourceError, UsageError."""
        eutils = self._eutils(http)
        if search.ids:
            ids = _in_order(search.ids)
            return sum(eutils.count(_any_of(chunk)) for chunk in in_chunks(ids, OTHERS_AT_ONCE))
        begun = _begin(search)
        return eutils.count(begun.term, begun.whole)

    def fetch(self, search: Search, http: HttpClient, cursor: str | None) -> Iterator[Batch]:
        """See `Harvester.fetch`."""
        if search.ids:
            return _fetch_ids(self._eutils(http), _in_order(search.ids), json.loads(cursor)["at"] if cursor else 0)
        return _fetch_query(self._eutils(http), _State.load(cursor) if cursor else _begin(search))

    def _eutils(self, http: HttpClient) -> Eutils:
        return Eutils(http, self.base_url, self.email, self.api_key)


def make_harvester(settings: Settings) -> PubMed:
    """The harvester at the address and in the name that the settings give."""
    return PubMed(settings.pubmed_url, settings.email, settings.ncbi_api_key)


@dataclass(slots=True)
class _State:
    """How far a query has come: JSON between batches.

    `todo` holds the scopes still to be walked, the first one being under way once `listed` is set: its PMIDs in the
    order of the history server, `at` of them fetched. `total` is the highest count of the whole search; `fetched`
    counts the PMIDs of the finished scopes, `missing` what was counted in them beyond those. `capped` names scopes that
    have more hits than PubMed returns and cannot be cut. When the history server has forgotten a search, nothing is
    lost: PMIDs can be fetched by themselves.
    """

    term: str
    whole: Scope
    todo: list[Scope]
    total: int = 0
    fetched: int = 0
    missing: int = 0
    listed: list[str] | None = None
    at: int = 0
    rounds: int = 0
    webenv: str = ""
    query_key: str = ""
    capped: list[str] = field(default_factory=list)

    @property
    def hits(self) -> int:
        """Records of the whole search as far as is known."""
        return max(self.total, self.fetched + self.missing + len(self.listed or ()))

    def dump(self) -> str:
        plain = {
            "whole": _dump_scope(self.whole),
            "todo": [_dump_scope(scope) for scope in self.todo],
            "listed": None if self.listed is None else pack_ids(self.listed),
        }
        return json.dumps({name: getattr(self, name) for name in self.__slots__} | plain)

    @classmethod
    def load(cls, cursor: str) -> "_State":
        fields = json.loads(cursor)
        fields["whole"] = _load_scope(fields["whole"])
        fields["todo"] = [_load_scope(scope) for scope in fields["todo"]]
        fields["listed"] = None if fields["listed"] is None else unpack_ids(fields["listed"])
        fields["total"] = fields["total"] or 0
        if "done" in fields:  # written when what was missing was not counted apart
            fields["fetched"] = fields.pop("done")
        return cls(**fields)


def _dump_scope(scope: Scope) -> dict[str, Any]:
    return {
        "entered": scope.entered and scope.entered.dump(),
        "modified": scope.modified and scope.modified.dump(),
        "by_change": scope.by_change,
    }


def _load_scope(plain: Any) -> Scope:
    if not isinstance(plain, dict):  # written when a scope was one span: [kind of date, start, end], or null
        days = Days.load(plain[1:]) if plain else None
        by_change = bool(plain) and plain[0] == "mdat"
        return Scope(None if by_change else days, days if by_change else None, by_change)
    entered, modified = (Days.load(plain[name]) if plain[name] else None for name in ("entered", "modified"))
    return Scope(entered, modified, plain["by_change"])


def _begin(search: Search) -> _State:
    term = require_query(search, "PubMed", "identifiers")
    entered = Days(search.since or EVER[0], search.until or EVER[1]) if search.since or search.until else None
    modified = Days(search.changed_since) if search.changed_since else None
    scope = Scope(entered, modified, by_change=modified is not None)
    return _State(term, scope, [scope])


def _fetch_query(eutils: Eutils, state: _State) -> Iterator[Batch]:
    while state.todo:
        if state.listed is None and not _open_scope(eutils, state):
            continue
        while state.at < len(state.listed or ()):
            articles, rejects = _next_page(eutils, state)
            yield Batch(articles, rejects, hits=state.hits, cursor=state.dump())
        _close_scope(eutils, state)
    yield _last_batch(eutils, state)


def _last_batch(eutils: Eutils, state: _State) -> Batch:
    """The end of a search: proven once as many records have come as were ever counted, or as two fresh counts say."""
    if state.capped:
        reason = (
            f"PubMed returns no more than {MAX_LISTED:,} records of one search, and there are more {state.capped[0]}"
            " - what it returns has been fetched; for the rest, add a word to the query and search again"
        )
        return Batch((), hits=state.hits, incomplete=reason)
    is_cut = state.total > MAX_LISTED
    counted = max(state.hits, eutils.count(state.term, state.whole) if is_cut else 0)
    if state.fetched < counted:
        fresh = max(eutils.count(state.term, state.whole) for _ in range(2))
        counted = max(fresh, state.fetched) if fresh <= state.fetched else counted
    reason = shortfall("PubMed", counted, state.fetched)
    return Batch((), hits=counted, incomplete=reason if state.fetched < counted else None)


def _open_scope(eutils: Eutils, state: _State) -> bool:
    """List the next scope; False if it has too many hits and has been cut instead."""
    scope = state.todo[0]
    found = eutils.search(state.term, scope)
    if scope == state.whole:
        state.total = max(state.total, found.count)
    if found.count > MAX_LISTED:
        halves = scope.halves()
        in_halves = sum(eutils.count(state.term, half) for half in halves)
        # Halves that count more than the whole are no halves: the service does not narrow a search by these days.
        if halves and in_halves <= found.count * MAX_GROWTH:
            state.todo[:1] = halves
            return False
        state.capped.append(f"({found.count:,} {scope})")
    state.listed, state.at, state.rounds = list(found.pmids), 0, 0
    state.webenv, state.query_key = found.webenv, found.query_key
    return True


def _close_scope(eutils: Eutils, state: _State) -> None:
    """List the scope again: fetch what has come in since; what is counted but not listed stays missing."""
    listed = state.listed or []
    found = eutils.search(state.term, state.todo[0])
    known = set(listed)
    new = [pmid for pmid in found.pmids if pmid not in known]
    if new and state.rounds < MAX_ROUNDS:
        state.listed, state.rounds, state.webenv = [*listed, *new], state.rounds + 1, ""
        return
    state.fetched += len(listed)
    state.missing += len(new) + max(0, found.count - len(found.pmids))
    state.listed = None
    del state.todo[0]


def _next_page(eutils: Eutils, state: _State) -> tuple[tuple[Article, ...], tuple[Reject, ...]]:
    """The next records of the span under way, each PMID an article or a reject."""
    pmids = (state.listed or [])[state.at : state.at + PAGE]
    records: list[Article | Reject] = []
    if state.webenv:
        found = Found(0, (), state.webenv, state.query_key)
        try:
            records = list(eutils.fetch_listed(found, state.at, len(pmids)))
        except HistoryGoneError as error:
            logger.info("%s; going on by PMID", error)
            state.webenv = ""
    if not state.webenv:
        records = list(eutils.fetch(pmids, listed=True))
    state.at += len(pmids)
    return _account(eutils, pmids, records, "PubMed lists it, but sends no record of it")


def _account(
    eutils: Eutils, pmids: Sequence[str], records: Iterable[Article | Reject], absent: str
) -> tuple[tuple[Article, ...], tuple[Reject, ...]]:
    """One article or reject for each PMID. Missing records are fetched again, and once more if PubMed counts them."""
    by_pmid = {_pmid_of(record): record for record in records}
    for attempt in (1, 2):
        missing = [pmid for pmid in pmids if pmid not in by_pmid]
        chunks = in_chunks([Identifier("pmid", pmid) for pmid in missing], OTHERS_AT_ONCE)
        if attempt == 1 or any(eutils.count(_any_of(chunk)) for chunk in chunks):
            by_pmid |= {_pmid_of(record): record for record in eutils.fetch(missing)}
    return split_outcomes(by_pmid.get(pmid) or Reject("pubmed", f"PMID {pmid}", absent) for pmid in pmids)


def _pmid_of(record: Article | Reject) -> str:
    if isinstance(record, Article):
        return record.pmid or record.source_id
    return record.item.removeprefix("PMID ")


def _in_order(ids: Iterable[Identifier]) -> list[Identifier]:
    """Each identifier once, PMIDs first: they can be fetched without a search."""
    return sorted(dict.fromkeys(ids), key=lambda identifier: identifier.scheme != "pmid")


def _fetch_ids(eutils: Eutils, ids: list[Identifier], at: int) -> Iterator[Batch]:
    direct = sum(identifier.scheme == "pmid" for identifier in ids)
    while at < len(ids):
        end = min(at + PMIDS_AT_ONCE, direct) if at < direct else at + OTHERS_AT_ONCE
        chunk = ids[at:end]
        articles, rejects = _by_pmid(eutils, chunk) if at < direct else _by_search(eutils, chunk)
        at += len(chunk)
        cursor = json.dumps({"at": at}) if at < len(ids) else None
        yield Batch(articles, rejects, hits=len(ids), cursor=cursor)


def _by_pmid(eutils: Eutils, ids: Sequence[Identifier]) -> tuple[tuple[Article, ...], tuple[Reject, ...]]:
    pmids = [identifier.value for identifier in ids]
    return _account(eutils, pmids, eutils.fetch(pmids, keep=KEPT), "not found in PubMed")


def _by_search(eutils: Eutils, ids: Sequence[Identifier]) -> tuple[tuple[Article, ...], tuple[Reject, ...]]:
    """PMCIDs and DOIs: looked for together, then one by one where that finds nothing.

    A DOI that PubMed does not know as one is taken apart and searched for by its pieces; so a record counts as found
    only if it has the identifier itself.
    """
    try:
        found = _articles(eutils, _any_of(ids), max_count=2 * len(ids))
    except RefusedError:
        found = []

    def record(identifier: Identifier) -> Article | Reject:
        absent = Reject("pubmed", f"{identifier.scheme} {identifier.value}", "not found in PubMed")
        return _with(identifier, found) or _with(identifier, _articles(eutils, _any_of([identifier]), 5)) or absent

    return split_outcomes(fetch_each("pubmed", ids, record))


def _with(identifier: Identifier, articles: Iterable[Article]) -> Article | None:
    return next((article for article in articles if has_identifier(article, identifier)), None)


def _articles(eutils: Eutils, term: str, max_count: int) -> list[Article]:
    """The articles that a search finds; none where it finds more than the identifiers can have."""
    found = eutils.search(term)
    if found.count > max_count:
        return []
    return [record for record in eutils.fetch(found.pmids, keep=KEPT) if isinstance(record, Article)]


def _any_of(ids: Iterable[Identifier]) -> str:
    """A query for records that have any of the identifiers."""
    tags = {"pmid": "{}[uid]", "pmcid": "{}[pmcid]", "doi": '"{}"[doi]'}
    return " OR ".join(tags[identifier.scheme].format(identifier.value.replace('"', "")) for identifier in ids)
