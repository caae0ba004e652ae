// title: Claims of a paper
// question: What does this work claim?
// param: paper string "" — PMID, DOI, or its id in the graph
// param: skip integer 0 — rows to leave out
// param: limit integer 25 — rows at most
// chart: network subject object
CALL () {
  MATCH (p:Publication {id: $paper}) RETURN p
  UNION MATCH (p:Publication {pmid: replace(toLower($paper), 'pmid:', '')}) RETURN p
  UNION MATCH (p:Publication {doi: replace(toLower($paper), 'doi:', '')}) RETURN p
}
MATCH (p)<-[:FROM]-(e:Evidence)<-[:SUPPORTED_BY]-(a:Assertion)
MATCH (a)-[:SUBJECT]->(s) MATCH (a)-[:OBJECT]->(o)
RETURN s.name AS subject, CASE WHEN a.negated THEN 'NOT ' ELSE '' END + a.predicate AS predicate, o.name AS object,
       COLLECT { MATCH (a)-[:IN_CANCER]->(c) RETURN c.name ORDER BY c.name } AS cancers,
       e.belief AS counts, a.belief AS belief, a.papers AS papers, e.section AS section, e.sentence AS sentence,
       a.id AS assertion
ORDER BY e.start, subject, predicate, object, assertion SKIP $skip LIMIT $limit
