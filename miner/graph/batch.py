"""One transaction of a load: it brings some pairs of the graph to the state that they assemble to now."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from neo4j import ManagedTransaction

from graph_schema import cypher
from graph_schema.model import EntityType, Predicate
from miner.errors import GraphError
from miner.graph import rows
from miner.graph.rows import Link, Row
from miner.model.assertions import EntityNode, PairSubgraph, WorkRef
from miner.model.populations import Population

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class LoadReport:
    """Counts of a load: pairs compared, and nodes and relationships written and deleted."""

    pairs: int = 0
    written: int = 0
    deleted: int = 0

    def __add__(self, other: "LoadReport") -> "LoadReport":
        return LoadReport(self.pairs + other.pairs, self.written + other.written, self.deleted + other.deleted)


@dataclass(slots=True)
class _Part:
    """The part of the graph that some pairs make up: properties by id, or by what a relationship joins."""

    assertions: dict[str, Row] = field(default_factory=dict)
    evidence: dict[str, Row] = field(default_factory=dict)
    contradictions: dict[tuple[str, str], Row] = field(default_factory=dict)
    relations: dict[tuple[str, str, str], Row] = field(default_factory=dict)
    links: set[Link] = field(default_factory=set)
    evidence_ends: dict[str, tuple[str, str]] = field(default_factory=dict)
    assertion_ends: dict[str, tuple[str, str, tuple[str, ...]]] = field(default_factory=dict)


NodesOfTypes = Callable[[Mapping[str, EntityType], Mapping[str, Population]], Mapping[str, EntityNode]]
"""Returns the nodes of entities, given their types and the populations among them by id, with the nodes of their
ancestors and of the populations' sources."""


def apply(tx: ManagedTransaction, pairs: Sequence[PairSubgraph], for_types: NodesOfTypes) -> LoadReport:
    """Update the graph where it differs from `pairs`, and delete nodes that nothing supports any more."""
    batch = _Batch(tx)
    if batch.read(cypher.LOCK_STATE)[0]["states"] != 1:
        raise GraphError("the graph was reset during the load - run the command again")
    held, wanted = _held(batch, pairs), _wanted(pairs)
    batch.delete(cypher.DELETE_RELATIONS, held.relations.keys() - wanted.relations.keys())
    batch.delete(cypher.DELETE_CONTRADICTIONS, _stale(held.contradictions, wanted.contradictions))
    lone_entities = batch.delete(cypher.DELETE_LINKS, held.links - wanted.links)
    lone_works = batch.delete(cypher.DELETE_EVIDENCE, held.evidence.keys() - wanted.evidence.keys())
    lone_entities += batch.delete(cypher.DELETE_ASSERTIONS, held.assertions.keys() - wanted.assertions.keys())
    types = {id_: type_ for pair in pairs for id_, type_ in pair.types.items()}
    populations = {id_: population for pair in pairs for id_, population in pair.populations.items()}
    _put_entities(batch, for_types(types, populations))
    _put_publications(batch, rows.publications(pairs))
    _put_assertions(batch, held, wanted)
    _put_evidence(batch, held, wanted)
    _put_relations(batch, held, wanted)
    batch.delete(cypher.DELETE_LONE_PUBLICATIONS, lone_works)
    while lone_entities:
        lone_entities = batch.delete(cypher.DELETE_LONE_ENTITIES, lone_entities)
    return LoadReport(len(pairs), batch.written, batch.deleted)


class _Batch:
    """The open transaction, with a count of what it does."""

    def __init__(self, tx: ManagedTransaction) -> None:
        self._tx = tx
        self.written = 0
        self.deleted = 0

    def read(self, statement: str, **parameters: object) -> list[dict[str, Any]]:
        return self._tx.run(statement, parameters).data()

    def write(self, statement: str, written: Iterable[object]) -> None:
        listed = list(written)
        if listed:
            self._tx.run(statement, {"rows": listed}).consume()
            self.written += len(listed)

    def delete(self, statement: str, gone: Iterable[Any]) -> list[str]:
        """Delete by key, and return the ids of neighbors that may have lost their last relationship."""
        listed = sorted(gone)
        if not listed:
            return []
        result = self._tx.run(statement, {"rows": listed})
        neighbors = [record["neighbour"] for record in result if record["neighbour"] is not None]
        counters = result.consume().counters
        self.deleted += counters.nodes_deleted or counters.relationships_deleted
        return neighbors


def _held(batch: _Batch, pairs: Sequence[PairSubgraph]) -> _Part:
    held = _Part()
    for record in batch.read(cypher.READ_PAIRS, pairs=[rows.pair_key(pair) for pair in pairs]):
        assertion = record["assertion"]
        held.assertions[assertion["id"]] = assertion
        for evidence, links in record["evidence"]:
            held.evidence[evidence["id"]] = evidence
            held.links.update((evidence["id"], type_, entity) for type_, entity in links)
        held.contradictions.update(((assertion["id"], other), row) for other, row in record["contradictions"])
    loaded = {row["pair"] for row in held.assertions.values()}
    ends = [[pair.subject, pair.object] for pair in pairs if rows.pair_key(pair) in loaded]
    for record in batch.read(cypher.READ_RELATIONS, pairs=ends):
        held.relations[record["subject"], record["object"], record["predicate"]] = record["properties"]
    return held


