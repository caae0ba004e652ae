"""Find the claims that support the rows of an answer."""

from collections.abc import Sequence
from typing import Any

from graph_schema.model import Predicate
from miner.graph.connection import Connection

MAX_PER_ROW = 3
"""Maximum number of claims for a row that names entities; a row that names assertions has all of them."""
_PREDICATES = frozenset(Predicate)
_MAX_TEXTS = 40
_MAX_NAME = 300
_ASSERTION_PREFIX = "exominer:a_"
_BETWEEN = """\
UNWIND range(0, size($rows) - 1) AS number
WITH number, $rows[number].names AS names, $rows[number].predicates AS predicates
CALL (names, predicates) {
  MATCH (s:Entity) WHERE s.name IN names
  MATCH (s)<-[:SUBJECT]-(a:Assertion)-[:OBJECT]->(o) WHERE o.name IN names AND o <> s
    AND (size(predicates) = 0 OR a.predicate IN predicates)
  RETURN a.id AS id ORDER BY a.belief DESC, a.id LIMIT $limit
}
RETURN number, collect(id) AS ids"""


def claims_of_rows(connection: Connection, rows: Sequence[Sequence[Any]]) -> list[list[str]]:
    """The ids of the assertions of each row: those that it names, else those of highest belief between its entities.

    If a row also has predicates, only claims with these count. A row without ids of claims, and without two entities
    that share a claim, has none.
    """
    texts = [list(dict.fromkeys(_texts(row)))[:_MAX_TEXTS] for row in rows]
    found = [[text for text in of_row if text.startswith(_ASSERTION_PREFIX)] for of_row in texts]
    open_rows = [number for number, ids in enumerate(found) if not ids]
    asked = [{"names": texts[number], "predicates": _predicates(texts[number])} for number in open_rows]
    for record in connection.run_read(_BETWEEN, {"rows": asked, "limit": MAX_PER_ROW}) if asked else []:
        found[open_rows[record["number"]]] = record["ids"]
    return found


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value] if len(value) <= _MAX_NAME else []
    if isinstance(value, list | tuple):
        return [text for item in value for text in _texts(item)]
    return []


def _predicates(texts: Sequence[str]) -> list[str]:
    return [name for text in texts if (name := text.removeprefix("NOT ")) in _PREDICATES]
