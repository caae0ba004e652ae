"""HTTP client with rate limiting, retries, caching, size limits and readable errors."""

import logging
import random
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Literal, Self, TypedDict, TypeVar, Unpack
from urllib.parse import urljoin, urlsplit

import requests
import tenacity

from miner.errors import OutageError, RefusedError, UsageError
from miner.http.bodies import MEDIA_TYPES, Accept, BrokenBodyError, excerpt, parse
from miner.http.cache import ResponseCache
from miner.http.failures import RETRIED_STATUSES, StatusError, TransientError, redact, retry_after, to_domain_error
from miner.http.rate_limit import RateLimiter
from miner.settings import Settings

logger = logging.getLogger(__name__)

Validate = Callable[[Any], str | None]
T = TypeVar("T")

SECRET_PARAMS = frozenset({"api_key", "apikey", "api-key", "key", "token", "access_token"})
REDIRECTS = frozenset({301, 302, 303, 307, 308})
MAX_BYTES = 256 * 1024 * 1024
MAX_REDIRECTS = 5
MAX_BACKOFF = 30.0
# A body may arrive slowly, but not for longer than this many read time-outs.
MAX_READ_TIMEOUTS = 10
# Pauses from this length on are logged as warnings, so that a user sees why nothing happens.
MIN_LOGGED_PAUSE = 10.0


@dataclass(frozen=True, slots=True)
class Response:
    """A complete response that passed every check.

    `url` is its address after redirects, `content` its body: Python values for accept="json", else bytes.
    """

    url: str
    body: bytes
    content: Any
    headers: Mapping[str, str] = field(default_factory=dict)


class RequestOptions(TypedDict, total=False):
    """Options of a request; each may be left out."""

    accept: Accept  # the expected kind of body, "json" by default; a body of another kind is requested again
    service: str  # its name in messages, the host by default
    per_second: float  # requests per second at most, 3 by default
    validate: Validate  # given `Response.content`: what is wrong with it, so that it is requested again; may raise
    transient: Callable[[bytes], bool]  # whether the body of a 4xx describes a failure that may pass
    keep: timedelta | None  # how long the response may be used again; not at all by default
    headers: Mapping[str, str]
    max_bytes: int  # MAX_BYTES by default


@dataclass(frozen=True, slots=True)
class _Request:
    method: Literal["GET", "POST"]
    url: str
    params: Mapping[str, str]
    service: str
    options: RequestOptions

    @property
    def host(self) -> str:
        return urlsplit(self.url).netloc

    @property
    def accept(self) -> Accept:
        return self.options.get("accept", "json")

    @property
    def public_params(self) -> Mapping[str, str]:
        return {name: value for name, value in self.params.items() if name.lower() not in SECRET_PARAMS}


