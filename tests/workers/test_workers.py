"""Worker processes end with the process that started them, however that ends."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from miner.workers import available_workers, worker_pool

PROGRAM = """
import os, sys, time
from miner.cli.signals import Stopped, stop_on_signals
from miner.workers import worker_pool

def nap(seconds):
    time.sleep(seconds)
    return os.getpid()

if __name__ == "__main__":
    stop_on_signals()
    try:
        with worker_pool(2) as pool:
            print(*{pool.submit(nap, 0.5).result() for _ in range(4)}, flush=True)
            running = [pool.submit(nap, 60) for _ in range(2)]
            sys.stdin.readline()
            raise ValueError("an error of the command itself")
    except Stopped as stopped:
        sys.exit(stopped.exit_code)
"""
WITHIN_S = 10.0
"""Seconds on a machine under load; on an idle one it takes less than one."""


def gone(pids: list[int]) -> bool:
    return all(not psutil.pid_exists(p) or psutil.Process(p).status() == psutil.STATUS_ZOMBIE for p in pids)


@pytest.mark.parametrize("end", ["SIGINT", "SIGTERM", "SIGHUP", "SIGKILL", "an exception"])
def test_workers_never_outlive_the_command(end: str, tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    process = subprocess.Popen(
        [sys.executable, program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
    )  # fmt: skip
    try:
        assert process.stdout and process.stdin
        workers = [int(pid) for pid in process.stdout.readline().split()]
        assert workers, process.communicate()[1]
        begun = time.monotonic()
        if end == "an exception":
            process.stdin.write(b"\n")
            process.stdin.flush()
        else:
            process.send_signal(getattr(signal, end))
        code = process.wait(WITHIN_S)
        while not gone(workers) and time.monotonic() - begun < WITHIN_S:
            time.sleep(0.05)
        assert gone(workers)
        expected = {"SIGINT": 130, "SIGTERM": 143, "SIGHUP": 129, "SIGKILL": -9, "an exception": 1}
        assert code == expected[end]
    finally:
        process.kill()
        process.communicate()


STARTING = """
import sys, time
from miner.cli.signals import Stopped, end_stopped, stop_on_signals
from miner.workers import worker_pool
{slow}
if __name__ == "__main__":
    stop_on_signals()
    try:
        print("starting", flush=True)
        with worker_pool(2) as pool:
            pool.submit(time.sleep, 60).result()
    except Stopped as stopped:
        end_stopped(stopped.exit_code)
"""
SLOW = 'if __name__ == "__mp_main__":\n    time.sleep(1)'
"""A worker imports the program as `__mp_main__`: it takes a while, as the language pipeline does."""


@pytest.mark.parametrize("wait_s", [0, 0.05, 0.2, 0.6])
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_while_workers_start_leaves_no_traceback(name: str, wait_s: float, tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(STARTING.format(slow=SLOW))
    process = subprocess.Popen(
        [sys.executable, program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}, start_new_session=True,
    )  # fmt: skip
    try:
        assert process.stdout
        assert process.stdout.readline() == "starting\n"
        time.sleep(wait_s)
        number = getattr(signal, name)
        if name == "SIGINT":
            os.killpg(process.pid, number)  # a terminal sends it to every process
        else:
            process.send_signal(number)
        _, errors = process.communicate(timeout=3 * WITHIN_S)
        assert process.returncode == 128 + number
        assert errors == "stopped - the work done so far is kept; run the same command again to go on\n"
    finally:
        process.kill()
        process.communicate()


def test_a_pool_gives_results_and_ends() -> None:
    with worker_pool(2) as pool:
        pids = {pool.submit(os.getpid).result() for _ in range(4)}
        assert os.getpid() not in pids
    assert gone(list(pids))


def test_there_are_no_more_workers_than_memory_bears(monkeypatch: pytest.MonkeyPatch) -> None:
    class Memory:
        available = 100

    monkeypatch.setattr(psutil, "virtual_memory", lambda: Memory)
    assert available_workers() == 1
