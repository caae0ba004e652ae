"""Find entities by the names that people write: for the parameters of the cookbook and for `exominer find`.

An entity's `lookup` property holds all its names, in lower case and normalized, so that "microRNA-21", "miR21" and
"hsa-miR-21" are one name.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from rapidfuzz import fuzz, process

from graph_schema.cookbook import NamedQuery
from miner.errors import GraphError, UsageError
from miner.graph.connection import Connection, Table
from miner.vocabulary.normalize import fold as normalize

Tier = Literal["exact", "prefix", "part", "similar"]

_MIN_SIMILARITY = 60
_TYPE = "[l IN labels(n) WHERE NOT l IN ['Entity', 'Cargo']][0]"
# A plain miRNA name stands for its precursors and mature forms too.
_EXACT = """\
UNWIND $keys AS key
MATCH (n:Entity) WHERE n.lookup CONTAINS '|' + key + '|'
WITH DISTINCT n
RETURN n.id AS id, CASE WHEN n:MicroRNA THEN COLLECT { MATCH (n)<-[:IS_A*1..3]-(form:MicroRNA) RETURN form.id }
                        ELSE [] END AS forms
ORDER BY id"""
_ALL = f"""\
MATCH (n:Entity)
RETURN n.id AS id, n.name AS name, {_TYPE} AS type, n.lookup AS lookup,
       COUNT {{ (n)<-[:SUBJECT|OBJECT|IN_CANCER]-() }} AS claims"""


@dataclass(frozen=True, slots=True)
class NamedEntity:
    """An entity of the graph with its names (`lookup`) and the number of claims about it or in its context."""

    id: str
    name: str
    type: str
    lookup: str
    claims: int


@dataclass(frozen=True, slots=True)
class EntityMatch:
    """An entity that a text may name, how it matches, and how well (0 to 100)."""

    entity: NamedEntity
    tier: Tier
    score: float


def lookup_keys(text: str) -> list[str]:
    """The forms of a name under which an entity may be stored in `lookup`.

    >>> lookup_keys("Breast Cancer")
    ['breast cancer', 'breastcancer']
    """
    plain = " ".join(text.lower().split()).replace("|", "/")
    return [key for key in dict.fromkeys((plain, normalize(text))) if key]


def find_ids(connection: Connection, text: str) -> list[str]:
    """The ids of all entities of this name, synonym or id; for a plain miRNA name also of its forms."""
    records = connection.run_read(_EXACT, {"keys": lookup_keys(text)})
    return list(dict.fromkeys(id_ for record in records for id_ in (record["id"], *record["forms"])))


def bind(connection: Connection, query: NamedQuery, given: Mapping[str, str]) -> dict[str, Any]:
    """The values of a cookbook query's parameters, those that name entities as lists of ids.

    Raises ValueError as `NamedQuery.bind`, UsageError where a given name is no entity's, with the nearest names, and
    GraphError where the graph is empty.
    """
    values: dict[str, Any] = dict(query.bind(given))
    for parameter in query.parameters:
        name = values[parameter.name]
        if parameter.type != "entity" or name is None:
            continue
        values[parameter.name] = find_ids(connection, str(name))
        if not values[parameter.name] and given.get(parameter.name):
            raise _unknown(connection, str(name))
    return values


def run_named(
    connection: Connection,
    query: NamedQuery,
    given: Mapping[str, str],
    *,
    timeout_s: float = 60,
    part: tuple[int, int] | None = None,
) -> Table:
    """Run a cookbook query with parameters given as text. Raises as `bind` and `Connection.query`."""
    return connection.query(query.cypher, bind(connection, query, given), timeout_s=timeout_s, part=part)


def search(connection: Connection, text: str, limit: int = 20) -> list[EntityMatch]:
    """The entities that `text` may name, the best matches first."""
    return rank(text, all_entities(connection), limit)


def all_entities(connection: Connection) -> list[NamedEntity]:
    """Every entity of the graph with its names."""
    return [NamedEntity(**record) for record in connection.run_read(_ALL)]


def rank(text: str, entities: Iterable[NamedEntity], limit: int = 20) -> list[EntityMatch]:
    """Rank entities by how well a name of theirs matches: the same, its beginning, a part of it, or similar letters.

    Within a tier the entity with more claims comes first; among similar names, the more similar one.
    """
    keys = lookup_keys(text)
    matches = [match for entity in entities if (match := _match(keys, entity)) is not None]
    order: Sequence[Tier] = ("exact", "prefix", "part", "similar")
    matches.sort(
        key=lambda m: (
            order.index(m.tier),
            -round(m.score) if m.tier == "similar" else 0,
            -m.entity.claims,
            m.entity.id,
        )
    )
    return matches[:limit]


def _match(keys: Sequence[str], entity: NamedEntity) -> EntityMatch | None:
    lookup = entity.lookup
    if any(f"|{key}|" in lookup for key in keys):
        return EntityMatch(entity, "exact", 100)
    if any(f"|{key}" in lookup for key in keys):
        return EntityMatch(entity, "prefix", 90)
    if any(len(key) > 2 and key in lookup for key in keys):
        return EntityMatch(entity, "part", 80)
    best = max(
        (process.extractOne(key, lookup.strip("|").split("|"), scorer=fuzz.ratio) for key in keys),
        key=lambda found: found[1],
        default=None,
    )
    if best is None or best[1] < _MIN_SIMILARITY:
        return None
    return EntityMatch(entity, "similar", min(best[1], 79))


def _unknown(connection: Connection, name: str) -> UsageError | GraphError:
    entities = all_entities(connection)
    if not entities:
        return GraphError("the graph is empty - import articles first, as in: exominer ingest FILE")
    near = dict.fromkeys(match.entity.name for match in rank(name, entities, limit=5))
    shown = name if len(name) <= 80 else f"{name[:79]}…"
    hint = f"nearest: {', '.join(list(near)[:3])}" if near else "see all with: exominer query contents"
    return UsageError(f"no entity named {shown!r} - {hint}")
