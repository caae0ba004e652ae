"""Who does what to which process or molecule: PROMOTES … REGULATES, read from a sentence from left to right.

A clause has its agents; each verb acts on the list of processes or molecules that follows it; gerunds, infinitives and
coordinated verbs ("by targeting PTEN and so activating AKT") keep the agents of the clause.
"""

from collections.abc import Iterator
from typing import NamedTuple

from graph_schema.model import EntityType
from miner.extract.rules.arguments import (
    AGENTS,
    OBJECTS,
    WORDS,
    find_acted_on,
    find_agent,
    find_condition,
    find_nearest_before,
    find_nominal_polarity,
    find_objects,
    find_phrase_head,
    turn_on,
)
from miner.extract.rules.changes import ChangeReader
from miner.extract.rules.cues import (
    ADJECTIVES,
    Effect,
    describes_effect,
    effects_of,
    is_adjective,
    parse_agent_noun,
    parse_moving,
)
from miner.extract.rules.lists import MentionList, lists_by_member
from miner.extract.rules.losses import lost_mentions
from miner.extract.rules.statements import Statement
from miner.extract.sentence import SentenceView, TokenMention, once_per_sentence

_PRONOUNS = {("it",), ("them",)}
_BY = {("by",), ("via",), ("through",)}
_DENIED_REACH = 3  # tokens from "no" to the effect that there is not
_REDUCED_REACH = 4  # tokens from a process to the participle that says what caused it
_ABILITY_REACH = 5  # tokens from a verb to the ability that it acts on
_LINK_REACH = 6  # tokens from "which" to the noun of the agent


@once_per_sentence
def statements_of(view: SentenceView) -> tuple[Statement, ...]:
    """The effects that a sentence states, in order."""
    return tuple(_Reader(view).read())


class _Means(NamedTuple):
    """What is acted on by means named before the agents: "by repressing PTEN, miR-9 …"."""

    polarity: int
    targets: MentionList
    verb: int


class _Enabling(NamedTuple):
    """Agents that raise or lower an ability, and the position of its noun: "X weakened the ability of EVs to …"."""

    agents: MentionList
    polarity: int
    noun: int


