"""Neo4j servers that the suite shares: one of a workspace, and one reached through `NEO4J_URI`."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from typer.testing import CliRunner

from miner.cli import app
from miner.corpus import Corpus
from miner.graph.connection import Connection, connect
from miner.model.reporter import SILENT
from miner.neo4j_server.server import EmbeddedServer
from miner.settings import Settings
from miner.workflow.graph import load_graph

# No deadline for an example: on a loaded machine it would fail tests that find nothing.
hypothesis.settings.register_profile("suite", deadline=None)
hypothesis.settings.load_profile("suite")

EXAMPLES = Path(__file__).parent.parent / "examples"
STOP_AFTER = Path(__file__).parent / "neo4j_server" / "stop_after.py"


def pytest_configure() -> None:
    """Let commands that tests start obey signals, also where the suite itself runs in the background."""
    for number, handler in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, handler)


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name archives by their parameter: their bytes hold the time, and all processes must name a test alike."""
    return argname if isinstance(val, bytes) and val[:2] in (b"\x1f\x8b", b"PK") else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let one of the suite's processes run all tests of the shared servers, so that these are started once."""
    for item in items:
        if {"embedded", "elsewhere", "library"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.xdist_group("shared_servers"))


def shared_server(workspace: Path) -> Iterator[Settings]:
    """Settings of a workspace whose server is stopped at the end, even where this process is killed before that."""
    settings = Settings(workspace=workspace, neo4j_uri=None)
    watchdog = subprocess.Popen(
        [sys.executable, STOP_AFTER, str(os.getpid()), str(settings.server_home)], start_new_session=True
    )
    try:
        yield settings
    finally:
        EmbeddedServer.of_workspace(settings).stop()
        watchdog.terminate()
        watchdog.wait()


@pytest.fixture(scope="session")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Settings that name no server: connecting starts the workspace's own."""
    yield from shared_server(tmp_path_factory.mktemp("embedded"))


@pytest.fixture(scope="session")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Settings that name a server which is not the workspace's, as `NEO4J_URI` and its companions do."""
    for settings in shared_server(tmp_path_factory.mktemp("elsewhere")):
        server = EmbeddedServer.of_workspace(settings)
        yield Settings(
            workspace=tmp_path_factory.mktemp("no-server-here"),
            neo4j_uri=str(server.start().bolt_uri),
            neo4j_password=server.password,
            neo4j_database="neo4j",
        )


@pytest.fixture(scope="session")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with the claims that are read from the examples; it has no graph."""
    workspace = tmp_path_factory.mktemp("examples")
    for words in (["harvest", str(EXAMPLES)], ["extract"]):
        done = CliRunner().invoke(app, ["--workspace", str(workspace), *words], catch_exceptions=False)
        assert done.exit_code == 0, done.output
    return workspace


@pytest.fixture(scope="module")
def library(elsewhere: Settings, examples: Path) -> Settings:
    """Settings of that workspace, its claims loaded into a shared server."""
    settings = elsewhere.model_copy(update={"workspace": examples})
    with Corpus(settings.corpus_path) as corpus:
        load_graph(settings, corpus, SILENT)
    return settings


@pytest.fixture(scope="session", params=["embedded", "NEO4J_URI"])
def connection(request: pytest.FixtureRequest) -> Iterator[Connection]:
    """A connection to each of the two servers in turn."""
    settings: Settings = request.getfixturevalue("embedded" if request.param == "embedded" else "elsewhere")
    with connect(settings) as open_connection:
        yield open_connection
