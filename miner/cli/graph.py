"""`graph …` and `stats`: the graph database."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from miner.cli.output import AsJson, print_json, print_table, say
from miner.cli.progress import progress
from miner.cli.workspace import require_articles, require_graph
from miner.errors import UsageError
from miner.model.reporter import SILENT

if TYPE_CHECKING:
    from miner.graph.connection import Connection
    from miner.model.reporter import Reporter
    from miner.neo4j_server.server import EmbeddedServer
    from miner.settings import Settings


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    group = typer.Typer(no_args_is_help=True, help="The graph database: start, stop, status, reset, browse, load…")
    for command in (start, stop, status, reset, browse, load, rebuild, check):
        group.command()(command)
    app.add_typer(group, name="graph")
    app.command()(stats)


def start(context: typer.Context) -> None:
    """Start the embedded server if it is not running. Commands that need it start it by themselves.

    Example: exominer graph start
    """
    with progress() as reporter:
        status = _server(context.obj, reporter).start()
    say(f"the embedded Neo4j {status.version} runs at {status.bolt_uri} - stop it with: exominer graph stop")


def stop(context: typer.Context) -> None:
    """Stop the embedded server.

    Example: exominer graph stop
    """
    say("stopped" if _server(context.obj).stop() else "it was not running")


def status(context: typer.Context, as_json: AsJson = False) -> None:
    """Show whether the embedded server runs, its address, and the size of its store.

    Example: exominer graph status --json
    """
    found = asdict(_server(context.obj).status())
    if as_json:
        print_json(found)
    else:
        print_table(("property", "value"), list(found.items()))


def reset(
    context: typer.Context, yes: Annotated[bool, typer.Option("--yes", help="Do not ask first.")] = False
) -> None:
    """Stop the embedded server and delete its data. The corpus stays; `exominer graph load` fills the graph again.

    Example: exominer graph reset --yes
    """
    if not yes:
        typer.confirm("Delete the embedded graph? The corpus stays.", abort=True, err=True)
    _server(context.obj).reset()
    say("the embedded graph is empty - fill it again with: exominer graph load")


def browse(context: typer.Context) -> None:
    """Start the embedded server if needed, and print the address of the Neo4j Browser and how to log in.

    Example: exominer graph browse
    """
    server = _server(context.obj)
    with progress() as reporter:
        found = _server(context.obj, reporter).start()
    print_table(
        ("", ""),
        [
            ("open", f"{found.http_uri}/browser/"),
            ("connect URL", found.bolt_uri),
            ("username", "neo4j"),
            ("password", f"the content of {server.home / 'password'}"),
            ("then type", "MATCH p = (:Vesicle)-[:CARRIES]->(:Cargo)-[:PROMOTES]->(:Function) RETURN p LIMIT 50"),
        ],
    )


def load(context: typer.Context, as_json: AsJson = False) -> None:
    """Update the graph from the corpus; if it is up to date, nothing is done.

    Example: exominer graph load
    """
    from miner.corpus import Corpus
    from miner.workflow.graph import load_graph

    require_articles(context.obj)
    with Corpus(context.obj.corpus_path) as corpus, progress() as reporter:
        report = load_graph(context.obj, corpus, reporter)
    if as_json:
        print_json(asdict(report))
    elif not report.pairs:
        say("the graph is up to date")
    else:
        say(f"{report.pairs} pairs of entities: {report.written} parts written, {report.deleted} deleted")


def rebuild(context: typer.Context) -> None:
    """Build the graph anew from the corpus; the result is the same as that of loads.

    Example: exominer graph rebuild
    """
    from miner.corpus import Corpus
    from miner.workflow.graph import rebuild_graph

    with Corpus(context.obj.corpus_path) as corpus, progress() as reporter:
        rebuild_graph(context.obj, corpus, reporter)
    say("the graph is rebuilt")


def check(context: typer.Context, as_json: AsJson = False) -> None:
    """Check the graph: dangling nodes, assertions without evidence, evidence without publication, duplicate ids.

    Example: exominer graph check
    """
    from miner.graph.check import check as find_problems
    from miner.workflow.graph import graph_connection

    require_graph(context.obj)
    with graph_connection(context.obj) as connection:
        problems = find_problems(connection)
    if as_json:
        print_json([asdict(p) for p in problems])
    elif problems:
        print_table(("problem", "where"), [tuple(asdict(p).values()) for p in problems])
    else:
        say("the graph has no problems")
    if problems:
        raise typer.Exit(1)


def stats(context: typer.Context, as_json: AsJson = False) -> None:
    """Count what is in the corpus and in the graph.

    Example: exominer stats
    """
    from miner.corpus import Corpus
    from miner.workflow.graph import NoGraphError, graph_connection

    with Corpus(context.obj.corpus_path) as corpus:
        counts = corpus.counts()
        has_claims = corpus.last_change > 0
    nodes, relationships = {}, {}
    if has_claims or context.obj.neo4j_uri:  # no server is started for an empty workspace
        try:
            with progress() as reporter, graph_connection(context.obj, reporter) as connection:
                nodes = _counts(connection, "MATCH (n) UNWIND labels(n) AS name")
                relationships = _counts(connection, "MATCH ()-[r]->() WITH type(r) AS name")
        except NoGraphError as error:
            say(str(error))
    if as_json:
        print_json({"corpus": counts, "nodes": nodes, "relationships": relationships})
        return
    kinds = (("corpus", counts), ("node", nodes), ("relationship", relationships))
    print_table(("kind", "name", "count"), [(kind, *item) for kind, found in kinds for item in found.items()])


def _counts(connection: "Connection", match: str) -> dict[str, int]:
    rows = connection.run_read(f"{match} RETURN name, count(*) AS count ORDER BY count DESC, name")
    return {row["name"]: row["count"] for row in rows}


def _server(settings: "Settings", reporter: "Reporter" = SILENT) -> "EmbeddedServer":
    from miner.workflow.graph import embedded_server

    if settings.neo4j_uri:
        raise UsageError(
            f"NEO4J_URI is set ({settings.neo4j_uri}): that server is yours to start and stop - unset it to use the"
            " embedded one"
        )
    return embedded_server(settings, reporter)
