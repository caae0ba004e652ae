"""The embedded server: a real Neo4j Community in the workspace, started on demand and shared by every Exominer process.

A server keeps running, detached from the terminal, until `stop()` or until nobody has used it for a while. How others
find it is written in `<home>/server.json`; its password in `<home>/password`; both, and all that Neo4j writes, are
readable by the owner only.
"""

import os
import re
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

import psutil
from filelock import Timeout

from miner.errors import ServerError, WorkspaceError
from miner.model.reporter import SILENT, Reporter
from miner.neo4j_server import files, jars, processes, readiness
from miner.neo4j_server.java import find_java
from miner.neo4j_server.logs import last_words
from miner.neo4j_server.state import (
    ServerState,
    find_running,
    home_argument,
    note_use,
    server_lock,
    serves,
    state_file,
    write_state,
)
from miner.settings import Settings, inherited_environment

USERNAME = "neo4j"
_HOST = processes.LOOPBACK
_READY_WITHIN_S = 300
_LOCK_WITHIN_S = 600
_PORT_ATTEMPTS = 5
_MIN_FREE_BYTES = 64_000_000  # with less, Neo4j half starts, cannot log why, and never answers
_RESET = "run `exominer graph reset`, then load the corpus again"
_OPENED_PACKAGES = ("java.nio", "java.io", "sun.nio.ch", "java.util.concurrent")
_OWN_FILES = ("data", "logs", "conf", "run", "import", "plugins", "licenses", "labs", "certificates", "products")
_CONFIGURATION = f"""\
server.default_listen_address={_HOST}
server.bolt.listen_address={_HOST}:{{bolt_port}}
server.bolt.advertised_address={_HOST}:{{bolt_port}}
server.http.listen_address={_HOST}:{{http_port}}
server.http.advertised_address={_HOST}:{{http_port}}
server.https.enabled=false
server.memory.pagecache.size=128m
db.tx_log.preallocate=false
db.tx_log.rotation.retention_policy=1 files
dbms.usage_report.enabled=false
client.allow_telemetry=false
dbms.security.allow_csv_import_from_file_urls=false
internal.server.bolt.thread_pool_shutdown_wait_time=1s
internal.server.bolt.connection_shutdown_wait_time=1s
"""


class _PortTakenError(Exception):
    """Another program took a port between our choosing it and Neo4j's opening it."""


@dataclass(frozen=True)
class ServerStatus:
    """What is known of the embedded server; `pid`, addresses, version and memory only while it runs. Sizes in bytes."""

    running: bool
    home: Path
    store_bytes: int
    pid: int | None = None
    bolt_uri: str | None = None
    http_uri: str | None = None
    version: str | None = None
    memory_bytes: int | None = None


