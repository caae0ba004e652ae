"""Spans of characters as spans of whole tokens."""

from itertools import combinations

import spacy

from graph_schema.model import EntityType
from miner.nlp.recognizer import ScoredSpan
from miner.nlp.spans import get, put


def test_spans_are_widened_to_whole_tokens_as_spacy_does() -> None:
    doc = spacy.blank("en")("CD63-positive  exosomes (n=5),\nof \u03b2-cells")
    rows = [
        ScoredSpan(start, end, EntityType.CELL, 0.5)
        for start, end in combinations(range(len(doc.text) + 1), 2)
        if doc.text[start:end].strip() == doc.text[start:end]
    ]
    put(doc, "scored", rows, ScoredSpan)
    expected = [doc.char_span(row.start, row.end, row.type.value, alignment_mode="expand") for row in rows]
    assert [(s.start, s.end, s.label_) for s in doc.spans["scored"]] == [(s.start, s.end, s.label_) for s in expected]
    assert get(doc, "scored", ScoredSpan) == rows
