"""The constructions that join vesicles, cargo, sources, places and diseases, as patterns over the words between them.

A pattern is matched against the words from the end of one list of mentions to the start of the next, one space between,
in which each further mention is replaced by its type in capitals. `miner/vocabulary/constructions.toml` has the words.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from graph_schema.model import CARGO, EntityType, Predicate
from miner.vocabulary.words import alternatives, load_words

_T = EntityType
_P = Predicate
_VESICLE = frozenset({_T.VESICLE})
CARRIED = CARGO | _VESICLE
SOURCES = frozenset({_T.CELL, _T.CANCER, _T.ANATOMY})
_ANATOMY = frozenset({_T.ANATOMY})
_CANCER = frozenset({_T.CANCER})


@dataclass(frozen=True, slots=True)
class Construction:
    """Two lists of mentions whose words between match: `forward` where the first holds the subject.

    `before` must match the twelve words before the first list, where it is given.
    """

    predicate: Predicate
    rule: str
    left: frozenset[EntityType]
    right: frozenset[EntityType]
    between: re.Pattern[str]
    forward: bool = True
    before: re.Pattern[str] | None = None


def _verb(verbs: Iterable[str]) -> str:
    """Any inflected form of the verbs."""
    return "(?:" + "|".join(map(_inflect, verbs)) + ")"


def _inflect(verb: str) -> str:
    """A pattern of the forms of a verb.

    >>> _inflect("release")
    'releas(?:e|es|ed|ing)'
    """
    if verb.endswith("e"):
        return f"{verb[:-1]}(?:e|es|ed|ing)"
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return f"{verb[:-1]}(?:y|ies|ied|ying)"
    return f"{verb}(?:s|{verb[-1]}?ed|{verb[-1]}?ing)?"


_WORD = r"[^\s.;:]+"
_WORD_OR_COLON = r"[^\s.;]+"
_WORD_OR_STOP = r"[^\s;]+"

_WORDS = load_words("constructions")
_HOLDS = f"{_verb(_WORDS['holding_verbs'])}|{alternatives(_WORDS['holding'])}"
_RELEASE = f"{_verb(_WORDS['release_verbs'])}|{alternatives(_WORDS['release'])}"
_UPTAKE = alternatives(_WORDS["uptake"])
_TRANSFER = alternatives(_WORDS["transfer"])
_MARKER = alternatives(_WORDS["marker"])
_HIGHER = alternatives(_WORDS["higher"])
_LOWER = alternatives(_WORDS["lower"])
_ORIGIN = alternatives(_WORDS["origin"])
_ON_CARGO = alternatives(_WORDS["on_cargo"])
_OF_CARGO = alternatives(_WORDS["of_cargo"])
_BEFORE_VESICLE = alternatives(_WORDS["before_vesicle"])
_BEFORE_SOURCE = alternatives(_WORDS["before_source"])
_BEFORE_PLACE = alternatives(_WORDS["before_place"])
_BEFORE_RECIPIENT = alternatives(_WORDS["before_recipient"])
_THERAPY = alternatives(_WORDS["therapy"])


def _upto(count: int, word: str = _WORD) -> str:
    return rf"(?:{word} ){{0,{count}}}"


def _then(count: int, word: str = _WORD) -> str:
    return rf"(?: {word}){{0,{count}}}"


def _constructions() -> Iterator[Construction]:
    def between(*parts: str) -> re.Pattern[str]:
        return re.compile("^(?:" + "".join(parts) + ")$")

    yield Construction(
        _P.CARRIES, "modifier", _VESICLE, CARGO,
        between(
            rf"(?:- )?{_ON_CARGO}?|cargo|cargoe?s(?: ,)?(?: such as| including)?|-|long non coding|surface|membrane"
            r"|levels? of|expression of"
        ),
    )  # fmt: skip
    yield Construction(_P.CARRIES, "holds", _VESICLE, CARGO, between(_upto(6), rf"\b(?:{_HOLDS})\b", _then(5)))
    in_vesicle = rf"{_upto(6)}(?:in|into|within|from|inside|via|through|by|on|onto|of)(?: {_BEFORE_VESICLE})*"
    yield Construction(_P.CARRIES, "held", CARGO, _VESICLE, between(rf"- {_OF_CARGO}|\+|{in_vesicle}"), forward=False)
    yield Construction(
        _P.SECRETES, "source", SOURCES, _VESICLE,
        between(
            r"(?:\( \w+ \) )?(?:cells? |line |lines |cell lines )?(?:- )?",
            alternatives(_WORDS["source_link"]),
            r"(?: (?:small|circulating|hypoxic|large))?|cells?|cells? -|-|",
        ),
    )  # fmt: skip
    yield Construction(_P.SECRETES, "secretes", SOURCES, _VESICLE, between(_upto(5), f"(?:{_RELEASE})", _then(4)))
    yield Construction(
        _P.SECRETES, "from", _VESICLE, SOURCES,
        between(
            rf"(?:\( \w+ \) )?(?:[^\s.;:,]+ ){{0,3}}(?:{_ORIGIN}(?: \w+)? (?:from|by)|from|of)"
            rf"(?: {_BEFORE_SOURCE})*"
        ),
        forward=False,
    )  # fmt: skip
    yield Construction(
        _P.FOUND_IN, "fluid", _ANATOMY, _VESICLE,
        between(r"(?:- )?(?:derived|circulating|borne)?|-|samples? -? ?derived"), forward=False,
    )  # fmt: skip
    yield Construction(
        _P.FOUND_IN, "found", _VESICLE, _ANATOMY,
        between(rf"(?:\( \w+ \) )?{_upto(6, _WORD_OR_COLON)}(?:in|from|within|circulating in)(?: {_BEFORE_PLACE})*"),
    )  # fmt: skip
    yield Construction(
        _P.DELIVERED_TO, "taken up", CARRIED, SOURCES,
        between(_upto(6), _UPTAKE, _then(2), " (?:by|into|in)", _then(3)),
    )  # fmt: skip
    yield Construction(
        _P.DELIVERED_TO, "takes up", SOURCES, CARRIED, between(_upto(3), _UPTAKE, _then(3)), forward=False
    )
    yield Construction(
        _P.DELIVERED_TO, "delivered", CARRIED, SOURCES,
        between(
            _upto(6), f"(?:{_TRANSFER})", rf"(?: {_WORD}){{0,6}}?",
            rf"(?: (?:to|into|toward|towards|in|with|across))?(?: {_BEFORE_RECIPIENT})*",
        ),
    )  # fmt: skip
    yield Construction(
        _P.BIOMARKER_OF, "marker", CARRIED, frozenset({_T.CANCER, _T.FUNCTION}),
        between(rf"(?:{_WORD_OR_STOP} ){{0,14}}?(?:{_MARKER})\b", _then(12, _WORD_OR_STOP)),
    )  # fmt: skip
    yield Construction(
        _P.BIOMARKER_OF, "marked", _CANCER, CARRIED,
        between(rf"(?:{_WORD_OR_STOP} ){{0,8}}?(?:{_MARKER})\b", _then(8, _WORD_OR_STOP)), forward=False,
    )  # fmt: skip
    for predicate, name, level in ((_P.ELEVATED_IN, "higher", _HIGHER), (_P.REDUCED_IN, "lower", _LOWER)):
        words = rf"(?: {_WORD_OR_COLON}){{0,6}}?"
        yield Construction(
            predicate, name, CARRIED, SOURCES,
            between(
                rf"(?:{_WORD_OR_COLON} ){{0,6}}?{level}\b", words, " (?:in|of|from|for)", _then(4, _WORD_OR_COLON)
            ),
        )  # fmt: skip
        yield Construction(
            predicate, f"{name} of", CARRIED, SOURCES,
            between(_upto(3, _WORD_OR_COLON), "(?:in|of|from|with)", _then(4, _WORD_OR_COLON)),
            before=re.compile(rf"{level}(?: \S+){{0,3}}$"),
        )  # fmt: skip
    place = rf"(?:in|of|from|with|between|among)(?: {_WORD_OR_COLON}){{0,10}}"
    yield Construction(
        _P.ELEVATED_IN, "no difference of", CARRIED, SOURCES, between(_upto(8, _WORD_OR_COLON), place),
        before=re.compile(r"\bno (?:\S+ ){0,4}?(?:difference|change|alteration)s?\b(?: \S+){0,9}$"),
    )  # fmt: skip
    yield Construction(
        _P.ELEVATED_IN, "not different", CARRIED, SOURCES,
        between(
            rf"{_upto(6)}(?:(?:did|was|were|are|is|do|does) not|no) (?:{_WORD} ){{0,3}}?",
            rf"(?:differ|chang|alter)\w*(?: {_WORD}){{0,4}}? {place}",
        ),
    )  # fmt: skip
    yield Construction(
        _P.TREATS, "treats", CARRIED, _CANCER,
        between(rf"(?:{_WORD_OR_COLON} ){{0,10}}?{_THERAPY}", _then(8, _WORD_OR_COLON)),
    )  # fmt: skip


CONSTRUCTIONS = tuple(_constructions())
