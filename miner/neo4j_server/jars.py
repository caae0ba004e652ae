"""The embedded server's jars: locked in the repository, fetched once into the user's cache.

Exactly the files of `neo4j_jars.lock` are used, each checked against its SHA-256 sum; resolving (what jgo does, in
`pipelines/jars`) is never repeated on a user's machine. jgo's own download is not used: it writes straight to the final
name, one file after another, so that a killed fetch leaves a half jar that later looks whole. The repositories asked
are jgo's, its configuration file included: a mirror named there as `central` replaces Maven Central.
"""

import errno
import hashlib
import json
import shutil
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

import requests
import tenacity
from filelock import FileLock

from miner.errors import ServerError
from miner.model.reporter import SILENT, Reporter

_LOCK_FILE = Path(__file__).with_name("neo4j_jars.lock")
_PARALLEL = 6
_TIMEOUT_S = (10, 30)
_CHUNK = 1 << 16
_WAY_OUT = "connect to the network once, or set NEO4J_URI to a server of your own"


class _Broken(Exception):
    """One attempt at one jar failed in a way that another attempt may mend."""


@dataclass(frozen=True)
class Jar:
    """One line of the lock file; `size` in bytes, `sha256` in hexadecimal."""

    coordinate: str
    size: int
    sha256: str

    @property
    def path(self) -> PurePosixPath:
        """Where a Maven repository keeps the file, relative to its root."""
        group, artifact, version, *classifier = self.coordinate.split(":")
        return PurePosixPath(*group.split("."), artifact, version, "-".join([artifact, version, *classifier]) + ".jar")


@cache
def locked_jars() -> tuple[Jar, ...]:
    """Every jar of the server, in class-path order."""
    return tuple(Jar(**json.loads(line)) for line in _LOCK_FILE.read_text(encoding="utf-8").splitlines()[1:])


@cache
def neo4j_version() -> str:
    """The version of Neo4j that the lock file pins, e.g. "5.26.30"."""
    with _LOCK_FILE.open(encoding="utf-8") as lines:
        return str(json.loads(next(lines))["neo4j"])


def class_path(cache_folder: Path, reporter: Reporter = SILENT) -> list[Path]:
    """The server's jars under `cache_folder`, fetched first if they are not all there.

    Raises ServerError when they cannot be fetched or kept.
    """
    folder = cache_folder / "neo4j-jars"
    jars = locked_jars()
    if not _is_complete(folder, jars):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with FileLock(folder / "fetch.lock"):
                if not _is_complete(folder, jars):
                    _fetch(folder, jars, reporter)
        except OSError as error:
            raise ServerError(_cache_trouble(folder, error)) from error
    return [folder / jar.path for jar in jars]


def are_fetched(cache_folder: Path) -> bool:
    """Whether all jars are under `cache_folder`, so that a start needs no network."""
    return _is_complete(cache_folder / "neo4j-jars", locked_jars())


def _is_complete(folder: Path, jars: tuple[Jar, ...]) -> bool:
    """Whether every jar was verified before and still has its size: a warm start reads no jar."""
    try:
        return (folder / "verified").read_text() == _fingerprint() and all(
            (folder / jar.path).stat().st_size == jar.size for jar in jars
        )
    except OSError:
        return False


def _fingerprint() -> str:
    return hashlib.sha256(_LOCK_FILE.read_bytes()).hexdigest()


def _fetch(folder: Path, jars: tuple[Jar, ...], reporter: Reporter) -> None:
    """Bring every jar into `folder`, checked, then say so in `folder/verified`."""
    missing = [jar for jar in jars if not _has_sum(folder / jar.path, jar)]
    repositories, local_repository = _maven_configuration()
    missing = [jar for jar in missing if not _adopt(local_repository / jar.path, folder / jar.path, jar)]
    if missing:
        _download_all(folder, missing, repositories, reporter)
    (folder / "verified").write_text(_fingerprint())


def _maven_configuration() -> tuple[list[str], Path]:
    """The base URLs to ask, in order, and the folder of jars that Maven may have fetched already."""
    from jgo.config import GlobalSettings
    from jgo.constants import MAVEN_CENTRAL_URL

    settings = GlobalSettings.load()
    repositories = {"central": MAVEN_CENTRAL_URL} | settings.repositories
    return [url.rstrip("/") for url in repositories.values()], Path(settings.repo_cache)


def _adopt(source: Path, target: Path, jar: Jar) -> bool:
    """Copy a jar that the user's own Maven repository holds, if it is the very same file."""
    if not _has_sum(source, jar):
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    part = _part(target)
    shutil.copyfile(source, part)
    part.replace(target)
    return True


