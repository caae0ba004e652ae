"""Serve the explorer: addresses, ports and the web server."""

import contextlib
import socket
from collections.abc import Callable, Collection, Iterator

import uvicorn

from miner.errors import UsageError
from miner.explorer.app import create_app
from miner.explorer.library import Library
from miner.explorer.scripts import load_assets
from miner.explorer.security import LOOPBACK, Access, check_hash
from miner.model.reporter import SILENT, Reporter
from miner.settings import Settings

DEFAULT_PORT = 7700
_NEXT_PORTS = 20
MAX_CONNECTIONS = 200
MAX_SHUTDOWN_S = 3


def serve(
    settings: Settings,
    curator: str,
    host: str = "127.0.0.1",
    port: int | None = None,
    names: Collection[str] = (),
    on_ready: Callable[[str], None] = lambda _: None,
    reporter: Reporter = SILENT,
) -> None:
    """Serve a workspace until interrupted; `on_ready` gets the address to open.

    `names` are further allowed host names. Raises UsageError for an address other than loopback without a password,
    or a port in use; GraphError and WorkspaceError without a graph or claims to show.
    """
    stored = settings.password_hash
    if host not in LOOPBACK and stored is None:
        raise UsageError(
            f"--host {host} lets others in, so it needs a password - make a hash with: exominer serve --hash-password"
        )
    access = Access(
        names=frozenset(name.lower() for name in names), password_hash=check_hash(stored) if stored else None
    )
    with _bound(host, port) as listening, contextlib.closing(Library(settings)) as library:
        app = create_app(library, access, load_assets(settings.cache, reporter), curator)
        config = uvicorn.Config(app, lifespan="off", log_level="warning", access_log=False, server_header=False)
        config.limit_concurrency, config.timeout_graceful_shutdown = MAX_CONNECTIONS, MAX_SHUTDOWN_S
        shown = f"[{host}]" if ":" in host else host
        address = f"http://{shown}:{listening.getsockname()[1]}/"
        listening.listen()
        on_ready(address if stored else f"{address}?token={access.token}")
        uvicorn.Server(config).run([listening])


@contextlib.contextmanager
def _bound(host: str, port: int | None) -> Iterator[socket.socket]:
    """A socket that listens on the port, or on the first free one from the default port."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    problem: OSError | None = None
    for number in [port] if port is not None else range(DEFAULT_PORT, DEFAULT_PORT + _NEXT_PORTS):
        listening = socket.socket(family, socket.SOCK_STREAM)
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind((host, number))
        except OSError as error:
            listening.close()
            problem = error
            continue
        with listening:
            yield listening
        return
    raise UsageError(f"{host}:{port or DEFAULT_PORT} cannot be used: {problem} - choose another with --port")
