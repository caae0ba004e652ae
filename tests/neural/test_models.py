import numpy as np
import pytest

from graph_schema.model import EntityType
from miner.neural import pair_model
from miner.neural.encoder import Encoder, tokenize, word_units
from miner.neural.pair_features import cue_columns, make_pairs, piece_spans
from miner.neural.pair_model import PairScorer
from miner.neural.span_model import SpanScorer
from miner.nlp.sentencizer import sentence_bounds

TEXT = "Exosomal miR-21 from CAFs represses PTEN and promotes angiogenesis. In glioma, exosomes carry miR-21. " * 4
NAMES = {
    "miR-21": EntityType.MICRO_RNA,
    "CAFs": EntityType.CELL,
    "PTEN": EntityType.GENE,
    "angiogenesis": EntityType.FUNCTION,
    "glioma": EntityType.CANCER,
}


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder()


def test_pairs_scored_in_parts_have_the_same_scores(encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    tokens = tokenize(TEXT, sentence_bounds(TEXT))
    mentions = [
        (at, at + len(name), kind, number)
        for number, (name, kind) in enumerate(NAMES.items())
        for at in range(len(TEXT))
        if TEXT.startswith(name, at)
    ]
    pairs = make_pairs(tokens, piece_spans(tokens, mentions), cue_columns(tokens, *word_units(tokens)))
    scorer = PairScorer(encoder)
    whole = scorer(tokens, pairs)
    monkeypatch.setattr(pair_model, "MAX_PAIRS", 7)
    assert len(whole) == len(pairs.pairs) > 20
    np.testing.assert_allclose(scorer(tokens, pairs), whole, atol=1e-4)


def test_no_pairs_have_no_scores(encoder: Encoder) -> None:
    tokens = tokenize("Nothing.", [(0, 8)])
    pairs = make_pairs(tokens, piece_spans(tokens, []), cue_columns(tokens, *word_units(tokens)))
    assert PairScorer(encoder)(tokens, pairs).shape[0] == 0


@pytest.mark.parametrize("text", ["", " ", ";", ", ."])
def test_texts_without_candidates_have_no_spans(encoder: Encoder, text: str) -> None:
    spans, probabilities = SpanScorer(encoder)(tokenize(text, sentence_bounds(text)))
    assert len(spans) == len(probabilities)


def test_the_encoder_caches_a_bounded_number_of_pieces(encoder: Encoder) -> None:
    texts = [f"{n} exosomes carry miR-21. " * 300 for n in range(20)]
    for text in ["", *texts]:
        tokens = tokenize(text, sentence_bounds(text))
        first = encoder.hidden(tokens)
        assert encoder.hidden(tokens) is first
    assert sum(window.shape[1] - 2 for kept in encoder._kept.values() for window in kept) <= Encoder.MAX_KEPT
