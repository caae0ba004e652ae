"""Where levels are raised or lowered, with the group that they are compared with told from the group studied.

"Lower in A than in B" is lower in A; "lower in controls than in A" is higher in A. `miner/vocabulary/levels.toml` has
the words.
"""

import re
from collections.abc import Iterator

from graph_schema.model import CARGO, OPPOSITES, EntityType, Predicate
from miner.extract.rules.patterns import CARRIED, SOURCES, VESICLES, WORD_OR_COLON, Construction, between, then, upto
from miner.vocabulary.words import alternatives, load_words

_T = EntityType
_P = Predicate
_CANCERS = frozenset({_T.CANCER})
_PLACES = frozenset({_T.CANCER, _T.ANATOMY})
_CELLS = frozenset({_T.CELL})
_ANATOMIES = frozenset({_T.ANATOMY})
_WORDS = load_words("levels")
_LEVELS = {_P.ELEVATED_IN: _WORDS["higher"], _P.REDUCED_IN: _WORDS["lower"]}
_ANY_LEVEL = alternatives((*_WORDS["higher"], *_WORDS["lower"]))
_MEASURE = alternatives(_WORDS["measures"])
_CONTROL = alternatives(_WORDS["controls"])
_COMPARED = alternatives(_WORDS["compared"])
_STAGE = alternatives(_WORDS["stages"])
_HAVE = alternatives(_WORDS["have"])
_BE = alternatives(_WORDS["be"])
_FOUND = alternatives(_WORDS["found"])
_BEFORE_NOUN = alternatives(_WORDS["before_noun"])
_IN = "(?:in|among|within)"
_DONE = alternatives(_WORDS["done"])
_MEASURED = alternatives(_WORDS["measured"])
_SAMPLES = r"(?: (?:the|both|human|[a-z]+ tissues?|tissues?|samples?|ANATOMY|VESICLE|CELL|,|and|or)){1,8} (?:of|from)"
"""Samples of patients, between "in" and their cancer."""

_MID = rf"(?: (?:\w+ly|{alternatives(_WORDS['between_level_and_place'])}|\d\S*)){{0,4}}"
"""Words between a level and "in": "lower expressed in", "decreased by 30 % in"."""
_PLACE = rf"(?: (?!(?:{_COMPARED}|{_CONTROL}|{_ANY_LEVEL}|and|but|not|whereas|while)\b){WORD_OR_COLON}){{0,7}}"
"""Words between "in" and the place, none of which name another group."""
_OF_PATIENTS = r"(?:(?:samples?|,|and|or|VESICLE|ANATOMY) ){0,5}(?:of|from) (?:[^\sA-Z.;:,]+ ){0,4}CANCER"
_OF_CANCER = re.compile(rf"^{_OF_PATIENTS}")
_NOT_OF_CANCER = re.compile(rf"^(?!{_OF_PATIENTS})")
"""What follows a place that is no sample of patients: of these the cancer is the place."""
_NO_OTHER = rf"(?!(?:GENE|MICRORNA|LNCRNA|CIRCRNA|CHEMICAL|MOLECULECLASS)\b){WORD_OR_COLON}"
"""A word that names nothing else whose level it may be."""
_WITHIN = r"\b(?:in|on|within|by|from|of)(?: \S+){0,2} ?$"
_NOT_WITHIN = rf"^(?!.*{_WITHIN})"
"""What precedes vesicles that are meant themselves, not as the place of a molecule: "miR-9 in exosomes was lower"."""
_PREDICATED = rf"(?:(?:{_BE}|{_MEASURE}|\w+ly|and|but|,) )"
"""What stands before a level that is said of what comes before it."""


def _levels() -> Iterator[Construction]:
    for predicate, words in _LEVELS.items():
        level = alternatives(words)
        name, opposite = ("higher", "lower") if predicate is _P.ELEVATED_IN else ("lower", "higher")
        yield from _after(predicate, name, level)
        yield from _before(predicate, name, level)
        against = (
            rf" {_IN}{then(3, WORD_OR_COLON)} {_CONTROL}{then(3, WORD_OR_COLON)} {_COMPARED}{then(7, WORD_OR_COLON)}"
        )
        yield Construction(
            OPPOSITES[predicate], opposite, CARRIED, SOURCES,
            between(upto(6, WORD_OR_COLON), rf"{level}\b", _MID, against), certain=True,
        )  # fmt: skip
        yield from _against(predicate, level)
    for predicate in _LEVELS:
        yield Construction(
            predicate, "reference group", CARRIED, SOURCES,
            between(
                rf"(?!.*\b{_CONTROL}\b)", upto(8, WORD_OR_COLON), rf"{_ANY_LEVEL} .*{_COMPARED}", then(4, WORD_OR_COLON)
            ),
            excluded=True,
        )  # fmt: skip


