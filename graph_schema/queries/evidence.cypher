// title: Evidence of an assertion
// question: Which sentences of which works state this assertion?
// param: assertion string "" — its id, as other queries give it
// param: skip integer 0 — rows to leave out
// param: limit integer 25 — rows at most
MATCH (a:Assertion {id: $assertion})-[:SUPPORTED_BY]->(e:Evidence)-[:FROM]->(p:Publication)
RETURN e.sentence AS sentence, e.section AS section, e.belief AS counts, e.score AS score, e.speculative AS hedged,
       e.verdict AS verdict, e.extractor AS extractor, p.title AS title, p.year AS year, p.retracted AS retracted,
       p.concern AS concern, trim(coalesce('PMID:' + p.pmid, '') + coalesce(' doi:' + p.doi, '')) AS source, e.id AS evidence
ORDER BY counts DESC, source, evidence SKIP $skip LIMIT $limit
