"""A Dask cluster runs tasks to their end, on workers that read as this process does; `eval` stands for reading."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import dask
import pytest
from distributed import LocalCluster

from miner.errors import EngineError
from miner.model.reporter import SilentReporter
from miner.workers import dask_cluster, engines
from miner.workers.dask_cluster import DaskCluster
from miner.workers.engines import Failed, run

DIE = "__import__('os').kill(__import__('os').getpid(), 9)"


class Messages(SilentReporter):
    """Keeps the messages."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def message(self, text: str) -> None:
        self.texts.append(text)


@pytest.fixture
def cluster() -> Iterator[LocalCluster]:
    """A scheduler and a worker within this process."""
    with LocalCluster(n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None) as cluster:
        yield cluster


def test_workers_that_are_killed_cost_no_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "MAX_ATTEMPTS", 1)
    marker = str(tmp_path / "marker")
    once = f"7 if __import__('pathlib').Path({marker!r}).exists() else (open({marker!r}, 'w'), {DIE})"
    tasks = [*map(str, range(5)), once, *map(str, range(5, 10)), DIE]
    messages = Messages()
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 1}),
        DaskCluster(None, 2, os.getcwd, messages) as two,
    ):
        found = dict(run(two, eval, tasks))
    assert {task: found[task] for task in tasks[:-1]} == {once: 7, **{str(n): n for n in range(10)}}
    assert isinstance(found[DIE], Failed)
    assert len(messages.texts) == 1 and messages.texts[0].startswith("Dask dashboard: http://127.0.0.1:")


def test_a_stranger_is_given_nothing(cluster: LocalCluster) -> None:
    messages = Messages()
    with (
        pytest.raises(EngineError, match="same version"),
        DaskCluster(cluster.scheduler_address, 0, threading.get_ident, messages) as strangers,  # type: ignore[arg-type]
    ):
        list(run(strangers, eval, ["1"]))
    assert any(text.startswith("refused inproc://") for text in messages.texts)


def test_a_task_that_fails_has_its_reason(cluster: LocalCluster) -> None:
    with DaskCluster(cluster.scheduler_address, 0, os.getcwd, Messages()) as workers:
        found = list(run(workers, eval, ["1 / 0", "2"]))
    failures = [result for task, result in found if task == "1 / 0"]
    assert [f.reason for f in failures if isinstance(f, Failed)] == ["ZeroDivisionError: division by zero"] * 3
    assert ("2", 2) in found


def test_a_scheduler_that_goes_away_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dask_cluster, "_TIMEOUT_S", 1.0)
    cluster = LocalCluster(n_workers=1, processes=False, dashboard_address=None)
    with (
        pytest.raises(EngineError, match=r"has gone - .* run the same command again"),
        DaskCluster(cluster.scheduler_address, 0, os.getcwd, Messages()) as workers,
    ):
        for _ in run(workers, eval, map(str, range(1000))):
            cluster.close()


def test_no_scheduler_is_an_error_that_says_how_to_start_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dask_cluster, "_TIMEOUT_S", 0.3)
    with pytest.raises(EngineError, match="no Dask scheduler answers - start one with: dask scheduler"):
        DaskCluster("tcp://127.0.0.1:9", 0, os.getcwd, Messages()).__enter__()
