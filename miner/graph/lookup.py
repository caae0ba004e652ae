"""Find entities by the names that people write, for the parameters of the cookbook.

An entity's `lookup` property holds all its names, in lower case and normalized, so that "microRNA-21", "miR21" and
"hsa-miR-21" are one name.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from rapidfuzz import fuzz, process

from graph_schema import cypher
from graph_schema.cookbook import NamedQuery
from miner.errors import GraphError, UsageError
from miner.graph.connection import Connection, Table
from miner.model.populations import split_name
from miner.vocabulary.normalize import normalize

_PAGING = frozenset({"skip", "limit"})
_MIN_SIMILARITY = 60  # of 100
_MAX_SHOWN = 80
# A plain miRNA name stands for its precursors and mature forms too.
_EXACT = """\
UNWIND $keys AS key
MATCH (n:Entity) WHERE n.lookup CONTAINS '|' + key + '|'
WITH DISTINCT n
RETURN n.id AS id, [n.name, n.formal_name] + coalesce(n.synonyms, []) AS names,
       CASE WHEN n:MicroRNA THEN COLLECT { MATCH (n)<-[:IS_A*1..3]-(form:MicroRNA) RETURN form.id }
            ELSE [] END AS forms
ORDER BY id"""
# Vesicles by a name of their kind and one of their only source; those of the kind's kinds too.
_POPULATIONS = """\
UNWIND $splits AS split
MATCH (kind:Vesicle) WHERE any(key IN split[0] WHERE kind.lookup CONTAINS '|' + key + '|')
  AND NOT EXISTS { (kind)-[:DERIVED_FROM]->() }
MATCH (source:Entity) WHERE any(key IN split[1] WHERE source.lookup CONTAINS '|' + key + '|')
MATCH (source)<-[:DERIVED_FROM]-(v:Vesicle)-[:IS_A*1..]->(kind) WHERE COUNT { (v)-[:DERIVED_FROM]->() } = 1
RETURN DISTINCT v.id AS id, split[0] AS kind_keys, kind.id AS kind,
       [kind.name] + coalesce(kind.synonyms, []) AS kind_names, split[1] AS keys, source.id AS source,
       [source.name, source.formal_name] + coalesce(source.synonyms, []) AS names
ORDER BY id"""
_NAMES = "MATCH (n:Entity) RETURN n.name AS name, coalesce(n.synonyms, []) AS synonyms"


def lookup_keys(text: str) -> list[str]:
    """The forms of a name under which an entity may be stored in `lookup`.

    >>> lookup_keys("Breast Cancer")
    ['breast cancer', 'breastcancer']
    """
    plain = " ".join(text.lower().split()).replace("|", "/")
    return [key for key in dict.fromkeys((plain, normalize(text))) if key]


def find_ids(connection: Connection, text: str) -> list[str]:
    """The ids of all entities of this name, synonym or id; for a plain miRNA name also of its forms.

    What texts call an entity finds it only where the name is no entity's own: some text calls nearly every fibroblast
    a "CAF", and every kind of vesicle an "exosome".
    """
    keys = lookup_keys(text)
    records = connection.run_read(_EXACT, {"keys": keys})
    own = [record for record in records if is_own(keys, record["id"], record["names"])]
    if not own and (populations := _find_populations(connection, text)):
        return populations
    records = own or records
    return list(dict.fromkeys(id_ for record in records for id_ in (record["id"], *record["forms"])))


def _find_populations(connection: Connection, text: str) -> list[str]:
    """The ids of vesicles that are named by their kind and source: "BM-MSC exosomes", "EVs from mast cells"."""
    splits = [[lookup_keys(kind), lookup_keys(source)] for kind, source in split_name(text)]
    records = connection.run_read(_POPULATIONS, {"splits": splits}) if splits else []
    for of, names, keys in (("kind", "kind_names", "kind_keys"), ("source", "names", "keys")):
        own = [record for record in records if is_own(record[keys], record[of], record[names])]
        records = own or records
    return list(dict.fromkeys(record["id"] for record in records))


def is_own(keys: Collection[str], id_: str, names: Iterable[str | None]) -> bool:
    """Whether one of the lookup keys is the entity's id or one of its own names, not only a name from a text."""
    return any(key in keys for name in (id_, *names) if name for key in lookup_keys(name))


