"""`serve`: start the explorer, a web application on this machine."""

import webbrowser
from typing import Annotated

import typer

from miner.cli.output import say, write
from miner.cli.progress import progress
from miner.cli.verdicts import Curator, curator_name
from miner.cli.workspace import require_graph
from miner.errors import UsageError


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(serve)


def serve(
    context: typer.Context,
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="The port; by default the first free one from 7700.")
    ] = None,
    open_: Annotated[bool, typer.Option("--open", help="Open a browser.")] = False,
    host: Annotated[
        str, typer.Option(help="The address to serve at. Any address but 127.0.0.1 needs EXOMINER_PASSWORD_HASH.")
    ] = "127.0.0.1",
    name: Annotated[list[str] | None, typer.Option(help="Another host name of the explorer; may be repeated.")] = None,
    curator: Curator = None,
    hash_password: Annotated[
        bool, typer.Option("--hash-password", help="Ask for a password, print its hash for the environment, and stop.")
    ] = False,
) -> None:
    """Explore the graph in a browser: search, evidence, papers, networks, review and queries. Ctrl-C ends it.

    The printed address holds a token that allows judging claims. Without the token, the explorer is read-only.

    Example: exominer serve --open
    """
    try:
        from miner.explorer import security
        from miner.explorer import serve as server
    except ImportError as error:
        raise UsageError("serve needs more packages - install them with: pip install 'exominer[explorer]'") from error
    if hash_password:
        write(security.hash_password(typer.prompt("password", hide_input=True, confirmation_prompt=True, err=True)))
        return
    require_graph(context.obj)

    def ready(address: str) -> None:
        say("the explorer runs; press Ctrl-C to end it. Open:")
        write(address)
        if host not in ("127.0.0.1", "::1", "localhost"):
            say("passwords are sent unencrypted - put a server with TLS in front of the explorer")
        if open_:
            webbrowser.open(address)

    with progress() as reporter:
        reporter.start("starting the explorer")
        who = curator_name(curator, context.obj)
        server.serve(context.obj, who, host, port, name or [], ready, reporter)
