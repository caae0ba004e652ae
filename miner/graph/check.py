"""Check a graph: dangling nodes, missing evidence, duplicate ids, missing indexes."""

from collections.abc import Iterator
from dataclasses import dataclass

from graph_schema import cypher
from graph_schema.model import SCHEMA_VERSION
from miner.graph.connection import Connection


@dataclass(frozen=True, slots=True)
class Problem:
    """One kind of fault, how often it was found, and some ids that show it."""

    fault: str
    count: int
    examples: tuple[str, ...] = ()


def check(connection: Connection) -> list[Problem]:
    """All problems of the graph; an empty list means that it is sound. Reads every node once."""
    return [*_state(connection), *_schema(connection), *_structure(connection)]


def _structure(connection: Connection) -> Iterator[Problem]:
    for fault, statement in cypher.FAULTS.items():
        (record,) = connection.run_read(statement)
        if record["count"]:
            yield Problem(fault, record["count"], tuple(str(id_) for id_ in record["examples"]))


def _state(connection: Connection) -> Iterator[Problem]:
    states = connection.run_read(cypher.READ_STATE)
    if len(states) != 1:
        yield Problem("state nodes (there must be one)", len(states))
    for record in states:
        if record["state"].get("schema_version") != SCHEMA_VERSION:
            yield Problem(f"schema version is not {SCHEMA_VERSION}", 1, (str(record["state"].get("schema_version")),))


def _schema(connection: Connection) -> Iterator[Problem]:
    there = {record["name"]: record["state"] for record in connection.run_read("SHOW INDEXES YIELD name, state")}
    missing = [name for name in cypher.schema_names() if name not in there]
    if missing:
        yield Problem("missing constraint or index", len(missing), tuple(missing))
    offline = [name for name in cypher.schema_names() if there.get(name, "ONLINE") != "ONLINE"]
    if offline:
        yield Problem("index that is not online", len(offline), tuple(offline))
