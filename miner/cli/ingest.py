"""`ingest`, `harvest`, `update`, `sources` and `rejects`: what comes into the corpus, and what did not."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from miner.cli.output import print_json, print_table, say
from miner.cli.plan import Asked, Plan, plan
from miner.cli.progress import progress
from miner.errors import ExominerError, UsageError
from miner.settings import Settings

if TYPE_CHECKING:
    from miner.corpus import Added, Corpus, SearchState
    from miner.http.client import HttpClient
    from miner.model.articles import Reject
    from miner.model.reporter import Reporter
    from miner.sources.base import Search

What = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[PATH]... | SOURCE [QUERY]",
        help="Files, folders or - for stdin; or one of pubmed, pubmed-bulk, europepmc, crossref, biorxiv, medrxiv,"
        " jci, and what to search it for.",
    ),
]
Since = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Only what was published from this day on.")]
Until = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Only what was published up to this day.")]
Pmid = Annotated[list[str] | None, typer.Option(help="A PubMed id, or several with commas; may be given many times.")]
Pmcid = Annotated[list[str] | None, typer.Option(help="A PubMed Central id, likewise.")]
Doi = Annotated[list[str] | None, typer.Option(help="A DOI, likewise.")]
Ids = Annotated[str | None, typer.Option(help="A file of ids, one a line, of any kind; - for stdin.")]
Recipe = Annotated[Path | None, typer.Option(help="A TOML file that names a set of searches.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say how much there is, fetch nothing.")]
Processes = Annotated[int, typer.Option(min=1, help="Processes that read texts at the same time.")]
Model = Annotated[str | None, typer.Option(help="A scispaCy model to find entities with, if you have it.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    for command in (ingest, harvest, update, sources, rejects):
        app.command()(command)


def ingest(
    context: typer.Context,
    what: What = None,
    since: Since = None,
    until: Until = None,
    pmid: Pmid = None,
    pmcid: Pmcid = None,
    doi: Doi = None,
    ids: Ids = None,
    recipe: Recipe = None,
    dry_run: DryRun = False,
    processes: Processes = 1,
    model: Model = None,
    as_json: AsJson = False,
) -> None:
    """Take articles in, extract their claims and load them into the graph.

    Example: exominer ingest library.nbib examples/

    Example: exominer ingest pubmed 'exosomes AND neoplasms' --since 2024-01-01
    """
    _run(
        context.obj,
        plan(Asked(what, since, until, pmid, pmcid, doi, ids, recipe)),
        dry_run,
        as_json,
        (processes, model),
    )


def harvest(
    context: typer.Context,
    what: What = None,
    since: Since = None,
    until: Until = None,
    pmid: Pmid = None,
    pmcid: Pmcid = None,
    doi: Doi = None,
    ids: Ids = None,
    recipe: Recipe = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Take articles into the corpus and stop there: no extraction, no graph.

    Example: exominer harvest europepmc 'exosome AND glioblastoma' --dry-run
    """
    _run(context.obj, plan(Asked(what, since, until, pmid, pmcid, doi, ids, recipe)), dry_run, as_json, None)


def update(
    context: typer.Context,
    processes: Processes = 1,
    model: Model = None,
    harvest_only: Annotated[bool, typer.Option("--harvest-only", help="Stop after fetching, as harvest does.")] = False,
    as_json: AsJson = False,
) -> None:
    """Run all saved searches again from where each stopped, then extract and load what is new.

    Example: exominer update
    """
    from miner.corpus import Corpus
    from miner.workflow.harvest import load_search

    with Corpus(context.obj.corpus_path) as corpus:
        searches = [load_search(s.spec) for s in corpus.searches()]
    if not searches:
        say("no saved searches yet - make one with: exominer ingest pubmed 'exosomes AND neoplasms'")
    _run(context.obj, Plan([], searches), False, as_json, None if harvest_only else (processes, model), updating=True)


