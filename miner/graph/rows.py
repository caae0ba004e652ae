"""Assembled pairs as rows of properties, for a load and for a rebuild. Pure functions.

Empty and unknown values are left out of a row, so that a property is either filled or absent. Neo4j cannot index text
of more than about 8 kB: longer ids and indexed texts are cut, and end in a digest.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain
from typing import Any

from graph_schema.cypher import RANGE_INDEXES
from graph_schema.model import (
    ASSERTION,
    CONTRADICTS,
    ENTITY,
    EVIDENCE,
    FORMER_NAMES,
    PUBLICATION,
    RELATION_PROPERTIES,
    Property,
)
from miner.model.assertions import (
    Assertion,
    Contradiction,
    EntityNode,
    Evidence,
    PairSubgraph,
    RelationSummary,
    WorkRef,
)
from miner.model.digests import digest
from miner.model.populations import Population

_TYPES = {"string": str, "integer": int, "float": float, "boolean": bool}

Row = dict[str, Any]
Link = tuple[str, str, str]
"""An evidence's id, a relationship type, and an entity's id."""


_INDEXED = frozenset({"id", *chain.from_iterable(RANGE_INDEXES.values())})
MAX_KEY_BYTES = 1_000
"""Of an id or an indexed text in UTF-8. `pair` joins two ids and stays within the limit too."""


def bounded_key(text: str) -> str:
    """The text itself, or if it is too long to be indexed its beginning with a digest of all of it.

    >>> bounded_key("HGNC:9588"), len(bounded_key("A" * 9000))
    ('HGNC:9588', 998)
    """
    if len(text) <= MAX_KEY_BYTES // 4 or len(text.encode("utf-8", "replace")) <= MAX_KEY_BYTES:
        return text
    end = f"…{digest(text)}"
    room = MAX_KEY_BYTES - len(end.encode())
    return text.encode("utf-8", "replace")[:room].decode("utf-8", "ignore") + end


def bounded_pair(pair: PairSubgraph) -> PairSubgraph:
    """The pair with every id short enough to be indexed; nearly always the pair itself."""
    ids = {pair.subject, pair.object, *pair.types, *(e.work.id for a in pair.assertions for e in a.evidence)}
    ids.update(id_ for p in pair.populations.values() for id_ in (p.kind, *p.source_ids))
    if all(bounded_key(id_) is id_ for id_ in ids):
        return pair
    return replace(
        pair,
        subject=bounded_key(pair.subject),
        object=bounded_key(pair.object),
        types={bounded_key(id_): type_ for id_, type_ in pair.types.items()},
        populations={id_: _bounded_population(population) for id_, population in pair.populations.items()},
        assertions=tuple(map(_bounded_assertion, pair.assertions)),
    )


def _bounded_population(population: Population) -> Population:
    return Population(bounded_key(population.kind), tuple((bounded_key(id_), t) for id_, t in population.sources))


def _bounded_assertion(assertion: Assertion) -> Assertion:
    return replace(
        assertion,
        subject=bounded_key(assertion.subject),
        object=bounded_key(assertion.object),
        cancers=tuple(map(bounded_key, assertion.cancers)),
        evidence=tuple(map(_bounded_evidence, assertion.evidence)),
    )


def _bounded_evidence(evidence: Evidence) -> Evidence:
    return replace(
        evidence,
        work=replace(evidence.work, id=bounded_key(evidence.work.id)),
        vesicles=bounded_key(evidence.vesicles),
        recipients=tuple(map(bounded_key, evidence.recipients)),
    )


def pair_key(pair: PairSubgraph) -> str:
    """The `pair` property of an assertion."""
    return f"{pair.subject} {pair.object}"


def entity_row(entity: EntityNode) -> Row:
    """An entity's properties."""
    return _row(ENTITY.properties, entity)


def publication_row(work: WorkRef) -> Row:
    """A publication's properties."""
    return _row(PUBLICATION.properties, work)


def assertion_row(assertion: Assertion) -> Row:
    """An assertion's properties."""
    pair = {"pair": f"{assertion.subject} {assertion.object}"}
    agreement = {"agreement": assertion.agreement.share, "against": assertion.agreement.against}
    return _row(ASSERTION.properties, agreement, assertion, assertion.tally, pair)


def evidence_row(evidence: Evidence) -> Row:
    """An evidence's properties."""
    curators = {"curators": sorted({v.curator for v in evidence.verdicts})}
    former_names = {old: evidence.context.get(name) for old, name in FORMER_NAMES.items()}
    return _row(EVIDENCE.properties, evidence, curators, evidence.context, former_names)


def evidence_links(evidence: Evidence) -> Iterator[Link]:
    """The relationships from an evidence to entities."""
    if evidence.vesicles:
        yield evidence.id, "IN_VESICLES", evidence.vesicles
    for recipient in evidence.recipients:
        yield evidence.id, "TAKEN_UP_BY", recipient


def relation_row(relation: RelationSummary) -> Row:
    """The properties of a relationship between two entities."""
    return _row(RELATION_PROPERTIES, relation, relation.tally)


def contradiction_row(contradiction: Contradiction) -> Row:
    """The properties of a contradiction between two assertions."""
    return _row(CONTRADICTS.properties, contradiction)


def publications(pairs: Iterable[PairSubgraph]) -> dict[str, WorkRef]:
    """All works that these pairs cite, by id."""
    evidence = chain.from_iterable(a.evidence for pair in pairs for a in pair.assertions)
    return {e.work.id: e.work for e in evidence}


def _row(properties: Iterable[Property], *sources: object) -> Row:
    row: Row = {}
    for property_ in properties:
        value = _first(property_.name, sources)
        if value is None or value == "" or value == ():
            continue
        converted = _as(property_.type, value)
        row[property_.name] = _bounded(converted) if property_.name in _INDEXED else converted
    return {name: value for name, value in row.items() if value != []}


def _bounded(value: Any) -> Any:
    """An indexed value; ids are bounded already, and `pair` is made of them."""
    return bounded_key(value) if isinstance(value, str) and len(value) > 2 * MAX_KEY_BYTES + 1 else value


def _first(name: str, sources: tuple[object, ...]) -> Any:
    for source in sources:
        value = source.get(name) if isinstance(source, Mapping) else getattr(source, name, None)
        if value is not None:
            return value
    return None


def _as(type_: str, value: Any) -> Any:
    """The value as the model's type, text without lone surrogates, which UTF-8 lacks."""
    if type_ == "string list":
        values = [value] if isinstance(value, str) else value
        return [_text(v) for v in values if v]
    return _text(value) if type_ == "string" else _TYPES[type_](value)


def _text(value: object) -> str:
    return str(value).encode("utf-8", "replace").decode()
