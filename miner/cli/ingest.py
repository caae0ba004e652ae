"""`ingest`, `harvest` and `update`: import articles, extract their claims and load them."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from miner.cli.engine import EngineName, EngineOption, Model, Processes, Scheduler, make_engine, report_failures
from miner.cli.output import AsJson, print_json, print_table, say
from miner.cli.plan import Arguments, Plan, plan
from miner.cli.progress import progress
from miner.cli.sources import NO_SEARCHES, state_as_dict
from miner.errors import ExominerError, UsageError
from miner.settings import Settings

if TYPE_CHECKING:
    from miner.corpus import Corpus, SearchState
    from miner.formats.summary import FileSummary
    from miner.http.client import HttpClient
    from miner.model.reporter import Reporter
    from miner.sources.base import Search
    from miner.workflow.shards import Engine

What = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[PATH]... | SOURCE [QUERY]",
        help="Files, folders or - for stdin; or one of pubmed, pubmed-bulk, europepmc, crossref, biorxiv, medrxiv,"
        " jci, and a query.",
    ),
]
Since = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Only articles from this day on.")]
Until = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Only articles up to this day.")]
Pmid = Annotated[list[str] | None, typer.Option(help="A PubMed id, or several separated by commas; may be repeated.")]
Pmcid = Annotated[list[str] | None, typer.Option(help="A PubMed Central id; likewise.")]
Doi = Annotated[list[str] | None, typer.Option(help="A DOI; likewise.")]
Ids = Annotated[str | None, typer.Option(help="A file of PMIDs, PMCIDs and DOIs, one a line; - for stdin.")]
Recipe = Annotated[Path | None, typer.Option(help="A TOML file of searches.")]
Fetch = Annotated[
    bool, typer.Option("--fetch", help="Fetch from PubMed the records of files that have a PMID and no abstract.")
]
FullText = Annotated[
    bool, typer.Option("--fulltext", help="Fetch the full text of open-access articles too; europepmc only.")
]
License = Annotated[
    str | None,
    typer.Option(
        metavar="LIST", help="Import only articles under these licenses, such as cc-by,cc0; none for those without one."
    ),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Count the articles; fetch nothing.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    for command in (ingest, harvest, update):
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
    fetch: Fetch = False,
    fulltext: FullText = False,
    license: License = None,
    dry_run: DryRun = False,
    processes: Processes = 0,
    model: Model = None,
    engine: EngineOption = EngineName.processes,
    scheduler: Scheduler = None,
    as_json: AsJson = False,
) -> None:
    """Import articles, extract their claims and load them into the graph.

    Example: exominer ingest library.nbib examples/

    Example: exominer ingest pubmed 'exosomes AND neoplasms' --since 2024-01-01

    Example: exominer ingest europepmc 'exosomes AND glioma' --fulltext --license cc-by,cc0
    """
    _run(
        context.obj,
        plan(Arguments(what, since, until, pmid, pmcid, doi, ids, recipe, fulltext, license)),
        dry_run,
        as_json,
        make_engine(processes, model, engine, scheduler),
        fetch=fetch,
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
    fetch: Fetch = False,
    fulltext: FullText = False,
    license: License = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Import articles into the corpus and stop there: no extraction, no graph.

    Example: exominer harvest europepmc 'exosome AND glioblastoma' --dry-run
    """
    _run(
        context.obj,
        plan(Arguments(what, since, until, pmid, pmcid, doi, ids, recipe, fulltext, license)),
        dry_run,
        as_json,
        None,
        fetch=fetch,
    )


def update(
    context: typer.Context,
    processes: Processes = 0,
    model: Model = None,
    engine: EngineOption = EngineName.processes,
    scheduler: Scheduler = None,
    harvest_only: Annotated[bool, typer.Option("--harvest-only", help="Stop after fetching, as harvest does.")] = False,
    as_json: AsJson = False,
) -> None:
    """Run all saved searches again, each from where it stopped, then extract and load what is new.

    As a scheduled job it asks nothing and runs once at a time. The last lines say what came, and what retractions took
    along; `update.log` in the workspace keeps them. Exits with 1 if a search failed, with 3 if records were rejected.

    Example: exominer update
    """
    from miner.cli.scheduled import one_update
    from miner.corpus import Corpus
    from miner.workflow.harvest import load_search

    with Corpus(context.obj.corpus_path) as corpus:
        searches = [load_search(s.spec) for s in corpus.searches()]
    if not searches:
        say(NO_SEARCHES)
    reading = None if harvest_only else make_engine(processes, model, engine, scheduler)
    with one_update(context.obj):
        _run(context.obj, Plan([], searches), False, as_json, reading, updating=True)