def bind(connection: Connection, query: NamedQuery, given: Mapping[str, str]) -> dict[str, Any]:
    """The values of a cookbook query's parameters, given as text.

    Raises UsageError for a parameter that does not fit the query, and the errors of `resolve`.
    """
    try:
        values = query.bind(given)
    except ValueError as error:
        raise UsageError(str(error)) from error
    return resolve(connection, query, values, [name for name, text in given.items() if text])


def resolve(
    connection: Connection, query: NamedQuery, values: Mapping[str, Any], given: Collection[str]
) -> dict[str, Any]:
    """The values of a cookbook query's parameters, with those that name entities replaced by lists of ids.

    Raises UsageError where one of the `given` names is no entity's, with the nearest names, and GraphError where the
    graph is empty. A default that names no entity of the graph gives an empty list.
    """
    resolved = dict(values)
    for parameter in query.parameters:
        name = values[parameter.name]
        if parameter.type != "entity" or name is None:
            continue
        resolved[parameter.name] = find_ids(connection, str(name))
        if not resolved[parameter.name] and parameter.name in given:
            raise _unknown(connection, str(name))
    return resolved


def run_named(
    connection: Connection,
    query: NamedQuery,
    given: Mapping[str, str],
    *,
    timeout_s: float = 60,
    part: tuple[int, int] | None = None,
) -> Table:
    """Run a cookbook query with parameters given as text. Raises as `bind` and `Connection.query`.

    Where databases were compared, rows on assertions say in a column `novelty` how new these are.
    """
    table = connection.query(query.cypher, bind(connection, query, given), timeout_s=timeout_s, part=part)
    return add_novelty(connection, table)


def add_novelty(connection: Connection, table: Table) -> Table:
    """The table with a column `novelty` before `assertion`, where it has this one and databases were compared."""
    if "assertion" not in table.keys:
        return table
    at = table.keys.index("assertion")
    ids = sorted({row[at] for row in table.rows if isinstance(row[at], str)})
    known = {record["id"]: record["novelty"] for record in connection.run_read(cypher.READ_NOVELTY, {"ids": ids})}
    if not known:
        return table
    rows = [[*row[:at], known.get(row[at]), *row[at:]] for row in table.rows]
    return replace(table, keys=[*table.keys[:at], "novelty", *table.keys[at:]], rows=rows)


def run_page(
    connection: Connection, query: NamedQuery, given: Mapping[str, str], first: int, size: int, *, timeout_s: float = 60
) -> Table:
    """At most `size` rows of a cookbook query, from the row number `first` on. Raises as `run_named`.

    A query with the parameters `skip` and `limit` gives these rows alone, unless one of the two is given.
    """
    if {p.name for p in query.parameters} >= _PAGING and not _PAGING & given.keys():
        paged = {**given, "skip": str(first), "limit": str(size + 1)}
        return run_named(connection, query, paged, timeout_s=timeout_s, part=(0, size))
    return run_named(connection, query, given, timeout_s=timeout_s, part=(first, first + size))


def nearest(text: str, names: Iterable[tuple[str, Iterable[str]]], limit: int = 3) -> list[str]:
    """The names (each given with its synonyms) that are most like `text` after normalization, the best first.

    >>> nearest("PTN", [("PTEN", ["MMAC1"]), ("actin", [])])
    ['PTEN']
    """
    forms = {normalize(form): name for name, synonyms in names for form in (*synonyms, name)}
    found = process.extract(
        normalize(text), list(forms), scorer=fuzz.ratio, limit=4 * limit, score_cutoff=_MIN_SIMILARITY
    )
    return list(dict.fromkeys(forms[form] for form, *_ in found))[:limit]


def _unknown(connection: Connection, name: str) -> UsageError | GraphError:
    names = [(record["name"], record["synonyms"]) for record in connection.run_read(_NAMES)]
    if not names:
        return GraphError("the graph is empty - fill it with: exominer graph load")
    near = ", ".join(nearest(name, names))
    shown = name if len(name) <= _MAX_SHOWN else f"{name[: _MAX_SHOWN - 1]}…"
    return UsageError(f"no entity named {shown!r}{f'; nearest: {near}' if near else ''} - see: exominer find NAME")
