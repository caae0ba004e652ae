"""Spans of days, and how to halve them: how a search with too many hits is cut into parts."""

from dataclasses import dataclass
from datetime import date, timedelta

EVER = (date(1600, 1, 1), date(3000, 12, 31))
BUSY_SINCE = date(1946, 1, 1)
"""The literature holds little from before: where halving a span starts."""


@dataclass(frozen=True, slots=True)
class Days:
    """The days from `start` to `end`, both included.

    >>> [str(half) for half in Days(date(2024, 1, 1), date(2024, 1, 4)).halves()]
    ['2024-01-01..2024-01-02', '2024-01-03..2024-01-04']
    """

    start: date = EVER[0]
    end: date = EVER[1]

    def __str__(self) -> str:
        return str(self.start) if self.start == self.end else f"{self.start}..{self.end}"

    def halves(self) -> tuple["Days", ...]:
        """The span in two, cut where records are to be expected; nothing for a single day."""
        if self.start == self.end:
            return ()
        low, high = max(self.start, BUSY_SINCE), min(self.end, date.today() + timedelta(days=1))
        if low >= high:
            low, high = self.start, self.end
        middle = low + (high - low) // 2
        return Days(self.start, middle), Days(middle + timedelta(days=1), self.end)

    def dump(self) -> list[str]:
        """The span as JSON holds it."""
        return [self.start.isoformat(), self.end.isoformat()]

    @classmethod
    def load(cls, plain: list[str]) -> "Days":
        """The span that `dump` wrote."""
        return cls(date.fromisoformat(plain[0]), date.fromisoformat(plain[1]))
