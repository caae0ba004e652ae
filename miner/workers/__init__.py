"""Worker processes: in number what the machine can bear, and never outliving the command that started them."""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import active_children
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnContext, SpawnProcess

import psutil

_STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_NO_WARNING = "ignore:resource_tracker"
"""A Python option for multiprocessing's resource tracker: without it, the tracker warns on stderr of each semaphore
that it removes after a stopped command."""
BYTES_EACH = 600_000_000
"""Memory that a worker with the language pipeline needs at most."""


def available_workers() -> int:
    """One worker a core that this process may use, as far as free memory allows; at least 1."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cores, int(psutil.virtual_memory().available // BYTES_EACH)))


@contextmanager
def worker_pool(processes: int) -> Iterator[ProcessPoolExecutor]:
    """A pool of worker processes that end with the block, at once if it ends with an exception.

    Each worker waits for the end of a pipe that only this process can write to, and ends when it is closed: by us, or
    by the system after whatever ended this process, a SIGKILL too.
    """
    if _NO_WARNING not in sys.warnoptions:
        sys.warnoptions.append(_NO_WARNING)
    context = _Context()
    reader, writer = context.Pipe(duplex=False)
    before = active_children()
    pool = ProcessPoolExecutor(processes, mp_context=context, initializer=_end_with_parent, initargs=(reader,))
    try:
        yield pool
    except BaseException:
        writer.close()
        pool.shutdown(wait=False, cancel_futures=True)
        # A worker that is still importing modules does not watch the pipe yet, and would fail with a traceback.
        for worker in set(active_children()).difference(before):
            worker.kill()
        raise
    else:
        pool.shutdown()
    finally:
        writer.close()
        reader.close()


class _Process(SpawnProcess):
    """A process that holds back the signals that stop a command until it watches for its parent's end.

    Ctrl-C reaches every process of a terminal, also one that is just importing its modules.
    """

    def start(self) -> None:
        """Start it; this process, too, holds the signals back meanwhile, so that the new one gets all its data."""
        held = signal.pthread_sigmask(signal.SIG_BLOCK, _STOPPING)
        try:
            super().start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, held)


class _Context(SpawnContext):
    Process = _Process


def _end_with_parent(reader: Connection) -> None:
    # The parent stops on Ctrl-C, and ends its workers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPPING)
    threading.Thread(target=_wait_for_end, args=(reader,), daemon=True).start()


def _wait_for_end(reader: Connection) -> None:
    try:
        reader.recv_bytes()
    except (EOFError, OSError):
        pass
    finally:
        os._exit(1)
