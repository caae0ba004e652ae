"""Which cells vesicles come from, and which take them up.

A cell that takes vesicles up, is treated with them, or stands after "to" is no source of them, and a source is no
recipient. `miner/vocabulary/roles.toml` has the words.
"""

import re
from collections.abc import Iterator

from graph_schema.model import EntityType, Predicate
from miner.extract.rules.patterns import (
    CARRIED,
    SOURCES,
    VESICLES,
    WORD,
    Construction,
    any_form,
    between,
    then,
    upto,
)
from miner.vocabulary.words import alternatives, load_words

_P = Predicate
_CELLS = frozenset({EntityType.CELL, EntityType.CANCER})
_TARGETS = frozenset({EntityType.CELL, EntityType.ANATOMY})  # a cancer is often the source too

_WORDS = load_words("roles")
_UPTAKE = rf"(?:{any_form(_WORDS['uptake_verbs'])}|{alternatives(_WORDS['uptake_phrases'])})"
_UPTAKE_NOUN = alternatives(_WORDS["uptake_nouns"])
_REACH = any_form(_WORDS["reaching_verbs"])
_ARRIVE = rf"(?:{any_form(_WORDS['arriving_verbs'])}|{alternatives(_WORDS['arriving'])})"
_HAND = rf"(?:{any_form(_WORDS['handing_verbs'])}|{alternatives(_WORDS['handing'])})"
_TREAT = alternatives(_WORDS["treatment"])
_RELEASE = rf"(?:{any_form(_WORDS['release_verbs'])})"
_RELEASE_NOUN = alternatives(_WORDS["release_nouns"])
_ORIGIN = alternatives(_WORDS["origin"])
RELEASES = frozenset(_WORDS["release_nouns"])
"""Nouns for the release of vesicles by cells."""
UPTAKES = frozenset(_WORDS["uptake_nouns"])
"""Nouns for the uptake of vesicles by cells."""
_RECIPIENT = alternatives(_WORDS["recipient"])
_NO_GOAL = alternatives(_WORDS["before_other_to"])
_AUXILIARY = rf"(?:(?:{alternatives(_WORDS['auxiliary'])}|\w+ly) )"

_PLAIN = rf"(?!(?:{alternatives(_WORDS['joining'])}) )(?!{alternatives(_WORDS['joining'])}$)[^\sA-Z.;:,]+"
"""A word that joins nothing: an adjective, an article."""
_NAMED = rf"(?:{_PLAIN}|[A-Z]+)"
_ACTIVE = "".join(f"(?<!{be} )" for be in ("is", "are", "was", "were", "be", "been", "being"))
_INTO = "(?:to|into|in|onto|inside|within|toward|towards|with|at)"


def _recipients() -> Iterator[Construction]:
    """Vesicles or their cargo … the cells that take them up, and the reverse."""

    def forth(*parts: str, before: str = "") -> Construction:
        ahead = re.compile(before) if before else None
        return Construction(_P.DELIVERED_TO, "taken up", CARRIED, SOURCES, between(*parts), before=ahead, certain=True)

    yield forth(rf"(?:(?!VESICLE\b){WORD} ){{0,8}}", _UPTAKE, then(3, _NAMED), " (?:by|into)", then(3, _PLAIN))
    yield forth(upto(5), " ?(?:by|into|in|to)", then(3, _PLAIN), before=rf"\b{_UPTAKE_NOUN} (?:of|for)(?: \S+){{0,3}}$")
    yield forth(
        "(?:from (?:[^\\s.;:]+ ){1,4})?", "(?:to|into)", then(3, _PLAIN), before=rf"\b{_HAND} of(?: \S+){{0,3}}$"
    )
    yield forth(upto(10), _ACTIVE, _REACH, then(3, _PLAIN))
    yield forth(upto(10), _ARRIVE, then(2, _PLAIN), f" {_INTO}", then(3, _PLAIN))
    yield forth(upto(6), _HAND, rf"(?: (?!by\b){WORD}){{0,6}}?", " (?:to|into|onto)", then(3, _PLAIN))
    taken = between(rf"(?:(?!(?:by|from|of|VESICLE)\b){WORD} ){{0,6}}?", _ACTIVE, _UPTAKE, then(6, _NAMED))
    yield Construction(_P.DELIVERED_TO, "takes up", _CELLS, CARRIED, taken, forward=False, certain=True)
    fused = between(rf"{_AUXILIARY}{{0,3}}fus(?:e|es|ed|ing) with", then(5, _NAMED))
    yield Construction(_P.DELIVERED_TO, "takes up", _CELLS, CARRIED, fused, forward=False, certain=True)
    uptake = between(rf"(?:- )?(?:cells? )?{_UPTAKE_NOUN} of", then(5, _NAMED))
    yield Construction(_P.DELIVERED_TO, "takes up", _CELLS, CARRIED, uptake, forward=False, certain=True)
    captured = re.compile(rf"^{_AUXILIARY}{{0,3}}{_UPTAKE}\b(?! by\b)")
    yield Construction(
        _P.DELIVERED_TO, "taken up", CARRIED, SOURCES, between("(?:, )?(?:that|which)", then(4, _PLAIN)),
        after=captured, certain=True,
    )  # fmt: skip


