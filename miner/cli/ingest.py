"""`ingest`, `harvest`, `update`, `sources` and `rejects`: what comes into the corpus, and what did not."""

import sys
import tomllib
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from miner.cli.output import print_json, print_table, progress, say
from miner.errors import UsageError
from miner.settings import Settings

if TYPE_CHECKING:
    from miner.corpus import Added, SearchState
    from miner.http import Http
    from miner.identifiers import Identifier
    from miner.sources.harvest import Search

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
Pmid = Annotated[list[str] | None, typer.Option(help="A PubMed id; may be given many times.")]
Pmcid = Annotated[list[str] | None, typer.Option(help="A PubMed Central id.")]
Doi = Annotated[list[str] | None, typer.Option(help="A DOI.")]
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
    _run(context.obj, _plan(what, since, until, pmid, pmcid, doi, ids, recipe), dry_run, as_json, (processes, model))


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
    _run(context.obj, _plan(what, since, until, pmid, pmcid, doi, ids, recipe), dry_run, as_json, None)


def update(context: typer.Context, processes: Processes = 1, model: Model = None, as_json: AsJson = False) -> None:
    """Run all saved searches again from where each stopped, then extract and load what is new.

    Example: exominer update
    """
    from miner.corpus import Corpus
    from miner.pipeline import search_of

    with Corpus(context.obj.corpus_path) as corpus:
        searches = [search_of(s.spec) for s in corpus.searches()]
    if not searches:
        say("no saved searches yet - make one with: exominer ingest pubmed 'exosomes AND neoplasms'")
    _run(context.obj, ([], searches), False, as_json, (processes, model), updating=True)


def sources(context: typer.Context, as_json: AsJson = False) -> None:
    """Show each saved search: what was asked, when, what the service reported, what came in, where it stopped.

    Example: exominer sources --json
    """
    from miner.corpus import Corpus

    with Corpus(context.obj.corpus_path) as corpus:
        states = corpus.searches()
    if as_json:
        print_json([state_as_dict(s) for s in states])
        return
    print_table(
        ("source", "asked", "state", "hits", "fetched", "new", "changed", "rejected", "started", "why"),
        [
            (
                row["source"], row["asked"], row["state"], row["hits"], row["fetched"], row["new"], row["changed"],
                row["rejected"], row["started"], row["reason"],
            )
            for row in map(state_as_dict, states)
        ],
    )  # fmt: skip


def rejects(context: typer.Context, as_json: AsJson = False) -> None:
    """Show what could not be taken in, and why.

    Example: exominer rejects --json
    """
    from miner.corpus import Corpus

    with Corpus(context.obj.corpus_path) as corpus:
        kept = corpus.rejects()
    if as_json:
        print_json([{"source": r.source, "item": r.item, "reason": r.reason, "payload": r.payload} for r in kept])
    else:
        print_table(("source", "item", "reason"), [(r.source, r.item, r.reason) for r in kept])


