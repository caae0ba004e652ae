"""The recognizer's suggester (which runs of words could name an entity) and the scores of what it suggests."""

import numpy as np

from graph_schema.model import EntityType
from miner.neural.encoder import (
    Encoder,
    Floats,
    Ints,
    Layers,
    RangeMax,
    Tokens,
    gelu,
    join_windows,
    load_head,
    multiply,
    shared_encoder,
    sigmoid,
    word_units,
)

MAX_UNITS = 12
MAX_PIECES = 26
_NOT_FIRST = frozenset(",;:.)]}%?!/-–=+*’'\"”<>±|")
_NOT_LAST = frozenset(',;:([{/.-–=<>±|‘“"')
_NOT_INSIDE = frozenset(";?!")


def suggest_spans(tokens: Tokens) -> Ints:
    """(N, 3): first piece, last piece and number of words less one of each span that could name an entity."""
    first, last = word_units(tokens)
    count = len(first)
    if not count:
        return np.zeros((0, 3), np.int64)
    opening = [tokens.text[start] for start in tokens.starts[first].tolist()]
    may_open = np.array([c not in _NOT_FIRST for c in opening])
    may_close = np.array([c not in _NOT_LAST for c in opening])
    barriers = np.cumsum([c in _NOT_INSIDE for c in opening])
    sentence = tokens.sentences[first]
    spans = []
    for width in range(min(MAX_UNITS, count)):
        left = np.arange(count - width)
        right = left + width
        keep = may_open[left] & (may_close[right] | (width == 0)) & (sentence[left] == sentence[right])
        keep &= (barriers[left] == barriers[right]) & (last[right] - first[left] < MAX_PIECES)
        if width == 0:
            keep &= may_close[right]
        left, right = left[keep], right[keep]
        spans.append(np.stack([first[left], last[right], np.full(len(left), width)], axis=1))
    return np.concatenate(spans)


def clash(one: tuple[int, int, EntityType], other: tuple[int, int, EntityType]) -> bool:
    """Whether two spans (start, end, type) exclude each other: they overlap, and neither nests in one of another type.

    Vesicles are a layer of their own, because "exosomal miR-21" names two things.
    """
    (a, b, kind), (c, d, other_kind) = one, other
    if a >= d or c >= b or (kind != other_kind and EntityType.VESICLE in {kind, other_kind}):
        return False
    nested = (a <= c and d <= b) or (c <= a and b <= d)
    return not (nested and (a, b) != (c, d) and kind != other_kind)


class SpanScorer:
    """The recognizer's upper layers and span head: how likely each candidate span names an entity of each type."""

    MIN_EDGE = 0.02
    """Least probability that a span's first piece opens an entity and its last closes one; others are not scored."""

    def __init__(self, encoder: Encoder | None = None) -> None:
        self._encoder = encoder or shared_encoder()
        self._layers = Layers("recognizer", self._encoder.threads)
        self._head = load_head("recognizer")

    def __call__(self, tokens: Tokens) -> tuple[Ints, Floats]:
        """(N, 3) spans and (N, types) probabilities."""
        spans = suggest_spans(tokens)
        if not len(spans):
            return spans, np.zeros((0, self._head["out"].shape[1]), np.float32)
        outputs = [self._layers(hidden=hidden) for hidden in self._encoder.hidden(tokens)]
        rows, start, end, edges = map(join_windows, zip(*outputs, strict=True))
        opens, closes = sigmoid(edges).T
        spans = spans[(opens[spans[:, 0]] >= self.MIN_EDGE) & (closes[spans[:, 1]] >= self.MIN_EDGE)]
        if not len(spans):
            return spans, np.zeros((0, self._head["out"].shape[1]), np.float32)
        first, last, width = spans.T
        content = multiply(RangeMax(rows)(first, last), self._head["content"])
        hidden = gelu(start[first] + end[last] + content + self._head["width"][width])
        return spans, sigmoid(multiply(hidden, self._head["out"]) + self._head["out_bias"])
