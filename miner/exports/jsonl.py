"""JSON Lines: one assertion a line, with its entities by name and every evidence in full."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from miner.exports.export_graph import ExportGraph, open_text
from miner.model.assertions import Assertion


def write(graph: ExportGraph, folder: Path) -> list[Path]:
    """Write `exominer_assertions.jsonl`."""
    path = folder / "exominer_assertions.jsonl"
    with open_text(path) as file:
        file.writelines(f"{line}\n" for line in lines(graph))
    return [path]


def lines(graph: ExportGraph) -> Iterator[str]:
    """A line of JSON for each assertion."""
    for assertion in graph.assertions:
        yield json.dumps(_record(assertion, graph), ensure_ascii=False, sort_keys=True)


def _record(assertion: Assertion, graph: ExportGraph) -> dict[str, Any]:
    record = asdict(assertion)
    for side in ("subject", "object"):
        record[side] = _entity(record[side], graph)
    record["cancers"] = [_entity(c, graph) for c in assertion.cancers]
    for evidence in record["evidence"]:
        evidence["vesicles"] = _entity(evidence["vesicles"], graph) if evidence["vesicles"] else None
        evidence["recipients"] = [_entity(recipient, graph) for recipient in evidence["recipients"]]
    return record


def _entity(id_: str, graph: ExportGraph) -> dict[str, Any]:
    entity = graph.entities[id_]
    described = {"id": entity.id, "type": entity.type.value, "name": entity.name, "category": entity.category}
    sources = [_entity(source, graph) for source in entity.sources]
    return described | ({"derived_from": sources} if sources else {})
