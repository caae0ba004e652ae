"""Read the table of cues, `miner/vocabulary/cues.tsv`, whose head describes its columns."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from miner.vocabulary.words import load_rows, load_words

CLASSES = load_words("modality")
"""Classes of words by name."""

_ELEMENT = re.compile(r"<(\w+)(?::(\d+))?>")
_NUMBER = "number"


@dataclass(frozen=True, slots=True)
class _Element:
    """A word of a context: one of `words`, or a number, within so many tokens of its neighbor."""

    words: frozenset[str]
    within: int
    number: bool

    @classmethod
    def parse(cls, source: str) -> "_Element":
        named = _ELEMENT.fullmatch(source)
        if named is None:
            return cls(frozenset({source}), 1, False)
        words = frozenset() if named[1] == _NUMBER else frozenset(CLASSES[named[1]])
        return cls(words, int(named[2] or 1), named[1] == _NUMBER)

    def fits(self, token: str) -> bool:
        return token in self.words or (self.number and token.isdigit())


@dataclass(frozen=True, slots=True)
class Context:
    """The words beside a cue: "~ only", "whether or ~", "<state:3> ~", where ~ is the cue.

    >>> Context.parse("whether or ~").holds(["ask", "whether", "or", "not"], 3, 4)
    True
    """

    before: tuple[_Element, ...]  # from the cue outwards
    after: tuple[_Element, ...]

    @classmethod
    def parse(cls, source: str) -> "Context":
        """Parse a context. Raises ValueError where `source` does not hold ~ once, KeyError for an unknown class."""
        before, after = source.split("~")
        left, right = ([_Element.parse(word) for word in side.split()] for side in (before, after))
        return cls(tuple(reversed(left)), tuple(right))

    def holds(self, tokens: Sequence[str], first: int, last: int) -> bool:
        """Whether the cue from `first` to `last` has these words beside it."""
        at = first
        for element in self.before:
            reached = range(at - 1, max(-1, at - 1 - element.within), -1)
            found = next((i for i in reached if element.fits(tokens[i])), None)
            if found is None:
                return False
            at = found
        at = last
        for element in self.after:
            reached = range(at, min(len(tokens), at + element.within))
            found = next((i for i in reached if element.fits(tokens[i])), None)
            if found is None:
                return False
            at = found + 1
        return True


@dataclass(frozen=True, slots=True)
class Cue:
    """A row of the table for negation or speculation."""

    words: tuple[str, ...]
    kind: str
    target: str
    reach: int
    both_ways: bool
    ends_at: str
    ignored_in: tuple[Context, ...]
    only_in: tuple[Context, ...]
    spares_in: tuple[Context, ...]
    traits: frozenset[str]

    def counts(self, tokens: Sequence[str], first: int, last: int) -> bool:
        """Whether the words from `first` to `last` are a cue, not "not only", "no. 5", "Nor-exo", "iNOS/NO"."""
        return not any(context.holds(tokens, first, last) for context in self.ignored_in) and (
            not self.only_in or any(context.holds(tokens, first, last) for context in self.only_in)
        )

    def spares(self, tokens: Sequence[str], first: int, last: int) -> bool:
        """Whether the cue from `first` to `last` bears on no claim: "has not been elucidated"."""
        return any(context.holds(tokens, first, last) for context in self.spares_in)


@lru_cache(maxsize=1)
def load_cues() -> Mapping[str, tuple[Cue, ...]]:
    """The cues of negation and speculation by their first word, longest first."""
    by_first: dict[str, list[Cue]] = {}
    for row in load_rows("cues"):
        if row["kind"] in {"negation", "speculation"}:
            cue = _parse(row)
            by_first.setdefault(cue.words[0], []).append(cue)
    return {word: tuple(sorted(cues, key=lambda cue: -len(" ".join(cue.words)))) for word, cues in by_first.items()}


def _parse(row: Mapping[str, str]) -> Cue:
    ignored, only, spares = (
        tuple(Context.parse(source) for source in row[column].split("|") if source.strip())
        for column in ("ignored_in", "only_in", "spares_in")
    )
    return Cue(
        words=tuple(row["cue"].split()),
        kind=row["kind"],
        target=row["target"],
        reach=int(row["reach"] or 0),
        both_ways=row["direction"] == "both",
        ends_at=row["ends_at"],
        ignored_in=ignored,
        only_in=only,
        spares_in=spares,
        traits=frozenset(row["traits"].split()),
    )
