"""Whether a sentence denies a claim, only supposes it, or merely asks.

A claim is denied or supposed when it lies where a cue reaches (`miner.extract.modality.scopes`);
what the cue is decides how.
"""

import re
from collections.abc import Sequence

from graph_schema.model import Predicate
from miner.extract.modality.scopes import CLAUSE_ENDS, Scope
from miner.extract.sentence import SentenceView, Slot
from miner.vocabulary.words import word_set

_GAPS = word_set(
    "known understood investigated elucidated explored studied reported clarified fully yet clear examined"
)
_GAPS |= {"established", "characterized", "determined", "only", "been", "addressed", "defined", "well"}
_OBSERVED = word_set("observed detected seen found significant different differ detectable evident affected")
_SAMENESS = word_set("difference differences change changes alteration alterations evidence correlation association")
_COMPARED = _SAMENESS | word_set("effect effects different differ affected altered changed impact influence correlated")
_FOUND = _COMPARED | word_set("significant increase increased elevated elevation higher value")
_PRESUPPOSED = frozenset({Predicate.CARRIES, Predicate.SECRETES, Predicate.FOUND_IN})
_OF_A_GROUP = frozenset({Predicate.BIOMARKER_OF, Predicate.ELEVATED_IN, Predicate.REDUCED_IN})
_LINKS = word_set("with in to on of for by at from")
_BREAKS = word_set("but by which that thereby instead when")
_ELSEWHERE = re.compile(
    r"^(?:[^\s;:.]+ ){0,14}?"
    r"(?:but not|(?:that|which) (?:was|were) not (?:observed|seen|found|detected)) (?:in|for|within)\b"
)


def negated(view: SentenceView, subject: Slot, object_: Slot, predicate: Predicate | None = None) -> bool:
    """Whether the sentence denies what it would otherwise say of the two mentions, be it anything or `predicate`."""
    return any(
        scope.kind == "negation"
        and not _spares(view.tokens, scope, object_, predicate)
        and _denies(view.tokens, scope, subject, object_)
        for scope in view.certainty
    )


def _spares(tokens: Sequence[str], scope: Scope, object_: Slot, predicate: Predicate | None) -> bool:
    """Whether the cue denies something else: a difference in what vesicles hold, or of a group that it has the disease.

    "No difference in exosomal miR-9" has miR-9 in exosomes, "patients without metastasis" are compared, and "not those
    of B cells" leaves these their vesicles.
    """
    if predicate is Predicate.SECRETES and _contrasts(tokens, scope):
        return True
    if predicate in _PRESUPPOSED:
        return not _COMPARED.isdisjoint(tokens[scope.cue_last : scope.cue_last + 4])
    lacking = tokens[scope.cue_first] in {"no", "without"}
    return lacking and predicate in _OF_A_GROUP and _FOUND.isdisjoint(tokens[scope.cue_last : scope.cue_last + 4])


def denied_elsewhere(view: SentenceView, subject: Slot, object_: Slot, predicate: Predicate) -> bool:
    """Whether the sentence, having said it of one case, denies it of another: "… in A cells but not in B cells".

    What is taken for granted (that vesicles are secreted, and hold something) is not what is denied so.
    """
    return predicate not in _PRESUPPOSED and bool(
        _ELSEWHERE.match(" ".join(view.tokens[max(subject.last, object_.last) :]))
    )


def _denies(tokens: Sequence[str], scope: Scope, subject: Slot, object_: Slot) -> bool:
    cue, after = tokens[scope.cue_first], tokens[scope.cue_last : scope.cue_last + 4]
    low, high = sorted((subject, object_), key=lambda s: s.first)
    if cue in {"not", "no", "never"} and not _GAPS.isdisjoint(after[:2]):
        return False
    if "whether" in tokens[scope.cue_last : scope.cue_last + 6]:
        return False
    if cue in {"lack", "absence", "independent", "independently", "lacking", "absent", "devoid", "free"}:
        lacks = cue == "lack" and tokens[max(0, scope.cue_first - 1)] not in {"to", "by", "from", "of", "the"}
        reach = 6 if lacks else 2 if cue in {"devoid", "free", "lacking"} else -1
        return low.last <= scope.cue_first < high.first <= scope.cue_last + reach
    if cue in {"rather", "instead"}:
        return 0 <= object_.first - scope.cue_last <= 2
    if cue in {"unlike", "except", "with"}:
        return scope.cue_last <= subject.first <= scope.cue_last + 3
    if cue == "without":
        return scope.cue_last <= object_.first < min(scope.last, scope.cue_last + 8) and subject.first < scope.cue_first
    if _contrasts(tokens, scope):
        if _is_short(tokens, scope, object_, subject):
            return True
        aside = tokens[scope.cue_last : scope.cue_last + 1]
        if _LINKS.isdisjoint(aside) and low.last <= scope.cue_first and "," in tokens[scope.cue_last : high.first]:
            return False
    if scope.cue_first >= high.last:
        said = cue in {"unchanged", "unaffected"} or not _OBSERVED.isdisjoint(after)
        return said and scope.cue_first - high.last <= 5 and CLAUSE_ENDS.isdisjoint(tokens[high.last : scope.cue_first])
    if scope.cue_last <= low.first:
        near = low.first - scope.cue_last <= 6 or (cue == "no" and not _SAMENESS.isdisjoint(after))
        return cue in {"no", "neither", "none"} and near and high.first < scope.last
    breaks = _BREAKS - {"by"} if high is subject else _BREAKS
    return scope.cue_last <= high.first < scope.last and breaks.isdisjoint(tokens[scope.cue_last : high.first])


