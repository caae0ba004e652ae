"""`graph …` and `stats`: the database the assertions are in."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from miner.cli.output import print_json, print_table, say
from miner.cli.progress import progress
from miner.errors import UsageError

if TYPE_CHECKING:
    from miner.neo4j_server.server import EmbeddedServer
    from miner.settings import Settings

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    group = typer.Typer(no_args_is_help=True, help="The graph database: start, stop, status, reset, browse, load…")
    for command in (start, stop, status, reset, browse, load, rebuild, check):
        group.command()(command)
    app.add_typer(group, name="graph")
    app.command()(stats)


def start(context: typer.Context) -> None:
    """Start the embedded server, or find it running. Commands that need it start it by themselves.

    Example: exominer graph start
    """
    status = _server(context.obj).start()
    say(f"the embedded Neo4j {status.version} answers at {status.bolt_uri}")


def stop(context: typer.Context) -> None:
    """Stop the embedded server.

    Example: exominer graph stop
    """
    say("stopped" if _server(context.obj).stop() else "it was not running")


def status(context: typer.Context, as_json: AsJson = False) -> None:
    """Say whether the embedded server runs, where, and how large its store is.

    Example: exominer graph status --json
    """
    found = asdict(_server(context.obj).status())
    if as_json:
        print_json(found)
    else:
        print_table(("what", "is"), list(found.items()))


def reset(context: typer.Context, yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False) -> None:
    """Stop the embedded server and delete its data. The corpus stays; `exominer graph load` fills the graph again.

    Example: exominer graph reset --yes
    """
    if not yes:
        typer.confirm("Delete the embedded graph? The corpus stays.", abort=True, err=True)
    _server(context.obj).reset()
    say("the embedded graph is empty - fill it again with: exominer graph load")


def browse(context: typer.Context) -> None:
    """Start the embedded server if need be, and print the Neo4j Browser's address with what to type there.

    Example: exominer graph browse
    """
    server = _server(context.obj)
    found = server.start()
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
    """Bring the graph up to date with the corpus; where it is, nothing is done.

    Example: exominer graph load
    """
    from miner.corpus import Corpus
    from miner.workflow.graph import load_graph

    with Corpus(context.obj.corpus_path) as corpus, progress() as reporter:
        report = load_graph(context.obj, corpus, reporter)
    if as_json:
        print_json(asdict(report))
    else:
        say(f"{report.pairs} pairs of entities: {report.written} parts written, {report.deleted} deleted")


def rebuild(context: typer.Context) -> None:
    """Make the graph anew from the corpus; it comes out the same as loaded step by step.

    Example: exominer graph rebuild
    """
    from miner.corpus import Corpus
    from miner.workflow.graph import rebuild_graph

    with Corpus(context.obj.corpus_path) as corpus, progress() as reporter:
        rebuild_graph(context.obj, corpus, reporter)
    say("the graph is rebuilt")


def check(context: typer.Context, as_json: AsJson = False) -> None:
    """Look for dangling nodes, assertions without evidence, evidence without publication, ids that stand twice.

    Example: exominer graph check
    """
    from miner.graph.check import check as find_problems
    from miner.workflow.graph import graph_connection

    with graph_connection(context.obj) as connection:
        problems = find_problems(connection)
    if as_json:
        print_json([asdict(p) for p in problems])
    elif problems:
        print_table(("problem", "where"), [tuple(asdict(p).values()) for p in problems])
    else:
        say("the graph is sound")
    if problems:
        raise typer.Exit(1)


def stats(context: typer.Context, as_json: AsJson = False) -> None:
    """Count what is in the corpus and in the graph.

    Example: exominer stats
    """
    from miner.corpus import Corpus
    from miner.workflow.graph import graph_connection

    with Corpus(context.obj.corpus_path) as corpus:
        counts = corpus.counts()
    with graph_connection(context.obj) as connection:
        nodes = connection.run_read(
            "MATCH (n) UNWIND labels(n) AS label RETURN label AS name, count(*) AS count ORDER BY count DESC, name"
        )
        relationships = connection.run_read(
            "MATCH ()-[r]->() RETURN type(r) AS name, count(*) AS count ORDER BY count DESC, name"
        )
    if as_json:
        print_json(
            {
                "corpus": counts,
                "nodes": {r["name"]: r["count"] for r in nodes},
                "relationships": {r["name"]: r["count"] for r in relationships},
            }
        )
        return
    print_table(("corpus", "count"), list(counts.items()))
    print_table(("nodes", "count"), [(r["name"], r["count"]) for r in nodes])
    print_table(("relationships", "count"), [(r["name"], r["count"]) for r in relationships])


def _server(settings: "Settings") -> "EmbeddedServer":
    from miner.workflow.graph import embedded_server

    if settings.neo4j_uri:
        raise UsageError(
            f"NEO4J_URI is set ({settings.neo4j_uri}): that server is yours to start and stop - unset it to use the"
            " embedded one"
        )
    return embedded_server(settings)