def _against(predicate: Predicate, level: str) -> Iterator[Construction]:
    """Two groups that a sentence compares: "controls had more miR-9 than A", "lower in late than in early A"."""
    name, opposite = ("higher", "lower") if predicate is _P.ELEVATED_IN else ("lower", "higher")
    having = rf"{_HAVE} (?:\w+ly )?{level}(?: [^\sA-Z.;:,]+){{0,4}}(?: VESICLE)?$"
    than = between(rf"(?:{_MEASURE} )?{_COMPARED}", then(5))
    yield Construction(
        OPPOSITES[predicate], opposite, CARRIED, _PLACES, than, certain=True,
        before=re.compile(rf"\b{_CONTROL} (?:\w+ ){{0,2}}{having}"),
    )  # fmt: skip
    yield Construction(predicate, "reference group", CARRIED, _PLACES, than, before=re.compile(having), excluded=True)
    stage = rf"(?: (?:{_STAGE}|stage|grade|disease|or|and|-|\w{{1,3}})){{1,5}}"
    yield Construction(
        predicate, name, CARRIED, _CANCERS, certain=True,
        between=between(upto(8, _NO_OTHER), rf"{level}\b", _MID, f" {_IN}", stage, f" {_COMPARED}", then(6)),
    )  # fmt: skip


def _after(predicate: Predicate, name: str, level: str) -> Iterator[Construction]:
    """What is measured … its level … the place: "miR-9 was lower in A", "a reduction of miR-9 in A"."""

    def after(
        *parts: str, before: str = "", places: frozenset[EntityType] = _PLACES, carried: frozenset[EntityType] = CARGO
    ) -> Construction:
        ahead = re.compile(before) if before else None
        rule = f"{name} of" if before and carried is CARGO else name
        return Construction(
            predicate, rule, carried, places, between(*parts), before=ahead, after=_NOT_OF_CANCER, certain=True
        )

    said = rf"(?:{upto(12, _NO_OTHER)}{_PREDICATED})"
    moved = alternatives(_WORDS["rising" if predicate is _P.ELEVATED_IN else "falling"])
    yield after(upto(6, _NO_OTHER), rf"{moved}\b", _MID, f" {_IN}", _PLACE)
    changed = alternatives(_WORDS["increasing" if predicate is _P.ELEVATED_IN else "decreasing"])
    yield Construction(
        predicate, name, CARRIED, _PLACES, between(f"(?:{_MEASURE} )?", changed, _MID, f" {_IN}", _PLACE), certain=True,
        before=re.compile(rf"\b{_MEASURE} of(?: [^\s.;:,]+){{0,2}}$"), after=_NOT_OF_CANCER,
    )  # fmt: skip
    yield after(said, rf"{level}\b", _MID, f" {_IN}", _PLACE)
    yield after(said, rf"{level}\b", _MID, f" {_IN}", _SAMPLES, _PLACE, places=_CANCERS)
    yield Construction(
        predicate, "sample", CARGO, _ANATOMIES, between(said, rf"{level}\b", _MID, f" {_IN}", _PLACE), after=_OF_CANCER,
        excluded=True,
    )  # fmt: skip
    yield after(rf"(?:{upto(5, _NO_OTHER)}{_MEASURED} )", rf"{level}\b", _MID, f" {_IN}", _PLACE)
    yield Construction(
        predicate, name, CARGO, _CELLS,
        between(rf"(?!.*\b{_DONE}\b)", said, rf"{level}\b", _MID, rf" {_IN}(?!.*(?:VESICLE|\bof\b))", _PLACE),
        after=re.compile(rf"^(?!(?:\S+ ){{0,5}}?{_DONE}\b)"), before=re.compile(rf"^(?!.*\b{_DONE}\b)"), certain=True,
    )  # fmt: skip
    yield after(rf"(?:{_MEASURE} |{_BE} )*(?:{level}|{moved}) , {_IN}(?! contrast| comparison)", _PLACE)
    yield after(said, rf"{level}\b", _MID, f" {_IN}", _PLACE, carried=VESICLES, before=_NOT_WITHIN)
    comparative = alternatives(_WORDS["higher_in_cells" if predicate is _P.ELEVATED_IN else "lower_in_cells"])
    yield after(said, rf"{comparative}\b", _MID, rf" {_IN}(?!.*(?:VESICLE|\bof\b))", _PLACE, places=_CELLS)
    yield Construction(
        predicate, name, CARRIED, SOURCES, between(upto(4, WORD_OR_COLON), _IN, _PLACE), certain=True,
        after=re.compile(rf"^(?:[^\sA-Z.;:]+ ){{0,8}}?(?:{_BE} |\w+ly ){{1,3}}{level} (?:\w+ ){{0,2}}?{_COMPARED}\b"),
    )  # fmt: skip
    yield after(
        f"{_PREDICATED}{{0,4}}", rf"{level}(?: ,)? (?:and|but|while|whereas) ",
        rf"(?:[^\s.;:]+ ){{0,2}}?[A-Z]+(?: \w+){{0,3}}? {_ANY_LEVEL}{_MID}(?: ,)? {_IN}", _PLACE,
    )  # fmt: skip
    found = rf"(?:(?:{_MEASURE}|{_BE}|\w+ly) ){{0,4}}{_FOUND} "
    members = rf"{level}(?: \S+){{0,2}} (?:{_MEASURED}|MOLECULECLASS) \( $"
    yield after(rf"\) {found}", _IN, _PLACE, before=members)
    phrase = rf"(?:^|{_BEFORE_NOUN} ){level}(?: {_MEASURE})?(?: (?:of|in))?(?: [^\sA-Z.;:,]+){{0,2}}(?: VESICLE)?$"
    yield after(found, _IN, _PLACE, before=phrase, places=_CANCERS)