def state_as_dict(state: "SearchState") -> dict[str, Any]:
    """A search's state as `sources --json` prints it."""
    from miner.pipeline import search_of

    search = search_of(state.spec)
    dates = f" {search.since or ''}..{search.until or ''}" if search.since or search.until else ""
    return {
        "source": search.source,
        "asked": (search.query or f"{len(search.ids)} ids") + dates,
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


Plan = tuple[list[str], "list[Search]"]


def _plan(
    what: list[str] | None,
    since: datetime | None,
    until: datetime | None,
    pmid: list[str] | None,
    pmcid: list[str] | None,
    doi: list[str] | None,
    ids: str | None,
    recipe: Path | None,
) -> Plan:
    """The files to read and the searches to run; UsageError where the words do not go together."""
    from miner.pipeline import SOURCES
    from miner.sources.harvest import Search

    named = tuple(_identifiers(pmid, pmcid, doi, ids))
    words = what or []
    searches = _recipe(recipe) if recipe else []
    if words and words[0] in SOURCES:
        if len(words) > 2:
            raise UsageError(f"{words[0]} takes one query, not {len(words) - 1} - put quotes around it")
        query = words[1] if len(words) == 2 else None
        searches.append(Search(words[0], query, _day(since), _day(until), named))
        words = []
    elif named:
        if words:
            raise UsageError("ids go with a source, not with files - say which, as in: exominer ingest pubmed --pmid 1")
        searches.append(Search("pubmed", None, _day(since), _day(until), named))
    elif since or until:
        raise UsageError(
            "--since and --until go with a source, as in: exominer ingest pubmed 'exosomes' --since 2024-01-01"
        )
    if not words and not searches:
        raise UsageError("nothing to take in - name files, or a source with a query; see: exominer ingest --help")
    return words, searches


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


def _identifiers(
    pmid: list[str] | None, pmcid: list[str] | None, doi: list[str] | None, ids: str | None
) -> "Iterator[Identifier]":
    from miner.identifiers import recognise

    words = [*(pmid or []), *(pmcid or []), *(doi or [])]
    if ids is not None:
        try:
            text = sys.stdin.read() if ids == "-" else Path(ids).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(
                f"{ids}: the ids cannot be read ({error}) - give a text file with one id a line"
            ) from error
        words += [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    for word in dict.fromkeys(words):
        identifier = recognise(word)
        if identifier is None:
            raise UsageError(f"{word!r} is no PMID, PMCID or DOI - see: exominer ingest --help")
        yield identifier


def _recipe(path: Path) -> "list[Search]":
    from miner.pipeline import SOURCES
    from miner.sources.harvest import Search

    try:
        recipe = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{path}: the recipe cannot be read ({error}) - see pipelines/exosome_cancer.toml") from error
    found = []
    for entry in recipe.get("search", []):
        unknown = set(entry) - {"source", "query", "since", "until"}
        if unknown or entry.get("source") not in SOURCES:
            wrong = ", ".join(sorted(unknown)) or f"source {entry.get('source')!r}"
            raise UsageError(f"{path}: a search has an unknown {wrong} - see pipelines/exosome_cancer.toml")
        found.append(Search(entry["source"], entry.get("query"), entry.get("since"), entry.get("until")))
    if not found:
        raise UsageError(f"{path}: the recipe names no [[search]] - see pipelines/exosome_cancer.toml")
    return found


def _run(
    settings: Settings,
    plan: Plan,
    dry_run: bool,
    as_json: bool,
    reading: tuple[int, str | None] | None,
    updating: bool = False,
) -> None:
    """Take in, then extract and load if `reading` (processes, model) is given; exit 1 or 3 if something failed."""
    from miner.corpus import Added, Corpus
    from miner.http import Http
    from miner.pipeline import harvest, load_graph, read_pending, take_in_files

    files, searches = plan
    http = Http.from_environment(settings.cache, fresh=updating)
    if dry_run:
        _count(searches, http, as_json)
        return
    with Corpus(settings.corpus_path) as corpus:
        with progress() as bar:
            added = take_in_files(files, corpus, bar) if files else Added()
            states = [harvest(search, corpus, http, bar, updating) for search in searches]
            read = read_pending(corpus, bar, *reading) if reading else None
            loaded = load_graph(settings, corpus, bar) if reading else None
        report = {
            "files": asdict(added),
            "searches": [state_as_dict(s) for s in states],
            "read": asdict(read) if read else None,
            "loaded": asdict(loaded) if loaded else None,
            "corpus": corpus.counts(),
        }
        new_rejects = corpus.rejects()[-added.rejected :] if added.rejected else []
    for reject in new_rejects:
        say(f"rejected {reject.item}: {reject.reason}")
    if as_json:
        print_json(report)
    else:
        _tell(report)
    _leave(states, added)


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
    say(f"corpus: {corpus['works']} articles, {corpus['claims']} claims, {corpus['rejects']} rejects")


def _leave(states: "list[SearchState]", added: "Added") -> None:
    """Exit 1 if a search did not come to its end, 3 if something was rejected."""
    if any(s.state != "complete" for s in states):
        raise typer.Exit(1)
    if added.rejected or any(s.rejected for s in states):
        raise typer.Exit(3)


def _count(searches: "list[Search]", http: "Http", as_json: bool) -> None:
    from miner.pipeline import harvester_of

    found = [
        {"source": s.source, "asked": s.query or f"{len(s.ids)} ids", "hits": harvester_of(s.source).count(s, http)}
        for s in searches
    ]
    if as_json:
        print_json(found)
    else:
        print_table(("source", "asked", "hits"), [tuple(row.values()) for row in found])