def _contrasts(tokens: Sequence[str], scope: Scope) -> bool:
    """Whether the cue sets one thing against another: "A, but not B", "A, not B"."""
    return tokens[scope.cue_first] in {"not", "nor"} and tokens[max(0, scope.cue_first - 1)] in {"but", "and", ","}


def _is_short(tokens: Sequence[str], scope: Scope, *ends: Slot) -> bool:
    """Whether the cue denies one member alone: "but not Y"."""
    return any(scope.cue_last <= slot.first <= scope.cue_last + 2 for slot in ends)


_POSSIBILITIES = word_set("potential candidate candidates putative possible possibility")
_MODALS = word_set("may might possibly perhaps potentially probably presumably")
_OPINIONS = word_set(
    "propose proposed proposes hypothesize hypothesized hypothesise hypothesised speculate speculated postulate "
    "postulated thought believed supposed assumed expected presumed"
)
_ROLE = re.compile(
    r"^(?:\S+ ){0,3}?(?:roles?|involvement|contribution|function|link|possib\w+|potential|association|use|utility)\b"
)
_ABLE = re.compile(
    r"^(?:(?:therapeutic|clinical) )?(?:to|for|in|as|impact|mediators?|mechanism|modulators?|regulators?)\b"
)
_CONCLUDES = word_set(
    "conclusion conclusions conclude collectively suggest suggests suggesting suggested thus therefore hence taken"
)
_CONCLUDES |= word_set("overall indicate indicates indicating future summary findings prospects strategy")


def speculative(
    view: SentenceView, subject: Slot, object_: Slot, predicate: Predicate, *, closing: bool = False
) -> bool:
    """Whether the sentence only supposes what it says of the two mentions; `closing`: it is the article's last."""
    low, high = sorted((subject, object_), key=lambda s: s.first)
    if predicate in _PRESUPPOSED:
        return any(
            scope.kind == "speculation"
            and view.tokens[scope.cue_first] in _MODALS | {"could", "potential", "potentially"}
            and low.last <= scope.cue_first < high.first
            for scope in view.certainty
        )
    return any(
        scope.kind == "speculation" and _supposes(view, scope, low, high, predicate, closing)
        for scope in view.certainty
    )


def _supposes(view: SentenceView, scope: Scope, low: Slot, high: Slot, predicate: Predicate, closing: bool) -> bool:
    cue = view.tokens[scope.cue_first]
    useful = predicate in {Predicate.BIOMARKER_OF, Predicate.TREATS}
    before, inside = scope.cue_last <= low.first, low.last <= scope.cue_first < high.first
    after = scope.cue_first - high.last
    governs = (before or inside) and scope.first <= high.first < scope.last
    rest = " ".join(view.tokens[scope.cue_last : scope.cue_last + 6])
    if useful and cue in {"may", "might", "could"} and 0 <= after <= 10:
        return True
    if cue in _POSSIBILITIES:
        if useful:
            return before or inside or 0 <= after <= 12
        return governs and bool(_ROLE.match(rest) or _ABLE.match(rest))
    if cue == "could":
        return governs and (useful or closing or not _CONCLUDES.isdisjoint(view.tokens[: scope.cue_first]))
    if cue.startswith(("suggest", "impl")):
        return governs and before and bool(_ROLE.match(rest))
    if cue in {"likely", "seem", "seems", "appear", "appears"}:
        return governs and inside
    return governs and cue in _MODALS | _OPINIONS
