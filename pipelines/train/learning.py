"""Training of the networks: AdamW with linear warm-up and decay, gradient clipping, averaged weights."""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

T = TypeVar("T")

BATCH = 4
POOL = 16
"""Batches that are made together, of texts sorted by length."""


def mixed_precision() -> torch.autocast:
    """bfloat16 where the processor supports it; emulated, it would be a hundred times slower."""
    return torch.autocast("cpu", torch.bfloat16, enabled=torch.cpu._is_avx512_bf16_supported())


Groups = Sequence[tuple[Sequence[nn.Parameter], float]]
"""Parameters and the learning rate of each group of them."""


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

    def state_dict(self) -> dict[str, Any]:
        return {"seen": self._seen, "mean": self._mean}

    @torch.no_grad()
    def load_state_dict(self, state: dict[str, Any]) -> None:
        self._seen = state["seen"]
        for mean, saved in zip(self._mean, state["mean"], strict=True):
            mean.copy_(saved)

    @torch.no_grad()
    def apply(self) -> None:
        """Set the modules' weights to the average."""
        for weight, mean in zip(self._weights, self._mean, strict=True):
            weight.copy_(mean)


def shuffled_batches(items: Sequence[T], size: int, length: Callable[[T], int]) -> Iterator[list[T]]:
    """Batches in random order; in each are items about as long as each other, so that little is padded."""
    order = random.sample(items, len(items))
    pools = (sorted(order[start : start + POOL * size], key=length) for start in range(0, len(order), POOL * size))
    batches = [pool[start : start + size] for pool in pools for start in range(0, len(pool), size)]
    yield from random.sample(batches, len(batches))


def descend(
    items: Sequence[T],
    length: Callable[[T], int],
    epochs: int,
    modules: Sequence[nn.Module],
    groups: Groups,
    loss_of: Callable[[list[T]], Tensor],
    out: Path,
) -> None:
    """Minimize `loss_of` batches of four, then set the modules' weights to their average over the last steps.

    After each epoch everything needed to go on is written to OUT.progress. Where that file exists, the training goes on
    from there; at its end the file is deleted.
    """
    batches = -(-len(items) // BATCH)
    trained = [{"params": [p for p in params if p.requires_grad], "lr": rate} for params, rate in groups]
    everything = [p for group in trained for p in group["params"]]
    adam = torch.optim.AdamW(trained, weight_decay=0.01, fused=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(adam, partial(_rate, steps=epochs * batches))
    average = Averaged(modules)
    progress = out.with_suffix(".progress")
    kept = [*modules, adam, schedule, average]
    done = _restore(progress, kept)
    started = time.monotonic()
    for epoch in range(done, epochs):
        for module in modules:
            module.train()
        total = 0.0
        for chosen in shuffled_batches(items, BATCH, length):
            loss = loss_of(chosen)
            loss.backward()
            nn.utils.clip_grad_norm_(everything, 1.0)
            adam.step()
            schedule.step()
            adam.zero_grad(set_to_none=True)
            average.update()
            total += loss.item()
        took = time.monotonic() - started
        print(f"{out.name}: epoch {epoch + 1} loss {total / batches:.3f}, {took:.0f} s", flush=True)
        _keep(progress, kept, epoch + 1)
    adam.state.clear()
    average.apply()
    progress.unlink(missing_ok=True)


def _rate(step: int, steps: int) -> float:
    """Linear warm-up over a twelfth of the steps, and linear decay."""
    return min(1.0, (step + 1) / max(1, int(0.08 * steps))) * max(0.0, (steps - step) / steps)


def _keep(progress: Path, kept: Sequence[Any], epoch: int) -> None:
    """Write the state of what is `kept` and of the random numbers; the file replaces its predecessor whole."""
    state = {"epoch": epoch, "kept": [one.state_dict() for one in kept]}
    scratch = progress.with_suffix(".writing")
    torch.save(state | {"random": random.getstate(), "torch": torch.get_rng_state()}, scratch)
    scratch.replace(progress)


def _restore(progress: Path, kept: Sequence[Any]) -> int:
    """Set what is `kept` to its state in the file, if there is one; the number of epochs done."""
    if not progress.exists():
        return 0
    state = torch.load(progress, weights_only=False)
    for one, saved in zip(kept, state["kept"], strict=True):
        one.load_state_dict(saved)
    random.setstate(state["random"])
    torch.set_rng_state(state["torch"])
    return int(state["epoch"])
