"""Rebuild the whole graph with `neo4j-admin database import full`; the embedded server only.

The rows are those that a load sends. The import writes the state node with the rest, so that a graph says that it is
loaded only if all of it is; a file in the server's folder marks an import under way, since one that is cut short
leaves a database that cannot be opened.
"""

import csv
import shutil
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from graph_schema.cypher import entity_labels
from graph_schema.model import (
    ASSERTION,
    CONTRADICTS,
    ENTITY,
    EVIDENCE,
    PUBLICATION,
    RELATION_PROPERTIES,
    SCHEMA_VERSION,
    STATE_LABEL,
    EntityType,
    Predicate,
    Property,
)
from miner.errors import WorkspaceError
from miner.graph import rows
from miner.graph.batch import NodesOfTypes
from miner.graph.rows import Row
from miner.model.assertions import EntityNode, PairSubgraph
from miner.neo4j_server.server import EmbeddedServer

_TYPES = {"string": "string", "integer": "long", "float": "double", "boolean": "boolean", "string list": "string[]"}
_LIST_DELIMITER = "\x1f"  # no text has it, unlike ; and |
_STATE = (
    Property("id", "string", ""),
    Property("schema_version", "integer", ""),
    Property("corpus_id", "string", ""),
    Property("build_id", "string", ""),
    Property("applied", "integer", ""),
)


def import_all(
    server: EmbeddedServer, pairs: Iterable[PairSubgraph], state: Mapping[str, Any], for_types: NodesOfTypes
) -> None:
    """Replace the embedded server's database by the graph of `pairs`. The server is stopped, and stays so.

    `state` holds corpus_id, build_id and applied. Call `create_schema` on the next connection. Raises ServerError
    where the import fails, WorkspaceError where the folder cannot be written.
    """
    folder = server.home / "import" / "exominer"
    shutil.rmtree(folder, ignore_errors=True)
    try:
        folder.mkdir(parents=True)
        files = write_csv(folder, pairs, state, for_types)
        mark = _mark(server)
        mark.parent.mkdir(exist_ok=True)
        mark.touch()
        server.admin(*import_arguments(files))
        mark.unlink()
    except OSError as error:
        raise WorkspaceError(
            f"{folder}: the graph's files cannot be written ({error.strerror}) - free some space, or name another"
            " --workspace, then run: exominer graph rebuild"
        ) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def interrupted(server: EmbeddedServer) -> bool:
    """Whether an import was interrupted, so that the database must be reset or rebuilt before it is used."""
    return _mark(server).exists()


def _mark(server: EmbeddedServer) -> Path:
    return server.home / "data" / "rebuild-under-way"


def import_arguments(files: Sequence[tuple[str, Path]]) -> list[str]:
    """The arguments of `neo4j-admin` that import these files into the default database."""
    return [
        "database", "import", "full", "neo4j", "--overwrite-destination=true", "--multiline-fields=true",
        f"--array-delimiter=U+{ord(_LIST_DELIMITER):04X}",
        *(f"--{kind}={path}" for kind, path in files),
    ]  # fmt: skip


def write_csv(
    folder: Path, pairs: Iterable[PairSubgraph], state: Mapping[str, Any], for_types: NodesOfTypes
) -> list[tuple[str, Path]]:
    """Write the graph as `neo4j-admin` import files with headers: (`nodes=LABELS` or `relationships=TYPE`, path)."""
    with ExitStack() as stack:
        writer = _Writer(folder, stack)
        writer.node((STATE_LABEL,), _STATE, {"id": "state", "schema_version": SCHEMA_VERSION, **state})
        entities: dict[str, EntityNode] = {}
        works: set[str] = set()
        for pair in map(rows.bounded_pair, pairs):
            missing = {id_: type_ for id_, type_ in pair.types.items() if id_ not in entities}
            if missing:
                for id_, node in for_types(missing, pair.populations).items():
                    if id_ not in entities:
                        entities[id_] = node
                        _write_entity(writer, node)
            _write_pair(writer, pair, works)
        return writer.files


def _write_entity(writer: "_Writer", node: EntityNode) -> None:
    writer.node(entity_labels(EntityType(node.type)), ENTITY.properties, rows.entity_row(node))
    for parent in node.parents:
        writer.relationship("IS_A", (), node.id, parent, {})
    for source in node.sources:
        writer.relationship("DERIVED_FROM", (), node.id, source, {})


def _write_pair(writer: "_Writer", pair: PairSubgraph, works: set[str]) -> None:
    for assertion in pair.assertions:
        writer.node((ASSERTION.label,), ASSERTION.properties, rows.assertion_row(assertion))
        writer.relationship("SUBJECT", (), assertion.id, assertion.subject, {})
        writer.relationship("OBJECT", (), assertion.id, assertion.object, {})
        for cancer in assertion.cancers:
            writer.relationship("IN_CANCER", (), assertion.id, cancer, {})
        for evidence in assertion.evidence:
            writer.node((EVIDENCE.label,), EVIDENCE.properties, rows.evidence_row(evidence))
            writer.relationship("SUPPORTED_BY", (), assertion.id, evidence.id, {})
            writer.relationship("FROM", (), evidence.id, evidence.work.id, {})
            for _, type_, entity in rows.evidence_links(evidence):
                writer.relationship(type_, (), evidence.id, entity, {})
            if evidence.work.id not in works:
                works.add(evidence.work.id)
                writer.node((PUBLICATION.label,), PUBLICATION.properties, rows.publication_row(evidence.work))
    for relation in pair.relations:
        type_ = str(Predicate(relation.predicate))
        writer.relationship(type_, RELATION_PROPERTIES, pair.subject, pair.object, rows.relation_row(relation))
    for link in pair.contradictions:
        properties = rows.contradiction_row(link)
        writer.relationship(CONTRADICTS.type, CONTRADICTS.properties, link.first, link.second, properties)


class _Writer:
    """One file for each set of labels and each relationship type, opened when first needed."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder = folder
        self._stack = stack
        self._open: dict[str, Any] = {}
        self.files: list[tuple[str, Path]] = []

    def node(self, labels: tuple[str, ...], properties: Sequence[Property], row: Row) -> None:
        """Write one node; its id is a property and what relationships name it by."""
        kind = f"nodes={':'.join(labels)}"
        write = self._open.get(kind) or self._begin(kind, ["id:ID", *_header(properties[1:])])
        write([row["id"], *(_cell(row.get(p.name)) for p in properties[1:])])

    def relationship(self, type_: str, properties: Sequence[Property], start: str, end: str, row: Row) -> None:
        """Write one relationship."""
        kind = f"relationships={type_}"
        write = self._open.get(kind) or self._begin(kind, [":START_ID", ":END_ID", *_header(properties)])
        write([start, end, *(_cell(row.get(p.name)) for p in properties)])

    def _begin(self, kind: str, header: list[str]) -> Any:
        path = self._folder / f"{kind.replace('=', '-').replace(':', '-')}.csv"
        file = self._stack.enter_context(path.open("w", encoding="utf-8", newline=""))
        self._open[kind] = csv.writer(file, lineterminator="\n").writerow
        self._open[kind](header)
        self.files.append((kind, path))
        return self._open[kind]


def _header(properties: Sequence[Property]) -> list[str]:
    return [f"{p.name}:{_TYPES[p.type]}" for p in properties]


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return _LIST_DELIMITER.join(value)
    return value
