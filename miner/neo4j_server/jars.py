"""Jars from Maven repositories: locked in the repository, fetched once into the user's cache.

Exactly the files of a lock file are used, each checked against its SHA-256 sum; dependencies are never resolved
on a user's machine (`pipelines/lock_jars.py` does that, with jgo). The Maven repositories are those of jgo's
configuration file: a mirror named there as `central` replaces Maven Central.
"""

import errno
import hashlib
import json
import shutil
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

from filelock import FileLock

from miner.errors import ServerError, SourceError
from miner.http.client import HttpClient
from miner.model.reporter import SILENT, Reporter

NEO4J_LOCK = Path(__file__).with_name("neo4j_jars.lock")
_PARALLEL = 6
_PER_SECOND = 50.0
_READ_TIMEOUT_S = 30.0
_RETRIES = 3


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


@dataclass(frozen=True)
class JarSet:
    """The jars of one lock file, kept in a folder of the cache.

    `title` names them in messages; `way_out` is the remedy if they cannot be fetched.
    """

    title: str
    lock_file: Path
    folder: str
    way_out: str

    def jars(self) -> tuple[Jar, ...]:
        """Every jar, in the lock file's order."""
        return _read_lock(self.lock_file)[1]

    def header(self) -> dict[str, str]:
        """The first line of the lock file: the resolved endpoint, or a version."""
        return _read_lock(self.lock_file)[0]

    def fetch(self, cache_folder: Path, reporter: Reporter = SILENT) -> list[Path]:
        """The jars under `cache_folder`, fetched first if they are not all there.

        Raises ServerError when they cannot be fetched or kept.
        """
        folder = cache_folder / self.folder
        if not self._is_complete(folder):
            try:
                folder.mkdir(parents=True, exist_ok=True)
                with FileLock(folder / "fetch.lock"):
                    if not self._is_complete(folder):
                        self._fetch(folder, reporter)
            except OSError as error:
                raise ServerError(self._cache_problem(folder, error)) from error
        return [folder / jar.path for jar in self.jars()]

    def are_fetched(self, cache_folder: Path) -> bool:
        """Whether all jars are under `cache_folder`, so that no network is needed."""
        return self._is_complete(cache_folder / self.folder)

    def _is_complete(self, folder: Path) -> bool:
        """Whether every jar was verified before and still has its size, so that a warm start reads no jar."""
        try:
            return (folder / "verified").read_text() == self._fingerprint() and all(
                (folder / jar.path).stat().st_size == jar.size for jar in self.jars()
            )
        except OSError:
            return False

    def _fingerprint(self) -> str:
        return hashlib.sha256(self.lock_file.read_bytes()).hexdigest()

    def _fetch(self, folder: Path, reporter: Reporter) -> None:
        """Bring every jar into `folder`, check it, then write `folder/verified`."""
        missing = [jar for jar in self.jars() if not _has_sum(folder / jar.path, jar)]
        repositories, local_repository = _maven_configuration()
        missing = [jar for jar in missing if not _adopt(local_repository / jar.path, folder / jar.path, jar)]
        if missing:
            self._download_all(folder, missing, repositories, reporter)
        (folder / "verified").write_text(self._fingerprint())

    def _download_all(self, folder: Path, jars: list[Jar], repositories: list[str], reporter: Reporter) -> None:
        """Download in parallel, the largest first; the first jar that cannot be fetched stops the others."""
        total = sum(jar.size for jar in jars)
        reporter.message(f"fetching {self.title} ({total / 1e6:.{0 if total > 1e7 else 1}f} MB, once)")
        reporter.start(f"fetching {self.title}", total, unit="bytes")
        http = _client(folder)
        with ThreadPoolExecutor(_PARALLEL) as pool:
            by_size = sorted(jars, key=lambda jar: -jar.size)
            running = {pool.submit(self._download, http, repositories, jar, folder / jar.path): jar for jar in by_size}
            try:
                for done in as_completed(running):
                    done.result()
                    reporter.advance(running[done].size)
            finally:
                pool.shutdown(cancel_futures=True)

    def _download(self, http: HttpClient, repositories: list[str], jar: Jar, target: Path) -> None:
        """Download one jar from the first repository that sends the locked file. Raises ServerError."""
        target.parent.mkdir(parents=True, exist_ok=True)
        new = target.with_name(f"{target.name}.new")
        reason = "no repository is configured"
        for base in [*repositories, *repositories]:  # twice: a mirror may send something else for a moment
            try:
                http.download(f"{base}/{jar.path}", new, per_second=_PER_SECOND, max_bytes=jar.size, accept="text")
            except SourceError as error:
                reason = str(error).partition(" - ")[0]
                continue
            if _has_sum(new, jar):
                new.replace(target)
                return
            new.unlink()
            reason = "the repository's file differs from the locked file"
        raise ServerError(f"the jar {jar.coordinate} cannot be fetched: {reason} - {self.way_out}")

    def _cache_problem(self, folder: Path, error: OSError) -> str:
        if error.errno == errno.ENOSPC:
            need = sum(jar.size for jar in self.jars()) / 1e6
            return f"no space left in {folder} for jars ({need:.0f} MB) - set EXOMINER_CACHE to a folder with room"
        return f"{folder} cannot be used for jars: {error.strerror or error} - set EXOMINER_CACHE to another folder"


@cache
def _read_lock(lock_file: Path) -> tuple[dict[str, str], tuple[Jar, ...]]:
    header, *jars = map(json.loads, lock_file.read_text(encoding="utf-8").splitlines())
    return header, tuple(Jar(**jar) for jar in jars)


def neo4j_jars() -> JarSet:
    """The embedded server's jars, in class-path order."""
    version = _read_lock(NEO4J_LOCK)[0]["neo4j"]
    way_out = "connect to the network once, or set NEO4J_URI to a server of your own"
    return JarSet(f"Neo4j {version}", NEO4J_LOCK, "neo4j-jars", way_out)


def neo4j_version() -> str:
    """The version of Neo4j that the lock file pins, e.g. "5.26.30"."""
    return neo4j_jars().header()["neo4j"]


def _maven_configuration() -> tuple[list[str], Path]:
    """The repositories' base URLs, in order, and the folder of jars that Maven may have fetched already."""
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
    new = target.with_name(f"{target.name}.new")
    shutil.copyfile(source, new)
    new.replace(target)
    return True


def _client(folder: Path) -> HttpClient:
    return HttpClient(folder, read_timeout=_READ_TIMEOUT_S, retries=_RETRIES)


def _has_sum(path: Path, jar: Jar) -> bool:
    try:
        if path.stat().st_size != jar.size:
            return False
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == jar.sha256
    except OSError:
        return False
