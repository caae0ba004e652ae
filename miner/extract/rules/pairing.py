"""Which members of two lists belong together: all with all, or one with one where the sentence says "respectively"."""

from collections.abc import Iterator
from itertools import product

from miner.extract.rules.lists import MentionList
from miner.extract.sentence import SentenceView, TokenMention, once_per_sentence
from miner.vocabulary.words import load_words

_ORDERED = tuple(tuple(phrase.split("_")) for phrase in load_words("lists")["ordered"])

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
