"""A bound on how deeply the JSON of a record is nested."""

import json
from collections.abc import Iterator
from typing import Any

from miner.formats.record import MAX_PAYLOAD

MAX_DEPTH = 50
"""Levels of objects and lists in a record; real ones have fewer than 10."""

TOO_DEEP = f"its JSON is nested more than {MAX_DEPTH} levels deep - no article is"


def is_too_deep(value: Any) -> bool:
    """Whether a value is nested beyond `MAX_DEPTH`; recursive code may fail on it. Takes linear time."""
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [child for one in level for child in _children(one)]
        if not level:
            return False
    return True


def excerpt(value: Any) -> str:
    """The beginning of a value's JSON, to be kept with a reject; "" for one that is nested too deeply."""
    try:
        return json.dumps(value, ensure_ascii=False)[:MAX_PAYLOAD]
    except (RecursionError, ValueError):
        return ""


def _children(value: Any) -> Iterator[Any]:
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return (child for child in children if isinstance(child, dict | list))
