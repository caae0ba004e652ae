"""Connections to Neo4j: the official driver over Bolt, to the embedded server or to any other."""

import logging
import re
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from types import TracebackType
from typing import Any, Concatenate, ParamSpec, Self, TypeVar
from urllib.parse import urlsplit

import neo4j
from neo4j.exceptions import (
    ClientError,
    ConfigurationError,
    DriverError,
    Neo4jError,
    UnsupportedServerProduct,
)

from miner.errors import ExominerError, GraphError, QueryError
from miner.graph.bounded_read import bounded
from miner.graph.query_guard import refuse_unless_read_only
from miner.graph.query_warnings import unknown_names
from miner.graph.values import plain
from miner.model.reporter import SILENT, Reporter
from miner.neo4j_server import server
from miner.settings import Settings

_P = ParamSpec("_P")
_T = TypeVar("_T")

_MIN_VERSION = (5, 23)  # the first in which CALL takes its variables in brackets
_SCHEMES = tuple(scheme + security for scheme in ("bolt", "neo4j") for security in ("", "+s", "+ssc"))
_EXPLAIN = "EXPLAIN "
_POSITION = re.compile(r"\(line (\d+), column (\d+) \(offset: \d+\)\)")


@dataclass(frozen=True)
class GraphAddress:
    """The address and credentials of a database. `database` None is the server's default one.

    `password` None connects without authentication.
    """

    uri: str
    username: str = "neo4j"
    password: str | None = field(default=None, repr=False)
    database: str | None = None


@dataclass(frozen=True)
class Table:
    """A query's answer: column names, and rows of as many values, all of them such as JSON can hold.

    `more` says that the server has further rows. `warnings` names labels, relationship types and properties of the
    query that the graph does not know.
    """

    keys: list[str]
    rows: list[list[Any]]
    more: bool = False
    warnings: list[str] = field(default_factory=list)

    def records(self) -> list[dict[str, Any]]:
        """The rows as dicts of column and value."""
        return [dict(zip(self.keys, row, strict=True)) for row in self.rows]


def connect(settings: Settings, reporter: Reporter = SILENT) -> "Connection":
    """Connect to the Neo4j that the settings name, or else to the workspace's own, which is started if it does not run.

    Use it in a `with` statement. Raises GraphError (ServerError from the embedded server).
    """
    return Connection(resolve_address(settings, reporter))


def resolve_address(settings: Settings, reporter: Reporter = SILENT) -> GraphAddress:
    """The address that the settings give, or else that of the workspace's own server, which is started first."""
    if settings.neo4j_uri:
        return GraphAddress(
            settings.neo4j_uri, settings.neo4j_username, settings.neo4j_password, settings.neo4j_database
        )
    embedded = server.EmbeddedServer.of_workspace(settings, reporter)
    status = embedded.start()
    return GraphAddress(str(status.bolt_uri), server.USERNAME, embedded.password)


