"""Whether a sentence negates a claim, or only speculates about it.

A claim is negated or speculative where it lies within reach of a cue (`miner.extract.modality.scopes`); the cue's
`target` in the table says how (`miner/vocabulary/cues.tsv`):

| kind | target | the cue bears on a claim of two mentions |
| --- | --- | --- |
| negation | claim | that its scope takes in, or that it follows or precedes, as its traits say |
| negation | between | if it is between them, the second within `reach` tokens: "exosomes lacking X" |
| negation | subject | if the subject follows it within `reach` tokens: "unlike X" |
| negation | either | if the object or the subject follows it within `reach` tokens: "rather than X" |
| negation | lacked object | if the object follows it within `reach` tokens, and the subject precedes it: "without X" |
| speculation | claim | whose second mention its scope takes in |
| speculation | possibility | likewise, if it is the possibility of a role or an ability, or the claim is one of use |
| speculation | conditional | likewise, if the sentence concludes or the claim is one of use: "could" |
| speculation | suggestion | likewise, if a role is suggested of both mentions |
| speculation | appearance | likewise, if it is between the two |
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from graph_schema.model import CARGO, Predicate
from miner.extract.config import CONFIG
from miner.extract.modality.cues import CLASSES
from miner.extract.modality.scopes import CLAUSE_ENDS, Scope, scopes_near
from miner.extract.rules.cues import parse_effect
from miner.extract.rules.losses import lost_mentions, missing_mentions
from miner.extract.sentence import SentenceView, TokenMention
from miner.vocabulary.words import alternatives

_OBSERVED = frozenset(CLASSES["observed"])
_SAMENESS = frozenset(CLASSES["sameness"])
_COMPARED = _SAMENESS.union(CLASSES["effect"])
_MEASURED = _COMPARED.union(CLASSES["measured"])
_ASIDES = frozenset(("which", "who", "though", "although", "albeit", "while"))
_RELATIVES = frozenset(("that", "which", "who", "whose"))
_LINKS = frozenset(CLASSES["link"])
_DETECTING = frozenset(CLASSES["detecting"])
_ELSE = frozenset(CLASSES["elsewhere"])
_BREAKS = frozenset(CLASSES["break"])
_CONDITIONS = frozenset(CLASSES["condition"])
_CONCLUSION = frozenset(CLASSES["conclusion"])
_FOUND = frozenset(CLASSES["finding"]) - {"conclude", "concluded", "report", "discovered"}
_ROLE = re.compile(rf"^(?:\S+ ){{0,3}}?{alternatives(CLASSES['role'])}\b")
_ABLE = re.compile(rf"^(?:(?:therapeutic|clinical) )?{alternatives(CLASSES['able'])}\b")
_ELSEWHERE = re.compile(
    r"^(?:[^\s;:.]+ ){0,14}?"
    r"(?:but not|(?:that|which) (?:was|were) not (?:observed|seen|found|detected)) (?:in|for|within)\b"
)
_OTHERS = frozenset(("other", "another", "others"))
_CONTRASTS = {("but", "not"), (",", "not"), ("and", "not"), (",", "unlike")}
_PASSIVE = {("was",), ("were",), ("is",), ("are",)}
_PRESUPPOSED = frozenset({Predicate.CARRIES, Predicate.SECRETES, Predicate.FOUND_IN})
_OF_A_GROUP = frozenset({Predicate.BIOMARKER_OF, Predicate.ELEVATED_IN, Predicate.REDUCED_IN})
_OF_USE = frozenset({Predicate.BIOMARKER_OF, Predicate.TREATS})

_NEAR = 6  # tokens within which a cue bears on mentions that it only precedes
_BESIDE = 8  # tokens from "but not" to the end of what it denies
_CONTRAST_REACH = 4  # tokens from "but not" to the other case
_OBSERVED_REACH = 3  # tokens after a name that may say it was observed
_AFTER = 4  # tokens after a cue that show what it negates
_TRAILING = 5  # tokens between two mentions and a cue that follows them
_ELSEWHERE_REACH = 20  # tokens after a claim in which another case may be negated
_USE_REACH = 10  # tokens between a claim of use and a modal verb that follows
_POSSIBLE_USE_REACH = 12  # tokens between a claim of use and a possibility that follows


def is_negated(
    view: SentenceView, subject: TokenMention, object_: TokenMention, predicate: Predicate | None = None
) -> bool:
    """Whether the sentence negates what it states of two mentions, of any predicate or of `predicate`."""
    if predicate is Predicate.SECRETES and _names(object_, subject):
        return False  # "no MSC-EVs did": the name states the source, whatever is denied
    return any(
        scope.cue.kind == "negation"
        and not _concerns_other(view.tokens, scope, predicate)
        and _negates(view, scope, subject, object_, predicate)
        for scope in scopes_near(view, subject, object_)
    )


def _names(vesicles: TokenMention, source: TokenMention) -> bool:
    """Whether the source is part of the vesicles' name, or directly before it: "MSC-EVs"."""
    return vesicles.first <= source.first < vesicles.last or 0 <= vesicles.first - source.last <= 1


