"""Candidate mentions that patterns and the lexicon find in a text, without a trained model."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from graph_schema.model import EntityType
from miner.nlp.lexicon import Lexicon, Sense
from miner.nlp.patterns import PatternSpan, cell_line_spans, cell_lists, effect_spans, gene_lists, pattern_spans
from miner.nlp.vesicles import vesicle_process_spans, vesicle_spans
from miner.vocabulary.words import alternatives, load_words

_T = EntityType


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


def _lexicon_scores() -> dict[str, float]:
    return {
        _T.GENE.value: 0.75,
        _T.LNC_RNA.value: 0.8,
        _T.CIRC_RNA.value: 0.8,
        _T.MICRO_RNA.value: 0.9,
        _T.CANCER.value: 0.8,
        _T.CELL.value: 0.7,
        _T.FUNCTION.value: 0.7,
        _T.PATHWAY.value: 0.75,
        _T.CHEMICAL.value: 0.6,
        _T.MOLECULE_CLASS.value: 0.65,
        _T.ANATOMY.value: 0.6,
        _T.VESICLE.value: 1.0,
    }


@dataclass(frozen=True)
class CandidateConfig:
    """Scores of candidates by their source. They decide alone where no trained recognizer runs.

    `lexicon` scores a proposing form by entity type; `cells` a name followed by "cells"; `cell_line` a symbol with a
    digit followed by "cells"; `cell_word` a word like "osteoclasts", which any longer name with it outdoes.
    """

    vesicle: float = 1.0
    pattern: float = 0.97
    cells: float = 0.8
    cell_line: float = 0.75
    cell_word: float = 0.5
    lexicon: Mapping[str, float] = field(default_factory=_lexicon_scores)


def find_candidates(text: str, lexicon: Lexicon, config: CandidateConfig | None = None) -> list[Candidate]:
    """The spans that vesicle terms, name patterns and the lexicon find in `text`. They may overlap."""
    config = config or CandidateConfig()
    found = [Candidate(start, end, _T.VESICLE, config.vesicle, "vesicle") for start, end, _ in vesicle_spans(text)]
    found += [Candidate(s.start, s.end, s.type, config.pattern, "pattern", s.name) for s in pattern_spans(text)]
    found += [Candidate(s.start, s.end, s.type, config.pattern, "pattern", s.name) for s in _listed(text, lexicon)]
    found += [Candidate(*m.span(), _T.CELL, config.cell_word, "pattern") for m in _CELL_WORDS.finditer(text)]
    found += [Candidate(start, end, _T.FUNCTION, config.pattern, "pattern") for start, end in effect_spans(text)]
    found += [Candidate(*span, _T.FUNCTION, config.pattern, "pattern") for span in vesicle_process_spans(text)]
    found += [Candidate(*span, _T.GENE, config.pattern, "pattern") for span in _carried_symbols(text, lexicon)]
    for span in lexicon.match(text):
        sense = _proposed_sense(span.senses)
        if sense and sense.type is not _T.VESICLE:
            found.append(Candidate(span.start, span.end, sense.type, config.lexicon[sense.type], "lexicon"))
    return _without_aliases_of_lines(text, found + _find_cells(text, found, config), lexicon, config)


def _listed(text: str, lexicon: Lexicon) -> Iterator[PatternSpan]:
    """Members of lists of genes ("MMP2/9") and of cell lines ("T24, PC-3 and U87 cells") that the lexicon confirms."""
    for genes in gene_lists(text):
        whole = text[genes[0].start : genes[-1].end]
        if not lexicon.lookup(whole) and all(_knows(lexicon, gene.name, _T.GENE, 1) for gene in genes):
            yield from genes
    for cells in cell_lists(text):
        lines = [cell for cell in cells if _knows(lexicon, cell.name, _T.CELL)]
        if len(cells) > 1 and len(lines) * 2 >= len(cells):
            yield from cells


def _carried_symbols(text: str, lexicon: Lexicon) -> Iterator[tuple[int, int]]:
    """Symbols after "exosomal", read as genes even if they are ambiguous: "exosomal PSMA"."""
    for match in _CARRIED.finditer(text):
        if _knows(lexicon, match["symbol"], _T.GENE) and not _knows(lexicon, match["symbol"], _T.LNC_RNA):
            yield match.span("symbol")


def _without_aliases_of_lines(
    text: str, found: list[Candidate], lexicon: Lexicon, config: CandidateConfig
) -> list[Candidate]:
    """Candidates with a cell line in the place of the gene of which its name is an alias: "Huh7 cells"."""
    kept = []
    ends = {c.start: c.end for c in found if c.source == "cells"}
    for c in found:
        name = text[c.start : c.end]
        is_alias = c.type in _GENES and c.source == "lexicon" and not _knows(lexicon, name, c.type, 1)
        if is_alias and ends.get(c.start, 0) > c.end and _knows(lexicon, name, _T.CELL):
            kept.append(Candidate(c.start, ends[c.start], _T.CELL, config.pattern, "pattern"))
        else:
            kept.append(c)
    return kept


_GENES = frozenset({_T.GENE, _T.LNC_RNA})


def _knows(lexicon: Lexicon, name: str, kind: EntityType, max_rank: int = 2) -> bool:
    return any(sense.type is kind and sense.rank <= max_rank for sense in lexicon.lookup(name))


def _proposed_sense(senses: Sequence[Sense]) -> Sense | None:
    """The sense a form proposes: its best-ranked proposing one, unless a better-ranked one of another type does not."""
    first = min(senses, key=lambda s: s.rank)
    sense = next((s for s in senses if s.proposes), None)
    return sense if sense and (sense.type is first.type or sense.rank <= first.rank) else None


_CARRIED = re.compile(
    r"\b(?:[Ee]xosomal|[Vv]esicular|EV-associated) (?P<symbol>[A-Z][A-Z0-9]{2,7}(?:-[A-Z0-9]{1,3})?)(?![\w-])"
)
_CELL_WORDS = re.compile(rf"\b{alternatives(load_words('cells')['words'])}\b", re.I)
_CELLS = re.compile(r"(?: \([A-Za-z0-9-]{2,10}\))?[ -](?:(?:stem|progenitor) )?cells?(?: lines?)?\b")
_DIGIT = re.compile(r"\d")


def is_cell_word(surface: str) -> bool:
    """Whether a word names a kind of cell by its form, as "osteoclasts" does."""
    return _CELL_WORDS.fullmatch(surface) is not None


def _find_cells(text: str, found: Sequence[Candidate], config: CandidateConfig) -> list[Candidate]:
    """Cell names made of something else and "cells": "CRC cells", "A549 cells"."""
    cells = []
    for candidate in found:
        if candidate.type in (_T.CANCER, _T.CELL, _T.ANATOMY):
            match = _CELLS.match(text, candidate.end)
            if match:
                cells.append(Candidate(candidate.start, match.end(), _T.CELL, config.cells, "cells"))
    for start, end in cell_line_spans(text):
        if _DIGIT.search(text, start, end):
            cells.append(Candidate(start, end, _T.CELL, config.cell_line, "cells"))
    return cells