class _Reader(ChangeReader):
    def __init__(self, view: SentenceView) -> None:
        super().__init__(view)
        self.means: list[_Means] = []
        self.sharing: list[tuple[MentionList, int]] = []  # agents and verbs whose object is that of the next verb
        self.enabling: _Enabling | None = None

    def read(self) -> Iterator[Statement]:
        effects = effects_of(self.view)
        for at, word in enumerate(self.tokens):
            if self.covered[at]:
                if (named := self.named_effect(at)) is not None:
                    yield from self.read_named(named)
                else:
                    yield from self.read_described(at)
                continue
            opens = self.opens_clause(at)
            if opens or self.joins_clauses(at) or self.follows_comma(at) or self.ends_fronted(at):
                self.clause = at + 1
            if opens:
                self.sharing.clear()
            if word in WORDS["means"]:
                yield from self._read_means(at)
                continue
            found = effects[at]
            if (polarity := parse_agent_noun(self.tokens, at)) is not None:
                yield from self._read_agent_noun(at, polarity)
            elif word in WORDS["role"] and (found is None or found.form == "noun"):
                yield from self._read_role(at)
            elif word in WORDS["leaving"]:
                yield from self.read_left(at)
            elif found is None and (moving := parse_moving(word)) is not None:
                yield from self.read_intransitive(at, moving)
            elif word in WORDS["having"] and (amount := self.parse_amount(at + 1)):
                yield from self.read_amount(at + 1, amount)
            elif word in WORDS["unaffected"] and self.tokens[at + 1 : at + 2] == ("by",):
                yield from self.read_unaffected(at)
            elif found is None or is_adjective(word):
                continue
            elif self.is_attribute(at, found):
                yield from self.read_shown(at, found.polarity)
            elif at >= self.after_objects or found.form != "noun":
                yield from self._read_trigger(at, found)
            else:
                yield from self._read_nominal(at, found.polarity)

    def _read_trigger(self, at: int, found: Effect) -> Iterator[Statement]:
        modified = self.find_hyphenated(at)
        if modified is not None:
            yield from self._read_hyphenated(at, found, modified)
        elif found.form == "past" and self.is_passive(at):
            yield from self._read_passive(at, found.polarity)
        elif found.form == "noun":
            yield from self._read_nominal(at, found.polarity)
        else:
            yield from self._read_verb(at, found)

    def _read_verb(self, at: int, found: Effect) -> Iterator[Statement]:
        if self.tokens[at - 1 : at] == ("from",) and found.form == "gerund":
            yield from self._read_prevented(at, found)
            return
        if found.form == "gerund" and self.is_agent_of_passive(at):
            return
        if self.enabling is not None and self.tokens[at - 1 : at] == ("to",):
            yield from self._read_enabled(at, found)
            return
        if found.form == "gerund" and self.follows_tool(at):
            return
        if found.form == "past" and self.precedes_circumstance(at):
            yield from self.read_intransitive(at, found.polarity)
            return
        agents = self.find_subject(at, found)
        if agents and found.form != "gerund" and self.means:
            yield from self._state_means(agents)
        if found.form != "gerund" and self.shares_object(at):
            self.sharing.append((agents or self.agents, found.polarity))
            self.agents = agents or self.agents
            self.after_objects = at + 2
            return
        polarity, targets, end = find_objects(self.view, at + 1, found.polarity)
        if self.tokens[at + 1 : at + 2] in _PRONOUNS and agents and self.targets:
            polarity, targets, end = found.polarity, self.targets, at + 2
        if not targets:
            if found.form != "gerund":
                self.agents = agents or self.agents
                self.enabling = self._find_enabling(at, found.polarity)
                yield from self._read_object_before(at, agents, found.polarity)
                yield from self.read_intransitive(at, found.polarity)
            return
        if agents:
            self.agents = agents
        elif not self.agents:
            if self.tokens[at - 1 : at] in _BY:
                self.means.append(_Means(polarity, targets, found.polarity))
                self.after_objects = end
            return
        self.after_objects = end
        rule = "verb" if agents else "inherited"
        if found.polarity == 0 and "not" in self.tokens[max(0, at - 2) : at]:
            rule = "effect denied"
        whole = self.ends_effect(at, self.agents) or (self.is_relative(at) and self.tokens[at] not in WORDS["outcome"])
        yield from self.state(self.agents, polarity, targets, rule, found.polarity, whole=whole)
        if agents:
            yield from self.state(self.find_excepted(agents, at), polarity, targets, rule, found.polarity)
        flips = polarity * found.polarity or 1
        for sharers, own in self.sharing:
            yield from self.state(sharers, own * flips, targets, "verb", own, sharing=True)
        self.sharing.clear()

    def _read_object_before(self, at: int, agents: MentionList, polarity: int) -> Iterator[Statement]:
        """ "the growth that X promoted": the object of a verb stands before the relative clause."""
        if not agents:
            return
        first = agents[0].first
        start = next((i for i in range(first - 1, max(-1, first - 4), -1) if self.tokens[i] in {"that", "which"}), None)
        if start is None or any(self.covered[i] for i in range(start, first)):
            return
        targets = find_acted_on(self.view, start, near=4)
        if targets:
            own = find_nominal_polarity(self.view, 0, targets[0].first) * polarity
            yield from self.state(agents, own, targets, "verb", polarity)

    def _find_enabling(self, at: int, polarity: int) -> _Enabling | None:
        """The effect of a verb on an ability, "weakened the ability of EVs to …"; None if it has none."""
        ahead = range(at + 1, min(len(self.tokens), at + _ABILITY_REACH))
        ability = next((i for i in ahead if self.tokens[i] in WORDS["ability"] and not self.covered[i]), None)
        return None if ability is None else _Enabling(self.agents, polarity, ability)

    def _read_enabled(self, at: int, found: Effect) -> Iterator[Statement]:
        """Read "X weakened the ability of EVs to impair Y": EVs impair Y, X has the opposite effect."""
        enabling, self.enabling = self.enabling, None
        polarity, targets, end = find_objects(self.view, at + 1, found.polarity)
        if enabling is None or not targets:
            return
        bearers = find_phrase_head(self.view, enabling.noun + 1, at, AGENTS)
        self.after_objects = end
        yield from self.state(bearers, polarity, targets, "inherited", found.polarity, whole=True)
        agents = tuple(agent for agent in enabling.agents if agent not in bearers)
        yield from self.state(agents, polarity * enabling.polarity, targets, "inherited", found.polarity)

    def _read_prevented(self, at: int, found: Effect) -> Iterator[Statement]:
        """ "X prevented Y from promoting Z": Y promotes Z, X does the reverse."""
        prevented = find_nearest_before(self.view, at - 1, AGENTS)
        polarity, targets, end = find_objects(self.view, at + 1, found.polarity)
        if prevented is None or not targets:
            return
        self.after_objects = end
        hindered = lists_by_member(self.view)[prevented]
        agents = tuple(agent for agent in self.agents if agent not in hindered)
        yield from self.state(hindered, polarity, targets, "verb", found.polarity, whole=True)
        yield from self.state(agents, -polarity, targets, "inherited", found.polarity)

    def _state_means(self, agents: MentionList) -> Iterator[Statement]:
        for means in self.means:
            yield from self.state(agents, means.polarity, means.targets, "inherited", means.verb)
        self.means.clear()

    def _read_hyphenated(self, at: int, found: Effect, agent: TokenMention) -> Iterator[Statement]:
        """ "X-induced Y", "X-mediated inhibition of Y"."""
        mediated = self.tokens[at] == "mediated"
        polarity, targets, _ = find_objects(self.view, at + 1, 1 if mediated else found.polarity, near=6)
        if mediated and not self.names_effect(at + 1):
            polarity = 0
        rule = "mediated" if mediated else "hyphenated"
        yield from self.state((agent,), polarity, targets, rule, 1 if mediated else found.polarity)

    def _read_passive(self, at: int, polarity: int) -> Iterator[Statement]:
        """ "Y was inhibited by X", "Y was inhibited after treatment with X", "the growth induced by X"."""
        by = next((i for i in range(at + 1, min(len(self.tokens), at + 5)) if self.tokens[i] == "by"), None)
        if self.is_of_effect(at):
            return
        targets: MentionList = ()
        relative = self.find_relative(at)
        if relative is not None:
            targets = find_acted_on(self.view, relative, near=2)
        elif by is not None and WORDS["be"].isdisjoint(self.tokens[max(0, at - 4) : at]):
            targets = find_acted_on(self.view, at, near=_REDUCED_REACH)
        if by is None:
            targets = targets or find_acted_on(self.view, at, near=_REDUCED_REACH)
        after_last = max(self.clause, self.after_objects)
        targets = (
            targets
            or find_phrase_head(self.view, after_last, at, OBJECTS)
            or find_phrase_head(self.view, self.clause, at, OBJECTS)
        )
        if not targets:
            return
        own = find_nominal_polarity(self.view, self.clause, targets[0].first) * polarity
        own *= turn_on(self.view, at, targets[0]) * (told := self.find_told(targets[0]))
        if told == 0:
            return
        if by is not None:
            agent = find_agent(self.view, by + 1, by + 12)
            if agent is not None:
                self.agents = lists_by_member(self.view)[agent]
                self.after_objects = self.agents[-1].last
                denied = polarity == 0 and "not" in self.tokens[max(0, at - 3) : at]
                yield from self.state(self.agents, own, targets, "effect denied" if denied else "passive", polarity)
        else:
            yield from self._read_upon(at, targets, own, polarity)

    def _read_upon(self, at: int, targets: MentionList, own: int, polarity: int) -> Iterator[Statement]:
        """Read "Y was reduced after treatment with X" and "Y was reduced in X-null mice"."""
        agents = find_condition(self.view) or self.find_lacking(at)
        yield from self.state(tuple(a for a in agents if a not in targets), own, targets, "upon", polarity)

    def _read_nominal(self, at: int, polarity: int) -> Iterator[Statement]:
        """The "inhibition of Y by X"."""
        after = self.tokens[at + 1] if at + 1 < len(self.tokens) else ""
        if after not in {"of", "in"}:
            return
        own, targets, end = find_objects(self.view, at + 1, polarity, near=8)
        if targets and self.agents and self.is_outcome(at):
            yield from self.state(self.agents, own, targets, "inherited", polarity)
        links = _BY if not self.agents else {("by",)}
        if not targets or self.tokens[end : end + 1] not in links:
            return
        agent = find_agent(self.view, end + 1, end + 8)
        if agent is not None:
            yield from self.state(lists_by_member(self.view)[agent], own, targets, "nominal", polarity)

    def _read_role(self, at: int) -> Iterator[Statement]:
        """ "X plays a role in Y", "the effect of X on Y", "X is involved in Y"."""
        end = at + 1
        agents: MentionList = ()
        if self.tokens[end : end + 1] == ("of",):
            agents = find_phrase_head(self.view, end + 1, end + 8, AGENTS)
            if not agents:
                return
            end = agents[-1].last
            if agents[-1] in lost_mentions(self.view) and self.names_effect(end):
                end += 1
        if {"in", "on", "against"}.isdisjoint(self.tokens[end : end + 3]):
            return
        agents = agents or self.find_subject(at, Effect(0, "verb")) or self.agents
        self.agents = agents
        if self.gerund_comes_first(end):
            return
        own = ADJECTIVES[self.tokens[at - 1]] if at and describes_effect(self.tokens, at - 1) else 0
        polarity, targets, stop = find_objects(self.view, end, own)
        self.after_objects = max(self.after_objects, stop)
        denied = not WORDS["none"].isdisjoint(self.tokens[max(0, at - _DENIED_REACH) : at])
        rule = "effect denied" if denied else "nominal" if own else "role"
        yield from self.state(agents, polarity, targets, rule, own)

    def _read_means(self, at: int) -> Iterator[Statement]:
        """ "… via the Y pathway", "through downregulation of Y", "via its target Y"."""
        names_effect, target = self.names_effect(at + 1), self.names_target(at + 1)
        if self.tokens[at] == "by" and not (names_effect and self.is_of_noun(at)):
            return
        polarity, targets, end = find_objects(self.view, at + 1, 1, near=8)
        if target:
            polarity = -1
        elif not names_effect:
            targets = tuple(mention for mention in targets if mention.type is EntityType.PATHWAY)
        while targets:
            if self.agents:
                yield from self.state(self.agents, polarity, targets, "via", polarity)
            else:
                self.means.append(_Means(polarity, targets, polarity))
                self.after_objects = end
            if self.tokens[end : end + 1] != ("and",) or not (self.names_effect(end + 1) and self.is_of_noun(end)):
                break
            polarity, targets, end = find_objects(self.view, end + 1, 1, near=8)

    def _read_agent_noun(self, at: int, polarity: int) -> Iterator[Statement]:
        """ "X acts as a sponge of Y", "X is an inhibitor of Y"."""
        agents = self.find_antecedent(at - 1, _LINK_REACH)
        agents = agents or find_phrase_head(self.view, max(self.clause, self.after_objects), at, AGENTS) or self.agents
        own, targets, end = find_objects(self.view, at + 1, polarity, near=5)
        if not agents or not targets:
            return
        self.agents, self.after_objects = agents, end
        yield from self.state(agents, own, targets, "verb", polarity)
