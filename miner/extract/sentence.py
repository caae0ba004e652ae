"""A sentence as the extractors see it: tokens, the entity mentions among them, and lists of like mentions as groups."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from graph_schema.model import EntityType
from miner.extract.modality.scopes import Scope, scopes
from miner.extract.rules.cues import ASKS, LOSS_AFTER, LOSS_BEFORE, Effect, effect, effect_at
from miner.model.annotations import AnnotatedArticle
from miner.vocabulary.words import word_set

_TOKEN = re.compile(r"[^\W_]+(?:[.'’][^\W_]+)*|[^\w\s]|_")

_T = EntityType
_RNA = frozenset({_T.GENE, _T.MICRO_RNA, _T.LNC_RNA, _T.CIRC_RNA, _T.MOLECULE_CLASS, _T.CHEMICAL, _T.PATHWAY})
_PLACE = frozenset({_T.CANCER, _T.CELL, _T.ANATOMY})
_LIKE: dict[EntityType, frozenset[EntityType]] = {
    **dict.fromkeys(_RNA, _RNA),
    **dict.fromkeys(_PLACE, _PLACE),
    _T.FUNCTION: frozenset({_T.FUNCTION, _T.PATHWAY}),
    _T.VESICLE: frozenset({_T.VESICLE}),
}
_JOINERS = word_set(", and or / & + plus including ( ) - – nor ; 'and' the its their")
_LIST_WORDS = _JOINERS | word_set(
    "as well such like e.g i.e both also of in to cell cells cellular tumor cancer increased enhanced levels level "
    "expression protein proteins mrna subsequent other even"
)
_LOSS_REACH = 9  # tokens beside a mention in which its loss is told
_MUST_JOIN = word_set(", and or / & + plus including nor such –")


@dataclass(frozen=True, slots=True)
class Slot:
    """An entity mention in a sentence: indices into the article's entities, and half-open token bounds."""

    entity: int
    mention: int
    type: EntityType
    start: int
    end: int
    first: int
    last: int


