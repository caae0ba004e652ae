"""Check that the time of a function grows in line with the length of what it is given."""

import time
from collections.abc import Callable

SIZE = 25_000
FACTOR = 4
MAX_SECONDS = 2.0
ENOUGH = 0.05
"""Seconds below which a run is fast enough to need no comparison."""


def assert_linear(run: Callable[[int], object], size: int = SIZE) -> None:
    """Fail where `run(4 * size)` takes much more than 4 times as long as `run(size)`: quadratic time would be 16 times.

    A second try is made where the first fails: other processes share the machine.
    """
    if _seconds(run, size * FACTOR) < ENOUGH:
        return
    for last in (False, True):
        short, long = (min(_seconds(run, length) for _ in range(2)) for length in (size, size * FACTOR))
        if long < ENOUGH or (long < 2.2 * FACTOR * max(short, ENOUGH / FACTOR) and long < MAX_SECONDS):
            return
        assert not last, f"{short:.3f} s for {size:,} characters, {long:.3f} s for {size * FACTOR:,}"


def _seconds(run: Callable[[int], object], length: int) -> float:
    start = time.process_time()
    run(length)
    return time.process_time() - start
