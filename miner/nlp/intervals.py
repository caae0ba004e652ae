"""Spans found by where they stand, at a cost that does not grow with the number of spans in the text."""

from collections.abc import Iterable, Iterator
from typing import Generic, Protocol, TypeVar


class Located(Protocol):
    """Anything that covers the characters `start` to `end` of a text."""

    @property
    def start(self) -> int:
        """Its first character."""

    @property
    def end(self) -> int:
        """The character after its last."""


S = TypeVar("S", bound=Located)
_CELL_BITS = 6  # a cell covers 64 characters, about the longest name: most spans lie in one or two


class SpanSet(Generic[S]):
    """A set of span objects, kept in the order they were added. Equal spans that are different objects both stay."""

    def __init__(self, spans: Iterable[S] = ()) -> None:
        self._number: dict[int, int] = {}
        self._spans: dict[int, S] = {}
        self._cells: dict[int, dict[int, S]] = {}
        self._added = 0
        for span in spans:
            self.add(span)

    def __iter__(self) -> Iterator[S]:
        return iter(self._spans.values())

    def __len__(self) -> int:
        return len(self._spans)

    def add(self, span: S) -> None:
        """Add a span, as the last one."""
        key = id(span)
        self._number[key] = self._added
        self._added += 1
        self._spans[key] = span
        for cell in _cells_of(span.start, span.end):
            self._cells.setdefault(cell, {})[key] = span

    def remove(self, span: S) -> None:
        """Remove a span that is in the set."""
        key = id(span)
        del self._spans[key], self._number[key]
        for cell in _cells_of(span.start, span.end):
            del self._cells[cell][key]

    def overlapping(self, start: int, end: int) -> list[S]:
        """The spans that share a character with `start` to `end`, in the order they were added.

        >>> from collections import namedtuple
        >>> Word = namedtuple("Word", "start end")
        >>> SpanSet([Word(0, 5), Word(6, 9), Word(8, 12)]).overlapping(5, 9)
        [Word(start=6, end=9), Word(start=8, end=12)]
        """
        first = start >> _CELL_BITS
        found = [
            span
            for cell in _cells_of(start, end)
            for span in self._cells.get(cell, {}).values()
            if span.start < end and start < span.end and (cell == first or span.start >> _CELL_BITS == cell)
        ]
        return self._in_order(found)

    def exactly(self, places: Iterable[tuple[int, int]]) -> list[S]:
        """The spans that cover exactly one of `places`, in the order they were added."""
        return self._in_order(
            [s for start, end in places for s in self.overlapping(start, end) if (s.start, s.end) == (start, end)]
        )

    def _in_order(self, spans: list[S]) -> list[S]:
        if len(spans) > 1:
            spans.sort(key=lambda span: self._number[id(span)])
        return spans


def _cells_of(start: int, end: int) -> range:
    return range(start >> _CELL_BITS, (max(end - 1, start) >> _CELL_BITS) + 1)
