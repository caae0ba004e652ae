"""Give pages access to the workspace's corpus, its graph and the index of its entities."""

import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from miner.corpus import Corpus
from miner.errors import GraphError, QueryError, UsageError
from miner.graph.connection import Connection, Table
from miner.graph.lookup import find_ids, run_page
from miner.graph.values import plain
from miner.model.reporter import SILENT
from miner.settings import Settings
from miner.workflow.find import CurrentIndex, EntityIndex
from miner.workflow.graph import graph_connection, load_graph

if TYPE_CHECKING:
    from graph_schema.cookbook import NamedQuery

_T = TypeVar("_T")

QUERY_TIMEOUT_S = 10.0
"""Maximum time of a query in the console, in seconds."""
COOKBOOK_TIMEOUT_S = 30.0
"""Maximum time of a query of the cookbook, in seconds: a server that has just started plans the long ones slowly."""
MAX_ROWS = 1_000
"""Maximum number of rows that the console shows or sends at once."""


class Library:
    """One workspace, shared by all requests; its methods may be called from any thread."""

    def __init__(self, settings: Settings) -> None:
        """Connect to the graph and index the entities. Raises GraphError, WorkspaceError."""
        self.settings = settings
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._connection = graph_connection(settings)
        self._index = CurrentIndex()
        self.index()

    def close(self) -> None:
        """Close the connection; the server keeps running."""
        self._connection.close()

    def corpus(self) -> Corpus:
        """The corpus, opened for one request: use it in a `with` statement."""
        return Corpus(self.settings.corpus_path)

    def index(self) -> EntityIndex:
        """The entities by name; the index is rebuilt when claims have changed."""
        with self.corpus() as corpus:
            return self._index.of(corpus)

    def read(self, statement: str, **parameters: Any) -> list[dict[str, Any]]:
        """The rows of one of the explorer's own statements."""
        records = self._retried(lambda connection: connection.run_read(statement, parameters))
        return [dict(zip(record.keys(), map(plain, record.values()), strict=True)) for record in records]

    def ids_of(self, name: str) -> list[str]:
        """The ids of the entities that a name stands for. Raises UsageError where it is no entity's."""
        found = self._retried(lambda connection: find_ids(connection, name))
        if not found:
            raise UsageError(f"no entity named {name!r} - search for it on the first page")
        return found

    def run_page(self, query: "NamedQuery", given: Mapping[str, str], page: int, size: int) -> Table:
        """The rows of a page, from 1, of a cookbook query. Raises UsageError, QueryError."""
        first = (page - 1) * size
        return self._retried(
            lambda connection: run_page(connection, query, given, first, size, timeout_s=COOKBOOK_TIMEOUT_S)
        )

    def query(self, cypher: str, part: tuple[int, int]) -> Table:
        """The rows of a user's query within `part`. Raises QueryError for a query that is not read-only."""
        return self._retried(lambda connection: connection.query(cypher, {}, timeout_s=QUERY_TIMEOUT_S, part=part))

    def update_graph(self) -> None:
        """Load the changes that verdicts make into the graph; loads run one at a time."""
        with self._writing, self.corpus() as corpus:
            load_graph(self.settings, corpus, SILENT)

    def _retried(self, work: Callable[[Connection], _T]) -> _T:
        """Run `work` on the connection; restart the embedded server and try again if it stopped when idle."""
        connection = self._connection
        try:
            return work(connection)
        except QueryError:
            raise
        except GraphError:
            with self._lock:
                if self._connection is connection:
                    connection.close()
                    self._connection = graph_connection(self.settings)
            return work(self._connection)
