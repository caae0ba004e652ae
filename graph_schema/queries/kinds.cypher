// title: Kinds of an entity
// question: Which kinds of this entity does the graph hold, and how much is said of each?
// param: entity entity "carcinoma" — name, synonym or id
// param: skip integer 0 — rows to leave out
// param: limit integer 25 — rows at most
// chart: bar kind claims
UNWIND $entity AS id MATCH (n:Entity {id: id})<-[:IS_A*0..]-(kind:Entity)
WITH DISTINCT kind
WITH kind, COUNT { (kind)<-[:SUBJECT|OBJECT]-(:Assertion) } AS claims,
     COUNT { (kind)<-[:IN_CANCER]-(:Assertion) } AS context_of
ORDER BY claims + context_of DESC, kind.id SKIP $skip LIMIT $limit
RETURN kind.name AS kind, kind.id AS id, kind.category AS category, claims, context_of,
       COLLECT { MATCH (kind)-[:IS_A]->(parent) RETURN parent.name ORDER BY parent.name } AS is_a
