"""`verify`: check that every sentence is in its work's text, and that every belief is right."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from miner.cli.output import AsJson, print_json, print_table, say
from miner.cli.progress import progress
from miner.cli.workspace import require_articles, require_claims

_SHOWN = 20


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(verify)


def verify(
    context: typer.Context,
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Reports (HTML), or answers and exports with a column `sentence` (CSV, TSV, JSON, JSON Lines),"
            " to check instead of the graph."
        ),
    ] = None,
    self_test: Annotated[
        bool, typer.Option("--self-test", help="Plant faults in copies of the graph's data, and count those found.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Compare every quoted sentence with the text of its work, character by character, and recompute every belief.

    Exits with 1 if anything differs.

    Example: exominer verify answer.csv report.html
    """
    from miner.corpus import Corpus
    from miner.workflow import verify as verification
    from miner.workflow.graph import graph_connection

    (require_articles if files else require_claims)(context.obj)
    with Corpus(context.obj.corpus_path) as corpus:
        if files:
            found = verification.verify_files(corpus, files)
        else:
            with progress() as reporter, graph_connection(context.obj, reporter) as connection:
                if self_test:
                    _show_self_test(*verification.find_planted_faults(corpus, connection), as_json)
                    return
                found = verification.verify_graph(corpus, connection)
    if as_json:
        print_json(asdict(found))
    else:
        if found.faults:
            print_table(("where", "fault"), [(f.where, f.fault) for f in found.faults[:_SHOWN]])
        beliefs = f" and {found.beliefs} beliefs" if found.beliefs else ""
        rest = f"; the first {_SHOWN} are shown, all with --json" if len(found.faults) > _SHOWN else ""
        say(f"checked {found.sentences} sentences{beliefs}: {len(found.faults)} faults{rest}")
    if found.faults:
        raise typer.Exit(1)


def _show_self_test(planted: int, missed: list[str], as_json: bool) -> None:
    if as_json:
        print_json({"planted": planted, "missed": missed})
    else:
        for fault in missed:
            say(f"not found: {fault}")
        say(f"planted {planted} faults, found {planted - len(missed)}")
    if missed:
        raise typer.Exit(1)
