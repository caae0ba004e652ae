"""Answers of services kept on disk for a while, so that a command run again need not ask again."""

import hashlib
import json
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import BinaryIO

MAX_HEAD = 16_384


class ResponseCache:
    """A folder of bodies, each under the hash of the question. Only what was found whole and right is put in.

    A file holds one line of JSON (until when it is good) and then the body. A store that cannot be written or read
    is an empty one: the answer is asked for again.
    """

    def __init__(self, folder: Path, clock: Callable[[], float] = time.time):
        self._folder = folder
        self._clock = clock
        self._swept = False

    def find(self, method: str, url: str, params: Mapping[str, str]) -> bytes | None:
        """The body kept for this question, or None. `params` must hold no secrets."""
        path = self._path(method, url, params)
        try:
            with path.open("rb") as file:
                return file.read() if _good_until(file) > self._clock() else None
        except OSError:
            return None

    def keep(self, method: str, url: str, params: Mapping[str, str], body: bytes, seconds: float) -> None:
        """Keep `body` for `seconds`. `params` must hold no secrets."""
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
        question = json.dumps([method, url, sorted(params.items())])
        return self._folder / hashlib.sha256(question.encode()).hexdigest()

    def _sweep(self) -> None:
        if self._swept:
            return
        self._swept = True
        for path in self._folder.iterdir():
            with path.open("rb") as file:
                over = _good_until(file) <= self._clock()
            if over:
                path.unlink(missing_ok=True)


def _good_until(file: BinaryIO) -> float:
    """The moment in the first line of a kept answer; long ago if there is none to read."""
    try:
        return float(json.loads(file.readline(MAX_HEAD))["good_until"])
    except (ValueError, KeyError, TypeError):
        return 0.0