class EmbeddedServer:
    """The Neo4j server whose files are in `home`, its jars in `cache`, its Java heap at most `heap` (e.g. "768m").

    `java_home` is a Java installation to try when the one installed with Exominer does not serve. The server stops by
    itself after `idle_minutes` without use; 0 keeps it running.
    """

    def __init__(
        self,
        home: Path,
        cache: Path,
        heap: str = "768m",
        java_home: Path | None = None,
        reporter: Reporter = SILENT,
        idle_minutes: float = 30,
    ) -> None:
        self.home = home.absolute()
        self.cache = cache
        self.heap = heap
        self.java_home = java_home
        self.idle_minutes = idle_minutes
        self._reporter = reporter
        self._lock = server_lock(self.home, _LOCK_WITHIN_S)

    @classmethod
    def of_workspace(cls, settings: Settings, reporter: Reporter = SILENT) -> Self:
        """The server of a workspace, running or not."""
        return cls(
            settings.server_home,
            settings.cache,
            settings.java_heap,
            settings.java_home,
            reporter,
            settings.neo4j_idle_minutes,
        )

    @property
    def has_database(self) -> bool:
        """Whether the server was ever started or rebuilt, so that there may be a graph."""
        return (self.home / "data" / "databases" / "neo4j").exists()

    @property
    def password(self) -> str:
        """The password of the user `neo4j`. Raises ServerError if there is none yet or it cannot be read."""
        try:
            return (self.home / "password").read_text(encoding="ascii")
        except OSError as error:
            raise ServerError(
                f"the embedded Neo4j's password cannot be read: {_os_reason(error)} - {_RESET}"
            ) from error

    def start(self) -> ServerStatus:
        """Start the server, or find it running; back when it answers over Bolt.

        Raises ServerError when it cannot be fetched or started, WorkspaceError when its folder cannot be written.
        """
        with suppress(OSError):  # no folder yet: it is made below
            note_use(self.home)
        running = find_running(self.home)
        if running is None or not running[1].ready:
            with self._locked():
                self._start_locked()
        return self.status()

    def stop(self, timeout_s: float = 30) -> bool:
        """Stop the server, by force after `timeout_s` seconds (the next start recovers). False if none was running."""
        if not self.home.exists():
            return False
        with self._locked():
            found = self._processes()
            processes.end(found, timeout_s)
            state_file(self.home).unlink(missing_ok=True)
        return bool(found)

    def reset(self) -> None:
        """Stop the server and delete its data, logs and password."""
        if not self.home.exists():
            return
        with self._locked():
            self.stop()
            for name in _OWN_FILES:
                shutil.rmtree(self.home / name, ignore_errors=True)
            for name in ("password", "server.json", "last-used", "import.report"):
                (self.home / name).unlink(missing_ok=True)

    def status(self) -> ServerStatus:
        """The state of the server; starts nothing."""
        store_bytes = files.size(self.home / "data")
        running = find_running(self.home)
        if running is None:
            return ServerStatus(running=False, home=self.home, store_bytes=store_bytes)
        process, state = running
        return ServerStatus(
            running=True,
            home=self.home,
            store_bytes=store_bytes,
            pid=state.pid,
            bolt_uri=f"bolt://{_HOST}:{state.bolt_port}",
            http_uri=f"http://{_HOST}:{state.http_port}",
            version=state.version,
            memory_bytes=processes.memory(process),
        )

    def admin(self, *arguments: str) -> str:
        """Stop the server, run `neo4j-admin ARGUMENTS` on its files and return what it printed.

        The server stays stopped. Raises ServerError with the command's reason if it fails.
        """
        with self._locked():
            self.stop()
            self._prepare()
            return self._run_admin(*arguments)

    @property
    def _logs(self) -> tuple[Path, Path]:
        """The logs of Neo4j and of Java since the last start."""
        return self.home / "logs" / "neo4j.log", self.home / "logs" / "console.log"

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Hold the lock under which the server is started and stopped."""
        try:
            self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self._lock:
                yield
        except Timeout as error:
            raise ServerError(
                f"another exominer has held {self.home} for more than {_LOCK_WITHIN_S} s - end it, then retry"
            ) from error
        except OSError as error:
            raise WorkspaceError(
                f"the folder {self.home} cannot be used: {_os_reason(error)} - choose another with --workspace"
            ) from error

    def _start_locked(self) -> None:
        running = find_running(self.home)
        if running is not None and running[1].ready:
            return
        self._reporter.start("starting Neo4j")
        if running is not None:  # the command that started it ended before it was ready
            with suppress(ServerError, _PortTakenError):
                self._wait_until_ready(*running)
                self._watch_idle(running[1].pid)
                return
        processes.end(self._processes(), timeout_s=30)
        self._prepare()
        for attempt in range(_PORT_ATTEMPTS):
            try:
                self._launch(processes.workspace_ports(self.home) if attempt == 0 else processes.free_ports())
            except _PortTakenError:
                continue
            return
        raise ServerError(f"no free port for the embedded Neo4j after {_PORT_ATTEMPTS} attempts - retry")

    def _prepare(self) -> None:
        """Create what the first start needs: folders, configuration and, before the database exists, its password."""
        free = shutil.disk_usage(self.home).free
        if free < _MIN_FREE_BYTES:
            raise WorkspaceError(
                f"only {free / 1e6:.0f} MB are free in {self.home}, too few for Neo4j - free some, or use --workspace"
            )
        for folder in (self.home, self.home / "conf", self.home / "logs"):
            folder.mkdir(mode=0o700, exist_ok=True)
            folder.chmod(0o700)
        if (self.home / "data" / "databases" / "system").exists():
            _ = self.password  # fails here if it is gone, not after the server has come up
            return
        files.write_private(self.home / "password", secrets.token_hex(24))
        self._configure(*processes.free_ports())
        (self.home / "data" / "dbms" / "auth.ini").unlink(missing_ok=True)
        self._run_admin("dbms", "set-initial-password", f"@{self.home / 'password'}")

    def _configure(self, bolt_port: int, http_port: int) -> None:
        text = _CONFIGURATION.format(bolt_port=bolt_port, http_port=http_port)
        files.write_private(self.home / "conf" / "neo4j.conf", text)

    def _launch(self, ports: tuple[int, int]) -> None:
        """Start the server's process and wait for it. Raises _PortTakenError if one of the ports is taken."""
        bolt_port, http_port = ports
        self._configure(bolt_port, http_port)
        opened = [f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in _OPENED_PACKAGES]
        command = [*self._java(), *opened, "org.neo4j.server.CommunityEntryPoint", *self._folders()]
        for log in self._logs:
            if log.exists():
                log.replace(log.with_name(f"{log.name}.old"))
        with files.open_private(self._logs[1]) as console:
            child = subprocess.Popen(
                command,
                cwd=self.home,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                umask=0o077,
            )
        process = psutil.Process(child.pid)
        state = ServerState(child.pid, process.create_time(), bolt_port, http_port, jars.neo4j_version())
        write_state(self.home, state)
        note_use(self.home)
        self._wait_until_ready(process, state)
        self._watch_idle(state.pid)

    def _watch_idle(self, pid: int) -> None:
        """Start the process that stops the server when it is idle (`miner.neo4j_server.idle`)."""
        if not self.idle_minutes:
            return
        package_root = str(Path(__file__).parents[2])
        environment = inherited_environment()
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, (package_root, environment.get("PYTHONPATH"))))
        arguments = [str(self.home), str(pid), str(60 * self.idle_minutes)]
        subprocess.Popen(
            [sys.executable, "-m", "miner.neo4j_server.idle", *arguments],
            cwd=self.home,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def _folders(self) -> list[str]:
        return [home_argument(self.home), f"--config-dir={self.home / 'conf'}"]

    def _java(self) -> list[str]:
        class_path = os.pathsep.join(map(str, jars.neo4j_jars().fetch(self.cache, self._reporter)))
        return [str(find_java(self.java_home)), f"-Xmx{self.heap}", "-XX:+UseSerialGC", "-cp", class_path]

    def _environment(self) -> dict[str, str]:
        """Ours without what would change Java's memory or give the server a password that it does not need."""
        inherited = {
            name: value
            for name, value in inherited_environment().items()
            if not name.startswith("NEO4J_") and name not in ("JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "JDK_JAVA_OPTIONS")
        }
        return inherited | {"NEO4J_HOME": str(self.home), "NEO4J_CONF": str(self.home / "conf")}

    def _run_admin(self, *arguments: str) -> str:
        command = [*self._java(), "org.neo4j.server.startup.Neo4jAdminCommand", *arguments]
        done = subprocess.run(
            command,
            cwd=self.home,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            umask=0o077,
            check=False,
        )
        if done.returncode:
            reason = last_words(f"{done.stdout}\n{done.stderr}")
            raise ServerError(f"neo4j-admin {' '.join(arguments[:2])} failed on {self.home}: {reason}")
        return done.stdout

    def _wait_until_ready(self, process: psutil.Process, state: ServerState) -> None:
        deadline = time.monotonic() + _READY_WITHIN_S
        try:
            while not self._is_ready(process, state):
                if not processes.is_alive(process):
                    raise self._failure()
                if time.monotonic() > deadline:
                    raise ServerError(
                        f"the embedded Neo4j did not answer within {_READY_WITHIN_S} s - see {self._logs[0]}"
                    )
                time.sleep(0.1)
        except (ServerError, _PortTakenError):
            processes.end([process], timeout_s=10)
            state_file(self.home).unlink(missing_ok=True)
            raise
        write_state(self.home, replace(state, ready=True))

    def _is_ready(self, process: psutil.Process, state: ServerState) -> bool:
        return processes.listens(process, state.bolt_port, state.http_port) and self._answers(state)

    def _answers(self, state: ServerState) -> bool:
        password = self.password
        try:
            return readiness.answers(state.http_port, USERNAME, password)
        except readiness.WrongPasswordError as error:
            raise ServerError(f"the embedded Neo4j in {self.home} does not take its own password - {_RESET}") from error
        except ServerError as error:
            raise ServerError(
                f"the embedded Neo4j cannot open its database: {error} - see {self._logs[0]}, or {_RESET}"
            ) from error

    def _failure(self) -> ServerError | _PortTakenError:
        """Why the process ended, from its logs."""
        for file in self._logs:
            text = file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""
            if re.search(r"Address already in use|PortBindException", text):
                return _PortTakenError()
            if words := last_words(text):
                return ServerError(f"the embedded Neo4j did not start: {words} - see {file}")
        return ServerError(
            f"the embedded Neo4j ended without an error message (killed, or out of memory?) - see {self.home / 'logs'}"
        )

    def _processes(self) -> list[psutil.Process]:
        """Every process that serves this folder, whether `server.json` names it or not."""
        return [process for process in psutil.process_iter() if serves(process, self.home)]


def _os_reason(error: OSError) -> str:
    return error.strerror or str(error)
