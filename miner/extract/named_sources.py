"""Find the sources of vesicles that the sentences of an article name.

A source is within the vesicles' name ("MSC-derived exosomes"), before it ("PTC-derived exosomal miR-7"), or after it
("exosomes secreted by mast cells"); a short form has the source of its long form ("(MSC-Exo)").
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import pairwise

from graph_schema.model import EntityType, Predicate
from miner.extract.rules.lists import find_lists
from miner.extract.rules.patterns import SOURCES
from miner.extract.rules.rules import find_relations
from miner.extract.sentence import SentenceView, TokenMention, once_per_sentence
from miner.model.annotations import AnnotatedArticle
from miner.vocabulary.words import alternatives, load_words

_T = EntityType
_P = Predicate
_WORDS = load_words("sources")
_GENERAL = re.compile(alternatives(_WORDS["general_vesicles"]), re.IGNORECASE)
_ANY_CELL = re.compile(alternatives(_WORDS["any_cell"]), re.IGNORECASE)
_ORIGIN = alternatives(_WORDS["origin"])
_ORIGIN_WORD = re.compile(_ORIGIN)
_AFTER = re.compile(
    rf"^(?:\( [^()]* \) )?(?:, )?(?:(?:which|that) )?(?:(?:are|is|was|were) )?(?:[a-z]+ly )?(?:{_ORIGIN} )?"
    r"(?:from|by|of)(?: [a-z0-9-]+){0,3}$"
)
_MADE_IN = re.compile(r"^(?:from|by|in|of)(?: [a-z0-9-]+){0,3}$")
_SEEN = alternatives(_WORDS["seen"])
_ORIGIN_BETWEEN = re.compile(rf"\b(?:{_ORIGIN}|from|{_SEEN})\b|^(?:\( [^()]* \) )?of(?: [a-z0-9-]+){{0,3}}$")
_GIVING = re.compile(rf"\b(?:by|via|through) (?:the )?{alternatives(_WORDS['giving'])}(?: [a-z-]+)?$")
_AIMED = re.compile(rf"(?:[-‐‑–] )?{alternatives(_WORDS['aimed'])}")
_PATIENTS = re.compile(alternatives(_WORDS["patients"]))
_PATIENTS_WITH = re.compile(rf"\b{alternatives(_WORDS['patients'])} (?:diagnosed )?with\b")
_PREFIX = re.compile(r"(.+?)[-‐‑–\s]*(?:exos?|exosomes?|evs?|sevs?|levs?|mvs?|microvesicles?|vesicles?)", re.IGNORECASE)
_TOKEN = re.compile(r"\w+|[^\w\s]")
_HYPHENS = frozenset("-‐‑–")
_MAX_AFTER = 9  # tokens from vesicles to the source named after them
_MAX_FLUID_OF_PATIENTS = 6  # tokens: "from melanoma patients' plasma"
_MAX_BEFORE = 6  # tokens of a source named before vesicles
_MAX_GIVING = 5  # tokens: "by the transfer of exosomal"
_MAX_OPENING = 3  # tokens before a sentence's subject: "In conclusion ,"
_MAX_JOINED = 4  # tokens: "-derived conditioned medium and exosomes"


class NamedSources:
    """The sources of vesicles that an article names."""

    def __init__(self, article: AnnotatedArticle, sentences: Sequence[SentenceView]) -> None:
        self._article = article
        self._entities = article.entities
        self._sentences = sentences

    @cached_property
    def in_sentences(self) -> list[dict[int, tuple[int, ...]]]:
        """For each sentence, the sources of each vesicle mention, by the mention's start."""
        named = [
            {m.start: self._find(view, m) for m in view.mentions if m.type is _T.VESICLE} for view in self._sentences
        ]
        long_of: dict[int, int] = {}
        for view, here in zip(self._sentences, named, strict=True):
            for long, short in _find_short_forms(view):
                if len(here[long.start]) == len(here[short.start]) == 1:
                    long_of.setdefault(here[short.start][0], here[long.start][0])
        return [
            {
                start: tuple(long_of.get(source, source) for source in sources)
                for start, sources in here.items()
                if sources
            }
            for here in named
        ]

    def find_by_name(self, vesicles: str) -> tuple[int, ...]:
        """The sources of vesicles with this name; none for a general name."""
        return self._by_name.get(vesicles.casefold(), ())

    @cached_property
    def _by_name(self) -> Mapping[str, tuple[int, ...]]:
        """Sources by specific names of vesicles: "msc-exo", "tdes"."""
        sources: dict[str, tuple[int, ...]] = {}
        surfaces = {m.text.casefold() for e in self._entities if e.type is _T.VESICLE for m in e.mentions}
        for surface in surfaces:
            prefix = None if _GENERAL.fullmatch(surface) else _PREFIX.fullmatch(surface)
            source = self._find_text(_TOKEN.findall(prefix[1].strip(" -‐‑–"))) if prefix else None
            if source is not None:
                sources[surface] = (source,)
        for view, named in zip(self._sentences, self.in_sentences, strict=True):
            for mention in view.mentions:
                surface = self._surface(mention)
                if mention.type is not _T.VESICLE or mention.start not in named or _GENERAL.fullmatch(surface):
                    continue
                if not self.are_places(named[mention.start]):
                    sources.setdefault(surface, named[mention.start])
            for long, short in _find_short_forms(view):
                if long.start in named and not _GENERAL.fullmatch(self._surface(short)):
                    sources[self._surface(short)] = named[long.start]
        return sources

    def _surface(self, mention: TokenMention) -> str:
        return self._article.text[mention.start : mention.end].casefold()

    def are_places(self, sources: Iterable[int]) -> bool:
        """Whether all sources are fluids, tissues or organs, not cells or cancers."""
        return all(self._entities[source].type is _T.ANATOMY for source in sources)

    def _find(self, view: SentenceView, vesicle: TokenMention) -> tuple[int, ...]:
        """The entities that a sentence names as the source of a vesicle mention; cells take precedence over places."""
        inside = _find_inside(view, vesicle)
        start = min((m.first for m in inside), default=vesicle.first)
        read = (m for m in _read_sources(view).get(vesicle.start, ()) if _is_origin_between(view, vesicle, m))
        mentions = [*inside, *_find_before(view, start), *_find_after(view, vesicle), *read]
        mentions = mentions or _find_giver(view, start) or _find_joined(view, start)
        found = [m.entity for m in mentions if not _is_aimed_at(view, m)]
        if not mentions and (written := self._find_written_before(view, vesicle)) is not None:
            found.append(written)
        patients = {m.entity for m in mentions if m.type is _T.CANCER and _is_of_patients(view, m)}
        specific = tuple(dict.fromkeys(source for source in found if self._is_specific(source)))
        return self.prefer_cells(tuple(s for s in specific if s not in patients) or specific)

    def prefer_cells(self, sources: tuple[int, ...]) -> tuple[int, ...]:
        """The cells and cancers among the sources; all sources if there are none."""
        return tuple(s for s in sources if self._entities[s].type is not _T.ANATOMY) or sources

    def _find_written_before(self, view: SentenceView, vesicle: TokenMention) -> int | None:
        """An entity of the article whose name precedes the vesicles, but was not recognized there."""
        last = _skip_origin(view, vesicle.first)
        for first in range(max(0, last - _MAX_BEFORE), last):
            found = self._find_text(view.tokens[first:last])
            if found is not None:
                return found
        return None

    def _find_text(self, words: Sequence[str]) -> int | None:
        return self._by_text.get(_to_singular(" ".join(words)))

    @cached_property
    def _by_text(self) -> Mapping[str, int]:
        """The cells, cancers and places by their names, with and without "cells"."""
        found: dict[str, int] = {}
        for view in self._sentences:
            for m in view.mentions:
                if m.type in SOURCES:
                    name = _to_singular(" ".join(view.tokens[m.first : m.last]))
                    for text in (name, name.removesuffix(" cell")):
                        found.setdefault(text, m.entity)
        tumor = next((found[noun] for noun in _WORDS["tumor_nouns"] if noun in found), None)
        if tumor is not None:
            found.update((_to_singular(adjective), tumor) for adjective in _WORDS["tumor_adjectives"])
        return found

    def _is_specific(self, source: int) -> bool:
        return not _ANY_CELL.fullmatch(self._entities[source].mentions[0].text.strip())


