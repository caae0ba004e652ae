"""What marks a disease and what treats it, told from each other and from mere correlation of molecules.

`miner/vocabulary/markers.toml` has the words.
"""

import re
from collections.abc import Iterator

from graph_schema.model import EntityType, Predicate
from miner.extract.rules.patterns import (
    CARRIED,
    WORD_OR_COLON,
    WORD_OR_STOP,
    Construction,
    any_form,
    between,
    then,
    upto,
)
from miner.vocabulary.words import alternatives, load_words

_T = EntityType
_P = Predicate
_CANCER = frozenset({_T.CANCER})
_REMEDIES = frozenset({_T.VESICLE, _T.CHEMICAL})  # of a gene or an RNA it is rather a target of therapy
_DISEASE = _CANCER | {_T.FUNCTION}

_WORDS = load_words("markers")
_NOUN = alternatives(_WORDS["nouns"])
_VERB = any_form(_WORDS["verbs"])
_PREDICT = any_form(_WORDS["predict_verbs"])
_TELLING = alternatives(_WORDS["telling"])
_USE = alternatives(_WORDS["use"])
_CLINICAL = alternatives(_WORDS["clinical"])
_PERFORMANCE = alternatives(_WORDS["performance"])
_TESTED = alternatives(_WORDS["tested"])
_MOLECULE = "(?:GENE|MICRORNA|LNCRNA|CIRCRNA|CHEMICAL|MOLECULECLASS|PATHWAY|VESICLE)"
_CURE = alternatives(_WORDS["cure"])
_THERAPY = alternatives(_WORDS["therapy"])
_FOUND_IN = "(?:to|how|whether|in|by|from|at|on|using|via|with|within|as|through)"
_CERTAIN = rf"(?!.*\b(?:not|no|neither|nor|{_TESTED})\b)"


def _markers() -> Iterator[Construction]:
    def marker(*parts: str, diseases: frozenset[EntityType] = _DISEASE) -> Construction:
        return Construction(_P.BIOMARKER_OF, "marker", CARRIED, diseases, between(_CERTAIN, *parts), certain=True)

    yield marker(upto(10), _NOUN, " (?:of|for|in)", then(8, WORD_OR_COLON))
    plain = r"[^\sA-Z.;:]+"
    yield marker(upto(6), _PREDICT, rf"(?! {_FOUND_IN}\b)", then(6, rf"(?:{plain}|FUNCTION|ANATOMY)"))
    yield Construction(
        _P.BIOMARKER_OF, "marker of", CARRIED, _DISEASE, between("(?:for|in|of|among)", then(4, plain)), certain=True,
        before=re.compile(rf"\b{alternatives(_WORDS['clinical_use'])} of(?: [^\s.;:,]+){{0,4}}$"),
    )  # fmt: skip
    yield Construction(
        _P.BIOMARKER_OF, "outcome", CARRIED, frozenset({_T.FUNCTION}),
        between(rf"(?:{alternatives(_WORDS['high_or_low'])} ){{0,5}}", alternatives(_WORDS["had"]), then(3, plain)),
        before=re.compile(rf"\b{alternatives(_WORDS['patients'])}\b"), certain=True,
    )  # fmt: skip
    yield Construction(
        _P.BIOMARKER_OF, "no association", CARRIED, _DISEASE, between("(?:and|with|to)", then(3, plain)), certain=True,
        before=re.compile(r"\bno (?:\w+ )?(?:association|correlation|relationship|link)s?\b(?: \S+){0,9}$"),
    )  # fmt: skip
    yield marker(upto(6), _VERB, rf"(?! {_FOUND_IN}\b)", then(6, plain), diseases=_CANCER)
    yield marker(upto(10), f"(?:{_USE}) (?:of|in)", then(6))
    yield marker(upto(10), rf"{_PERFORMANCE}\b", then(12, WORD_OR_STOP), " (?:for|in|of)", then(5))
    yield Construction(
        _P.BIOMARKER_OF, "marker of", CARRIED, _DISEASE, between("(?:for|in|of)", then(4, plain)), certain=True,
        before=re.compile(
            rf"\b{_PERFORMANCE}(?: \( auc \))?(?: (?:of|was|:))? [\d.]+(?: %)?(?: for)?(?: [^\s.;:,]+){{0,3}}$"
        ),
    )  # fmt: skip
    yield marker(upto(8), "(?:correlat|associat)\\w* with", then(4), f" {_CLINICAL} (?:of|in|for)", then(4))
    yield Construction(
        _P.BIOMARKER_OF, "marked", _CANCER, CARRIED,
        between(_CERTAIN, upto(8), rf"{_VERB}", then(5), " (?:by|using|based on|through)", then(5)),
        forward=False, certain=True,
    )  # fmt: skip


def _no_markers() -> Iterator[Construction]:
    """Molecules that correlate with each other, or with age, mark no disease for all that."""
    other = rf"(?:each other|one another|{alternatives(_WORDS['no_disease'])}|{_MOLECULE})"
    without = rf"(?!.*\b(?:{_NOUN}|{_CLINICAL}|{_USE}|{_TELLING}|{_PERFORMANCE}))"
    yield Construction(
        _P.BIOMARKER_OF, "correlation", CARRIED, _DISEASE,
        between(
            without, upto(8), r"(?:correlat|associat)\w*(?: \w+ly)? (?:with|between|to)(?: [^\sA-Z.;:,]+){0,3} ",
            rf"{other}\b", then(8),
        ),
        excluded=True,
    )  # fmt: skip
    yield Construction(
        _P.BIOMARKER_OF, "correlation", CARRIED, _DISEASE,
        between(
            without, r"(?:levels? )?(?:were|are) (?:\w+ly )?\w*correlated", r"(?: [^\sA-Z.;:,]+){0,4} (?:in|of)",
            then(5),
        ),
        excluded=True,
    )  # fmt: skip
    yield Construction(
        _P.BIOMARKER_OF, "correlation", CARRIED, _DISEASE,
        between(rf"{without}(?:[^\sA-Z.;:,]+ ){{0,4}}(?:in|of)", then(5)),
        before=re.compile(r"\b(?:correlat|associat)\w* (?:with|between)(?: [^\s.;:]+){0,4}$"),
        excluded=True,
    )  # fmt: skip


def _treatments() -> Iterator[Construction]:
    def treats(*parts: str) -> Construction:
        without = rf"(?!.*\b(?:{_NOUN}|{_TELLING}|{alternatives(_WORDS['no_treatment'])}))"
        return Construction(_P.TREATS, "treats", _REMEDIES, _CANCER, between(without, *parts), certain=True)

    yield treats(upto(10), f"(?:{_CURE})(?! (?:with|by|for)\\b)", then(4))
    yield treats(upto(18), f"{_THERAPY} (?:for|of|against|in)", then(5))


MARKERS = (*_markers(), *_no_markers(), *_treatments())
