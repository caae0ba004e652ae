"""Whose vesicles a claim is about: the cells, tumour, fluid or tissue that they come from.

The source is, in this order, the one that the sentence names of the claim's vesicles or of the vesicles beside its
cargo; the one that the surface form names ("MSC-Exo"); that of the vesicles the article studies, once it has begun to
report its own work; none for vesicles in general, as in introductions.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Literal, NamedTuple

from graph_schema.model import CARGO, EntityType, Predicate
from miner.extract.rules.rules import find_relations
from miner.extract.sentence import SentenceView, TokenMention
from miner.model.annotations import AnnotatedArticle
from miner.vocabulary.words import alternatives, load_words

_T = EntityType
_P = Predicate
_WORDS = load_words("sources")
_GENERAL = re.compile(rf"{alternatives(_WORDS['general_vesicles'])}", re.IGNORECASE)
_OWN_WORK = re.compile(rf"(?<!\S){alternatives(_WORDS['own_work'])}(?!\S)")
_ANY_CELL = re.compile(alternatives(_WORDS["any_cell"]), re.IGNORECASE)
_ORIGIN = frozenset(_WORDS["origin"])
_HYPHENS = frozenset("-‐‑–")
_SOURCE_TYPES = frozenset({_T.CELL, _T.CANCER, _T.ANATOMY})
_PREFIX = re.compile(r"(.+?)[-‐‑–\s]*(?:exos?|exosomes?|evs?|sevs?|levs?|mvs?|microvesicles?|vesicles?)", re.IGNORECASE)

How = Literal["sentence", "name", "article"]
"""How a source is known: the sentence names it, the vesicles' name does, or the article studies vesicles of it."""


class Source(NamedTuple):
    """Indices of the entities that vesicles come from, and how that is known."""

    entities: tuple[int, ...]
    how: How


