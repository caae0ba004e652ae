"""Texts cut into shards. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, Self, TypeVar

from miner.errors import UsageError
from miner.model.digests import digest

MIN_SIZE = 64_000
"""Characters of the records in a shard from which on it may end: about 30 abstracts."""
MAX_SIZE = 800_000
"""Characters at which a shard ends: about 350 abstracts, half a minute of one core; of full texts a few minutes."""
PARTS = 16
"""A shard is at most this part of what is left, so that no worker waits long for another at the end."""


class Text(Protocol):
    """What is cut: a text by its digest and size."""

    @property
    def digest(self) -> str:
        """A hash of the text."""
        ...

    @property
    def size(self) -> int:
        """Its length in characters, more or less."""
        ...


T = TypeVar("T", bound=Text)


@dataclass(frozen=True, slots=True)
class Shard(Generic[T]):
    """Texts that are read as one: their number among all shards, from 0, their name, and the texts."""

    number: int
    name: str
    texts: tuple[T, ...]


def cut(texts: Sequence[T], reader: str) -> list[Shard[T]]:
    """The texts, in order, as shards, each named by a hash of `reader` and of its texts.

    Where a shard ends depends on nothing but the texts from its first on: once the first shards are done, the others
    keep their names.
    """
    return [
        Shard(number, digest(reader, *(text.digest for text in stretch)), stretch)
        for number, stretch in enumerate(_stretches(texts))
    ]


def _stretches(texts: Sequence[T]) -> Iterator[tuple[T, ...]]:
    left = sum(text.size for text in texts)
    stretch: list[T] = []
    size = 0
    for text in texts:
        stretch.append(text)
        size += text.size
        if size >= min(max(left // PARTS, MIN_SIZE), MAX_SIZE):
            yield tuple(stretch)
            left -= size
            stretch, size = [], 0
    if stretch:
        yield tuple(stretch)


@dataclass(frozen=True, slots=True)
class Part:
    """One machine's part of all shards: every `count`-th, from the `number`-th on, counted from 1."""

    number: int = 1
    count: int = 1

    @classmethod
    def parse(cls, text: str) -> Self:
        """The part that is written like "3/40". Raises UsageError where it is none.

        >>> Part.parse("3/40")
        Part(number=3, count=40)
        """
        found = re.fullmatch(r"\s*([0-9]{1,6})\s*/\s*([0-9]{1,6})\s*", text)
        number, count = map(int, found.groups()) if found else (0, 0)
        if not 1 <= number <= count:
            raise UsageError(f"{text!r} is no part of the shards - write the third of forty as 3/40")
        return cls(number, count)

    def select(self, shards: Iterable[Shard[T]]) -> list[Shard[T]]:
        """The shards of this part."""
        return [shard for shard in shards if shard.number % self.count == self.number - 1]
