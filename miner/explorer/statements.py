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
       COLLECT {{ MATCH (n)<-[:IS_A]-(k) RETURN {{id: k.id, name: k.name}} ORDER BY k.name LIMIT 40 }} AS kinds,
       COUNT {{ (n)<-[:SUBJECT|OBJECT]-(:Assertion) }} AS claims"""

CLAIMS_OF_ENTITY = f"""\
MATCH (n:Entity {{id: $id}})<-[role:SUBJECT|OBJECT|IN_CANCER]-(a:Assertion)
WHERE NOT (type(role) = 'IN_CANCER' AND EXISTS {{ (n)<-[:SUBJECT|OBJECT]-(a) }})
WITH type(role) AS role, a.predicate AS predicate, a ORDER BY a.belief DESC, a.papers DESC, a.id
WITH role, predicate, count(*) AS total, collect(a)[..$limit] AS best
UNWIND best AS a {_ENDS}
RETURN role, predicate, total, {_CLAIM} AS claim"""
"""The claims with highest belief about an entity, by its role and the predicate."""

CANCERS_OF_ENTITY = """\
MATCH (n:Entity {id: $id})<-[:SUBJECT|OBJECT]-(a:Assertion)-[:IN_CANCER]->(c:Entity) WHERE c <> n
RETURN c.id AS id, c.name AS name, count(DISTINCT a) AS claims, max(a.belief) AS belief
ORDER BY claims DESC, id LIMIT $limit"""

_FILTERS = """\
a.belief >= $min_belief AND ($predicate IS NULL OR a.predicate = $predicate)
  AND ($subject IS NULL OR EXISTS { MATCH (a)-[:SUBJECT]->(x) WHERE x.id IN $subject })
  AND ($object IS NULL OR EXISTS { MATCH (a)-[:OBJECT]->(x) WHERE x.id IN $object })
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
"""Claims by filters: `entity`, `subject`, `object`, `cancer` (ids or null), `predicate`, `min_belief`."""

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
ORDER BY claims + context_of DESC, n.id SKIP $skip LIMIT $limit
RETURN n.id AS id, n.name AS name, {_type("n")} AS type, claims, context_of,
       COLLECT {{ MATCH (n)-[:IS_A]->(p) RETURN p.name ORDER BY p.name LIMIT 3 }} AS is_a"""
"""Entities of one type, those with most claims first."""

CLAIMS_OF_PAPER = """\
MATCH (p:Publication {id: $id})<-[:FROM]-(e:Evidence)<-[:SUPPORTED_BY]-(a:Assertion)
RETURN a.id AS id, a.belief AS belief, a.papers AS papers, e.verdict AS verdict"""

CONTRADICTIONS = f"""\
MATCH (:Assertion {{id: $id}})-[c:CONTRADICTS]-(a:Assertion)
WITH a, c ORDER BY c.same_cancer DESC, a.belief DESC, a.id LIMIT $limit
{_ENDS}
RETURN {_CLAIM} AS claim, c.same_cancer AS same_cancer"""

NEIGHBORS = f"""\
UNWIND $entities AS id
MATCH (n:Entity {{id: id}})
CALL (n) {{
  MATCH (n)-[r]-(m:Entity) WHERE r.belief >= $min_belief
  RETURN r ORDER BY r.belief DESC, r.papers DESC, m.id LIMIT $limit
}}
WITH DISTINCT r
WITH r, startNode(r) AS s, endNode(r) AS o
RETURN s.id AS source, s.name AS source_name, {_type("s")} AS source_type,
       o.id AS target, o.name AS target_name, {_type("o")} AS target_type,
       type(r) AS predicate, r.belief AS belief, r.papers AS papers
ORDER BY belief DESC, papers DESC, source, target, predicate LIMIT $cap"""
"""The relationships with highest belief of these entities, at most `limit` for each and `cap` in total."""

SUMMARY = """\
RETURN COUNT { (:Assertion) } AS claims, COUNT { (:Evidence) } AS sentences, COUNT { (:Publication) } AS papers,
       COUNT { (:Assertion)-[:CONTRADICTS]->() } AS contradictions"""