def _concerns_other(tokens: Sequence[str], scope: Scope, predicate: Predicate | None) -> bool:
    """Whether the cue negates something else: what vesicles hold differs, or a group has the disease.

    "No difference in exosomal miR-9" has miR-9 in exosomes, "patients without metastasis" are compared, and "not those
    of B cells" leaves these their vesicles.
    """
    if predicate is Predicate.SECRETES and _is_contrast(tokens, scope):
        return True
    after = tokens[scope.cue_last : scope.cue_last + _AFTER]
    if predicate in _PRESUPPOSED:
        return "trailing" in scope.cue.traits or not _COMPARED.isdisjoint(after)
    return "group" in scope.cue.traits and predicate in _OF_A_GROUP and _MEASURED.isdisjoint(after)


def find_negated_elsewhere(
    view: SentenceView, subject: TokenMention, object_: TokenMention, predicate: Predicate
) -> TokenMention | None:
    """The subject of which a sentence that states it in one case negates it in another; None where it does not.

    It is the same mention in "… in A cells but not in B cells", another of its entity in "EVs of A, but not EVs of B".
    CARRIES, SECRETES and FOUND_IN are presupposed in such sentences, and never negated so.
    """
    if predicate in _PRESUPPOSED:
        return None
    first = max(subject.last, object_.first - CONFIG.max_scope)
    for mention in view.top_level_within(first, object_.first):  # "EVs of A, but not EVs of B, raised C"
        if mention.entity == subject.entity:
            before = view.tokens[max(subject.last, mention.first - _CONTRAST_REACH) : mention.first]
            beside = (*before, *view.tokens[mention.last : mention.last + _CONTRAST_REACH])
            if any(pair in _CONTRASTS for pair in pairwise(before)):
                return mention if _OTHERS.isdisjoint(beside) else None
    last = max(subject.last, object_.last)
    return subject if _ELSEWHERE.match(" ".join(view.tokens[last : last + _ELSEWHERE_REACH])) else None


def _negates(
    view: SentenceView, scope: Scope, subject: TokenMention, object_: TokenMention, predicate: Predicate | None
) -> bool:
    tokens, cue, end = view.tokens, scope.cue, scope.cue_last
    if cue.target == "nothing" or "whether" in tokens[end : end + 6] or cue.spares(tokens, scope.cue_first, end):
        return False
    if cue.words == ("no", "longer") and _is_conditional(view, scope.cue_first):
        return False  # what is no longer seen once something has changed was the agent's effect
    if subject.last <= scope.cue_first and subject in missing_mentions(view) and predicate not in _PRESUPPOSED:
        return False  # what vesicles without it fail to do is its effect, too
    if predicate in _PRESUPPOSED and _is_taken_for_granted(view, scope, subject, object_):
        return False
    if cue.target == "claim":
        return _negates_claim(view, scope, subject, object_, predicate)
    if cue.target == "either" and 0 <= object_.first - end <= cue.reach:
        return True
    if cue.target in {"subject", "either"}:
        return 0 <= subject.first - end <= cue.reach and not _is_named_before(view, scope, subject)
    if cue.target == "lacked object":
        return end <= object_.first < min(scope.last, end + cue.reach + 1) and subject.first < scope.cue_first
    low, high = _in_order(subject, object_)
    if high is subject and subject in lost_mentions(view):
        return False  # "was reduced in cells lacking X" states an effect of X
    return low.last <= scope.cue_first < high.first <= end + cue.reach


