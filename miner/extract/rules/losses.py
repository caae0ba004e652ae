"""Mentions whose loss of function a sentence reports, which inverts their effect."""

import re

from miner.extract.config import CONFIG
from miner.extract.sentence import SentenceView, TokenMention, once_per_sentence
from miner.vocabulary.words import alternatives, load_words

_WORDS = load_words("losses")
_BEFORE = re.compile(rf"\b{alternatives(_WORDS['before'])}(?: {alternatives(_WORDS['before_links'])})* $")
_AFTER = re.compile(rf"^ (?:{alternatives(_WORDS['after_links'])} )*{alternatives(_WORDS['after'])}\b")


@once_per_sentence
def lost_mentions(view: SentenceView) -> frozenset[TokenMention]:
    """The mentions whose loss of function is reported: "PTEN knockdown", "inhibition of exosomal miR-21"."""
    return frozenset(mention for mention in view.mentions if _is_lost(view, mention))


def _is_lost(view: SentenceView, mention: TokenMention) -> bool:
    before = view.phrase(max(0, mention.first - CONFIG.loss_reach), mention.first)
    after = view.phrase(mention.last, min(len(view.tokens), mention.last + CONFIG.loss_reach))
    return bool(_BEFORE.search(f"{before} ")) != bool(_AFTER.match(f" {after}"))
