"""Rate limits per host, shared by all threads and by every process that uses the same cache folder."""

import hashlib
import json
import logging
import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from filelock import FileLock

from miner.errors import WorkspaceError

logger = logging.getLogger(__name__)

# A moment further ahead than this was written under another clock.
MAX_AHEAD = 3600.0
# A request has reached its server within this many seconds after it was sent; it is counted as under way until then.
MAX_TRANSIT = 1.0
# While other requests are under way, how often to look whether they have arrived.
POLL_SECONDS = 0.05
# Waits from this length on are logged as warnings, so that a user sees why nothing happens.
MIN_LOGGED_WAIT = 10.0


@dataclass(slots=True)
class _HostState:
    """What is known of one host: when the next request may leave, and when each recent one has arrived at the latest.

    `arrivals` are by request id; a request under way has the moment by which it must have arrived.
    """

    next_free: float = 0.0
    arrivals: dict[str, float] = field(default_factory=dict)


class RateLimiter:
    """Spaces requests to a host so that the server never receives more than agreed, whoever sends them.

    Requests leave evenly, `1 / per_second` apart. Because the network delays some of them more than others, they could
    still arrive bunched; so no request leaves either while `per_second` others are under way or have arrived within
    the last second. The state of a host is one small file, changed under a lock.
    """

    def __init__(
        self, folder: Path, sleep: Callable[[float], None] = time.sleep, clock: Callable[[], float] = time.time
    ):
        self._folder = folder
        self._sleep = sleep
        self._clock = clock
        self._sent = 0

    @contextmanager
    def acquire(self, host: str, per_second: float) -> Iterator[None]:
        """Wait until a request to `host` may leave; send it inside the `with` block, which ends when it has arrived."""
        name = self._wait(host, per_second)
        try:
            yield
        finally:
            with self._state(host) as state:
                if name in state.arrivals:
                    state.arrivals[name] = min(state.arrivals[name], self._clock())

    def block(self, host: str, seconds: float) -> None:
        """Let no request leave for `host` in the next `seconds`, from any process."""
        with self._state(host) as state:
            state.next_free = max(state.next_free, self._clock() + seconds)

    def _wait(self, host: str, per_second: float) -> str:
        gap = 1.0 / per_second
        # Slower than one a second: one request at a time, `gap` seconds after the one before has arrived.
        burst, window = math.ceil(per_second), max(1.0, gap)
        logged = False
        while True:
            with self._state(host) as state:
                now = self._clock()
                recent = sorted(moment for moment in state.arrivals.values() if moment > now - window)
                free = max(state.next_free, recent[-burst] + window if len(recent) >= burst else now)
                if free <= now:
                    self._sent += 1
                    name = f"{id(self)}.{self._sent}.{now}"
                    kept = {key: moment for key, moment in state.arrivals.items() if moment > now - MAX_AHEAD}
                    state.arrivals = dict(list(kept.items())[-10 * burst :]) | {name: now + MAX_TRANSIT}
                    state.next_free = now + gap
                    return name
                blocked = state.next_free > now
            pause = (max(state.next_free, now) if blocked else min(free, now + POLL_SECONDS)) - now
            if pause >= MIN_LOGGED_WAIT and not logged:
                logger.warning("waiting %.0f s for %s, as it has requested", pause, host)
                logged = True
            self._sleep(pause)

    @contextmanager
    def _state(self, host: str) -> Iterator[_HostState]:
        """The state of a host, read, and written back if nothing fails, all under its lock."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise WorkspaceError(
                f"the cache folder {self._folder} cannot be written ({error.strerror}) - set EXOMINER_CACHE to another"
            ) from error
        path = self._folder / hashlib.sha256(host.encode()).hexdigest()[:16]
        with FileLock(path.with_suffix(".lock")):
            state = _read(path, self._clock())
            yield state
            path.write_text(json.dumps({"next_free": state.next_free, "arrivals": state.arrivals}))


def _read(path: Path, now: float) -> _HostState:
    """The state in a file; an empty one where it is missing, unreadable or of another clock."""
    try:
        stored = json.loads(path.read_text())
        next_free = float(stored["next_free"])
        arrivals = {str(name): float(moment) for name, moment in stored["arrivals"].items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return _HostState()
    if not next_free < now + MAX_AHEAD:
        next_free = 0.0
    return _HostState(next_free, {name: moment for name, moment in arrivals.items() if moment <= now + MAX_TRANSIT})
