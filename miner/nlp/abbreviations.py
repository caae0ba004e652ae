"""Abbreviations that a text defines, with their long forms: scispaCy's algorithm, repaired, with plurals.

The algorithm is that of Schwartz and Hearst (2003, doi:10.1142/9789812776303_0042).
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span


@dataclass(frozen=True, slots=True)
class Abbreviation:
    """A short form and its long form, `text[start:end]`."""

    short: str
    long: str
    start: int
    end: int


@dataclass(frozen=True)
class AbbreviationConfig:
    """How far before its end a long form may begin.

    `max_initials`: characters searched for words whose initials spell the short form. `per_letter` and `margin`:
    characters searched for the first letter, so many per letter of the short form, and so many more.
    """

    max_initials: int = 120
    per_letter: int = 12
    margin: int = 20


_NUMBERED = re.compile(r"(?<![\w-])(?P<long>[A-Za-z][a-z]{6,30}) \((?P<short>[A-Z]\d)\)")
"""A hormone by its initial and a number that its name does not have: "thyroxine (T4)", "estradiol (E2)"."""
MAX_BRACKET = 8
"""Most tokens inside a bracket that scispaCy looks at."""


def find_abbreviations(doc: "Doc", text: str, config: AbbreviationConfig | None = None) -> dict[str, Abbreviation]:
    """Short form → abbreviation, plural or singular too ("TAM" where "TAMs" is defined).

    `text` is the document's own.
    """
    config = config or AbbreviationConfig()
    found: dict[str, Abbreviation] = {}
    for short, long in _definitions(doc, text):
        start, end = _whole_long_form(text, short, long.start_char, long.end_char, config)
        full = text[start:end]
        if len(full) > len(short) and "\n" not in full and short not in full:
            found[short] = Abbreviation(short, full, start, end)
    for match in _NUMBERED.finditer(text):
        if match["short"][0] == match["long"][0].upper():
            found.setdefault(match["short"], Abbreviation(match["short"], match["long"], *match.span("long")))
    for short_text, abbreviation in list(found.items()):
        other = short_text[:-1] if short_text.endswith("s") and short_text[:-1].isupper() else short_text + "s"
        found.setdefault(other, abbreviation)
    return found


def _definitions(doc: "Doc", text: str) -> Iterator[tuple[str, "Span"]]:
    """Each short form with the span of its long form. The first definition of either counts."""
    if "(" not in text:
        return
    from scispacy.abbreviation import filter_matches, find_abbreviation

    seen_long: set[str] = set()
    seen_short: set[str] = set()
    for long_candidate, short_candidate in filter_matches(_brackets(doc), doc):
        short, long = find_abbreviation(long_candidate, short_candidate)
        if long is None or long.text in seen_long or short.text in seen_short:
            continue
        seen_long.add(long.text)
        seen_short.add(short.text)
        yield short.text, long


def _brackets(doc: "Doc") -> list[tuple[int, int, int]]:
    """(0, first, end) in tokens of each bracket's content, by its end; as scispaCy takes the output of a matcher."""
    from spacy.attrs import ORTH

    tokens, strings = doc.to_array(ORTH), doc.vocab.strings
    opening = np.flatnonzero(tokens == np.uint64(strings["("])).tolist()
    found = []
    for end in np.flatnonzero(tokens == np.uint64(strings[")"])).tolist():
        near = opening[bisect_left(opening, end - MAX_BRACKET - 1) : bisect_left(opening, end - 1)]
        found += [(0, start + 1, end) for start in reversed(near)]
    return found


def _whole_long_form(text: str, short: str, start: int, end: int, config: AbbreviationConfig) -> tuple[int, int]:
    """The long form from where the short form's letters say it begins.

    Schwartz and Hearst take the shortest match ("cancer" for CAC), and scispaCy counts characters as if every token
    were followed by a space. Preferred are the words whose initials spell the short form, then the nearest earlier
    word with its first letter.
    """
    initials = _initialism(text, short, end, config.max_initials)
    if initials is not None:
        return initials, end
    first = short[0].lower()
    if text[start : start + 1].lower() == first:
        return start, end
    earliest = max(0, end - config.per_letter * len(short) - config.margin)
    for at in range(start - 1, earliest - 1, -1):
        if text[at] in "\n.;:(":
            break
        if text[at].lower() == first and (at == 0 or not text[at - 1].isalnum()):
            return at, end
    return start, end


def _initialism(text: str, short: str, end: int, reach: int) -> int | None:
    """The start of the words before `end` whose initials spell `short`, small words set aside."""
    letters = [c.lower() for c in (short[:-1] if short.endswith("s") and len(short) > 2 else short) if c.isalnum()]
    words = list(re.finditer(r"[^\W_]+", text[max(0, end - reach) : end]))
    at = len(words)
    for letter in reversed(letters):
        at -= 1
        while at >= 0 and words[at].group().lower() in _SMALL and words[at].group()[0].lower() != letter:
            at -= 1
        if at < 0 or words[at].group()[0].lower() != letter:
            return None
    start = max(0, end - reach) + words[at].start()
    return None if any(c in text[start:end] for c in "\n.;:") else start


_SMALL = frozenset(["of", "the", "and", "in", "for", "to", "with", "a"])
