"""The networks: a small BERT cut into shared and upper layers, a span recognizer head and a relation head.

All token matrices are flat, (N, D): the real tokens of the texts of a batch one after the other.
"""

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from miner.neural.encoder import SHAPES
from miner.neural.pair_features import FEATURES, MARKS, PREDICATES, SIGNATURE_MASK, TYPES
from miner.neural.span_model import MAX_UNITS
from pipelines.train.kinds import PIECES, PLACES, Kind

SPAN_HIDDEN, PAIR_HIDDEN = 256, 192
DISTANCES = 12


def attention(qkv: Tensor, heads: int, bias: Tensor | None) -> Tensor:
    """Multi-head attention of queries, keys and values (B, L, 3 * D): (B, L, D). `bias` is added to the scores."""
    batch, length, wide = qkv.shape
    q, k, v = qkv.reshape(batch, length, 3, heads, wide // 3 // heads).permute(2, 0, 3, 1, 4)
    scores = q @ k.transpose(-1, -2) * (1 / math.sqrt(wide // 3 // heads))
    if bias is not None:
        scores = scores + bias
    return (scores.softmax(dim=-1) @ v).transpose(1, 2).reshape(batch, length, wide // 3)


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

    def __init__(self, kind: Kind, dropout: float = 0.1) -> None:
        super().__init__()
        self.heads = kind.heads
        self.qkv = nn.Linear(kind.width, 3 * kind.width)
        self.attended = nn.Linear(kind.width, kind.width)
        self.norm1 = nn.LayerNorm(kind.width, eps=kind.epsilon)
        self.up = nn.Linear(kind.width, kind.inner)
        self.down = nn.Linear(kind.inner, kind.width)
        self.norm2 = nn.LayerNorm(kind.width, eps=kind.epsilon)
        self.dropout = Dropout(dropout)
        self.activation: Callable[[Tensor], Tensor] = F.gelu
        self.attention: Callable[[Tensor, int, Tensor | None], Tensor] = attention

    def forward(self, hidden: Tensor, bias: Tensor | None) -> Tensor:
        """`hidden` (B, L, D); `bias` is added to the attention's scores, (B or 1, heads or 1, L, L or 1)."""
        mixed = self.attention(self.qkv(hidden), self.heads, bias)
        hidden = self.norm1(hidden + self.dropout(self.attended(mixed)))
        return self.norm2(hidden + self.dropout(self.down(self.activation(self.up(hidden)))))


class Distances(nn.Module):
    """A score in each head's attention for how far one word piece is before or after another (T5, MPNet)."""

    EXACT, FARTHEST = 8, 128

    def __init__(self, kind: Kind) -> None:
        super().__init__()
        self.scores = nn.Embedding(kind.distances, kind.heads)
        gap = torch.arange(1 - PLACES, PLACES)
        side, far = kind.distances // 2, gap.abs().clamp(min=1) / self.EXACT
        steps = torch.log(far) / math.log(self.FARTHEST / self.EXACT) * (side - self.EXACT)
        bucket = torch.where(gap.abs() < self.EXACT, gap.abs(), (self.EXACT + steps.long()).clamp(max=side - 1))
        self.register_buffer("buckets", bucket + torch.where(gap > 0, side, 0), persistent=False)

    def forward(self, length: int) -> Tensor:
        """(1, heads, L, L)."""
        at = torch.arange(length)
        by_gap = self.scores.weight[self.buckets].T
        return by_gap[:, at[None, :] - at[:, None] + (PLACES - 1)][None]


class Stack(nn.Module):
    """Layers one after the other."""

    def __init__(self, kind: Kind, count: int) -> None:
        super().__init__()
        self.each = nn.ModuleList(Layer(kind) for _ in range(count))
        self.distances = Distances(kind) if kind.distances and count else None

    def load(self, weights: dict[str, Tensor], start: int) -> None:
        """Fill the layers from layers `start`, … of pretrained weights."""
        for number, layer in enumerate(self.each, start):
            at = f"{number}."
            layer.load_state_dict({name.removeprefix(at): w for name, w in weights.items() if name.startswith(at)})
        if self.distances is not None:
            self.distances.scores.weight.data = weights["distances"].clone()

    def forward(self, hidden: Tensor, mask: Tensor | None) -> Tensor:
        """`hidden` (B, L, D), `mask` (B, L): 1 where there is text; None: no padding."""
        bias = None if mask is None else (mask[:, None, None, :] - 1.0) * 1e4
        if self.distances is not None:
            apart = self.distances(hidden.shape[1])
            bias = apart if bias is None else apart + bias
        for layer in self.each:
            hidden = layer(hidden, bias)
        return hidden


def layer_groups(kind: Kind, stacks: Sequence[Stack]) -> list[tuple[list[nn.Parameter], float]]:
    """The parameters of the layers of `stacks`, which follow each other, with their rates: the lower, the slower."""
    layers = [layer for stack in stacks for layer in stack.each]
    groups = [(list(layer.parameters()), kind.rate * kind.decay**n) for n, layer in enumerate(reversed(layers))]
    apart = [p for stack in stacks if stack.distances is not None for p in stack.distances.parameters()]
    return [*groups, (apart, kind.rate)]


class Shared(nn.Module):
    """Embeddings (word piece, position, letter case) and the layers that both models share."""

    def __init__(self, kind: Kind, weights: dict[str, Tensor] | None = None) -> None:
        super().__init__()
        self.words = nn.Embedding(PIECES, kind.width)
        self.places = nn.Embedding(PLACES, kind.width)
        self.shapes = nn.Embedding(len(SHAPES), kind.width)
        self.norm = nn.LayerNorm(kind.width, eps=kind.epsilon)
        self.layers = Stack(kind, kind.shared)
        self.dropout = Dropout(0.1)
        if weights:
            self.words.weight.data, self.places.weight.data = weights["words"], weights["places"]
            nn.init.zeros_(self.shapes.weight)
            self.norm.load_state_dict({k: weights[f"norm.{k}"] for k in ("weight", "bias")})
            self.layers.load(weights, 0)
        self.words.weight.requires_grad_(False)

    def forward(self, ids: Tensor, shapes: Tensor, mask: Tensor | None) -> Tensor:
        """(B, L, D) of `ids`, `shapes`, `mask`, each (B, L)."""
        places = self.places.weight[: ids.shape[1]]
        hidden = self.dropout(self.norm(self.words(ids) + self.shapes(shapes) + places))
        return self.layers(hidden, mask)


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
        kind: Kind,
        weights: dict[str, Tensor] | None = None,
        dropout: float = 0.25,
        kinds: int = len(TYPES),
    ) -> None:
        super().__init__()
        self.layers = Stack(kind, kind.recognizer)
        if weights:
            self.layers.load(weights, kind.shared)
        self.start = nn.Linear(kind.width, SPAN_HIDDEN)
        self.end = nn.Linear(kind.width, SPAN_HIDDEN, bias=False)
        self.content = nn.Linear(kind.width, SPAN_HIDDEN, bias=False)
        self.width = nn.Embedding(MAX_UNITS, SPAN_HIDDEN)
        self.out = nn.Linear(SPAN_HIDDEN, kinds)
        self.edges = nn.Linear(kind.width, 2)
        nn.init.constant_(self.out.bias, -4.0)
        nn.init.constant_(self.edges.bias, -2.0)
        self.dropout = Dropout(dropout)

    def encode(self, hidden: Tensor, mask: Tensor | None) -> Tensor:
        return self.layers(hidden, mask)

    def forward(self, flat: Tensor, spans: Tensor) -> tuple[Tensor, Tensor]:
        """Logits (spans, types) of `spans` (first, last, width), and (N, 2): whether a token opens or closes one."""
        flat = self.dropout(flat)
        first, last, width = spans.unbind(1)
        content = self.content(range_max(flat, first, last))
        hidden = F.gelu(self.start(flat)[first] + self.end(flat)[last] + content + self.width(width))
        return self.out(self.dropout(hidden)), self.edges(flat)


class RelationModel(nn.Module):
    """Upper layers, to which entity types and cue words are added, and each pair's score for each predicate."""

    SIDE = 5  # tokens looked at left and right of a pair

    def __init__(self, kind: Kind, weights: dict[str, Tensor] | None = None, dropout: float = 0.3) -> None:
        super().__init__()
        self.marks = nn.Linear(MARKS, kind.width, bias=False)
        nn.init.zeros_(self.marks.weight)
        self.layers = Stack(kind, kind.relations)
        if weights:
            self.layers.load(weights, kind.shared)
        self.subject = nn.Linear(2 * kind.width, PAIR_HIDDEN)
        self.object = nn.Linear(2 * kind.width, PAIR_HIDDEN, bias=False)
        self.subject_type = nn.Embedding(len(TYPES), PAIR_HIDDEN)
        self.object_type = nn.Embedding(len(TYPES), PAIR_HIDDEN)
        self.between = nn.Linear(kind.width, PAIR_HIDDEN, bias=False)
        self.left = nn.Linear(kind.width, PAIR_HIDDEN, bias=False)
        self.right = nn.Linear(kind.width, PAIR_HIDDEN, bias=False)
        self.distance = nn.Embedding(2 * DISTANCES, PAIR_HIDDEN)
        self.features = nn.Linear(FEATURES, PAIR_HIDDEN, bias=False)
        self.nothing = nn.Parameter(torch.zeros(kind.width))
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
        return self.layers(hidden + self.marks(marks), mask)

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


def load_recognizer(path: Path) -> tuple[Kind, Shared, Recognizer]:
    """What `train_recognizer` or `corpora` wrote, ready to use."""
    saved = torch.load(path)
    kind = Kind(**saved["encoder"])
    shared, recognizer = Shared(kind), Recognizer(kind, kinds=len(saved["recognizer"]["out.bias"]))
    shared.load_state_dict(saved["shared"])
    recognizer.load_state_dict(saved["recognizer"])
    return kind, shared.eval(), recognizer.eval()
