"""Texts as batches of tensors."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from miner.neural.encoder import Tokens, shared_encoder, window_inputs
from pipelines.train.kinds import KINDS, SHIPPED, Kind
from pipelines.train.learning import mixed_precision
from pipelines.train.network import load_recognizer


class Batch:
    """The windows of some texts, padded to one length, and where each text's tokens lie in the flat matrix."""

    def __init__(self, texts: Sequence[Tokens]) -> None:
        read = [window for tokens in texts for window in window_inputs(tokens)]
        longest = -(-max(ids.shape[1] for ids, _ in read) // 16) * 16
        self.ids, self.shapes = torch.zeros(2, len(read), longest, dtype=torch.int64)
        self.mask = torch.zeros(len(read), longest)
        rows, columns = [], []
        for row, (ids, shapes) in enumerate(read):
            width = ids.shape[1]
            rows.append(np.full(width - 2, row))
            columns.append(np.arange(1, width - 1))
            self.ids[row, :width], self.shapes[row, :width] = torch.from_numpy(ids[0]), torch.from_numpy(shapes[0])
            self.mask[row, :width] = 1.0
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
"""What the shared layers, which are not to change any more, say of a text: (pieces and special tokens, D)."""


def lower_layers(recognizer: Path | None) -> tuple[Kind, Lower]:
    """The shared layers of a trained recognizer, or of the shipped one, as it is run."""
    if recognizer is None:
        encoder = shared_encoder()
        return KINDS[SHIPPED], lambda tokens: torch.from_numpy(
            np.concatenate([rows[0] for rows in encoder.hidden(tokens)])
        )
    kind, shared, _ = load_recognizer(recognizer)

    @torch.no_grad()
    def lower(tokens: Tokens) -> Tensor:
        batch = Batch([tokens])
        with mixed_precision():
            hidden = shared(batch.ids, batch.shapes, batch.mask)
        return hidden[batch.mask.bool()].float()

    return kind, lower
