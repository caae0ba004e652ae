"""Faults that a rig can be scripted with. Each makes a reply out of the request and of what the service would say."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

from tests.rig.server import Answer, Fault, Reply, Request

DATA = Path(__file__).parents[1] / "data"


def says(body: bytes | str | Path, status: int = 200, type: str = "text/xml", **headers: str) -> Fault:
    """Another body in place of the right one; a Path is a file of tests/data."""
    content = (DATA / body).read_bytes() if isinstance(body, Path) else body
    content = content.encode() if isinstance(content, str) else content
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda request, answer: Reply(content, status, type, named)


def status(code: int, **headers: str) -> Fault:
    """An error status with a short page."""
    return says(
        f"<html><head><title>{code}</title></head><body>error {code}</body></html>", code, "text/html", **headers
    )


def too_many(seconds: str = "1") -> Fault:
    """429 as NCBI's gateway words it, with Retry-After in seconds."""
    body = '{"error":"API rate limit exceeded","api-key":"192.0.2.7","count":"4","limit":"3"}'
    return says(body, 429, "application/json", Retry_After=seconds)


def too_many_until(after: timedelta, now: Callable[[], float]) -> Fault:
    """429 with Retry-After as a date."""

    def fault(request: Request, answer: Answer) -> Reply:
        moment = datetime.fromtimestamp(now(), UTC) + after
        return Reply(b"slow down", 429, "text/plain", {"Retry-After": format_datetime(moment, usegmt=True)})

    return fault


def stall(seconds: float) -> Fault:
    """The right answer, too late."""
    return lambda request, answer: replace(answer(request), stall=seconds)


def reset() -> Fault:
    """The connection is reset before a byte of the answer."""
    return lambda request, answer: Reply(b"", reset=True)


def cut(part: float = 0.5) -> Fault:
    """The body ends early; its length was announced."""

    def fault(request: Request, answer: Answer) -> Reply:
        reply = answer(request)
        return replace(reply, sent=int(len(reply.body) * part))

    return fault


def cut_unannounced(part: float = 0.5) -> Fault:
    """The body ends early, without a Content-Length: only its content shows it."""

    def fault(request: Request, answer: Answer) -> Reply:
        reply = answer(request)
        return replace(reply, body=reply.body[: int(len(reply.body) * part)], length=False)

    return fault


def garbled() -> Fault:
    """A body of the right length with rubbish in its middle."""

    def fault(request: Request, answer: Answer) -> Reply:
        reply = answer(request)
        middle = len(reply.body) // 2
        return replace(reply, body=reply.body[:middle] + b"\x00<&{[" + reply.body[middle + 5 :])

    return fault


def first(change: Callable[[], object]) -> Fault:
    """The world changes just before the request is answered."""

    def fault(request: Request, answer: Answer) -> Reply:
        change()
        return answer(request)

    return fault


def after(number: int, fault: Fault, where: Callable[[Request], bool]) -> Fault:
    """The fault for every request `where` is true of, but for the first `number`; to be scripted many times over."""
    passed = 0

    def faulty(request: Request, answer: Answer) -> Reply:
        nonlocal passed
        if not where(request):
            return answer(request)
        passed += 1
        return answer(request) if passed <= number else fault(request, answer)

    return faulty


OF_TRANSPORT = {
    "429": too_many("2"),
    "500": status(500),
    "502 page": status(502),
    "stalled": stall(2),
    "reset": reset(),
    "cut": cut(),
}
"""Transient faults of any service: a second request succeeds."""
PASSING = {**OF_TRANSPORT, "cut, unannounced": cut_unannounced(0.8), "garbled": garbled()}
"""Those, and what shows in the body alone."""
