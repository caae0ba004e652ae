"""Candidate spans of all finders resolved into one reading of the text: where the mentions are and of which type."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp, log
from typing import Protocol

from graph_schema.model import EntityType
from miner.nlp.abbreviations import Abbreviation
from miner.nlp.lexicon import ONE_WORD, Lexicon, Sense
from miner.nlp.patterns import cell_line_spans, pattern_spans
from miner.nlp.vesicles import rnase_exosomes, vesicle_spans
from miner.vocabulary.normalize import fold_words

_T = EntityType


class Scored(Protocol):
    """A span that a statistical model proposes, with a probability."""

    @property
    def start(self) -> int:
        """Its first character."""

    @property
    def end(self) -> int:
        """The character after its last."""

    @property
    def type(self) -> EntityType:
        """What the model takes it for."""

    @property
    def score(self) -> float:
        """How probable the model finds that."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """`text[start:end]` may be a mention of `type`. `name` is its full name where the text has less ("-155")."""

    start: int
    end: int
    type: EntityType
    score: float
    source: str
    name: str = ""

    def overlaps(self, other: "Candidate") -> bool:
        """Whether the two share a character."""
        return self.start < other.end and other.start < self.end

    def within(self, other: "Candidate") -> bool:
        """Whether this one lies inside the other and is shorter."""
        return (
            other.start <= self.start and self.end <= other.end and (self.end - self.start) < (other.end - other.start)
        )


_RNA = frozenset({_T.MICRO_RNA, _T.LNC_RNA, _T.CIRC_RNA})
_OUTER = frozenset({_T.FUNCTION, _T.PATHWAY, _T.CELL, _T.MOLECULE_CLASS, _T.ANATOMY, _T.CHEMICAL, _T.CANCER})
LEXICON_SCORES: dict[EntityType, float] = {
    _T.GENE: 0.75,
    _T.LNC_RNA: 0.8,
    _T.CIRC_RNA: 0.8,
    _T.MICRO_RNA: 0.9,
    _T.CANCER: 0.8,
    _T.CELL: 0.7,
    _T.FUNCTION: 0.7,
    _T.PATHWAY: 0.75,
    _T.CHEMICAL: 0.6,
    _T.MOLECULE_CLASS: 0.65,
    _T.ANATOMY: 0.6,
    _T.VESICLE: 1.0,
}
"""How far a proposing form of the lexicon is trusted where no trained recognizer has a say."""
LEXICON_LOGITS: dict[EntityType, float] = {
    _T.GENE: 2.0,
    _T.LNC_RNA: 3.0,
    _T.CIRC_RNA: 3.0,
    _T.MICRO_RNA: 5.0,
    _T.CANCER: 1.5,
    _T.CELL: 1.0,
    _T.FUNCTION: 1.0,
    _T.PATHWAY: 1.0,
    _T.CHEMICAL: 1.5,
    _T.MOLECULE_CLASS: 1.0,
    _T.ANATOMY: 1.0,
    _T.VESICLE: 0.0,
}
"""What a form of the lexicon adds to the log-odds that the recognizer gives a span."""
CELLS_LOGIT = 2.0
"""What "cells" after a cancer, cell or organ adds to the log-odds of the whole as a Cell."""
THRESHOLD = 0.5
LENIENCE = -0.4
"""Log-odds added to every span of a model; above 0 finds more and errs more."""


def candidates(text: str, lexicon: Lexicon) -> list[Candidate]:
    """The spans that patterns and the lexicon find in `text`, without a trained model."""
    found = [Candidate(start, end, _T.VESICLE, 1.0, "vesicle") for start, end, _ in vesicle_spans(text)]
    found += [Candidate(s.start, s.end, s.type, 0.97, "pattern", s.name) for s in pattern_spans(text)]
    for span in lexicon.match(text):
        sense = _proposed(span.senses)
        if sense and sense.type is not _T.VESICLE:
            found.append(Candidate(span.start, span.end, sense.type, LEXICON_SCORES[sense.type], "lexicon"))
    return found + _cells(text, found)


def _proposed(senses: Sequence[Sense]) -> Sense | None:
    """The sense a form proposes: its best-ranked proposing one, unless a better-ranked one of another type does not."""
    first = min(senses, key=lambda s: s.rank)
    sense = next((s for s in senses if s.proposes), None)
    return sense if sense and (sense.type is first.type or sense.rank <= first.rank) else None


_CELLS = re.compile(r"(?: \([A-Za-z0-9-]{2,10}\))?[ -](?:(?:stem|progenitor) )?cells?(?: lines?)?\b")


def _cells(text: str, found: Sequence[Candidate]) -> list[Candidate]:
    """Cell names made of something else and "cells": "CRC cells", "A549 cells"."""
    cells = []
    for candidate in found:
        if candidate.type in (_T.CANCER, _T.CELL, _T.ANATOMY):
            match = _CELLS.match(text, candidate.end)
            if match:
                cells.append(Candidate(candidate.start, match.end(), _T.CELL, 0.8, "cells"))
    for start, end in cell_line_spans(text):
        if re.search(r"\d", text[start:end]):
            cells.append(Candidate(start, end, _T.CELL, 0.75, "cells"))
    return cells


def weighed(
    text: str,
    known: Sequence[Candidate],
    scored: Iterable[Scored],
    lexicon: Lexicon,
    thresholds: Mapping[str, float] | None = None,
) -> list[Candidate]:
    """A model's spans with the lexicon's word added to their odds, and what patterns and lexicon alone found.

    `thresholds` (by type) are the probabilities from which the model itself would take a span; a score of 0.5 stands
    for them here. Where the lexicon knows a span as a symbol of one type alone, the span is of that type, whatever the
    model thinks it is.
    """
    proposed = {
        (c.start, c.end, c.type): CELLS_LOGIT if c.source == "cells" else LEXICON_LOGITS[c.type]
        for c in known
        if c.source in ("lexicon", "cells")
    }
    patterns = [c for c in known if c.source == "pattern"]
    odds: dict[tuple[int, int, EntityType], float] = {}
    for span in scored:
        surface = text[span.start : span.end]
        senses = lexicon.lookup(surface)
        kind = _molecular_type(surface, span, patterns) or _symbol_type(senses, span.type) or span.type
        logit = _logit(span.score) - _logit((thresholds or {}).get(span.type, THRESHOLD)) + LENIENCE
        if (span.start, span.end, kind) in proposed:
            logit += proposed[span.start, span.end, kind]
        elif any(sense.type is kind for sense in senses):
            logit += LEXICON_LOGITS[kind] / 2
        key = span.start, span.end, kind
        odds[key] = max(odds.get(key, logit), logit)
    merged = [
        Candidate(*key, _probability(logit), "model and lexicon" if key in proposed else "model")
        for key, logit in odds.items()
    ]
    for candidate in known:
        if candidate.source in ("pattern", "vesicle"):
            merged.append(candidate)
        elif (candidate.start, candidate.end, candidate.type) not in odds:
            merged.append(
                replace(
                    candidate,
                    score=_probability(_FLOOR_LOGIT + proposed[candidate.start, candidate.end, candidate.type]),
                )
            )
    return merged


_FLOOR_LOGIT = -3.0
"""The log-odds of a lexicon span to which the model gives next to nothing."""
_MOLECULAR = frozenset({_T.GENE, _T.MICRO_RNA, _T.LNC_RNA, _T.CIRC_RNA, _T.MOLECULE_CLASS})


def _molecular_type(surface: str, span: Scored, patterns: Sequence[Candidate]) -> EntityType | None:
    """The type of the RNA that a molecular span names at its end: "serum exosomal circ_0008803" is a CircRNA."""
    if span.type not in _MOLECULAR:
        return None
    return next((p.type for p in patterns if p.end == span.end and p.start >= span.start), None)


def _symbol_type(senses: Sequence[Sense], guess: EntityType) -> EntityType | None:
    """The one type that the lexicon knows an exactly written symbol by, where the model's guess is another."""
    symbols = [s for s in senses if s.cased not in ("", ONE_WORD) and s.rank < 2]
    symbols += [s for s in senses if s.cased == ONE_WORD and s.rank == 0 and s.type is _T.CHEMICAL and s.proposes]
    kinds = {s.type for s in symbols}
    if len(kinds) != 1 or any(s.type is guess for s in senses):
        return None
    kind = kinds.pop()
    return kind if kind in (_T.GENE, _T.LNC_RNA, _T.CELL, _T.CHEMICAL) else None


