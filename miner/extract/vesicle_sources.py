"""Find the source of a claim's vesicles: the cells, tumor, fluid or tissue that they come from.

The first of these is taken: the source that the sentence names for the claim's vesicles, or for those next to its
cargo (`named_sources`); the source of the vesicles' name elsewhere in the article ("MSC-Exo"); the source in the
previous sentence, if this one refers to its vesicles; and, after the introduction, the source of the vesicles that the
article studies. Vesicles in general, as in introductions, have none.
"""

import re
from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from graph_schema.model import CARGO, EntityType, Predicate
from miner.extract.named_sources import NamedSources
from miner.extract.reporting import Reporting
from miner.extract.rules.rules import find_relations
from miner.extract.sentence import SentenceView, TokenMention
from miner.model.annotations import AnnotatedArticle
from miner.model.claims import SourceKnown
from miner.vocabulary.words import alternatives, load_words

_T = EntityType
_P = Predicate
_WORDS = load_words("sources")
_DEFINITION = re.compile(rf"^{alternatives(_WORDS['definition'])}(?!\S)")
_FLUID = re.compile(alternatives(_WORDS["fluid"]), re.IGNORECASE)
_RNA = frozenset({_T.MICRO_RNA, _T.LNC_RNA, _T.CIRC_RNA})
_IN = frozenset(("in", "from", "the"))
_SAMPLED = frozenset(("samples", "sample", "from", "of", "specimens"))
_EARLIER = frozenset(_WORDS["earlier"])


class Source(NamedTuple):
    """Indices of the entities that vesicles come from, and how that is known."""

    entities: tuple[int, ...]
    how: SourceKnown


class VesicleSources:
    """The sources of an article's vesicles."""

    def __init__(self, article: AnnotatedArticle, sentences: Sequence[SentenceView], reporting: Reporting) -> None:
        self._article = article
        self._reporting = reporting
        self._entities = article.entities
        self._sentences = sentences
        self._named = NamedSources(article, sentences)

    def find(self, view: SentenceView, predicate: Predicate, ends: Sequence[TokenMention]) -> Source | None:
        """The source of the vesicles that take part in a claim of the sentence; None where there is none.

        `ends` are the claim's subject and object.
        """
        if predicate is _P.SECRETES:
            return Source((ends[0].entity,), "sentence")
        vesicles = [end for end in ends if end.type is _T.VESICLE]
        if not vesicles and not any(end.type in CARGO for end in ends):
            return None
        source = self._find_named(view, vesicles, ends)
        if predicate is _P.FOUND_IN and (source is None or self._named.are_places(source.entities)):
            return Source((ends[1].entity,), "sentence")
        is_recipient = predicate is _P.DELIVERED_TO and source is not None and source.entities == (ends[1].entity,)
        if source is not None and not is_recipient:
            return source
        if vesicles or _has_vesicles(view) or any(end.entity in self._carried for end in ends):
            if earlier := self._find_earlier(view, vesicles):
                return Source(earlier, "earlier")
            if studied := self._find_studied(view):
                return Source(studied, "article")
        return None

    def _find_named(
        self, view: SentenceView, vesicles: Sequence[TokenMention], ends: Sequence[TokenMention]
    ) -> Source | None:
        """The source named for these vesicles, else for the vesicles nearest to the claim's cargo in the sentence."""
        named = self._named.in_sentences[view.index]
        for vesicle in vesicles:
            here = named.get(vesicle.start, ())
            by_name = self._named.find_by_name(self._article.text[vesicle.start : vesicle.end])
            if here and (not by_name or not self._named.are_places(here) or self._named.are_places(by_name)):
                return Source(here, "sentence")
            if by_name:
                return Source(by_name, "name")
        if vesicles or not named:
            return None
        cargo = [end for end in ends if end.type in CARGO]
        nearest = min(named, key=lambda start: min(abs(start - end.start) for end in cargo))
        return Source(named[nearest], "sentence")

    def _find_earlier(self, view: SentenceView, vesicles: Sequence[TokenMention]) -> tuple[int, ...]:
        """The source of the vesicles in the previous sentence, if this one refers to them."""
        named = self._named.in_sentences[view.index - 1] if view.index else {}
        if not named or not any(_refers_back(view, vesicle) for vesicle in vesicles):
            return ()
        return named[max(named)]

    @cached_property
    def _carried(self) -> frozenset[int]:
        """The entities that the article says vesicles carry."""
        found = (finding for view in self._sentences for finding in find_relations(view))
        return frozenset(finding.object for finding in found if finding.predicate is _P.CARRIES)

    def _find_studied(self, view: SentenceView) -> tuple[int, ...]:
        """The source of the vesicles meant by "exosomes" in a sentence that names none."""
        if _DEFINITION.match(view.text) or self._reporting.introduces(view):
            return ()
        return self._main if self._reporting.any or self._is_title_source else ()

    @cached_property
    def _is_title_source(self) -> bool:
        """Whether the title names the article's main source; a review's title must name it as a source of vesicles."""
        if self._reporting.is_review:
            return any(set(sources) & set(self._main) for sources in self._named.in_sentences[0].values())
        return any(mention.entity in self._main for mention in self._sentences[0].mentions)

    @cached_property
    def _main(self) -> tuple[int, ...]:
        """The source of the vesicles that the article studies: the one it names most often, in the title above all."""
        weights: Counter[int] = Counter()
        for view, named in zip(self._sentences, self._named.in_sentences, strict=True):
            weight = 3 if view.index == 0 else 2 if self._reporting.follows_own_work(view) else 1
            for sources in named.values():
                for source in sources:
                    weights[source] += weight
        for entity in self._entities:
            if entity.type is _T.VESICLE:
                for mention in entity.mentions:
                    for source in self._named.find_by_name(mention.text):
                        weights[source] += 1
        if not weights and self._reporting.any:
            weights = self._count_fluids()
        return (max(weights, key=lambda s: (weights[s], -s)),) if weights else ()

    def _count_fluids(self) -> Counter[int]:
        """Count how often the article samples or measures in each fluid."""
        return Counter(
            m.entity
            for view in self._sentences
            for m in view.mentions
            if _FLUID.search(self._article.text[m.start : m.end]) and _is_sampled(view, m)
        )


def _is_sampled(view: SentenceView, fluid: TokenMention) -> bool:
    """Whether a fluid is sampled or measured in: "plasma samples", "in plasma"."""
    before, after = view.tokens[: fluid.first][-1:], view.tokens[fluid.last : fluid.last + 1]
    return fluid.type is _T.ANATOMY and (not _IN.isdisjoint(before) or not _SAMPLED.isdisjoint(after))


def _has_vesicles(view: SentenceView) -> bool:
    return any(mention.type is _T.VESICLE for mention in view.mentions)


def _refers_back(view: SentenceView, vesicle: TokenMention) -> bool:
    """Whether a mention refers to vesicles of the previous sentence: "They", "these exosomes"."""
    return view.tokens[vesicle.first] in _EARLIER or (vesicle.first > 0 and view.tokens[vesicle.first - 1] in _EARLIER)
