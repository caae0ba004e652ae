"""Bounds on what a user's query may send: bytes and time, checked while the answer arrives.

Neo4j checks a transaction's time-out between rows, and sends a row of any size. A row of nested lists can take minutes
and a gigabyte after the time-out. The driver has no option against this, so the socket that its inbox reads from is
wrapped for the time of one query. Exceeding a bound breaks the connection, upon which the server stops sending.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import neo4j

from miner.errors import QueryError

MAX_ANSWER_BYTES = 32_000_000
"""As Neo4j sends it; in Python's memory an answer takes up to twelve times as much."""
_GRACE_S = 2.0  # the server's own time-out comes first
_CONTAINER_WEIGHT = 8  # an empty list or map is one byte on the wire and 64 in memory


class _LimitError(OSError):
    """A bound was exceeded. The driver treats it as a broken connection."""


class _MeteredSocket:
    """Reads from the driver's socket, and counts."""

    def __init__(self, socket: Any, timeout_s: float, max_bytes: int) -> None:
        self._socket = socket
        self._timeout_s = timeout_s
        self._deadline = time.monotonic() + timeout_s + _GRACE_S
        self._left = max_bytes
        self._max_bytes = max_bytes
        self._usual_read_timeout = socket.get_read_timeout()
        self.problem: QueryError | None = None

    def recv_into(self, buffer: memoryview, nbytes: int) -> int:
        """Receive up to `nbytes` bytes. Raises OSError once a bound is exceeded."""
        remaining = self._deadline - time.monotonic()
        if remaining <= 0:
            raise self._refuse(f"the query took longer than {self._timeout_s:g} s - narrow it, or allow it more time")
        self._socket.set_read_timeout(remaining)
        try:
            received = int(self._socket.recv_into(buffer, nbytes))
        except TimeoutError as error:
            raise self._refuse(
                f"the query took longer than {self._timeout_s:g} s - narrow it, or allow it more time"
            ) from error
        content = bytes(buffer[:received])
        self._left -= received + _CONTAINER_WEIGHT * (content.count(b"\x90") + content.count(b"\xa0"))
        if self._left < 0:
            size = f"{self._max_bytes / 1e6:g} MB"
            raise self._refuse(f"the answer is larger than {size} - return fewer or smaller values, or add a LIMIT")
        return received

    def restore(self) -> Any:
        """The driver's own socket, as it was."""
        self._socket.set_read_timeout(self._usual_read_timeout)
        return self._socket

    def _refuse(self, message: str) -> _LimitError:
        self.problem = QueryError(message)
        return _LimitError(message)


@contextmanager
def bounded(transaction: neo4j.Transaction, timeout_s: float, max_bytes: int = MAX_ANSWER_BYTES) -> Iterator[None]:
    """Bound what `transaction` receives within the block. Raises QueryError once a bound is exceeded."""
    inbox = transaction._connection.inbox  # the driver gives no public access to the socket
    meter = _MeteredSocket(inbox._socket, timeout_s, max_bytes)
    inbox._socket = meter
    try:
        yield
    except RecursionError as error:
        raise QueryError("the answer nests lists or maps too deeply - flatten it") from error
    except Exception as error:
        if meter.problem is not None:
            raise meter.problem from error
        raise
    finally:
        inbox._socket = meter.restore()
