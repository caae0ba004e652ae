"""Processes and the ports they listen on."""

import hashlib
import os
import socket
from contextlib import suppress
from pathlib import Path

import psutil

LOOPBACK = "127.0.0.1"


def end(running: list[psutil.Process], timeout_s: float) -> None:
    """Terminate processes, and kill those that are left after `timeout_s` seconds."""
    for process in running:
        with suppress(psutil.NoSuchProcess):
            process.terminate()
    _, left = psutil.wait_procs(running, timeout_s)
    for process in left:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(left, 10)


def is_alive(process: psutil.Process) -> bool:
    """Whether the process is running (zombies do not count)."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def listens(process: psutil.Process, *ports: int) -> bool:
    """Whether the process itself, and no other, listens on these ports."""
    return set(ports) <= {port for port, status in _connections(process) if status == psutil.CONN_LISTEN}


def has_clients(process: psutil.Process, *ports: int) -> bool:
    """Whether some client is connected to one of these ports of the process."""
    return any(port in ports for port, status in _connections(process) if status == psutil.CONN_ESTABLISHED)


def _connections(process: psutil.Process) -> list[tuple[int, str]]:
    """Local port and status of each TCP connection of a process; none where they cannot be read."""
    try:
        return [(each.laddr.port, each.status) for each in process.net_connections("tcp")]
    except psutil.Error:
        return []


def memory(process: psutil.Process) -> int | None:
    """Resident memory in bytes, or None where it cannot be read."""
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return None


_FIRST_PORT = 17_000
_PORT_PAIRS = 5_000  # up to 27,000: below the ports that systems hand out to clients


def workspace_ports(home: Path) -> tuple[int, int]:
    """Two ports derived from a folder, the same at every call; other free ones where one of them is taken."""
    digest = int.from_bytes(hashlib.sha256(str(home).encode("utf-8", "surrogateescape")).digest()[:8])
    first = _FIRST_PORT + 2 * (digest % _PORT_PAIRS)
    return (first, first + 1) if _is_free(first) and _is_free(first + 1) else free_ports()


def free_ports() -> tuple[int, int]:
    """Two ports of the loopback address that nobody listens on now."""
    with socket.socket() as first, socket.socket() as second:
        first.bind((LOOPBACK, 0))
        second.bind((LOOPBACK, 0))
        return first.getsockname()[1], second.getsockname()[1]


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        if os.name == "posix":  # a port whose last connections are still closing is free to a server
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True
