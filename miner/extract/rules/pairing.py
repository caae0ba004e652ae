"""Which members of two lists belong together: all with all, or one with one where the sentence says "respectively"."""

import re
from collections.abc import Iterator
from itertools import product

from miner.extract.rules.lists import MentionList
from miner.extract.sentence import SentenceView, TokenMention, once_per_sentence
from miner.vocabulary.words import load_words

_ORDERED = tuple(tuple(phrase.split("_")) for phrase in load_words("lists")["ordered"])

_CONTRAST = re.compile(
    r"(?:(?:cells?|itself|alone) )?(?:(?:,|and|\() )?(?:but not|not|rather than|instead of|as opposed to|unlike)"
    r"(?: (?:in|by|from|of|with|on|to|the|their|soluble|free|other|those)){0,3}"
)
_LINKS = frozenset(("in", "by", "from", "of", "with", "on", "to"))
_CONTRAST_GAP = 7  # tokens between two that are set against each other
_CONTRAST_REACH = 4  # tokens before the first in which the preposition of the second stands, too

Pair = tuple[TokenMention, TokenMention]


@once_per_sentence
def is_ordered(view: SentenceView) -> bool:
    """Whether lists are to be read member by member: "respectively", "in this order"."""
    text = f" {view.text} "
    return any(f" {' '.join(phrase)} " in text for phrase in _ORDERED)


def pair_members(view: SentenceView, left: MentionList, right: MentionList) -> Iterator[Pair]:
    """The pairs of members that a statement about two lists is about."""
    if is_paired(view, left, right):
        return zip(left, right, strict=True)
    return product(left, right)


def is_paired(view: SentenceView, left: MentionList, right: MentionList) -> bool:
    """Whether the first member of one list belongs to the first of the other, and so on."""
    return 1 < len(left) == len(right) and is_ordered(view)


def are_contrasted(view: SentenceView, left: TokenMention, right: TokenMention) -> bool:
    """Whether a sentence sets two against each other: "in A but not in B", "A rather than B"."""
    if not 0 < right.first - left.last <= _CONTRAST_GAP:
        return False
    if not _CONTRAST.fullmatch(" ".join(view.tokens[left.last : right.first])):
        return False
    link = view.tokens[right.first - 1]
    return link not in _LINKS or link in view.tokens[max(0, left.first - _CONTRAST_REACH) : left.first]
