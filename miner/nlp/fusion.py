"""A model's scored spans and the candidates of patterns and lexicon, fused into one score per span and type."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import exp, log
from typing import Protocol

from graph_schema.model import EntityType
from miner.nlp.candidates import Candidate, is_cell_word
from miner.nlp.lexicon import ONE_WORD, Lexicon, Sense

_T = EntityType


class Scored(Protocol):
    """A span that a statistical model proposes as an entity of `type`."""

    @property
    def start(self) -> int:
        """Its first character."""

    @property
    def end(self) -> int:
        """The character after its last."""

    @property
    def type(self) -> EntityType:
        """The entity type that the model gives it."""

    @property
    def score(self) -> float:
        """The model's probability for that type."""

    @property
    def threshold(self) -> float:
        """The probability from which the model by itself would accept a span of this type."""


def _lexicon_logits() -> dict[str, float]:
    return {
        _T.GENE.value: 2.0,
        _T.LNC_RNA.value: 3.0,
        _T.CIRC_RNA.value: 3.0,
        _T.MICRO_RNA.value: 5.0,
        _T.CANCER.value: 1.5,
        _T.CELL.value: 1.0,
        _T.FUNCTION.value: 1.0,
        _T.PATHWAY.value: 1.0,
        _T.CHEMICAL.value: 1.5,
        _T.MOLECULE_CLASS.value: 1.0,
        _T.ANATOMY.value: 1.0,
        _T.VESICLE.value: 0.0,
    }


@dataclass(frozen=True)
class FusionConfig:
    """What is added to the log-odds of a model's span.

    `lexicon`, by entity type, where the lexicon proposes the same span and type; `known_factor` of it where the
    lexicon only knows the form; `cells` where a name followed by "cells" is a Cell, `lines` where the lexicon proposes
    the name of a cell line, which has digits: "RAW264.7"; `lenience` always (above 0 finds
    more and errs more). `floor` are the log-odds of a span of the lexicon that the model did not score at all.
    """

    lexicon: Mapping[str, float] = field(default_factory=_lexicon_logits)
    known_factor: float = 0.5
    cells: float = 2.0
    lines: float = 3.5
    lenience: float = -0.4
    floor: float = -3.0


def fuse_scores(
    text: str,
    known: Sequence[Candidate],
    scored: Iterable[Scored],
    lexicon: Lexicon,
    config: FusionConfig | None = None,
) -> list[Candidate]:
    """The model's spans with the lexicon's evidence added, and what patterns and lexicon alone found.

    A fused score of 0.5 means the model's own threshold. A span that the lexicon knows as a symbol of one type alone
    gets that type, whatever type the model gave it.
    """
    config = config or FusionConfig()
    proposed = {
        (c.start, c.end, c.type): _evidence(c, text[c.start : c.end], config)
        for c in known
        if c.source in ("lexicon", "cells")
    }
    odds = _odds(text, known, scored, lexicon, proposed, config)
    fused = [
        Candidate(*key, _probability(logit), "model and lexicon" if key in proposed else "model")
        for key, logit in odds.items()
    ]
    for candidate in known:
        key = candidate.start, candidate.end, candidate.type
        if candidate.source in ("pattern", "vesicle"):
            fused.append(candidate)
        elif key not in odds:
            fused.append(replace(candidate, score=_probability(config.floor + proposed[key])))
    return fused


def _evidence(candidate: Candidate, surface: str, config: FusionConfig) -> float:
    """What the lexicon's proposal adds to the log-odds of a span."""
    if candidate.source == "cells":
        return config.cells
    if candidate.type is _T.CELL and len(surface) > _SHORT_LINE and any(map(str.isdigit, surface)):
        return config.lines
    return config.lexicon[candidate.type]


_Key = tuple[int, int, EntityType]
_SHORT_LINE = 3  # characters of a name that may be something else: "U87", "H9"


def _odds(
    text: str,
    known: Sequence[Candidate],
    scored: Iterable[Scored],
    lexicon: Lexicon,
    proposed: Mapping[_Key, float],
    config: FusionConfig,
) -> dict[_Key, float]:
    """The fused log-odds of each span and type that the model scored."""
    patterns_at: dict[int, list[Candidate]] = defaultdict(list)
    for candidate in known:
        if candidate.source == "pattern":
            patterns_at[candidate.end].append(candidate)
    odds: dict[_Key, float] = {}
    for span in scored:
        surface = text[span.start : span.end]
        senses = lexicon.lookup(surface)
        kind = _molecular_type(span, patterns_at) or _symbol_type(senses, span.type) or span.type
        if kind in _NO_CELL and is_cell_word(surface):
            kind = _T.CELL
        key = span.start, span.end, kind
        logit = _logit(span.score) - _logit(span.threshold) + config.lenience
        if key in proposed:
            logit += proposed[key]
        elif any(sense.type is kind for sense in senses):
            logit += config.lexicon[kind] * config.known_factor
        odds[key] = max(odds.get(key, logit), logit)
    return odds


_MOLECULAR = frozenset({_T.GENE, _T.MICRO_RNA, _T.LNC_RNA, _T.CIRC_RNA, _T.MOLECULE_CLASS})
_NO_CELL = frozenset({_T.CHEMICAL, _T.ANATOMY, _T.MOLECULE_CLASS})
_WORD_RANKS = {_T.CHEMICAL: 0, _T.GENE: 1}
"""The rank up to which a plain word decides the type of what it names."""
_SYMBOL_TYPES = frozenset({_T.GENE, _T.LNC_RNA, _T.CELL, _T.CHEMICAL})


def _molecular_type(span: Scored, patterns_at: Mapping[int, Sequence[Candidate]]) -> EntityType | None:
    """The type of the RNA that a molecular span names at its end: "serum exosomal circ_0008803" is a CircRNA."""
    if span.type not in _MOLECULAR:
        return None
    return next((p.type for p in patterns_at.get(span.end, ()) if p.start >= span.start), None)


def _symbol_type(senses: Sequence[Sense], guess: EntityType) -> EntityType | None:
    """The one type that the lexicon knows an exactly written symbol by, where the model's guess is another."""
    if not senses or any(s.type is guess for s in senses):
        return None
    symbols = [s for s in senses if s.cased not in ("", ONE_WORD) and s.rank < 2]
    symbols += [s for s in senses if s.cased == ONE_WORD and s.rank <= _WORD_RANKS.get(s.type, -1) and s.proposes]
    kinds = {s.type for s in symbols}
    return kinds.pop() if len(kinds) == 1 and kinds <= _SYMBOL_TYPES else None


def _logit(p: float) -> float:
    clipped = min(max(p, 1e-4), 1 - 1e-4)
    return log(clipped / (1 - clipped))


def _probability(logit: float) -> float:
    return 1 / (1 + exp(-logit))
