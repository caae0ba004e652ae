"""The relation model: upper encoder layers and the pair head."""

import numpy as np

from miner.neural.encoder import (
    Encoder,
    Floats,
    Ints,
    Layers,
    RangeMax,
    Tokens,
    join_windows,
    load_head,
    multiply,
    shared_encoder,
)
from miner.neural.pair_features import MARKS, SIGNATURE_MASK, Pairs

_DISTANCES = 12
"""Classes of the distance between two spans, for each of their two orders."""
_SIDE = 5
"""Pieces looked at beside a span."""
MAX_PAIRS = 16_384
"""Most pairs scored at a time, to bound memory: an article has a few hundred."""


class PairScorer:
    """The relation model's upper layers and pair head, on arrays."""

    def __init__(self, encoder: Encoder | None = None) -> None:
        self._encoder = encoder or shared_encoder()
        self._layers = Layers("relations", self._encoder.threads)
        self._head = load_head("relations")

    def __call__(self, tokens: Tokens, pairs: Pairs) -> Floats:
        """(P, predicates) logits, -30 where the signature forbids it."""
        pool = RangeMax(rows := self._rows(tokens, pairs))
        spans = self._project_spans(pool, rows, pairs)
        parts = [
            self._score(pool, pairs, spans, slice(start, start + MAX_PAIRS))
            for start in range(0, len(pairs.pairs), MAX_PAIRS)
        ]
        return np.concatenate(parts) if parts else np.zeros((0, len(self._head["out_bias"])), np.float32)

    def _project_spans(self, pool: RangeMax, rows: Floats, pairs: Pairs) -> tuple[Floats, ...]:
        """Each span as subject, as object, and the words to its left and right, (S, hidden) each."""
        w = self._head
        first, last, kind = pairs.spans[:, 0], pairs.spans[:, 1], pairs.spans[:, 2]
        opens, closes = pairs.sentences.T
        ends = np.concatenate([pool(first, last), rows[first]], axis=1)
        subject = multiply(ends, w["subject"]) + w["subject_bias"] + w["subject_type"][kind]
        object_ = multiply(ends, w["object"]) + w["object_type"][kind]
        left = _beside(pool, np.maximum(first - _SIDE, opens), first - 1, w["nothing"])
        right = _beside(pool, last + 1, np.minimum(last + _SIDE, closes), w["nothing"])
        return subject, object_, multiply(left, w["left"]), multiply(right, w["right"])

    def _score(self, pool: RangeMax, pairs: Pairs, projected: tuple[Floats, ...], some: slice) -> Floats:
        """The logits of some of the pairs."""
        w = self._head
        subject, object_, left, right = projected
        first, last, kind = pairs.spans[:, 0], pairs.spans[:, 1], pairs.spans[:, 2]
        s, o = pairs.pairs[some].T
        forward = first[s] <= first[o]
        gap_first = np.where(forward, last[s], last[o]) + 1
        gap_last = np.where(forward, first[o], first[s]) - 1
        x = subject[s] + object_[o] + left[np.where(forward, s, o)] + right[np.where(last[s] >= last[o], s, o)]
        x += _between(pool, gap_first, gap_last, w["nothing"], w["between"])
        x += multiply(pairs.features[some], w["features"])
        x += w["distance"][_distance_bucket(gap_last - gap_first + 1, forward)]
        hidden = np.maximum(x, 0)
        hidden += np.maximum(multiply(hidden, w["second"]) + w["second_bias"], 0)
        logits: Floats = multiply(hidden, w["out"]) + w["out_bias"]
        logits[~SIGNATURE_MASK[kind[s], kind[o]]] = -30.0
        return logits

    def _rows(self, tokens: Tokens, pairs: Pairs) -> Floats:
        """(T, 384): the upper layers' output for each piece; zeros in windows without a pair, which are not run."""
        paired = pairs.spans[np.unique(pairs.pairs)]
        read = []
        for hidden, (start, end) in zip(self._encoder.hidden(tokens), tokens.windows, strict=True):
            if ((paired[:, 0] < end) & (paired[:, 1] >= start)).any():
                marks = np.zeros((*hidden.shape[:2], MARKS), dtype=np.float32)
                marks[0, 1:-1] = pairs.marks[start:end]
                read.append(self._layers(hidden=hidden, marks=marks)[0])
            else:
                read.append(np.zeros_like(hidden))
        return join_windows(read)


def _beside(pool: RangeMax, first: Ints, last: Ints, nothing: Floats) -> Floats:
    """The maximum over pieces first..last, or the learned `nothing` where there are none."""
    some = last >= first
    at = np.where(some, first, 0)
    rows: Floats = np.where(some[:, None], pool(at, np.where(some, last, at)), nothing)
    return rows


def _between(pool: RangeMax, first: Ints, last: Ints, nothing: Floats, matrix: Floats) -> Floats:
    """The projected words between two spans, computed once for both orders of a pair."""
    ranges, which = np.unique(np.stack([first, last], axis=1), axis=0, return_inverse=True)
    projected = multiply(_beside(pool, ranges[:, 0], ranges[:, 1], nothing), matrix)
    spread: Floats = projected[which.reshape(-1)]
    return spread


def _distance_bucket(gap: Ints, forward: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Ints:
    """Logarithmic classes of the number of pieces between two spans, separate for the two orders."""
    bucket = np.minimum((np.log2(np.maximum(gap, 1)) * 1.7).astype(np.int64) + 1, _DISTANCES - 1)
    ordered: Ints = np.where(gap <= 0, 0, bucket) + np.where(forward, 0, _DISTANCES)
    return ordered
