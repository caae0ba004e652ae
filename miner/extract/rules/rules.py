"""The rule extractor: relations read from lexical cues, word order, coordination and nesting, without a parser.

Effects (PROMOTES … REGULATES) are read by `effects`; what joins vesicles, cargo, sources, places and diseases by
`constructions`, and by one mention lying within another.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from graph_schema.model import CARGO, EntityType, Predicate, allowed
from miner.extract.candidates import Occurrence, Vote
from miner.extract.config import CONFIG
from miner.extract.rules.constructions import CONSTRUCTIONS, SOURCES
from miner.extract.rules.effects import read_effects
from miner.extract.rules.lists import MentionList, find_lists
from miner.extract.rules.pairing import pair_members
from miner.extract.sentence import SentenceView, TokenMention, once_per_sentence
from miner.extract.weights import Weights, load_weights
from miner.model.annotations import AnnotatedArticle

_T = EntityType
_P = Predicate


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule reads in one sentence: indices into the article's entities, mentions and sentences."""

    predicate: Predicate
    subject: int
    object: int
    rule: str
    sentence: int
    subject_mention: int
    object_mention: int
    inverted: bool = False
    """Whether the direction of the effect is not that of its verb (see `effects.Statement`)."""


class RuleVoter:
    """Votes for what the rules read, with the measured precision of each rule."""

    name: ClassVar[str] = "rules"
    extractor: ClassVar[str] = "exominer.rules.v1"
    partners: ClassVar[tuple[str, ...]] = ()

    def __init__(self, weights: Weights | None = None) -> None:
        self._weights = weights or load_weights()

    def vote(self, article: AnnotatedArticle, sentences: Sequence[SentenceView]) -> Iterator[Vote]:
        """A vote for each relation that some rule reads."""
        return self.weigh(finding for view in sentences for finding in find_relations(view))

    def weigh(self, findings: Iterable[Finding]) -> Iterator[Vote]:
        """A vote for each relation of the findings: right unless all the rules that read it are wrong."""
        by_relation: dict[tuple[Predicate, int, int], list[Finding]] = defaultdict(list)
        for finding in findings:
            by_relation[finding.predicate, finding.subject, finding.object].append(finding)
        precision = self._weights.rule_precision
        for (predicate, subject, object_), group in by_relation.items():
            miss = 1.0
            for rule in dict.fromkeys(finding.rule for finding in group):
                miss *= 1 - precision(predicate, rule)
            occurrences = tuple(
                Occurrence(f.sentence, f.subject_mention, f.object_mention, precision(predicate, f.rule)) for f in group
            )
            inverted = any(finding.inverted for finding in group)
            yield Vote(predicate, subject, object_, max(1 - miss, CONFIG.absent), occurrences, inverted)


@once_per_sentence
def find_relations(view: SentenceView) -> tuple[Finding, ...]:
    """What every rule reads in a sentence; the same relation may be found many times."""
    return tuple(_find_relations(view))


def _find_relations(view: SentenceView) -> Iterator[Finding]:
    for inner, outer in view.nested_pairs:
        yield from _read_nested(view, inner, outer)
    lists = find_lists(view)
    for i, left in enumerate(lists):
        for right in lists[i + 1 : i + 1 + CONFIG.next_lists]:
            yield from _read_between(view, left, right)
    for statement in read_effects(view):
        agent, target = statement.agent, statement.target
        yield _make_finding(view, statement.predicate, agent, target, statement.rule, statement.inverted)


def _make_finding(
    view: SentenceView,
    predicate: Predicate,
    subject: TokenMention,
    object_: TokenMention,
    rule: str,
    inverted: bool = False,
) -> Finding:
    ends = (subject.mention, object_.mention)
    return Finding(predicate, subject.entity, object_.entity, rule, view.index, *ends, inverted)


def _read_nested(view: SentenceView, inner: TokenMention, outer: TokenMention) -> Iterator[Finding]:
    """What a longer mention states about one inside it: "TNBC-derived exosomes", "exosomal miR-21"."""
    if outer.type is _T.VESICLE:
        if inner.type is _T.ANATOMY:
            yield _make_finding(view, _P.FOUND_IN, outer, inner, "nested")
        elif inner.type in SOURCES:
            yield _make_finding(view, _P.SECRETES, inner, outer, "nested")
        elif inner.type in CARGO:
            yield _make_finding(view, _P.CARRIES, outer, inner, "nested")
    elif outer.type in CARGO and inner.type is _T.VESICLE:
        yield _make_finding(view, _P.CARRIES, inner, outer, "nested")


def _read_between(view: SentenceView, left: MentionList, right: MentionList) -> Iterator[Finding]:
    """What the words between two lists state about their members."""
    if not 0 <= right[0].first - left[-1].last <= CONFIG.max_between:
        return
    between = view.phrase(left[-1].last, right[0].first)
    for construction in CONSTRUCTIONS:
        lefts = [mention for mention in left if mention.type in construction.left]
        rights = [mention for mention in right if mention.type in construction.right]
        if not lefts or not rights or not construction.between.search(between):
            continue
        if construction.before and not construction.before.search(
            view.phrase(max(0, left[0].first - CONFIG.before_list), left[0].first)
        ):
            continue
        for a, b in pair_members(view, tuple(lefts), tuple(rights)):
            subject, object_ = (a, b) if construction.forward else (b, a)
            if subject.entity != object_.entity and allowed(construction.predicate, subject.type, object_.type):
                yield _make_finding(view, construction.predicate, subject, object_, construction.rule)
