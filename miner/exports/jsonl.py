"""JSON Lines: one assertion a line, with its entities by name and every evidence in full."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from miner.exports.library import Library
from miner.model.assertions import Assertion


def lines(library: Library) -> Iterator[str]:
    """A line of JSON for each assertion."""
    for assertion in library.assertions:
        yield json.dumps(_record(assertion, library), ensure_ascii=False, sort_keys=True)


def _record(assertion: Assertion, library: Library) -> dict[str, Any]:
    record = asdict(assertion)
    for side in ("subject", "object"):
        record[side] = _entity(record[side], library)
    record["cancers"] = [_entity(c, library) for c in assertion.cancers]
    return record


def _entity(id_: str, library: Library) -> dict[str, Any]:
    entity = library.entities[id_]
    return {"id": entity.id, "type": entity.type.value, "name": entity.name, "category": entity.category}
