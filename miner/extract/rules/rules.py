"""The rule extractor: relations read from lexical cues, word order, coordination and nesting, without a parser.

Effects (PROMOTES … REGULATES) are read by `effects`; what joins vesicles, cargo, sources, places and diseases by
`constructions`, and by one mention lying within another.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

from graph_schema.model import CARGO, EntityType, Predicate, allowed
from miner.extract.candidates import Occurrence, Vote
from miner.extract.config import CONFIG
from miner.extract.rules.constructions import CONSTRUCTIONS
from miner.extract.rules.effects import statements_of
from miner.extract.rules.lists import MentionList, find_lists
from miner.extract.rules.pairing import are_contrasted, pair_members
from miner.extract.rules.patterns import SOURCES, Construction
from miner.extract.rules.rejections import Rejection, find_rejections
from miner.extract.rules.roles import RELEASES, UPTAKES
from miner.extract.sentence import SentenceView, TokenMention, by_part, once_per_sentence
from miner.extract.weights import Weights, load_weights
from miner.model.annotations import AnnotatedArticle

_T = EntityType
_P = Predicate
_EXCLUDES = {
    _P.SECRETES: _P.DELIVERED_TO,
    _P.DELIVERED_TO: _P.SECRETES,
    _P.BIOMARKER_OF: _P.TREATS,
    _P.TREATS: _P.BIOMARKER_OF,
}
"""What a relation of which a rule is certain excludes between the same two."""
_TURNED = frozenset({_P.SECRETES, _P.DELIVERED_TO})


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
    certain: bool = False
    """Whether the construction leaves no doubt (see `patterns.Construction`)."""
    plain: bool = False
    """Whether agent, verb and target stand side by side."""


class RuleVoter:
    """Votes for what the rules read, with the measured precision of each rule."""

    name: ClassVar[str] = "rules"
    extractor: ClassVar[str] = "exominer.rules.v4"
    partners: ClassVar[tuple[str, ...]] = ()

    def __init__(self, weights: Weights | None = None) -> None:
        self._weights = weights or load_weights()

    def vote(self, article: AnnotatedArticle, sentences: Sequence[SentenceView]) -> Iterator[Vote]:
        """A vote for each relation that some rule reads."""
        for part, views in by_part(sentences):
            yield from self.weigh((finding for view in views for finding in find_relations(view)), part)
            yield from _exclude((finding for view in views for finding in find_exclusions(view)), part)
        yield from (_reject(view, rejection) for view in sentences for rejection in find_rejections(view))

    def weigh(self, findings: Iterable[Finding], part: int = 0) -> Iterator[Vote]:
        """A vote for each relation of a part's findings: right unless all the rules that read it are wrong."""
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
            certain = any(finding.certain for finding in group)
            yield Vote(
                predicate=predicate,
                subject=subject,
                object=object_,
                score=max(1 - miss, CONFIG.absent),
                occurrences=occurrences,
                inverted=inverted,
                plain=any(finding.plain for finding in group),
                certain=certain,
                part=part,
            )


def _exclude(findings: Iterable[Finding], part: int) -> Iterator[Vote]:
    """A vote against each relation that some sentence of a part excludes."""
    by_relation: dict[tuple[Predicate, int, int], list[Occurrence]] = defaultdict(list)
    for f in findings:
        occurrence = Occurrence(f.sentence, f.subject_mention, f.object_mention, CONFIG.absent)
        by_relation[f.predicate, f.subject, f.object].append(occurrence)
    for (predicate, subject, object_), occurrences in by_relation.items():
        yield Vote(predicate, subject, object_, CONFIG.absent, tuple(occurrences), excluded=True, part=part)


def _reject(view: SentenceView, rejection: Rejection) -> Vote:
    subject, object_ = rejection.subject, rejection.object
    occurrence = Occurrence(view.index, subject.mention, object_.mention, CONFIG.absent)
    return Vote(
        predicate=rejection.predicate,
        subject=subject.entity,
        object=object_.entity,
        score=CONFIG.absent,
        occurrences=(occurrence,),
        excluded=True,
        instead=tuple((a.entity, b.entity) for a, b in rejection.instead),
        part=view.part,
    )


@once_per_sentence
def find_relations(view: SentenceView) -> tuple[Finding, ...]:
    """What every rule reads in a sentence; the same relation may be found many times."""
    stated, excluded = _constructions_of(view)
    return (*_read_without_words(view), *(f for f in stated if f.certain or _key(f) not in excluded))


@once_per_sentence
def find_exclusions(view: SentenceView) -> tuple[Finding, ...]:
    """The relations that the words of a sentence exclude and that no rule reads in it."""
    _, excluded = _constructions_of(view)
    stated = {(f.predicate, f.subject, f.object) for f in find_relations(view)}
    return tuple(f for f in excluded.values() if (f.predicate, f.subject, f.object) not in stated)


def _read_without_words(view: SentenceView) -> Iterator[Finding]:
    """The relations that nesting and effects state."""
    for inner, outer in view.nested_pairs:
        yield from _read_nested(view, inner, outer)
    for statement in statements_of(view):
        agent, target = statement.agent, statement.target
        yield _make_finding(
            view,
            statement.predicate,
            agent,
            target,
            statement.rule,
            inverted=statement.inverted,
            plain=statement.plain,
        )


_Key = tuple[Predicate, int, int, int, int]


