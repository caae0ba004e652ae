"""What a sentence rules out, though its words suggest it: voters that learn from words are misled by such sentences.

Three things are read: lists in order ("A and B activated C and D, respectively": not A D), effects that have their own
agent ("X undid the inhibition of Y by Z": it is Z that inhibits Y), and effects of a loss ("loss of X from EVs reduced
Y": EVs do not reduce Y).
"""

from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

from graph_schema.model import OPPOSITES, EntityType, Predicate
from miner.extract.rules.arguments import AGENTS
from miner.extract.rules.effects import Statement, statements_of
from miner.extract.rules.lists import find_lists
from miner.extract.rules.losses import lost_mentions
from miner.extract.rules.pairing import Pair, is_ordered, is_paired
from miner.extract.sentence import SentenceView, TokenMention

_LOWERING = frozenset({Predicate.INHIBITS, Predicate.REPRESSES})
_OWN_AGENT = frozenset({"nominal", "mediated", "hyphenated"})
_TOOLS = frozenset({EntityType.CHEMICAL})  # by which the loss was brought about: "inhibition of PI3K with LY294002"
_SPARED = frozenset({EntityType.VESICLE, EntityType.CELL})


class Rejection(NamedTuple):
    """A relation of two mentions that their sentence rules out, and the pairs of which it states the same instead."""

    predicate: Predicate
    subject: TokenMention
    object: TokenMention
    instead: tuple[Pair, ...] = ()


def find_rejections(view: SentenceView) -> Iterator[Rejection]:
    """What a sentence rules out."""
    if is_ordered(view):
        yield from _find_crossed(view)
    statements = statements_of(view)
    stated = {(s.predicate, s.agent.entity, s.target.entity) for s in statements}
    lost = lost_mentions(view)
    for s in dict.fromkeys(statements):
        for predicate, others in _find_misled(view, s, s.agent in lost):
            for other in others:
                causes = s.agent in lost and any(
                    (lowering, other.entity, s.agent.entity) in stated for lowering in _LOWERING
                )
                if not causes and (predicate, other.entity, s.target.entity) not in stated:
                    yield Rejection(predicate, other, s.target)


def _find_crossed(view: SentenceView) -> Iterator[Rejection]:
    """The pairs of two ordered lists that do not belong together."""
    lists = find_lists(view)
    for number, left in enumerate(lists):
        right = next((members for members in lists[number + 1 :] if is_paired(view, left, members)), ())
        for (i, a), (j, b) in product(enumerate(left), enumerate(right)):
            if i != j:
                pairs = ((left[i], right[i]), (left[j], right[j]))
                for predicate in Predicate:
                    yield Rejection(predicate, a, b, pairs)
                    yield Rejection(predicate, b, a, tuple((y, x) for x, y in pairs))


def _find_misled(view: SentenceView, s: Statement, lost: bool) -> Iterator[tuple[Predicate, Iterator[TokenMention]]]:
    """The predicates that a statement only seems to make of other mentions, with these."""
    if s.predicate in _LOWERING and s.rule in _OWN_AGENT:
        yield s.predicate, (m for m in view.top_level if m.type in AGENTS - _SPARED)
    if lost and s.predicate in OPPOSITES:
        yield OPPOSITES[s.predicate], (m for m in view.mentions if m.type in AGENTS - _TOOLS)