def _wanted(pairs: Sequence[PairSubgraph]) -> _Part:
    wanted = _Part()
    for pair in pairs:
        for assertion in pair.assertions:
            wanted.assertions[assertion.id] = rows.assertion_row(assertion)
            wanted.assertion_ends[assertion.id] = (assertion.subject, assertion.object, assertion.cancers)
            for evidence in assertion.evidence:
                wanted.evidence[evidence.id] = rows.evidence_row(evidence)
                wanted.evidence_ends[evidence.id] = (assertion.id, evidence.work.id)
                wanted.links.update(rows.evidence_links(evidence))
        for relation in pair.relations:
            wanted.relations[pair.subject, pair.object, str(relation.predicate)] = rows.relation_row(relation)
        wanted.contradictions.update(((c.first, c.second), rows.contradiction_row(c)) for c in pair.contradictions)
    return wanted


def _stale(held: Mapping[K, V], wanted: Mapping[K, V]) -> list[K]:
    """Keys whose value in `wanted` is another, or that are not there."""
    return [key for key, value in held.items() if wanted.get(key) != value]


def _put_entities(batch: _Batch, nodes: Mapping[str, EntityNode]) -> None:
    """Create missing entities; existing ones already have all their parents and sources."""
    there = {record["id"] for record in batch.read(cypher.READ_ENTITIES, ids=list(nodes))}
    missing = [node for id_, node in nodes.items() if id_ not in there]
    by_type: dict[EntityType, list[Row]] = defaultdict(list)
    for node in missing:
        by_type[node.type].append(rows.entity_row(node))
    for type_, created in by_type.items():
        batch.write(cypher.create_entities(type_), created)
    batch.write(cypher.CREATE_PARENTS, [[node.id, parent] for node in missing for parent in node.parents])
    batch.write(cypher.CREATE_SOURCES, [[node.id, source] for node in missing for source in node.sources])


def rename(tx: ManagedTransaction, ids: Sequence[str], for_types: NodesOfTypes) -> LoadReport:
    """Update the properties of these entities, and of vesicles from them, if the graph has them."""
    batch = _Batch(tx)
    held = {record["properties"]["id"]: record for record in batch.read(cypher.READ_NODES, ids=list(ids))}
    types = {id_: _type_of(record["labels"]) for id_, record in held.items()}
    populations = {
        id_: Population(record["kinds"][0], tuple((source, _type_of(labels)) for source, labels in record["sources"]))
        for id_, record in held.items()
        if record["sources"]
    }
    nodes = for_types(types, populations)
    properties = {id_: record["properties"] for id_, record in held.items()}
    batch.write(cypher.update("Entity"), _changed(properties, {id_: rows.entity_row(nodes[id_]) for id_ in held}))
    return LoadReport(0, batch.written, 0)


def _type_of(labels: Iterable[str]) -> EntityType:
    return next(t for t in EntityType if t in labels)


def _put_publications(batch: _Batch, works: Mapping[str, WorkRef]) -> None:
    there = {r["publication"]["id"]: r["publication"] for r in batch.read(cypher.READ_PUBLICATIONS, ids=list(works))}
    wanted = {id_: rows.publication_row(work) for id_, work in works.items()}
    batch.write(cypher.CREATE_PUBLICATIONS, [row for id_, row in wanted.items() if id_ not in there])
    batch.write(cypher.update("Publication"), _changed(there, wanted))


def _put_assertions(batch: _Batch, held: _Part, wanted: _Part) -> None:
    new = [id_ for id_ in wanted.assertions if id_ not in held.assertions]
    ends = wanted.assertion_ends
    batch.write(
        cypher.CREATE_ASSERTIONS,
        [{"subject": ends[id_][0], "object": ends[id_][1], "properties": wanted.assertions[id_]} for id_ in new],
    )
    batch.write(cypher.CREATE_CANCERS, [[id_, cancer] for id_ in new for cancer in ends[id_][2]])
    batch.write(cypher.update("Assertion"), _changed(held.assertions, wanted.assertions))


def _put_evidence(batch: _Batch, held: _Part, wanted: _Part) -> None:
    created = []
    for id_ in wanted.evidence.keys() - held.evidence.keys():
        assertion, publication = wanted.evidence_ends[id_]
        created.append({"assertion": assertion, "publication": publication, "properties": wanted.evidence[id_]})
    batch.write(cypher.CREATE_EVIDENCE, created)
    batch.write(cypher.update("Evidence"), _changed(held.evidence, wanted.evidence))
    fresh: dict[str, list[list[str]]] = defaultdict(list)
    for evidence, type_, entity in sorted(wanted.links - held.links):
        fresh[type_].append([evidence, entity])
    for type_, links in fresh.items():
        batch.write(cypher.create_links(type_), links)


def _put_relations(batch: _Batch, held: _Part, wanted: _Part) -> None:
    fresh = _stale(wanted.contradictions, held.contradictions)
    batch.write(cypher.CREATE_CONTRADICTIONS, [[*key, wanted.contradictions[key]] for key in fresh])
    new: dict[Predicate, list[Row]] = defaultdict(list)
    changed: dict[Predicate, list[Row]] = defaultdict(list)
    for key in _stale(wanted.relations, held.relations):
        subject, object_, predicate = key
        row = {"subject": subject, "object": object_, "properties": wanted.relations[key]}
        (changed if key in held.relations else new)[Predicate(predicate)].append(row)
    for predicate, relations in new.items():
        batch.write(cypher.create_relations(predicate), relations)
    for predicate, relations in changed.items():
        batch.write(cypher.update_relations(predicate), relations)


def _changed(held: Mapping[str, Row], wanted: Mapping[str, Row]) -> list[Row]:
    return [row for id_, row in wanted.items() if id_ in held and held[id_] != row]