@dataclass(frozen=True)
class SentenceView:
    """One sentence: lower-cased `tokens` with their character `offsets`, and every mention in it as `slots`."""

    index: int
    start: int
    end: int
    tokens: tuple[str, ...]
    offsets: tuple[tuple[int, int], ...]
    slots: tuple[Slot, ...]

    @cached_property
    def outer(self) -> tuple[Slot, ...]:
        """The mentions that lie in no longer one, in order; where two overlap, the longer."""
        kept: list[Slot] = []
        for slot in sorted(self.slots, key=lambda s: (s.first - s.last, s.first)):
            if all(slot.last <= k.first or k.last <= slot.first for k in kept):
                kept.append(slot)
        return tuple(sorted(kept, key=lambda s: s.first))

    @cached_property
    def nested(self) -> tuple[tuple[Slot, Slot], ...]:
        """(inner, outer) for each mention that lies within a longer one of another entity."""
        return tuple(
            (inner, outer)
            for outer in self.outer
            for inner in self.slots
            if inner.entity != outer.entity and outer.first <= inner.first and inner.last <= outer.last
        )

    @cached_property
    def around(self) -> dict[Slot, Slot]:
        """For each mention that lies within a longer one of another entity, that one."""
        return dict(self.nested)

    @cached_property
    def groups(self) -> tuple[tuple[Slot, ...], ...]:
        """`outer` cut into lists: "DNA, RNA, and proteins" is one group, and so is every mention that stands alone."""
        groups: list[list[Slot]] = []
        for slot in self.outer:
            if groups and self._joined(groups[-1][-1], slot):
                groups[-1].append(slot)
            else:
                groups.append([slot])
        return tuple(map(tuple, groups))

    @cached_property
    def group_of(self) -> dict[Slot, tuple[Slot, ...]]:
        """The group each outer mention stands in."""
        return {slot: group for group in self.groups for slot in group}

    def _joined(self, left: Slot, right: Slot) -> bool:
        if right.type not in _LIKE[left.type]:
            return False
        between = self.tokens[left.last : right.first]
        return (
            0 < len(between) <= 6
            and not _MUST_JOIN.isdisjoint(between)
            and len(others := [word for word in between if word not in _LIST_WORDS]) <= 1
            and not any(map(effect, others))
        )

    def between(self, left: Slot, right: Slot) -> str:
        """The words from the end of `left` to the start of `right`, each mention among them as its type in capitals."""
        return self.phrase(left.last, right.first)

    def phrase(self, first: int, last: int) -> str:
        """The tokens from `first` to `last`, one space between, outer mentions replaced by their type in capitals."""
        words: list[str] = []
        at = first
        while at < last:
            slot = self.slot_at.get(at)
            if slot is not None and slot.last <= last:
                words.append(slot.type.upper())
                at = max(slot.last, at + 1)
            else:
                words.append(self.tokens[at])
                at += 1
        return " ".join(words)

    @cached_property
    def certainty(self) -> tuple[Scope, ...]:
        """The negation and speculation cues of the sentence with their scopes."""
        return tuple(scopes(self.tokens))

    @cached_property
    def covered(self) -> tuple[bool, ...]:
        """For each token, whether it belongs to a mention."""
        covered = [False] * len(self.tokens)
        for slot in self.outer:
            covered[slot.first : slot.last] = [True] * (slot.last - slot.first)
        return tuple(covered)

    @cached_property
    def text(self) -> str:
        """The tokens, one space between."""
        return " ".join(self.tokens)

    @cached_property
    def asks(self) -> bool:
        """Whether the sentence states an aim or a question rather than a finding."""
        return self.tokens[-1:] == ("?",) or bool(ASKS.search(self.text))

    @cached_property
    def effects(self) -> tuple[Effect | None, ...]:
        """For each token, the effect it names outside all mentions."""
        return tuple(None if covered else effect_at(self.tokens, at) for at, covered in enumerate(self.covered))

    @cached_property
    def lost(self) -> frozenset[Slot]:
        """The mentions of whose loss the sentence speaks: "PTEN knockdown", "inhibition of exosomal miR-21"."""
        return frozenset(slot for slot in self.slots if self._loses(slot))

    def _loses(self, slot: Slot) -> bool:
        before = self.phrase(max(0, slot.first - _LOSS_REACH), slot.first)
        after = self.phrase(slot.last, min(len(self.tokens), slot.last + _LOSS_REACH))
        return bool(LOSS_BEFORE.search(f"{before} ")) != bool(LOSS_AFTER.match(f" {after}"))

    @cached_property
    def slot_at(self) -> dict[int, Slot]:
        """Outer mentions by their first token."""
        return {slot.first: slot for slot in self.outer}


def views(article: AnnotatedArticle) -> Iterator[SentenceView]:
    """The article's sentences in order, each with the mentions that lie wholly within it."""
    mentions = sorted(
        (mention.start, mention.end, e, m)
        for e, entity in enumerate(article.entities)
        for m, mention in enumerate(entity.mentions)
    )
    at = 0
    for index, (start, end) in enumerate(article.sentences):
        found = list(_TOKEN.finditer(article.text, start, end))
        offsets = tuple(token.span() for token in found)
        starts, ends = [a for a, _ in offsets], [b for _, b in offsets]
        slots: list[Slot] = []
        while at < len(mentions) and mentions[at][0] < start:
            at += 1
        while at < len(mentions) and mentions[at][0] < end:
            a, b, e, m = mentions[at]
            at += 1
            first, last = bisect_left(ends, a + 1), bisect_left(starts, b)
            if b <= end and first < last:
                slots.append(Slot(e, m, article.entities[e].type, a, b, first, last))
        yield SentenceView(index, start, end, tuple(token.group().lower() for token in found), offsets, tuple(slots))
