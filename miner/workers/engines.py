"""Run one function on many tasks: in this process, in worker processes, or on a Dask cluster.

What runs them is a `Backend`; `run` is the loop that all of them share.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from itertools import islice
from types import TracebackType
from typing import Any, Generic, Protocol, Self, TypeVar

from miner.errors import ExominerError
from miner.workers import available_workers, worker_pool

T = TypeVar("T")
R = TypeVar("R")

MAX_ATTEMPTS = 3
"""How often a task is tried."""
MAX_TASKS = 100
"""Tasks after which a worker process is replaced, so that memory it may have lost is freed."""
AHEAD = 2
"""Tasks that each worker is given at a time: one that runs, and one that follows at once."""


@dataclass(frozen=True, slots=True)
class Failed:
    """An attempt at a task that failed, the reason, and whether it was the last one."""

    reason: str
    attempt: int
    last: bool


class Lost(Exception):
    """A task was not run, because the worker that had it ended before or while it ran."""

    def __init__(self, guilty: bool) -> None:
        """`guilty` says whether the task ran when the worker ended."""
        super().__init__("the process that ran it was ended - is there enough memory?")
        self.guilty = guilty


class Job(Protocol):
    """A task that a backend has been given."""

    def done(self) -> bool:
        """Whether it has ended, well or not, or can be run at once."""
        ...

    def result(self) -> Any:
        """What the function returned. Raises what it raised, or `Lost`."""
        ...


class Backend(Protocol):
    """Where tasks run."""

    def has_room(self, under_way: int) -> bool:
        """Whether it takes another task, when it has been given this many that have not ended."""
        ...

    def submit(self, call: Callable[[], Any]) -> Job:
        """Run a call that can be pickled."""
        ...

    def wait(self, jobs: list[Any]) -> None:
        """Return when one of these jobs has ended, or sooner."""
        ...


@dataclass(slots=True)
class _Run(Generic[T]):
    task: T
    job: Job
    attempts: int = 0


def run(
    backend: Backend, function: Callable[[T], R], tasks: Iterable[T], *, ordered: bool = False
) -> Iterator[tuple[T, R | Failed]]:
    """Each task with its result, in the order in which they end or, if `ordered`, in the order of the tasks.

    An attempt that fails is yielded as `Failed`, and repeated if it was not the last. Errors that Exominer raises on
    purpose are raised. Memory stays bounded: tasks are drawn as workers become free.
    """
    left = iter(tasks)
    runs: deque[_Run[T]] = deque()
    drawn = list(islice(left, 1))
    while drawn or runs:
        while drawn and backend.has_room(len(runs)):
            runs.append(_Run(drawn[0], backend.submit(partial(function, drawn[0]))))
            drawn = list(islice(left, 1))
        candidates = list(islice(runs, 1 if ordered else None))
        ended = [one for one in candidates if one.job.done()]
        for one in ended:
            outcome = _outcome(one)
            if isinstance(outcome, Lost) or (isinstance(outcome, Failed) and not outcome.last):
                one.job = backend.submit(partial(function, one.task))
            else:
                runs.remove(one)
            if not isinstance(outcome, Lost):
                yield one.task, outcome
        if not ended:
            backend.wait([one.job for one in candidates])


def _outcome(one: _Run[Any]) -> Any:
    """What a run that has ended came to: the result, `Failed`, or `Lost` where it never began."""
    try:
        return one.job.result()
    except ExominerError:
        raise
    except Lost as lost:
        if not lost.guilty:
            return lost
        reason = str(lost)
    except Exception as error:  # noqa: BLE001 - one task's fault must not end the others
        reason = f"{type(error).__name__}: {error}"
    one.attempts += 1
    return Failed(reason, one.attempts, one.attempts >= MAX_ATTEMPTS)


class Here:
    """This process."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def has_room(self, under_way: int) -> bool:
        """One task at a time."""
        return under_way == 0

    def submit(self, call: Callable[[], Any]) -> Job:
        """Run it when its result is wanted."""
        return _Call(call)

    def wait(self, jobs: list[Any]) -> None:
        """Nothing runs that could be waited for."""


@dataclass(frozen=True, slots=True)
class _Call:
    call: Callable[[], Any]

    def done(self) -> bool:
        return True

    def result(self) -> Any:
        return self.call()


class Processes:
    """Worker processes on this machine, by default one a core as far as memory allows."""

    def __init__(self, count: int = 0) -> None:
        self._lanes = [_Lane() for _ in range(count or available_workers())]

    def __enter__(self) -> Self:
        self._stack = ExitStack()
        for lane in self._lanes:
            self._stack.enter_context(lane)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, traceback)

    def has_room(self, under_way: int) -> bool:
        """`AHEAD` tasks for each process; none for one that is to be replaced until it has done its last."""
        return under_way < AHEAD * len(self._lanes) and any(lane.has_room() for lane in self._lanes)

    def submit(self, call: Callable[[], Any]) -> Job:
        """Give it to the process that has least to do."""
        return min(self._lanes, key=lambda lane: (not lane.has_room(), lane.busy())).submit(call)

    def wait(self, jobs: list[Any]) -> None:
        """Return when one of these jobs has ended."""
        wait([job.future for job in jobs], return_when=FIRST_COMPLETED)


class _Lane:
    """One worker process after another: a process that ends takes no other's task along, and tells whose fault it was.

    (A pool of several processes breaks as a whole, with all that it was given.)
    """

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._pool: ProcessPoolExecutor | None = None
        self._given = 0
        self._last: Future[Any] | None = None
        self.jobs: list[_LaneJob] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, traceback)

    def busy(self) -> int:
        self.jobs = [job for job in self.jobs if not job.future.done()]
        return len(self.jobs)

    def has_room(self) -> bool:
        busy = self.busy()
        return busy < AHEAD and (self._given < MAX_TASKS or not busy)

    def submit(self, call: Callable[[], Any]) -> "_LaneJob":
        if self._given >= MAX_TASKS and not self.busy():
            self._renew()
        try:
            future = self._open().submit(call)
        except BrokenProcessPool:
            self._renew()
            future = self._open().submit(call)
        job = _LaneJob(future, self._last)
        self._given += 1
        self._last = future
        self.jobs.append(job)
        return job

    def _open(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = self._stack.enter_context(worker_pool(1))
        return self._pool

    def _renew(self) -> None:
        self._stack.close()
        self._pool, self._given, self._last, self.jobs = None, 0, None, []


@dataclass(frozen=True, slots=True)
class _LaneJob:
    """A task of a worker process, and the one that the process was given before."""

    future: Future[Any]
    before: Future[Any] | None

    def done(self) -> bool:
        return self.future.done()

    def result(self) -> Any:
        try:
            return self.future.result()
        except BrokenProcessPool:
            raise Lost(guilty=self.before is None or not _was_lost(self.before)) from None


def _was_lost(future: Future[Any]) -> bool:
    return isinstance(future.exception(), BrokenProcessPool)
