"""Candidates resolved into mentions: where the entities of a text are named, and of which type each is."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from graph_schema.model import EntityType
from miner.nlp.abbreviations import Abbreviation
from miner.nlp.candidates import Candidate
from miner.nlp.intervals import SpanSet
from miner.nlp.occurrences import Occurrences
from miner.nlp.vesicles import means_other, rnase_exosomes
from miner.vocabulary.cancers import may_name_cancer
from miner.vocabulary.normalize import normalize_words

_T = EntityType
_RNA = frozenset({_T.MICRO_RNA, _T.LNC_RNA, _T.CIRC_RNA})
_LISTED = _RNA | {_T.GENE, _T.CELL}
_OUTER = frozenset({_T.FUNCTION, _T.PATHWAY, _T.CELL, _T.MOLECULE_CLASS, _T.ANATOMY, _T.CHEMICAL, _T.CANCER})


@dataclass(frozen=True)
class ResolverConfig:
    """Numbers of the resolver.

    `threshold`: the least score of a candidate. `bare_cells`: the least score of "cells" without a name.
    `length_bonus`: what each character adds to a candidate's rank, up to `max_bonus_length` characters.
    `abbreviation`: the least score of an abbreviation whose long form is a mention. `max_extra`: how many characters
    the mention of a long form may begin before it.
    """

    threshold: float = 0.5
    bare_cells: float = 0.9
    length_bonus: float = 0.006
    max_bonus_length: int = 40
    abbreviation: float = 0.9
    max_extra: int = 30


def resolve(
    text: str,
    found: Iterable[Candidate],
    abbreviations: Mapping[str, Abbreviation],
    config: ResolverConfig | None = None,
) -> list[Candidate]:
    """The mentions of `text`, in order: overlaps settled, abbreviations typed as their long forms, names found again.

    Mentions nest only where a name is part of a longer mention ("miR-21" in "sorting of miR-21"). Vesicles are a
    layer of their own: they may overlap mentions of other types.
    """
    return _Resolver(text, config or ResolverConfig()).resolve(list(found), abbreviations)


_NO_ENTITY = re.compile(
    r"(?:IHC|SILAC|ELISA|(?:RT-)?q?PCR|qRT-PCR|TEM|SEM|NTA|DLS|FACS|RNA-?seq|LC-MS(?:/MS)?|ROC|AUC|TNM"
    r"|TCGA|GEO|KEGG|immunohistochemistry"
    r"|Western blot(?:ting)?|flow cytometry|ultracentrifugation|mass spectrometry|electron microscopy"
    r"|qPCR|siRNA knockdown)$",
    re.I,
)
_VERB_WITHIN = re.compile(
    r"\w (?:internali[sz]ed?|engulf(?:ed)?|absorb(?:ed)?|took up|take up|ingest(?:ed)?) \w|, and "
)
_JOINED = re.compile(r"\b(?:but|not|nor|rather than|versus|vs)\b")
_VERB_FIRST = re.compile(
    r"(?:(?:reach|enter|penetrat|invad|infiltrat|hom|arriv|cross|clear|engulf|internali[sz]|captur|ingest|absorb)"
    r"(?:ed|es|s)"
    r"|(?:fell|rose|rises|dropped|declined|differed|remained|became) (?:in|from|to|with|after)"
    r"|(?:find|found|made|makes?) (?:their|its) way) ",
    re.I,
)
_KEPT_FROM = re.compile(
    r"(?:protect|rescu|sav|shield|guard|spar)(?:e?[sd]|ing|e)? (?:[^\s,;]+ ){1,4}?(?:from|against) (?:the )?", re.I
)
_ABILITY = re.compile(
    r"(?:abilit|capacit|capabilit|potential|propert)\w* of (?:the |these )?(?:\w+ ){0,3}?"
    r"(?:species|\w*vesicles|\w*EVs|\w*exosomes)$",
    re.I,
)
_EFFECT_ON_PROCESS = re.compile(
    r"(?:inhibition|repression|suppression|attenuation|abrogation|prevention|impairment|promotion|enhancement"
    r"|acceleration|facilitation) of (?:the )?(?=(?:\w+ ){0,3}?\w*(?:osis|asis|esis|tion|sion|phagy|growth|death"
    r"|survival|toxicity|aging|healing)\b)",
    re.I,
)
_LACKED = re.compile(r"-(?:deficient|null|silenced|depleted|knock(?:down|out)|overexpressing|KO|/-)\b")
_OF = re.compile(r" (?:of|in) (?:the |human |primary )?$")
_CLASS = re.compile(r"RNAs[ ,:(]*$")
_GENERIC_CANCERS = frozenset(["cancer", "tumor", "carcinoma", "neoplasm", "malignancy", "metastasis"])


class _Resolver:
    """The steps of `resolve` on one text. `taken` is the set of mentions so far, best first."""

    def __init__(self, text: str, config: ResolverConfig) -> None:
        self.text = text
        self.config = config
        self.occurrences = Occurrences(text)

    def resolve(self, found: Sequence[Candidate], abbreviations: Mapping[str, Abbreviation]) -> list[Candidate]:
        long_forms = {short: abbreviation.long for short, abbreviation in abbreviations.items()}
        found = [c for c in found if not (_is_vesicle(c) and means_other(self.text, c.start, c.end, long_forms))]
        usable = self._usable([self._trim(c) for c in found if c.score >= self.config.threshold])
        taken = self._best(self._without_nested_cancers(usable))
        for short, abbreviation in abbreviations.items():
            self._follow_abbreviation(taken, short, abbreviation)
        taken = SpanSet(self._one_type_per_name(taken))
        self._find_again(taken)
        nested = self._nested([*usable, *self._named_cancers(found)], taken)
        return sorted([*taken, *nested], key=lambda c: (c.start, -c.end, c.type.value))

    def _usable(self, found: Sequence[Candidate]) -> list[Candidate]:
        """Candidates without what cannot be an entity: the RNase exosome, methods, mistyped vesicles, lists."""
        rnase = SpanSet(Candidate(start, end, _T.VESICLE, 0, "rnase") for start, end in rnase_exosomes(self.text))
        vesicles = SpanSet(c for c in found if c.source == "vesicle")
        vesicle_ends = {c.end for c in vesicles}
        patterns = SpanSet(c for c in found if c.source == "pattern")
        usable = (c for c in found if self._is_usable(c, rnase, vesicle_ends, patterns))
        return [c for c in usable if not self._joins_names(c, vesicles, patterns)]

    def _trim(self, c: Candidate) -> Candidate:
        """Remove an effect from a model's process: "repression of ferroptosis", "protects X from ferroptosis"."""
        if c.type is not _T.FUNCTION or not c.source.startswith("model"):
            return c
        effect = _EFFECT_ON_PROCESS.match(self.text, c.start, c.end) or _KEPT_FROM.match(self.text, c.start, c.end)
        return c if effect is None else replace(c, start=effect.end())

    def _without_nested_cancers(self, usable: Sequence[Candidate]) -> list[Candidate]:
        """Candidates without the cancers inside a process, such as melanoma in "metastasis of melanoma".

        These become nested mentions later.
        """
        processes = SpanSet(c for c in usable if c.type is _T.FUNCTION)
        return [c for c in usable if c.type is not _T.CANCER or not self._is_of_process(c, processes)]

    def _is_of_process(self, cancer: Candidate, processes: SpanSet[Candidate]) -> bool:
        around = [p for p in processes.overlapping(cancer.start, cancer.end) if cancer.within(p)]
        return any(
            cancer.start > p.start
            and _OF.search(self.text[p.start : cancer.start])
            and not any(q.end <= cancer.start for q in processes.overlapping(p.start, p.end) if q.within(p))
            for p in around
        )

    def _joins_names(self, c: Candidate, vesicles: SpanSet[Candidate], patterns: SpanSet[Candidate]) -> bool:
        """Whether a model's span takes two for one: "M1 but not M2 exosomes" or the class and its member in one."""
        if not c.source.startswith("model"):
            return False
        surface = self.text[c.start : c.end]
        if c.type is _T.VESICLE and _VERB_WITHIN.search(surface):
            return True
        if c.type is _T.VESICLE:
            return bool(_JOINED.search(surface)) and sum(v.within(c) for v in vesicles.overlapping(c.start, c.end)) > 1
        return c.type in _RNA and any(
            p.within(c) and _CLASS.search(self.text[c.start : p.start]) for p in patterns.overlapping(c.start, c.end)
        )

    def _is_usable(
        self, c: Candidate, rnase: SpanSet[Candidate], vesicle_ends: set[int], patterns: SpanSet[Candidate]
    ) -> bool:
        surface = self.text[c.start : c.end]
        if _NO_ENTITY.match(surface):
            return False
        if c.type is _T.VESICLE:
            return not rnase.overlapping(c.start, c.end)
        if c.type is _T.FUNCTION and (_VERB_FIRST.match(surface) or _ABILITY.match(surface)):
            return False
        if c.type not in (_T.FUNCTION, _T.PATHWAY) and c.end in vesicle_ends and c.source != "pattern":
            return False
        if c.type in _LISTED and c.source.startswith("model"):
            return sum(p.within(c) for p in patterns.overlapping(c.start, c.end)) < 2
        if c.type is _T.CANCER and c.source == "model":
            return may_name_cancer(surface)
        return c.type is not _T.CELL or c.score >= self.config.bare_cells or surface.lower() not in ("cell", "cells")

    def _rank(self, candidate: Candidate) -> float:
        """The score, with a bonus for length: a longer span beats a shorter one of about the same score."""
        length = min(candidate.end - candidate.start, self.config.max_bonus_length)
        return candidate.score + length * self.config.length_bonus

    def _best(self, usable: Iterable[Candidate]) -> SpanSet[Candidate]:
        """The best candidates that do not overlap within their layer; among equals the longest."""
        taken: SpanSet[Candidate] = SpanSet()
        for candidate in sorted(usable, key=lambda c: (-self._rank(c), c.start - c.end, c.start)):
            if not _overlapping(candidate, taken):
                taken.add(candidate)
        return taken

    def _follow_abbreviation(self, taken: SpanSet[Candidate], short: str, abbreviation: Abbreviation) -> None:
        """Give an abbreviation's occurrences the type of its long form, or the long form that of its short form."""
        places = list(self.occurrences.of(short))
        around = taken.overlapping(abbreviation.end - 2, abbreviation.end + 1)
        long = next((c for c in around if self._is_long_form(c, abbreviation)), None)
        if long is None:
            self._type_long_form(taken, places, abbreviation)
            return
        for start, end in places:
            mention = Candidate(start, end, long.type, max(long.score, self.config.abbreviation), "abbreviation")
            rivals = _overlapping(mention, taken)
            if not any(mention.within(rival) for rival in rivals):
                for rival in rivals:
                    taken.remove(rival)
                taken.add(mention)

    def _type_long_form(
        self, taken: SpanSet[Candidate], places: Sequence[tuple[int, int]], abbreviation: Abbreviation
    ) -> None:
        """Take the long form as a mention where the model is sure of its abbreviation; else trust no lexicon for it."""
        shorts = taken.exactly(places)
        sure = next((c for c in shorts if c.source.startswith("model")), None)
        if sure is None:
            for candidate in shorts:
                if candidate.source == "lexicon":
                    taken.remove(candidate)
        elif all(_is_vesicle(c) for c in taken.overlapping(abbreviation.start, abbreviation.end)):
            taken.add(Candidate(abbreviation.start, abbreviation.end, sure.type, sure.score, "abbreviation"))

    def _is_long_form(self, candidate: Candidate, abbreviation: Abbreviation) -> bool:
        """Whether a mention is an abbreviation's long form, give or take a word before it."""
        length = candidate.end - candidate.start
        return (
            abs(candidate.end - abbreviation.end) <= 1
            and candidate.start < abbreviation.end
            and (_is_vesicle(candidate) or length * 2 >= abbreviation.end - abbreviation.start)
            and candidate.start >= abbreviation.start - self.config.max_extra
        )

    def _one_type_per_name(self, taken: Iterable[Candidate]) -> list[Candidate]:
        """A name means one thing in one article: give it the type with the highest sum of scores."""
        votes: dict[str, dict[EntityType, float]] = defaultdict(lambda: defaultdict(float))
        for c in taken:
            if not _is_vesicle(c):
                votes[self._folded(c)][c.type] += c.score
        settled = []
        for c in taken:
            kinds = votes.get(self._folded(c))
            best = c.type if _is_vesicle(c) or not kinds else max(kinds, key=lambda kind: kinds[kind])
            settled.append(c if best is c.type else replace(c, type=best))
        return settled

    def _folded(self, candidate: Candidate) -> str:
        return self.text[candidate.start : candidate.end].casefold()

    def _find_again(self, taken: SpanSet[Candidate]) -> None:
        """Take further occurrences of names that were found once, where nothing else was found."""
        names: dict[str, Candidate] = {}
        for c in taken:
            surface = self.text[c.start : c.end]
            if not _is_vesicle(c) and len(surface) > 2 and not surface[0].isspace() and c.name in ("", surface):
                names.setdefault(surface, c)
        for start, end in self.occurrences.of_any(names):
            if all(_is_vesicle(c) for c in taken.overlapping(start, end)):
                taken.add(replace(names[self.text[start:end]], start=start, end=end, source="again"))

    def _named_cancers(self, found: Iterable[Candidate]) -> list[Candidate]:
        """The named cancers of the lexicon, whatever their score: they may be part of a longer mention."""
        return [
            c
            for c in found
            if c.type is _T.CANCER
            and c.source.endswith("lexicon")
            and set(normalize_words(self.text[c.start : c.end])) - _GENERIC_CANCERS
        ]

    def _nested(self, usable: Iterable[Candidate], taken: SpanSet[Candidate]) -> SpanSet[Candidate]:
        """Names inside longer mentions: RNAs and named cancers always, others where the text has them alone too."""
        alone = {(self._folded(c), c.type) for c in taken}
        inner: SpanSet[Candidate] = SpanSet()
        for c in sorted(usable, key=lambda c: (-self._rank(c), c.start)):
            if _is_vesicle(c) or inner.overlapping(c.start, c.end):
                continue
            around = [other for other in taken.overlapping(c.start, c.end) if not _is_vesicle(other)]
            if not around or not all(
                c.within(other) and other.type in _OUTER and other.type is not c.type for other in around
            ):
                continue
            named = (
                (c.type in _RNA and c.source == "pattern")
                or (c.type is _T.CANCER and c.source.endswith("lexicon"))
                or (c.type is _T.GENE and _LACKED.match(self.text, c.end) is not None)
            )
            if named or (self._folded(c), c.type) in alone:
                inner.add(c)
        return inner


def _is_vesicle(candidate: Candidate) -> bool:
    return candidate.type is _T.VESICLE


def _overlapping(candidate: Candidate, taken: SpanSet[Candidate]) -> list[Candidate]:
    """The spans of the candidate's layer that overlap it."""
    layer = _is_vesicle(candidate)
    return [other for other in taken.overlapping(candidate.start, candidate.end) if _is_vesicle(other) == layer]
