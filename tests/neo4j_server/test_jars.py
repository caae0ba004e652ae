"""The jars' way into the cache, from a repository that misbehaves as real ones do."""

import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from miner.errors import ServerError
from miner.http.client import HttpClient
from miner.model.reporter import SilentReporter
from miner.neo4j_server import jars

CONTENTS = {f"org.example:part-{n}:1.{n}{':linux' if n == 3 else ''}": bytes([n]) * (200_000 + n) for n in range(1, 6)}


@dataclass
class Repository:
    """A Maven repository: the requests it got, and how the next answers go wrong (cut, wrong, missing, failing)."""

    url: str = ""
    requests: list[tuple[str, str | None]] = field(default_factory=list)
    faults: dict[str, list[str]] = field(default_factory=dict)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Repository]:
    lines = [json.dumps({"neo4j": "5.0.0", "endpoint": ""})] + [
        json.dumps({"coordinate": name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()})
        for name, content in CONTENTS.items()
    ]
    lock = tmp_path / "jars.lock"
    lock.write_text("\n".join(lines) + "\n")
    monkeypatch.setattr(jars, "NEO4J_LOCK", lock)
    client = HttpClient(tmp_path / "http", read_timeout=5, retries=jars._RETRIES, sleep=lambda _: None)
    monkeypatch.setattr(jars, "_client", lambda folder: client)
    served = {f"/{jar.path}": CONTENTS[jar.coordinate] for jar in jars.neo4j_jars().jars()}
    made = Repository()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            wanted = self.headers.get("Range")
            made.requests.append((self.path, wanted))
            if self.path not in served:
                self.send_error(404)
                return
            content = served[self.path]
            start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted else 0
            fault = (made.faults.get(self.path) or [""]).pop()
            if fault in ("missing", "failing"):
                self.send_error(404 if fault == "missing" else 503)
                return
            body = (b"?" * len(content) if fault == "wrong" else content)[start:]
            self.send_response(206 if wanted else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[:70_000] if fault == "cut" else body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        made.url = f"http://127.0.0.1:{server.server_port}"
        configuration = tmp_path / "jgo.conf"
        configuration.write_text(f"[settings]\nrepo_cache = {tmp_path / 'm2'}\n[repositories]\ncentral = {made.url}/\n")
        monkeypatch.setenv("JGO_CONFIG_FILE", str(configuration))
        monkeypatch.delenv("M2_REPO", raising=False)
        yield made
        server.shutdown()


def path_of(number: int) -> str:
    return f"/{jars.neo4j_jars().jars()[number].path}"


def assert_all_there(paths: list[Path]) -> None:
    assert [path.read_bytes() for path in paths] == list(CONTENTS.values())
    assert not [part for path in paths for part in path.parent.glob("*.new*")]


class Counting(SilentReporter):
    """Records the messages."""

    def __init__(self) -> None:
        self.messages: list[str] = []
        self.total: int | None = None
        self.done = 0

    def start(self, task: str, total: int | None = None, *, done: int = 0, unit: str = "") -> None:
        self.total, self.done = total, done

    def advance(self, steps: int = 1, *, total: int | None = None) -> None:
        self.done += steps

    def message(self, text: str) -> None:
        self.messages.append(text)


def test_they_are_fetched_once(repository: Repository, tmp_path: Path) -> None:
    reporter = Counting()
    paths = jars.neo4j_jars().fetch(tmp_path / "cache", reporter)
    assert_all_there(paths)
    assert paths[2].name == "part-3-1.3-linux.jar"
    assert len(reporter.messages) == 1 and reporter.messages[0].startswith("fetching Neo4j 5.0.0 (")
    assert reporter.total == reporter.done == sum(map(len, CONTENTS.values()))
    assert len(repository.requests) == 5
    assert jars.neo4j_jars().fetch(tmp_path / "cache", reporter) == paths
    assert len(repository.requests) == 5
    assert len(reporter.messages) == 1


def test_many_at_once_fetch_once(repository: Repository, tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(jars.neo4j_jars().fetch, [tmp_path / "cache"] * 4))
    assert_all_there(found[0])
    assert len(repository.requests) == 5


@pytest.mark.parametrize("faults", [["cut"], ["cut", "cut"], ["wrong"], ["failing"], ["missing", "failing", "cut"]])
def test_faults_are_retried(repository: Repository, tmp_path: Path, faults: list[str]) -> None:
    repository.faults[path_of(1)] = list(faults)
    assert_all_there(jars.neo4j_jars().fetch(tmp_path / "cache"))


def test_a_fetch_that_failed_goes_on_with_the_missing_jars(repository: Repository, tmp_path: Path) -> None:
    repository.faults[path_of(1)] = ["failing"] * 2 * (jars._RETRIES + 1)
    with pytest.raises(ServerError, match=r"org\.example:part-2:1\.2 cannot be fetched: .*status 503") as error:
        jars.neo4j_jars().fetch(tmp_path / "cache")
    assert "set NEO4J_URI" in str(error.value)
    assert "\n" not in str(error.value)
    kept = {path for path, _ in repository.requests} - {path_of(1)}
    repository.requests.clear()
    assert_all_there(jars.neo4j_jars().fetch(tmp_path / "cache"))
    assert path_of(1) in {path for path, _ in repository.requests}
    assert not kept & {path for path, _ in repository.requests}


def test_the_next_repository_is_used_where_the_first_lacks_a_jar(repository: Repository, tmp_path: Path) -> None:
    configuration = f"[repositories]\nempty = {repository.url}/nothing\ncentral = {repository.url}\n"
    (tmp_path / "jgo.conf").write_text(configuration)
    assert_all_there(jars.neo4j_jars().fetch(tmp_path / "cache"))


def test_a_jar_that_is_not_the_locked_one_is_never_used(repository: Repository, tmp_path: Path) -> None:
    repository.faults[path_of(0)] = ["wrong"] * 4
    with pytest.raises(ServerError, match="differs from the locked file"):
        jars.neo4j_jars().fetch(tmp_path / "cache")
    assert not (tmp_path / "cache" / "neo4j-jars" / path_of(0)[1:]).exists()


@pytest.mark.parametrize(
    "harm",
    [
        lambda jar: jar.write_bytes(b"half"),
        lambda jar: jar.unlink(),
        lambda jar: jar.with_name(jar.name + ".new").touch(),
    ],
)
def test_a_harmed_cache_is_mended(repository: Repository, tmp_path: Path, harm: Callable[[Path], object]) -> None:
    harm(jars.neo4j_jars().fetch(tmp_path / "cache")[0])
    jars.neo4j_jars().fetch(tmp_path / "cache")
    assert jars.neo4j_jars().fetch(tmp_path / "cache")[0].read_bytes() == next(iter(CONTENTS.values()))


def test_what_maven_has_already_is_taken_from_there(repository: Repository, tmp_path: Path) -> None:
    for jar in jars.neo4j_jars().jars()[:4]:
        own = tmp_path / "m2" / jar.path
        own.parent.mkdir(parents=True)
        own.write_bytes(CONTENTS[jar.coordinate] if jar.coordinate != "org.example:part-1:1.1" else b"\1" * 200_001)
    assert_all_there(jars.neo4j_jars().fetch(tmp_path / "cache"))
    assert [path for path, _ in repository.requests] == [path_of(4)]


def test_no_network_is_is_reported_in_one_line(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "jgo.conf").write_text("[repositories]\ncentral = http://127.0.0.1:1\n")
    with pytest.raises(ServerError, match="connect to the network once, or set NEO4J_URI") as error:
        jars.neo4j_jars().fetch(tmp_path / "cache")
    assert "\n" not in str(error.value)


def test_a_cache_that_cannot_be_used_is_named(repository: Repository, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ServerError, match=r"file/neo4j-jars cannot be used.*EXOMINER_CACHE"):
        jars.neo4j_jars().fetch(tmp_path / "file")
