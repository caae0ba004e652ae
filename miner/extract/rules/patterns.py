"""A construction: two lists of mentions and the words between them, before and after; and parts of such patterns."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from graph_schema.model import CARGO, EntityType, Predicate

_T = EntityType
VESICLES = frozenset({_T.VESICLE})
CARRIED = CARGO | VESICLES
SOURCES = frozenset({_T.CELL, _T.CANCER, _T.ANATOMY})


@dataclass(frozen=True, slots=True)
class Construction:
    """Two lists of mentions whose words between match: `forward` where the first holds the subject.

    `before` must match the twelve words before the first list and `after` those after the second, where given. What is
    `certain` is so plain that it is a claim whatever the learned voters make of it. What is `excluded` does not hold:
    the words tell that the two are otherwise related.
    """

    predicate: Predicate
    rule: str
    left: frozenset[EntityType]
    right: frozenset[EntityType]
    between: re.Pattern[str]
    forward: bool = True
    before: re.Pattern[str] | None = None
    after: re.Pattern[str] | None = None
    certain: bool = False
    excluded: bool = False


def any_form(verbs: Iterable[str]) -> str:
    """Any inflected form of the verbs."""
    return "(?:" + "|".join(map(inflect, verbs)) + ")"


def inflect(verb: str) -> str:
    """A pattern of the forms of a verb.

    >>> inflect("release")
    'releas(?:e|es|ed|ing)'
    """
    if verb.endswith("e"):
        return f"{verb[:-1]}(?:e|es|ed|ing)"
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return f"{verb[:-1]}(?:y|ies|ied|ying)"
    return f"{verb}(?:s|{verb[-1]}?ed|{verb[-1]}?ing)?"


WORD = r"[^\s.;:]+"
WORD_OR_COLON = r"[^\s.;]+"
WORD_OR_STOP = r"[^\s;]+"


def upto(count: int, word: str = WORD) -> str:
    """At most `count` words, a space after each."""
    return rf"(?:{word} ){{0,{count}}}"


def then(count: int, word: str = WORD) -> str:
    """At most `count` words, a space before each."""
    return rf"(?: {word}){{0,{count}}}"


def between(*parts: str) -> re.Pattern[str]:
    """A pattern of all the words between two lists."""
    return re.compile("^(?:" + "".join(parts) + ")$")
