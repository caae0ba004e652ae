"""`mcp`: the graph for assistants."""

from typing import Annotated

import typer

from miner.cli.output import say
from miner.cli.workspace import require_claims
from miner.errors import UsageError


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(mcp)


def mcp(
    context: typer.Context,
    http: Annotated[bool, typer.Option("--http", help="Serve over HTTP on this machine instead of stdio.")] = False,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port of the HTTP server.")] = 8766,
) -> None:
    """Serve the graph to an assistant over the Model Context Protocol, with six read-only tools.

    Example: exominer mcp
    """
    try:
        from miner.assistants.server import serve_http, serve_stdio
    except ImportError as error:
        raise UsageError("mcp needs more packages - install them with: pip install 'exominer[explorer]'") from error
    require_claims(context.obj)
    if http:
        say(f"serving at http://127.0.0.1:{port}/mcp - stop with Ctrl-C")
        serve_http(context.obj, port)
    else:
        serve_stdio(context.obj)
