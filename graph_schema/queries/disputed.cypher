// title: Disputed by curators
// question: On which sentences do curators disagree?
// param: skip integer 0 — rows to leave out
// param: limit integer 25 — rows at most
MATCH (a:Assertion) USING INDEX a:Assertion(disputed) WHERE a.disputed = true
MATCH (a)-[:SUPPORTED_BY]->(e:Evidence {verdict: 'disputed'})-[:FROM]->(p:Publication)
WITH a, e, p ORDER BY a.belief DESC, a.id, e.id SKIP $skip LIMIT $limit
MATCH (a)-[:SUBJECT]->(s) MATCH (a)-[:OBJECT]->(o)
RETURN s.name AS subject, CASE WHEN a.negated THEN 'NOT ' ELSE '' END + a.predicate AS predicate, o.name AS object,
       a.belief AS belief, e.curators AS curators, e.sentence AS sentence, p.id AS source, a.id AS assertion,
       e.id AS evidence
