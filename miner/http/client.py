"""The one door to the network: paced, patient, bounded, and plain about what went wrong."""

import json
import logging
import random
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Literal, Self, TypedDict, TypeVar, Unpack
from urllib.parse import urlsplit

import requests
import tenacity
from lxml import etree

from miner.errors import OutageError, RefusedError, UsageError
from miner.http.cache import ResponseCache
from miner.http.throttle import Pace
from miner.settings import Settings

logger = logging.getLogger(__name__)

Accept = Literal["json", "xml", "html", "text"]
Validate = Callable[[bytes], str | None]
T = TypeVar("T")

MEDIA_TYPES: Mapping[Accept, str] = {
    "json": "application/json",
    "xml": "application/xml, text/xml;q=0.9",
    "html": "text/html, application/xhtml+xml;q=0.9, */*;q=0.1",
    "text": "*/*",
}
SECRET_PARAMS = frozenset({"api_key", "apikey", "api-key", "key", "token", "access_token"})
MAX_BYTES = 256 * 1024 * 1024
MAX_REDIRECTS = 5
LONGEST_BACKOFF = 30.0
# A body may trickle in, but not for longer than this many read time-outs.
PATIENCE = 10
RETRIED_STATUSES = frozenset({408, 425, 429})


class StatusError(RefusedError):
    """A service answered with a 4xx status; `body` holds its words, free of secrets."""

    def __init__(self, message: str, status: int, body: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.body = body


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer that passed every check. `url` is where it came from after redirects."""

    url: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    def json(self) -> Any:
        """The body read as JSON; asked for with accept="json", it always can be."""
        return json.loads(self.body)


class TransientError(Exception):
    """Something that may pass: worth another try, after `pause` seconds if the service named a time."""

    def __init__(self, reason: str, pause: float | None = None) -> None:
        super().__init__(reason)
        self.pause = pause


class RequestOptions(TypedDict, total=False):
    """How a question is to be asked; each may be left out."""

    accept: Accept  # the kind of body due, checked to be whole; "json" unless said
    service: str  # its name in messages; its host unless said
    per_second: float  # the most requests it wants in a second; 3 unless said
    validate: Validate  # returns what is broken about a body (it is asked for again), None if nothing; may raise
    transient: Callable[[bytes], bool]  # whether the body of a 4xx tells of a trouble that passes
    keep: timedelta | None  # how long the answer may be used again; not at all unless said
    headers: Mapping[str, str]
    max_bytes: int  # the most that is read; MAX_BYTES unless said


@dataclass(frozen=True, slots=True)
class _Question:
    method: Literal["GET", "POST"]
    url: str
    params: Mapping[str, str]
    host: str
    service: str
    wishes: RequestOptions

    @property
    def accept(self) -> Accept:
        return self.wishes.get("accept", "json")

    @property
    def public_params(self) -> Mapping[str, str]:
        return {name: value for name, value in self.params.items() if name.lower() not in SECRET_PARAMS}


class HttpClient:
    """Asks services questions and hands back answers that are whole, or says why not.

    Connection troubles, time-outs, bodies cut short, statuses 408, 425, 429 and 5xx, and bodies found broken are
    tried again with growing, jittered pauses; `Retry-After` is obeyed up to `max_wait` seconds. `cache` is the folder
    for kept answers and for the pacing that every process shares. With `fresh`, kept answers are not used.
    """

    def __init__(
        self,
        cache: Path,
        *,
        email: str | None = None,
        connect_timeout: float = 10.0,
        read_timeout: float = 60.0,
        retries: int = 4,
        max_wait: float = 120.0,
        fresh: bool = False,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.time,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._timeout = (connect_timeout, read_timeout)
        self._retries = retries
        self._max_wait = max_wait
        self._fresh = fresh
        self._sleep = sleep
        self._clock = clock
        self._jitter = jitter
        self._pace = Pace(cache / "pace", sleep, clock)
        self._answers = ResponseCache(cache / "answers", clock)
        self._slowest: dict[str, float] = {}
        self._secrets: set[str] = set()
        self._session = requests.Session()
        self._session.max_redirects = MAX_REDIRECTS
        self._session.headers["User-Agent"] = user_agent(email)

    @classmethod
    def from_settings(cls, settings: Settings, *, fresh: bool = False) -> Self:
        """The client with the cache, e-mail, time-out and retries that the settings give."""
        read = settings.http_timeout
        return cls(
            settings.cache,
            email=settings.email,
            connect_timeout=min(10.0, read),
            read_timeout=read,
            retries=settings.http_retries,
            fresh=fresh,
        )

    def get(self, url: str, params: Mapping[str, str] | None = None, **wishes: Unpack[RequestOptions]) -> Answer:
        """Ask with GET. Raises OutageError after all tries, StatusError on a 4xx, RefusedError, UsageError."""
        return self._answer(self._question("GET", url, params or {}, wishes))

    def post(self, url: str, params: Mapping[str, str], **wishes: Unpack[RequestOptions]) -> Answer:
        """Ask with POST, `params` as a form. Raises as `get`."""
        return self._answer(self._question("POST", url, params, wishes))

    def download(self, url: str, target: Path, **wishes: Unpack[RequestOptions]) -> Path:
        """Stream a file to `target`, in constant memory; it appears there only once whole. Raises as `get`."""
        question = self._question("GET", url, {}, wishes)
        part = target.with_name(target.name + ".part")

        def fetch() -> Path:
            with closing(self._send(question)) as response, part.open("wb") as file:
                for chunk in self._chunks(question, response, deadline=None):
                    file.write(chunk)
            return part.replace(target)

        try:
            return self._retrying(question, fetch)
        finally:
            part.unlink(missing_ok=True)

    def _question(
        self, method: Literal["GET", "POST"], url: str, params: Mapping[str, str], wishes: RequestOptions
    ) -> _Question:
        try:
            parts = urlsplit(url)
        except ValueError:
            raise UsageError(f"{url!r} is not a web address") from None
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise UsageError(f"{url!r} is not a web address - it must start with http:// or https://")
        self._secrets |= {value for name, value in params.items() if name.lower() in SECRET_PARAMS and value}
        return _Question(method, url, params, parts.netloc, wishes.get("service") or parts.netloc, wishes)

    def _answer(self, question: _Question) -> Answer:
        keep = question.wishes.get("keep")
        if keep and not self._fresh:
            body = self._answers.find(question.method, question.url, question.public_params)
            if body is not None:
                return Answer(question.url, body)
        answer = self._retrying(question, lambda: self._exchange(question))
        if keep:
            seconds = keep.total_seconds()
            self._answers.keep(question.method, question.url, question.public_params, answer.body, seconds)
        return answer

    def _retrying(self, question: _Question, ask: Callable[[], T]) -> T:
        retrying = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(self._retries + 1),
            wait=self._pause,
            retry=tenacity.retry_if_exception_type(TransientError),
            sleep=self._sleep,
            before_sleep=lambda state: self._tell(question, state),
            reraise=True,
        )
        try:
            return retrying(ask)
        except TransientError as error:
            tries = "one try" if self._retries == 0 else f"{self._retries + 1} tries"
            raise OutageError(
                f"{question.service} does not answer as it should after {tries}: {self._public(str(error))}"
                " - run the command again later, it goes on where it stopped"
            ) from None

    def _pause(self, state: tenacity.RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        named = error.pause if isinstance(error, TransientError) and error.pause else 0.0
        backoff = min(LONGEST_BACKOFF, 2.0 ** (state.attempt_number - 1)) * (0.5 + self._jitter() / 2)
        return max(named, backoff)

    def _tell(self, question: _Question, state: tenacity.RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        pause = state.next_action.sleep if state.next_action else 0.0
        reason = self._public(str(error))
        logger.info("%s: %s; trying again in %.0f s (%d)", question.service, reason, pause, state.attempt_number)

    def _exchange(self, question: _Question) -> Answer:
        with closing(self._send(question)) as response:
            deadline = self._clock() + PATIENCE * self._timeout[1]
            body = b"".join(self._chunks(question, response, deadline))
        validate = question.wishes.get("validate")
        complaint = _complaint(body, question.accept) or (validate(body) if validate else None)
        if complaint:
            raise TransientError(complaint)
        return Answer(response.url, body, response.headers)

    def _send(self, question: _Question) -> requests.Response:
        """The response, its status found good and its body still to be read."""
        host = question.host
        self._pace.wait(host, max(1.0 / question.wishes.get("per_second", 3.0), self._slowest.get(host, 0.0)))
        get = question.method == "GET"
        # A service on this very machine is never behind a proxy, whatever the environment says of others.
        local = urlsplit(question.url).hostname in ("localhost", "127.0.0.1", "::1")
        try:
            response = self._session.request(
                question.method,
                question.url,
                params=question.params if get else None,
                data=None if get else question.params,
                headers={"Accept": MEDIA_TYPES[question.accept], **question.wishes.get("headers", {})},
                timeout=self._timeout,
                stream=True,
                proxies={"http": "", "https": ""} if local else None,
            )
        except requests.RequestException as error:
            raise self._named(question, error) from None
        try:
            self._check_status(question, response)
        except BaseException:
            response.close()
            raise
        return response

    def _chunks(self, question: _Question, response: requests.Response, deadline: float | None) -> Iterator[bytes]:
        received = 0
        most = question.wishes.get("max_bytes", MAX_BYTES)
        try:
            for chunk in response.iter_content(64 * 1024):
                received += len(chunk)
                if received > most:
                    raise RefusedError(
                        f"{question.service} sends more than {most:,} bytes for one question - ask for less at a time"
                    )
                if deadline is not None and self._clock() > deadline:
                    raise TransientError("its answer trickles in too slowly")
                yield chunk
        except requests.RequestException as error:
            raise self._named(question, error) from None

    def _named(self, question: _Question, error: requests.RequestException) -> Exception:
        """What a failed exchange means, in our own error tree."""
        if isinstance(error, requests.TooManyRedirects):
            return RefusedError(f"{question.service} redirects more than {MAX_REDIRECTS} times - check its address")
        if isinstance(error, requests.ConnectTimeout):
            return TransientError("no connection in time")
        if isinstance(error, requests.Timeout):
            return TransientError("no answer in time")
        if isinstance(error, requests.exceptions.ChunkedEncodingError | requests.exceptions.ContentDecodingError):
            return TransientError("its answer was cut short or garbled")
        if isinstance(error, requests.ConnectionError):
            return TransientError(f"the connection failed ({_innermost(error)})")
        return RefusedError(f"{question.service} cannot be asked: {self._public(str(error))}")

    def _check_status(self, question: _Question, response: requests.Response) -> None:
        self._heed_rate_headers(question.host, response.headers)
        if question.method == "POST" and any(step.status_code in (301, 302, 303) for step in response.history):
            raise RefusedError(f"{question.service} has moved to {self._public(response.url)} - set its new address")
        status = response.status_code
        if status < 400:
            return
        start = _start(response)
        words = self._public(_words(start))
        told = f"status {status}" + (f" ({words})" if words else "")
        pause = self._named_pause(question, response)
        if status >= 500 or status in RETRIED_STATUSES:
            raise TransientError(told, pause)
        transient = question.wishes.get("transient")
        if transient and transient(start):
            raise TransientError(told, pause)
        raise StatusError(f"{question.service} refuses: {told}", status, self._public(start.decode("utf-8", "replace")))

    def _named_pause(self, question: _Question, response: requests.Response) -> float | None:
        pause = retry_after(response.headers.get("Retry-After"), self._clock())
        if pause is None:
            return None
        if pause > self._max_wait:
            moment = datetime.fromtimestamp(self._clock() + pause, UTC)
            raise OutageError(
                f"{question.service} asks to be left alone until {moment:%Y-%m-%d %H:%M:%S} UTC"
                " - run the command again after that, it goes on where it stopped"
            )
        self._pace.hold(question.host, pause)
        return pause

    def _heed_rate_headers(self, host: str, headers: Mapping[str, str]) -> None:
        """Crossref's X-Rate-Limit-Limit and X-Rate-Limit-Interval ("1s"): so many requests in so long."""
        limit = re.fullmatch(r"\d+", headers.get("X-Rate-Limit-Limit", ""))
        interval = re.fullmatch(r"(\d+)s?", headers.get("X-Rate-Limit-Interval", ""))
        if limit and interval and int(limit[0]):
            self._slowest[host] = int(interval[1]) / int(limit[0])

    def _public(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return re.sub(r"(?i)\b(api_?-?key|token)=[^&\s]+", r"\1=***", text)


def user_agent(email: str | None) -> str:
    """How Exominer names itself to services, with a way to reach its user if there is one."""
    try:
        name = f"Exominer/{version('exominer')}"
    except PackageNotFoundError:
        name = "Exominer"
    return f"{name} (mailto:{email})" if email else name


def retry_after(value: str | None, now: float) -> float | None:
    """Seconds to wait as a `Retry-After` header asks, in seconds or as a date; None if it asks nothing intelligible."""
    if value is None:
        return None
    if re.fullmatch(r"\s*\d+(\.\d+)?\s*", value):
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, moment.replace(tzinfo=moment.tzinfo or UTC).timestamp() - now)


def _complaint(body: bytes, accept: Accept) -> str | None:
    """What makes `body` no answer of the kind asked for, if anything."""
    if accept == "text":
        return None
    start = body.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start:
        return "an empty answer"
    if accept == "html":
        return None
    if re.match(rb"(?i)<(!doctype\s+html|html)", start):
        return f"a web page where {accept.upper()} was due ({_words(body)})"
    return _json_complaint(body) if accept == "json" else _xml_complaint(body)


def _start(response: requests.Response) -> bytes:
    """The first bytes of an answer that is an error already, however it ends."""
    try:
        return next(iter(response.iter_content(4096)), b"")
    except requests.RequestException:
        return b""


def _json_complaint(body: bytes) -> str | None:
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return f"an answer that is no whole JSON ({_words(body)})"
    return None


def _xml_complaint(body: bytes) -> str | None:
    if not body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return f"an answer that is no XML ({_words(body)})"
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        return f"XML that is cut short or broken ({error.msg})"
    return None


def _words(body: bytes) -> str:
    """The first words of a body, without its markup, for a one-line message."""
    text = re.sub(r"(?is)<(script|style|head).*?</\1>|<[^>]*>", " ", body[:4096].decode("utf-8", "replace"))
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return text if len(text) <= 160 else text[:159] + "…"


def _innermost(error: BaseException) -> str:
    """The plain cause under a chain of wrappers, by its own short words."""
    chain: list[BaseException] = [error]
    for cause in chain:
        inner = (getattr(cause, "reason", None), *cause.args, cause.__cause__, cause.__context__)
        chain += [one for one in inner if isinstance(one, BaseException) and one not in chain]
    plain = (cause.strerror for cause in chain if isinstance(cause, OSError) and cause.strerror)
    return next(plain, type(chain[-1]).__name__)