def _sources() -> Iterator[Construction]:
    """Vesicles … the cells that they come from, and the reverse."""

    def back(*parts: str, before: str = "", after: str = "", cells: frozenset[EntityType] = SOURCES) -> Construction:
        ahead, behind = (re.compile(pattern) if pattern else None for pattern in (before, after))
        words = between(*parts)
        return Construction(
            _P.SECRETES, "from", VESICLES, cells, words, forward=False, before=ahead, after=behind, certain=True
        )

    yield back(upto(3), _ORIGIN, r"(?: \w+)? (?:from|by)", then(3, _PLAIN), cells=_CELLS)
    no_patients = r"^(?!(?:\( \S+ \) )?(?:patient|case|sample|subject|serum|plasma|ANATOMY)s?\b)"
    yield back("(?:from|of)", then(2, _PLAIN), cells=_CELLS, after=no_patients)
    yield back("(?:that|which)", then(3, _PLAIN), after=rf"^{_AUXILIARY}{{0,2}}{_RELEASE}\b(?! by\b)")
    yield back("(?:by|from)", then(3, _PLAIN), before=rf"\b{_RELEASE_NOUN} of(?: \S+){{0,2}}$")
    yield Construction(
        _P.SECRETES, "from", SOURCES, VESICLES, between(","), certain=True,
        before=re.compile(r"(?:^|[,;:] )from(?: (?!(?:to|and|patients|samples?)\b)[^\s,]+){0,3}$"),
    )  # fmt: skip
    released = between(_AUXILIARY, "{0,3}", _ACTIVE, _RELEASE, r"(?: and \w+(?: up)?)?", then(4, _NAMED))
    yield Construction(_P.SECRETES, "secretes", SOURCES, VESICLES, released, certain=True)


def _no_sources() -> Iterator[Construction]:
    """Cells that the words near them show to be no source of the vesicles."""

    def after_vesicle(*parts: str, cells: frozenset[EntityType] = _TARGETS) -> Construction:
        return Construction(_P.SECRETES, "recipient", CARRIED, cells, between(*parts), forward=False, excluded=True)

    def before_vesicle(*parts: str, before: str = "") -> Construction:
        ahead = re.compile(before) if before else None
        return Construction(
            _P.SECRETES, "recipient", SOURCES, CARRIED, between(*parts), before=ahead, excluded=True
        )  # fmt: skip

    goal = rf"(?!.*\b{_NO_GOAL} to\b)"
    yield after_vesicle(goal, upto(12), "(?:to|into|onto|toward|towards|inside|within)", then(3, _PLAIN))
    yield after_vesicle(upto(8), f"(?:{_TREAT})", then(3, _PLAIN), " (?:with|in|by)", then(3, _PLAIN))
    yield after_vesicle(upto(12), _RECIPIENT, then(2, _PLAIN))
    yield after_vesicle(upto(12), "FUNCTION (?:of|in)", then(3, _PLAIN), cells=frozenset({EntityType.CELL}))
    yield before_vesicle(
        rf"(?:(?!(?:from|of|VESICLE)\b){WORD} ){{0,6}}?", f"(?:{_TREAT})", then(3, _PLAIN), " (?:with|to)(?! their)",
        then(4, _NAMED),
    )  # fmt: skip
    yield before_vesicle(
        upto(3), "(?:with|to)(?! their)", then(4, _NAMED), before=rf"\b(?:{_TREAT})(?: of)?(?: [^\s,;]+){{0,3}}$"
    )
    yield before_vesicle(
        upto(4), "(?:by|via|through)", then(4, _NAMED), before=rf"\b{_HAND} (?:\S+ ){{0,4}}?(?:to|into)(?: \S+){{0,2}}$"
    )
    yield before_vesicle(upto(6), before=rf"\b{_RECIPIENT}(?: \S+)?$")
    yield before_vesicle(_AUXILIARY, "{0,2}", _ACTIVE, _UPTAKE, then(10))


def _no_recipients() -> Iterator[Construction]:
    """Cells that cargo or vesicles come from do not take them up."""
    yield Construction(
        _P.DELIVERED_TO, "source", CARRIED, SOURCES, between(upto(6), "from", then(3, _PLAIN)), excluded=True
    )


ROLES = (*_recipients(), *_sources(), *_no_sources(), *_no_recipients())
