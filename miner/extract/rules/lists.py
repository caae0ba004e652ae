"""Lists of like mentions: "DNA, RNA and proteins"."""

from collections.abc import Mapping, Sequence

from graph_schema.model import EntityType
from miner.extract.config import CONFIG
from miner.extract.rules.cues import parse_effect
from miner.extract.sentence import SentenceView, TokenMention, once_per_sentence
from miner.vocabulary.words import load_words

MentionList = tuple[TokenMention, ...]

_T = EntityType
_MOLECULES = frozenset({_T.GENE, _T.MICRO_RNA, _T.LNC_RNA, _T.CIRC_RNA, _T.MOLECULE_CLASS, _T.CHEMICAL, _T.PATHWAY})
_SITES = frozenset({_T.CANCER, _T.CELL, _T.ANATOMY})
_LIKE: Mapping[EntityType, frozenset[EntityType]] = {
    **dict.fromkeys(_MOLECULES, _MOLECULES),
    **dict.fromkeys(_SITES, _SITES),
    _T.FUNCTION: frozenset({_T.FUNCTION, _T.PATHWAY}),
    _T.VESICLE: frozenset({_T.VESICLE}),
}
_WORDS = load_words("lists")
_JOINERS = frozenset(_WORDS["joiners"])
_FILLERS = _JOINERS.union(_WORDS["fillers"])
_BREAKERS = frozenset(_WORDS["breakers"])
_FRONTED = frozenset(_WORDS["fronted"])
_MAX_WORDS_BETWEEN = 6


@once_per_sentence
def find_lists(view: SentenceView) -> tuple[MentionList, ...]:
    """The top-level mentions cut into lists, in order; a single mention is a list of one.

    A vesicle that only qualifies the molecule after it is a list of its own and interrupts none: "exosomal miR-21 and
    exosomal miR-155" has two molecules in a list.
    """
    lists: list[list[TokenMention]] = []
    current: list[TokenMention] = []
    for number, mention in enumerate(view.top_level):
        if _qualifies_next(view.top_level, number):
            lists.append([mention])
        elif (
            current
            and len(current) < CONFIG.max_list
            and _are_joined(view, current[-1], mention)
            and not (len(current) == 1 and _opens_clause(view, current[-1], mention))
        ):
            current.append(mention)
        else:
            current = [mention]
            lists.append(current)
    return tuple(map(tuple, sorted(lists, key=lambda members: members[0].first)))


def _qualifies_next(mentions: Sequence[TokenMention], number: int) -> bool:
    following = mentions[number + 1 : number + 2]
    return (
        mentions[number].type is _T.VESICLE
        and bool(following)
        and following[0].first == mentions[number].last
        and following[0].type in _MOLECULES
    )


@once_per_sentence
def lists_by_member(view: SentenceView) -> dict[TokenMention, MentionList]:
    """The list each top-level mention is a member of."""
    return {mention: members for members in find_lists(view) for mention in members}


def _opens_clause(view: SentenceView, left: TokenMention, right: TokenMention) -> bool:
    """Whether the second of two is the subject of what follows: "raised A, and B lowered C"."""
    if view.tokens[left.last : left.last + 2] != (",", "and") or right.last >= len(view.tokens):
        return False
    found = parse_effect(view.tokens[right.last])
    return found is not None and found.form in {"verb", "past"}


def _are_joined(view: SentenceView, left: TokenMention, right: TokenMention) -> bool:
    if right.type not in _LIKE[left.type] or not 0 < right.first - left.last <= _MAX_WORDS_BETWEEN:
        return False
    between = view.tokens[left.last : right.first]
    if left.entity == right.entity or _JOINERS.isdisjoint(between) or not _BREAKERS.isdisjoint(between):
        return False
    if _FRONTED.issuperset(view.tokens[:1]) and "," in between and "and" not in between:
        return "," in view.tokens[: left.first]
    others = [word for word in between if word not in _FILLERS]
    return len(others) <= 1 and not any(map(parse_effect, others))