def _to_singular(name: str) -> str:
    return name.removesuffix("s")


def _find_inside(view: SentenceView, vesicle: TokenMention) -> list[TokenMention]:
    """Sources within the name of vesicles: "MSC-derived exosomes"."""
    ending = _sources_by_last(view)
    inside = (m for last in range(vesicle.first + 1, vesicle.last + 1) for m in ending.get(last, ()))
    return [m for m in inside if m.first >= vesicle.first]


@once_per_sentence
def _sources_by_last(view: SentenceView) -> dict[int, list[TokenMention]]:
    """The cells, cancers and places of a sentence by the token after them."""
    found: dict[int, list[TokenMention]] = {}
    for mention in view.mentions:
        if mention.type in SOURCES:
            found.setdefault(mention.last, []).append(mention)
    return found


@once_per_sentence
def _read_sources(view: SentenceView) -> dict[int, list[TokenMention]]:
    """The sources that the rules read in a sentence, by the start of the vesicles' mention."""
    at = {(m.entity, m.mention): m for m in view.mentions}
    found: dict[int, list[TokenMention]] = {}
    for finding in find_relations(view):
        if finding.predicate in (_P.SECRETES, _P.FOUND_IN):
            ends = at[finding.subject, finding.subject_mention], at[finding.object, finding.object_mention]
            source, vesicle = ends if finding.predicate is _P.SECRETES else ends[::-1]
            found.setdefault(vesicle.start, []).append(source)
    return found