def _is_conditional(view: SentenceView, first: int) -> bool:
    """Whether what precedes a token says that something is lost or has changed: "when uptake was blocked"."""
    lost = any(mention.last <= first for mention in lost_mentions(view))
    return lost or not _CONDITIONS.isdisjoint(view.tokens[:first])


def _is_taken_for_granted(view: SentenceView, scope: Scope, subject: TokenMention, object_: TokenMention) -> bool:
    """Whether a name presupposes the claim that the cue seems to deny: "neither exosomal miR-9 nor …".

    This holds if one mention is next to or within the other, or the vesicle qualifies another name. A mention that
    was not detected at all is still denied.
    """
    low, high = _in_order(subject, object_)
    if scope.cue_first >= high.last:
        relative = not _RELATIVES.isdisjoint(view.tokens[high.last : scope.cue_first])
        return relative or any(view.top_level_within(high.last, scope.cue_first))
    if low.last <= scope.cue_first:
        around = view.container_of.get(low)
        return around is not None and around is not high and around.type in CARGO and around.last <= scope.cue_first
    return high.first <= low.last and _OBSERVED.isdisjoint(view.tokens[high.last : high.last + _OBSERVED_REACH])


def _is_named_before(view: SentenceView, scope: Scope, subject: TokenMention) -> bool:
    """Whether the subject is one of two kinds of one thing: "exosomal PD-L1, unlike cellular PD-L1, …"."""
    return any(m.entity == subject.entity and m.last <= scope.cue_first for m in view.mentions)


def _negates_claim(
    view: SentenceView, scope: Scope, subject: TokenMention, object_: TokenMention, predicate: Predicate | None
) -> bool:
    tokens = view.tokens
    traits = scope.cue.traits
    low, high = _in_order(subject, object_)
    after = tokens[scope.cue_last : scope.cue_last + _AFTER]
    if _is_contrast(tokens, scope):
        if any(0 <= mention.first - scope.cue_last <= 2 for mention in (subject, object_)):
            return True
        beside = next(iter(view.top_level_within(scope.cue_last, scope.cue_last + _BESIDE)), None)
        if low is subject and beside is not None and beside.type is subject.type and beside.first - scope.cue_last <= 2:
            return False  # "A but not B raised C" denies it of B
        aside = tokens[scope.cue_last : scope.cue_last + 1]
        if _LINKS.isdisjoint(aside) and low.last <= scope.cue_first and "," in tokens[scope.cue_last : high.first]:
            return False
    if scope.cue_first >= high.last:
        if scope.cue.words == ("no", "longer"):  # what is no longer seen was there before
            return False
        if high is object_ and tokens[high.last : scope.cue_first] in _PASSIVE and _is_participle(after[:1]):
            return True  # "EVs were taken up, but growth was not promoted"
        stated = "trailing" in traits or not _OBSERVED.isdisjoint(after)
        near = scope.cue_first - high.last <= _TRAILING
        if not _ELSE.isdisjoint(tokens[high.last : scope.cue_first]):
            return False
        return stated and near and CLAUSE_ENDS.isdisjoint(tokens[high.last : scope.cue_first])
    if scope.cue_last <= low.first:
        near = low.first - scope.cue_last <= _NEAR or ("distant" in traits and not _SAMENESS.isdisjoint(after))
        detects = not _DETECTING.isdisjoint(after[:2])
        unbroken = "," not in tokens[scope.cue_last : low.first]
        return ("fronted" in traits or detects) and near and unbroken and high.first < scope.last
    if _is_aside(tokens, scope, low, high):
        return False
    breaks = _BREAKS - {"by"} if high is subject or predicate is Predicate.DELIVERED_TO else _BREAKS
    return scope.cue_last <= high.first < scope.last and breaks.isdisjoint(tokens[scope.cue_last : high.first])


