"""`sources` and `rejects`: the saved searches, and what could not be imported."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from miner.cli.output import AsJson, print_json, print_table, say
from miner.cli.progress import progress
from miner.errors import UsageError

if TYPE_CHECKING:
    from miner.corpus import SearchState

NO_SEARCHES = "no saved searches yet - make one with: exominer ingest pubmed 'exosomes AND neoplasms'"


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command()(sources)
    app.command()(rejects)


def sources(
    context: typer.Context,
    forget: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Forget saved search N; its articles stay.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show each saved search: query, time, hits that the service reported, articles fetched, and why it stopped.

    Example: exominer sources --json
    """
    from miner.corpus import Corpus
    from miner.workflow.harvest import saved_searches

    with Corpus(context.obj.corpus_path) as corpus:
        states = saved_searches(corpus)
        if forget is not None:
            if forget > len(states):
                raise UsageError(f"there is no saved search {forget} - see: exominer sources")
            corpus.forget_search(states[forget - 1].spec)
            row = state_as_dict(states[forget - 1])
            say(f"forgot {row['source']} {row['asked']}; its articles stay")
            states = saved_searches(corpus)
    rows = [{"number": number, **state_as_dict(state)} for number, state in enumerate(states, start=1)]
    if as_json:
        print_json(rows)
        return
    if not rows:
        say(NO_SEARCHES)
        return
    columns = ("number", "source", "asked", "state", "hits", "fetched", "new", "changed", "rejected", "started")
    print_table((*columns, "why"), [(*(row[name] for name in columns), row["reason"]) for row in rows])


def rejects(
    context: typer.Context,
    retry: Annotated[
        bool, typer.Option("--retry", help="Try again: read files anew, and fetch ids from their source.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show what could not be imported, and why.

    Example: exominer rejects --retry
    """
    from miner.corpus import Corpus
    from miner.http.client import HttpClient
    from miner.workflow.rejects import retry_rejects

    retried = None
    with Corpus(context.obj.corpus_path) as corpus:
        if retry:
            http = HttpClient.from_settings(context.obj, fresh=True)
            with progress() as reporter:
                retried = retry_rejects(corpus, http, context.obj, reporter)
        kept = corpus.rejects()
    if as_json:
        print_json([{"source": r.source, "item": r.item, "reason": r.reason, "payload": r.payload} for r in kept])
    elif kept:
        print_table(("source", "item", "reason"), [(r.source, r.item, r.reason) for r in kept])
    elif not retried:
        say("no rejects: all that was given was imported")
    if retried:
        say(f"tried {retried.tried} again: {retried.taken_in} imported; {len(kept)} rejects are left")
        for failure in retried.failures:
            say(f"error: {failure}")
        raise typer.Exit(1 if retried.failures else 3 if retried.tried > retried.taken_in else 0)


def state_as_dict(state: "SearchState") -> dict[str, Any]:
    """A search's state as `sources --json` prints it."""
    from miner.workflow.harvest import describe, load_search

    search = load_search(state.spec)
    return {
        "source": search.source,
        "asked": describe(search),
        "state": state.state,
        "hits": state.hits,
        "fetched": state.fetched,
        "new": state.new,
        "changed": state.changed,
        "rejected": state.rejected,
        "started": state.started,
        "ended": state.ended,
        "complete_through": state.complete_through,
        "cursor": state.cursor,
        "reason": state.reason,
    }
