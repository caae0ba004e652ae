"""Cypher rendered from the model: constraints, indexes, and the statements that write the graph in batches.

Pure text. Every value goes in as a parameter; what is spelled into a statement are labels, relationship types and
property names of `graph_schema.model`.
"""

from graph_schema.model import (
    ASSERTION,
    CARGO,
    ENTITY,
    EVIDENCE,
    NODES,
    PUBLICATION,
    STATE_LABEL,
    EntityType,
    Predicate,
)

TEXT_INDEX = "exominer_text"
"""Full-text index over entity names and evidence sentences."""

METHODS_INDEX = "exominer_methods"
"""Full-text index over the laboratory methods that an evidence's article names."""

RANGE_INDEXES = {
    "Entity": ("name",),
    "Assertion": ("pair", "belief", "papers", "first_published", "speculative", "disputed"),
    "Publication": ("doi", "pmid", "published", "retracted"),
}

_SUPPORTING = "SUBJECT|OBJECT|IN_CANCER|IS_A|DERIVED_FROM|IN_VESICLES|TAKEN_UP_BY"
"""Relationship types that end at entities; every entity of the graph has at least one of them."""

ENTITY_RELATIONSHIPS = "|".join(Predicate)
"""All relationship types that hold between two entities, as a pattern takes them."""


def constraints() -> list[str]:
    """One uniqueness constraint for each node's `id`, which is an index too."""
    labels = [*(node.label for node in NODES), STATE_LABEL]
    return [
        f"CREATE CONSTRAINT exominer_{label.lower()}_id IF NOT EXISTS FOR (n:{label}) REQUIRE n.id IS UNIQUE"
        for label in labels
    ]


def indexes() -> list[str]:
    """Range indexes for look-ups, a text index for any name of an entity, and the full-text index."""
    return [
        *(
            f"CREATE INDEX exominer_{label.lower()}_{name} IF NOT EXISTS FOR (n:{label}) ON (n.{name})"
            for label, names in RANGE_INDEXES.items()
            for name in names
        ),
        "CREATE INDEX exominer_contradicts_belief IF NOT EXISTS FOR ()-[r:CONTRADICTS]-() ON (r.belief)",
        "CREATE TEXT INDEX exominer_entity_lookup IF NOT EXISTS FOR (n:Entity) ON (n.lookup)",
        f"CREATE FULLTEXT INDEX {TEXT_INDEX} IF NOT EXISTS FOR (n:Entity|Evidence) "
        "ON EACH [n.name, n.synonyms, n.sentence] OPTIONS {indexConfig: {`fulltext.analyzer`: 'english'}}",
        f"CREATE FULLTEXT INDEX {METHODS_INDEX} IF NOT EXISTS FOR (n:Evidence) "
        "ON EACH [n.separation, n.characterization]",
    ]


def schema_names() -> list[str]:
    """The names of all constraints and indexes; a constraint's index has its name."""
    return [statement.split(" IF NOT EXISTS")[0].split()[-1] for statement in [*constraints(), *indexes()]]


def entity_labels(type_: EntityType) -> tuple[str, ...]:
    """The labels of an entity of this kind."""
    return ("Entity", str(type_), "Cargo") if type_ in CARGO else ("Entity", str(type_))


# reading what a batch is about to change

# A `WITH` between finding both ends and the relationship makes the server walk from the end with fewer of them.

READ_PAIRS = """\
UNWIND $pairs AS pair
MATCH (a:Assertion {pair: pair})
RETURN properties(a) AS assertion,
       [(a)-[:SUPPORTED_BY]->(e) | [properties(e), [(e)-[r:IN_VESICLES|TAKEN_UP_BY]->(n) | [type(r), n.id]]]]
         AS evidence,
       [(a)-[c:CONTRADICTS]->(b) | [b.id, properties(c)]] AS contradictions"""

READ_RELATIONS = f"""\
UNWIND $pairs AS pair
MATCH (s:Entity {{id: pair[0]}}) MATCH (o:Entity {{id: pair[1]}})
WITH s, o
MATCH (s)-[r:{ENTITY_RELATIONSHIPS}]->(o)
RETURN s.id AS subject, o.id AS object, type(r) AS predicate, properties(r) AS properties"""

READ_ENTITIES = "UNWIND $ids AS id MATCH (n:Entity {id: id}) RETURN n.id AS id"