class HttpClient:
    """Requests that return complete, valid responses, or raise an error that says why not.

    Failed connections, time-outs, bodies cut short, statuses 408, 425, 429 and 5xx, and invalid bodies are tried again
    with growing, jittered pauses; `Retry-After` is obeyed up to `max_wait` seconds. `cache` is the folder of stored
    responses and of the rate limits that all processes share. With `fresh`, stored responses are not used.
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
        self._limiter = RateLimiter(cache / "pace", sleep, clock)
        self._cache = ResponseCache(cache / "answers", clock)
        self._slowest: dict[str, float] = {}
        self._secrets: set[str] = set()
        self._session = requests.Session()
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

    def get(self, url: str, params: Mapping[str, str] | None = None, **options: Unpack[RequestOptions]) -> Response:
        """Send a GET request. Raises OutageError after all tries, StatusError on a 4xx, RefusedError, UsageError."""
        return self._respond(self._request("GET", url, params or {}, options))

    def post(self, url: str, params: Mapping[str, str], **options: Unpack[RequestOptions]) -> Response:
        """Send a POST request, `params` as a form. Raises as `get`."""
        return self._respond(self._request("POST", url, params, options))

    def download(self, url: str, target: Path, **options: Unpack[RequestOptions]) -> Path:
        """Stream a file to `target` in constant memory; it appears there only when complete. Raises as `get`."""
        request = self._request("GET", url, {}, options)
        part = target.with_name(target.name + ".part")

        def fetch() -> Path:
            with closing(self._send(request)) as response, part.open("wb") as file:
                for chunk in self._chunks(request, response, deadline=None):
                    file.write(chunk)
            return part.replace(target)

        try:
            return self._retry(request, fetch)
        finally:
            part.unlink(missing_ok=True)

    def _request(
        self, method: Literal["GET", "POST"], url: str, params: Mapping[str, str], options: RequestOptions
    ) -> _Request:
        try:
            parts = urlsplit(url)
        except ValueError:
            raise UsageError(f"{url!r} is not a web address - it must start with http:// or https://") from None
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise UsageError(f"{url!r} is not a web address - it must start with http:// or https://")
        self._secrets |= {value for name, value in params.items() if name.lower() in SECRET_PARAMS and value}
        return _Request(method, url, params, options.get("service") or parts.netloc, options)

    def _respond(self, request: _Request) -> Response:
        keep = request.options.get("keep")
        if keep and not self._fresh and (stored := self._stored(request)):
            return stored
        response = self._retry(request, lambda: self._exchange(request))
        if keep:
            self._cache.put(request.method, request.url, request.public_params, response.body, keep.total_seconds())
        return response

    def _stored(self, request: _Request) -> Response | None:
        """The stored response, if there is one that still passes every check."""
        body = self._cache.get(request.method, request.url, request.public_params)
        try:
            return None if body is None else self._checked(request, request.url, body, {})
        except TransientError:
            return None

    def _exchange(self, request: _Request) -> Response:
        with closing(self._send(request)) as response:
            deadline = self._clock() + MAX_READ_TIMEOUTS * self._timeout[1]
            body = b"".join(self._chunks(request, response, deadline))
        return self._checked(request, response.url, body, response.headers)

    def _checked(self, request: _Request, url: str, body: bytes, headers: Mapping[str, str]) -> Response:
        """The response with its body parsed; TransientError where the body is not valid."""
        validate = request.options.get("validate")
        try:
            content = parse(body, request.accept)
        except BrokenBodyError as error:
            raise TransientError(str(error)) from None
        if validate and (problem := validate(content)):
            raise TransientError(problem)
        return Response(url, body, content, headers)

    # tries

    def _retry(self, request: _Request, attempt: Callable[[], T]) -> T:
        retrying = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(self._retries + 1),
            wait=self._pause,
            retry=tenacity.retry_if_exception_type(TransientError),
            sleep=self._sleep,
            before_sleep=lambda state: self._log_retry(request, state),
            reraise=True,
        )
        try:
            return retrying(attempt)
        except TransientError as error:
            tries = "one try" if self._retries == 0 else f"{self._retries + 1} tries"
            raise OutageError(
                f"{request.service} does not answer as it should after {tries}: {redact(str(error), self._secrets)}"
                " - run the command again later, it goes on where it stopped"
            ) from None

    def _pause(self, state: tenacity.RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        requested = error.pause if isinstance(error, TransientError) and error.pause else 0.0
        backoff = min(MAX_BACKOFF, 2.0 ** (state.attempt_number - 1)) * (0.5 + self._jitter() / 2)
        return max(requested, backoff)

    def _log_retry(self, request: _Request, state: tenacity.RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        pause = state.next_action.sleep if state.next_action else 0.0
        logger.log(
            logging.WARNING if pause >= MIN_LOGGED_PAUSE else logging.INFO,
            "%s: %s; trying again in %.0f s (try %d)",
            request.service,
            redact(str(error), self._secrets),
            pause,
            state.attempt_number,
        )

    # one try

    def _send(self, request: _Request) -> requests.Response:
        """The response after redirects, its status good and its body still to be read."""
        for _ in range(MAX_REDIRECTS + 1):
            response = self._send_once(request)
            try:
                target = self._redirect_target(request, response)
                if target is None:
                    self._check_status(request, response)
                    return response
            except BaseException:
                response.close()
                raise
            response.close()
            request = replace(request, url=target, params={})
        raise RefusedError(f"{request.service} redirects more than {MAX_REDIRECTS} times - check its address")

    def _send_once(self, request: _Request) -> requests.Response:
        get = request.method == "GET"
        per_second = min(request.options.get("per_second", 3.0), self._slowest.get(request.host, float("inf")))
        # A service on this machine is never behind a proxy, whatever the environment says about others.
        local = urlsplit(request.url).hostname in ("localhost", "127.0.0.1", "::1")
        with self._limiter.acquire(request.host, per_second):
            try:
                return self._session.request(
                    request.method,
                    request.url,
                    params=request.params if get else None,
                    data=None if get else request.params,
                    headers={"Accept": MEDIA_TYPES[request.accept], **request.options.get("headers", {})},
                    timeout=self._timeout,
                    stream=True,
                    allow_redirects=False,
                    proxies={"http": "", "https": ""} if local else None,
                )
            except requests.RequestException as error:
                raise to_domain_error(request.service, error, self._secrets) from None

    def _redirect_target(self, request: _Request, response: requests.Response) -> str | None:
        """The address that a response redirects to, None if it does not."""
        location = response.headers.get("Location")
        if response.status_code not in REDIRECTS or not location:
            return None
        url = urljoin(request.url, location)
        if request.method == "POST":
            address = redact(url, self._secrets)
            raise RefusedError(f"{request.service} has moved to {address} - set its new address")
        if urlsplit(url).scheme not in ("http", "https"):
            raise RefusedError(f"{request.service} redirects to an address that is not of the web - check its address")
        return url

    def _chunks(self, request: _Request, response: requests.Response, deadline: float | None) -> Iterator[bytes]:
        received = 0
        max_bytes = request.options.get("max_bytes", MAX_BYTES)
        try:
            for chunk in response.iter_content(64 * 1024):
                received += len(chunk)
                if received > max_bytes:
                    raise RefusedError(
                        f"{request.service} sends more than {max_bytes:,} bytes in one response - narrow the search"
                    )
                if deadline is not None and self._clock() > deadline:
                    raise TransientError("its response arrives too slowly")
                yield chunk
        except requests.RequestException as error:
            raise to_domain_error(request.service, error, self._secrets) from None

    def _check_status(self, request: _Request, response: requests.Response) -> None:
        self._apply_rate_limit_headers(request.host, response.headers)
        status = response.status_code
        if status < 400:
            return
        start = _first_bytes(response)
        words = redact(excerpt(start), self._secrets)
        reason = f"status {status}" + (f" ({words})" if words else "")
        pause = self._requested_pause(request, response)
        transient = request.options.get("transient")
        if status >= 500 or status in RETRIED_STATUSES or (transient and transient(start)):
            raise TransientError(reason, pause)
        body = redact(start.decode("utf-8", "replace"), self._secrets)
        raise StatusError(f"{request.service} refuses: {reason}", status, body)

    def _requested_pause(self, request: _Request, response: requests.Response) -> float | None:
        """Seconds that `Retry-After` requests; nothing is sent to the host before. OutageError if they are too many."""
        pause = retry_after(response.headers.get("Retry-After"), self._clock())
        if pause is None:
            return None
        if pause > self._max_wait:
            moment = _moment(self._clock() + pause)
            raise OutageError(
                f"{request.service} requests no more calls until {moment}"
                " - run the command again after that, it goes on where it stopped"
            )
        self._limiter.block(request.host, pause)
        return pause

    def _apply_rate_limit_headers(self, host: str, headers: Mapping[str, str]) -> None:
        """Crossref's X-Rate-Limit-Limit and X-Rate-Limit-Interval ("1s"): requests allowed in an interval."""
        limit = re.fullmatch(r"[0-9]{1,9}", headers.get("X-Rate-Limit-Limit", ""))
        interval = re.fullmatch(r"([0-9]{1,4})s?", headers.get("X-Rate-Limit-Interval", ""))
        if limit and interval and int(limit[0]) and int(interval[1]):
            self._slowest[host] = int(limit[0]) / int(interval[1])


def user_agent(email: str | None) -> str:
    """How Exominer names itself to services, with a way to reach its user if there is one."""
    try:
        name = f"Exominer/{version('exominer')}"
    except PackageNotFoundError:
        name = "Exominer"
    return f"{name} (mailto:{email})" if email else name


def _moment(timestamp: float) -> str:
    try:
        return f"{datetime.fromtimestamp(timestamp, UTC):%Y-%m-%d %H:%M:%S} UTC"
    except (ValueError, OverflowError, OSError):
        return "a day far ahead"


def _first_bytes(response: requests.Response) -> bytes:
    """The first bytes of a response that is an error already, however it ends."""
    try:
        return next(iter(response.iter_content(4096)), b"")
    except requests.RequestException:
        return b""