def _download_all(folder: Path, jars: list[Jar], repositories: list[str], reporter: Reporter) -> None:
    """Download in parallel, the largest first; the first jar that cannot be had stops the others."""
    total = sum(jar.size for jar in jars)
    reporter.message(f"fetching Neo4j {neo4j_version()} ({total / 1e6:.0f} MB, once)")
    reporter.start(f"fetching Neo4j {neo4j_version()}", total, unit="bytes")
    stop = threading.Event()
    with requests.Session() as session:
        received: dict[Jar, int] = {}
        lock = threading.Lock()

        def report(jar: Jar, size: int) -> None:
            with lock:
                reporter.advance(size - received.get(jar, 0))
                received[jar] = size

        download = _Download(session, repositories, stop, report)
        with ThreadPoolExecutor(_PARALLEL) as pool:
            by_size = sorted(jars, key=lambda jar: -jar.size)
            running = [pool.submit(download.fetch, jar, folder / jar.path) for jar in by_size]
            try:
                for done in as_completed(running):
                    done.result()
            finally:
                stop.set()
                pool.shutdown(cancel_futures=True)


@dataclass(frozen=True)
class _Download:
    session: requests.Session
    repositories: list[str]
    stop: threading.Event
    report: Callable[[Jar, int], None]

    def fetch(self, jar: Jar, target: Path) -> None:
        """Download one jar, going on where an earlier attempt stopped. Raises ServerError after four attempts."""
        attempts = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(4) | tenacity.stop_when_event_set(self.stop),
            wait=tenacity.wait_exponential(multiplier=0.5, max=8),
            retry=tenacity.retry_if_exception_type((requests.RequestException, _Broken)),
            sleep=tenacity.sleep_using_event(self.stop),
            reraise=True,
        )
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            attempts(self._from_any_repository, jar, target)
        except (requests.RequestException, _Broken) as error:
            raise ServerError(
                f"Neo4j's jar {jar.coordinate} cannot be fetched: {_reason(error)} — {_WAY_OUT}"
            ) from error

    def _from_any_repository(self, jar: Jar, target: Path) -> None:
        failure: requests.RequestException | _Broken = _Broken("no repository is configured")
        for base in self.repositories:
            try:
                self._from(base, jar, target)
            except (requests.RequestException, _Broken) as error:
                failure = error
            else:
                return
        raise failure

    def _from(self, base: str, jar: Jar, target: Path) -> None:
        part = _part(target)
        if not _has_sum(part, jar):
            kept = part.stat().st_size if part.exists() else 0
            if kept >= jar.size:
                part.unlink()
                kept = 0
            headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={kept}-"} if kept else {})
            with self.session.get(f"{base}/{jar.path}", headers=headers, stream=True, timeout=_TIMEOUT_S) as answer:
                answer.raise_for_status()
                self._write(answer, part, jar, append=answer.status_code == requests.codes.partial_content)
        if not _has_sum(part, jar):
            part.unlink()
            raise _Broken("what the repository sends is not the locked file")
        part.replace(target)

    def _write(self, answer: requests.Response, part: Path, jar: Jar, *, append: bool) -> None:
        with part.open("ab" if append else "wb") as file:
            for chunk in answer.iter_content(_CHUNK):
                if self.stop.is_set():
                    raise _Broken("stopped")
                file.write(chunk)
                self.report(jar, file.tell())
                if file.tell() > jar.size:
                    return


def _part(target: Path) -> Path:
    return target.with_name(target.name + ".part")


def _has_sum(path: Path, jar: Jar) -> bool:
    try:
        if path.stat().st_size != jar.size:
            return False
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == jar.sha256
    except OSError:
        return False


def _reason(error: Exception) -> str:
    """What went wrong in a few words, without the address and object names of a requests error."""
    if isinstance(error, requests.HTTPError):
        return f"the repository answered {error.response.status_code}"
    if isinstance(error, requests.exceptions.SSLError):
        return "the repository's certificate is not trusted"
    if isinstance(error, requests.exceptions.ProxyError):
        return "the proxy does not answer"
    if isinstance(error, requests.Timeout):
        return "the repository does not answer in time"
    if isinstance(error, requests.RequestException):
        return "no network"
    return str(error)


def _cache_trouble(folder: Path, error: OSError) -> str:
    if error.errno == errno.ENOSPC:
        need = sum(jar.size for jar in locked_jars()) / 1e6
        return f"no space left in {folder} for Neo4j's jars ({need:.0f} MB) — set EXOMINER_CACHE to a folder with room"
    return f"{folder} cannot be used for Neo4j's jars: {error.strerror or error} — set EXOMINER_CACHE to another folder"
