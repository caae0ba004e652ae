"""Cypher statements of the explorer's pages, besides the queries of the cookbook."""

_ENDS = "MATCH (a)-[:SUBJECT]->(s) MATCH (a)-[:OBJECT]->(o)"


def _type(node: str) -> str:
    """The Cypher expression of an entity node's type."""
    return f"[l IN labels({node}) WHERE NOT l IN ['Entity', 'Cargo']][0]"


def _end(node: str) -> str:
    return f"{{id: {node}.id, name: {node}.name, synonyms: coalesce({node}.synonyms, []), type: {_type(node)}}}"


_CLAIM = f"""\
{{id: a.id, predicate: a.predicate, negated: a.negated, belief: a.belief, papers: a.papers, sentences: a.sentences,
 first_year: a.first_year, last_year: a.last_year, speculative: a.speculative, disputed: a.disputed,
 retracted: a.retracted,
 subject: {_end("s")}, object: {_end("o")},
 cancers: COLLECT {{ MATCH (a)-[:IN_CANCER]->(x) RETURN {{id: x.id, name: x.name}} ORDER BY x.name }},
 sentence: COLLECT {{ MATCH (a)-[:SUPPORTED_BY]->(e:Evidence)
                     RETURN e.sentence ORDER BY e.belief DESC, e.id LIMIT 1 }}[0]}}"""
"""A claim as a row of a list, with its subject, object, cancers and best sentence."""

ENTITY = f"""\
MATCH (n:Entity {{id: $id}})
RETURN n.id AS id, n.name AS name, n.formal_name AS formal_name, coalesce(n.synonyms, []) AS synonyms,
       {_type("n")} AS type,
       COLLECT {{ MATCH (n)-[:IS_A]->(p) RETURN {{id: p.id, name: p.name}} ORDER BY p.name }} AS is_a,
       COLLECT {{ MATCH (n)<-[:IS_A]-(k) WHERE NOT (k)-[:DERIVED_FROM]->()
                 RETURN {{id: k.id, name: k.name}} ORDER BY k.name LIMIT 40 }} AS kinds,
       COLLECT {{ MATCH (n)-[:DERIVED_FROM]->(s) RETURN {{id: s.id, name: s.name}} ORDER BY s.name }} AS sources,
       COUNT {{ (n)<-[:SUBJECT|OBJECT]-() }} AS claims"""

POPULATIONS_OF_ENTITY = """\
MATCH (n:Entity {id: $id})<-[:IS_A|DERIVED_FROM]-(v) WHERE (v)-[:DERIVED_FROM]->()
WITH v, COUNT { (v)<-[:SUBJECT|OBJECT]-() } AS claims ORDER BY claims DESC, v.id
WITH count(*) AS total, collect({id: v.id, name: v.name, claims: claims})[..$limit] AS best
RETURN total, best"""
"""The vesicles of known sources that are of this kind, or derived from this source; those with most claims first."""

YEARS_OF_ENTITY = """\
MATCH (:Entity {id: $id})<-[:IS_A*0..]-(kind)
WITH DISTINCT kind
MATCH (kind)<-[:SUBJECT|OBJECT|IN_CANCER]-(a)
WITH DISTINCT a WHERE a.first_year IS NOT NULL
RETURN a.first_year AS year, count(*) AS claims ORDER BY year"""
"""Claims first made in each year, about the entity or its kinds."""

CLAIMS_OF_ENTITY = f"""\
MATCH (n:Entity {{id: $id}})<-[role:SUBJECT|OBJECT|IN_CANCER]-(a:Assertion)
WHERE NOT (type(role) = 'IN_CANCER' AND EXISTS {{ (n)<-[:SUBJECT|OBJECT]-(a) }})
WITH type(role) AS role, a.predicate AS predicate, a ORDER BY a.belief DESC, a.papers DESC, a.id
WITH role, predicate, count(*) AS total, collect(a)[..$limit] AS best
UNWIND best AS a {_ENDS}
RETURN role, predicate, total, {_CLAIM} AS claim"""
"""The claims with highest belief about an entity, by its role and the predicate."""

CLAIMS_AROUND_ENTITY = f"""\
MATCH (n:Entity {{id: $id}})<-[role:IN_VESICLES|TAKEN_UP_BY]-()<-[:SUPPORTED_BY]-(a:Assertion)
WHERE NOT EXISTS {{ (n)<-[:SUBJECT|OBJECT]-(a) }}
WITH DISTINCT type(role) AS role, a ORDER BY a.belief DESC, a.papers DESC, a.id
WITH role, count(*) AS total, collect(a)[..$limit] AS best
UNWIND best AS a {_ENDS}
RETURN role, null AS predicate, total, {_CLAIM} AS claim"""
"""The claims with highest belief on cargo in these vesicles, and on what these cells take up."""

CANCERS_OF_ENTITY = """\
MATCH (n:Entity {id: $id})<-[:SUBJECT|OBJECT]-(a:Assertion)-[:IN_CANCER]->(c:Entity) WHERE c <> n
RETURN c.id AS id, c.name AS name, count(DISTINCT a) AS claims, max(a.belief) AS belief
ORDER BY claims DESC, id LIMIT $limit"""

_FILTERS = """\
a.belief >= $min_belief AND ($predicate IS NULL OR a.predicate = $predicate)
  AND ($subject IS NULL OR EXISTS { MATCH (a)-[:SUBJECT]->(x) WHERE x.id IN $subject })
  AND ($object IS NULL OR EXISTS { MATCH (a)-[:OBJECT]->(x) WHERE x.id IN $object })
  AND ($vesicles IS NULL OR EXISTS { MATCH (a)-[:SUPPORTED_BY]->()-[:IN_VESICLES]->(x) WHERE x.id IN $vesicles })
  AND ($recipient IS NULL OR EXISTS { MATCH (a)-[:SUPPORTED_BY]->()-[:TAKEN_UP_BY]->(x) WHERE x.id IN $recipient })
  AND ($cancer IS NULL OR EXISTS { MATCH (a)-[:IN_CANCER]->()-[:IS_A*0..]->(x:Entity) WHERE x.id IN $cancer })"""