READ_NODES = """\
UNWIND $ids AS id
MATCH (named:Entity {id: id})<-[:DERIVED_FROM*0..1]-(n)
WITH DISTINCT n
RETURN properties(n) AS properties, labels(n) AS labels, [(n)-[:IS_A]->(kind) | kind.id] AS kinds,
       COLLECT { MATCH (n)-[:DERIVED_FROM]->(source)
                 RETURN [source.id, labels(source)] ORDER BY source.id } AS sources"""

READ_QUOTES = """\
MATCH (e:Evidence)-[:FROM]->(p:Publication)
RETURN e.id AS id, e.sentence AS sentence, e.start AS start, e.end AS end, e.belief AS belief, p.id AS work
ORDER BY id"""

READ_BELIEFS = "MATCH (a:Assertion) RETURN a.id AS id, a.belief AS belief ORDER BY id"

READ_CLAIM_STATES = """\
UNWIND $ids AS id
MATCH (a:Assertion {id: id}) MATCH (a)-[:SUBJECT]->(s) MATCH (a)-[:OBJECT]->(o)
RETURN a.id AS id, s.name AS subject, a.predicate AS predicate, a.negated AS negated, o.name AS object,
       COLLECT { MATCH (a)-[:IN_CANCER]->(c) RETURN c.name ORDER BY c.name } AS cancers,
       a.belief AS belief, a.papers AS papers, COUNT { (a)-[:CONTRADICTS]-() } AS contradicted,
       COUNT { MATCH (a)-[:SUPPORTED_BY]->()-[:FROM]->(p:Publication {retracted: true})
               RETURN DISTINCT p } AS retracted,
       COLLECT { MATCH (a)-[:SUPPORTED_BY]->(e) RETURN e.sentence ORDER BY e.belief DESC, e.id LIMIT 1 }[0] AS sentence,
       COLLECT { MATCH (a)-[:SUPPORTED_BY]->()-[:FROM]->(p) WITH DISTINCT p ORDER BY p.published DESC, p.id LIMIT 10
                 RETURN trim(coalesce('PMID:' + p.pmid, '') + coalesce(' doi:' + p.doi, ''))
                        + CASE WHEN p.retracted THEN ' (retracted)' ELSE '' END } AS sources"""

READ_NOVELTY = """\
UNWIND $ids AS id MATCH (a:Assertion {id: id}) WHERE a.novelty IS NOT NULL RETURN a.id AS id, a.novelty AS novelty"""

READ_PUBLICATIONS = "UNWIND $ids AS id MATCH (n:Publication {id: id}) RETURN properties(n) AS publication"


# writing; each takes $rows, and finds its nodes by their unique ids


def create_entities(type_: EntityType) -> str:
    """Rows: property maps of entities of one kind."""
    return f"UNWIND $rows AS row CREATE (n:{':'.join(entity_labels(type_))}) SET n = row"


CREATE_PARENTS = """\
UNWIND $rows AS row
MATCH (child:Entity {id: row[0]}) MATCH (parent:Entity {id: row[1]})
CREATE (child)-[:IS_A]->(parent)"""

CREATE_SOURCES = """\
UNWIND $rows AS row
MATCH (vesicles:Entity {id: row[0]}) MATCH (source:Entity {id: row[1]})
CREATE (vesicles)-[:DERIVED_FROM]->(source)"""

CREATE_PUBLICATIONS = f"UNWIND $rows AS row CREATE (n:{PUBLICATION.label}) SET n = row"

CREATE_ASSERTIONS = f"""\
UNWIND $rows AS row
MATCH (s:Entity {{id: row.subject}}) MATCH (o:Entity {{id: row.object}})
CREATE (s)<-[:SUBJECT]-(a:{ASSERTION.label})-[:OBJECT]->(o)
SET a = row.properties"""

CREATE_CANCERS = """\
UNWIND $rows AS row
MATCH (a:Assertion {id: row[0]}) MATCH (c:Entity {id: row[1]})
CREATE (a)-[:IN_CANCER]->(c)"""

CREATE_EVIDENCE = f"""\
UNWIND $rows AS row
MATCH (a:Assertion {{id: row.assertion}}) MATCH (p:Publication {{id: row.publication}})
CREATE (a)-[:SUPPORTED_BY]->(e:{EVIDENCE.label})-[:FROM]->(p)
SET e = row.properties"""


def create_links(type_: str) -> str:
    """Rows: [evidence id, entity id] of new relationships of one type."""
    return f"""\
UNWIND $rows AS row
MATCH (e:Evidence {{id: row[0]}}) MATCH (n:Entity {{id: row[1]}})
CREATE (e)-[:{type_}]->(n)"""


