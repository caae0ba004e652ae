"""Who does what to which process or molecule: PROMOTES … REGULATES, read off a sentence from left to right.

A clause has its agents; each verb acts on the list of processes or molecules that follows it; gerunds, infinitives and
coordinated verbs ("by targeting PTEN and so activating AKT") keep the agents of the clause.
"""

from collections.abc import Iterator
from typing import NamedTuple

from graph_schema.model import EntityType, Predicate, allowed
from miner.extract.rules.cues import Effect, effect_at
from miner.extract.sentence import SentenceView, Slot
from miner.vocabulary.words import word_set

_T = EntityType
_AGENTS = frozenset(_T) - {_T.FUNCTION, _T.CANCER, _T.ANATOMY}
_TARGETS = frozenset({_T.GENE, _T.MICRO_RNA, _T.LNC_RNA, _T.CIRC_RNA, _T.PATHWAY})
_OBJECTS = _TARGETS | {_T.FUNCTION}
_CARGO = _TARGETS | {_T.MOLECULE_CLASS, _T.CHEMICAL}
_BE = word_set("is are was were be been being")
_CLAUSE = word_set("; : while whereas but although because since though however whether if when and that")
_STOP = word_set("; : . which that while whereas by via through thereby but although because who whose when after thus")
_PREPOSITIONS = word_set(
    "in from on into within among between for under during against to at after by via through upon"
)
_LIGHT = word_set(
    "the a an these this those its their human normal mouse such exosomal both either also more other certain various "
    "specific several many certain"
)
_ROLE = word_set(
    "role roles function functions effect effects impact influence involvement involved implicated participates"
)
_LINKS = word_set(
    "carrying containing loaded with enriched in - transferred delivered derived overexpressing encapsulating "
    "expressing harboring"
)
_MODIFIER = word_set("derived secreted released treated cultured expressing shed infiltrating")


class Statement(NamedTuple):
    """`agent` has an effect on `target`; `rule` says by which construction it was read."""

    predicate: Predicate
    agent: Slot
    target: Slot
    rule: str


def predicate_of(sign: int, target: EntityType) -> Predicate:
    """The predicate for an effect of `sign` (1, -1, 0) on a target of this type."""
    if sign == 0:
        return Predicate.REGULATES
    if target is EntityType.FUNCTION:
        return Predicate.PROMOTES if sign > 0 else Predicate.INHIBITS
    return Predicate.ACTIVATES if sign > 0 else Predicate.REPRESSES


def statements(view: SentenceView) -> Iterator[Statement]:
    """The effects a sentence states."""
    yield from _Reader(view).read()