def _is_participle(tokens: Sequence[str]) -> bool:
    """Whether the first of the tokens is the participle of an effect: "promoted"."""
    effect = parse_effect(tokens[0]) if tokens else None
    return effect is not None and effect.form == "past"


def _is_aside(tokens: Sequence[str], scope: Scope, low: TokenMention, high: TokenMention) -> bool:
    """Whether a comma closes the cue's relative clause before the main verb: "A, which did not hold B, raised C".

    A list within the clause ("which did not hold B, C or D") goes on with a mention or a conjunction after its comma.
    """
    opening = tokens[max(low.last, scope.cue_first - _AFTER) : scope.cue_first]
    if not any(comma == "," and word in _ASIDES for comma, word in pairwise(opening)):
        return False
    rest = tokens[scope.cue_last : high.first]
    if "," not in rest:
        return False
    closing = rest[len(rest) - rest[::-1].index(",") :]
    return bool(closing) and {"and", "or", "nor"}.isdisjoint(closing)


def _in_order(subject: TokenMention, object_: TokenMention) -> tuple[TokenMention, TokenMention]:
    return (object_, subject) if object_.first < subject.first else (subject, object_)


def _is_contrast(tokens: Sequence[str], scope: Scope) -> bool:
    """Whether the cue sets one thing against another: "A, but not B", "A, not B"."""
    return "contrast" in scope.cue.traits and tokens[max(0, scope.cue_first - 1)] in {"but", "and", ","}


def is_speculative(
    view: SentenceView, subject: TokenMention, object_: TokenMention, predicate: Predicate, *, closing: bool = False
) -> bool:
    """Whether the sentence only speculates on what it states of two mentions; `closing`: it is the article's last."""
    low, high = _in_order(subject, object_)
    speculations = (scope for scope in scopes_near(view, subject, object_) if scope.cue.kind == "speculation")
    if predicate in _PRESUPPOSED:
        return any("structure" in s.cue.traits and low.last <= s.cue_first < high.first for s in speculations)
    return any(_speculates(view.tokens, scope, low, high, predicate, closing) for scope in speculations)


def _speculates(
    tokens: Sequence[str], scope: Scope, low: TokenMention, high: TokenMention, predicate: Predicate, closing: bool
) -> bool:
    target = scope.cue.target
    useful = predicate in _OF_USE
    before, inside = scope.cue_last <= low.first, low.last <= scope.cue_first < high.first
    gap = scope.cue_first - high.last
    governs = (before or inside) and scope.first <= high.first < scope.last
    if useful and "closing" in scope.cue.traits and 0 <= gap <= _USE_REACH:
        return True
    if target == "possibility":
        if useful:
            return before or inside or 0 <= gap <= _POSSIBLE_USE_REACH
        rest = _text_after(tokens, scope)
        return governs and bool(_ROLE.match(rest) or _ABLE.match(rest))
    if target == "conditional":
        return governs and (useful or ((closing or _concludes(tokens, scope)) and not _reports(tokens, scope)))
    if target == "suggestion":
        return governs and before and bool(_ROLE.match(_text_after(tokens, scope)))
    if target == "appearance":
        return governs and inside
    return governs and target == "claim"


def _concludes(tokens: Sequence[str], scope: Scope) -> bool:
    """Whether a word of conclusion precedes the cue."""
    return not _CONCLUSION.isdisjoint(tokens[max(0, scope.cue_first - CONFIG.max_scope) : scope.cue_first])


def _reports(tokens: Sequence[str], scope: Scope) -> bool:
    """Whether what could be was found: "we found that A could raise B"."""
    return not _FOUND.isdisjoint(tokens[max(0, scope.cue_first - CONFIG.max_scope) : scope.cue_first])


def _text_after(tokens: Sequence[str], scope: Scope) -> str:
    return " ".join(tokens[scope.cue_last : scope.cue_last + 6])
