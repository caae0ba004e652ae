// title: Claims by isolation method
// question: Which claims rest on vesicles isolated by this method?
// param: method string "ultracentrifugation" — method named in the abstract
// param: min_belief float 0.0 — only claims believed at least so much
// param: skip integer 0 — rows to leave out
// param: limit integer 25 — rows at most
CALL db.index.fulltext.queryNodes('exominer_methods', '"' + replace($method, '"', ' ') + '"') YIELD node AS e
MATCH (e)<-[:SUPPORTED_BY]-(a:Assertion) WHERE a.belief >= $min_belief
WITH a, collect(DISTINCT e.isolation) AS listed
WITH a, listed ORDER BY a.belief DESC, a.papers DESC, a.id SKIP $skip LIMIT $limit
MATCH (a)-[:SUBJECT]->(s) MATCH (a)-[:OBJECT]->(o)
RETURN s.name AS subject, CASE WHEN a.negated THEN 'NOT ' ELSE '' END + a.predicate AS predicate, o.name AS object,
       reduce(all = [], l IN listed | all + [m IN l WHERE NOT m IN all]) AS isolation, a.belief AS belief,
       a.papers AS papers,
       COLLECT { MATCH (a)-[:SUPPORTED_BY]->(e:Evidence) RETURN e.sentence ORDER BY e.belief DESC, e.id LIMIT 1 }[0]
         AS sentence,
       a.id AS assertion
