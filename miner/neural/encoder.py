"""The shared text encoder: word pieces, windows and transformer layers run by ONNX Runtime.

One small BERT (MiniLM, 384 units) reads a text once up to its shared layers; the recognizer and the relation model
each have upper layers of their own on top of them. A window of a text is always run by itself, without padding, so that
its output does not depend on the rest of a batch (int8 activations are scaled over a whole tensor).
"""

import json
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

WINDOW = 254
"""Most word pieces in a window, without the two special ones."""

SHAPES = ("lower", "Capital", "UPPER", "miXed", "digit", "other")
"""The classes of a word's letter case, which the uncased vocabulary does not hold."""

Bounds = Sequence[tuple[int, int]]
Ints = NDArray[np.int64]
Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False, slots=True)
class Tokens:
    """The word pieces of a text, T of them, in order.

    `ids`, `shapes` (index into SHAPES), `starts`, `ends` (characters), `sentences` (index of the sentence) are int64 of
    shape (T,). `windows` are the stretches [start, end) of tokens that are run together; a sentence that fits a
    window is never cut.
    """

    text: str
    ids: Ints
    shapes: Ints
    starts: Ints
    ends: Ints
    sentences: Ints
    windows: tuple[tuple[int, int], ...]

    def __len__(self) -> int:
        return len(self.ids)


@lru_cache(maxsize=1)
def _word_pieces() -> Any:
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

    vocabulary = (files("miner") / "weights" / "vocab.txt").read_text(encoding="utf-8").split("\n")
    pieces = {piece: number for number, piece in enumerate(vocabulary) if piece}
    tokenizer = Tokenizer(models.WordPiece(pieces, unk_token="[UNK]", max_input_chars_per_word=100))  # noqa: S106  # no password
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return tokenizer


CLS, SEP = 101, 102


def tokenize(text: str, sentences: Bounds) -> Tokens:
    """Word pieces of `text`, whose `sentences` are given as character offsets. The latest texts are cached."""
    return _tokenized(text, tuple((start, end) for start, end in sentences))


@lru_cache(maxsize=128)
def _tokenized(text: str, sentences: tuple[tuple[int, int], ...]) -> Tokens:
    encoding = _word_pieces().encode(text, add_special_tokens=False)
    offsets = np.array(encoding.offsets, dtype=np.int64).reshape(-1, 2)
    starts, ends = offsets[:, 0], offsets[:, 1]
    sentence_starts = np.array([start for start, _ in sentences], dtype=np.int64)
    sentence_of = np.maximum(np.searchsorted(sentence_starts, starts, side="right") - 1, 0)
    return Tokens(
        text=text,
        ids=np.array(encoding.ids, dtype=np.int64),
        shapes=_shapes(text, encoding.word_ids, starts, ends),
        starts=starts,
        ends=ends,
        sentences=sentence_of,
        windows=_windows(sentence_of),
    )


def _shapes(text: str, words: Sequence[int | None], starts: Ints, ends: Ints) -> Ints:
    """The case class of each piece's whole word."""
    start_of: dict[int | None, int] = {}
    end_of: dict[int | None, int] = {}
    for word, start, end in zip(words, starts.tolist(), ends.tolist(), strict=True):
        start_of.setdefault(word, start)
        end_of[word] = end
    shape = {word: _shape(text[start : end_of[word]]) for word, start in start_of.items()}
    return np.array([shape[word] for word in words], dtype=np.int64)


@lru_cache(maxsize=1 << 16)
def _shape(word: str) -> int:
    letters = [c for c in word if c.isalpha()]
    if not letters:
        return 4 if any(c.isdigit() for c in word) else 5
    if all(c.islower() for c in letters):
        return 0
    if all(c.isupper() for c in letters):
        return 2 if len(letters) > 1 else 1
    return 1 if letters[0].isupper() and all(c.islower() for c in letters[1:]) else 3


