"""`export`, `snapshot` and `restore`: the corpus and its assertions as files."""

from pathlib import Path
from typing import Annotated

import typer

from miner.cli.mine import Precision
from miner.cli.output import say, write
from miner.cli.workspace import require_articles, require_claims
from miner.errors import UsageError
from miner.exports import FORMATS, format_help


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command()(export)
    app.command()(snapshot)
    app.command()(restore)


def export(
    context: typer.Context,
    format: Annotated[
        str,
        typer.Argument(
            metavar="|".join(FORMATS), autocompletion=lambda: list(FORMATS), help=f"The format. {format_help()}."
        ),
    ],
    folder: Annotated[Path, typer.Option("--to", help="The folder to write into.")] = Path(),
    entity: Annotated[
        str | None, typer.Option(help="Only claims about this entity: a name, synonym or id; its kinds are included.")
    ] = None,
    cancer: Annotated[
        str | None, typer.Option(help="Only claims in this cancer: a name, synonym or id; its kinds are included.")
    ] = None,
    predicate: Annotated[str | None, typer.Option(help="Only claims with this predicate, such as PROMOTES.")] = None,
    min_belief: Annotated[
        float, typer.Option(min=0, max=1, help="Leave out assertions whose belief is lower than this.")
    ] = 0.0,
    precision: Precision = None,
) -> None:
    """Write the assertions of the corpus to files, all of them or a selection.

    Example: exominer export xlsx --to export/ --cancer "pancreatic cancer" --min-belief 0.8
    """
    from miner.corpus import Corpus
    from miner.workflow.export import export_files, select

    if format not in FORMATS:
        raise UsageError(f"{format!r} is not an export format - choose one of: {', '.join(FORMATS)}")
    require_claims(context.obj)
    with Corpus(context.obj.corpus_path) as corpus:
        selection = select(
            corpus, entity=entity, cancer=cancer, predicate=predicate, min_belief=min_belief, precision=precision or 0.0
        )
        folder.mkdir(parents=True, exist_ok=True)
        for path in export_files(corpus, format, folder, selection):
            say(f"wrote {path}")


def snapshot(
    context: typer.Context,
    folder: Annotated[Path, typer.Option("--to", help="The folder to write into.")] = Path(),
) -> None:
    """Archive the corpus (articles, claims, rejects, searches, verdicts) with its checksum.

    Example: exominer snapshot --to backups/
    """
    from miner.corpus.snapshot import write as write_snapshot

    require_articles(context.obj)
    write(str(write_snapshot(context.obj.corpus_path, folder)))


def restore(
    context: typer.Context, archive: Annotated[Path, typer.Argument(help="A file that `snapshot` wrote.")]
) -> None:
    """Read a snapshot into an empty workspace; then fill the graph with `exominer graph load`.

    Example: exominer --workspace restored restore exominer-20260101-120000.tar.gz
    """
    from miner.corpus.snapshot import restore as unpack

    unpack(archive, context.obj.corpus_path)
    say(f"restored {context.obj.corpus_path} - fill the graph with: exominer graph load")
