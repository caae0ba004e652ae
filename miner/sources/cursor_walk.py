"""A list that a service gives page by page along a cursor, walked to its end without losing or doubling a record.

Cursors may die, or the list may shift under them: every record's name is remembered, and the list is walked again from
its beginning when the cursor is gone or fewer records have come than were counted.
"""

import json
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from miner.errors import OutageError, RefusedError
from miner.model.articles import Article, Reject
from miner.sources.base import Batch, pack_ids, unpack_ids

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
    `rounds` its walks since anything new came.
    """

    mark: str = START
    seen: dict[str, None] = field(default_factory=dict)
    walked: int = 0
    rounds: int = 1

    def dump(self) -> str:
        """The place as a batch's cursor."""
        plain = {"mark": self.mark, "walked": self.walked, "rounds": self.rounds}
        return json.dumps(plain | {"seen": pack_ids(sorted(self.seen))})

    @classmethod
    def load(cls, cursor: str | None) -> "Place":
        """The place that `dump` wrote; the beginning for None."""
        if cursor is None:
            return cls()
        fields = json.loads(cursor)
        seen = dict.fromkeys(unpack_ids(fields["seen"]))
        return cls(fields["mark"], seen, fields.get("walked", 0), fields["rounds"])

    def begin_again(self) -> None:
        """Go back to the beginning of the list."""
        self.mark, self.walked, self.rounds = START, 0, self.rounds + 1


def walk(
    ask: Callable[[Place], Page],
    name: Callable[[Any], str],
    read: Callable[[Any, int], Article | Reject],
    place: Place,
    most_rounds: int,
) -> Iterator[Batch]:
    """The batches from `place` on; `read` makes an article of a record and its position in the list.

    The list is walked at most `most_rounds` times without anything new. Raises OutageError where its cursors are never
    honoured, and whatever `ask` raises.
    """
    while True:
        try:
            page = ask(place)
        except CursorGoneError as error:
            if place.rounds > most_rounds:
                raise OutageError(f"{error}, however often it is asked - run the command again later") from error
            logger.info("%s; walking the list again", error)
            place.begin_again()
            continue
        place.walked += len(page.records)
        articles, rejects = _new(page, place, name, read)
        if articles or rejects:
            place.rounds = 1
        hits = max(page.hits, len(place.seen))
        if page.next_mark is None:
            if len(place.seen) >= page.hits or place.rounds >= most_rounds:
                yield Batch(articles, rejects, hits=hits)
                return
            place.begin_again()
        else:
            place.mark = page.next_mark
        if articles or rejects:
            yield Batch(articles, rejects, hits=hits, cursor=place.dump())


def _new(
    page: Page, place: Place, name: Callable[[Any], str], read: Callable[[Any, int], Article | Reject]
) -> tuple[tuple[Article, ...], tuple[Reject, ...]]:
    articles, rejects = [], []
    for position, record in enumerate(page.records, start=len(place.seen) + 1):
        own = name(record)
        if own in place.seen:
            continue
        place.seen[own] = None
        outcome = read(record, position)
        if isinstance(outcome, Article):
            articles.append(outcome)
        else:
            rejects.append(outcome)
    return tuple(articles), tuple(rejects)