def _windows(sentence_of: Ints) -> tuple[tuple[int, int], ...]:
    """Windows of about equal length, cut between sentences unless a sentence is longer than a window."""
    total = len(sentence_of)
    edges = np.append(np.flatnonzero(np.diff(sentence_of)) + 1, total)
    windows: list[tuple[int, int]] = []
    start = 0
    while start < total:
        left = total - start
        aim = start + left / -(-left // WINDOW)
        fitting = edges[(edges > start) & (edges <= start + WINDOW)]
        if left <= WINDOW:
            end = total
        elif len(fitting):
            end = int(fitting[np.argmin(np.abs(fitting - aim))])
        else:
            end = start + WINDOW
        windows.append((start, end))
        start = end
    return tuple(windows)


@lru_cache(maxsize=128)
def word_units(tokens: Tokens) -> tuple[Ints, Ints]:
    """(first piece, last piece) of each word: pieces that touch and are both letters or digits belong together.

    Cached, because the recognizer and the relation model both need them.
    """
    if not len(tokens):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    text = tokens.text
    glued = tokens.starts[1:] == tokens.ends[:-1]
    alnum_last = np.array([text[end - 1].isalnum() for end in tokens.ends[:-1].tolist()], dtype=bool)
    alnum_first = np.array([text[start].isalnum() for start in tokens.starts[1:].tolist()], dtype=bool)
    opens = np.append(True, ~(glued & alnum_last & alnum_first))
    first = np.flatnonzero(opens)
    last = np.append(first[1:] - 1, len(tokens) - 1)
    return first, last


def window_inputs(tokens: Tokens) -> Iterator[tuple[Ints, Ints]]:
    """Each window's input to the encoder: piece ids and shapes, (1, L + 2), between the two special pieces."""
    for start, end in tokens.windows:
        ids = np.array([[CLS, *tokens.ids[start:end], SEP]], dtype=np.int64)
        shapes = np.full_like(ids, len(SHAPES) - 1)
        shapes[0, 1:-1] = tokens.shapes[start:end]
        yield ids, shapes


class RangeMax:
    """The maximum over rows first..last (inclusive) of a (T, D) matrix, for many ranges at once.

    A sparse table: its level k holds the maximum over 2 ** k rows from each one on, computed when first needed.
    """

    def __init__(self, rows: Floats) -> None:
        self._levels = [rows]

    def __call__(self, first: Ints, last: Ints) -> Floats:
        """(N, D) for N ranges, each at least one row long."""
        level_of = np.log2(last - first + 1).astype(np.int64)
        maximum = np.empty((len(first), self._levels[0].shape[1]), dtype=np.float32)
        for level in np.unique(level_of).tolist():
            at = np.flatnonzero(level_of == level)
            rows = self._level(level)
            maximum[at] = np.maximum(rows[first[at]], rows[last[at] - (1 << level) + 1])
        return maximum

    def _level(self, level: int) -> Floats:
        while len(self._levels) <= level:
            below, width = self._levels[-1], 1 << (len(self._levels) - 1)
            self._levels.append(np.maximum(below[:-width], below[width:]))
        return self._levels[level]


def sigmoid(logits: Floats) -> Floats:
    """The logistic function."""
    return np.asarray(1.0 / (1.0 + np.exp(-logits)), dtype=np.float32)


def multiply(rows: Floats, matrix: Floats) -> Floats:
    """The matrix product of (N, D) and (D, M), computed with BLIS, which spaCy installs.

    numpy 1.26 includes an OpenBLAS that does not recognize recent Xeons and uses SSE3, at a half to a third the speed.
    """
    from blis.py import gemm

    product: Floats = gemm(np.ascontiguousarray(rows), matrix)
    return product


def gelu(values: Floats) -> Floats:
    """The Gaussian error linear unit, by its hyperbolic tangent approximation."""
    inner = 0.7978845608028654 * (values + 0.044715 * values * values * values)
    return np.asarray(0.5 * values * (1.0 + np.tanh(inner)), dtype=np.float32)


@lru_cache(maxsize=1)
def weights_config() -> dict[str, Any]:
    """Thresholds and version of the shipped recognizer."""
    config: dict[str, Any] = json.loads((files("miner") / "weights" / "config.json").read_text(encoding="utf-8"))
    return config


def load_head(name: str) -> dict[str, Floats]:
    """The matrices of the head `name`, stored as float16."""
    with (files("miner") / "weights" / f"{name}.npz").open("rb") as file, np.load(file) as arrays:
        return {key: arrays[key].astype(np.float32, order="C") for key in arrays.files}


class Layers:
    """One stack of transformer layers: an ONNX graph that takes and gives named arrays."""

    def __init__(self, name: str, threads: int = 1) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        model = (files("miner") / "weights" / f"{name}.onnx").read_bytes()
        self._session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])

    def __call__(self, **inputs: NDArray[Any]) -> list[Floats]:
        """The graph's outputs, in its order."""
        outputs: list[Floats] = self._session.run(None, inputs)
        return outputs


class Encoder:
    """The shared layers. Their output for the latest texts is cached: the relation model needs it after the recognizer.

    Also limits the process's linear algebra to `threads` threads.
    """

    MAX_KEPT = 16_384
    """Most word pieces whose output is cached (24 MB), except that the latest text is always cached."""

    def __init__(self, threads: int = 1) -> None:
        from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # it has no stubs

        # The heads' small products leave numpy's idle threads spinning, which halves the speed of the layers.
        threadpool_limits(limits=threads, user_api="blas")
        self.threads = threads
        self._layers = Layers("shared", threads)
        self._kept: OrderedDict[tuple[str, tuple[tuple[int, int], ...]], list[Floats]] = OrderedDict()
        self._kept_pieces = 0

    def hidden(self, tokens: Tokens) -> list[Floats]:
        """The shared layers' output for each window, (1, L + 2, 384)."""
        key = (tokens.text, tokens.windows)
        kept = self._kept.get(key)
        if kept is None:
            kept = [self._layers(ids=ids, shapes=shapes)[0] for ids, shapes in window_inputs(tokens)]
            self._kept[key] = kept
            self._kept_pieces += len(tokens)
            while self._kept_pieces > self.MAX_KEPT and len(self._kept) > 1:
                (_, windows), _ = self._kept.popitem(last=False)
                self._kept_pieces -= max((end for _, end in windows), default=0)
        return kept


@lru_cache(maxsize=2)
def shared_encoder(threads: int = 1) -> Encoder:
    """The process's encoder, loaded once."""
    return Encoder(threads)


def join_windows(rows: Sequence[Floats]) -> Floats:
    """(T, D): the text's pieces from its windows (1, L + 2, D), without the special ones."""
    together: Floats = np.concatenate([window[0, 1:-1] for window in rows])
    return together
