"""Rate limits across processes, with requests that take different times to arrive."""

import multiprocessing
import time
from itertools import pairwise
from pathlib import Path

import pytest

from miner.http.rate_limit import MAX_AHEAD, RateLimiter
from tests.rig.harness import FlyingTime

PER_SECOND = 8


def _send(folder: str, delays: list[float], arrivals: "multiprocessing.Queue[float]") -> None:
    limiter = RateLimiter(Path(folder))
    for delay in delays:
        with limiter.acquire("host", PER_SECOND):
            time.sleep(delay)  # the way to the server
            arrivals.put(time.time())


def test_no_second_sees_more_requests_than_agreed_however_long_they_travel(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    arrivals: multiprocessing.Queue[float] = context.Queue()
    delays = [0.0, 0.6, 0.1, 0.3, 0.0, 0.5]
    others = [
        context.Process(target=_send, args=(str(tmp_path), delays[at:] + delays[:at], arrivals)) for at in range(4)
    ]
    for process in others:
        process.start()
    moments = sorted(arrivals.get(timeout=60) for _ in range(4 * len(delays)))
    for process in others:
        process.join()
    spans = [later - earlier for earlier, later in zip(moments, moments[PER_SECOND:], strict=False)]
    assert min(spans) >= 0.99
    assert moments[-1] - moments[0] < 15


@pytest.mark.parametrize("per_second", [0.1, 1.0, 2.9, 3.0, 9.5, 10.0])
def test_requests_of_one_process_leave_evenly(tmp_path: Path, per_second: float) -> None:
    flying = FlyingTime()
    limiter = RateLimiter(tmp_path, flying.sleep, flying.clock)
    moments = []
    for _ in range(15):
        with limiter.acquire("host", per_second):
            moments.append(flying.now)
    gaps = [later - earlier for earlier, later in pairwise(moments)]
    assert min(gaps) >= 1 / per_second - 1e-6
    assert moments[-1] - moments[0] <= 15 / min(per_second, 10) + 1


def test_a_request_that_never_ends_counts_only_for_a_while(tmp_path: Path) -> None:
    flying = FlyingTime()
    limiter = RateLimiter(tmp_path, flying.sleep, flying.clock)
    lost = [RateLimiter(tmp_path, flying.sleep, flying.clock).acquire("host", 3) for _ in range(3)]
    for one in lost:
        one.__enter__()  # as of processes that are killed while they wait for a response
    begun = flying.now
    with limiter.acquire("host", 3):
        assert 1.0 < flying.now - begun <= 2.1


def test_a_block_holds_for_every_process_and_is_shown(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    flying = FlyingTime()
    RateLimiter(tmp_path, flying.sleep, flying.clock).block("host", 60)
    begun = flying.now
    with RateLimiter(tmp_path, flying.sleep, flying.clock).acquire("host", 3):
        assert flying.now - begun >= 60
    with RateLimiter(tmp_path, flying.sleep, flying.clock).acquire("other", 3):
        assert flying.now - begun < 61
    assert "waiting 60 s for host" in caplog.text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "rubbish",
        "123.5",
        "[]",
        '{"next_free": "x", "arrivals": {}}',
        '{"next_free": 1e300, "arrivals": {"a": 1e300}}',
        '{"next_free": NaN, "arrivals": []}',
        '{"next_free": NaN, "arrivals": {"a": NaN}}',
        "[" * 5_000,
    ],
)
def test_a_damaged_state_and_that_of_another_clock_count_as_none(tmp_path: Path, text: str) -> None:
    flying = FlyingTime()
    limiter = RateLimiter(tmp_path, flying.sleep, flying.clock)
    with limiter.acquire("host", 1.0):
        pass
    (state,) = [path for path in tmp_path.iterdir() if path.suffix != ".lock"]
    state.write_text(text)
    with limiter.acquire("host", 1.0):
        pass
    assert flying.slept == []
    state.write_text(text.replace("1e300", repr(flying.now + MAX_AHEAD / 2)))
    with limiter.acquire("host", 1.0):
        assert flying.now < 1_800_000_000.0 + MAX_AHEAD
