"""The command line, Exominer's one door to the terminal."""

import errno
import logging
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

import miner
from miner.cli import curate, doctor, evaluate, exports, graph, ingest, mine, query
from miner.cli.output import say
from miner.errors import ExominerError
from miner.settings import load_settings

app = typer.Typer(
    name="exominer",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"exominer {miner.__version__}")
        raise typer.Exit


@app.callback()
def settings(
    context: typer.Context,
    workspace: Annotated[
        Path | None,
        typer.Option(
            envvar="EXOMINER_WORKSPACE", help="Folder of the corpus and the embedded server.", show_default=False
        ),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Read the literature on extracellular vesicles into a graph of what it claims.

    Example: exominer ingest examples && exominer query headline --param function=metastasis
    """
    context.obj = load_settings(workspace)


for module in (ingest, mine, evaluate, query, graph, curate, exports, doctor):
    module.register(app)


def _let_warnings_through() -> None:
    """Show the warnings of our own code; libraries speak to developers, not to users."""
    logging.getLogger("miner").addHandler(logging.StreamHandler())
    logging.getLogger().addHandler(logging.NullHandler())
    logging.captureWarnings(True)


def main() -> None:
    """Run the command line; every error a user may meet ends as one line on stderr and an exit code."""
    _let_warnings_through()
    try:
        app()
    except ExominerError as error:
        say(f"error: {error}")
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # The reader of our stdout has gone (`| head`): leave quietly, and keep Python from flushing into the void.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EDQUOT):
            raise
        say(f"error: {error.filename or 'output'}: {error.strerror} - free space or make it writable, then run again")
        sys.exit(1)
    except KeyboardInterrupt:
        say("stopped; what was done so far is kept, the same command goes on from here")
        sys.exit(130)
