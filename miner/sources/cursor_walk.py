"""Walk a list that a service gives page by page along a cursor, to a proven end, each record once.

Cursors may expire, the list may shift under them, and a page or its count may be wrong: the name of every record is
remembered, and the list is walked again from its beginning when a cursor has expired or fewer records have come than
were counted. The end is proven once as many records have come as were ever counted; or, where the count has dropped,
once a whole walk brings nothing new and its length agrees with two fresh counts.
"""

import hashlib
import json
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from miner.errors import OutageError, RefusedError
from miner.model.articles import Article, Reject
from miner.sources.base import Batch, pack_ids, shortfall, split_outcomes, unpack_ids

logger = logging.getLogger(__name__)

START = "*"


class CursorGoneError(RefusedError):
    """The service does not know this cursor (any more): the list has to be walked again."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page: how many records the whole list counts, those of this page, and the next mark; None after the last."""

    hits: int
    records: Sequence[Any]
    next_mark: str | None


@dataclass(slots=True)
class Place:
    """How far a walk has come: JSON between batches.

    `seen` holds the names of all records so far, `walked` counts those listed since the list was last begun, and
    `counted` is the highest count of the list so far.
    """

    mark: str = START
    seen: dict[str, None] = field(default_factory=dict)
    walked: int = 0
    counted: int = 0

    def dump(self) -> str:
        """The place as a batch's cursor."""
        plain = {"mark": self.mark, "walked": self.walked, "counted": self.counted}
        return json.dumps(plain | {"seen": pack_ids(sorted(self.seen))})

    @classmethod
    def load(cls, cursor: str | None) -> "Place":
        """The place that `dump` wrote; the beginning for None."""
        if cursor is None:
            return cls()
        fields = json.loads(cursor)
        seen = dict.fromkeys(unpack_ids(fields["seen"]))
        return cls(fields["mark"], seen, fields.get("walked", 0), fields.get("counted", 0))

    def begin_again(self) -> None:
        """Go back to the beginning of the list."""
        self.mark, self.walked = START, 0


@dataclass(frozen=True, slots=True)
class Listing:
    """A list as a service gives it: its pages, a fresh count of it, and how its records are named and parsed.

    `parse` is given a record and its position in the list.
    """

    service: str
    get_page: Callable[[Place], Page]
    count: Callable[[], int]
    name: Callable[[Any], str]
    parse: Callable[[Any, int], Article | Reject]
    max_rounds: int
    """Walks without anything new before a walk that is too short is accepted as incomplete."""


def walk(listing: Listing, place: Place) -> Iterator[Batch]:
    """The batches from `place` on.

    Raises OutageError where the list's cursors always expire, and whatever its functions raise.
    """
    rounds = 1  # walks since anything new came
    while True:
        try:
            page = listing.get_page(place)
        except CursorGoneError as error:
            if rounds > listing.max_rounds:
                raise OutageError(f"{error}, in {rounds} walks - run the command again later") from error
            logger.info("%s; walking the list again", error)
            rounds += 1
            place.begin_again()
            continue
        place.walked += len(page.records)
        place.counted = max(place.counted, page.hits)
        articles, rejects = _new(listing, page, place)
        if articles or rejects:
            rounds = 1
        if page.next_mark is not None:
            place.mark = page.next_mark
        elif _is_proven(listing, place, rounds):
            yield Batch(articles, rejects, hits=len(place.seen))
            return
        elif rounds >= listing.max_rounds:
            reason = shortfall(listing.service, place.counted, len(place.seen))
            yield Batch(articles, rejects, hits=place.counted, incomplete=reason)
            return
        else:
            rounds += 1
            place.begin_again()
        if articles or rejects:
            yield Batch(articles, rejects, hits=max(place.counted, len(place.seen)), cursor=place.dump())


def name_by_content(record: Any) -> str:
    """A name for a record that has none of its own: the same content always gets the same one."""
    return hashlib.sha256(json.dumps(record, sort_keys=True).encode()).hexdigest()[:24]


def _is_proven(listing: Listing, place: Place, rounds: int) -> bool:
    """Whether the end of a walk is the end of the list."""
    fresh = listing.count()
    place.counted = max(place.counted, fresh)
    if len(place.seen) >= place.counted:
        return True
    return rounds > 1 and fresh == place.walked and listing.count() == fresh


def _new(listing: Listing, page: Page, place: Place) -> tuple[tuple[Article, ...], tuple[Reject, ...]]:
    records = []
    for position, record in enumerate(page.records, start=len(place.seen) + 1):
        name = listing.name(record)
        if name not in place.seen:
            place.seen[name] = None
            records.append(listing.parse(record, position))
    return split_outcomes(records)
