"""PubMed, harvested over the E-utilities.

A query is listed first (esearch) and fetched then (efetch, over the history server); every PMID listed is accounted
for, as an article or a reject. `since` and `until` bound the day a record entered PubMed (edat): unlike the day of
publication, every record has exactly one, so that slices of time neither overlap nor leave gaps. `changed_since` asks
by the day of the last change (mdat), which every new or revised record has: a retraction is such a change.
"""

import json
import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from miner.errors import RefusedError, UsageError
from miner.http.client import HttpClient
from miner.model.articles import Article, Reject
from miner.model.identifiers import Identifier
from miner.settings import Settings
from miner.sources.base import Batch, Search, names, pack_ids, unpack_ids
from miner.sources.eutils import EVER, MOST_LISTED, Eutils, Found, HistoryGoneError, Span

logger = logging.getLogger(__name__)

PAGE = 400
"""Records fetched at a time."""
PMIDS_AT_ONCE = 200
OTHERS_AT_ONCE = 25
KEPT = timedelta(hours=1)
"""How long records fetched by identifier serve the same command run again."""
BUSY_SINCE = date(1946, 1, 1)
"""PubMed holds little from before: where halving a span of days starts."""
MOST_ROUNDS = 3
"""How often a search whose result grows while it is fetched is listed again."""


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
            chunks = [ids[at : at + OTHERS_AT_ONCE] for at in range(0, len(ids), OTHERS_AT_ONCE)]
            return sum(eutils.count(_any_of(chunk)) for chunk in chunks)
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

    `todo` holds the spans of days still to be walked (None: no bounds), the first one under way once `listed` is set:
    its PMIDs in the order of the history server, `at` of them fetched. `done` counts the hits of the spans before,
    `capped` names days with more hits than PubMed hands out. When the history server has forgotten, nothing is lost:
    PMIDs can be fetched by themselves.
    """

    term: str
    whole: Span | None
    todo: list[Span | None]
    total: int | None = None
    done: int = 0
    listed: list[str] | None = None
    at: int = 0
    rounds: int = 0
    webenv: str = ""
    query_key: str = ""
    capped: list[str] = field(default_factory=list)

    @property
    def hits(self) -> int:
        return max(self.total or 0, self.done + len(self.listed or ()))

    def dump(self) -> str:
        plain = {
            "whole": _dump_span(self.whole),
            "todo": [_dump_span(span) for span in self.todo],
            "listed": None if self.listed is None else pack_ids(self.listed),
        }
        return json.dumps({name: getattr(self, name) for name in self.__slots__} | plain)

    @classmethod
    def load(cls, cursor: str) -> "_State":
        fields = json.loads(cursor)
        fields["whole"] = _load_span(fields["whole"])
        fields["todo"] = [_load_span(span) for span in fields["todo"]]
        fields["listed"] = None if fields["listed"] is None else unpack_ids(fields["listed"])
        return cls(**fields)


def _dump_span(span: Span | None) -> list[str] | None:
    return [span.datetype, span.start.isoformat(), span.end.isoformat()] if span else None


def _load_span(plain: list[str] | None) -> Span | None:
    return Span(plain[0], date.fromisoformat(plain[1]), date.fromisoformat(plain[2])) if plain else None


def _begin(search: Search) -> _State:
    if not (search.query and search.query.strip()):
        raise UsageError("PubMed needs a query or identifiers - say what to look for")
    term = search.query.strip()
    start, end = search.since or EVER[0], search.until or EVER[1]
    if start > end:
        raise UsageError(f"since {start} is after until {end} - swap them")
    span = Span("edat", start, end) if search.since or search.until else None
    if search.changed_since:
        if span:
            term = f'({term}) AND ("{start:%Y/%m/%d}"[edat] : "{end:%Y/%m/%d}"[edat])'
        span = Span("mdat", search.changed_since, EVER[1])
    return _State(term, span, [span])


def _fetch_query(eutils: Eutils, state: _State) -> Iterator[Batch]:
    while state.todo:
        if state.listed is None and not _open_span(eutils, state):
            continue
        while state.at < len(state.listed or ()):
            articles, rejects = _next_page(eutils, state)
            yield Batch(articles, rejects, hits=state.hits, cursor=state.dump())
        _close_span(eutils, state)
    if state.capped:
        raise RefusedError(
            f"PubMed hands out no more than {MOST_LISTED:,} records entered on one day, and there are more on"
            f" {', '.join(state.capped)} - what it hands out has been fetched; narrow the query for the rest"
        )
    sliced = (state.total or 0) > MOST_LISTED
    yield Batch((), hits=max(state.done, eutils.count(state.term, state.whole)) if sliced else state.done)


def _open_span(eutils: Eutils, state: _State) -> bool:
    """List the next span; False if it holds too much and has been halved instead."""
    span = state.todo[0]
    found = eutils.search(state.term, span)
    if state.total is None:
        state.total = found.count
    if found.count > MOST_LISTED:
        if halves := _halves(span or Span("edat", *EVER)):
            state.todo[:1] = halves
            return False
        state.capped.append(f"{span.start if span else ''} ({found.count:,})")
    state.listed, state.at, state.rounds = list(found.pmids), 0, 0
    state.webenv, state.query_key = found.webenv, found.query_key
    return True


def _close_span(eutils: Eutils, state: _State) -> None:
    """List the span again: what has come in since is fetched too, what is counted but not listed stays a shortfall."""
    listed = state.listed or []
    found = eutils.search(state.term, state.todo[0])
    known = set(listed)
    new = [pmid for pmid in found.pmids if pmid not in known]
    if new and state.rounds < MOST_ROUNDS:
        state.listed, state.rounds, state.webenv = [*listed, *new], state.rounds + 1, ""
        return
    state.done += len(listed) + len(new) + found.count - len(found.pmids)
    state.listed = None
    del state.todo[0]


def _halves(span: Span) -> list[Span | None]:
    """The span in two, halved where records are to be expected; nothing for a single day."""
    low, high = max(span.start, BUSY_SINCE), min(span.end, date.today() + timedelta(days=1))
    if low >= high:
        low, high = span.start, span.end
    middle = low + (high - low) // 2
    if span.start == span.end:
        return []
    return [replace(span, end=middle), replace(span, start=middle + timedelta(days=1))]


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
    """One article or reject for each PMID; what is missing is asked for once more before it counts as absent."""
    by_pmid = {_pmid_of(record): record for record in records}
    missing = [pmid for pmid in pmids if pmid not in by_pmid]
    by_pmid |= {_pmid_of(record): record for record in eutils.fetch(missing)}
    outcome = [by_pmid.get(pmid) or Reject("pubmed", f"PMID {pmid}", absent) for pmid in pmids]
    return _sorted_out(outcome)


def _pmid_of(record: Article | Reject) -> str:
    if isinstance(record, Article):
        return record.pmid or record.source_id
    return record.item.removeprefix("PMID ")


def _sorted_out(records: Iterable[Article | Reject]) -> tuple[tuple[Article, ...], tuple[Reject, ...]]:
    records = tuple(records)
    return (
        tuple(record for record in records if isinstance(record, Article)),
        tuple(record for record in records if isinstance(record, Reject)),
    )


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
    only if it bears the identifier itself.
    """
    found = _articles(eutils, _any_of(ids), most=2 * len(ids))
    outcome: list[Article | Reject] = []
    for identifier in ids:
        article = next((article for article in found if names(article, identifier)), None)
        if article is None:
            alone = _articles(eutils, _any_of([identifier]), most=5)
            article = next((article for article in alone if names(article, identifier)), None)
        outcome.append(article or Reject("pubmed", f"{identifier.scheme} {identifier.value}", "not found in PubMed"))
    return _sorted_out(outcome)


def _articles(eutils: Eutils, term: str, most: int) -> list[Article]:
    found = eutils.search(term)
    if found.count > most:
        return []
    return [record for record in eutils.fetch(found.pmids, keep=KEPT) if isinstance(record, Article)]


def _any_of(ids: Iterable[Identifier]) -> str:
    """A query for records that bear any of the identifiers."""
    tags = {"pmid": "{}[uid]", "pmcid": "{}[pmcid]", "doi": '"{}"[doi]'}
    return " OR ".join(tags[identifier.scheme].format(identifier.value.replace('"', "")) for identifier in ids)