def _before(predicate: Predicate, name: str, level: str) -> Iterator[Construction]:
    """The place … what is measured and its level: "A had less miR-9", "in A, miR-9 was lower"."""

    def before(*parts: str, ahead: str = "", after: str = "", places: frozenset[EntityType] = _PLACES) -> Construction:
        first, behind = (re.compile(pattern) if pattern else None for pattern in (ahead, after))
        return Construction(
            predicate, name, places, CARRIED, between(*parts), forward=False, before=first, after=behind, certain=True
        )

    no_control = rf"(?:(?!(?:{_CONTROL}|{_COMPARED}|{_ANY_LEVEL})\b){WORD_OR_COLON} ){{0,5}}?"
    to_reference = rf"\b{_COMPARED} (?:[^\s,]+ ){{0,3}}$"
    having = rf"{_HAVE} (?:\w+ly )?{level}(?: (?!{_COMPARED}\b)[^\s.;:,]+){{0,5}}"
    itself = rf"^(?!{alternatives(_WORDS['processes'])}\b)"
    studied = rf"^(?!.*{to_reference})"
    yield before(rf"{no_control}{having}", ahead=studied, after=itself, places=_CANCERS)
    alone = rf"^(?!.*(?:{to_reference}|{_WITHIN}))"
    yield before(rf"{no_control}{having}", ahead=alone, after=itself, places=_ANATOMIES)
    level_after = rf"^(?:{_MEASURE} |{_BE} |\w+ly |up to |about |\d\S* |\w+fold ){{0,6}}{level}\b(?! {_IN}\b)"
    yield before(
        "(?:patients |cases |samples )?,",
        then(5),
        ahead=r"\b[Ii]n(?: [^\s,]+){0,4}$",
        after=level_after,
        places=_CANCERS,
    )
    yield before(
        "(?:of patients with CANCER |of CANCER patients )?,", then(5), ahead=r"\b[Ii]n(?: [^\s,]+){0,2}$",
        after=level_after, places=_ANATOMIES,
    )  # fmt: skip
    yield before(
        rf"(?:cells )?{having}", ahead=rf"^(?!.*(?:{to_reference}|{_WITHIN}|\b{_DONE}\b))", after=itself, places=_CELLS
    )
    yield before(
        rf"(?:patients |cases |samples )?, (?:while|whereas|and|but)(?: (?!{_ANY_LEVEL}\b)[^\s.;:]+){{0,6}}?",
        ahead=rf"\b{_ANY_LEVEL}\b", places=_PLACES,
        after=rf"^(?:{_MEASURE} |{_BE} |\w+ly |, |and |[A-Z]+ ){{0,8}}?{level}(?! {_IN}\b)(?: [.;,]|$)",
    )  # fmt: skip


def _no_difference() -> Iterator[Construction]:
    place = rf"(?:in|of|from|with|between|among)(?: {WORD_OR_COLON}){{0,10}}"
    yield Construction(
        _P.ELEVATED_IN, "no difference of", CARRIED, SOURCES, between(upto(8, WORD_OR_COLON), place),
        before=re.compile(r"\bno (?:\S+ ){0,4}?(?:difference|change|alteration)s?\b(?: \S+){0,9}$"), certain=True,
    )  # fmt: skip
    yield Construction(
        _P.ELEVATED_IN, "not different", CARRIED, SOURCES,
        between(
            rf"{upto(6)}(?:(?:did|was|were|are|is|do|does) not|no) (?:{WORD_OR_COLON} ){{0,3}}?",
            rf"(?:differ|chang|alter)\w*(?: {WORD_OR_COLON}){{0,4}}? {place}",
        ),
        certain=True,
    )  # fmt: skip


LEVELS = (*_levels(), *_no_difference())
