"""A Dask cluster as a backend: a scheduler's workers, or a cluster on this machine."""

import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from miner.errors import EngineError, UsageError
from miner.model.reporter import Reporter
from miner.workers import available_workers
from miner.workers.engines import AHEAD, Job, Lost

if TYPE_CHECKING:
    from distributed import Client, Future, LocalCluster

_CHECK_S = 1.0
"""Seconds after which the cluster is asked anew for its workers."""
_TIMEOUT_S = 10.0
"""Seconds in which the scheduler must answer, and a cluster of our own end."""


class DaskCluster:
    """The workers of the scheduler at an address or, without one, `processes` workers on this machine.

    Each worker must give the same answer to `prove` as this process; the others are given nothing.
    """

    def __init__(self, scheduler: str | None, processes: int, prove: Callable[[], str], reporter: Reporter) -> None:
        self._scheduler = scheduler
        self._processes = processes
        self._prove = prove
        self._reporter = reporter
        self._proven: dict[str, bool] = {}
        self._threads: dict[str, int] = {}
        self._checked = -_CHECK_S
        self._ended = threading.Event()
        self._cluster: LocalCluster | None = None
        self._client: Client

    def __enter__(self) -> Self:
        """Connect. Raises UsageError where Dask is not installed, EngineError where no scheduler answers."""
        try:
            from distributed import Client, LocalCluster
        except ImportError as error:
            raise UsageError("Dask is not installed - run: pip install 'exominer[dask]'") from error
        logging.getLogger("distributed").setLevel(logging.CRITICAL)
        if self._scheduler is None:
            self._cluster = LocalCluster(
                n_workers=self._processes or available_workers(), threads_per_worker=1, host="127.0.0.1",
                dashboard_address="127.0.0.1:0", silence_logs=logging.CRITICAL,
            )  # fmt: skip
        try:
            self._client = Client(self._cluster or self._scheduler, timeout=_TIMEOUT_S, set_as_default=False)
        except (OSError, ValueError) as error:
            raise EngineError(
                f"{self._scheduler}: no Dask scheduler answers - start one with: dask scheduler; or check the address"
            ) from error
        self._reporter.message(f"Dask dashboard: {self._client.dashboard_link}")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        with suppress(TimeoutError, OSError):
            self._client.close(timeout=_TIMEOUT_S)
        if self._cluster is not None:
            with suppress(TimeoutError, OSError):
                self._cluster.close(timeout=_TIMEOUT_S)

    def has_room(self, under_way: int) -> bool:
        """`AHEAD` tasks for each thread of the workers that are proven."""
        return under_way < AHEAD * sum(self._workers().values())

    def submit(self, call: Callable[[], Any]) -> Job:
        """Run it on a worker that is proven."""
        workers = frozenset(self._workers())
        try:
            future = self._client.submit(call, workers=sorted(workers), pure=False)
        except OSError as error:
            raise self._gone() from error
        future.add_done_callback(lambda _: self._ended.set())
        return _DaskJob(future, workers, self)

    def wait(self, jobs: list[Any]) -> None:
        """Return when a task has ended, or after a second, for workers come and go."""
        self._ended.wait(_CHECK_S)
        self._ended.clear()

    def is_any_left(self, workers: frozenset[str]) -> bool:
        """Whether one of these workers is still there."""
        return not workers.isdisjoint(self._workers())

    def _workers(self) -> dict[str, int]:
        """The threads of each worker that is there and proven. Raises EngineError where all workers are refused."""
        if time.monotonic() - self._checked < _CHECK_S and self._threads:
            return self._threads
        try:
            present: dict[str, int] = dict(self._client.nthreads())
            unknown = [address for address in present if address not in self._proven]
            proofs = self._client.run(self._prove, workers=unknown, on_error="return") if unknown else {}
        except OSError as error:
            raise self._gone() from error
        for address, proof in proofs.items():
            self._judge(address, proof)
        self._threads = {a: threads for a, threads in present.items() if self._proven.get(a)}
        if present and not self._threads and all(a in self._proven for a in present):
            raise EngineError("no worker of the cluster reads as this Exominer does - install the same version there")
        if not present and self._checked < 0:
            self._reporter.message(f"no workers yet - start some with: dask worker {self._scheduler}")
        self._checked = time.monotonic()
        return self._threads

    def _judge(self, address: str, proof: Any) -> None:
        if isinstance(proof, OSError):  # it has ended in the meantime
            return
        self._proven[address] = proof == self._prove()
        if not self._proven[address]:
            has = f"{type(proof).__name__}: {proof}" if isinstance(proof, Exception) else proof
            self._reporter.message(f"refused {address}: it has {has}, not {self._prove()} - install the same there")

    def _gone(self) -> EngineError:
        return EngineError(
            f"the Dask scheduler {self._scheduler or ''} has gone - what was read so far is kept;"
            " run the same command again to go on"
        )


@dataclass(frozen=True, slots=True)
class _DaskJob:
    """A task of a cluster; it is lost where every worker that may run it has gone."""

    future: "Future"
    workers: frozenset[str]
    cluster: DaskCluster

    def done(self) -> bool:
        return self.future.done() or not self.cluster.is_any_left(self.workers)

    def result(self) -> Any:
        from distributed import KilledWorker

        if not self.future.done() or self.future.cancelled() or self.future.status == "lost":
            self.future.cancel()
            raise Lost(guilty=False)
        while True:
            try:
                return self.future.result(timeout=_CHECK_S)
            except KilledWorker:
                raise Lost(guilty=True) from None
            except TimeoutError:
                if self.future.status == "error":  # the task itself ended so
                    raise
                # The worker that held the result may have been killed: no other worker may compute it again.
                if not self.cluster.is_any_left(self.workers):
                    self.future.cancel()
                    raise Lost(guilty=False) from None