class Connection:
    """A connection to one database of one Neo4j 5.23 or later; a context manager that closes it.

    Every method raises GraphError, in one line, when the server cannot be reached or refuses.
    """

    def __init__(self, address: GraphAddress) -> None:
        """Connect, and check the product, its version, the password and the database."""
        self.address = address
        _check_uri(address.uri)
        _keep_driver_off_terminal()
        with self._one_line_errors():
            self._driver = neo4j.GraphDatabase.driver(
                address.uri,
                auth=None if address.password is None else (address.username, address.password),
                connection_timeout=10,
                connection_acquisition_timeout=15,
                max_transaction_retry_time=15,
                liveness_check_timeout=30,
            )
        try:
            self.server_version = self._checked_version()
            self.run_read("RETURN 1")
        except ExominerError:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection; the server goes on."""
        self._driver.close()

    @property
    def driver(self) -> neo4j.Driver:
        """The official driver."""
        return self._driver

    def query(
        self,
        cypher: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        timeout_s: float = 60,
        max_rows: int = 100_000,
        part: tuple[int, int] | None = None,
    ) -> Table:
        """Run a user's query, which may only read the graph, and return all rows, or the rows of `part` [first, end).

        Raises QueryError when it is wrong, does anything but read, takes longer than `timeout_s` seconds (the server
        ends it then), sends more than 32 MB, nests values too deeply, or gives more than `max_rows` rows where all are
        wanted.
        """
        own_functions = self._own_functions
        with (
            self._one_line_errors(timeout_s),
            self._session(neo4j.READ_ACCESS) as session,
            session.begin_transaction(timeout=timeout_s) as transaction,
            bounded(transaction, timeout_s),
        ):
            planned = _planned(transaction, cypher, parameters)
            refuse_unless_read_only(planned.query_type, planned.plan, own_functions)
            result = transaction.run(cypher, parameters)  # type: ignore[arg-type]  # no literal, by design
            return replace(_table(result, max_rows, part), warnings=unknown_names(planned.gql_status_objects))

    def run_read(self, statement: str, parameters: Mapping[str, Any] | None = None) -> list[neo4j.Record]:
        """Run one of Exominer's own reading statements and return its records."""
        with self._one_line_errors(), self._session(neo4j.READ_ACCESS) as session:
            return session.execute_read(_records, statement, parameters)

    def run_write(self, statement: str, parameters: Mapping[str, Any] | None = None) -> list[neo4j.Record]:
        """Run one of Exominer's own writing statements, retried on transient failures, and return its records."""
        return self.write(_records, statement, parameters)

    def write(
        self,
        work: Callable[Concatenate[neo4j.ManagedTransaction, _P], _T],
        *arguments: _P.args,
        **named: _P.kwargs,
    ) -> _T:
        """Run `work` in a transaction, all of it or nothing; transient failures are retried for up to 15 s."""
        with self._one_line_errors(), self._session(neo4j.WRITE_ACCESS) as session:
            return session.execute_write(work, *arguments, **named)

    def _session(self, access_mode: str) -> neo4j.Session:
        return self._driver.session(database=self.address.database, default_access_mode=access_mode)

    def _checked_version(self) -> str:
        with self._one_line_errors():
            agent = self._driver.get_server_info().agent
        found = re.search(r"Neo4j/((\d+)\.(\d+)[\w.\-]*)", agent)
        if found is None or (int(found[2]), int(found[3])) < _MIN_VERSION:
            oldest = ".".join(map(str, _MIN_VERSION))
            raise GraphError(f"{self.address.uri} is {agent} - Exominer needs Neo4j {oldest} or later")
        return found[1]

    @cached_property
    def _own_functions(self) -> frozenset[str]:
        """The functions that extensions added to Neo4j's own."""
        return frozenset(
            record["name"] for record in self.run_read("SHOW FUNCTIONS YIELD name, isBuiltIn WHERE NOT isBuiltIn")
        )

    @contextmanager
    def _one_line_errors(self, timeout_s: float | None = None) -> Iterator[None]:
        """Convert the driver's errors to ours; `timeout_s` is that of a user's query, which may be at fault."""
        try:
            yield
        except Neo4jError as error:
            raise (
                self._refusal(error)
                or (GraphError(_message(error)) if timeout_s is None else _query_error(error, timeout_s))
            ) from error
        except UnsupportedServerProduct as error:
            raise GraphError(f"{self.address.uri} is not Neo4j - check NEO4J_URI") from error
        except ConfigurationError as error:
            raise GraphError(f"Neo4j's address {self.address.uri} cannot be used: {_first_line(error)}") from error
        except (DriverError, OSError) as error:
            raise GraphError(
                f"no Neo4j answers at {self.address.uri}: {_unreachable(error, self.address.uri)}"
            ) from error

    def _refusal(self, error: Neo4jError) -> GraphError | None:
        """The error to raise where the server objects to the address or the credentials."""
        address = self.address
        match (error.code or "").removeprefix("Neo.ClientError."):
            case "Security.Unauthorized" if address.password is None:
                return GraphError(f"Neo4j at {address.uri} requires a password - set NEO4J_USERNAME and NEO4J_PASSWORD")
            case "Security.Unauthorized":
                return GraphError(
                    f"Neo4j at {address.uri} refuses the user {address.username} with this password"
                    " - check NEO4J_USERNAME and NEO4J_PASSWORD"
                )
            case "Security.AuthenticationRateLimit":
                return GraphError(
                    f"Neo4j at {address.uri} received too many wrong passwords - wait a little, then retry"
                )
            case "Security.CredentialsExpired":
                return GraphError(
                    f"Neo4j at {address.uri} requires a new password for {address.username} - set it in Neo4j Browser"
                )
            case "Security.Forbidden":
                return GraphError(f"Neo4j at {address.uri} denies this to {address.username}: {_message(error)}")
            case "Database.DatabaseNotFound":
                name = address.database or "its default one"
                return GraphError(f"Neo4j at {address.uri} has no database {name} - check NEO4J_DATABASE")
        if (error.code or "").startswith("Neo.TransientError.") and "Memory" not in (error.code or ""):
            return GraphError(f"Neo4j at {address.uri} is temporarily unable: {_message(error)} - retry")
        return None


