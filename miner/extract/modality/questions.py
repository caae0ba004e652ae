"""What a sentence asks rather than states: aims, questions, open issues, protocols.

The cues are the rows of kind `question` in `miner/vocabulary/cues.tsv`, regular expressions over lower-cased tokens.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from miner.extract.modality.cues import CLASSES
from miner.extract.modality.scopes import find_clause_start
from miner.extract.sentence import SentenceView, TokenMention, once_per_sentence
from miner.vocabulary.words import alternatives, load_rows

_FINDING = alternatives(CLASSES["finding"])
_END = re.compile(
    r"(?: , (?:but|yet|which|however|as|since|because|(?:in )?(?:none|neither)|and (?:we|it|they|our))\b"
    r"| (?:but|yet)\b| [;:]"
    rf"| , (?:we |and )?{_FINDING}\b| and (?:(?:we|also|thereby|then|it was) ){{0,2}}{_FINDING}\b)"
)
_CONCESSION = re.compile(r"(?:although|though|while|whereas|even though|despite|contrary) ")
_COMMA = re.compile(r" , ")
_MAIN_CLAUSE = re.compile(r" , (?=(?:we|i|our|here)\b)")
_MANNER = frozenset(CLASSES["manner"])
_MAX_TEXT = 3000
"""Characters of a sentence that are searched for cues."""


class Asked(NamedTuple):
    """Half-open token bounds of what a sentence asks."""

    first: int
    last: int


@once_per_sentence
def find_questions(view: SentenceView) -> tuple[Asked, ...]:
    """What a sentence asks, in the order of the table of cues; all of it where it ends with a question mark."""
    if view.tokens[-1:] == ("?",):
        return (Asked(0, len(view.tokens)),)
    return tuple(_find_questions(view.text[:_MAX_TEXT], view.tokens))


def is_question(view: SentenceView) -> bool:
    """Whether the sentence asks anything."""
    return bool(find_questions(view))


def find_asked(view: SentenceView, one: TokenMention, other: TokenMention) -> Asked | None:
    """The question that takes in both mentions; None where the sentence does not ask about the two."""
    low, high = min(one.first, other.first), max(one.first, other.first)
    return next((asked for asked in find_questions(view) if asked.first <= low and high < asked.last), None)


def find_supposed(view: SentenceView, one: TokenMention, other: TokenMention) -> Asked:
    """What a sentence supposes of two mentions: up to the semicolon after them, else all of it."""
    last = max(one.last, other.last)
    end = next((i for i in range(last, len(view.tokens)) if view.tokens[i] == ";"), len(view.tokens) - 1)
    return Asked(0, end)


def takes_for_granted(view: SentenceView, asked: Asked, one: TokenMention, other: TokenMention) -> bool:
    """Whether a question about two mentions is how or why, not whether: "how A promotes B is unknown"."""
    return not _MANNER.isdisjoint(view.tokens[asked.first : max(one.first, other.first)])


def _find_questions(text: str, tokens: Sequence[str]) -> Iterator[Asked]:
    starts = list(accumulate((len(token) + 1 for token in tokens), initial=0))
    for direction, pattern in question_patterns():
        for match in pattern.finditer(text):
            first = bisect_right(starts, match.start()) - 1
            last = bisect_right(starts, match.end() - 1)
            if direction == "effect":
                yield Asked(first, last)
            elif direction == "both":
                yield Asked(find_clause_start(tokens, first), _find_end(text, starts, match.end()))
            elif direction == "opening":
                yield Asked(first, _find_main_clause(text, starts, match.end()))
            else:
                yield Asked(first, _find_end(text, starts, match.end()))


def _find_end(text: str, starts: Sequence[int], at: int) -> int:
    """The token at which a finding follows what is asked from character `at` on; else the end of the sentence."""
    end = _END.search(text, at)
    if end is None and _CONCESSION.match(text):
        end = _COMMA.search(text, at)
    return bisect_right(starts, end.start() + 1) - 1 if end else len(starts) - 1


def _find_main_clause(text: str, starts: Sequence[int], at: int) -> int:
    """The token at which the main clause begins after "To investigate …": at ", we", else at the last comma."""
    comma = _MAIN_CLAUSE.search(text, at)
    position = comma.start() + 1 if comma else text.rfind(" , ", at) + 1
    return bisect_right(starts, position) - 1 if position > 0 else len(starts) - 1


@lru_cache(maxsize=1)
def question_patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """(direction, pattern) of each cue of a question."""
    return tuple((row["direction"], _compile(row["cue"])) for row in load_rows("cues") if row["kind"] == "question")


def _compile(cue: str) -> re.Pattern[str]:
    filled = re.sub(r"\{([a-z_]+)\}", lambda named: alternatives(CLASSES[named[1]]), cue)
    return re.compile(rf"(?<!\S){filled}(?!\S)" if not cue.startswith("^") else rf"{filled}(?!\S)")
