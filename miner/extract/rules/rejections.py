"""Find relations that a sentence rules out although its words suggest them; such sentences mislead learned voters.

Five kinds are read: lists in order ("A and B activated C and D, respectively": A does not activate D), effects with an
agent of their own ("X undid the inhibition of Y by Z": Z inhibits Y), effects of a loss ("loss of X from EVs reduced
Y": EVs do not reduce Y), effects of another agent ("A raised B, and C promoted D": A does not act on D), and contrasts
("found in EVs but not in plasma": the EVs are not said to be in plasma).
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise, product
from typing import NamedTuple

from graph_schema.model import EFFECTS, OPPOSITES, EntityType, Predicate
from miner.extract.config import CONFIG
from miner.extract.rules.arguments import AGENTS
from miner.extract.rules.effects import statements_of
from miner.extract.rules.lists import find_lists
from miner.extract.rules.losses import lost_mentions
from miner.extract.rules.pairing import Pair, are_contrasted, is_ordered, is_paired
from miner.extract.rules.statements import Statement
from miner.extract.sentence import SentenceView, TokenMention
from miner.vocabulary.words import load_words

_LOWERING = frozenset({Predicate.INHIBITS, Predicate.REPRESSES})
_OWN_AGENT = frozenset({"nominal", "mediated", "hyphenated"})
_TOOLS = frozenset({EntityType.CHEMICAL})  # by which the loss was brought about: "inhibition of PI3K with LY294002"
_ACTIVE = frozenset({"verb", "inherited", "passive"})
_TREATED_REACH = 4  # tokens from "treatment of" to the cells
_WORDS = load_words("roles")
_GIVEN = frozenset((link,) for link in _WORDS["given_links"])
_TREATMENTS = frozenset(_WORDS["treatment_nouns"])
_STATES = frozenset(_WORDS["states"])
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
    yield from _find_contrasted(view)
    yield from _find_others(view, statements)
    yield from _find_lowered(statements, stated)
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


def _find_contrasted(view: SentenceView) -> Iterator[Rejection]:
    """The relations of two that a sentence sets against each other: "in A but not in B", "A rather than B"."""
    for left, right in pairwise(view.top_level):
        if are_contrasted(view, left, right):
            for predicate in Predicate:
                yield Rejection(predicate, left, right)
                yield Rejection(predicate, right, left)


def _find_others(view: SentenceView, statements: Sequence[Statement]) -> Iterator[Rejection]:
    """Reject effects of other mentions on a target when the sentence plainly states the target's agent."""
    acting = {(s.agent.entity, s.target.entity) for s in statements}
    earliest: dict[int, int] = {}  # where an agent's effects first end, and last begin, by its entity
    latest: dict[int, int] = {}
    read: dict[TokenMention, list[TokenMention]] = defaultdict(list)
    plain: set[TokenMention] = set()
    for s in statements:
        entity = s.agent.entity
        earliest[entity] = min(max(s.target.last, s.agent.last), earliest.get(entity, len(view.tokens)))
        latest[entity] = max(min(s.target.first, s.agent.first), latest.get(entity, 0))
        if s.rule in _ACTIVE:
            read[s.target].append(s.agent)
            if s.plain:
                plain.add(s.target)
    for target, agents in read.items():
        first, last = min(agents[0].first, target.first), max(agents[-1].last, target.last)
        for other in view.top_level_within(max(0, first - CONFIG.max_gap), last + CONFIG.max_gap):
            if other.type not in AGENTS or other.entity == target.entity or (other.entity, target.entity) in acting:
                continue
            acts_before = earliest.get(other.entity, last) <= agents[0].first < target.first
            acts_after = other.first > first and latest.get(other.entity, 0) >= last
            causes = any((other.entity, agent.entity) in acting for agent in agents)
            if (target in plain and (acts_before or acts_after) and not causes) or _is_treated(view, other, agents[0]):
                for predicate in EFFECTS:
                    yield Rejection(predicate, other, target)


def _find_lowered(
    statements: Sequence[Statement], stated: Collection[tuple[Predicate, int, int]]
) -> Iterator[Rejection]:
    """Reject an agent's effect for the targets that it lowers: "by repressing PTEN, miR-9 promotes growth"."""
    lowered: dict[int, list[TokenMention]] = defaultdict(list)
    for s in statements:
        if s.predicate is Predicate.REPRESSES and len(lowered[s.agent.entity]) < CONFIG.max_list:
            lowered[s.agent.entity].append(s.target)
    for s in statements:
        if s.plain and s.predicate in OPPOSITES:
            for other in lowered[s.agent.entity]:
                if other.entity != s.target.entity and (s.predicate, other.entity, s.target.entity) not in stated:
                    yield Rejection(s.predicate, other, s.target)


def _is_treated(view: SentenceView, other: TokenMention, agent: TokenMention) -> bool:
    """Whether a cell was only treated with an agent, or a name only describes cells: "X-resistant cells"."""
    if view.tokens[other.last : other.last + 1] == ("-",) and view.tokens[other.last + 1 : other.last + 2]:
        return view.tokens[other.last + 1] in _STATES
    before = view.tokens[max(0, other.first - _TREATED_REACH) : other.first]
    given = other.last <= agent.first and view.tokens[other.last : agent.first] in _GIVEN
    return other.type is EntityType.CELL and given and not _TREATMENTS.isdisjoint(before)


def _find_misled(view: SentenceView, s: Statement, lost: bool) -> Iterator[tuple[Predicate, Iterator[TokenMention]]]:
    """The predicates that a statement only seems to make of other mentions, with these."""
    if s.predicate in _LOWERING and s.rule in _OWN_AGENT:
        yield s.predicate, (m for m in view.top_level if m.type in AGENTS - _SPARED)
    if lost and s.predicate in OPPOSITES:
        yield OPPOSITES[s.predicate], (m for m in view.mentions if m.type in AGENTS - _TOOLS)