def sources(
    context: typer.Context,
    forget: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Drop saved search N; what it brought stays.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show each saved search: what was asked, when, what the service reported, what came in, where it stopped.

    Example: exominer sources --json
    """
    from miner.corpus import Corpus

    with Corpus(context.obj.corpus_path) as corpus:
        states = corpus.searches()
        if forget is not None:
            if forget > len(states):
                raise UsageError(f"there is no saved search {forget} - see: exominer sources")
            corpus.forget_search(states[forget - 1].spec)
            row = state_as_dict(states[forget - 1])
            say(f"forgot {row['source']} {row['asked']}; what it brought stays")
            states = corpus.searches()
    rows = [{"number": number, **state_as_dict(state)} for number, state in enumerate(states, start=1)]
    if as_json:
        print_json(rows)
        return
    columns = ("number", "source", "asked", "state", "hits", "fetched", "new", "changed", "rejected", "started")
    print_table((*columns, "why"), [(*(row[name] for name in columns), row["reason"]) for row in rows])


def rejects(
    context: typer.Context,
    retry: Annotated[
        bool, typer.Option("--retry", help="Try again what can be had again: files, and ids at their source.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show what could not be taken in, and why.

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
    else:
        print_table(("source", "item", "reason"), [(r.source, r.item, r.reason) for r in kept])
    if retried:
        say(f"tried {retried.tried} again: {retried.taken_in} taken in; {len(kept)} rejects are left")
        for failure in retried.failures:
            say(f"error: {failure}")
        raise typer.Exit(1 if retried.failures else 3 if retried.tried > retried.taken_in else 0)


def state_as_dict(state: "SearchState") -> dict[str, Any]:
    """A search's state as `sources --json` prints it."""
    from miner.workflow.harvest import asked, load_search

    search = load_search(state.spec)
    return {
        "source": search.source,
        "asked": asked(search),
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


def _run(
    settings: Settings,
    asked_for: Plan,
    dry_run: bool,
    as_json: bool,
    reading: tuple[int, str | None] | None,
    updating: bool = False,
) -> None:
    """Take in, then extract and load if `reading` (processes, model) is given; exit 1 or 3 if something failed."""
    from miner.corpus import Added, Corpus
    from miner.http.client import HttpClient
    from miner.workflow.files import ingest_files
    from miner.workflow.graph import load_graph
    from miner.workflow.reading import read_pending

    files, searches, rejects = asked_for
    http = HttpClient.from_settings(settings, fresh=updating)
    if dry_run:
        _count(files, searches, http, settings, as_json)
        return
    with Corpus(settings.corpus_path) as corpus:
        with progress() as reporter:
            added = ingest_files(files, corpus, reporter, _tell_reject) if files else Added()
            added += corpus.add((), rejects)
            states, wrong = _harvest_all(searches, corpus, http, settings, reporter, updating)
            read = read_pending(corpus, reporter, *reading) if reading else None
            loaded = load_graph(settings, corpus, reporter) if reading else None
        report = {
            "files": asdict(added),
            "searches": [state_as_dict(s) for s in states],
            "read": asdict(read) if read else None,
            "loaded": asdict(loaded) if loaded else None,
            "corpus": corpus.counts(),
        }
    if as_json:
        print_json(report)
    else:
        _tell(report)
    for error in wrong:
        say(f"error: {error}")
    if wrong:
        raise typer.Exit(UsageError.exit_code)
    _leave(states, added)


def _harvest_all(
    searches: "list[Search]",
    corpus: "Corpus",
    http: "HttpClient",
    settings: Settings,
    reporter: "Reporter",
    updating: bool,
) -> tuple["list[SearchState]", list[str]]:
    """Run every search, whatever became of the others; also what is wrong with those that cannot be asked at all."""
    from miner.workflow.harvest import harvest

    states, wrong = [], []
    for search in searches:
        try:
            states.append(harvest(search, corpus, http, settings, reporter, updating))
        except UsageError as error:
            if len(searches) == 1:
                raise
            wrong.append(f"{search.source}: {error}")
    return states, wrong


def _tell_reject(reject: "Reject") -> None:
    say(f"rejected {reject.item}: {reject.reason}")


def _tell(report: dict[str, Any]) -> None:
    files, corpus = report["files"], report["corpus"]
    if any(files.values()):
        say("files: {new} new, {changed} changed, {same} known, {rejected} rejected".format(**files))
    for search in report["searches"]:
        say(
            f"{search['source']} {search['asked']}: {search['state']}, fetched {search['fetched']} of"
            f" {'?' if search['hits'] is None else search['hits']} ({search['new']} new, {search['changed']} changed,"
            f" {search['rejected']} rejected){': ' + search['reason'] if search['reason'] else ''}"
        )
    if report["read"]:
        say(f"read {report['read']['texts']} texts: {report['read']['claims']} claims")
    if report["loaded"]:
        say(f"graph: {report['loaded']['pairs']} pairs of entities brought up to date")
    if any(search["rejected"] for search in report["searches"]):
        say("what was rejected, and why: exominer rejects")
    say(f"corpus: {corpus['works']} articles, {corpus['claims']} claims, {corpus['rejects']} rejects")


def _leave(states: "list[SearchState]", added: "Added") -> None:
    """Exit 1 if a search did not come to its end, 3 if something was rejected."""
    if any(s.state != "complete" for s in states):
        raise typer.Exit(1)
    if added.rejected or any(s.rejected for s in states):
        raise typer.Exit(3)


def _count(files: list[str], searches: "list[Search]", http: "HttpClient", settings: Settings, as_json: bool) -> None:
    """Show how much there is; exit 1 if a source could not say."""
    from miner.formats.files import read_all
    from miner.model.articles import Article
    from miner.workflow.harvest import asked, get_harvester

    found: list[dict[str, Any]] = [
        {
            "source": "file",
            "asked": path,
            "hits": sum(isinstance(record, Article) for record in read_all([path])),
            "reason": None,
        }
        for path in files
    ]
    for search in searches:
        hits, reason = None, None
        try:
            hits = get_harvester(search.source, settings).count(search, http)
        except ExominerError as error:
            if isinstance(error, UsageError) and len(searches) == 1:
                raise
            reason = str(error)
            say(f"error: {search.source}: {reason}")
        found.append({"source": search.source, "asked": asked(search), "hits": hits, "reason": reason})
    if as_json:
        print_json(found)
    else:
        print_table(("source", "asked", "hits"), [(row["source"], row["asked"], row["hits"]) for row in found])
    if any(row["hits"] is None for row in found):
        raise typer.Exit(1)
