"""Requests to a host, spaced out: across threads, and across every process that shares the cache folder."""

import hashlib
import time
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

from miner.errors import WorkspaceError

# A reserved moment further away than this was written under another clock.
FURTHEST_SLOT = 3600.0


class Pace:
    """Hands out moments at which a request may leave, one file per host holding the next free one.

    Each caller takes the next free moment under a lock and books the one after it, so that no window of a second
    ever sees more requests than agreed, whoever sends them.
    """

    def __init__(
        self, folder: Path, sleep: Callable[[float], None] = time.sleep, clock: Callable[[], float] = time.time
    ):
        self._folder = folder
        self._sleep = sleep
        self._clock = clock

    def wait(self, host: str, gap: float) -> None:
        """Sleep until the next request to `host` may leave, `gap` seconds at least after the one before."""
        path = self._path(host)
        with FileLock(path.with_suffix(".lock")):
            now = self._clock()
            slot = max(now, _next_free(path, now))
            path.write_text(repr(slot + gap))
        if slot > now:
            self._sleep(slot - now)

    def hold(self, host: str, seconds: float) -> None:
        """Let no request leave for `host` for the next `seconds`, because it asked for quiet."""
        path = self._path(host)
        with FileLock(path.with_suffix(".lock")):
            now = self._clock()
            path.write_text(repr(max(now + seconds, _next_free(path, now))))

    def _path(self, host: str) -> Path:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise WorkspaceError(
                f"the cache folder {self._folder} cannot be written ({error.strerror}) - set EXOMINER_CACHE to another"
            ) from error
        return self._folder / hashlib.sha256(host.encode()).hexdigest()[:16]


def _next_free(path: Path, now: float) -> float:
    try:
        moment = float(path.read_text())
    except (OSError, ValueError):
        return now
    return moment if moment - now < FURTHEST_SLOT else now
