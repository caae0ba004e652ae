"""Mentions whose loss of function a sentence reports, which inverts their effect."""

import re
from collections.abc import Sequence
from itertools import pairwise

from graph_schema.model import EntityType
from miner.extract.config import CONFIG
from miner.extract.modality.scopes import find_clause_start
from miner.extract.sentence import SentenceView, TokenMention, once_per_sentence
from miner.vocabulary.words import alternatives, load_words

_WORDS = load_words("losses")
_TOOLS = alternatives(_WORDS["tools"])
_LOSS = f"(?:{alternatives(_WORDS['before'])}|{_TOOLS} {alternatives(_WORDS['tool_links'])})"
_LINKS = rf"(?: {alternatives(_WORDS['before_links'])})*"
_PLAIN = r"(?: (?!(?:and|or|by|from|to|was|were|is|are|which|that|than)\b|\w+(?:ed|ing)\b)[a-z][a-z-]*){0,3}"
_BEFORE = re.compile(rf"\b{_LOSS}(?:{_LINKS}|{_LINKS} {alternatives(_WORDS['before_of'])}{_PLAIN}{_LINKS}) $")
_TOOL = re.compile(rf"(?:\w+ )?(?:{_LOSS}|{_TOOLS})")
_AFTER = re.compile(rf"^ (?:{alternatives(_WORDS['after_links'])} )*{alternatives(_WORDS['after'])}(?!\S)")
_REMOVED = re.compile(
    rf"^ (?:{alternatives(_WORDS['after_links'])} )*(?:ha[ds] |have )?{alternatives(_WORDS['auxiliaries'])}"
    rf"(?: \w+ly)? {alternatives(_WORDS['silenced'])}\b"
)
_CONDITION = re.compile(rf"\b{alternatives(_WORDS['condition'])}\b")
_JOINERS = frozenset(load_words("lists")["joiners"]) | {"exosomal", "the"}
_ANTIBODY = re.compile(r"(?:- )?(?:\w+ )?(?:antibod|serum|sera|oligo|therapy|treatment|blockade|mab)")
_OPENING = 2  # words before a clause that may open it
_LOST_GAP = 3  # words between a vesicle or cell and the mention that it lacks
_BEARERS = frozenset({EntityType.VESICLE, EntityType.CELL})
FAILURE = re.compile(rf"\b{alternatives(_WORDS['failures'])} $")
"""Words before a verb that negate it: "failed to"."""
ENDED = re.compile(rf"\b{alternatives(_WORDS['ended'])} $")
"""Words before a verb that say that its effect has ended: "no longer"."""


@once_per_sentence
def lost_mentions(view: SentenceView) -> frozenset[TokenMention]:
    """The mentions whose loss of function is reported: "PTEN knockdown", "inhibition of exosomal miR-21"."""
    return frozenset(mention for mention in view.mentions if _is_lost(view, mention))


@once_per_sentence
def removed_mentions(view: SentenceView) -> tuple[TokenMention, ...]:
    """The top-level mentions that a clause of condition says are lost, in order."""
    return tuple(m for m in view.top_level if _is_removed(view, m, _write_after(view, m)))


def is_loss_shared(view: SentenceView, members: Sequence[TokenMention]) -> bool:
    """Whether a loss that stands before a list is that of all its members: "inhibition of SK1 or S1PR1"."""
    between = {w for one, other in pairwise(members) for w in view.tokens[one.last : other.first]}
    return len(members) > 1 and between <= _JOINERS and bool(_BEFORE.search(f"{_write_before(view, members[0])} "))


def lacks(view: SentenceView, bearer: TokenMention, lost: TokenMention) -> bool:
    """Whether a vesicle or cell lacks a lost mention: "miR-9-deficient exosomes", "EVs lacking miR-9"."""
    if bearer.first <= lost.first and lost.last <= bearer.last:
        return True
    if "," in view.tokens[lost.last : bearer.first]:  # "by silencing PTEN, exosomes …"
        return False
    return 0 <= bearer.first - lost.last <= _LOST_GAP or 0 <= lost.first - bearer.last <= _LOST_GAP


@once_per_sentence
def missing_mentions(view: SentenceView) -> frozenset[TokenMention]:
    """The mentions that some vesicles or cells are said to lack: "EVs lacking miR-9", "miR-9-deficient EVs"."""
    return frozenset(mention for mention in lost_mentions(view) if _is_missing(view, mention))


def _is_missing(view: SentenceView, lost: TokenMention) -> bool:
    near = view.top_level_within(max(0, lost.first - CONFIG.loss_reach), lost.last + CONFIG.loss_reach)
    around = view.container_of.get(lost)
    for bearer in near if around is None else (*near, around):
        if bearer.type in _BEARERS and bearer is not lost and lacks(view, bearer, lost):
            after = view.tokens[lost.last : bearer.first] or view.tokens[lost.last : lost.last + 1]
            if bearer.last <= lost.first or after[:1] == ("-",):
                return True
    return False


def is_tool(view: SentenceView, mention: TokenMention) -> bool:
    """Whether a mention only names what takes another's function away: the siRNA of "siRNA against PTEN"."""
    return bool(_TOOL.fullmatch(" ".join(view.tokens[mention.first : mention.last])))


def _is_lost(view: SentenceView, mention: TokenMention) -> bool:
    before = _write_before(view, mention)
    after = _write_after(view, mention)
    lost_after = bool(_AFTER.match(f" {after}")) or _is_removed(view, mention, after)
    if lost_after and before.endswith(("anti -", "anti")) and _ANTIBODY.match(after):
        return True  # "anti-X antibody" names one loss, not the loss of an inhibitor
    return bool(_BEFORE.search(f"{before} ")) != lost_after


def _write_after(view: SentenceView, mention: TokenMention) -> str:
    return view.phrase(mention.last, min(len(view.tokens), mention.last + CONFIG.loss_reach))


def _write_before(view: SentenceView, mention: TokenMention) -> str:
    """The words before a mention as `SentenceView.phrase` gives them, but those of tools as they are."""
    first = max(0, mention.first - CONFIG.loss_reach)
    for tool in view.top_level_within(first, mention.first):
        if is_tool(view, tool):
            words = " ".join(view.tokens[tool.first : tool.last])
            return " ".join((view.phrase(first, tool.first), words, view.phrase(tool.last, mention.first)))
    return view.phrase(first, mention.first)


def _is_removed(view: SentenceView, mention: TokenMention, after: str) -> bool:
    """Whether a clause of condition says that a mention was silenced: "when PTEN was knocked down, …"."""
    if not _REMOVED.match(f" {after}"):
        return False
    start = find_clause_start(view.tokens, mention.first)
    return bool(_CONDITION.search(" ".join(view.tokens[max(0, start - _OPENING) : mention.first])))