CREATE_CONTRADICTIONS = """\
UNWIND $rows AS row
MATCH (a:Assertion {id: row[0]}) MATCH (b:Assertion {id: row[1]})
CREATE (a)-[c:CONTRADICTS]->(b) SET c = row[2]"""


def create_relations(predicate: Predicate) -> str:
    """Rows: {subject, object, properties} of one predicate's new relationships."""
    return f"""\
UNWIND $rows AS row
MATCH (s:Entity {{id: row.subject}}) MATCH (o:Entity {{id: row.object}})
CREATE (s)-[r:{predicate}]->(o) SET r = row.properties"""


def update_relations(predicate: Predicate) -> str:
    """Rows: {subject, object, properties} that replace those of existing relationships."""
    return f"""\
UNWIND $rows AS row
MATCH (s:Entity {{id: row.subject}}) MATCH (o:Entity {{id: row.object}})
WITH row, s, o
MATCH (s)-[r:{predicate}]->(o) SET r = row.properties"""


def update(label: str) -> str:
    """Rows: property maps that replace those of existing nodes."""
    return f"UNWIND $rows AS row MATCH (n:{label} {{id: row.id}}) SET n = row"


# deleting; each deletes by id and returns the ids of neighbors that may be left without relationships

DELETE_RELATIONS = f"""\
UNWIND $rows AS row
MATCH (s:Entity {{id: row[0]}}) MATCH (o:Entity {{id: row[1]}})
WITH row, s, o
MATCH (s)-[r:{ENTITY_RELATIONSHIPS}]->(o) WHERE type(r) = row[2]
DELETE r
RETURN null AS neighbour"""

DELETE_CONTRADICTIONS = """\
UNWIND $rows AS row
MATCH (:Assertion {id: row[0]})-[c:CONTRADICTS]->(:Assertion {id: row[1]})
DELETE c
RETURN null AS neighbour"""

DELETE_LINKS = """\
UNWIND $rows AS row
MATCH (e:Evidence {id: row[0]})-[r:IN_VESICLES|TAKEN_UP_BY]->(n:Entity {id: row[2]}) WHERE type(r) = row[1]
WITH r, n.id AS neighbour DELETE r
RETURN DISTINCT neighbour"""

DELETE_EVIDENCE = """\
UNWIND $rows AS id
MATCH (e:Evidence {id: id}) OPTIONAL MATCH (e)-[:FROM]->(p:Publication)
WITH e, p.id AS neighbour DETACH DELETE e
RETURN DISTINCT neighbour"""

DELETE_ASSERTIONS = """\
UNWIND $rows AS id
MATCH (a:Assertion {id: id}) OPTIONAL MATCH (a)-[:SUBJECT|OBJECT|IN_CANCER]->(n:Entity)
WITH a, collect(n.id) AS neighbours DETACH DELETE a
WITH neighbours UNWIND neighbours AS neighbour
RETURN DISTINCT neighbour"""

DELETE_LONE_PUBLICATIONS = """\
UNWIND $rows AS id
MATCH (p:Publication {id: id}) WHERE NOT EXISTS { (p)<-[:FROM]-() }
DELETE p
RETURN null AS neighbour"""

DELETE_LONE_ENTITIES = f"""\
UNWIND $rows AS id
MATCH (n:Entity {{id: id}}) WHERE NOT EXISTS {{ (n)<-[:{_SUPPORTING}]-() }}
OPTIONAL MATCH (n)-[:IS_A|DERIVED_FROM]->(neighbor:Entity)
WITH n, collect(neighbor.id) AS neighbours DETACH DELETE n
WITH neighbours UNWIND neighbours AS neighbour
RETURN DISTINCT neighbour"""


def clear() -> list[str]:
    """Statements to repeat until they delete nothing; each deletes `$size` nodes and returns how many it deleted."""
    labels = (EVIDENCE.label, ASSERTION.label, PUBLICATION.label, ENTITY.label)
    return [f"MATCH (n:{label}) WITH n LIMIT $size DETACH DELETE n RETURN count(*) AS deleted" for label in labels]


# the state

LOCK_STATE = f"MATCH (s:{STATE_LABEL}) SET s.id = s.id RETURN count(s) AS states"
"""Takes the state node's write lock, so that loads into one graph wait for each other."""

READ_STATE = f"MATCH (s:{STATE_LABEL}) RETURN properties(s) AS state"

WRITE_STATE = f"MERGE (s:{STATE_LABEL} {{id: $id}}) SET s = $state"

