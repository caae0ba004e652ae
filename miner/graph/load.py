"""The graph in Neo4j: brought up to date pair by pair, cleared, checked.

The unit is the pair of entities. A load reads what the graph holds of the changed pairs, and writes the difference to
what they assemble to now; what loses its last support goes in the same transaction. So a load is idempotent, costs what
changed and not what is there, and can be killed at any point: the state node moves on only after the last transaction.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, cast

from graph_schema import cypher
from graph_schema.model import SCHEMA_VERSION
from miner.errors import GraphError
from miner.graph.batch import LoadReport, NodesOfTypes, apply, rename
from miner.graph.connection import Connection
from miner.graph.rows import bounded_pair
from miner.model.assertions import PairSubgraph

_MAX_PAIRS = 1_000
_MAX_EVIDENCE = 3_000  # a batch's transaction stays within some tens of MB of the server's heap
_CLEAR_BATCH = 5_000


def prepare(connection: Connection, corpus_id: str, build_id: str, tell: Callable[[str], None] = lambda _: None) -> int:
    """Make the graph ready for a corpus, and say up to which of its changes it is loaded.

    `build_id` names all that the graph depends on besides the corpus (versions of vocabulary and belief model). A
    graph of another corpus, build_id or unmigratable schema is emptied: the answer is then 0. That it was another
    corpus's is handed to `tell`.
    Raises GraphError where the graph was written by a newer Exominer, or holds another program's nodes (see `clear`).
    """
    state = read_state(connection)
    wanted = {"id": "state", "schema_version": SCHEMA_VERSION, "corpus_id": corpus_id, "build_id": build_id}
    if state is not None:
        state = _migrated(connection, state)
        if {**state, "applied": 0} == {**wanted, "applied": 0}:
            return int(state["applied"])
        if state["corpus_id"] not in ("", corpus_id):
            tell("the graph there was made from another corpus: it is replaced by this corpus's")
    clear(connection)
    if state is None:
        create_schema(connection)
    _write_state(connection, {**wanted, "applied": 0})
    return 0


def load(
    connection: Connection,
    pairs: Iterable[PairSubgraph],
    upto: int,
    for_types: NodesOfTypes,
    renamed: Sequence[str] = (),
) -> Iterator[LoadReport]:
    """Bring these pairs up to date, then note that the graph shows the corpus up to its change number `upto`.

    Call `prepare` first; `for_types` gives the nodes of entities and of all they are kinds of; `renamed` are the
    entities that texts have given other names since. Yields after every
    transaction what it came to; the load is done when the iterator ends.
    """
    for batch in batches(pairs):
        yield connection.write(apply, batch, for_types)
    for start in range(0, len(renamed), _MAX_PAIRS):
        yield connection.write(rename, renamed[start : start + _MAX_PAIRS], for_types)
    state = read_state(connection)
    if state is None:
        raise GraphError("the graph lost its state during the load - run the command again")
    if state["applied"] != upto:
        _write_state(connection, {**state, "applied": upto})


def read_state(connection: Connection) -> dict[str, Any] | None:
    """The state node: schema_version, corpus_id, build_id, applied. None where Exominer has not written to it yet."""
    found = connection.run_read(cypher.READ_STATE)
    return cast(dict[str, Any], found[0]["state"]) if found else None


def create_schema(connection: Connection) -> None:
    """Create the constraints and indexes that are missing."""
    for statement in [*cypher.constraints(), *cypher.indexes()]:
        connection.run_write(statement)
    connection.run_write("CALL db.awaitIndexes(600)")


def clear(connection: Connection) -> None:
    """Delete all of Exominer's nodes, and nothing else that the database may hold.

    Raises GraphError where there are nodes with such labels that Exominer has not written.
    """
    state = read_state(connection)
    if state is None:
        if connection.run_read(cypher.ANY_NODE):
            raise GraphError(
                f"the database at {connection.address.uri} holds nodes with Exominer's labels that it did not write"
                " - name another database with NEO4J_DATABASE or NEO4J_URI"
            )
        return
    # An interrupted clearing must not pass for a loaded graph.
    _write_state(connection, {**state, "corpus_id": "", "applied": 0})
    for statement in cypher.clear():
        while connection.run_write(statement, {"size": _CLEAR_BATCH})[0]["deleted"]:
            pass


def contents(connection: Connection) -> Iterator[str]:
    """Every node and relationship as a line of JSON, in a stable order: graphs are equal where these are."""
    for statement in cypher.CONTENTS:
        for record in connection.run_read(statement):
            labels = sorted(record["labels"])
            yield json.dumps([labels, record["ends"], record["properties"]], sort_keys=True, ensure_ascii=False)


def batches(pairs: Iterable[PairSubgraph]) -> Iterator[list[PairSubgraph]]:
    """Pairs in groups that fit a transaction; a single huge pair is a group of its own."""
    batch: list[PairSubgraph] = []
    size = 0
    for pair in map(bounded_pair, pairs):
        weight = sum(len(a.evidence) for a in pair.assertions)
        if batch and (len(batch) >= _MAX_PAIRS or size + weight > _MAX_EVIDENCE):
            yield batch
            batch, size = [], 0
        batch.append(pair)
        size += weight
    if batch:
        yield batch


def _migrated(connection: Connection, state: dict[str, Any]) -> dict[str, Any]:
    version = int(state["schema_version"])
    if version > SCHEMA_VERSION:
        raise GraphError(
            f"the graph is of schema version {version}, newer than this Exominer writes ({SCHEMA_VERSION})"
            " - upgrade Exominer, or name another database with NEO4J_URI or --workspace"
        )
    if version == SCHEMA_VERSION:
        return state
    while version in cypher.MIGRATIONS and version < SCHEMA_VERSION:
        for statement in cypher.MIGRATIONS[version]:
            connection.run_write(statement)
        version += 1
        state = {**state, "schema_version": version}
        _write_state(connection, state)
    create_schema(connection)
    return state


def _write_state(connection: Connection, state: dict[str, Any]) -> None:
    connection.run_write(cypher.WRITE_STATE, {"id": state["id"], "state": state})
