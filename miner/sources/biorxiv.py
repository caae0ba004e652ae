"""bioRxiv and medRxiv, harvested over their details API (https://api.biorxiv.org).

The API lists what was posted in a span of days, page by page, and knows no query: a query is asked here, of title and
abstract (`text_query`), so that `hits` counts the posts that match, known once all were seen. Without `since` the span
begins with the server itself. Every version is a post of its own; a later one takes the place of the earlier.
`changed_since` asks for what was posted since, new versions included; that a preprint has meanwhile been published is
learnt when it is fetched again by its DOI, and from PubMed and Crossref.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote

from miner.errors import OutageError, UsageError
from miner.formats.abstract import markup_sections
from miner.formats.dates import date_in
from miner.formats.markup import plain
from miner.formats.record import given_name_first, reject, to_article
from miner.http.client import HttpClient, StatusError
from miner.model.articles import Article, Notice, Reject
from miner.model.identifiers import Identifier, normalize_doi
from miner.settings import Settings
from miner.sources.base import Api, Batch, Search, pack_ids, unpack_ids
from miner.sources.text_query import TextQuery

SERVERS = {"biorxiv": ("bioRxiv", date(2013, 11, 1)), "medrxiv": ("medRxiv", date(2019, 6, 1))}
"""What a server is called, and when it opened."""
IDS_AT_ONCE = 25
KEPT = timedelta(hours=1)
"""How long posts fetched by DOI serve the same command run again."""
MOST_ROUNDS = 3
"""How often a list that shifts while it is walked is walked again."""
PER_SECOND = 3.0

_NOTHING = re.compile(r"no (?:posts|articles|papers|results|records)\b.*found", re.IGNORECASE)
_VERSION = re.compile(r"(?<=\d)v\d+$")
_WITHDRAWN = re.compile(r"withdrawn|withdrawal|retracted", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Page:
    total: int
    posts: Sequence[Any]


@dataclass(frozen=True, slots=True)
class _Walk:
    """A span of days on one server, and what is wanted of it."""

    server: str
    since: date
    until: date
    query: TextQuery | None


@dataclass(frozen=True, slots=True)
class BioRxiv:
    """The harvester of bioRxiv and medRxiv; `Search.source` says of which."""

    base_url: str

    def count(self, search: Search, http: HttpClient) -> int:
        """How many posts match, each version counted. With a query, every post of the span is looked at for that.

        Raises SourceError, UsageError.
        """
        api = Api(http, self.base_url)
        if search.ids:
            found = (_post(api, search.source, one) for one in dict.fromkeys(search.ids))
            return sum(isinstance(one, Article) for one in found)
        walk = _walk(search)
        if walk is None:
            return 0
        if walk.query is None:
            return _first_page(api, walk).total
        return sum(len(b.articles) + len(b.rejects) for b in _fetch_span(api, walk, _State()))

    def fetch(self, search: Search, http: HttpClient, cursor: str | None) -> Iterator[Batch]:
        """See `Harvester.fetch`."""
        api = Api(http, self.base_url)
        if search.ids:
            ids = list(dict.fromkeys(search.ids))
            return _fetch_ids(api, search.source, ids, json.loads(cursor)["at"] if cursor else 0)
        walk = _walk(search)
        if walk is None:
            return iter((Batch((), hits=0),))
        return _fetch_span(api, walk, _State.load(cursor) if cursor else _State())


def make_harvester(settings: Settings) -> BioRxiv:
    """The harvester at the address that the settings give."""
    return BioRxiv(settings.biorxiv_url)


@dataclass(slots=True)
class _State:
    """How far a span has come: JSON between batches.

    `at` posts of `total` have been passed, `last` being the latest of them; `taken` are those that were wanted, with
    their version. A later page with another total tells that posts came or went: if `last` is then not where it was,
    the span is walked again.
    """

    at: int = 0
    total: int = 0
    last: str = ""
    taken: dict[str, int] = field(default_factory=dict)
    hits: int = 0
    rounds: int = 1

    def dump(self) -> str:
        plain = {"at": self.at, "total": self.total, "last": self.last, "hits": self.hits, "rounds": self.rounds}
        return json.dumps(plain | {"taken": pack_ids(f"{name}|{version}" for name, version in self.taken.items())})

    @classmethod
    def load(cls, cursor: str) -> "_State":
        fields = json.loads(cursor)
        taken = (one.rpartition("|") for one in unpack_ids(fields["taken"]))
        return cls(**fields | {"taken": {name: int(version) for name, _, version in taken}})

    def begin_again(self, why: str) -> None:
        if self.rounds >= MOST_ROUNDS:
            raise OutageError(f"{why}, however often it is walked - run the command again later")
        self.at, self.total, self.last, self.rounds = 0, 0, "", self.rounds + 1


def _walk(search: Search) -> _Walk | None:
    """What is to be walked; None if nothing can have changed in the span asked for."""
    since = search.since or SERVERS[search.source][1]
    until = search.until or date.today()
    if since > until:
        raise UsageError(f"since {since} is after until {until} - swap them")
    if search.changed_since:
        since = max(since, search.changed_since)
    if since > until:
        return None
    return _Walk(search.source, since, until, TextQuery(search.query) if search.query else None)


def _fetch_span(api: Api, walk: _Walk, state: _State) -> Iterator[Batch]:
    name = SERVERS[walk.server][0]
    while True:
        page = _page(api, walk, state.at) if state.at else _first_page(api, walk)
        if not page.posts and (state.at or state.taken):
            state.begin_again(f"{name} counted {state.total:,} posts, but lists only {state.at:,}")
            continue
        if state.at and page.total != state.total and _has_shifted(api, walk, state):
            state.begin_again(f"{name}'s list of posts shifts while it is read")
            continue
        state.total = page.total
        articles, rejects = _wanted(page.posts, walk, state)
        state.at += len(page.posts)
        if state.at >= state.total:
            yield Batch(articles, rejects, hits=state.hits)
            return
        hits = None if walk.query else max(state.total, state.hits)
        yield Batch(articles, rejects, hits=hits, cursor=state.dump())


def _has_shifted(api: Api, walk: _Walk, state: _State) -> bool:
    before = _page(api, walk, state.at - 1)
    return not before.posts or _name(before.posts[0]) != state.last


def _wanted(posts: Iterable[Any], walk: _Walk, state: _State) -> tuple[tuple[Article, ...], tuple[Reject, ...]]:
    articles, rejects = [], []
    for position, post in enumerate(posts, start=state.at + 1):
        state.last = _name(post)
        name, _, version = state.last.rpartition("|")
        if state.taken.get(name, -1) >= int(version):
            continue
        record = article(post, source=walk.server, position=position)
        if isinstance(record, Reject):
            rejects.append(record)
        elif walk.query is None or walk.query.matches(record.title, "\n".join(part.text for part in record.sections)):
            articles.append(record)
        else:
            continue
        state.taken[name] = int(version)
        state.hits += 1
    return tuple(articles), tuple(rejects)


def article(post: Any, *, source: str, position: int = 1) -> Article | Reject:
    """The article of one post; a reject names its DOI or else its position."""
    if not isinstance(post, Mapping):
        return reject(source, f"post {position}", "it is no JSON object", json.dumps(post)[:1000])
    doi = str(post.get("doi") or "")
    if not normalize_doi(doi):
        return reject(source, f"post {position}", "it names no DOI", json.dumps(post)[:1000])
    kind = str(post.get("type") or "").replace("_", " ").strip()
    title = plain(str(post.get("title") or ""))
    return to_article(
        source=source,
        item=f"DOI {doi}",
        title=title,
        sections=markup_sections(str(post.get("abstract") or "")),
        doi=doi,
        authors=[given_name_first(name) for name in str(post.get("authors") or "").split(";")],
        journal=SERVERS[source][0],
        published=date_in(str(post.get("date") or "")),
        types=["preprint", kind],
        notices=_notices(post, _WITHDRAWN.match(title) or _WITHDRAWN.search(kind)),
        version=str(post.get("version") or ""),
        payload=json.dumps(post, ensure_ascii=False),
    )


def _notices(post: Mapping[str, Any], withdrawn: object) -> list[Notice]:
    published = normalize_doi(str(post.get("published") or ""))
    notices = [Notice("preprint_of", doi=published)] if published and published != normalize_doi(post["doi"]) else []
    return [*notices, Notice("retracted_by")] if withdrawn else notices


def _name(post: Any) -> str:
    """A post's DOI and version; one without a DOI goes by what it holds."""
    doi = normalize_doi(str(post.get("doi") or "")) if isinstance(post, Mapping) else None
    if not doi:
        return hashlib.sha256(json.dumps(post, sort_keys=True).encode()).hexdigest()[:24] + "|0"
    version = str(post.get("version") or "")
    return f"{quote(doi, safe='/:;()')}|{version if version.isdecimal() else 0}"


