"""Processes and the ports they listen on."""

import socket
from contextlib import suppress

import psutil

LOOPBACK = "127.0.0.1"


def end(running: list[psutil.Process], timeout_s: float) -> None:
    """Ask processes to end, and end by force what is left after `timeout_s` seconds."""
    for process in running:
        with suppress(psutil.NoSuchProcess):
            process.terminate()
    _, left = psutil.wait_procs(running, timeout_s)
    for process in left:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(left, 10)


def is_alive(process: psutil.Process) -> bool:
    """Whether it runs, and is not merely unburied."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def listens(process: psutil.Process, *ports: int) -> bool:
    """Whether the process itself, and no other, listens on these ports."""
    try:
        connections = process.net_connections("tcp")
    except psutil.Error:
        return False
    return set(ports) <= {each.laddr.port for each in connections if each.status == psutil.CONN_LISTEN}


def memory(process: psutil.Process) -> int | None:
    """Resident memory in bytes, or None where it cannot be seen."""
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return None


def free_ports() -> tuple[int, int]:
    """Two ports of the loopback address that nobody listens on now."""
    with socket.socket() as first, socket.socket() as second:
        first.bind((LOOPBACK, 0))
        second.bind((LOOPBACK, 0))
        return first.getsockname()[1], second.getsockname()[1]
