"""Texts as batches of tensors."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from miner.encoder import SHAPES, Floats, Ints, Tokens, shared_encoder, windows
from pipelines.train.learning import mixed_precision
from pipelines.train.network import Shared


def padded(tokens: Tokens) -> tuple[Ints, Ints, Floats]:
    """A text's windows as a batch: ids, shapes and attention mask, each (windows, longest + 2)."""
    longest = max(end - start for start, end in tokens.windows) + 2
    ids = np.zeros((len(tokens.windows), longest), dtype=np.int64)
    shapes = np.full_like(ids, len(SHAPES) - 1)
    mask = np.zeros(ids.shape, dtype=np.float32)
    for row, (window_ids, window_shapes) in enumerate(windows(tokens)):
        width = window_ids.shape[1]
        ids[row, :width], shapes[row, :width], mask[row, :width] = window_ids[0], window_shapes[0], 1.0
    return ids, shapes, mask


class Batch:
    """The windows of some texts, padded to one length, and where each text's tokens lie in the flat matrix."""

    def __init__(self, texts: Sequence[Tokens]) -> None:
        parts = [padded(tokens) for tokens in texts]
        longest = -(-max(ids.shape[1] for ids, _, _ in parts) // 16) * 16
        self.ids, self.shapes, self.mask = (
            torch.from_numpy(np.concatenate([np.pad(p[k], ((0, 0), (0, longest - p[k].shape[1]))) for p in parts]))
            for k in range(3)
        )
        rows, columns, row = [], [], 0
        for tokens in texts:
            for start, end in tokens.windows:
                rows.append(np.full(end - start, row))
                columns.append(np.arange(1, end - start + 1))
                row += 1
        self.rows, self.columns = torch.from_numpy(np.concatenate(rows)), torch.from_numpy(np.concatenate(columns))
        self.offsets = np.cumsum([0] + [len(tokens) for tokens in texts])

    def flat(self, hidden: Tensor) -> Tensor:
        """(N, D): the real tokens of (B, L, D), special tokens and padding left out."""
        return hidden[self.rows, self.columns]

    def grid(self, flat: Tensor) -> Tensor:
        """(B, L, D) of (N, D), zero where there is no real token."""
        grid = torch.zeros(*self.ids.shape, flat.shape[1], dtype=flat.dtype)
        grid[self.rows, self.columns] = flat
        return grid

    def spread(self, rows: Tensor) -> Tensor:
        """(B, L, D) of the rows of all windows, special tokens included; zero where there is padding."""
        grid = torch.zeros(*self.ids.shape, rows.shape[1], dtype=rows.dtype)
        grid[self.mask.bool()] = rows
        return grid


Lower = Callable[[Tokens], Tensor]
"""What the shared layers, which are not to change any more, say of a text: (pieces and special tokens, WIDTH)."""


def lower_layers(recogniser: Path | None) -> Lower:
    """The shared layers of a trained recogniser, or of the shipped one, as it is run."""
    if recogniser is None:
        encoder = shared_encoder()
        return lambda tokens: torch.from_numpy(np.concatenate([rows[0] for rows in encoder.hidden(tokens)]))
    shared = Shared()
    shared.load_state_dict(torch.load(recogniser)["shared"])
    shared.eval()

    @torch.no_grad()
    def lower(tokens: Tokens) -> Tensor:
        batch = Batch([tokens])
        with mixed_precision():
            hidden = shared(batch.ids, batch.shapes, batch.mask)
        return hidden[batch.mask.bool()].float()

    return lower
