"""`compare`: which claims a database holds, and which are new."""

from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from miner.cli.output import AsJson, print_json, print_records, say
from miner.cli.progress import progress
from miner.cli.statements import statement
from miner.cli.verdicts import update_graph
from miner.cli.workspace import require_claims
from miner.errors import UsageError

if TYPE_CHECKING:
    from miner.corpus import Corpus
    from miner.model.assertions import Assertion

_SHOWN = 20


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(compare)


def _column(what: str) -> Any:
    return typer.Option(help=f"The column of {what}, where the file has a name of its own for it.", show_default=False)


def compare(
    context: typer.Context,
    file: Annotated[
        Path | None, typer.Argument(help="CSV or TSV as downloaded; without it, the databases compared before.")
    ] = None,
    name: Annotated[str, typer.Option(help="The database's name; by default as the file's name has it.")] = "",
    cargo: Annotated[str, _column("the cargo, or the miRNA of a target")] = "",
    vesicle: Annotated[str, _column("the kind of vesicle")] = "",
    cancer: Annotated[str, _column("the cancer or disease")] = "",
    target: Annotated[str, _column("the target of the miRNA")] = "",
    experiments: Annotated[
        Path | None,
        typer.Option(help="The database's file of experiments, which has their vesicles and samples.", dir_okay=False),
    ] = None,
    forget: Annotated[str, typer.Option(help="Forget the database of this name.", metavar="NAME")] = "",
    as_json: AsJson = False,
) -> None:
    """Say which claims a database holds, which with another vesicle or cancer only, and which are new.

    Reads files of Vesiclepedia, ExoCarta, exoRBase, EVmiRNA, miRandola and miRTarBase, and any table with a column of
    cargo. What they hold is kept in the workspace: answers have a column `novelty` from then on, also for later papers.

    Example: exominer compare VESICLEPEDIA_PROTEIN_MRNA_DETAILS_5.1.txt
    """
    from miner.corpus import Corpus
    from miner.workflow.compare import COMPARABLE
    from miner.workflow.compare import compare as run

    require_claims(context.obj)
    columns = {"cargo": cargo, "vesicle": vesicle, "cancer": cancer, "target": target}
    with Corpus(context.obj.corpus_path) as corpus:
        if forget:
            if not corpus.remove_database(forget, COMPARABLE):
                raise UsageError(f"no database {forget} was compared - see: exominer compare")
            say(f"{forget} is forgotten")
        if file is not None:
            with progress() as reporter:
                given = {role: column for role, column in columns.items() if column}
                found = run(corpus, file, reporter, name, given, experiments)
            say(
                f"{found.database}: {found.facts} facts from {found.rows} rows; {found.unknown} rows name cargo that no"
                " vocabulary has"
            )
        if file is not None or forget:
            update_graph(context.obj, corpus)
        _show(corpus, as_json)


def _show(corpus: "Corpus", as_json: bool) -> None:
    from miner.workflow.compare import by_year, compared_claims

    databases = corpus.databases()
    if not databases:
        raise UsageError("no database was compared yet - give a file, such as VESICLEPEDIA_PROTEIN_MRNA_DETAILS.txt")
    claims = compared_claims(corpus)
    years = by_year(claims)
    if as_json:
        rows = [_row(corpus, claim) for claim in claims]
        print_json(
            {"databases": [asdict(d) for d in databases], "claims": rows, "years": [asdict(year) for year in years]}
        )
        return
    if claims:
        print_records([_row(corpus, claim) for claim in claims[:_SHOWN]])
        if years:
            print_records([asdict(year) for year in years])
    counts = Counter(claim.novelty for claim in claims)
    names = ", ".join(database.name for database in databases)
    rest = f"; the first {_SHOWN} are shown, all with --json" if len(claims) > _SHOWN else ""
    say(
        f"against {names}: {counts['known']} claims known, {counts['other context']} with another vesicle or cancer"
        f" only, {counts['not there']} not there{rest}"
    )


def _row(corpus: "Corpus", claim: "Assertion") -> dict[str, Any]:
    from miner.workflow.curation import names_in

    return {
        "claim": statement(claim, names_in(corpus, claim)).plain,
        "novelty": claim.novelty,
        "known_in": list(claim.known_in),
        "known_otherwise_in": list(claim.known_otherwise_in),
        "belief": claim.tally.belief,
        "papers": claim.tally.papers,
        "first_year": claim.tally.first_year,
        "assertion": claim.id,
    }