MIGRATIONS: dict[int, tuple[str, ...]] = {
    1: (
        f"DROP INDEX {METHODS_INDEX} IF EXISTS",
        "DROP INDEX exominer_entity_lookup IF EXISTS",
        f"MATCH (s:{STATE_LABEL}) SET s.build_id = '', s.projection = null",
    ),
    2: (
        f"DROP INDEX {METHODS_INDEX} IF EXISTS",
        f"MATCH (s:{STATE_LABEL}) SET s.build_id = ''",
    ),
}
"""Statements that turn a graph of one schema version into one of the next; without them it is loaded anew."""

_LABELS = "|".join(node.label for node in NODES)

ANY_NODE = f"MATCH (n:{_LABELS}) RETURN n.id AS id LIMIT 1"

CONTENTS = (
    f"MATCH (n:{_LABELS}) RETURN labels(n) AS labels, [] AS ends, properties(n) AS properties ORDER BY n.id",
    f"MATCH (a:{_LABELS})-[r]->(b:{_LABELS})"
    " RETURN [type(r)] AS labels, [a.id, b.id] AS ends, properties(r) AS properties ORDER BY a.id, b.id, type(r)",
)
"""Every node and every relationship."""


# faults


def _fault(pattern: str, id_: str = "n.id") -> str:
    return f"{pattern} WITH {id_} AS id RETURN count(*) AS count, collect(id)[..5] AS examples"


_KINDS = "[" + ", ".join(f"'{type_}'" for type_ in EntityType) + "]"

FAULTS: dict[str, str] = {
    **{
        f"{node.label} nodes that share an id": _fault(
            f"MATCH (n:{node.label}) WITH n.id AS id, count(*) AS nodes WHERE nodes > 1 OR id IS NULL", "id"
        )
        for node in NODES
    },
    "entities without claims or kinds": _fault(f"MATCH (n:Entity) WHERE NOT EXISTS {{ (n)<-[:{_SUPPORTING}]-() }}"),
    "entities without one kind": _fault(
        f"MATCH (n:Entity) WHERE size([l IN labels(n) WHERE l IN {_KINDS}]) <> 1 OR n.name IS NULL"
    ),
    "assertions without one subject and one object": _fault(
        "MATCH (n:Assertion) WHERE COUNT { (n)-[:SUBJECT]->(:Entity) } <> 1 OR COUNT { (n)-[:OBJECT]->(:Entity) } <> 1"
    ),
    "assertions without evidence": _fault("MATCH (n:Assertion) WHERE NOT EXISTS { (n)-[:SUPPORTED_BY]->(:Evidence) }"),
    "evidence that supports no assertion": _fault(
        "MATCH (n:Evidence) WHERE COUNT { (n)<-[:SUPPORTED_BY]-(:Assertion) } <> 1"
    ),
    "populations of vesicles without one kind and a source": _fault(
        "MATCH (n:Vesicle) WHERE n.id STARTS WITH 'exominer:v_'"
        " AND (COUNT { (n)-[:IS_A]->(:Vesicle) } <> 1 OR NOT EXISTS { (n)-[:DERIVED_FROM]->(:Entity) })"
    ),
    "evidence in several vesicles": _fault("MATCH (n:Evidence) WHERE COUNT { (n)-[:IN_VESICLES]->() } > 1"),
    "evidence without a publication": _fault("MATCH (n:Evidence) WHERE COUNT { (n)-[:FROM]->(:Publication) } <> 1"),
    "publications without evidence": _fault("MATCH (n:Publication) WHERE NOT EXISTS { (n)<-[:FROM]-(:Evidence) }"),
    "assertions that no relationship shows": _fault(
        "MATCH (s)<-[:SUBJECT]-(n:Assertion {negated: false})-[:OBJECT]->(o) WITH n, s, o"
        f" WHERE NOT EXISTS {{ MATCH (s)-[r:{ENTITY_RELATIONSHIPS}]->(o) WHERE type(r) = n.predicate }}"
    ),
    "relationships that no assertion states": _fault(
        f"MATCH (s:Entity)-[r:{ENTITY_RELATIONSHIPS}]->(o:Entity) WITH r, s.id + ' ' + o.id AS pair"
        " WHERE NOT EXISTS { MATCH (a:Assertion {pair: pair}) WHERE a.predicate = type(r) AND NOT a.negated }",
        "pair",
    ),
}
"""What must not be found in a graph: one statement each, giving how many there are and some ids."""
