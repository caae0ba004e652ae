"""Crossref's works, harvested over its REST API (https://api.crossref.org, github.com/CrossRef/rest-api-doc).

A query is `query.bibliographic`: Crossref knows no boolean operators and finds works with any of the words. `since` and
`until` bound the day of publication, `changed_since` the day Crossref last indexed a work, which every new deposit,
correction and retraction moves. Types that hold no text of their own (components, datasets, journals, grants) are left
out. A work without an abstract is taken with its title alone.

Cursors expire after five minutes, and may mark a place that moves on with every request (see `cursor_walk`). So that a
stopped search need not begin again, a search with more works than a page is cut into spans of publication days that
fit on one page each where possible; a finished span is not requested again. Works without a day of publication are
found by a walk over the whole list, if fewer works have come than are counted.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from miner.errors import RefusedError
from miner.formats.crossref_json import article
from miner.formats.record import reject
from miner.http.client import HttpClient
from miner.http.failures import StatusError
from miner.model.articles import Article, Reject
from miner.model.identifiers import Identifier
from miner.settings import Settings
from miner.sources.base import (
    Api,
    Batch,
    Search,
    fetch_by_id,
    pack_ids,
    parse_count,
    require_query,
    unpack_ids,
)
from miner.sources.cursor_walk import START, CursorGoneError, Listing, Page, Place, name_by_content, walk
from miner.sources.spans import EVER, Days

SERVICE = "Crossref"
PAGE = 500
"""Works fetched at a time; Crossref allows 1,000, which with their references may take minutes to come."""
IDS_AT_ONCE = 25
KEPT = timedelta(hours=1)
"""How long works fetched by DOI serve a repeated command."""
TYPES = (
    *("journal-article", "posted-content", "proceedings-article", "book-chapter", "reference-entry", "monograph"),
    *("book", "report", "dissertation", "other"),
)
MAX_ROUNDS = 3
MAX_DIFFERENCE = 100
"""Works by which the counts of two halves may differ from that of the whole, or a twentieth of it if that is more: the
list may change meanwhile, and a few works have no day of publication."""
PER_SECOND = 5.0
POLITE_PER_SECOND = 10.0
_SAFE = "/:;()"


@dataclass(frozen=True, slots=True)
class Crossref:
    """The harvester of Crossref."""

    base_url: str
    email: str | None = None

    def count(self, search: Search, http: HttpClient) -> int:
        """How many works match; of DOIs, how many Crossref has. Raises SourceError, UsageError."""
        api = Api(http, self.base_url, self.email)
        if search.ids:
            return sum(isinstance(_work(api, one), Article) for one in dict.fromkeys(search.ids))
        params = _params(search, None)
        return _count(api, params) or _count(api, params)

    def fetch(self, search: Search, http: HttpClient, cursor: str | None) -> Iterator[Batch]:
        """See `Harvester.fetch`."""
        api = Api(http, self.base_url, self.email)
        if search.ids:
            return fetch_by_id("crossref", search.ids, lambda one: _work(api, one), cursor, IDS_AT_ONCE)
        _params(search, None)  # raises for a search that cannot be requested
        return _fetch_query(api, search, _State.load(cursor) if cursor else _State())


def make_harvester(settings: Settings) -> Crossref:
    """The harvester at the address that the settings give."""
    return Crossref(settings.crossref_url, settings.email)


@dataclass(slots=True)
class _State:
    """How far a query has come: JSON between batches.

    `todo` holds the spans still to be walked with their counts (None: the whole list at once, not counted yet), the
    first one being under way once `place` is set; `seen` the names of the works of finished spans; `total` the highest
    count of the whole list.
    """

    todo: list[tuple[Days, int] | None] = field(default_factory=lambda: [None])
    place: Place | None = None
    seen: dict[str, None] = field(default_factory=dict)
    total: int = 0

    @property
    def hits(self) -> int:
        """Works of the whole search as far as is known."""
        return max(self.total, len(self.seen | self.place.seen if self.place else self.seen))

    def dump(self) -> str:
        plain = {
            "todo": [span and [*span[0].dump(), span[1]] for span in self.todo],
            "place": self.place and self.place.dump(),
            "seen": pack_ids(sorted(self.seen)),
            "total": self.total,
        }
        return json.dumps(plain)

    @classmethod
    def load(cls, cursor: str) -> "_State":
        fields = json.loads(cursor)
        if "todo" not in fields:  # written before lists were cut into spans
            return cls(place=Place.load(cursor))
        return cls(
            [span and (Days.load(span[:2]), span[2]) for span in fields["todo"]],
            Place.load(fields["place"]) if fields["place"] else None,
            dict.fromkeys(unpack_ids(fields["seen"])),
            fields["total"],
        )


def _fetch_query(api: Api, search: Search, state: _State) -> Iterator[Batch]:
    while True:
        if state.place is None and _cut(api, search, state):
            continue
        span = state.todo[0]
        state.place = state.place or Place(counted=span[1] if span else 0)
        listing = _listing(api, _params(search, span and span[0]), is_part=span is not None)
        for batch in walk(listing, state.place):
            if batch.cursor is None and span is None:
                yield batch
                return
            if batch.cursor is None:
                _close_span(api, search, state, is_short=batch.incomplete is not None)
            if not state.todo:
                yield replace(batch, hits=state.hits, incomplete=None)
                return
            yield replace(batch, hits=state.hits, cursor=state.dump(), incomplete=None)


def _cut(api: Api, search: Search, state: _State) -> bool:
    """Cut the next span in two if it has more works than a page, and its halves have as many as the whole."""
    span = state.todo[0]
    if span is None:
        days, counted = Days(search.since or EVER[0], search.until or EVER[1]), _count(api, _params(search, None))
        state.total = max(state.total, counted)
    else:
        days, counted = span
    if counted <= PAGE:
        return False
    halves = [(half, _count(api, _params(search, half))) for half in days.halves()]
    in_halves = sum(count for _, count in halves)
    if not in_halves or abs(in_halves - counted) > max(MAX_DIFFERENCE, counted // 20):
        return False
    state.todo[:1] = [half for half in halves if half[1]]
    return True


def _close_span(api: Api, search: Search, state: _State, is_short: bool) -> None:
    """Go on to the next span; after the last one, or one that lists too little, to the whole list if works are missing.

    Where a span lists fewer works than it counts, the counts of others mean little as well.
    """
    state.seen |= state.place.seen if state.place else {}
    state.place = None
    state.todo = [] if is_short else state.todo[1:]
    if not state.todo:
        state.total = max(state.total, _count(api, _params(search, None)))
        if len(state.seen) < state.total:
            state.todo, state.place = [None], Place(seen=dict(state.seen))


def _listing(api: Api, params: Mapping[str, str], is_part: bool) -> Listing:
    """The list of a search. Its parts are not counted again: the whole is, once they have been walked."""
    return Listing(
        service=SERVICE,
        get_page=lambda place: _page(api, params, place),
        count=(lambda: 0) if is_part else (lambda: _count(api, params)),
        name=_name,
        parse=lambda work, position: article(work, position=position),
        max_rounds=MAX_ROUNDS,
    )


def _params(search: Search, days: Days | None) -> dict[str, str]:
    """The parameters of a search, within a span of days of publication if one is given. Raises UsageError."""
    query = require_query(search, SERVICE, "DOIs")
    bounds = {
        "from-pub-date": days.start if days else search.since,
        "until-pub-date": days.end if days else search.until,
        "from-index-date": search.changed_since,
    }
    filters = [f"{name}:{day}" for name, day in bounds.items() if day] + [f"type:{kind}" for kind in TYPES]
    return {"query.bibliographic": query, "filter": ",".join(filters)}


def _name(work: Any) -> str:
    """A work's DOI; one without is named by its content."""
    if isinstance(work, Mapping) and work.get("DOI"):
        return quote(str(work["DOI"]).lower(), safe=_SAFE)
    return name_by_content(work)


