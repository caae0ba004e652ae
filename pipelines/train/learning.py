"""Training of the networks: AdamW with linear warm-up and decay, gradient clipping, averaged weights."""

import random
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import torch
from torch import nn

T = TypeVar("T")


def mixed_precision() -> torch.autocast:
    """bfloat16 where the processor supports it; emulated, it would be a hundred times slower."""
    return torch.autocast("cpu", torch.bfloat16, enabled=torch.cpu._is_avx512_bf16_supported())


def make_optimizer(
    groups: Sequence[tuple[Sequence[nn.Parameter], float]], steps: int, warm: float = 0.08
) -> tuple[Callable[[], None], Callable[[], None]]:
    """`step`, to call after each backward pass, and `finish`, which frees the optimizer's memory."""
    trained = [{"params": [p for p in params if p.requires_grad], "lr": rate} for params, rate in groups]
    adam = torch.optim.AdamW(trained, weight_decay=0.01, fused=True)
    warming = max(1, int(warm * steps))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        adam, lambda k: min(1.0, (k + 1) / warming) * max(0.0, (steps - k) / steps)
    )
    everything = [p for group in trained for p in group["params"]]

    def step() -> None:
        nn.utils.clip_grad_norm_(everything, 1.0)
        adam.step()
        schedule.step()
        adam.zero_grad(set_to_none=True)

    return step, adam.state.clear


class Averaged:
    """An exponential moving average of modules' trained weights, over about the last `span` steps."""

    def __init__(self, modules: Sequence[nn.Module], span: int = 150) -> None:
        self._weights = [p for m in modules for p in m.parameters() if p.requires_grad]
        self._mean = [p.detach().clone() for p in self._weights]
        self._span = span
        self._seen = 0

    @torch.no_grad()
    def update(self) -> None:
        self._seen += 1
        share = 1 / min(self._seen, self._span)
        torch._foreach_lerp_(self._mean, [p.detach() for p in self._weights], share)

    @torch.no_grad()
    def apply(self) -> None:
        """Set the modules' weights to the average."""
        for weight, mean in zip(self._weights, self._mean, strict=True):
            weight.copy_(mean)


def shuffled_batches(items: Sequence[T], size: int) -> Iterator[list[T]]:
    order = random.sample(items, len(items))
    for start in range(0, len(order), size):
        yield order[start : start + size]
