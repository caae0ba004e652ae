"""What a failed exchange with a service means: whether it may pass, how long to wait, and how to put it in words."""

import re
from collections.abc import Iterable
from datetime import UTC
from email.utils import parsedate_to_datetime

import requests

from miner.errors import RefusedError

RETRIED_STATUSES = frozenset({408, 425, 429})
"""Statuses below 500 that are worth another try."""

_SECRET = re.compile(r"\b(api_?-?key|token)=[^&\s]+", re.IGNORECASE)


class StatusError(RefusedError):
    """A service answered with a 4xx status; `body` is what it said, free of secrets."""

    def __init__(self, message: str, status: int, body: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.body = body


class TransientError(Exception):
    """A failure that may pass: worth another try, after `pause` seconds if the service named a time."""

    def __init__(self, reason: str, pause: float | None = None) -> None:
        super().__init__(reason)
        self.pause = pause


def to_domain_error(service: str, error: requests.RequestException, secrets: Iterable[str] = ()) -> Exception:
    """The error of ours that a failed exchange amounts to."""
    if isinstance(error, requests.ConnectTimeout):
        return TransientError("no connection in time")
    if isinstance(error, requests.Timeout):
        return TransientError("no response in time")
    if isinstance(error, requests.exceptions.ChunkedEncodingError | requests.exceptions.ContentDecodingError):
        return TransientError("its response was cut short or garbled")
    if isinstance(error, requests.ConnectionError):
        return TransientError(f"the connection failed ({root_cause(error)})")
    return RefusedError(f"{service} cannot be reached: {redact(str(error), secrets)}")


def root_cause(error: BaseException) -> str:
    """The cause under a chain of wrapped exceptions, in few words."""
    chain: list[BaseException] = [error]
    for cause in chain:
        inner = (getattr(cause, "reason", None), *cause.args, cause.__cause__, cause.__context__)
        chain += [one for one in inner if isinstance(one, BaseException) and one not in chain]
    plain = (cause.strerror for cause in chain if isinstance(cause, OSError) and cause.strerror)
    return next(plain, type(chain[-1]).__name__)


def redact(text: str, secrets: Iterable[str]) -> str:
    """`text` without secrets, nor anything that is written like one.

    >>> redact("GET /x?api_key=abc123&q=1", [])
    'GET /x?api_key=***&q=1'
    """
    for secret in secrets:
        text = text.replace(secret, "***")
    return _SECRET.sub(r"\1=***", text)


def retry_after(value: str | None, now: float) -> float | None:
    """Seconds to wait according to a `Retry-After` header, in seconds or as a date; None where it cannot be read.

    >>> retry_after("17", now=0.0)
    17.0
    """
    if value is None:
        return None
    if re.fullmatch(r"\s*[0-9]{1,12}(\.[0-9]{1,12})?\s*", value):
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
        return max(0.0, moment.replace(tzinfo=moment.tzinfo or UTC).timestamp() - now)
    except (ValueError, OverflowError):
        return None