def _work(api: Api, identifier: Identifier) -> Article | Reject:
    """The work that a DOI names; a reject where Crossref has none, or the identifier is no DOI."""
    name = f"{identifier.scheme} {identifier.value}"
    if identifier.scheme != "doi":
        return reject("crossref", name, "Crossref knows works by DOI alone - give its DOI, or search `europepmc`")
    try:
        response = _get(api, f"works/{quote(identifier.value, safe=_SAFE)}", {}, keep=KEPT)
    except StatusError as error:
        if error.status == 404:
            return reject("crossref", name, "not found in Crossref")
        raise
    return article(response["message"])


def _count(api: Api, params: Mapping[str, str]) -> int:
    return _results(api, {**params, "rows": "0"}).hits


def _page(api: Api, params: Mapping[str, str], place: Place) -> Page:
    page = _results(api, {**params, "rows": str(PAGE), "cursor": place.mark})
    listed = place.walked + len(page.records)
    at_end = not page.records or listed >= max(page.hits, place.counted)
    return replace(page, next_mark=None) if at_end else page


def _results(api: Api, params: Mapping[str, str]) -> Page:
    later = params.get("cursor", START) != START
    try:
        message = _get(api, "works", params)["message"]
    except StatusError as error:
        words = _error_in(error.body)
        if later and "cursor" in error.body.lower():
            raise CursorGoneError(f"Crossref does not know the cursor ({words or error})") from error
        if words:
            raise RefusedError(f"Crossref refuses the search: {words}") from error
        raise
    hits = parse_count(message["total-results"]) or 0
    return Page(hits, message["items"], message.get("next-cursor") or None)


def _get(api: Api, path: str, params: Mapping[str, str], keep: timedelta | None = None) -> Mapping[str, Any]:
    response = api.http.get(
        f"{api.base_url}/{path}",
        {**params, "mailto": api.email} if api.email else params,
        accept="json",
        service=SERVICE,
        per_second=POLITE_PER_SECOND if api.email else PER_SECOND,
        validate=lambda content: _problem(content, listed=path == "works"),
        keep=keep,
    )
    content: Mapping[str, Any] = response.content
    return content


def _problem(content: Any, listed: bool) -> str | None:
    """What is wrong with a response; raises RefusedError for what will not pass."""
    if not isinstance(content, Mapping):
        return "a response that is no message of its API"
    words = _error(content)
    if words and content.get("message-type") == "validation-failure":
        raise RefusedError(f"Crossref refuses the search: {words}")
    message = content.get("message")
    if content.get("status") != "ok" or not isinstance(message, Mapping):
        return f"the request failed ({words or 'no reason given'})"
    if not listed:
        return None if message.get("DOI") else "a work without a DOI"
    if not isinstance(message.get("items"), list) or parse_count(message.get("total-results")) is None:
        return "a response without a usable count or without works"
    return None


def _error_in(body: str) -> str:
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    return _error(content) if isinstance(content, Mapping) else ""


def _error(content: Mapping[str, Any]) -> str:
    """What Crossref says about a failure."""
    message = content.get("message")
    listed = [one for one in message if isinstance(one, Mapping)] if isinstance(message, list) else []
    if listed:
        return "; ".join(f"{one.get('message', one.get('type', ''))} ({one.get('value', '')})" for one in listed)[:300]
    failed = content.get("status") not in (None, "ok") or content.get("message-type") == "error"
    return str(message)[:300] if failed and message else ""
