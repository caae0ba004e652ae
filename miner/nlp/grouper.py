"""Cluster the mentions of an article into entities: one a concept, whatever its spellings."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from graph_schema.model import EntityType
from miner.nlp.linker import Grounding, stripped
from miner.nlp.patterns import mirna_within
from miner.vocabulary.normalize import normalize, normalize_words
from miner.vocabulary.words import load_words

_T = EntityType


@dataclass(frozen=True, slots=True)
class GroundedSpan:
    """A resolved mention, grounded. `name` is its full name, `expanded` that with the abbreviations written out."""

    start: int
    end: int
    text: str
    type: EntityType
    expanded: str
    name: str
    grounding: Grounding
    score: float = 1.0


_WORDS = load_words("names")
_STOP = frozenset(_WORDS["stop"])
_GENERIC_CANCER = frozenset(_WORDS["generic_cancer"])
_CELLISH = frozenset(_WORDS["cellish"])
_VAGUE = frozenset(_WORDS["vague"])
_EMPTY_IN_FUNCTIONS = frozenset(_WORDS["empty_in_functions"])
_PREPOSITIONS = frozenset(_WORDS["prepositions"])
_NARROWER = {
    "cancer pancreatic": "adenocarcinoma ductal pancreatic",
    "cancer colon": "cancer colorectal",
    "cancer lung": "cancer cell lung non small",
    "cancer lung nonsmall cell": "cancer cell lung non small",
    "cancer liver": "cancer hepatocellular",
    "cancer cell pancreatic": "adenocarcinoma cell ductal pancreatic",
    "cancer cell colon": "cancer cell colorectal",
}
"""Loose names of cancers that abstracts use beside the exact one for the same disease."""
_SAME_WORD = {
    "premetastatic": "pre metastatic",
    "tumorigenic": "tumorigenesis",
    "metastatic": "metastasis",
    "metastasi": "metastasis",
    "metastase": "metastasis",
    "metastasize": "metastasis",
    "angiogenic": "angiogenesis",
    "proliferative": "proliferation",
    "proliferate": "proliferation",
    "migratory": "migration",
    "migrate": "migration",
    "invasive": "invasion",
    "invasivenes": "invasion",
    "invasiveness": "invasion",
    "apoptotic": "apoptosis",
    "stem": "stem",
    "releasing": "release",
    "secreting": "secretion",
    "formation": "formation",
    "immunosuppressive": "immunosuppression",
    "inflammatory": "inflammation",
    "cytotoxic": "cytotoxicity",
    "oncogenic": "oncogenesis",
    "resistant": "resistance",
    "sensitive": "sensitivity",
    "malignant": "malignancy",
    "stemnes": "stemness",
    "transform": "transformation",
    "polarized": "polarization",
    "polarize": "polarization",
    "pancrea": "pancreatic",
    "hepatic": "liver",
    "pulmonary": "lung",
}


class Grouper:
    """Cluster the mentions of one article."""

    def __init__(self, spans: Sequence[GroundedSpan], long_forms: Mapping[str, str]) -> None:
        self.spans = spans
        self.long_forms = long_forms
        self._parent = list(range(len(spans)))
        self._cancer_words = self._words_of(_T.CANCER) | _GENERIC_CANCER
        self._cell_words = self._words_of(_T.CELL) | _CELLISH

    def groups(self) -> list[list[GroundedSpan]]:
        """The mentions of each concept, in order of first mention."""
        self._unite_by(self._keys)
        self._unite_arms()
        self._unite_modified()
        members: dict[int, list[GroundedSpan]] = defaultdict(list)
        for i, span in enumerate(self.spans):
            members[self._root(i)].append(span)
        return sorted(members.values(), key=lambda group: (group[0].start, group[0].end))

    def _words_of(self, kind: EntityType) -> frozenset[str]:
        return frozenset(
            word
            for span in self.spans
            if span.type is kind
            for word in normalize_words(span.text) + normalize_words(span.expanded)
        )

    def _root(self, i: int) -> int:
        while self._parent[i] != i:
            self._parent[i] = self._parent[self._parent[i]]
            i = self._parent[i]
        return i

    def _unite(self, i: int, j: int) -> None:
        a, b = sorted((self._root(i), self._root(j)))
        self._parent[b] = a

    def _unite_by(self, keys_of: Callable[[GroundedSpan], Iterable[str]]) -> None:
        first: dict[tuple[EntityType, str], int] = {}
        for i, span in enumerate(self.spans):
            for key in keys_of(span):
                if key:
                    self._unite(first.setdefault((span.type, key), i), i)

    def _keys(self, span: GroundedSpan) -> Iterable[str]:
        """What makes two mentions of one type one concept: any of these in common."""
        if span.type is _T.VESICLE:
            return ["vesicle"]
        if span.type is _T.MICRO_RNA:
            return [self._mirna_key(span), "id:" + span.grounding.id]
        shortest = (list(stripped(span.expanded, span.type)) or [span.expanded])[-1]
        keys = ["s:" + normalize(form) for form in (span.text, span.expanded, shortest)]
        if span.type is _T.FUNCTION:
            keys.append("f:" + self._function_key(span.expanded))
        elif span.type in (_T.CELL, _T.CANCER):
            keys.append("c:" + _disease_key(shortest if span.type is _T.CANCER else _without_tail(span.expanded)))
        elif span.type in (_T.ANATOMY, _T.PATHWAY):
            keys.append("b:" + " ".join(sorted(set(_content(shortest)))))
        sure = span.grounding.score >= _SURE or span.type is _T.MOLECULE_CLASS
        if sure and not span.grounding.id.startswith(f"exominer:{span.type.value.lower()}-"):
            keys.append("id:" + span.grounding.id)
        return keys

    def _mirna_key(self, span: GroundedSpan) -> str:
        named = mirna_within(span.name)
        if named:
            return named.key
        return "s:" + normalize([span.name, *stripped(span.name, span.type)][-1])

    def _function_key(self, surface: str) -> str:
        """The words that carry the meaning: those of the studied cancers and of "cell" left out, word order too."""
        words = set(_content(surface))
        for empty in (_EMPTY_IN_FUNCTIONS, self._cancer_words | self._cell_words):
            words = words - empty or words - _CELLISH or words
        return " ".join(sorted(words))

    def _unite_arms(self) -> None:
        """ "miR-21" is "miR-21-5p" in an article that knows one arm alone."""
        arms: dict[str, set[str]] = defaultdict(set)
        at: dict[str, int] = {}
        for i, span in enumerate(self.spans):
            if span.type is _T.MICRO_RNA:
                key = self._mirna_key(span)
                at.setdefault(key, i)
                bare = re.sub(r"-[35]p$", "", key)
                arms[bare].add(key)
        for bare, keys in arms.items():
            if len(keys) == 2 and bare in keys:
                self._unite(*(at[key] for key in keys))

    def _unite_modified(self) -> None:
        """A name with words around it is the name alone where the article has both and no vocabulary knows the longer.

        "EV-stimulated MSCs" is "MSCs", "translocation of X to the nucleus" is "translocation of X".
        """
        plain: dict[tuple[EntityType, str], int] = {}
        for i, span in enumerate(self.spans):
            plain.setdefault((span.type, " ".join(normalize_words(span.expanded))), i)
        for i, span in enumerate(self.spans):
            if span.grounding.score < _SURE:
                for shorter in self._without_modifiers(span):
                    if (span.type, shorter) in plain:
                        self._unite(plain[span.type, shorter], i)

    def _without_modifiers(self, span: GroundedSpan) -> Iterator[str]:
        words = normalize_words(span.expanded)
        if span.type in (_T.GENE, _T.CHEMICAL, _T.MOLECULE_CLASS, _T.CELL):
            for at in range(1, len(words)):
                if not set(words[at:]) & _CELLISH:
                    yield " ".join(words[at:])
        elif span.type is _T.CANCER:
            for at in range(1, len(words)):
                if set(words[at:]) - _GENERIC_CANCER:
                    yield " ".join(words[at:])
        elif span.type is _T.FUNCTION:
            for at in range(2 if len(words) > 2 else 1, len(words)):
                if words[at] in _PREPOSITIONS:
                    yield " ".join(words[:at])


_SURE = 0.85


def _without_tail(surface: str) -> str:
    """A cell's name without modifiers before it, its "cells" kept."""
    return min((form for form in stripped(surface, _T.CELL) if surface.endswith(form)), key=len, default=surface)


def _disease_key(surface: str) -> str:
    """The words of a cancer's or a cell's name, in any order, with "tumor" and "carcinoma" as "cancer"."""
    words = {"cancer" if word in _GENERIC_CANCER else word for word in _content(surface)} - _VAGUE
    key = " ".join(sorted(words))
    return _NARROWER.get(key, key)


def _content(surface: str) -> list[str]:
    words: list[str] = []
    for word in normalize_words(surface):
        words.extend(_SAME_WORD.get(word, word).split())
    return [word for word in words if word not in _STOP and word not in _VAGUE]


_ARM = re.compile(r"(?<=[\da-z])[-_ ]?[35]p\b")
"""A miRNA's arm: where an article names one arm alone, its plain name means that arm."""


def best_grounding(group: Sequence[GroundedSpan]) -> Grounding:
    """The grounding of a concept: the surest of its mentions', the commonest among equals."""
    votes = Counter(span.grounding.id for span in group)
    best = max(
        group, key=lambda s: (s.grounding.score, _ARM.search(s.name) is not None, votes[s.grounding.id], -s.start)
    )
    return best.grounding