# by DOI


def _fetch_ids(api: Api, server: str, ids: Sequence[Identifier], at: int) -> Iterator[Batch]:
    while at < len(ids):
        outcome = [_post(api, server, one) for one in ids[at : at + IDS_AT_ONCE]]
        at += len(outcome)
        yield Batch(
            tuple(record for record in outcome if isinstance(record, Article)),
            tuple(record for record in outcome if isinstance(record, Reject)),
            hits=len(ids),
            cursor=json.dumps({"at": at}) if at < len(ids) else None,
        )


def _post(api: Api, server: str, identifier: Identifier) -> Article | Reject:
    """The latest version of the preprint that a DOI names; a reject where the server has none."""
    name = SERVERS[server][0]
    if identifier.scheme != "doi":
        item = f"{identifier.scheme} {identifier.value}"
        return reject(server, item, f"{name} knows preprints by DOI alone - give its DOI, or ask `europepmc`")
    doi = _VERSION.sub("", identifier.value)
    try:
        page = _ask(api, server, quote(doi, safe="/:;()"), keep=KEPT)
    except StatusError as error:
        if error.status != 404:
            raise
        page = _Page(0, ())
    if not page.posts:
        return reject(server, f"doi {identifier.value}", f"not found in {name}")
    latest = max(page.posts, key=lambda post: int(_name(post).rpartition("|")[2]))
    return article(latest, source=server)


