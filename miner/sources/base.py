"""What every source provides: searches in, batches of articles out, each with a cursor to continue from."""

import base64
import json
import logging
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from miner.errors import RefusedError, SourceError, UsageError
from miner.http.client import HttpClient
from miner.http.failures import StatusError
from miner.model.articles import Article, Reject
from miner.model.identifiers import Identifier

logger = logging.getLogger(__name__)

MAX_HITS = 1_000_000_000
"""Records that a search can have; a service that counts more is broken."""
MAX_FAILURES_IN_A_ROW = 3
"""Identifiers that fail one after the other before a service counts as down."""
_ACCESS_STATUSES = (401, 403)
"""Statuses by which a service refuses everything, not only the record that was requested."""


@dataclass(frozen=True, slots=True)
class Search:
    """A search of one source: by a query, a span of days, or identifiers.

    `since` and `until` are inclusive and bound the date that the source's harvester names (PubMed: the day a record
    entered PubMed; Europe PMC: the day of first publication). `changed_since` narrows the search further, to records
    that were added or revised on or after that day: an update uses it, so that it also brings the retraction of an old
    article. A source without such a date says in its harvester what it does instead. `full_text` fetches the full text
    too, from a source that has it.
    """

    source: str
    query: str | None = None
    since: date | None = None
    until: date | None = None
    ids: tuple[Identifier, ...] = ()
    changed_since: date | None = None
    full_text: bool = False


@dataclass(frozen=True, slots=True)
class Batch:
    """The result of one step of a search, to be stored together with `cursor`.

    `deleted` holds PMIDs that the source has withdrawn. `hits` is how many records the whole search matches as far as
    is known (None: not known yet). `cursor` is JSON to continue from once the batch is stored; None means that the
    search has ended. `incomplete` then says why the end is not proven, if it is not, and what to do. A batch may be
    empty.
    """

    articles: tuple[Article, ...]
    rejects: tuple[Reject, ...] = ()
    deleted: tuple[str, ...] = ()
    hits: int | None = None
    cursor: str | None = None
    incomplete: str | None = None


@dataclass(frozen=True, slots=True)
class Api:
    """A service as a harvester calls it: the HTTP client, the service's address, and the user's e-mail if given."""

    http: HttpClient
    base_url: str
    email: str | None = None


class Harvester(Protocol):
    """A source that can be searched over the network."""

    def count(self, search: Search, http: HttpClient) -> int:
        """How many records `search` matches, without fetching them. Raises SourceError, UsageError."""
        ...

    def fetch(self, search: Search, http: HttpClient, cursor: str | None) -> Iterator[Batch]:
        """The batches of `search` after `cursor` (None: from the start), ending with one whose cursor is None.

        A run killed after any batch continues at that batch's cursor and brings every record exactly once.
        Raises SourceError, UsageError.
        """
        ...


def fetch_by_id(
    source: str,
    ids: Iterable[Identifier],
    fetch_one: Callable[[Identifier], Article | Reject],
    cursor: str | None,
    batch_size: int,
) -> Iterator[Batch]:
    """Batches of the records of `ids`, for services that are requested one record at a time.

    An identifier that the service refuses is a reject. One that fails otherwise is left for the next run, and the rest
    goes on, until several in a row have failed: then the service is down. Raises the first SourceError at the end;
    the last cursor holds what is still to be fetched.
    """
    wanted = list(dict.fromkeys(ids))
    state = json.loads(cursor) if cursor else {}
    todo = [*state.get("failed", ()), *range(state.get("at", 0), len(wanted))]
    failed: list[int] = []
    first_error: SourceError | None = None
    while todo:
        records: list[Article | Reject] = []
        in_a_row = 0
        while todo and len(records) < batch_size and in_a_row < MAX_FAILURES_IN_A_ROW:
            number = todo.pop(0)
            try:
                records.append(_fetch_or_reject(source, wanted[number], fetch_one))
                in_a_row = 0
            except SourceError as error:
                logger.info("%s; going on with the next identifier", error)
                first_error = first_error or error
                failed.append(number)
                in_a_row += 1
        left = sorted([*failed, *todo])
        if records or not left:
            yield Batch(
                *split_outcomes(records),
                hits=len(wanted),
                cursor=json.dumps({"at": len(wanted), "failed": left}) if left else None,
            )
        if in_a_row >= MAX_FAILURES_IN_A_ROW:
            break
    if first_error:
        raise first_error


