"""Warnings about a query: names that the graph does not know, with the nearest names of the schema."""

import re
from collections.abc import Iterable

import neo4j
from rapidfuzz import process

from graph_schema.model import NODES, RELATION_PROPERTIES, STRUCTURE, EntityType, Predicate

_UNKNOWN = {"01N50": "label", "01N51": "relationship type", "01N52": "property"}
"""GQL status codes of Neo4j's notifications about unknown names."""
_NAMES: dict[str, frozenset[str]] = {
    "label": frozenset({*(node.label for node in NODES), *EntityType, "Cargo"}),
    "relationship type": frozenset({*Predicate, *(r.type for r in STRUCTURE)}),
    "property": frozenset(p.name for owner in (*NODES, *STRUCTURE) for p in owner.properties)
    | {p.name for p in RELATION_PROPERTIES},
}
_MIN_SCORE = 70


def unknown_names(statuses: Iterable[neo4j.GqlStatusObject]) -> list[str]:
    """One warning for each name of the query that neither the graph nor its schema knows."""
    warnings = []
    for status in statuses:
        kind = _UNKNOWN.get(status.gql_status)
        found = re.search(r"`([^`]+)`", status.status_description)
        if kind and found and found[1] not in _NAMES[kind]:
            warnings.append(_warning(kind, found[1]))
    return list(dict.fromkeys(warnings))


def _warning(kind: str, name: str) -> str:
    near = process.extractOne(name, sorted(_NAMES[kind]), processor=str.lower, score_cutoff=_MIN_SCORE)
    hint = f" - did you mean {near[0]}?" if near else ""
    return f"the graph has no {kind} {name}{hint}"
