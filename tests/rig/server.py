"""The server: routes requests to services, keeps a log, and lets scripted faults come between."""

import os
import socket
import struct
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Protocol
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Request:
    """A request as a service sees it: `path` is what follows the service's folder, `params` are query and form."""

    method: str
    path: str
    params: dict[str, str]
    headers: dict[str, str]
    at: float = field(default_factory=time.monotonic)


@dataclass(frozen=True)
class Reply:
    """An answer, and how it goes wrong on its way: `sent` bytes of the body at most, `stall` seconds late, or reset."""

    body: bytes
    status: int = 200
    type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    sent: int | None = None
    stall: float = 0.0
    reset: bool = False
    length: bool = True


Answer = Callable[[Request], Reply]
Fault = Callable[[Request, Answer], Reply]


class Service(Protocol):
    """A service of the rig."""

    name: str

    def answer(self, request: Request) -> Reply: ...


class Rig:
    """Services on a free port of this machine, until the `with` block ends."""

    def __init__(self, *services: Service) -> None:
        self.requests: list[Request] = []
        self.robots: str | None = None  # of the host, beside what a service has in its folder
        self._services = {service.name: service for service in services}
        self._script: dict[str, deque[Fault | None]] = defaultdict(deque)
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> "Rig":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def url(self, service: Service) -> str:
        """The address of the service's folder."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/{service.name}"

    def script(self, path: str, *faults: Fault | None) -> None:
        """What comes between the next requests for `path` and their answers, one after the other; None: nothing."""
        self._script[path].extend(faults)

    def heal(self) -> None:
        """Forget the faults still to come."""
        self._script.clear()

    def requests_to(self, path: str) -> list[Request]:
        """The requests for `path` so far."""
        return [request for request in self.requests if request.path == path]

    def _reply(self, request: Request, service: Service) -> Reply:
        with self._lock:
            self.requests.append(request)
            queue = self._script[request.path]
            fault = queue.popleft() if queue else None
            return fault(request, service.answer) if fault else service.answer(request)

    def _handler(rig) -> type[BaseHTTPRequestHandler]:  # `self` is the handler's
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self._serve(b"")

            def do_POST(self) -> None:
                self._serve(self.rfile.read(int(self.headers.get("Content-Length", 0))))

            def _serve(self, form: bytes) -> None:
                parts = urlsplit(self.path)
                name, _, path = parts.path[1:].partition("/")
                params = dict(parse_qsl(parts.query, keep_blank_values=True))
                params |= dict(parse_qsl(form.decode(), keep_blank_values=True))
                request = Request(self.command, path, params, dict(self.headers))
                if name == "robots.txt" and rig.robots is not None:
                    reply = Reply(rig.robots.encode(), type="text/plain")
                elif name in rig._services:
                    reply = rig._reply(request, rig._services[name])
                else:
                    reply = Reply(b"not found", 404, "text/plain")
                if reply.stall and rig._over.wait(reply.stall):
                    return
                self._send(reply)

            def _send(self, reply: Reply) -> None:
                if reply.reset:
                    self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    os.close(self.connection.detach())
                    return
                try:
                    self.send_response(reply.status)
                    self.send_header("Content-Type", reply.type)
                    if reply.length:
                        self.send_header("Content-Length", str(len(reply.body)))
                    for key, value in reply.headers.items():
                        self.send_header(key, value)
                    self.end_headers()
                    self.wfile.write(reply.body[: reply.sent])
                except ConnectionError:
                    pass
                self.close_connection = reply.sent is not None or not reply.length

            def handle(self) -> None:
                with suppress(OSError, ValueError):  # the connection may have been reset on purpose
                    super().handle()

            def finish(self) -> None:
                with suppress(OSError, ValueError):  # the connection may have been reset on purpose
                    super().finish()

            def log_message(self, *_: object) -> None:
                pass

        return Handler
