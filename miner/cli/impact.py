"""`impact`: show the claims and beliefs that depend on one paper."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from miner.cli.output import AsJson, print_json, print_records, say
from miner.cli.statements import statement
from miner.cli.workspace import require_claims
from miner.errors import UsageError

if TYPE_CHECKING:
    from miner.corpus import Corpus
    from miner.workflow.impact import Impact


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(impact)


def impact(
    context: typer.Context,
    paper: Annotated[str, typer.Argument(help="A PMID, PMCID or DOI.")],
    as_json: AsJson = False,
) -> None:
    """Show which claims only this paper supports, and which beliefs change without it.

    For a retracted paper, show the claims and beliefs as they were before the retraction.

    Example: exominer impact 29254156
    """
    from miner.corpus import Corpus
    from miner.workflow.impact import impact_of

    require_claims(context.obj)
    with Corpus(context.obj.corpus_path) as corpus:
        work = corpus.find_work(paper)
        if work is None:
            raise UsageError(f"{paper}: no such paper in this corpus - give its PMID, PMCID or DOI")
        found = impact_of(corpus, work.id)
        rows = [_row(corpus, change) for change in found]
    if as_json:
        print_json({"work": work.id, "retracted": work.retracted, "claims": rows})
        return
    if rows:
        print_records(rows)
    alone = sum(change.alone for change in found)
    state = " (retracted, compared as if it still counted)" if work.retracted else ""
    say(f"{work.id}{state}: {alone} claims rest on it alone, {len(found) - alone} others are believed less without it")


def _row(corpus: "Corpus", change: "Impact") -> dict[str, Any]:
    from miner.workflow.curation import names_in

    assertion = change.assertion
    return {
        "claim": statement(assertion, names_in(corpus, assertion)).plain,
        "belief": assertion.tally.belief,
        "without_it": change.belief_without,
        "papers": assertion.tally.papers,
        "alone": change.alone,
        "assertion": assertion.id,
    }
