"""Control who may read and write: checks of Host, Origin, token and password, and security headers."""

import base64
import hashlib
import hmac
import ipaddress
import secrets
import threading
from collections.abc import Collection
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from miner.errors import UsageError

MAX_BODY = 64_000
"""Maximum size of a form, in bytes."""
MAX_URL = 16_000
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
"""The names of this machine that nobody else reaches."""
_SCRYPT = {"n": 2**14, "r": 8, "p": 1}
_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # with no-referrer a browser sends forms with the origin "null"
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@dataclass(frozen=True)
class Access:
    """The rules of access to the explorer.

    `names` are the allowed host names besides loopback; `password_hash` is a result of `hash_password`, or None on
    this machine only. `token` is drawn at random at each start, and allows writing.
    """

    names: Collection[str] = ()
    password_hash: str | None = field(default=None, repr=False)
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)

    def allows_host(self, host: str) -> bool:
        """Whether requests with this Host header are allowed; others may come from a site that points its name here."""
        name = _host_name(host)
        if name in LOOPBACK or name in self.names:
            return True
        return self.password_hash is not None and _is_address(name)

    def may_write(self, request: Request) -> bool:
        """Whether the request may write."""
        if self.password_hash is not None:
            return True  # the guard has checked the password
        return self.has_token(request.cookies.get(token_cookie(request), ""))

    def has_token(self, given: str) -> bool:
        """Whether a text is the token."""
        return hmac.compare_digest(given.encode("utf-8", "replace"), self.token.encode())

    @property
    def form_token(self) -> str:
        """The hidden value that every form must send; other sites cannot read it from a page."""
        return hmac.digest(self.token.encode(), b"form", "sha256").hex()

    def has_form_token(self, given: str) -> bool:
        """Whether a text is the form token."""
        return hmac.compare_digest(given.encode("utf-8", "replace"), self.form_token.encode())


def token_cookie(request: Request) -> str:
    """The name of the cookie with the token; it includes the port, since ports of one host share cookies."""
    return f"exominer_token_{request.url.port or 0}"


def hash_password(password: str, salt: bytes | None = None) -> str:
    """The scrypt hash of a password for the environment: "scrypt:SALT:HASH" in hexadecimal."""
    salt = salt or secrets.token_bytes(16)
    return f"scrypt:{salt.hex()}:{hashlib.scrypt(password.encode(), salt=salt, **_SCRYPT).hex()}"


def check_hash(stored: str) -> str:
    """Return the hash if it has the form that `hash_password` gives. Raises UsageError otherwise."""
    scheme, _, rest = stored.partition(":")
    salt, _, value = rest.partition(":")
    try:
        sound = scheme == "scrypt" and len(bytes.fromhex(salt)) >= 8 and len(bytes.fromhex(value)) == 64
    except ValueError:
        sound = False
    if not sound:
        raise UsageError("EXOMINER_PASSWORD_HASH is not a valid hash - make one with: exominer serve --hash-password")
    return stored


class Guard:
    """ASGI middleware that refuses requests that `Access` does not allow, and sets headers of every response."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app = app
        self._access = access
        self._verified: set[bytes] = set()
        self._lock = threading.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        refusal = await self._refusal(scope)
        await (refusal or self._app)(scope, receive, send_with_headers)

    async def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        hosts = headers.getlist("host")
        if len(hosts) != 1 or not self._access.allows_host(hosts[0]):
            return PlainTextResponse(
                "This host name is not the explorer's - open the address that `exominer serve` printed, or allow the"
                " name with --name\n",
                421,
            )
        if len(scope["raw_path"] or b"") + len(scope["query_string"]) > MAX_URL:
            return PlainTextResponse("The address is too long.\n", 414)
        if scope["method"] not in ("GET", "HEAD"):
            refusal = self._refusal_of_write(scope, headers)
            if refusal:
                return refusal
        if self._access.password_hash and not await run_in_threadpool(self._password_fits, headers):
            return _ask_password()
        return self._token_into_cookie(scope) if scope["method"] == "GET" else None

    def _refusal_of_write(self, scope: Scope, headers: Headers) -> Response | None:
        if scope["method"] != "POST":
            return PlainTextResponse("Only GET and POST are offered.\n", 405)
        if not _same_origin(headers):
            return PlainTextResponse("This request comes from another site, and is refused.\n", 403)
        length = headers.get("content-length", "")
        if not length.isdecimal() or int(length) > MAX_BODY:
            return PlainTextResponse(f"A form of at most {MAX_BODY} bytes is expected.\n", 413)
        return None

    def _password_fits(self, headers: Headers) -> bool:
        stored = self._access.password_hash or ""
        _, password = credentials(headers)
        if password is None:
            return False
        digest = hashlib.sha256(password.encode()).digest()
        with self._lock:  # one hash at a time: guesses are slow, and cost little memory
            if digest not in self._verified:
                if not hmac.compare_digest(hash_password(password, bytes.fromhex(stored.split(":")[1])), stored):
                    return False
                self._verified.add(digest)
        return True

    def _token_into_cookie(self, scope: Scope) -> Response | None:
        """Redirect a request with the token in its address to the address without it, and set the token's cookie."""
        request = Request(scope)
        given = request.query_params.get("token")
        if given is None:
            return None
        address = request.url.remove_query_params("token")
        path = "/" + address.path.lstrip("/\\")  # two slashes would redirect to another host
        response = RedirectResponse(path + (f"?{address.query}" if address.query else ""), 303)
        if self._access.has_token(given):
            response.set_cookie(token_cookie(request), given, httponly=True, samesite="strict")
        return response


def credentials(headers: Headers) -> tuple[str, str | None]:
    """User and password of HTTP basic authentication; None if they are missing."""
    scheme, _, encoded = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return "", None
    try:
        user, colon, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except ValueError:
        return "", None
    return user, password if colon else None


def _ask_password() -> Response:
    challenge = {"WWW-Authenticate": 'Basic realm="Exominer - your name, and the password", charset="UTF-8"'}
    return PlainTextResponse("A password is needed.\n", 401, challenge)


def _same_origin(headers: Headers) -> bool:
    """Whether a form comes from one of the explorer's pages; clients other than browsers send no such headers."""
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = headers.get("origin")
    if origin is None:
        return True
    return urlsplit(origin).netloc == headers["host"] if origin != "null" else False


def _host_name(host: str) -> str:
    try:
        return (urlsplit(f"//{host}").hostname or "").lower().rstrip(".")
    except ValueError:
        return ""


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
