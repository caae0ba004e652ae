"""The context of a claim: its cancer, and the setting that its sentence and article state.

Keys of `Claim.context`, each present only where stated:

| key | value |
| --- | --- |
| `setting` | some of "in vitro", "in vivo", "mouse", "rat", "zebrafish", "patients": the sentence's or article's |
| `patients` | the largest number of patients (cases, participants, subjects) the article names |
| `separation` | how vesicles were separated: some of "ultracentrifugation", "precipitation", … |
| `characterisation` | how they were characterised: some of "NTA", "TEM", "western blot", … |
| `source_cells` | names of what the vesicles come from (see `vesicle_sources`) |
| `recipient_cells` | names of the cells said to take up the vesicles |
| `loading` | of CARRIES: "packaged into" (the text says cargo is put into vesicles) or "detected in" |
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from graph_schema.model import EntityType, Predicate
from miner.extract.config import CONFIG
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
        opening = 0 < view.index <= CONFIG.opening
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


_SETTINGS: Mapping[str, re.Pattern[str]] = {
    "in vitro": re.compile(r"\bin vitro\b|\bcell lines?\b|\bco-?cultur\w*|\bcultured\b|\btranswell\b", re.IGNORECASE),
    "in vivo": re.compile(r"\bin vivo\b|\banimal models?\b|\bxenograft\w*|\borthotopic\w*", re.IGNORECASE),
    "mouse": re.compile(r"\b(?:mouse|mice|murine|xenograft\w*)\b", re.IGNORECASE),
    "rat": re.compile(r"\brats?\b", re.IGNORECASE),
    "zebrafish": re.compile(r"\bzebrafish\b", re.IGNORECASE),
    "patients": re.compile(r"\b(?:patients?|volunteers|cohorts?|clinical samples?|donors)\b", re.IGNORECASE),
}
_PATIENTS = re.compile(
    r"\b(?P<n>\d{1,3}(?:,\d{3})+|\d{1,6}) (?:(?!and\b|or\b|with\b)[a-zA-Z-]+ ){0,4}?"
    r"(?:patients|cases|participants|subjects|individuals|women|men)\b"
    r"|\b(?:patients|participants|subjects|cases|women|men)\b[^.;()]{0,40}\(n ?= ?(?P<m>\d{1,6})\)",
)
_SEPARATION: Mapping[str, re.Pattern[str]] = {
    "ultracentrifugation": re.compile(r"ultra-?centrifug", re.IGNORECASE),
    "density gradient": re.compile(r"(?:density|sucrose|iodixanol)[- ]gradient|optiprep", re.IGNORECASE),
    "size exclusion chromatography": re.compile(r"size[- ]exclusion|\bSEC\b|\bqEV\b"),
    "precipitation": re.compile(
        r"exoquick|precipitation (?:kit|method|reagent)|total exosome isolation|polymer[- ](?:based )?precipitat",
        re.IGNORECASE,
    ),
    "ultrafiltration": re.compile(r"ultra-?filtration|tangential flow", re.IGNORECASE),
    "immunoaffinity": re.compile(
        r"immuno-?(?:affinity|capture|magnetic|isolat)|antibody-coated|magnetic beads", re.IGNORECASE
    ),
    "microfluidics": re.compile(r"microfluidic", re.IGNORECASE),
    "kit": re.compile(
        r"(?:exosome|vesicle|EV)s? (?:isolation|extraction|purification) kit|exoRNeasy|exoEasy", re.IGNORECASE
    ),
    "differential centrifugation": re.compile(r"differential (?:ultra-?)?centrifug", re.IGNORECASE),
}
_CHARACTERISATION: Mapping[str, re.Pattern[str]] = {
    "NTA": re.compile(r"nanoparticle tracking|\bNTA\b|nanosight", re.IGNORECASE),
    "TEM": re.compile(r"transmission electron|\bTEM\b"),
    "SEM": re.compile(r"scanning electron|\bSEM\b"),
    "cryo-EM": re.compile(r"cryo-?(?:electron|EM\b|TEM\b)", re.IGNORECASE),
    "DLS": re.compile(r"dynamic light scattering|\bDLS\b", re.IGNORECASE),
    "western blot": re.compile(r"western blot|immunoblot", re.IGNORECASE),
    "flow cytometry": re.compile(r"flow cytometr|\bFACS\b|nanoFCM", re.IGNORECASE),
    "AFM": re.compile(r"atomic force|\bAFM\b", re.IGNORECASE),
    "proteomics": re.compile(r"mass spectrometr|proteomic", re.IGNORECASE),
    "RNA sequencing": re.compile(
        r"(?:RNA|miRNA|small RNA|transcriptome|next[- ]generation)[- ]?seq(?:uencing)?\b", re.IGNORECASE
    ),
    "qPCR": re.compile(r"q(?:RT-?)?PCR|RT-?q?PCR|real[- ]time (?:quantitative )?(?:PCR|polymerase)", re.IGNORECASE),
    "microarray": re.compile(r"microarray", re.IGNORECASE),
}
_CARGO_WORDS = load_words("constructions")
_PACKAGED = re.compile(rf"\b{alternatives(_CARGO_WORDS['packaged'])}\b")
_DETECTED = re.compile(rf"\b{alternatives(_CARGO_WORDS['detected'])}\b")


class Setting:
    """The setting of an article's claims: what the sentence states, or else the article."""

    def __init__(self, article: AnnotatedArticle) -> None:
        self._article = article
        self._setting_of: dict[int, list[str]] = {}
        text = article.text
        self._general: dict[str, Any] = {}
        if names := _match_names(_SETTINGS, text):
            self._general["setting"] = names
        if count := _count_patients(text):
            self._general["patients"] = count
        if names := _match_names(_SEPARATION, text):
            self._general["separation"] = names
        if names := _match_names(_CHARACTERISATION, text):
            self._general["characterisation"] = names

    def describe(
        self, view: SentenceView, predicate: Predicate, subject: TokenMention, object_: TokenMention
    ) -> dict[str, Any]:
        """The context of a claim that the sentence makes of two mentions."""
        stated = dict(self._general)
        if view.index not in self._setting_of:
            self._setting_of[view.index] = _match_names(_SETTINGS, self._article.text[view.start : view.end])
        if names := self._setting_of[view.index]:
            stated["setting"] = list(names)
        if predicate is Predicate.CARRIES and (loading := _describe_loading(view, subject, object_)):
            stated["loading"] = loading
        return stated


def _match_names(patterns: Mapping[str, re.Pattern[str]], text: str) -> list[str]:
    return [name for name, pattern in patterns.items() if pattern.search(text)]


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
