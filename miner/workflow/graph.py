"""The graph, brought up to date with the corpus."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from graph_schema.cookbook import select
from miner.assembly.entities import EntityNodes, NoVocabulary
from miner.corpus import Corpus
from miner.errors import GraphError, ServerError, UsageError
from miner.model.assertions import PairSubgraph
from miner.model.reporter import SILENT, Reporter
from miner.settings import Settings, load_settings
from miner.workflow.assembly import belief_model, pair_graphs

if TYPE_CHECKING:
    import neo4j

    from graph_schema.cookbook import NamedQuery
    from miner.graph.batch import LoadReport
    from miner.graph.connection import Connection, Table
    from miner.neo4j_server.server import EmbeddedServer
    from miner.workflow.answers import NotebookAnswer


class NoGraphError(GraphError):
    """The workspace has no graph yet."""


def graph_connection(settings: Settings, reporter: Reporter = SILENT, *, create: bool = False) -> "Connection":
    """Connect to the graph that the settings name; the embedded server is started if it does not run.

    Raises GraphError; NoGraphError where the workspace has no graph yet: no server is started then, unless `create`.
    """
    from miner.graph.bulk_import import interrupted
    from miner.graph.connection import connect

    if not settings.neo4j_uri:
        server = embedded_server(settings)
        if interrupted(server):
            raise GraphError("the last rebuild of the graph was interrupted - run: exominer graph rebuild")
        if not create and not server.has_database:
            raise NoGraphError(f"{settings.workspace} has no graph yet - {_first_step(settings)}")
    return connect(settings, reporter)


def _first_step(settings: Settings) -> str:
    """What to run in a workspace without a graph."""
    if settings.corpus_path.exists():
        return "build it from the corpus: exominer graph load"
    return "import articles first, as in: exominer ingest FILE"


def embedded_server(settings: Settings, reporter: Reporter = SILENT) -> "EmbeddedServer":
    """The workspace's own server, running or not."""
    from miner.neo4j_server.server import EmbeddedServer

    return EmbeddedServer.of_workspace(settings, reporter)


class Graph:
    """A workspace's graph, to be queried; without a workspace, that of the settings. Use it in a `with` statement.

    The embedded server is started where the settings name no other. Raises GraphError where it cannot be reached.
    """

    def __init__(self, workspace: str | Path | None = None) -> None:
        """Connect."""
        self._settings = load_settings(Path(workspace) if workspace else None)
        self._connection = graph_connection(self._settings)

    def ask(self, query: str, **parameters: Any) -> "NotebookAnswer":
        """The answer to a Cypher query, or to a cookbook query by its name, with its supporting claims.

        Parameters that are None are left out. Raises as `query`.
        """
        from miner.workflow.answers import NotebookAnswer, cite_rows

        given = {name: value for name, value in parameters.items() if value is not None}
        named, table = self._run(query, given)
        with Corpus(self._settings.corpus_path) as corpus:
            return NotebookAnswer(cite_rows(self._connection, corpus, table, query, named, given))

    def driver(self) -> "neo4j.Driver":
        """The official Neo4j driver, connected to the graph, for your own Cypher; it is closed with this object."""
        return self._connection.driver

    def query(self, query: str, **parameters: Any) -> list[dict[str, Any]]:
        """The rows of a Cypher query, or of a cookbook query by its name, as dicts of column and value.

        Only reading is allowed. Raises QueryError where the query is wrong, UsageError where a cookbook query has no
        such parameter or no entity has the name given.
        """
        _, table = self._run(query, parameters)
        return table.records()

    def _run(self, query: str, parameters: Mapping[str, Any]) -> "tuple[NamedQuery | None, Table]":
        """The cookbook query with this name, if any, and the rows."""
        from miner.graph.lookup import add_novelty, resolve

        try:
            named = select(query)
            values = named.complete(parameters) if named else {}
        except ValueError as error:
            raise UsageError(f"{error} - see: exominer queries") from error
        if named:
            query, parameters = named.cypher, resolve(self._connection, named, values, list(parameters))
        table = self._connection.query(query, parameters)
        return named, add_novelty(self._connection, table) if named else table

    def close(self) -> None:
        """Close the connection; the server keeps running."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def load_graph(settings: Settings, corpus: Corpus, reporter: Reporter) -> "LoadReport":
    """Bring the graph up to date with the corpus; costs what changed. Raises GraphError.

    A corpus that never held a claim needs no graph: no server is started for it.
    """
    from miner.graph import load as graph
    from miner.graph.batch import LoadReport
    from miner.nlp.lexicon import Lexicon

    report = LoadReport()
    if not corpus.last_change:
        return report
    with _embedded_server_may_end(settings), graph_connection(settings, reporter, create=True) as connection:
        applied = graph.prepare(connection, corpus.id, build_id(), reporter.message)
        upto = corpus.last_change
        pairs = corpus.changed_pairs(applied)
        reporter.start("loading the graph", len(pairs))
        renamed = corpus.renamed(applied)
        for_types = EntityNodes(Lexicon.load() if pairs else NoVocabulary(), corpus.names_of).for_types
        for step in graph.load(connection, pair_graphs(corpus, pairs), upto, for_types, renamed):
            report += step
            reporter.advance(step.pairs)
    return report


@contextmanager
def _embedded_server_may_end(settings: Settings) -> Iterator[None]:
    """Says so where the workspace's own server was killed under us, instead of giving advice about addresses."""
    try:
        yield
    except ServerError:
        raise
    except GraphError as error:
        if settings.neo4j_uri or embedded_server(settings).status().running:
            raise
        raise GraphError(
            "the embedded Neo4j ended during the load - run the command again, it starts anew and the load goes on"
        ) from error


def rebuild_graph(settings: Settings, corpus: Corpus, reporter: Reporter) -> None:
    """Make the graph anew: by the embedded server's own import, or on another server by clearing and loading it."""
    from miner.graph import bulk_import
    from miner.graph import load as graph
    from miner.nlp.lexicon import Lexicon

    if settings.neo4j_uri:
        with graph_connection(settings, reporter) as connection:
            graph.clear(connection)
        load_graph(settings, corpus, reporter)
        return
    state = {"corpus_id": corpus.id, "build_id": build_id(), "applied": corpus.last_change}
    pairs = corpus.changed_pairs(0)
    for_types = EntityNodes(Lexicon.load(), corpus.names_of).for_types
    bulk_import.import_all(embedded_server(settings, reporter), _counted(corpus, pairs, reporter), state, for_types)
    with graph_connection(settings, reporter) as connection:
        graph.create_schema(connection)


def _counted(corpus: Corpus, pairs: Sequence[tuple[str, str]], reporter: Reporter) -> Iterator[PairSubgraph]:
    reporter.start("rebuilding the graph", len(pairs))
    for graph in pair_graphs(corpus, pairs):
        yield graph
        reporter.advance()


def build_id() -> str:
    """Names all that the graph depends on besides the corpus: the vocabulary and the belief model's numbers."""
    lexicon = (files("miner") / "nlp" / "data" / "lexicon.tsv.gz").read_bytes()
    vocabulary = hashlib.sha256(lexicon).hexdigest()[:16]
    return f"{vocabulary}+{belief_model().version}"
