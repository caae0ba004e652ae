"""The constructions that join vesicles, cargo, sources, places and diseases, as patterns over the words between them.

A pattern is matched against the words from the end of one list of mentions to the start of the next, one space between,
in which each further mention is replaced by its type in capitals. `miner/vocabulary/constructions.toml` has the words.
"""

import re
from collections.abc import Iterator

from graph_schema.model import CARGO, EntityType, Predicate
from miner.extract.rules.levels import LEVELS
from miner.extract.rules.markers import MARKERS
from miner.extract.rules.patterns import (
    CARRIED,
    SOURCES,
    VESICLES,
    WORD,
    WORD_OR_COLON,
    WORD_OR_STOP,
    Construction,
    any_form,
    between,
    then,
    upto,
)
from miner.extract.rules.roles import ROLES
from miner.vocabulary.words import alternatives, load_words

_T = EntityType
_P = Predicate
_ANATOMY = frozenset({_T.ANATOMY})
_CANCER = frozenset({_T.CANCER})

_WORDS = load_words("constructions")
_HOLDS = f"{any_form(_WORDS['holding_verbs'])}|{alternatives(_WORDS['holding'])}"
_RELEASE = f"{any_form(_WORDS['release_verbs'])}|{alternatives(_WORDS['release'])}"
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


def _constructions() -> Iterator[Construction]:
    yield Construction(
        _P.CARRIES, "modifier", VESICLES, CARGO,
        between(
            rf"(?:- )?{_ON_CARGO}?|cargo|cargoe?s(?: ,)?(?: such as| including)?|-|long non coding|surface|membrane"
            r"|levels? of|expression of"
        ),
    )  # fmt: skip
    yield Construction(_P.CARRIES, "holds", VESICLES, CARGO, between(upto(6), rf"\b(?:{_HOLDS})\b", then(5)))
    lack = alternatives(_WORDS["lacking"])
    yield Construction(_P.CARRIES, "lacks", VESICLES, CARGO, between(upto(4), lack, then(2)), certain=True)
    in_vesicle = rf"{upto(6)}(?:in|into|within|from|inside|via|through|by|on|onto|of)(?: {_BEFORE_VESICLE})*"
    yield Construction(_P.CARRIES, "held", CARGO, VESICLES, between(rf"- {_OF_CARGO}|\+|{in_vesicle}"), forward=False)
    yield Construction(
        _P.SECRETES, "source", SOURCES, VESICLES,
        between(
            r"(?:\( \w+ \) )?(?:cells? |line |lines |cell lines )?(?:- )?",
            alternatives(_WORDS["source_link"]),
            r"(?: (?:small|circulating|hypoxic|large))?|cells?|cells? -|-|",
        ),
    )  # fmt: skip
    yield Construction(_P.SECRETES, "secretes", SOURCES, VESICLES, between(upto(5), f"(?:{_RELEASE})", then(4)))
    yield Construction(
        _P.SECRETES, "from", VESICLES, SOURCES,
        between(
            rf"(?:\( \w+ \) )?(?:[^\s.;:,]+ ){{0,3}}(?:{_ORIGIN}(?: \w+)? (?:from|by)|from|of)"
            rf"(?: {_BEFORE_SOURCE})*"
        ),
        forward=False,
    )  # fmt: skip
    yield Construction(
        _P.FOUND_IN, "fluid", _ANATOMY, VESICLES,
        between(r"(?:- )?(?:derived|circulating|borne)?|-|samples? -? ?derived"), forward=False,
    )  # fmt: skip
    yield Construction(
        _P.FOUND_IN, "found", VESICLES, _ANATOMY,
        between(rf"(?:\( \w+ \) )?{upto(6, WORD_OR_COLON)}(?:in|from|within|circulating in)(?: {_BEFORE_PLACE})*"),
    )  # fmt: skip
    yield Construction(
        _P.DELIVERED_TO, "taken up", CARRIED, SOURCES,
        between(upto(6), _UPTAKE, then(2), " (?:by|into|in)", then(3)),
    )  # fmt: skip
    yield Construction(_P.DELIVERED_TO, "takes up", SOURCES, CARRIED, between(upto(3), _UPTAKE, then(3)), forward=False)
    yield Construction(
        _P.DELIVERED_TO, "delivered", CARRIED, SOURCES,
        between(
            upto(6), f"(?:{_TRANSFER})", rf"(?: {WORD}){{0,6}}?",
            rf"(?: (?:to|into|toward|towards|in|with|across))?(?: {_BEFORE_RECIPIENT})*",
        ),
    )  # fmt: skip
    yield Construction(
        _P.BIOMARKER_OF, "marker", CARRIED, frozenset({_T.CANCER, _T.FUNCTION}),
        between(rf"(?:{WORD_OR_STOP} ){{0,14}}?(?:{_MARKER})\b", then(12, WORD_OR_STOP)),
    )  # fmt: skip
    yield Construction(
        _P.BIOMARKER_OF, "marked", _CANCER, CARRIED,
        between(rf"(?:{WORD_OR_STOP} ){{0,8}}?(?:{_MARKER})\b", then(8, WORD_OR_STOP)), forward=False,
    )  # fmt: skip
    for predicate, name, level in ((_P.ELEVATED_IN, "higher", _HIGHER), (_P.REDUCED_IN, "lower", _LOWER)):
        words = rf"(?: {WORD_OR_COLON}){{0,6}}?"
        yield Construction(
            predicate, name, CARRIED, SOURCES,
            between(
                rf"(?:{WORD_OR_COLON} ){{0,6}}?{level}\b", words, " (?:in|of|from|for)", then(4, WORD_OR_COLON)
            ),
        )  # fmt: skip
        yield Construction(
            predicate, f"{name} of", CARRIED, SOURCES,
            between(upto(3, WORD_OR_COLON), "(?:in|of|from|with)", then(4, WORD_OR_COLON)),
            before=re.compile(rf"{level}(?: \S+){{0,3}}$"),
        )  # fmt: skip
    yield Construction(
        _P.TREATS, "treats", CARRIED, _CANCER,
        between(rf"(?:{WORD_OR_COLON} ){{0,10}}?{_THERAPY}", then(8, WORD_OR_COLON)),
    )  # fmt: skip


CONSTRUCTIONS = (*_constructions(), *ROLES, *LEVELS, *MARKERS)
