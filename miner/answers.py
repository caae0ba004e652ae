"""Answers of services kept on disk for a while, so that a command run again need not ask again."""

import hashlib
import json
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

# Answers older than this are swept away, however long they were meant to be kept.
OLDEST_KEPT = 30 * 86400.0


class AnswerStore:
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
        try:
            head, _, body = self._path(method, url, params).read_bytes().partition(b"\n")
            good_until = float(json.loads(head)["good_until"])
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return body if good_until > self._clock() else None

    def keep(self, method: str, url: str, params: Mapping[str, str], body: bytes, seconds: float) -> None:
        """Keep `body` for `seconds`. `params` must hold no secrets."""
        path = self._path(method, url, params)
        head = json.dumps({"good_until": self._clock() + seconds, "url": url}).encode()
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
            if self._clock() - path.stat().st_mtime > OLDEST_KEPT:
                path.unlink(missing_ok=True)