_MATCHING = f"""\
CALL () {{
  MATCH (n:Entity)<-[:SUBJECT|OBJECT]-(a:Assertion) WHERE n.id IN $entity
  RETURN DISTINCT a
  UNION
  UNWIND CASE WHEN $entity IS NULL THEN [1] ELSE [] END AS unfiltered
  MATCH (a:Assertion)
  RETURN a
}}
WITH a WHERE {_FILTERS}"""
"""Claims by the filters of `miner.explorer.parameters.CLAIM_FILTERS` (ids or null), `predicate` and `min_belief`."""

CLAIMS = f"""\
{_MATCHING}
WITH a ORDER BY a.belief DESC, a.papers DESC, a.id SKIP $skip LIMIT $limit
{_ENDS}
RETURN {_CLAIM} AS claim"""

_UNJUDGED = """\
AND a.papers > 0 AND ($disputed = false OR a.disputed = true)
  AND NOT EXISTS { MATCH (a)-[:SUPPORTED_BY]->(e:Evidence) WHERE $curator IN e.curators }"""

REVIEW = f"""\
{_MATCHING} {_UNJUDGED}
WITH a ORDER BY CASE WHEN $doubtful THEN abs(a.belief - 0.5) ELSE -a.belief END, a.id SKIP $skip LIMIT 1
RETURN a.id AS id"""
"""The claim at a position in the queue of claims that a curator has not judged."""

REVIEW_SIZE = f"""\
{_MATCHING} {_UNJUDGED}
RETURN count(a) AS left"""

INDEX = f"""\
MATCH (n:Entity) WHERE $label IN labels(n)
WITH n, COUNT {{ (n)<-[:SUBJECT|OBJECT]-(:Assertion) }} AS claims,
     COUNT {{ (n)<-[:IN_CANCER]-(:Assertion) }} AS context_of
WHERE claims + context_of > 0 AND ($start = '' OR n.lookup CONTAINS $start)
  AND ($of IS NULL OR EXISTS {{ MATCH (n)-[:IS_A|DERIVED_FROM]->(x) WHERE x.id IN $of }})
ORDER BY claims + context_of DESC, n.id SKIP $skip LIMIT $limit
RETURN n.id AS id, n.name AS name, {_type("n")} AS type, claims, context_of,
       COLLECT {{ MATCH (n)-[:IS_A]->(p) RETURN p.name ORDER BY p.name LIMIT 3 }} AS is_a,
       COLLECT {{ MATCH (n)-[:DERIVED_FROM]->(p) RETURN {{id: p.id, name: p.name}} ORDER BY p.name }} AS sources"""
"""Entities of one type, those with most claims first."""

CLAIMS_OF_PAPER = """\
MATCH (p:Publication {id: $id})<-[:FROM]-(e:Evidence)<-[:SUPPORTED_BY]-(a:Assertion)
RETURN a.id AS id, a.belief AS belief, a.papers AS papers, e.verdict AS verdict"""

CONTRADICTIONS = f"""\
MATCH (:Assertion {{id: $id}})-[c:CONTRADICTS]-(a:Assertion)
WITH a, c ORDER BY c.same_cancer DESC, a.belief DESC, a.id LIMIT $limit
{_ENDS}
RETURN {_CLAIM} AS claim, c.same_cancer AS same_cancer"""

_EDGE = f"""\
WITH r, startNode(r) AS s, endNode(r) AS o
RETURN s.id AS source, s.name AS source_name, {_type("s")} AS source_type,
       o.id AS target, o.name AS target_name, {_type("o")} AS target_type,
       type(r) AS predicate, r.belief AS belief, r.papers AS papers"""

NEIGHBORS = f"""\
UNWIND $entities AS id
MATCH (n:Entity {{id: id}})
CALL (n) {{
  MATCH (n)-[r]-(m:Entity) WHERE r.belief >= $min_belief
  RETURN r ORDER BY r.belief DESC, r.papers DESC, m.id LIMIT $limit
}}
WITH DISTINCT r
{_EDGE}
ORDER BY belief DESC, papers DESC, source, target, predicate LIMIT $cap"""
"""The relationships with highest belief of these entities, at most `limit` for each and `cap` in total."""

SOURCES = f"""\
CALL () {{
  UNWIND $nodes AS id
  MATCH (:Vesicle {{id: id}})-[r:IS_A|DERIVED_FROM]->(o)
  WHERE o.id IN $nodes OR (id IN $entities AND type(r) = 'DERIVED_FROM')
  RETURN r
  UNION
  UNWIND $entities AS id
  MATCH (n:Entity {{id: id}})
  CALL (n) {{
    MATCH (n)<-[r:DERIVED_FROM]-(v) RETURN r ORDER BY COUNT {{ (v)<-[:SUBJECT|OBJECT]-() }} DESC, v.id LIMIT $limit
  }}
  RETURN r
}}
{_EDGE}
ORDER BY source, target, predicate"""
"""Kinds and sources of the vesicles among `nodes`, with the vesicles derived from `entities`, `limit` for each."""

SUMMARY = """\
RETURN COUNT { (:Assertion) } AS claims, COUNT { (:Evidence) } AS sentences, COUNT { (:Publication) } AS papers,
       COUNT { (:Assertion)-[:CONTRADICTS]->() } AS contradictions"""
