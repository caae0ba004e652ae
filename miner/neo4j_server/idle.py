"""Stop an embedded server that has not been used for a while; started with the server, in a process of its own.

    python -m miner.neo4j_server.idle HOME PID SECONDS

A server is in use while a client is connected to it, and when a command has asked for it (`state.note_use`). This
module imports little, because its process lives as long as the server.
"""

import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil
from filelock import Timeout

from miner.neo4j_server import processes
from miner.neo4j_server.state import ServerState, find_running, last_used, note_use, server_lock, state_file

_MAX_POLL_S = 5.0
_LOCK_WITHIN_S = 60.0


def watch(home: Path, pid: int, idle_s: float) -> None:
    """Return when the server of process `pid` has ended: by itself, or stopped after `idle_s` seconds without use."""
    while (running := find_running(home)) is not None and running[1].pid == pid:
        if _is_idle(home, *running, idle_s):
            with suppress(Timeout), server_lock(home, _LOCK_WITHIN_S):
                if _is_idle(home, *running, idle_s):  # nobody came while the lock was awaited
                    state_file(home).unlink(missing_ok=True)
                    processes.end([running[0]], timeout_s=60)
                    return
        time.sleep(min(_MAX_POLL_S, idle_s / 10))


def _is_idle(home: Path, process: psutil.Process, state: ServerState, idle_s: float) -> bool:
    if not state.ready:
        return False
    if processes.has_clients(process, state.bolt_port, state.http_port):
        note_use(home)
    return time.time() - last_used(home) > idle_s


if __name__ == "__main__":
    watch(Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
