"""Crossref's works, harvested over its REST API (https://api.crossref.org, github.com/CrossRef/rest-api-doc).

A query is `query.bibliographic`: Crossref knows no boolean operators and finds works with any of the words. `since` and
`until` bound the day of publication, `changed_since` the day Crossref last indexed a work, which every new deposit,
correction and retraction moves. Types that hold no text of their own (components, datasets, journals, grants) are left
out. A work without an abstract is taken with its title alone.

Cursors die after five minutes, and may stand for a place in a list that moves on by being asked (see `cursor_walk`).
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from miner.errors import RefusedError, UsageError
from miner.formats.crossref_json import article
from miner.formats.record import reject
from miner.http.client import HttpClient, StatusError
from miner.model.articles import Article, Reject
from miner.model.identifiers import Identifier
from miner.settings import Settings
from miner.sources.base import Api, Batch, Search
from miner.sources.cursor_walk import START, CursorGoneError, Page, Place, walk

SERVICE = "Crossref"
PAGE = 500
"""Works fetched at a time; Crossref allows 1,000, which with their references may take minutes to come."""
IDS_AT_ONCE = 25
KEPT = timedelta(hours=1)
"""How long works fetched by DOI serve the same command run again."""
TYPES = (
    *("journal-article", "posted-content", "proceedings-article", "book-chapter", "reference-entry", "monograph"),
    *("book", "report", "dissertation", "other"),
)
MOST_ROUNDS = 3
"""How often the list is walked without anything new while fewer works have come than are counted."""
PER_SECOND = 5.0
POLITE_PER_SECOND = 10.0


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
        return _page(api, {**_params(search), "rows": "0"}).hits

    def fetch(self, search: Search, http: HttpClient, cursor: str | None) -> Iterator[Batch]:
        """See `Harvester.fetch`."""
        api = Api(http, self.base_url, self.email)
        if search.ids:
            return _fetch_ids(api, list(dict.fromkeys(search.ids)), json.loads(cursor)["at"] if cursor else 0)
        params = _params(search)
        return walk(
            lambda place: _page_at(api, params, place),
            _name,
            lambda work, position: article(work, position=position),
            Place.load(cursor),
            MOST_ROUNDS,
        )


def make_harvester(settings: Settings) -> Crossref:
    """The harvester at the address that the settings give."""
    return Crossref(settings.crossref_url, settings.email)


def _params(search: Search) -> dict[str, str]:
    if not (search.query and search.query.strip()):
        raise UsageError("Crossref needs a query or DOIs - say what to look for")
    if search.since and search.until and search.since > search.until:
        raise UsageError(f"since {search.since} is after until {search.until} - swap them")
    bounds = {
        "from-pub-date": search.since,
        "until-pub-date": search.until,
        "from-index-date": search.changed_since,
    }
    filters = [f"{name}:{day}" for name, day in bounds.items() if day] + [f"type:{kind}" for kind in TYPES]
    return {"query.bibliographic": search.query.strip(), "filter": ",".join(filters)}


def _name(work: Any) -> str:
    """A work's DOI; one without goes by what it holds."""
    if isinstance(work, Mapping) and work.get("DOI"):
        return quote(str(work["DOI"]).lower(), safe="/:;()")
    return hashlib.sha256(json.dumps(work, sort_keys=True).encode()).hexdigest()[:24]


def _fetch_ids(api: Api, ids: Sequence[Identifier], at: int) -> Iterator[Batch]:
    while at < len(ids):
        outcome = [_work(api, one) for one in ids[at : at + IDS_AT_ONCE]]
        at += len(outcome)
        yield Batch(
            tuple(record for record in outcome if isinstance(record, Article)),
            tuple(record for record in outcome if isinstance(record, Reject)),
            hits=len(ids),
            cursor=json.dumps({"at": at}) if at < len(ids) else None,
        )


def _work(api: Api, identifier: Identifier) -> Article | Reject:
    """The work that a DOI names; a reject where Crossref has none, or the identifier is no DOI."""
    name = f"{identifier.scheme} {identifier.value}"
    if identifier.scheme != "doi":
        return reject("crossref", name, "Crossref knows works by DOI alone - give its DOI, or ask `europepmc`")
    try:
        answer = _ask(api, f"works/{quote(identifier.value, safe='/:;()')}", {}, keep=KEPT)
    except StatusError as error:
        if error.status == 404:
            return reject("crossref", name, "not found in Crossref")
        raise
    return article(answer["message"])


def _page_at(api: Api, params: Mapping[str, str], place: Place) -> Page:
    page = _page(api, {**params, "rows": str(PAGE), "cursor": place.mark})
    listed = place.walked + len(page.records)
    return replace(page, next_mark=None) if not page.records or listed >= page.hits else page


def _page(api: Api, params: Mapping[str, str]) -> Page:
    """One page of a search; a zero is heard twice, for a service in trouble may say "nothing" where there is much."""
    for attempt in (1, 2):
        try:
            message = _ask(api, "works", params)["message"]
        except StatusError as error:
            words = _words_of(error.body)
            if params.get("cursor", START) != START and "cursor" in error.body.lower():
                raise CursorGoneError(f"Crossref does not know the cursor ({words or error})") from error
            if words:
                raise RefusedError(f"Crossref refuses the search: {words}") from error
            raise
        if message["total-results"] or attempt == 2 or params.get("cursor", START) != START:
            break
    return Page(message["total-results"], message["items"], message.get("next-cursor") or None)


def _ask(api: Api, path: str, params: Mapping[str, str], keep: timedelta | None = None) -> Mapping[str, Any]:
    answer: Mapping[str, Any] = api.http.get(
        f"{api.base_url}/{path}",
        {**params, "mailto": api.email} if api.email else params,
        accept="json",
        service=SERVICE,
        per_second=POLITE_PER_SECOND if api.email else PER_SECOND,
        validate=lambda body: _complaint(json.loads(body), listed=path == "works", some=params.get("rows") != "0"),
        keep=keep,
    ).json()
    return answer


def _complaint(answer: Any, listed: bool, some: bool) -> str | None:
    """What is broken about an answer; raises RefusedError for what will not pass."""
    if not isinstance(answer, Mapping):
        return "an answer that is no message of its API"
    words = _words(answer)
    if words and answer.get("message-type") == "validation-failure":
        raise RefusedError(f"Crossref refuses the search: {words}")
    message = answer.get("message")
    if answer.get("status") != "ok" or not isinstance(message, Mapping):
        return f"the request failed ({words or 'no reason given'})"
    if not listed:
        return None if message.get("DOI") else "a work without a DOI"
    if not isinstance(message.get("items"), list) or not isinstance(message.get("total-results"), int):
        return "an answer without a count or works"
    return None


def _words_of(body: str) -> str:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    return _words(answer) if isinstance(answer, Mapping) else ""


def _words(answer: Mapping[str, Any]) -> str:
    """What Crossref says about a failure, in its own words."""
    message = answer.get("message")
    told = [one for one in message if isinstance(one, Mapping)] if isinstance(message, list) else []
    if told:
        return "; ".join(f"{one.get('message', one.get('type', ''))} ({one.get('value', '')})" for one in told)[:300]
    failed = answer.get("status") not in (None, "ok") or answer.get("message-type") == "error"
    return str(message)[:300] if failed and message else ""