def _logit(p: float) -> float:
    clipped = min(max(p, 1e-4), 1 - 1e-4)
    return log(clipped / (1 - clipped))


def _probability(logit: float) -> float:
    return 1 / (1 + exp(-logit))


def resolve(
    text: str, found: Iterable[Candidate], abbreviations: Mapping[str, Abbreviation], threshold: float = THRESHOLD
) -> list[Candidate]:
    """The mentions of `text`, in order: overlaps settled, abbreviations typed as their long forms, names found again.

    Mentions nest only where a name stands inside a longer mention ("miR-21" in "sorting of miR-21"); vesicles are a
    layer of their own.
    """
    found = list(found)
    usable = _usable(text, [c for c in found if c.score >= threshold])
    taken = _greedy(usable)
    taken = _follow_abbreviations(text, taken, abbreviations)
    taken = _one_type_a_name(text, taken)
    taken = _again(text, taken)
    taken += _nested(usable + _cancers_by_name(text, found), taken, text)
    return sorted(taken, key=lambda c: (c.start, -c.end, c.type.value))


_NO_ENTITY = re.compile(
    r"(?:IHC|SILAC|ELISA|(?:RT-)?q?PCR|qRT-PCR|TEM|SEM|NTA|DLS|FACS|RNA-?seq|LC-MS(?:/MS)?|ROC|AUC|TNM"
    r"|TCGA|GEO|KEGG|immunohistochemistry"
    r"|Western blot(?:ting)?|flow cytometry|ultracentrifugation|mass spectrometry|electron microscopy"
    r"|qPCR|siRNA knockdown)$",
    re.I,
)


