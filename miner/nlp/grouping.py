"""Mentions gathered into the concepts that a reader would count: one entity a concept, whatever its spellings."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from graph_schema.model import EntityType
from miner.nlp.grounding import Grounding, stripped
from miner.nlp.patterns import mirna_name
from miner.nlp.surface import fold, fold_words

_T = EntityType


@dataclass(frozen=True, slots=True)
class GroundedSpan:
    """A resolved mention with what it was grounded to. `expanded` is its text with abbreviations written out."""

    start: int
    end: int
    text: str
    type: EntityType
    expanded: str
    grounding: Grounding
    score: float = 1.0


_STOP = frozenset(
    [
        "of",
        "the",
        "in",
        "and",
        "to",
        "by",
        "a",
        "an",
        "for",
        "with",
        "from",
        "into",
        "on",
        "at",
        "its",
        "their",
        "via",
        "through",
        "between",
    ]
)
_GENERIC_CANCER = frozenset(["cancer", "tumor", "neoplasm", "malignancy", "carcinoma"])
_CELLISH = frozenset(["cell", "cellular", "line"])
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
    """Groups the mentions of one article."""

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
        self._unite_pathways()
        members: dict[int, list[GroundedSpan]] = defaultdict(list)
        for i, span in enumerate(self.spans):
            members[self._root(i)].append(span)
        return sorted(members.values(), key=lambda group: (group[0].start, group[0].end))

    def _words_of(self, kind: EntityType) -> frozenset[str]:
        return frozenset(
            word
            for span in self.spans
            if span.type is kind
            for word in fold_words(span.text) + fold_words(span.expanded)
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
            return [self._mirna_key(span)]
        forms = [span.text, span.expanded]
        keys = ["s:" + fold(form) for form in forms]
        shortest = list(stripped(span.expanded, span.type))
        keys += ["s:" + fold(form) for form in shortest[-1:]]
        if span.type is _T.FUNCTION:
            keys.append("f:" + self._function_key(span.expanded))
        elif span.type in (_T.CELL, _T.CANCER, _T.ANATOMY, _T.PATHWAY):
            keys.append("b:" + " ".join(sorted(set(_content(shortest[-1] if shortest else span.expanded)))))
        if span.grounding.score >= _SURE and not span.grounding.id.startswith(
            "exominer:" + span.type.value.lower() + "-"
        ):
            keys.append("id:" + span.grounding.id)
        return keys

    def _mirna_key(self, span: GroundedSpan) -> str:
        named = mirna_name(span.expanded) or next(
            (n for s in stripped(span.expanded, span.type) if (n := mirna_name(s))), None
        )
        if named is None:
            return "s:" + fold(
                list(stripped(span.text, span.type))[-1:][0] if list(stripped(span.text, span.type)) else span.text
            )
        return f"{named.stem}{named.number}{named.arm}{named.group}"

    def _function_key(self, surface: str) -> str:
        """The words that carry the meaning: those of the studied cancers and of "cell" left out, word order too."""
        words = set(_content(surface))
        core = words - self._cancer_words - self._cell_words
        return " ".join(sorted(core or words - _CELLISH or words))

    def _unite_arms(self) -> None:
        """ "miR-21" is "miR-21-5p" in an article that knows one arm alone."""
        arms: dict[str, set[str]] = defaultdict(set)
        at: dict[str, int] = {}
        for i, span in enumerate(self.spans):
            if span.type is _T.MICRO_RNA:
                key = self._mirna_key(span)
                at.setdefault(key, i)
                bare = re.sub(r"[35]p$", "", key)
                arms[bare].add(key)
        for bare, keys in arms.items():
            if len(keys) == 2 and bare in keys:
                self._unite(*(at[key] for key in keys))

    def _unite_pathways(self) -> None:
        """ "NF-κB" beside "NF-κB pathway" is the pathway (spans of other types than these stay apart)."""


_SURE = 0.85


def _content(surface: str) -> list[str]:
    words: list[str] = []
    for word in fold_words(surface):
        words.extend(_SAME_WORD.get(word, word).split())
    return [word for word in words if word not in _STOP]


def best_grounding(group: Sequence[GroundedSpan]) -> Grounding:
    """The grounding of a concept: the surest of its mentions', the commonest among equals."""
    votes = Counter(span.grounding.id for span in group)
    best = max(group, key=lambda span: (span.grounding.score, votes[span.grounding.id], -span.start))
    return best.grounding
