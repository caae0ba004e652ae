"""Convert Neo4j's values to plain Python ones that JSON can hold."""

import base64
import math
from typing import Any

from neo4j.graph import Node, Path, Relationship
from neo4j.spatial import Point
from neo4j.time import Date, DateTime, Duration, Time

from miner.errors import QueryError

MAX_DEPTH = 100


def plain(value: Any, depth: int = 0) -> Any:
    """`value` as None, bool, int, float, str, list or dict (keys are strings).

    A node is {id, labels, properties}, a relationship {id, type, start, end, properties}, a path {nodes,
    relationships}. Dates, times and durations are ISO 8601 strings, points {srid, x, y[, z]}, bytes Base64, and
    NaN and the infinities, which JSON lacks, strings. Raises QueryError where lists and maps nest more than 100 deep.
    """
    if depth > MAX_DEPTH:
        raise QueryError(f"the answer nests lists or maps more than {MAX_DEPTH} deep - flatten it")
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if math.isfinite(value) else str(value)
        case bytes() | bytearray():
            return base64.b64encode(value).decode("ascii")
        case Node():
            return {
                "id": value.element_id,
                "labels": sorted(value.labels),
                "properties": plain(dict(value.items())),
            }
        case Relationship():
            return {
                "id": value.element_id,
                "type": value.type,
                "start": value.start_node.element_id if value.start_node else None,
                "end": value.end_node.element_id if value.end_node else None,
                "properties": plain(dict(value.items())),
            }
        case Path():
            return {
                "nodes": [plain(node) for node in value.nodes],
                "relationships": [plain(relationship) for relationship in value.relationships],
            }
        case Date() | DateTime() | Time() | Duration():
            return value.iso_format()
        case Point():
            return {"srid": value.srid, **dict(zip("xyz", value, strict=False))}
        case dict():
            return {str(key): plain(each, depth + 1) for key, each in value.items()}
        case list() | tuple() | set() | frozenset():
            return [plain(each, depth + 1) for each in value]
    return str(value)