def _usable(text: str, found: Sequence[Candidate]) -> list[Candidate]:
    """Candidates without those that cannot be: the RNase exosome, methods, vesicles taken for something else, lists."""
    rnase = rnase_exosomes(text)
    vesicle_ends = {c.end for c in found if c.source == "vesicle"}
    rnas = [c for c in found if c.source == "pattern"]
    usable = []
    for c in found:
        surface = text[c.start : c.end]
        if (c.type is _T.VESICLE and _hits(c, rnase)) or _NO_ENTITY.match(surface):
            continue
        if c.type not in (_T.VESICLE, _T.FUNCTION, _T.PATHWAY) and c.end in vesicle_ends and c.source != "pattern":
            continue
        if c.type in _RNA and c.source.startswith("model") and sum(p.within(c) for p in rnas) > 1:
            continue
        if c.type is _T.CELL and surface.lower() in ("cell", "cells") and c.score < SURE_OF_BARE_CELLS:
            continue
        usable.append(c)
    return usable


SURE_OF_BARE_CELLS = 0.9


def _hits(candidate: Candidate, spans: Sequence[tuple[int, int]]) -> bool:
    return any(candidate.start < end and start < candidate.end for start, end in spans)


def _layer(candidate: Candidate) -> bool:
    return candidate.type is _T.VESICLE


def _greedy(usable: Iterable[Candidate]) -> list[Candidate]:
    """The best candidates that do not overlap within their layer; among equals the longest."""
    taken: list[Candidate] = []
    for candidate in sorted(usable, key=lambda c: (-_rank(c), c.start - c.end, c.start)):
        if not any(candidate.overlaps(other) and _layer(candidate) == _layer(other) for other in taken):
            taken.append(candidate)
    return taken


def _rank(candidate: Candidate) -> float:
    """Names that patterns find come first, save inside longer spans; a longer span beats a shorter of like score."""
    return candidate.score + min(candidate.end - candidate.start, 40) * 0.006


