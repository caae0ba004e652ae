"""`find`: which entities of the corpus a name may mean."""

from dataclasses import asdict
from typing import Annotated

import typer

from miner.cli.output import AsJson, print_json, print_table, say
from miner.cli.takeaway import Bib, Report, Ris, write_files
from miner.cli.workspace import require_claims


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(find)


def find(
    context: typer.Context,
    text: Annotated[str, typer.Argument(help="A name, an abbreviation, an id, or a part of one.")],
    limit: Annotated[int, typer.Option(min=1, help="Maximum number of entities.")] = 20,
    as_json: AsJson = False,
    report: Report = None,
    bib: Bib = None,
    ris: Ris = None,
) -> None:
    """Find entities by name: exact matches, prefixes, words within, and similar spellings; no server is started.

    Example: exominer find miR-21
    """
    from miner.corpus import Corpus
    from miner.workflow.find import FOUND_COLUMNS, EntityIndex

    require_claims(context.obj)
    with Corpus(context.obj.corpus_path) as corpus:
        found = EntityIndex(corpus).find(text, limit)
        if report or bib or ris:
            from miner.workflow.answers import cite_entities

            write_files(cite_entities(corpus, text, found), report, bib, ris)
    if as_json:
        print_json([asdict(entity) for entity in found])
    elif found:
        print_table(FOUND_COLUMNS, [entity.as_row() for entity in found])
    else:
        say(f"no entity named {text!r}, nor one with a similar name - try a shorter part of the name")