class _Reader:
    def __init__(self, view: SentenceView) -> None:
        self.view = view
        self.tokens = view.tokens
        self.agents: tuple[Slot, ...] = ()
        self.after_objects = 0  # where the objects of the last verb end
        self.clause = 0
        self.covered = view.covered

    def read(self) -> Iterator[Statement]:
        for at, word in enumerate(self.tokens):
            if self.covered[at]:
                continue
            if word in _CLAUSE and word not in {"and", "that"}:
                self.clause = at + 1
            if word in {"via", "through"}:
                yield from self._through(at)
                continue
            found = effect_at(self.tokens, at)
            if found is None:
                if word in _ROLE:
                    yield from self._role(at)
                continue
            if at < self.after_objects and found.form == "noun":
                continue
            yield from self._trigger(at, found)

    # one trigger -----------------------------------------------------------------------------------------------

    def _trigger(self, at: int, found: Effect) -> Iterator[Statement]:
        modified = self._hyphenated(at)
        if modified is not None:
            sign, targets, _ = self._objects(at + 1, found.sign if found.sign else 0, near=6)
            base = "mediated" if self.tokens[at] == "mediated" else "hyphenated"
            if base == "mediated" and sign == 0:
                sign = self._noun_sign(at + 1)
            yield from self._emit((modified,), sign, targets, base)
            return
        if found.form == "past" and self._passive(at):
            yield from self._passive_voice(at, found.sign)
            return
        if found.form == "noun":
            yield from self._nominal(at, found.sign)
            return
        agents = self._subject(at, found)
        sign, targets, end = self._objects(at + 1, found.sign)
        if not targets:
            if agents and found.form != "gerund":
                self.agents = agents
            return
        if agents:
            self.agents = agents
        self.after_objects = end
        yield from self._emit(self.agents, sign, targets, "verb" if agents else "inherited")

    def _emit(self, agents: tuple[Slot, ...], sign: int, targets: tuple[Slot, ...], rule: str) -> Iterator[Statement]:
        for agent in agents:
            own = -sign if agent in self.view.lost else sign
            for target in targets:
                if target.entity == agent.entity:
                    continue
                predicate = predicate_of(own, target.type)
                if allowed(predicate, agent.type, target.type):
                    yield Statement(predicate, agent, target, rule)

    def _hyphenated(self, at: int) -> Slot | None:
        """X of "X-mediated", "X-induced": the mention that ends at the hyphen before the trigger."""
        if at >= 2 and self.tokens[at - 1] in {"-", "‑", "–"}:
            for slot in self.view.outer:
                if slot.last == at - 1 and slot.type in _AGENTS:
                    return slot
        return None

    def _noun_sign(self, at: int) -> int:
        return 1 if self.tokens[at : at + 1] in (("increase",), ("activation",)) else 0

    def _passive(self, at: int) -> bool:
        for ahead in range(at + 1, min(len(self.tokens), at + 4)):
            if self.covered[ahead]:
                break
            if self.tokens[ahead] == "by":
                return True
        for back in range(at - 1, max(-1, at - 5), -1):
            if self.covered[back]:
                return False
            if self.tokens[back] in _BE:
                return True
        return False

    def _passive_voice(self, at: int, sign: int) -> Iterator[Statement]:
        targets = self._candidates(max(self.clause, self.after_objects), at, _OBJECTS) or self._candidates(
            self.clause, at, _OBJECTS
        )
        if not targets:
            return
        own = self._nominal_sign(self.clause, targets[0].first) * sign
        by = next((i for i in range(at + 1, min(len(self.tokens), at + 5)) if self.tokens[i] == "by"), None)
        if by is not None:
            agent = self._first_slot(by + 1, min(len(self.tokens), by + 12), _AGENTS)
            if agent is not None:
                self.agents = self.view.group_of[agent]
                self.after_objects = self.agents[-1].last
                yield from self._emit(self.agents, own, targets, "passive")
            return
        for i, word in enumerate(self.tokens):
            if self.covered[i] or word not in {"after", "following", "upon", "with", "when"}:
                continue
            agent = self._first_slot(i + 1, min(len(self.tokens), i + 6), _AGENTS - {_T.CELL})
            if agent is not None:
                yield from self._emit(self.view.group_of[agent], own, targets, "upon")
                return

    def _nominal(self, at: int, sign: int) -> Iterator[Statement]:
        """The "inhibition of Y by X"."""
        after = self.tokens[at + 1] if at + 1 < len(self.tokens) else ""
        if after not in {"of", "in"}:
            return
        own, targets, end = self._objects(at + 1, sign, near=8)
        if not targets or self.tokens[end : end + 1] != ("by",):
            return
        agent = self._first_slot(end + 1, min(len(self.tokens), end + 8), _AGENTS)
        if agent is not None:
            yield from self._emit(self.view.group_of[agent], own, targets, "nominal")

    def _role(self, at: int) -> Iterator[Statement]:
        """ "X plays a role in Y", "the effect of X on Y", "X is involved in Y"."""
        end = at + 1
        agents: tuple[Slot, ...] = ()
        if self.tokens[end : end + 1] == ("of",):
            agent = self._first_slot(end + 1, min(len(self.tokens), end + 7), _AGENTS)
            if agent is None:
                return
            agents, end = self.view.group_of[agent], self.view.group_of[agent][-1].last
        if not {"in", "on"} & set(self.tokens[end : end + 3]):
            return
        agents = agents or self._subject(at, Effect(0, "verb")) or self.agents
        following = next(
            (
                i
                for i in range(end, min(len(self.tokens), end + 7))
                if not self.covered[i] and (e := effect_at(self.tokens, i)) and e.form == "gerund"
            ),
            None,
        )
        self.agents = agents
        if following is not None and all(s.first > following for s in self.view.outer if s.first >= end):
            return
        _, targets, stop = self._objects(end, 0)
        self.after_objects = max(self.after_objects, stop)
        yield from self._emit(agents, 0, targets, "role")

    def _through(self, at: int) -> Iterator[Statement]:
        sign, targets, _ = self._objects(at + 1, 1, near=8)
        pathways = tuple(slot for slot in targets if slot.type is _T.PATHWAY)
        yield from self._emit(self.agents, sign, pathways, "via")

    # finding the two ends ------------------------------------------------------------------------------------------

    def _subject(self, at: int, found: Effect) -> tuple[Slot, ...]:
        """The agents of the verb at `at`, or () when it goes on with those of the verb before."""
        before = self.tokens[max(0, at - 3) : at]
        if found.form == "gerund" or (before and before[-1] == "to"):
            return () if self.agents else self._candidates(self.clause, at, _AGENTS)
        for back, word in enumerate(reversed(before), 1):
            if word in {"which", "that"} and not self.covered[at - back]:
                near = [s for s in self.view.outer if s.last <= at - back and s.type in _AGENTS]
                if word == "that" and near and near[-1].last < at - back - 1:
                    break
                return self.view.group_of[near[-1]] if near else ()
        return self._candidates(max(self.clause, self.after_objects), at, _AGENTS)

    def _candidates(self, first: int, last: int, types: frozenset[EntityType]) -> tuple[Slot, ...]:
        """The list of mentions that heads the noun phrase between two tokens."""
        slots = [s for s in self.view.outer if first <= s.first and s.last <= last and s.type in types]
        heads = [s for s in slots if not self._subordinate(s)]
        preferred = [s for s in heads if s.type is not _T.CELL] or heads
        if not preferred:
            return ()
        head = preferred[0]
        if head.type is _T.VESICLE:
            for s in slots:
                gap = self.tokens[head.last : s.first]
                if (
                    s.first >= head.last
                    and s.type in _CARGO
                    and len(gap) <= 4
                    and all(t in _LINKS or t in _LIGHT for t in gap)
                ):
                    head = s
                    break
        return tuple(s for s in self.view.group_of[head] if s.type in types and s.first >= first)

    def _subordinate(self, slot: Slot) -> bool:
        """Whether a mention only qualifies: "in macrophages", "CAF-derived"."""
        after = self.tokens[slot.last : slot.last + 2]
        if len(after) == 2 and after[0] in {"-", "‑"} and after[1] in _MODIFIER:
            return True
        back = slot.first - 1
        for _ in range(3):
            if back < 0 or self.covered[back]:
                return False
            if self.tokens[back] in _PREPOSITIONS:
                return True
            if self.tokens[back] not in _LIGHT:
                return False
            back -= 1
        return False

    def _first_slot(self, first: int, last: int, types: frozenset[EntityType]) -> Slot | None:
        return next(
            (
                s
                for s in self.view.outer
                if first <= s.first and s.last <= last and s.type in types and not self._subordinate_by(s)
            ),
            None,
        )

    def _subordinate_by(self, slot: Slot) -> bool:
        after = self.tokens[slot.last : slot.last + 2]
        return len(after) == 2 and after[0] in {"-", "‑"} and after[1] in _MODIFIER

    def _nominal_sign(self, first: int, last: int) -> int:
        """-1 where what stands between is the loss of something: "the inhibition of migration was"."""
        signs = [
            e.sign
            for i in range(first, last)
            if not self.covered[i] and (e := effect_at(self.tokens, i)) and e.form == "noun"
        ]
        return -1 if signs and signs[-1] < 0 else 1

    def _objects(self, first: int, sign: int, near: int = 14) -> tuple[int, tuple[Slot, ...], int]:
        """(sign, mentions, end) of what a trigger acts on; nominal triggers on the way ("the loss of") multiply."""
        at, words = first, 0
        while at < len(self.tokens) and words < near:
            slot = self.view.slot_at.get(at)
            if slot is not None:
                if slot.type in _OBJECTS:
                    group = tuple(s for s in self.view.group_of[slot] if s.first >= slot.first and s.type in _OBJECTS)
                    return sign, *self._extended(group)
                at, words = slot.last, words + 1
                continue
            word = self.tokens[at]
            if word in _STOP:
                break
            found = effect_at(self.tokens, at)
            if found is not None and at > first - 1:
                if found.form in {"noun", "past"}:
                    sign = sign * found.sign if found.sign else sign
                elif found.form == "verb" or (found.form == "gerund" and self.tokens[at - 1] in {",", "by", "and"}):
                    break
                else:
                    break
            at, words = at + 1, words + 1
        return sign, (), first

    def _extended(self, group: tuple[Slot, ...]) -> tuple[tuple[Slot, ...], int]:
        """The list that `group` opens, over phrases between: "the growth of HCC cells and metastasis"."""
        members, at, joined = list(group), group[-1].last, False
        end = at
        while at < len(self.tokens) and at - end < 9:
            slot = self.view.slot_at.get(at)
            if slot is not None:
                if slot.type in _OBJECTS:
                    if not joined or self._starts_clause(slot):
                        break
                    more = [s for s in self.view.group_of[slot] if s.first >= slot.first and s.type in _OBJECTS]
                    members += more
                    at = end = more[-1].last
                    joined = False
                    continue
                at = slot.last
                continue
            word = self.tokens[at]
            if word in {"and", ",", "or", "as"}:
                joined = True
            elif word in _STOP or effect_at(self.tokens, at) is not None:
                break
            at += 1
        return tuple(members), end

    def _starts_clause(self, slot: Slot) -> bool:
        last = self.view.group_of[slot][-1].last
        for at in range(last, min(len(self.tokens), last + 4)):
            if self.covered[at]:
                return False
            if self.tokens[at] in _BE:
                return True
            found = effect_at(self.tokens, at)
            if found is not None:
                return found.form in {"verb", "past"} and self.tokens[at - 1] not in {"-"}
        return False
