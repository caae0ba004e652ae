"""What is noted about a running embedded server: `server.json` in its folder, and the process that it names."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil
from filelock import FileLock

from miner.neo4j_server import files


@dataclass(frozen=True)
class ServerState:
    """The content of `server.json`: enough to find the server, and to recognize a stale file."""

    pid: int
    created: float
    bolt_port: int
    http_port: int
    version: str
    ready: bool = False


def state_file(home: Path) -> Path:
    """The file that says which process serves the folder `home`."""
    return home / "server.json"


def write_state(home: Path, state: ServerState) -> None:
    """Note a server's process."""
    files.write_private(state_file(home), json.dumps(asdict(state)))


def find_running(home: Path) -> tuple[psutil.Process, ServerState] | None:
    """The process that `server.json` names, if it is this folder's server; None if the file is stale or broken."""
    try:
        state = ServerState(**json.loads(state_file(home).read_text(encoding="utf-8")))
        process = psutil.Process(state.pid)
        if abs(process.create_time() - state.created) < 5 and serves(process, home):
            return process, state
    except (OSError, ValueError, TypeError, psutil.Error):
        pass
    return None


def serves(process: psutil.Process, home: Path) -> bool:
    """Whether a process is a server of the folder `home`."""
    try:
        return home_argument(home) in process.cmdline() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def home_argument(home: Path) -> str:
    """The argument by which a server's process is recognized."""
    return f"--home-dir={home}"


def server_lock(home: Path, timeout_s: float) -> FileLock:
    """The lock that is held while a server is started or stopped."""
    return FileLock(home.with_name(f"{home.name}.lock"), timeout=timeout_s, mode=0o600)


def note_use(home: Path) -> None:
    """Note that the server is used now."""
    (home / "last-used").touch(mode=0o600)


def last_used(home: Path) -> float:
    """When the server was last used, in seconds since the epoch; 0 if it never was."""
    try:
        return (home / "last-used").stat().st_mtime
    except OSError:
        return 0.0
