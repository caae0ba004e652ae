"""Options that say what reads texts."""

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from miner.cli.output import say
from miner.errors import UsageError

if TYPE_CHECKING:
    from miner.workflow.shards import Engine


class EngineName(StrEnum):
    """What reads texts."""

    processes = "processes"
    dask = "dask"


Processes = Annotated[int, typer.Option(min=0, help="Processes that extract claims; 0: one a core, as memory allows.")]
Model = Annotated[
    str | None, typer.Option(help="A scispaCy model to recognize entities with, if installed (en_core_sci_lg).")
]
EngineOption = Annotated[
    EngineName, typer.Option("--engine", help="Where claims are extracted: processes on this machine, or Dask.")
]
Scheduler = Annotated[
    str | None,
    typer.Option(
        metavar="ADDRESS",
        help="A Dask scheduler (tcp://host:8786); without one, --engine dask starts a cluster on this machine.",
    ),
]


def make_engine(processes: int, model: str | None, name: EngineName, scheduler: str | None) -> "Engine":
    """The engine that the options name. Raises UsageError where they do not go together."""
    from miner.workflow.shards import Engine

    if scheduler is not None and name is not EngineName.dask:
        raise UsageError(f"--scheduler {scheduler} is for Dask - add --engine dask")
    return Engine(processes, model, name.value, scheduler)


def report_failures(failures: Sequence[str]) -> None:
    """Say what could not be read."""
    for failure in failures:
        say(f"error: {failure}")
    if failures:
        say("these texts stay as they were - run the same command again to try them once more")
