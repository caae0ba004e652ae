"""What is said of processes without an active verb: named effects, "left unaffected", "rose without X"."""

from collections.abc import Iterator

from miner.extract.rules.arguments import (
    AGENTS,
    OBJECTS,
    WORDS,
    find_acted_on,
    find_agent,
    find_objects,
    find_phrase_head,
    turn_on,
)
from miner.extract.rules.cues import ADJECTIVES, Effect
from miner.extract.rules.lists import MentionList, lists_by_member
from miner.extract.rules.losses import removed_mentions
from miner.extract.rules.statements import Statement, StatementReader
from miner.extract.sentence import TokenMention

_MOVED_REACH = 2  # tokens from a process to the verb that says that it rose or fell


class ChangeReader(StatementReader):
    """Reads statements whose effect is a noun, an adjective or a verb without an object."""

    def read_named(self, effect: TokenMention) -> Iterator[Statement]:
        """ "X is antifibrotic", "X has anti-inflammatory effects", "the antifibrotic effect of X"."""
        agents: MentionList = ()
        if self.has_effect(effect.first):
            agents = find_phrase_head(self.view, max(self.clause, self.after_objects), effect.first, AGENTS)
            agents = agents or self.agents
        elif self.tokens[effect.last : effect.last + 1] == ("of",):
            agents = find_phrase_head(self.view, effect.last + 1, effect.last + 8, AGENTS)
        else:
            agents = self.find_bearer(effect)
        if agents:
            targets = tuple(m for m in lists_by_member(self.view)[effect] if m.first >= effect.first)
            yield from self.state(agents, 1, targets, "verb", 1)

    def read_described(self, at: int) -> Iterator[Statement]:
        """ "The protective effect of X against Y", where the effect is a mention of its own."""
        effect = self.view.mention_at.get(at)
        if effect is None or self.tokens[effect.last - 1] not in WORDS["told"]:
            return
        if self.tokens[effect.last : effect.last + 1] != ("of",):
            return
        agents = find_phrase_head(self.view, effect.last + 1, effect.last + 8, AGENTS)
        link = self.tokens[agents[-1].last] if agents and agents[-1].last < len(self.tokens) else ""
        if link in {"on", "against", "upon"}:
            own = -1 if link == "against" else ADJECTIVES.get(self.tokens[effect.first], 0)
            polarity, targets, _ = find_objects(self.view, agents[-1].last + 1, own, near=6)
            yield from self.state(agents, polarity, targets, "nominal" if own else "role", own)

    def read_left(self, at: int) -> Iterator[Statement]:
        """ "X left Y unaffected"."""
        agents = self.find_subject(at, Effect(0, "verb")) or self.agents
        _, targets, end = find_objects(self.view, at + 1, 0, near=6)
        if agents and not WORDS["unaffected"].isdisjoint(self.tokens[end : end + 3]):
            self.agents, self.after_objects = agents, end
            yield from self.state(agents, 0, targets, "effect denied", 0)

    def read_unaffected(self, at: int) -> Iterator[Statement]:
        """Read "Y was unaffected by X"."""
        agent = find_agent(self.view, at + 2, at + 10)
        targets = find_phrase_head(self.view, self.clause, at, OBJECTS)
        if agent is not None and targets:
            self.agents = lists_by_member(self.view)[agent]
            self.after_objects = self.agents[-1].last
            yield from self.state(self.agents, 0, targets, "effect denied", 0)

    def read_shown(self, at: int, polarity: int) -> Iterator[Statement]:
        """ "Cells with a knockdown of X showed impaired Y": what is lost where an agent is lost."""
        if self.tokens[at - 1] in WORDS["having"]:
            yield from self.read_amount(at, polarity)

    def read_amount(self, at: int, polarity: int) -> Iterator[Statement]:
        """ "Mice without X had more Y": what is raised or lowered where an agent is lost."""
        own, targets, _ = find_objects(self.view, at + 1, polarity, near=6)
        if lost := self.find_lost(at):
            yield from self.state(lost, own, targets, "verb", polarity)

    def read_intransitive(self, at: int, polarity: int) -> Iterator[Statement]:
        """ "When X was silenced, Y increased", "Y worsened in the absence of X": what happens once an agent is lost."""
        targets = find_acted_on(self.view, at, near=_MOVED_REACH)
        if targets:
            removed = tuple(m for m in removed_mentions(self.view) if m.last <= targets[0].first)
            agents = removed or self.find_circumstance(at)
            yield from self.state(agents, polarity * turn_on(self.view, at, targets[0]), targets, "upon", polarity)
