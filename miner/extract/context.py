"""The context of a claim: its cancer, and the setting that its sentence and article state.

Methods are those of the whole work: of the abstract and of the sections on methods (`miner.extract.methods`). Keys of
`Claim.context`, each present only where stated:

| key | value |
| --- | --- |
| `setting` | some of "in vitro", "in vivo", "mouse", "rat", "zebrafish", "patients": the sentence's or article's |
| `species` | some of "human", "mouse", "rat": whose genes and cells the sentence names, or else the article |
| `patients` | the largest number of patients (cases, participants, subjects) the article names |
| `separation` | how vesicles were separated: some of "ultracentrifugation", "precipitation", … |
| `characterization` | how they were characterized: some of "NTA", "TEM", "western blot", … |
| `centrifugation`, `rotor`, `density` | force and time of centrifugation, the rotor, and the density of the vesicles |
| `vesicle_proteins`, `contaminant_proteins` | proteins that were detected to show vesicles, or what is none |
| `loading` | of CARRIES: "packaged into" (the text says cargo is put into vesicles) or "detected in" |
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from graph_schema.model import EntityType, Predicate, Species
from miner.extract.config import CONFIG
from miner.extract.methods import Named, describe_methods, match_names, named
from miner.extract.sentence import SentenceView, TokenMention
from miner.model.annotations import AnnotatedArticle, Entity
from miner.vocabulary.words import alternatives, load_words

_WORDS = load_words("cancers")
_GENERIC = re.compile(
    rf"(?:the )?(?:(?:{'|'.join(_WORDS['general_modifiers'])}) )*(?:{'|'.join(_WORDS['general_heads'])}| )+",
    re.IGNORECASE,
)
_ONCOLOGY = re.compile("|".join(_WORDS["oncology"]), re.IGNORECASE)


class Cancers:
    """The cancers an article names, and which of them a claim is about."""

    def __init__(self, article: AnnotatedArticle) -> None:
        self._entities = article.entities
        self._roles = [part.role for part in article.parts]
        title_end = article.text.find("\n") if "\n" in article.text else len(article.text)
        self._weight: dict[int, int] = {}
        for index, entity in enumerate(article.entities):
            if entity.type is EntityType.CANCER:
                in_title = any(mention.end <= title_end for mention in entity.mentions)
                self._weight[index] = len(entity.mentions) + CONFIG.title_weight * in_title
        self._specific = {index for index in self._weight if not is_generic(article.entities[index])}
        self._default: dict[int, tuple[int, ...]] = {}
        self._main = self._find_heaviest(self._specific) if self._specific else self._find_heaviest(self._weight)

    def _find_heaviest(self, indices: Iterable[int]) -> int | None:
        return max(indices, key=lambda i: self._weight[i], default=None)

    def find(self, view: SentenceView, subject: int, object_: int) -> tuple[int, ...]:
        """Indices of the entities that are the cancer of a claim of the sentence: none, or one."""
        if self._main is None:
            return ()
        ends = [end for end in (object_, subject) if end in self._weight]
        named = [end for end in ends if end in self._specific or not self._specific]
        if named:
            return (named[0],)
        if view.index not in self._default:
            self._default[view.index] = self._find_default(view, self._main)
        return self._default[view.index]

    def _find_default(self, view: SentenceView, main: int) -> tuple[int, ...]:
        """The cancer of claims of a sentence that do not name it themselves."""
        here = Counter(mention.entity for mention in view.mentions if mention.entity in self._weight)
        if main in here:
            return (main,)
        special = [index for index in here if index in self._specific]
        opening = self._roles[view.part] == "introduction" if view.part else 0 < view.index <= CONFIG.opening
        if special or (here and opening):
            return (max(special or here, key=lambda i: (here[i], self._weight[i])),)
        if not here and not _ONCOLOGY.search(view.text) and (opening or self._is_mentioned_in_passing(main)):
            return ()
        return (main,)

    def _is_mentioned_in_passing(self, main: int) -> bool:
        """Whether the article names its cancer too seldom to be about it."""
        return self._weight[main] <= (1 if main in self._specific else CONFIG.title_weight)


def is_generic(cancer: Entity) -> bool:
    """Whether all names of a cancer are general ones: "cancer", "solid tumours"."""
    return all(_GENERIC.fullmatch(mention.text.strip()) for mention in cancer.mentions)


_SETTINGS: Mapping[str, Named] = {
    "in vitro": named(
        "vitro|cell line|cultur|transwell", r"\bin vitro\b|\bcell lines?\b|\bco-?cultur\w*|\bcultured\b|\btranswell\b"
    ),
    "in vivo": named(
        "vivo|animal model|xenograft|orthotopic", r"\bin vivo\b|\banimal models?\b|\bxenograft\w*|\borthotopic\w*"
    ),
    "mouse": named("mouse|mice|murine|xenograft", r"\b(?:mouse|mice|murine|xenograft\w*)\b"),
    "rat": named("rat", r"\brats?\b"),
    "zebrafish": named("zebrafish", r"\bzebrafish\b"),
    "patients": named(
        "patient|volunteers|cohort|clinical sample|donors",
        r"\b(?:patients?|volunteers|cohorts?|clinical samples?|donors)\b",
    ),
}
_SPECIES: Mapping[str, Named] = {
    Species.HUMAN: named(
        "human|patient|volunteer|donor|women|men",
        r"\b(?:humans?|patients?|volunteers?|donors?|(?:wo)?men)\b",
    ),
    Species.MOUSE: named("mouse|mice|murine|c57bl|balb/c", r"\b(?:mouse|mice|murine|C57BL|BALB/c)\b"),
    Species.RAT: named("rat|sprague|wistar", r"\b(?:rats?|Sprague|Wistar)\b"),
}
_BY_SENTENCE: Mapping[str, Mapping[str, Named]] = {"setting": _SETTINGS, "species": _SPECIES}
"""What a sentence may state otherwise than its article, by key of the context."""
_PATIENTS = re.compile(
    r"\b(?P<n>\d{1,3}(?:,\d{3})+|\d{1,6}) (?:(?!and\b|or\b|with\b)[a-zA-Z-]+ ){0,4}?"
    r"(?:patients|cases|participants|subjects|individuals|women|men)\b"
    r"|\b(?:patients|participants|subjects|cases|women|men)\b[^.;()]{0,40}\(n ?= ?(?P<m>\d{1,6})\)",
)
_CARGO_WORDS = load_words("constructions")
_PACKAGED = re.compile(rf"\b{alternatives(_CARGO_WORDS['packaged'])}\b")
_DETECTED = re.compile(rf"\b{alternatives(_CARGO_WORDS['detected'])}\b")


class Setting:
    """The setting and species of an article's claims: what the sentence states, or else the article."""

    def __init__(self, article: AnnotatedArticle) -> None:
        self._article = article
        self._stated_in: dict[int, dict[str, list[str]]] = {}
        self._stated_in_part: dict[int, dict[str, list[str]]] = {}
        abstract, methods = _split_methods(article)
        self._general: dict[str, Any] = describe_methods(f"{abstract}\n{methods}")
        self._narrowed: dict[str, Mapping[str, Named]] = {}
        for key, kinds in _BY_SENTENCE.items():
            if names := match_names(kinds, article.text):
                self._narrowed[key] = {name: kinds[name] for name in names}
            if names := match_names(kinds, abstract) or match_names(kinds, methods):
                self._general[key] = names
        if count := _count_patients(abstract) or _count_patients(methods):
            self._general["patients"] = count

    def describe(
        self, view: SentenceView, predicate: Predicate, subject: TokenMention, object_: TokenMention
    ) -> dict[str, Any]:
        """The context of a claim that the sentence makes of two mentions."""
        stated = dict(self._general)
        if view.index not in self._stated_in:
            self._stated_in[view.index] = self._find_stated(self._article.text[view.start : view.end])
        narrower = self._find_in_part(view) | self._stated_in[view.index]
        stated |= {key: list(names) for key, names in narrower.items()}
        if predicate is Predicate.CARRIES and (loading := _describe_loading(view, subject, object_)):
            stated["loading"] = loading
        return stated

    def _find_in_part(self, view: SentenceView) -> dict[str, list[str]]:
        """What the part of the full text states that a sentence is in."""
        if not view.part:
            return {}
        if view.part not in self._stated_in_part:
            part = self._article.parts[view.part]
            self._stated_in_part[view.part] = self._find_stated(self._article.text[part.start : part.end])
        return self._stated_in_part[view.part]

    def _find_stated(self, text: str) -> dict[str, list[str]]:
        """What a sentence or a part states of what the article states."""
        found = {key: match_names(kinds, text) for key, kinds in self._narrowed.items()}
        return {key: names for key, names in found.items() if names}


def _split_methods(article: AnnotatedArticle) -> tuple[str, str]:
    """Title and abstract, and what the full text says of methods: its sections on them.

    Without any, it is all but introduction and discussion, where the methods of others may be named.
    """
    if not article.parts:
        return article.text, ""
    texts = [(part.role, article.text[part.start : part.end]) for part in article.parts]
    methods = [text for role, text in texts[1:] if role == "methods"]
    methods = methods or [text for role, text in texts[1:] if role not in ("introduction", "discussion")]
    return texts[0][1], "\n".join(methods)


def _count_patients(text: str) -> int | None:
    counts = [int((found["n"] or found["m"]).replace(",", "")) for found in _PATIENTS.finditer(text)]
    return max(counts, default=None)


def _describe_loading(view: SentenceView, subject: TokenMention, object_: TokenMention) -> str | None:
    first, last = sorted((subject, object_), key=lambda mention: mention.first)
    words = view.phrase(max(0, first.first - 4), min(len(view.tokens), last.last + 6))
    between = view.phrase(first.last, last.first)
    if _PACKAGED.search(between) or _PACKAGED.search(words):
        return "packaged into"
    return "detected in" if _DETECTED.search(words) else None