class VesicleSources:
    """The sources of an article's vesicles."""

    def __init__(self, article: AnnotatedArticle, sentences: Sequence[SentenceView]) -> None:
        self._article = article
        self._entities = article.entities
        self._sentences = sentences

    def find(self, view: SentenceView, predicate: Predicate, ends: Sequence[TokenMention]) -> Source | None:
        """The source of the vesicles that take part in a claim of the sentence; None where there is none.

        `ends` are the claim's subject and object.
        """
        if predicate is _P.SECRETES:
            return Source((ends[0].entity,), "sentence")
        vesicles = [end for end in ends if end.type is _T.VESICLE]
        if not vesicles and not any(end.type in CARGO for end in ends):
            return None
        excluded = {end.entity for end in ends if end.type is not _T.VESICLE} if predicate is not _P.FOUND_IN else set()
        named = self._find_in_sentence(view, vesicles, excluded)
        if named:
            return Source(named, "sentence")
        if vesicles and (named := self._find_by_name(vesicles[0])):
            return Source(named, "name")
        if predicate is _P.FOUND_IN:
            return Source((ends[1].entity,), "sentence")
        if vesicles or self._has_vesicles(view) or any(end.entity in self._carried for end in ends):
            studied = self._find_studied(view.index)
            return Source(studied, "article") if studied else None
        return None

    def _find_in_sentence(
        self, view: SentenceView, vesicles: Sequence[TokenMention], excluded: set[int]
    ) -> tuple[int, ...]:
        """The sources that the sentence names of these vesicles, else of any vesicles in it."""
        named = self._named[view.index]
        own = [source for vesicle in vesicles for source in named.get(vesicle.start, ())]
        if not own and not vesicles:
            own = [source for sources in named.values() for source in sources]
        return self._prefer_cells([source for source in own if source not in excluded])

    def _prefer_cells(self, sources: Iterable[int]) -> tuple[int, ...]:
        found = tuple(dict.fromkeys(sources))
        return tuple(s for s in found if self._entities[s].type is not _T.ANATOMY) or found

    @cached_property
    def _named(self) -> list[dict[int, list[int]]]:
        """For each sentence the sources that it names of a vesicle mention, by where the mention starts."""
        named: list[dict[int, list[int]]] = []
        for view in self._sentences:
            starts = {(m.entity, m.mention): m.start for m in view.mentions}
            here: dict[int, list[int]] = {}
            for finding in find_relations(view):
                if finding.predicate is _P.SECRETES:
                    here.setdefault(starts[finding.object, finding.object_mention], []).append(finding.subject)
                elif finding.predicate is _P.FOUND_IN:
                    here.setdefault(starts[finding.subject, finding.subject_mention], []).append(finding.object)
            for vesicle in view.mentions:
                if vesicle.type is _T.VESICLE:
                    here.setdefault(vesicle.start, [])[:0] = self._find_before(view, vesicle)
            kept = ((start, [s for s in sources if self._is_specific(s)]) for start, sources in here.items())
            named.append({start: sources for start, sources in kept if sources})
        return named

    def _find_before(self, view: SentenceView, vesicle: TokenMention) -> list[int]:
        """What stands right before vesicles: "PTC-derived exosomal", "neutrophil EVs"."""
        at = vesicle.first
        if at >= 2 and view.tokens[at - 1] in _ORIGIN and view.tokens[at - 2] in _HYPHENS:
            at -= 2
        return [m.entity for m in view.mentions if m.last == at and m.type in _SOURCE_TYPES][:1]

    def _is_specific(self, source: int) -> bool:
        entity = self._entities[source]
        return not any(_ANY_CELL.fullmatch(mention.text.strip()) for mention in entity.mentions[:1])

    def _find_by_name(self, vesicle: TokenMention) -> tuple[int, ...]:
        surface = self._article.text[vesicle.start : vesicle.end].casefold()
        return self._by_name.get(surface, ())

    @cached_property
    def _by_name(self) -> Mapping[str, tuple[int, ...]]:
        """Sources by vesicle names that are not general: "msc-exo", "tdes"."""
        sources: dict[str, tuple[int, ...]] = {}
        surfaces = {m.text.casefold() for e in self._entities if e.type is _T.VESICLE for m in e.mentions}
        cells = {
            mention.text.casefold(): index
            for index, entity in reversed(list(enumerate(self._entities)))
            if entity.type in (_T.CELL, _T.CANCER, _T.ANATOMY)
            for mention in entity.mentions
        }
        for surface in surfaces:
            if _GENERAL.fullmatch(surface):
                continue
            prefix = _PREFIX.fullmatch(surface)
            base = prefix[1].strip(" -‐‑–") if prefix else ""
            for name in (base, f"{base}s", f"{base} cells", f"{base} cell"):
                if name in cells:
                    sources[surface] = (cells[name],)
                    break
        for view, named in zip(self._sentences, self._named, strict=True):
            for mention in view.mentions:
                surface = self._article.text[mention.start : mention.end].casefold()
                if mention.type is _T.VESICLE and mention.start in named and not _GENERAL.fullmatch(surface):
                    sources.setdefault(surface, self._prefer_cells(named[mention.start]))
            self._add_short_forms(view, named, sources)
        return sources

    def _add_short_forms(
        self, view: SentenceView, named: Mapping[int, list[int]], sources: dict[str, tuple[int, ...]]
    ) -> None:
        """ "Exosomes from MSCs (MSC-Exo)" names what MSC-Exo come from."""
        vesicles = [m for m in view.top_level if m.type is _T.VESICLE]
        for long, short in pairwise(vesicles):
            surface = self._article.text[short.start : short.end].casefold()
            if long.start in named and not _GENERAL.fullmatch(surface) and view.tokens[short.first - 1] == "(":
                sources.setdefault(surface, self._prefer_cells(named[long.start]))

    def _has_vesicles(self, view: SentenceView) -> bool:
        return any(mention.type is _T.VESICLE for mention in view.mentions)

    @cached_property
    def _carried(self) -> frozenset[int]:
        """The entities that the article says vesicles carry."""
        found = (finding for view in self._sentences for finding in find_relations(view))
        return frozenset(finding.object for finding in found if finding.predicate is _P.CARRIES)

    @cached_property
    def _own_work(self) -> int:
        """The first sentence after the title that reports the article's own work; beyond the last where none does."""
        found = (v.index for v in self._sentences if v.index > 0 and _OWN_WORK.search(v.text))
        return next(found, len(self._sentences))

    def _find_studied(self, sentence: int) -> tuple[int, ...]:
        """The source of the vesicles meant by "exosomes" in a sentence that names none."""
        if 0 < sentence < self._own_work and self._reports_work:
            return ()
        return self._main if self._reports_work or self._is_in_title(self._main) else ()

    @cached_property
    def _reports_work(self) -> bool:
        """Whether the article reports work of its own, unlike a review."""
        return self._own_work < len(self._sentences)

    def _is_in_title(self, sources: Sequence[int]) -> bool:
        """Whether the title names one of these entities."""
        title = self._sentences[0].mentions if self._sentences else ()
        return any(mention.entity in sources for mention in title)

    @cached_property
    def _main(self) -> tuple[int, ...]:
        """The source of the vesicles that the article studies: the one it names most often, in the title above all."""
        weights: Counter[int] = Counter()
        for view, named in zip(self._sentences, self._named, strict=True):
            weight = 3 if view.index == 0 else 2 if view.index >= self._own_work else 1
            for sources in named.values():
                for source in set(self._prefer_cells(sources)):
                    weights[source] += weight
        for entity in self._entities:
            if entity.type is _T.VESICLE:
                for mention in entity.mentions:
                    for source in self._by_name.get(mention.text.casefold(), ()):
                        weights[source] += 1
        return (max(weights, key=lambda s: (weights[s], -s)),) if weights else ()