# asking


def _first_page(api: Api, walk: _Walk) -> _Page:
    """A zero is heard twice, for a service in trouble may say "nothing" where there is much."""
    page = _page(api, walk, 0)
    return page if page.total else _page(api, walk, 0)


def _page(api: Api, walk: _Walk, at: int) -> _Page:
    return _ask(api, walk.server, f"{walk.since}/{walk.until}/{at}", counted=True)


def _ask(api: Api, server: str, what: str, *, counted: bool = False, keep: timedelta | None = None) -> _Page:
    answer = api.http.get(
        f"{api.base_url}/details/{server}/{what}",
        accept="json",
        service=SERVERS[server][0],
        per_second=PER_SECOND,
        validate=lambda body: _complaint(json.loads(body), counted),
        keep=keep,
    ).json()
    message, posts = _message(answer), answer.get("collection") or []
    return _Page(int(message.get("total", len(posts))), posts)


def _message(answer: Any) -> Mapping[str, Any]:
    messages = answer.get("messages") if isinstance(answer, Mapping) else None
    first = messages[0] if isinstance(messages, list) and messages else {}
    return first if isinstance(first, Mapping) else {}


def _complaint(answer: Any, counted: bool) -> str | None:
    """What is broken about an answer. The API's numbers may be strings, and an empty list comes without any."""
    message = _message(answer)
    status = str(message.get("status") or "")
    posts = answer.get("collection") if isinstance(answer, Mapping) else None
    if _NOTHING.search(status):
        return None
    if status.lower() != "ok":
        return f"the request failed ({status[:200] or 'no status given'})"
    if not isinstance(posts, list):
        return "an answer without posts"
    numbers = {name: str(message[name]) for name in ("total", "count") if name in message}
    if counted and "total" not in numbers:
        return "an answer without a count"
    if any(not number.isdecimal() for number in numbers.values()):
        return "an answer whose counts are no numbers"
    if counted and int(numbers["total"]) and not posts:
        return f"it counts {numbers['total']} posts, but lists none"
    if counted and int(numbers.get("count", len(posts))) != len(posts):
        return f"it says {numbers['count']} posts, but lists {len(posts)}"
    return None
