// title: Claims resting on retracted work
// question: Which claims have retracted works among their sources, and what is left without them?
// param: skip integer 0 — rows to leave out
// param: limit integer 25 — rows at most
MATCH (p:Publication {retracted: true})<-[:FROM]-(:Evidence)<-[:SUPPORTED_BY]-(a:Assertion)
WITH a, collect(DISTINCT p) AS retracted
ORDER BY a.belief, size(retracted) DESC, a.id SKIP $skip LIMIT $limit
MATCH (a)-[:SUBJECT]->(s) MATCH (a)-[:OBJECT]->(o)
RETURN s.name AS subject, CASE WHEN a.negated THEN 'NOT ' ELSE '' END + a.predicate AS predicate, o.name AS object,
       a.retracted AS nothing_else, a.belief AS belief_without, a.papers AS papers_without,
       [p IN retracted | p.id] AS retracted, [p IN retracted | p.title] AS titles, a.id AS assertion