def _follow_abbreviations(
    text: str, taken: list[Candidate], abbreviations: Mapping[str, Abbreviation]
) -> list[Candidate]:
    """Each occurrence of an abbreviation gets the type of its long form, and the long form that of its abbreviation."""
    for short, abbreviation in abbreviations.items():
        long = next((c for c in taken if _is_long_form(c, abbreviation)), None)
        places = [m.span() for m in re.finditer(rf"(?<![\w]){re.escape(short)}(?!\w)", text)]
        shorts = [c for c in taken if (c.start, c.end) in places]
        if long is None:
            sure = [c for c in shorts if c.source.startswith("model")]
            if sure and not any(
                c.start < abbreviation.end and abbreviation.start < c.end and not _layer(c) for c in taken
            ):
                taken.append(
                    Candidate(abbreviation.start, abbreviation.end, sure[0].type, sure[0].score, "abbreviation")
                )
            elif not sure:
                taken = [c for c in taken if c not in shorts or c.source != "lexicon"]
            continue
        for start, end in places:
            mention = Candidate(start, end, long.type, max(long.score, 0.9), "abbreviation")
            if not any(mention.within(other) and _layer(other) == _layer(mention) for other in taken):
                taken = [c for c in taken if not (c.overlaps(mention) and _layer(c) == _layer(mention))]
                taken.append(mention)
    return taken


def _is_long_form(candidate: Candidate, abbreviation: Abbreviation) -> bool:
    """Whether a mention is an abbreviation's long form, give or take a word before it."""
    return (
        abs(candidate.end - abbreviation.end) <= 1
        and candidate.start < abbreviation.end
        and (_layer(candidate) or (candidate.end - candidate.start) * 2 >= abbreviation.end - abbreviation.start)
        and candidate.start >= abbreviation.start - 30
    )


def _one_type_a_name(text: str, taken: list[Candidate]) -> list[Candidate]:
    """A name means one thing in one article: the type with the most score behind it."""
    votes: dict[str, dict[EntityType, float]] = defaultdict(lambda: defaultdict(float))
    for c in taken:
        if not _layer(c):
            votes[text[c.start : c.end].casefold()][c.type] += c.score
    settled = []
    for c in taken:
        kinds = votes.get(text[c.start : c.end].casefold())
        settled.append(c if _layer(c) or not kinds else replace(c, type=max(kinds, key=lambda kind: kinds[kind])))
    return settled


def _again(text: str, taken: list[Candidate]) -> list[Candidate]:
    """Further occurrences of names that were found once, where nothing else was found."""
    names: dict[str, Candidate] = {}
    for c in taken:
        if (
            not _layer(c)
            and c.end - c.start > 2
            and not text[c.start].isspace()
            and c.name in ("", text[c.start : c.end])
        ):
            names.setdefault(text[c.start : c.end], c)
    if not names:
        return taken
    alternatives = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    for match in re.finditer(rf"(?<![\w-])(?:{alternatives})(?![\w])", text):
        mention = replace(names[match.group()], start=match.start(), end=match.end(), source="again")
        if not any(mention.overlaps(other) and not _layer(other) for other in taken):
            taken.append(mention)
    return taken


_GENERIC_CANCERS = frozenset(["cancer", "tumor", "carcinoma", "neoplasm", "malignancy", "metastasis"])


def _cancers_by_name(text: str, found: Iterable[Candidate]) -> list[Candidate]:
    """The named cancers of the lexicon, however little a model thinks of them where longer mentions hold them."""
    return [
        c
        for c in found
        if c.type is _T.CANCER
        and c.source.endswith("lexicon")
        and set(fold_words(text[c.start : c.end])) - _GENERIC_CANCERS
    ]


def _nested(usable: Iterable[Candidate], taken: Sequence[Candidate], text: str) -> list[Candidate]:
    """Names inside longer mentions: RNAs and named cancers always, others where the article has them outside too."""
    outside = {(text[c.start : c.end].casefold(), c.type) for c in taken}
    inner: list[Candidate] = []
    for c in sorted(usable, key=lambda c: (-_rank(c), c.start)):
        if _layer(c) or any(c.overlaps(other) for other in inner):
            continue
        around = [other for other in taken if c.overlaps(other) and not _layer(other)]
        if not around or not all(
            c.within(other) and other.type in _OUTER and other.type is not c.type for other in around
        ):
            continue
        named = c.type in _RNA or (c.type is _T.CANCER and c.source.endswith("lexicon"))
        if named or (text[c.start : c.end].casefold(), c.type) in outside:
            inner.append(c)
    return inner
