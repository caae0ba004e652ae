"""`watch …`: ask questions again after each update, and report changes."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from miner.cli.completion import complete_parameter, complete_query
from miner.cli.output import AsJson, print_json, print_records, print_table, say, write
from miner.cli.query import split_parameters
from miner.cli.workspace import require_claims
from miner.errors import UsageError

if TYPE_CHECKING:
    from miner.model.news import Report

_FORMATS = ("text", "markdown", "atom", "email")


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    group = typer.Typer(no_args_is_help=True, help="Watch questions of the cookbook, and report changes.")
    group.command("add")(add)
    group.command("list")(list_watches)
    group.command("remove")(remove)
    group.command("report")(report)
    app.add_typer(group, name="watch")


def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="A name of your choice.")],
    query: Annotated[
        str, typer.Argument(help="A cookbook query whose rows are claims.", autocompletion=complete_query)
    ],
    param: Annotated[
        list[str] | None,
        typer.Option(help="A parameter, as name=value; may be repeated.", autocompletion=complete_parameter),
    ] = None,
) -> None:
    """Watch a question of the cookbook, and report later changes of its claims.

    Example: exominer watch add pancreas headline --param cancer="pancreatic cancer"
    """
    from miner.workflow.watch import add_watch

    require_claims(context.obj)
    watch = add_watch(context.obj, name, query, split_parameters(param or []))
    say(f"watching {len(watch.reported)} claims - after an update, run: exominer watch report")


def list_watches(context: typer.Context, as_json: AsJson = False) -> None:
    """List the watched questions.

    Example: exominer watch list
    """
    from miner.workflow.watch import watches

    rows = [
        {"name": w.name, "query": w.query, "parameters": w.parameters, "claims": len(w.reported), "reports": w.reports}
        for w in watches(context.obj)
    ]
    if as_json:
        print_json(rows)
    elif rows:
        print_records(rows)
    else:
        say('nothing is watched - add a question, as in: exominer watch add ev about --param entity="exosome"')


def remove(context: typer.Context, name: Annotated[str, typer.Argument(help="The watch to remove.")]) -> None:
    """Stop watching a question.

    Example: exominer watch remove pancreas
    """
    from miner.workflow.watch import remove_watch

    remove_watch(context.obj, name)
    say(f"{name} is no longer watched")


def report(
    context: typer.Context,
    format: Annotated[str, typer.Option(help=f"One of: {', '.join(_FORMATS)}.")] = "text",
    folder: Annotated[
        Path | None, typer.Option("--to", help="Write each report to a file in this folder instead of stdout.")
    ] = None,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="Exit with 1 if anything changed.")] = False,
) -> None:
    """Report the claims that are new, stronger, weaker, contradicted, withdrawn or retracted since the last report.

    Example: exominer watch report --format email --to outbox/
    """
    from miner.workflow.watch import report_changes

    if format not in _FORMATS:
        raise UsageError(f"{format!r} is not a format of reports - choose one of: {', '.join(_FORMATS)}")
    if folder and format == "text":
        raise UsageError("text is for the screen - with --to, choose markdown, atom or email")
    if folder is None and format in ("atom", "email"):
        raise UsageError(f"{format} is written to files - name a folder with --to")
    require_claims(context.obj)
    changes = report_changes(context.obj, lambda found: _deliver(found, format, folder))
    say(f"{changes} changes")
    if exit_code and changes:
        raise typer.Exit(1)


def _deliver(found: "Report", format: str, folder: Path | None) -> None:
    """Print a report, or write its file; writing a report again gives the same file name and content."""
    from miner.exports import news

    if folder is None:
        write(news.markdown(found)) if format == "markdown" else _print(found)
        return
    folder.mkdir(parents=True, exist_ok=True)
    match format:
        case "atom":
            suffix, content = ".atom", news.atom([found], found.question)
        case "email":
            suffix, content = ".eml", news.email(found)
        case _:
            suffix, content = ".md", news.markdown(found).encode()
    path = folder / f"{found.question}-{found.number}{suffix}"
    path.write_bytes(content)
    say(f"wrote {path}")


def _print(found: "Report") -> None:
    from miner.exports.news import by_kind

    say(f"{found.question}: {len(found.changes)} changes")
    rows = [
        (kind, change.shown.claim, change.beliefs, change.shown.papers, change.shown.sentence, change.shown.sources)
        for kind, changes in by_kind(found.changes)
        for change in changes
    ]
    print_table(("change", "claim", "belief", "papers", "sentence", "sources"), rows)