def _key(f: Finding) -> _Key:
    return f.predicate, f.subject, f.object, f.subject_mention, f.object_mention


@once_per_sentence
def _constructions_of(view: SentenceView) -> tuple[list[Finding], dict[_Key, Finding]]:
    """What the constructions of a sentence state, and what they exclude, of two mentions each."""
    lists = find_lists(view)
    stated: list[Finding] = []
    excluded: dict[_Key, Finding] = {}
    for i, left in enumerate(lists):
        for right in lists[i + 1 : i + 1 + CONFIG.next_lists]:
            for construction, subject, object_ in _read_between(view, left, right):
                finding = _make_finding(
                    view, construction.predicate, subject, object_, construction.rule, certain=construction.certain
                )
                if not construction.excluded:
                    stated.append(finding)
                for one in _list_excluded(view, construction, subject, object_):
                    excluded.setdefault(_key(one), one)
    return stated, excluded


def _list_excluded(
    view: SentenceView, construction: Construction, subject: TokenMention, object_: TokenMention
) -> Iterator[Finding]:
    """What a construction excludes of two mentions, and of the vesicles within them: a source is no recipient."""
    predicate = construction.predicate if construction.excluded else _EXCLUDES.get(construction.predicate)
    if predicate is None or not (construction.excluded or construction.certain):
        return
    turned = not construction.excluded and predicate in _TURNED
    first, second = (object_, subject) if turned else (subject, object_)
    for a in (first, *_vesicles_in(view, first)):
        for b in (second, *_vesicles_in(view, second)):
            if a.entity != b.entity and allowed(predicate, a.type, b.type):
                yield _make_finding(view, predicate, a, b, construction.rule)


def _vesicles_in(view: SentenceView, mention: TokenMention) -> Iterator[TokenMention]:
    if mention.type in CARGO:
        for inner, outer in view.nested_pairs:
            if outer is mention and inner.type is _T.VESICLE:
                yield inner


def _make_finding(
    view: SentenceView,
    predicate: Predicate,
    subject: TokenMention,
    object_: TokenMention,
    rule: str,
    inverted: bool = False,
    certain: bool = False,
    plain: bool = False,
) -> Finding:
    ends = (subject.mention, object_.mention)
    return Finding(predicate, subject.entity, object_.entity, rule, view.index, *ends, inverted, certain, plain)


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
    elif outer.type is _T.FUNCTION and inner.type is _T.VESICLE and inner.last == outer.last:
        yield from _read_process(view, inner, outer)


def _read_process(view: SentenceView, vesicle: TokenMention, process: TokenMention) -> Iterator[Finding]:
    """Read the cells in a process of vesicles: "release of exosomes by podocytes", "uptake of EVs into neurons"."""
    link = view.tokens[process.last : process.last + 1]
    cell = next((view.mention_at[i] for i in range(process.last + 1, process.last + 4) if i in view.mention_at), None)
    if cell is None or cell.type not in SOURCES:
        return
    if not RELEASES.isdisjoint(view.tokens[process.first : vesicle.first]) and link in {("by",), ("from",)}:
        yield _make_finding(view, _P.SECRETES, cell, vesicle, "nested", certain=True)
    elif not UPTAKES.isdisjoint(view.tokens[process.first : vesicle.first]) and link in {("by",), ("into",), ("in",)}:
        yield _make_finding(view, _P.DELIVERED_TO, vesicle, cell, "nested", certain=True)


def _read_between(
    view: SentenceView, left: MentionList, right: MentionList
) -> Iterator[tuple[Construction, TokenMention, TokenMention]]:
    """The constructions that the words between two lists match, each with the subject and object of its relation."""
    if not 0 <= right[0].first - left[-1].last <= CONFIG.max_between or are_contrasted(view, left[-1], right[0]):
        return
    between = view.phrase(left[-1].last, right[0].first)
    before = after = None
    left_types, right_types = frozenset(m.type for m in left), frozenset(m.type for m in right)
    for construction in _find_applicable(left_types, right_types):
        if not construction.between.search(between):
            continue
        if construction.before:
            before = before or view.phrase(max(0, left[0].first - CONFIG.before_list), left[0].first)
            if not construction.before.search(before):
                continue
        if construction.after:
            after = after or view.phrase(right[-1].last, min(len(view.tokens), right[-1].last + CONFIG.before_list))
            if not construction.after.search(after):
                continue
        yield from _pair(view, construction, left, right)


@lru_cache(maxsize=4096)
def _find_applicable(left: frozenset[EntityType], right: frozenset[EntityType]) -> tuple[Construction, ...]:
    """The constructions that may join lists with members of these types."""
    return tuple(c for c in CONSTRUCTIONS if not (left.isdisjoint(c.left) or right.isdisjoint(c.right)))


def _pair(
    view: SentenceView, construction: Construction, left: MentionList, right: MentionList
) -> Iterator[tuple[Construction, TokenMention, TokenMention]]:
    lefts = tuple(mention for mention in left if mention.type in construction.left)
    rights = tuple(mention for mention in right if mention.type in construction.right)
    for a, b in pair_members(view, lefts, rights):
        subject, object_ = (a, b) if construction.forward else (b, a)
        if subject.entity != object_.entity and (
            construction.excluded or allowed(construction.predicate, subject.type, object_.type)
        ):
            yield construction, subject, object_
