// title: Worth a curator's look
// question: Which claims, carried by one paper or doubtful, has no curator looked at: the nearest to an even chance first?
// param: entity entity null — name, synonym or id of the subject or object; its kinds are included; all where left out
// param: skip integer 0 — rows to leave out
// param: limit integer 25 — rows at most
CALL () {
  UNWIND $entity AS id MATCH (n:Entity {id: id})<-[:IS_A*0..]-(kind:Entity)
  WITH DISTINCT kind
  MATCH (kind)<-[:SUBJECT|OBJECT]-(a:Assertion)
  RETURN DISTINCT a
  UNION
  UNWIND CASE WHEN $entity IS NULL THEN [1] ELSE [] END AS unfiltered
  CALL () {
    MATCH (a:Assertion) WHERE 0.0 < a.belief <= 0.6
    RETURN a ORDER BY a.belief DESC LIMIT 5000
  }
  RETURN a
}
WITH a WHERE a.papers > 0 AND NOT EXISTS { MATCH (a)-[:SUPPORTED_BY]->(e:Evidence) WHERE e.verdict IS NOT NULL }
WITH a ORDER BY abs(a.belief - 0.5), a.papers DESC, a.id SKIP $skip LIMIT $limit
MATCH (a)-[:SUBJECT]->(s) MATCH (a)-[:OBJECT]->(o)
RETURN s.name AS subject, CASE WHEN a.negated THEN 'NOT ' ELSE '' END + a.predicate AS predicate, o.name AS object,
       COLLECT { MATCH (a)-[:IN_CANCER]->(c) RETURN c.name ORDER BY c.name } AS cancers,
       a.belief AS belief, a.papers AS papers,
       COLLECT { MATCH (a)-[:SUPPORTED_BY]->(e:Evidence) RETURN e.sentence ORDER BY e.belief DESC, e.id LIMIT 1 }[0]
         AS sentence,
       COLLECT { MATCH (a)-[:SUPPORTED_BY]->(e:Evidence)-[:FROM]->(p:Publication)
                 WHERE e.belief > 0 OR p.retracted
                 WITH p, max(e.belief) AS belief ORDER BY belief DESC, p.id LIMIT 10
                 RETURN trim(coalesce('PMID:' + p.pmid, '') + coalesce(' doi:' + p.doi, ''))
                        + CASE WHEN p.retracted THEN ' (retracted)' WHEN p.concern THEN ' (expression of concern)' ELSE '' END } AS sources,
       a.id AS assertion
