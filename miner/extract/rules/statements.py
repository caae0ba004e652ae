"""Make statements of an effect from the agents and targets of a verb."""

from collections.abc import Iterator
from typing import NamedTuple

from graph_schema.model import EntityType, Predicate, allowed
from miner.extract.rules.arguments import AGENTS, WORDS, find_nearest_before, find_phrase_head
from miner.extract.rules.clauses import ClauseReader
from miner.extract.rules.cues import Effect
from miner.extract.rules.lists import MentionList, lists_by_member
from miner.extract.rules.losses import is_loss_shared, is_tool, lost_mentions
from miner.extract.rules.pairing import pair_members
from miner.extract.sentence import SentenceView, TokenMention

_PLAIN_RULES = frozenset({"verb", "inherited", "passive", "nominal", "via", "effect denied"})
_PLAIN_REACH = 12  # tokens between agents and their targets in a plain statement
_LATER_RULES = frozenset({"inherited", "via", "effect denied"})
_LATER_REACH = 20  # likewise, after earlier targets of the agents
_BYSTANDERS = frozenset({EntityType.VESICLE, EntityType.CELL, EntityType.CANCER, EntityType.ANATOMY})


class Statement(NamedTuple):
    """An effect of `agent` on `target`; `rule` names the construction that was read.

    `inverted` says that the effect is opposite to the verb's: the agent is lost, or the verb acts on an effect ("loss
    of PTEN promoted growth", "PTEN prevented the loss of growth").
    """

    predicate: Predicate
    agent: TokenMention
    target: TokenMention
    rule: str
    inverted: bool
    plain: bool = False
    """Whether agent, verb and target are next to each other."""


def choose_predicate(polarity: int, target: EntityType) -> Predicate:
    """The predicate for an effect of `polarity` (1, -1, 0) on a target of this type."""
    if polarity == 0:
        return Predicate.REGULATES
    if target is EntityType.FUNCTION:
        return Predicate.PROMOTES if polarity > 0 else Predicate.INHIBITS
    return Predicate.ACTIVATES if polarity > 0 else Predicate.REPRESSES


class StatementReader(ClauseReader):
    """Makes statements from agents and targets, and remembers the targets."""

    def __init__(self, view: SentenceView) -> None:
        super().__init__(view)
        self.acted_on: set[TokenMention] = set()
        self.targets: MentionList = ()  # of the last statements
        self.agents: MentionList = ()  # who acts, until others are named
        self.after_objects = 0  # where the objects of the last verb end

    def state(
        self,
        agents: MentionList,
        polarity: int,
        targets: MentionList,
        rule: str,
        verb: int,
        *,
        whole: bool = False,
        sharing: bool = False,
    ) -> Iterator[Statement]:
        """Statements of an effect of `polarity`; `verb` is the polarity of the verb by itself.

        `whole`: the agents are not lost. `sharing`: they share the targets of a later verb.
        """
        lost = frozenset() if whole else lost_mentions(self.view)
        if not whole and is_loss_shared(self.view, agents):
            lost = lost.union(agents)
        for agent, target in pair_members(self.view, agents, targets):
            if target.entity == agent.entity:
                continue
            own = -polarity if agent in lost else polarity
            predicate = choose_predicate(own, target.type)
            if allowed(predicate, agent.type, target.type):
                plain = rule in _PLAIN_RULES or (rule == "upon" and agent in lost)
                plain = plain and (own != 0 or rule == "effect denied")
                plain = plain and agent.type is not EntityType.CELL
                plain = plain and (sharing or self._are_close(agents, targets, rule))
                yield Statement(predicate, agent, target, rule, own != verb and own != 0, plain)
        self.acted_on.update(targets)
        self.targets = targets

    def _are_close(self, agents: MentionList, targets: MentionList, rule: str) -> bool:
        """Whether few words, and no other possible agent or target, separate two lists."""
        left, right = (agents, targets) if agents[0].first < targets[0].first else (targets, agents)
        first, last = left[-1].last, right[0].first
        between = self.view.top_level_within(first, last)
        if rule in _LATER_RULES:
            return last - first <= _LATER_REACH and all(self._is_aside(m) or m in self.acted_on for m in between)
        return last - first <= _PLAIN_REACH and all(map(self._is_aside, between))

    def _is_aside(self, mention: TokenMention) -> bool:
        return mention.type in _BYSTANDERS or is_tool(self.view, mention)

    def find_subject(self, at: int, found: Effect) -> MentionList:
        """The agents of the verb at `at`, or () when it goes on with those of the verb before."""
        before = self.tokens[max(0, at - 3) : at]
        if found.form == "gerund" or (before and before[-1] == "to"):
            return () if self.agents else find_phrase_head(self.view, self.clause, at, AGENTS)
        if (antecedent := self.find_antecedent(at, 3)) is not None:
            return antecedent
        aside = self.find_aside(at)
        if aside is not None:
            return find_phrase_head(self.view, self.clause if self.clause < aside else 0, aside, AGENTS)
        agents = find_phrase_head(self.view, max(self.clause, self.after_objects), at, AGENTS)
        if not agents and not self.agents and self.tokens[at - 1] in WORDS["pronouns"]:
            return find_phrase_head(self.view, 0, self.clause, AGENTS)
        return agents

    def _is_outcome_of(self, at: int, agent: TokenMention | None) -> bool:
        """Whether "which" stands for what was done to a mention, not for this: "repressed PTEN, which led to"."""
        acted_on = agent in self.acted_on and agent not in lost_mentions(self.view)
        return acted_on and bool(self.agents) and self.tokens[at] in WORDS["outcome"]

    def find_antecedent(self, at: int, reach: int) -> MentionList | None:
        """The agents to which the relative clause with the verb at `at` refers; None without such a clause."""
        for back in range(at - 1, max(-1, at - 1 - reach), -1):
            if self.covered[back]:
                return None
            if self.tokens[back] in {"which", "that"}:
                agent = find_nearest_before(self.view, back, AGENTS)
                if self.tokens[back] == "that" and agent is not None and agent.last < back - 1:
                    return None
                if self.tokens[back - 1] == "," and self._is_outcome_of(at, agent):
                    return self.agents
                return lists_by_member(self.view)[agent] if agent is not None else ()
        return None
