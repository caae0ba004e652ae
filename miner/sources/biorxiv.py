"""bioRxiv and medRxiv, harvested over their details API (https://api.biorxiv.org).

The API lists what was posted in a span of days, page by page, and knows no query: a query is matched here, with title
and abstract (`text_query`), so that `hits` counts the posts that match, known once all were seen. Without `since` the
span begins with the server itself. Every version is a post of its own; a later one replaces the earlier.
`changed_since` brings what was posted since, new versions included; that a preprint has meanwhile been published is
learnt when it is fetched again by its DOI, and from PubMed and Crossref.

A list ends where as many posts have come as were ever counted and nothing follows them.
"""

import json
import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote

from miner.errors import OutageError
from miner.formats.biorxiv_json import SERVER_NAMES, article, version_of
from miner.formats.record import reject
from miner.http.client import HttpClient
from miner.http.failures import StatusError
from miner.model.articles import Article, Reject
from miner.model.identifiers import Identifier, normalize_doi
from miner.settings import Settings
from miner.sources.base import (
    Api,
    Batch,
    Search,
    check_days,
    fetch_by_id,
    pack_ids,
    parse_count,
    shortfall,
    split_outcomes,
    unpack_ids,
)
from miner.sources.cursor_walk import name_by_content
from miner.sources.text_query import TextQuery

logger = logging.getLogger(__name__)

OPENED = {"biorxiv": date(2013, 11, 1), "medrxiv": date(2019, 6, 1)}
"""The day on which each server opened."""
IDS_AT_ONCE = 25
KEPT = timedelta(hours=1)
"""How long posts fetched by DOI serve a repeated command."""
MAX_ROUNDS = 3
"""Walks of a list that shifts, or is shorter than its count, in one run."""
PER_SECOND = 3.0

_NOTHING = re.compile(r"no (?:posts|articles|papers|results|records)\b.{0,80}found", re.IGNORECASE)
_VERSION_SUFFIX = re.compile(r"(?<=\d)v\d{1,4}$")
_SAFE = "/:;()"


@dataclass(frozen=True, slots=True)
class _Page:
    total: int
    posts: Sequence[Any]


@dataclass(frozen=True, slots=True)
class _Span:
    """A span of days on one server, and the query that its posts are matched with."""

    server: str
    since: date
    until: date
    query: TextQuery | None

    @property
    def service(self) -> str:
        return SERVER_NAMES[self.server]


@dataclass(frozen=True, slots=True)
class BioRxiv:
    """The harvester of bioRxiv and medRxiv; `Search.source` names the server."""

    base_url: str

    def count(self, search: Search, http: HttpClient) -> int:
        """How many posts match, each version counted. With a query, every post of the span is read for that.

        Raises SourceError, UsageError.
        """
        api = Api(http, self.base_url)
        if search.ids:
            found = (_post(api, search.source, one) for one in dict.fromkeys(search.ids))
            return sum(isinstance(one, Article) for one in found)
        span = _span(search)
        if span is None:
            return 0
        if span.query is None:
            return _page(api, span, 0).total or _page(api, span, 0).total
        return sum(len(b.articles) + len(b.rejects) for b in _fetch_span(api, span, _State()))

    def fetch(self, search: Search, http: HttpClient, cursor: str | None) -> Iterator[Batch]:
        """See `Harvester.fetch`."""
        api = Api(http, self.base_url)
        if search.ids:
            source = search.source
            return fetch_by_id(source, search.ids, lambda one: _post(api, source, one), cursor, IDS_AT_ONCE)
        span = _span(search)
        if span is None:
            return iter((Batch((), hits=0),))
        return _fetch_span(api, span, _State.load(cursor) if cursor else _State())


def make_harvester(settings: Settings) -> BioRxiv:
    """The harvester at the address that the settings give."""
    return BioRxiv(settings.biorxiv_url)


@dataclass(slots=True)
class _State:
    """How far a span has come: JSON between batches.

    `at` posts have been passed, `last` being the latest of them; `total` is the count that came with them, `counted`
    the highest one of this walk. `taken` are the posts that matched, with their version. A page with another total
    shows that posts came or went: if `last` is then not where it was, the span is walked again.
    """

    at: int = 0
    total: int = 0
    counted: int = 0
    last: str = ""
    taken: dict[str, int] = field(default_factory=dict)
    hits: int = 0

    def dump(self) -> str:
        plain = {"at": self.at, "total": self.total, "counted": self.counted, "last": self.last, "hits": self.hits}
        return json.dumps(plain | {"taken": pack_ids(f"{name}|{version}" for name, version in self.taken.items())})

    @classmethod
    def load(cls, cursor: str) -> "_State":
        fields = json.loads(cursor)
        taken = (one.rpartition("|") for one in unpack_ids(fields["taken"]))
        return cls(
            at=fields["at"],
            total=fields["total"],
            counted=fields.get("counted", fields["total"]),
            last=fields["last"],
            taken={name: int(version) for name, _, version in taken},
            hits=fields["hits"],
        )

    def begin_again(self) -> None:
        """Go back to the beginning of the list, which is not empty if posts were taken from it."""
        self.at, self.total, self.counted, self.last = 0, 0, int(bool(self.taken)), ""


def _span(search: Search) -> _Span | None:
    """The span of a search; None if nothing can have changed in it."""
    check_days(search)
    since = search.since or OPENED[search.source]
    until = search.until or date.today()
    if search.changed_since:
        since = max(since, search.changed_since)
    query = TextQuery(search.query) if search.query else None
    return _Span(search.source, since, until, query) if since <= until else None