def _is_origin_between(view: SentenceView, vesicle: TokenMention, source: TokenMention) -> bool:
    between = view.phrase(vesicle.last, source.first)
    return source.first < vesicle.first or bool(_ORIGIN_BETWEEN.search(between))


def _skip_origin(view: SentenceView, last: int) -> int:
    """The end of the name before a token, without "-derived"."""
    while last >= 1 and (view.tokens[last - 1] in _HYPHENS or _ORIGIN_WORD.fullmatch(view.tokens[last - 1])):
        last -= 1
    return last


def _find_before(view: SentenceView, first: int) -> list[TokenMention]:
    """Sources directly before vesicles: "PTC-derived exosomal", "urinary and serum EVs"."""
    found: list[TokenMention] = []
    last = _skip_origin(view, first)
    while mentions := _sources_by_last(view).get(last):
        found.append(min(mentions, key=lambda m: m.first))
        last = found[-1].first
        if last < 1 or view.tokens[last - 1] not in ("and", "or", ",", "/"):
            break
        last = _skip_origin(view, last - 1)
    return found


def _find_giver(view: SentenceView, first: int) -> list[TokenMention]:
    """The subject of a sentence that acts by what its vesicles bring: "mast cells … by transferring exosomal KIT"."""
    if not _GIVING.search(view.phrase(max(0, first - _MAX_GIVING), first)):
        return []
    opening = (m for m in view.top_level if m.first <= _MAX_OPENING)
    return [m for m in opening if m.type in SOURCES and view.tokens[m.last : m.last + 1] != ("-",)][:1]


def _find_joined(view: SentenceView, first: int) -> list[TokenMention]:
    """What vesicles come from together with something else: "CAF-derived conditioned medium and exosomes"."""
    if first < 1 or view.tokens[first - 1] not in ("and", "or"):
        return []
    for at in range(first - 2, max(0, first - 2 - _MAX_JOINED), -1):
        if _ORIGIN_WORD.fullmatch(view.tokens[at]):
            return _find_before(view, at + 1)
    return []


def _find_after(view: SentenceView, vesicle: TokenMention) -> Iterator[TokenMention]:
    """Sources after vesicles, or after the process whose name includes theirs: "exosome release from T cells"."""
    container = view.container_of.get(vesicle)
    end = container.last if container else vesicle.last
    pattern = _MADE_IN if container and container.type is _T.FUNCTION else _AFTER
    for mentions in find_lists(view):
        first = mentions[0]
        if (
            first.type in SOURCES
            and 0 < first.first - end <= _MAX_AFTER
            and pattern.search(view.phrase(end, first.first))
        ):
            yield from (m for m in mentions if m.type in SOURCES)
            if first.type is _T.CANCER and _is_of_patients(view, first):
                near = view.top_level_within(first.last, first.last + _MAX_FLUID_OF_PATIENTS)
                yield from (m for m in near if m.type is _T.ANATOMY)


def _is_aimed_at(view: SentenceView, source: TokenMention) -> bool:
    """Whether the vesicles target this entity: "brain-targeted exosomes"."""
    return bool(_AIMED.match(" ".join(view.tokens[source.last : source.last + 2])))


def _is_of_patients(view: SentenceView, cancer: TokenMention) -> bool:
    """Whether a cancer only describes patients: "melanoma patients", "patients with early melanoma"."""
    before = " ".join(view.tokens[max(0, cancer.first - 4) : cancer.first])
    return bool(_PATIENTS.match(" ".join(view.tokens[cancer.last : cancer.last + 1])) or _PATIENTS_WITH.search(before))


def _find_short_forms(view: SentenceView) -> Iterator[tuple[TokenMention, TokenMention]]:
    """Names of vesicles with their short forms: "exosomes from MSCs (MSC-Exo)"."""
    vesicles = [m for m in view.top_level if m.type is _T.VESICLE]
    return ((long, short) for long, short in pairwise(vesicles) if view.tokens[short.first - 1] == "(")