def _keep_driver_off_terminal() -> None:
    """Send the driver's log messages to the logging that is set up, and nowhere else."""
    logger = logging.getLogger("neo4j")
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())


def _records(tx: neo4j.ManagedTransaction, statement: str, parameters: Mapping[str, Any] | None) -> list[neo4j.Record]:
    return list(tx.run(statement, parameters))  # type: ignore[arg-type]  # our own statements, composed at run time


def _planned(tx: neo4j.Transaction, cypher: str, parameters: Mapping[str, Any] | None) -> neo4j.ResultSummary:
    try:
        return tx.run(_EXPLAIN + cypher, parameters).consume()  # type: ignore[arg-type]  # no literal, by design
    except (TypeError, ValueError, OverflowError) as error:
        raise QueryError(f"the query or one of its parameters cannot be sent: {_first_line(error)}") from error


def _table(result: neo4j.Result, max_rows: int, part: tuple[int, int] | None) -> Table:
    keys = list(result.keys())
    first, end = part or (0, max_rows)
    records = list(islice(result, first, end + 1))
    rows = [[plain(value) for value in record.values()] for record in records[: end - first]]
    more = len(records) > len(rows)
    if more and part is None:
        raise QueryError(f"the query gives more than {max_rows:,} rows - add a LIMIT")
    if result.consume().plan is not None:
        raise QueryError("EXPLAIN gives a plan and no rows - leave it out to get the query's answer")
    return Table(keys, rows, more)


def _check_uri(uri: str) -> None:
    try:
        parts = urlsplit(uri)
        sound = parts.scheme in _SCHEMES and bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    if not sound:
        raise GraphError(
            f"{_without_secrets(uri)} is not the address of a Neo4j - use one such as neo4j://localhost:7687"
        )
    if parts.username or parts.password:
        raise GraphError(
            f"{_without_secrets(uri)} holds a user or a password - give them as NEO4J_USERNAME and NEO4J_PASSWORD"
        )


def _without_secrets(uri: str) -> str:
    return re.sub(r"//[^/@]*@", "//…@", uri)


def _query_error(error: Neo4jError, timeout_s: float) -> QueryError:
    code = error.code or ""
    if "TransactionTimedOut" in code:
        return QueryError(f"the query took longer than {timeout_s:g} s - narrow it, or allow it more time")
    if code.endswith("Statement.AccessMode"):
        return QueryError("the query would change the graph or the server - only queries that read are allowed")
    if "Memory" in code:
        return QueryError("the query needs more memory than the server has - narrow it, or raise the server's heap")
    message = _message(error)
    if "conflicting values for execution mode" in message:
        return QueryError("PROFILE is not offered - leave it out")
    return QueryError(
        f"the query {'is wrong' if isinstance(error, ClientError) else 'fails'}: {_with_own_positions(message)}"
    )


def _message(error: Neo4jError) -> str:
    """The server's message, on one line."""
    return _first_line(error.message or error.code or "no reason given")


def _with_own_positions(message: str) -> str:
    """Shift positions from the planned statement to the user's text."""

    def position(found: re.Match[str]) -> str:
        line, column = int(found[1]), int(found[2])
        return f"(line {line}, column {max(column - len(_EXPLAIN), 1) if line == 1 else column})"

    return _POSITION.sub(position, message)


def _first_line(message: object) -> str:
    return (str(message).strip().splitlines() or [""])[0][:300]


def _unreachable(error: BaseException, uri: str) -> str:
    """The reason, and the remedy."""
    scheme = uri.partition(":")[0].partition("+")[0]
    match _root_cause(error):
        case ssl.SSLCertVerificationError():
            return f"its certificate is not trusted - install it, or use {scheme}+ssc:// for a self-signed one"
        case ssl.SSLError():
            return f"it does not speak TLS - use {scheme}://"
        case socket.gaierror():
            return "there is no such host - check NEO4J_URI"
        case ConnectionRefusedError():
            return "nothing listens there - start it, check NEO4J_URI, or unset it to use the embedded server"
        case root if isinstance(root, ConnectionError) or str(root) == "No data" or "incomplete handshake" in str(root):
            return f"it closes the connection - if it requires TLS use {scheme}+s://"
        case TimeoutError():
            return "it does not answer in time - check NEO4J_URI"
        case root if "looks like HTTP" in str(root):
            return "that port speaks HTTP - give the Bolt port, usually 7687"
        case root:
            return f"{_first_line(root)} - check NEO4J_URI, and that it runs"


def _root_cause(error: BaseException) -> BaseException:
    while True:
        if isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
        elif error.__cause__ is not None:
            error = error.__cause__
        else:
            return error
