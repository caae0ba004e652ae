"""Assembled pairs as rows of properties: what a load sends and a rebuild writes, pure.

What is empty or unknown is left out of a row, so that a property is either there and filled or not there at all.
"""

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any

from graph_schema.model import ASSERTION, CONTRADICTS, ENTITY, EVIDENCE, PUBLICATION, RELATION_PROPERTIES, Property
from miner.model.assertions import (
    Assertion,
    Contradiction,
    EntityNode,
    Evidence,
    PairSubgraph,
    RelationSummary,
    WorkRef,
)

type_of = {"string": str, "integer": int, "float": float, "boolean": bool}

Row = dict[str, Any]


def pair_key(pair: PairSubgraph) -> str:
    """What an assertion's `pair` property holds."""
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
    return _row(ASSERTION.properties, assertion, assertion.tally, pair)


def evidence_row(evidence: Evidence) -> Row:
    """An evidence's properties."""
    curators = {"curators": sorted({v.curator for v in evidence.verdicts})}
    former_names = {"isolation": evidence.context.get("separation")}
    return _row(EVIDENCE.properties, evidence, curators, evidence.context, former_names)


def relation_row(relation: RelationSummary) -> Row:
    """The properties of a relationship between two entities."""
    return _row(RELATION_PROPERTIES, relation, relation.tally)


def contradiction_row(contradiction: Contradiction) -> Row:
    """The properties of a link between assertions that cannot both hold."""
    return _row(CONTRADICTS.properties, contradiction)


def publications(pairs: Iterable[PairSubgraph]) -> dict[str, WorkRef]:
    """All works that these pairs rest on, by id."""
    evidence = chain.from_iterable(a.evidence for pair in pairs for a in pair.assertions)
    return {e.work.id: e.work for e in evidence}


def _row(properties: Iterable[Property], *sources: object) -> Row:
    row: Row = {}
    for property_ in properties:
        value = _first(property_.name, sources)
        if value is None or value == "" or value == ():
            continue
        row[property_.name] = _as(property_.type, value)
    return {name: value for name, value in row.items() if value != []}


def _first(name: str, sources: tuple[object, ...]) -> Any:
    for source in sources:
        value = source.get(name) if isinstance(source, Mapping) else getattr(source, name, None)
        if value is not None:
            return value
    return None


def _as(type_: str, value: Any) -> Any:
    """The value as the model's type, text without what UTF-8 cannot say."""
    if type_ == "string list":
        values = [value] if isinstance(value, str) else value
        return [_text(v) for v in values if v]
    return _text(value) if type_ == "string" else type_of[type_](value)


def _text(value: object) -> str:
    return str(value).encode("utf-8", "replace").decode()