def _run(
    settings: Settings,
    asked_for: Plan,
    dry_run: bool,
    as_json: bool,
    engine: "Engine | None",
    updating: bool = False,
    fetch: bool = False,
) -> None:
    """Import, then extract and load if an `engine` is given; exit 1 or 3 if something failed.

    With `fetch`, records of files without an abstract are fetched from PubMed too.
    """
    from miner.corpus import Added, Corpus
    from miner.http.client import HttpClient
    from miner.model.identifiers import Identifier
    from miner.sources.base import Search
    from miner.workflow.files import ingest_files
    from miner.workflow.graph import load_graph
    from miner.workflow.reading import read_pending

    files, searches, rejects, licenses = asked_for
    http = HttpClient.from_settings(settings, fresh=updating)
    if dry_run:
        _count(files, searches, http, settings, as_json)
        return
    with Corpus(settings.corpus_path) as corpus:
        with progress() as reporter:
            on_file = _FileReport(reporter)
            added = ingest_files(files, corpus, reporter, on_file, licenses) if files else Added()
            added += corpus.add((), rejects)
            for reject in rejects:
                reporter.message(f"rejected {reject.item}: {reject.reason}")
            if fetch and on_file.pmids:
                searches = [*searches, Search("pubmed", ids=tuple(Identifier("pmid", p) for p in on_file.pmids))]
            states, wrong = _harvest_all(searches, corpus, http, settings, reporter, updating)
            read = read_pending(corpus, reporter, engine) if engine else None
            loaded = load_graph(settings, corpus, reporter) if engine else None
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
        _print_report(report)
        if loaded and not settings.neo4j_uri:
            _mention_server(settings)
    for error in wrong:
        say(f"error: {error}")
    if wrong:
        raise typer.Exit(UsageError.exit_code)
    _exit(states, refused=on_file.refused or bool(rejects) or bool(read and read.failures))


def _harvest_all(
    searches: "list[Search]",
    corpus: "Corpus",
    http: "HttpClient",
    settings: Settings,
    reporter: "Reporter",
    updating: bool,
) -> tuple["list[SearchState]", list[str]]:
    """Run every search, even if others fail; also the errors of searches that are not possible at all."""
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


class _FileReport:
    """Prints a line for each file, and keeps the PMIDs of records that came without an abstract.

    After many files, only those are printed of which something was rejected.
    """

    MAX_LINES = 100

    def __init__(self, reporter: "Reporter") -> None:
        self._reporter = reporter
        self._lines = 0
        self.pmids: dict[str, None] = {}
        self.refused = False
        """Whether some file had something rejected and gave no article."""

    def __call__(self, summary: "FileSummary") -> None:
        self._lines += 1
        if self._lines <= self.MAX_LINES or summary.rejected:
            self._reporter.message(summary.describe())
        if self._lines == self.MAX_LINES:
            self._reporter.message("… of further files, those are shown of which something is rejected")
        if summary.advice and self._lines <= self.MAX_LINES:
            self._reporter.message(f"{summary.name}: {summary.advice}")
        self.pmids |= dict.fromkeys(summary.pmids_to_fetch)
        self.refused |= bool(summary.rejected and not summary.articles)


def _print_report(report: dict[str, Any]) -> None:
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
        say(f"extracted {report['read']['claims']} claims from {report['read']['texts']} texts")
        report_failures(report["read"]["failures"])
    if report["loaded"]:
        say(f"graph: {report['loaded']['pairs']} pairs of entities updated")
    if any(search["rejected"] for search in report["searches"]):
        say("see what was rejected, and why: exominer rejects")
    say(f"corpus: {corpus['works']} articles, {corpus['claims']} claims, {corpus['rejects']} rejects")


def _mention_server(settings: Settings) -> None:
    """Say that the embedded server goes on running, and how to stop it."""
    from miner.workflow.graph import embedded_server

    if embedded_server(settings).status().running:
        say("the embedded Neo4j keeps running, ready for queries - stop it with: exominer graph stop")


def _exit(states: "list[SearchState]", refused: bool) -> None:
    """Exit with 1 if a search is not complete, with 3 if a file, an id or a text was refused.

    A file that was read with some of its records rejected is no failure: its line names them.
    """
    if any(s.state != "complete" for s in states):
        raise typer.Exit(1)
    if refused or any(s.rejected for s in states):
        raise typer.Exit(3)


def _count(files: list[str], searches: "list[Search]", http: "HttpClient", settings: Settings, as_json: bool) -> None:
    """Show how many articles there are; exit with 1 if a source cannot tell."""
    from miner.formats.files import read_all
    from miner.model.articles import Article
    from miner.sources import get_harvester
    from miner.workflow.harvest import describe

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
        found.append({"source": search.source, "asked": describe(search), "hits": hits, "reason": reason})
    if as_json:
        print_json(found)
    else:
        print_table(("source", "asked", "hits"), [(row["source"], row["asked"], row["hits"]) for row in found])
    if any(row["hits"] is None for row in found):
        raise typer.Exit(1)
