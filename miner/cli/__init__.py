"""The command line: commands, their errors and exit codes."""

import errno
import logging
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

import miner
from miner.cli import (
    assistants,
    compare,
    contradictions,
    curate,
    doctor,
    evaluate,
    exports,
    find,
    graph,
    impact,
    ingest,
    learn,
    mine,
    query,
    serve,
    sources,
    verdicts,
    verify,
    watch,
)
from miner.cli.completion import use_bash_script
from miner.cli.output import configure_streams, say
from miner.cli.signals import Stopped, end_stopped, stop_on_signals
from miner.errors import ExominerError, UsageError, reason
from miner.model.cells import printable
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
    """Read the literature on extracellular vesicles and build a graph of its claims, each with its sentences.

    Example: exominer ingest examples && exominer query headline --param function=metastasis
    """
    context.obj = load_settings(workspace)


use_bash_script()
for module in (
    ingest, sources, mine, evaluate, query, find, graph, curate, verdicts, learn, contradictions, serve, impact,
    compare, watch, verify, exports, assistants, doctor,
):  # fmt: skip
    module.register(app)


class _Printable(logging.Formatter):
    """Log lines that are safe to print."""

    def format(self, record: logging.LogRecord) -> str:
        return printable(super().format(record), keep="\n")


def _show_own_warnings() -> None:
    """Show the warnings of Exominer's code; those of libraries are for developers."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Printable())
    logging.getLogger("miner").addHandler(handler)
    logging.getLogger().addHandler(logging.NullHandler())
    logging.captureWarnings(True)


def main() -> None:
    """Run the command line; every expected error ends as one line on stderr and an exit code."""
    configure_streams()
    _show_own_warnings()
    stop_on_signals()
    try:
        app()
    except ExominerError as error:
        say(f"error: {error}")
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # Whatever read our stdout has ended (`| head`): end quietly, and keep Python from flushing to a closed pipe.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except OSError as error:
        if error.filename and error.errno in (errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG):
            say(f"error: {error.filename}: {reason(error)} - check the path")
            sys.exit(UsageError.exit_code)
        if error.errno not in (errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EDQUOT):
            raise
        say(f"error: {error.filename or 'output'}: {error.strerror} - free space or make it writable, then run again")
        sys.exit(1)
    except Stopped as stopped:
        end_stopped(stopped.exit_code)
