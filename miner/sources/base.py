"""What a harvester promises: searches in, batches of articles out, each with the place to go on from."""

import base64
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from miner.http.client import HttpClient
from miner.model.articles import Article, Reject
from miner.model.identifiers import Identifier


@dataclass(frozen=True, slots=True)
class Search:
    """What is asked of one source: a query, a span of days, or identifiers.

    `since` and `until` are inclusive and bound the date that the source's harvester names (PubMed: the day a record
    entered PubMed; Europe PMC: the day of first publication). `changed_since` narrows the search further, to records
    that were added or revised on or after that day: what an update asks for, so that a retraction of an old article
    is seen. A source without such a date says in its harvester what it does instead.
    """

    source: str
    query: str | None = None
    since: date | None = None
    until: date | None = None
    ids: tuple[Identifier, ...] = ()
    changed_since: date | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """What one step of a search brought, to be stored together with `cursor`.

    `deleted` holds PMIDs that the source has withdrawn. `hits` is the source's latest word on how many records the
    whole search matches (None: not known yet); with the last batch, a complete search has as many articles and
    rejects as hits. `cursor` is JSON to go on from once the batch is stored; None means that the search is at its end.
    A batch may be empty: a step can tell of hits, or of the end, alone.
    """

    articles: tuple[Article, ...]
    rejects: tuple[Reject, ...] = ()
    deleted: tuple[str, ...] = ()
    hits: int | None = None
    cursor: str | None = None


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

        A run killed after any batch goes on at that batch's cursor and brings every record exactly once.
        Raises SourceError, UsageError.
        """
        ...


def pack_ids(ids: Iterable[str]) -> str:
    """Identifiers without spaces, in order, as a short string for a cursor."""
    return base64.b64encode(zlib.compress(" ".join(ids).encode())).decode()


def unpack_ids(packed: str) -> list[str]:
    """The identifiers that `pack_ids` packed."""
    return zlib.decompress(base64.b64decode(packed)).decode().split()


def names(article: Article, identifier: Identifier) -> bool:
    """Whether the article itself bears the identifier."""
    return bool(getattr(article, identifier.scheme) == identifier.value)
