"""Who does what to which process or molecule: PROMOTES … REGULATES, read from a sentence from left to right.

A clause has its agents; each verb acts on the list of processes or molecules that follows it; gerunds, infinitives and
coordinated verbs ("by targeting PTEN and so activating AKT") keep the agents of the clause.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from graph_schema.model import EntityType, Predicate, allowed
from miner.extract.rules.arguments import (
    AGENTS,
    OBJECTS,
    WORDS,
    find_first,
    find_nearest_before,
    find_nominal_polarity,
    find_objects,
    find_phrase_head,
)
from miner.extract.rules.cues import Effect, effects_of, parse_effect_at
from miner.extract.rules.lists import MentionList, lists_by_member
from miner.extract.rules.losses import lost_mentions
from miner.extract.sentence import SentenceView, TokenMention

_HYPHENS = frozenset("-‑–")


class Statement(NamedTuple):
    """`agent` has an effect on `target`; `rule` names the construction it was read by.

    `inverted` says that the direction is not that of the verb: the agent is lost, or what is acted on is an effect
    ("loss of PTEN promoted growth", "PTEN prevented the loss of growth").
    """

    predicate: Predicate
    agent: TokenMention
    target: TokenMention
    rule: str
    inverted: bool


def choose_predicate(polarity: int, target: EntityType) -> Predicate:
    """The predicate for an effect of `polarity` (1, -1, 0) on a target of this type."""
    if polarity == 0:
        return Predicate.REGULATES
    if target is EntityType.FUNCTION:
        return Predicate.PROMOTES if polarity > 0 else Predicate.INHIBITS
    return Predicate.ACTIVATES if polarity > 0 else Predicate.REPRESSES


def read_effects(view: SentenceView) -> Iterator[Statement]:
    """The effects a sentence states."""
    yield from _Reader(view).read()


class _Reader:
    def __init__(self, view: SentenceView) -> None:
        self.view = view
        self.tokens = view.tokens
        self.covered = view.covered
        self.agents: MentionList = ()
        self.after_objects = 0  # where the objects of the last verb end
        self.clause = 0

    def read(self) -> Iterator[Statement]:
        effects = effects_of(self.view)
        for at, word in enumerate(self.tokens):
            if self.covered[at]:
                continue
            if word in WORDS["clause"]:
                self.clause = at + 1
            if word in {"via", "through"}:
                yield from self._read_pathway(at)
                continue
            found = effects[at]
            if found is None:
                if word in WORDS["role"]:
                    yield from self._read_role(at)
            elif at >= self.after_objects or found.form != "noun":
                yield from self._read_trigger(at, found)

    def _read_trigger(self, at: int, found: Effect) -> Iterator[Statement]:
        modified = self._find_hyphenated(at)
        if modified is not None:
            yield from self._read_hyphenated(at, found, modified)
        elif found.form == "past" and self._is_passive(at):
            yield from self._read_passive(at, found.polarity)
        elif found.form == "noun":
            yield from self._read_nominal(at, found.polarity)
        else:
            yield from self._read_verb(at, found)

    def _read_verb(self, at: int, found: Effect) -> Iterator[Statement]:
        agents = self._find_subject(at, found)
        polarity, targets, end = find_objects(self.view, at + 1, found.polarity)
        if not targets:
            if agents and found.form != "gerund":
                self.agents = agents
            return
        if agents:
            self.agents = agents
        self.after_objects = end
        yield from self._state(self.agents, polarity, targets, "verb" if agents else "inherited", found.polarity)

    def _read_hyphenated(self, at: int, found: Effect, agent: TokenMention) -> Iterator[Statement]:
        """ "X-induced Y", "X-mediated inhibition of Y"."""
        mediated = self.tokens[at] == "mediated"
        polarity, targets, _ = find_objects(self.view, at + 1, 1 if mediated else found.polarity, near=6)
        if mediated and not self._names_effect(at + 1):
            polarity = 0
        rule = "mediated" if mediated else "hyphenated"
        yield from self._state((agent,), polarity, targets, rule, 1 if mediated else found.polarity)

    def _names_effect(self, at: int) -> bool:
        """Whether a noun of effect stands at a token or the next: "inhibition", "marked increase"."""
        effects = effects_of(self.view)[at : at + 2]
        return any(found is not None and found.form == "noun" for found in effects)

    def _state(
        self, agents: MentionList, polarity: int, targets: MentionList, rule: str, verb: int
    ) -> Iterator[Statement]:
        """Statements of an effect of `polarity`, where the verb by itself has the polarity `verb`."""
        lost = lost_mentions(self.view)
        for agent in agents:
            own = -polarity if agent in lost else polarity
            for target in targets:
                if target.entity == agent.entity:
                    continue
                predicate = choose_predicate(own, target.type)
                if allowed(predicate, agent.type, target.type):
                    yield Statement(predicate, agent, target, rule, own != verb and own != 0)

    def _find_hyphenated(self, at: int) -> TokenMention | None:
        """X of "X-mediated", "X-induced": the mention that ends at the hyphen before the trigger."""
        if at >= 2 and self.tokens[at - 1] in _HYPHENS:
            mention = next(self.view.top_level_before(at - 1), None)
            if mention is not None and mention.last == at - 1 and mention.type in AGENTS:
                return mention
        return None

    def _is_passive(self, at: int) -> bool:
        for ahead in range(at + 1, min(len(self.tokens), at + 4)):
            if self.covered[ahead]:
                break
            if self.tokens[ahead] == "by":
                return True
        for back in range(at - 1, max(-1, at - 5), -1):
            if self.covered[back]:
                return False
            if self.tokens[back] in WORDS["be"]:
                return True
        return False

    def _read_passive(self, at: int, polarity: int) -> Iterator[Statement]:
        """ "Y was inhibited by X", "Y was inhibited after treatment with X"."""
        after_last = max(self.clause, self.after_objects)
        targets = find_phrase_head(self.view, after_last, at, OBJECTS) or find_phrase_head(
            self.view, self.clause, at, OBJECTS
        )
        if not targets:
            return
        own = find_nominal_polarity(self.view, self.clause, targets[0].first) * polarity
        by = next((i for i in range(at + 1, min(len(self.tokens), at + 5)) if self.tokens[i] == "by"), None)
        if by is not None:
            agent = find_first(self.view, by + 1, by + 12, AGENTS)
            if agent is not None:
                self.agents = lists_by_member(self.view)[agent]
                self.after_objects = self.agents[-1].last
                yield from self._state(self.agents, own, targets, "passive", polarity)
        elif self._condition is not None:
            yield from self._state(lists_by_member(self.view)[self._condition], own, targets, "upon", polarity)

    @cached_property
    def _condition(self) -> TokenMention | None:
        """The first agent that is named after a word of condition: "upon treatment with X"."""
        agents = AGENTS - {EntityType.CELL}
        for i, word in enumerate(self.tokens):
            if not self.covered[i] and word in WORDS["condition"]:
                agent = find_first(self.view, i + 1, i + 6, agents)
                if agent is not None:
                    return agent
        return None

    def _read_nominal(self, at: int, polarity: int) -> Iterator[Statement]:
        """The "inhibition of Y by X"."""
        after = self.tokens[at + 1] if at + 1 < len(self.tokens) else ""
        if after not in {"of", "in"}:
            return
        own, targets, end = find_objects(self.view, at + 1, polarity, near=8)
        if not targets or self.tokens[end : end + 1] != ("by",):
            return
        agent = find_first(self.view, end + 1, end + 8, AGENTS)
        if agent is not None:
            yield from self._state(lists_by_member(self.view)[agent], own, targets, "nominal", polarity)

    def _read_role(self, at: int) -> Iterator[Statement]:
        """ "X plays a role in Y", "the effect of X on Y", "X is involved in Y"."""
        end = at + 1
        agents: MentionList = ()
        if self.tokens[end : end + 1] == ("of",):
            agent = find_first(self.view, end + 1, end + 7, AGENTS)
            if agent is None:
                return
            agents = lists_by_member(self.view)[agent]
            end = agents[-1].last
        if {"in", "on"}.isdisjoint(self.tokens[end : end + 3]):
            return
        agents = agents or self._find_subject(at, Effect(0, "verb")) or self.agents
        self.agents = agents
        if self._gerund_comes_first(end):
            return
        _, targets, stop = find_objects(self.view, end, 0)
        self.after_objects = max(self.after_objects, stop)
        yield from self._state(agents, 0, targets, "role", 0)

    def _gerund_comes_first(self, start: int) -> bool:
        """Whether a gerund follows before any mention: "a role in promoting Y"."""
        for i in range(start, min(len(self.tokens), start + 7)):
            if i in self.view.mention_at:
                return False
            if not self.covered[i] and (e := parse_effect_at(self.tokens, i)) and e.form == "gerund":
                return True
        return False

    def _read_pathway(self, at: int) -> Iterator[Statement]:
        """ "… via the Y pathway"."""
        polarity, targets, _ = find_objects(self.view, at + 1, 1, near=8)
        pathways = tuple(mention for mention in targets if mention.type is EntityType.PATHWAY)
        yield from self._state(self.agents, polarity, pathways, "via", 1)

    def _find_subject(self, at: int, found: Effect) -> MentionList:
        """The agents of the verb at `at`, or () when it goes on with those of the verb before."""
        before = self.tokens[max(0, at - 3) : at]
        if found.form == "gerund" or (before and before[-1] == "to"):
            return () if self.agents else find_phrase_head(self.view, self.clause, at, AGENTS)
        for back, word in enumerate(reversed(before), 1):
            if word in {"which", "that"} and not self.covered[at - back]:
                agent = find_nearest_before(self.view, at - back, AGENTS)
                if word == "that" and agent is not None and agent.last < at - back - 1:
                    break
                return lists_by_member(self.view)[agent] if agent is not None else ()
        return find_phrase_head(self.view, max(self.clause, self.after_objects), at, AGENTS)