def _fetch_or_reject(
    source: str, identifier: Identifier, fetch_one: Callable[[Identifier], Article | Reject]
) -> Article | Reject:
    """The record of an identifier; a reject where the service refuses this one, but not everything."""
    try:
        return fetch_one(identifier)
    except StatusError as error:
        if error.status in _ACCESS_STATUSES:
            raise
        return Reject(source, f"{identifier.scheme} {identifier.value}", str(error))


def fetch_each(
    source: str, ids: Sequence[Identifier], fetch_one: Callable[[Identifier], Article | Reject]
) -> list[Article | Reject]:
    """The record of each identifier, a reject for one that the service refuses. Raises RefusedError if it refuses all.

    For services that are searched for several identifiers at once, where one of them spoils the search.
    """
    records: list[Article | Reject] = []
    refused: list[RefusedError] = []
    for identifier in ids:
        try:
            records.append(fetch_one(identifier))
        except RefusedError as error:
            refused.append(error)
            records.append(Reject(source, f"{identifier.scheme} {identifier.value}", str(error)))
    if refused and len(refused) == len(ids):
        raise refused[0]
    return records


def parse_count(value: object) -> int | None:
    """A count as a service states it, as a number or in digits; None for anything else, and beyond MAX_HITS.

    >>> parse_count("1173"), parse_count(12), parse_count("12 or so"), parse_count("9" * 20)
    (1173, 12, None, None)
    """
    text = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(MAX_HITS))):
        return None
    return int(text) if int(text) <= MAX_HITS else None


def shortfall(service: str, counted: int, fetched: int) -> str:
    """Why a search is incomplete when a service counts more records than it lists."""
    return (
        f"{service} counts {counted:,} records, but lists {fetched:,} of them"
        " - run the same command again to fetch the rest"
    )


def pack_ids(ids: Iterable[str]) -> str:
    """Identifiers without spaces, in order, as a short string for a cursor."""
    return base64.b64encode(zlib.compress(" ".join(ids).encode())).decode()


def unpack_ids(packed: str) -> list[str]:
    """The identifiers that `pack_ids` packed."""
    return zlib.decompress(base64.b64decode(packed)).decode().split()


def has_identifier(article: Article, identifier: Identifier) -> bool:
    """Whether the article itself has the identifier."""
    return bool(getattr(article, identifier.scheme) == identifier.value)


def split_outcomes(records: Iterable[Article | Reject]) -> tuple[tuple[Article, ...], tuple[Reject, ...]]:
    """Articles and rejects apart, each in order."""
    records = tuple(records)
    return (
        tuple(record for record in records if isinstance(record, Article)),
        tuple(record for record in records if isinstance(record, Reject)),
    )


def check_days(search: Search) -> None:
    """Raise UsageError where a search's first day is after its last."""
    if search.since and search.until and search.since > search.until:
        raise UsageError(f"since {search.since} is after until {search.until} - swap them")


def require_query(search: Search, service: str, ids: str) -> str:
    """The query of a search whose days are in order. Raises UsageError where it has none."""
    if not (search.query and search.query.strip()):
        raise UsageError(f"{service} needs a query or {ids} - say what to look for")
    check_days(search)
    return search.query.strip()


def in_chunks(ids: Sequence[Identifier], size: int) -> list[Sequence[Identifier]]:
    """`ids` in groups of `size`."""
    return [ids[at : at + size] for at in range(0, len(ids), size)]
