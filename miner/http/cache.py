"""Responses of services kept on disk for a while, so that a repeated command does not request them again."""

import hashlib
import json
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import BinaryIO

MAX_HEAD = 16_384


class ResponseCache:
    """A folder of bodies, each under the hash of its request. Store only what is complete and valid.

    A file holds one line of JSON (until when it is valid) and then the body. A cache that cannot be written or read
    counts as empty: the response is requested again.
    """

    def __init__(self, folder: Path, clock: Callable[[], float] = time.time):
        self._folder = folder
        self._clock = clock
        self._swept = False

    def get(self, method: str, url: str, params: Mapping[str, str]) -> bytes | None:
        """The body stored for this request, or None. `params` must hold no secrets."""
        path = self._path(method, url, params)
        try:
            with path.open("rb") as file:
                return file.read() if _valid_until(file) > self._clock() else None
        except OSError:
            return None

    def put(self, method: str, url: str, params: Mapping[str, str], body: bytes, seconds: float) -> None:
        """Store `body` for `seconds`. `params` must hold no secrets."""
        path = self._path(method, url, params)
        head = json.dumps({"good_until": self._clock() + seconds}).encode()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
                file.write(head + b"\n" + body)
            Path(file.name).replace(path)
            self._sweep()
        except OSError:
            return

    def _path(self, method: str, url: str, params: Mapping[str, str]) -> Path:
        request = json.dumps([method, url, sorted(params.items())])
        return self._folder / hashlib.sha256(request.encode()).hexdigest()

    def _sweep(self) -> None:
        """Delete what has expired, once per run."""
        if self._swept:
            return
        self._swept = True
        for path in self._folder.iterdir():
            with path.open("rb") as file:
                expired = _valid_until(file) <= self._clock()
            if expired:
                path.unlink(missing_ok=True)


def _valid_until(file: BinaryIO) -> float:
    """The moment in the first line of a stored response; 0 if it cannot be read."""
    try:
        return float(json.loads(file.readline(MAX_HEAD))["good_until"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return 0.0
