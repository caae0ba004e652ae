"""Rows of claims: names, ids, source, cargo, effect, function, cancers, belief, and the best sentence with its paper.

CSV, XLSX and Parquet have the same rows, one for each claim. Lists are joined by "; ".
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from graph_schema.model import CARGO, EFFECTS, EntityType
from miner.exports.export_graph import ExportGraph
from miner.model.assertions import Assertion, EntityNode

COLUMNS: Mapping[str, type] = {
    "assertion": str,
    "subject": str, "subject_id": str, "subject_type": str,
    "predicate": str, "negated": bool,
    "object": str, "object_id": str, "object_type": str,
    "source": str, "vesicle": str, "cargo": str, "effect": str, "function": str,
    "cancers": str, "cancer_ids": str,
    "belief": float, "agreement": float, "papers": int, "own_papers": int, "first_year": int, "last_year": int,
    "hedged": bool, "disputed": bool, "retracted": bool,
    "sentence": str, "sentence_source": str, "section": str, "license": str, "pmids": str, "dois": str,
}  # fmt: skip
"""The columns in order, with the types of their values. Values may be missing."""


def claim_rows(graph: ExportGraph) -> Iterator[Sequence[Any]]:
    """A row for each assertion, with values in the order of `COLUMNS`; missing values are None."""
    for assertion in graph.assertions:
        row = _row(assertion, graph.entities)
        yield [row[column] for column in COLUMNS]


def _row(assertion: Assertion, entities: Mapping[str, EntityNode]) -> dict[str, Any]:
    subject, object_ = entities[assertion.subject], entities[assertion.object]
    best = assertion.best_first[0]
    works = {e.work.id: e.work for e in assertion.evidence}.values()
    tally = assertion.tally
    return {
        "assertion": assertion.id,
        "subject": subject.name,
        "subject_id": subject.id,
        "subject_type": subject.type.value,
        "predicate": assertion.predicate.value,
        "negated": assertion.negated,
        "object": object_.name,
        "object_id": object_.id,
        "object_type": object_.type.value,
        **_roles(assertion, subject, object_, entities),
        "cancers": _joined(entities[c].name for c in assertion.cancers),
        "cancer_ids": _joined(assertion.cancers),
        "belief": tally.belief,
        "agreement": assertion.agreement.share,
        "papers": tally.papers,
        "own_papers": tally.own,
        "first_year": tally.first_year,
        "last_year": tally.last_year,
        "hedged": assertion.speculative,
        "disputed": assertion.disputed,
        "retracted": assertion.retracted,
        "sentence": best.sentence,
        "sentence_source": best.work.id,
        "section": best.section or None,
        "license": best.work.license,
        "pmids": _joined(w.pmid for w in works),
        "dois": _joined(w.doi for w in works),
    }


def _roles(
    assertion: Assertion, subject: EntityNode, object_: EntityNode, entities: Mapping[str, EntityNode]
) -> dict[str, Any]:
    """The source, vesicle, cargo, effect and function of an assertion; those that it lacks are None."""
    ends = (subject, object_)
    vesicles = [entities[e.vesicles] for e in assertion.evidence if e.vesicles]
    return {
        "source": _joined(entities[source].name for v in vesicles for source in v.sources),
        "vesicle": _joined(v.name for v in vesicles),
        "cargo": next((e.name for e in ends if e.type in CARGO), None),
        "effect": assertion.signed_predicate if assertion.predicate in EFFECTS else None,
        "function": object_.name if object_.type is EntityType.FUNCTION else None,
    }


def _joined(values: Iterable[str | None]) -> str | None:
    """Join the distinct values that are present by "; ", in order; None if there are none."""
    return "; ".join(dict.fromkeys(value for value in values if value)) or None