def _fetch_span(api: Api, span: _Span, state: _State) -> Iterator[Batch]:
    rounds = 1
    while True:
        page = _page(api, span, state.at)
        if state.at and page.posts and page.total != state.total and _has_shifted(api, span, state):
            if rounds >= MAX_ROUNDS:
                raise OutageError(
                    f"{span.service}'s list of posts shifts while it is read, in {rounds} walks"
                    " - run the command again later"
                )
            rounds += 1
            state.begin_again()
            continue
        articles, rejects = _take(page, span, state)
        if (state.at < state.counted and page.posts) or not _is_end(api, span, state):
            hits = None if span.query else max(state.counted, state.hits)
            yield Batch(articles, rejects, hits=hits, cursor=state.dump())
        elif state.at >= state.counted:
            yield Batch(articles, rejects, hits=state.hits)
            return
        elif rounds < MAX_ROUNDS:
            logger.info("%s; walking it again", shortfall(span.service, state.counted, state.at).partition(" - ")[0])
            rounds += 1
            state.begin_again()
            if articles or rejects:
                yield Batch(articles, rejects, cursor=state.dump())
        else:
            missing = state.counted - state.at
            reason = shortfall(span.service, state.counted, state.at)
            yield Batch(articles, rejects, hits=state.hits + missing, incomplete=reason)
            return


def _is_end(api: Api, span: _Span, state: _State) -> bool:
    """Whether nothing follows the posts passed so far: another request, for a page or its count may be wrong."""
    page = _page(api, span, state.at)
    state.counted = max(state.counted, page.total)
    return not page.posts


def _has_shifted(api: Api, span: _Span, state: _State) -> bool:
    before = _page(api, span, state.at - 1)
    return not before.posts or _name(before.posts[0]) != state.last


def _take(page: _Page, span: _Span, state: _State) -> tuple[tuple[Article, ...], tuple[Reject, ...]]:
    """The new posts of a page that match, as articles and rejects; the state moves behind the page."""
    records: list[Article | Reject] = []
    for position, post in enumerate(page.posts, start=state.at + 1):
        state.last = _name(post)
        name, _, version = state.last.rpartition("|")
        if state.taken.get(name, -1) >= int(version):
            continue
        record = article(post, source=span.server, position=position)
        if isinstance(record, Article) and not _matches(span, record):
            continue
        records.append(record)
        state.taken[name] = int(version)
        state.hits += 1
    state.at += len(page.posts)
    if page.posts:
        state.total = page.total
    state.counted = max(state.counted, page.total)
    return split_outcomes(records)


def _matches(span: _Span, record: Article) -> bool:
    return span.query is None or span.query.matches(record.title, "\n".join(part.text for part in record.sections))


def _name(post: Any) -> str:
    """A post's DOI and version; one without a DOI is named by its content."""
    doi = normalize_doi(str(post.get("doi") or "")) if isinstance(post, Mapping) else None
    return f"{quote(doi, safe=_SAFE)}|{version_of(post)}" if doi else f"{name_by_content(post)}|0"


def _post(api: Api, server: str, identifier: Identifier) -> Article | Reject:
    """The latest version of the preprint that a DOI names; a reject where the server has none."""
    name = SERVER_NAMES[server]
    if identifier.scheme != "doi":
        item = f"{identifier.scheme} {identifier.value}"
        return reject(server, item, f"{name} knows preprints by DOI alone - give its DOI, or search `europepmc`")
    doi = _VERSION_SUFFIX.sub("", identifier.value)
    try:
        page = _get(api, server, quote(doi, safe=_SAFE), keep=KEPT)
    except StatusError as error:
        if error.status != 404:
            raise
        page = _Page(0, ())
    if not page.posts:
        return reject(server, f"doi {identifier.value}", f"not found in {name}")
    return article(max(page.posts, key=version_of), source=server)


def _page(api: Api, span: _Span, at: int) -> _Page:
    return _get(api, span.server, f"{span.since}/{span.until}/{at}", at=at)


def _get(api: Api, server: str, what: str, *, at: int | None = None, keep: timedelta | None = None) -> _Page:
    """A page of posts: of a list, those from position `at` on; without `at`, all versions of one preprint."""
    content = api.http.get(
        f"{api.base_url}/details/{server}/{what}",
        accept="json",
        service=SERVER_NAMES[server],
        per_second=PER_SECOND,
        validate=lambda content: _problem(content, at),
        keep=keep,
    ).content
    posts = content.get("collection") or []
    return _Page(parse_count(_message(content).get("total")) or 0, posts)


def _message(content: Any) -> Mapping[str, Any]:
    messages = content.get("messages") if isinstance(content, Mapping) else None
    first = messages[0] if isinstance(messages, list) and messages else {}
    return first if isinstance(first, Mapping) else {}


def _problem(content: Any, at: int | None) -> str | None:
    """What is wrong with a response. The API's numbers may be strings, and an empty list comes without any."""
    message = _message(content)
    status = str(message.get("status") or "")
    posts = content.get("collection") if isinstance(content, Mapping) else None
    if _NOTHING.search(status[:1000]) and not posts:
        return None
    if status.lower() != "ok":
        return f"the request failed ({status[:200] or 'no status given'})"
    if not isinstance(posts, list):
        return "a response without posts"
    if at is None:
        return None
    total, count = parse_count(message.get("total")), parse_count(message.get("count", len(posts)))
    if total is None or count is None:
        return "a response without a usable count"
    if total > at and not posts:
        return f"it counts {total} posts, but lists none from {at} on"
    return None if count == len(posts) else f"it states {count} posts, but lists {len(posts)}"
