"""The rule extractor: claims read off lexical cues, word order, coordination and nesting, without a parser.

Effects (PROMOTES … REGULATES) are read by `effects`; what joins vesicles, cargo, sources, places and diseases by
`constructions`, and by one mention standing within another.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from graph_schema.model import CARGO, EntityType, Predicate, allowed
from miner.extract.rules import effects
from miner.extract.rules.constructions import CONSTRUCTIONS, SOURCES
from miner.extract.sentence import SentenceView, Slot

NAME = "exominer.rules.v1"

_T = EntityType
_P = Predicate


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule's reading of one sentence: indices into the article's entities, mentions and sentences."""

    predicate: Predicate
    subject: int
    object: int
    rule: str
    sentence: int
    subject_mention: int
    object_mention: int


def findings(sentences: Iterable[SentenceView]) -> Iterator[Finding]:
    """Every reading of every rule, sentence by sentence; the same claim may be found many times."""
    for view in sentences:
        yield from in_sentence(view)


def in_sentence(view: SentenceView) -> Iterator[Finding]:
    """The readings of one sentence."""
    for inner, outer in view.nested:
        yield from _nested(view, inner, outer)
    groups = view.groups
    for i, left in enumerate(groups):
        for right in groups[i + 1 : i + 7]:
            yield from _between(view, left, right)
    for statement in effects.statements(view):
        agent, target = statement.agent, statement.target
        yield Finding(
            statement.predicate, agent.entity, target.entity, statement.rule, view.index, agent.mention, target.mention
        )


def _nested(view: SentenceView, inner: Slot, outer: Slot) -> Iterator[Finding]:
    """What a longer mention says of one inside it: "TNBC-derived exosomes", "plasma exosomes", "exosomal miR-21"."""
    if outer.type is _T.VESICLE:
        if inner.type in SOURCES:
            fluid = inner.type is _T.ANATOMY
            if fluid:
                yield Finding(
                    _P.FOUND_IN, outer.entity, inner.entity, "nested", view.index, outer.mention, inner.mention
                )
            else:
                yield Finding(
                    _P.SECRETES, inner.entity, outer.entity, "nested", view.index, inner.mention, outer.mention
                )
        elif inner.type in CARGO:
            yield Finding(_P.CARRIES, outer.entity, inner.entity, "nested", view.index, outer.mention, inner.mention)
    elif outer.type in CARGO and inner.type is _T.VESICLE:
        yield Finding(_P.CARRIES, inner.entity, outer.entity, "nested", view.index, inner.mention, outer.mention)


def _between(view: SentenceView, left: tuple[Slot, ...], right: tuple[Slot, ...]) -> Iterator[Finding]:
    if right[0].first - left[-1].last > 26:
        return
    between = view.phrase(left[-1].last, right[0].first)
    for pattern in CONSTRUCTIONS:
        lefts = [slot for slot in left if slot.type in pattern.left]
        rights = [slot for slot in right if slot.type in pattern.right]
        if not lefts or not rights or not pattern.between.search(between):
            continue
        if pattern.before and not pattern.before.search(view.phrase(max(0, left[0].first - 12), left[0].first)):
            continue
        for a in lefts:
            for b in rights:
                subject, object_ = (a, b) if pattern.forward else (b, a)
                if subject.entity != object_.entity and allowed(pattern.predicate, subject.type, object_.type):
                    yield Finding(
                        pattern.predicate,
                        subject.entity,
                        object_.entity,
                        pattern.rule,
                        view.index,
                        subject.mention,
                        object_.mention,
                    )
