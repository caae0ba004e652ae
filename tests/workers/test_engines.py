"""Tasks are run to their end, whatever happens to the workers; `eval` stands for a worker's function."""

import os
from pathlib import Path

import pytest

from miner.errors import UsageError
from miner.workers import engines
from miner.workers.engines import MAX_ATTEMPTS, Backend, Failed, Here, Processes, run

DIE = "__import__('os')._exit(9)"


def once(marker: Path, expression: str) -> str:
    """An expression that is evaluated the first time only; after that, it gives 7."""
    return f"7 if __import__('pathlib').Path({str(marker)!r}).exists() else (open({str(marker)!r}, 'w'), {expression})"


def results(backend: Backend, tasks: list[str], ordered: bool = False) -> list[tuple[str, object]]:
    return list(run(backend, eval, tasks, ordered=ordered))


@pytest.mark.parametrize("ordered", [False, True])
def test_every_task_has_its_result(ordered: bool) -> None:
    tasks = [f"{number} * 2" for number in range(20)]
    expected = [(task, 2 * number) for number, task in enumerate(tasks)]
    with Here() as here:
        assert results(here, tasks, ordered) == expected
    with Processes(2) as two:
        found = results(two, tasks, ordered)
    assert (found if ordered else sorted(found, key=lambda pair: tasks.index(pair[0]))) == expected


def test_a_task_that_fails_is_tried_again_and_spoils_no_other(tmp_path: Path) -> None:
    tasks = ["1 / 0", once(tmp_path / "m", "1 / 0"), "5"]
    with Here() as here:
        found = results(here, tasks)
    reason = "ZeroDivisionError: division by zero"
    failures = [Failed(reason, n, n == MAX_ATTEMPTS) for n in range(1, MAX_ATTEMPTS + 1)]
    assert found == [
        *((tasks[0], failure) for failure in failures), (tasks[1], failures[0]), (tasks[1], 7), ("5", 5)
    ]  # fmt: skip


def test_a_worker_that_is_killed_costs_its_own_task_an_attempt_and_no_other(tmp_path: Path) -> None:
    tasks = [DIE, once(tmp_path / "m", DIE), *(f"{number}" for number in range(8))]
    with Processes(2) as two:
        found = results(two, tasks)
    failed = [task for task, result in found if isinstance(result, Failed)]
    assert sorted(failed) == sorted([DIE] * MAX_ATTEMPTS + [tasks[1]])
    assert {task: result for task, result in found if not isinstance(result, Failed)} == {
        tasks[1]: 7, **{str(number): number for number in range(8)}
    }  # fmt: skip
    assert all("memory" in result.reason for _, result in found if isinstance(result, Failed))


def test_a_worker_is_replaced_after_some_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "MAX_TASKS", 3)
    with Processes(1) as one:
        pids = [pid for _, pid in run(one, eval, [f"({n}, __import__('os').getpid())[1]" for n in range(9)])]
    assert len(pids) == 9
    assert len(set(pids)) == 3 and os.getpid() not in pids


def test_errors_of_the_command_are_raised() -> None:
    with Here() as here, pytest.raises(UsageError):
        results(here, ["exec('from miner.errors import UsageError; raise UsageError()')"])


def test_tasks_are_drawn_as_workers_become_free() -> None:
    drawn = 0

    def tasks() -> "object":
        nonlocal drawn
        for number in range(100):
            drawn += 1
            yield str(number)

    with Processes(1) as one:
        for count, _ in enumerate(run(one, eval, tasks()), start=1):  # type: ignore[arg-type]
            assert drawn <= count + engines.AHEAD + 1
