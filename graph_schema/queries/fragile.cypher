// title: Claims that rest on one paper
// question: Which claims rest on a single work, or lose most belief without one?
// param: entity entity null — name, synonym or id of the subject or object; its kinds are included; all where left out
// param: min_belief float 0.5 — only claims believed at least so much
// param: precision float 0.0 — only claims with a sentence whose score promises this precision
// param: include_generic boolean false — with classes of molecules, such as microRNA or protein
// param: skip integer 0 — rows to leave out
// param: limit integer 25 — rows at most
CALL () {
  UNWIND $entity AS id MATCH (n:Entity {id: id})<-[:IS_A*0..]-(kind:Entity)
  WITH DISTINCT kind
  MATCH (kind)<-[:SUBJECT|OBJECT]-(a:Assertion) WHERE a.papers > 0 AND a.belief >= $min_belief AND ($precision = 0.0 OR a.precision >= $precision)
    AND ($include_generic OR NOT EXISTS { MATCH (a)-[:SUBJECT|OBJECT]->(x:MoleculeClass)
                                              WHERE NOT x.id IN $entity AND NOT x.id STARTS WITH 'exominer:pirna-' })
  RETURN DISTINCT a
  UNION
  UNWIND CASE WHEN $entity IS NULL THEN [1] ELSE [] END AS unfiltered
  CALL () {
    MATCH (a:Assertion) USING INDEX a:Assertion(belief) WHERE a.belief >= $min_belief AND ($precision = 0.0 OR a.precision >= $precision) AND a.papers > 0
      AND ($include_generic OR NOT EXISTS { (a)-[:SUBJECT|OBJECT]->(x:MoleculeClass WHERE NOT x.id STARTS WITH 'exominer:pirna-') })
    RETURN a ORDER BY a.belief - a.belief_without_best DESC, a.id LIMIT $skip + $limit
  }
  RETURN a
}
WITH a ORDER BY a.belief - a.belief_without_best DESC, a.id SKIP $skip LIMIT $limit
MATCH (a)-[:SUBJECT]->(s) MATCH (a)-[:OBJECT]->(o)
RETURN s.name AS subject, CASE WHEN a.negated THEN 'NOT ' ELSE '' END + a.predicate AS predicate, o.name AS object,
       COLLECT { MATCH (a)-[:IN_CANCER]->(c) RETURN c.name ORDER BY c.name } AS cancers,
       a.belief AS belief, a.belief_without_best AS belief_without_best, a.papers AS papers,
       COLLECT { MATCH (a)-[:SUPPORTED_BY]->(e:Evidence) RETURN e.sentence ORDER BY e.belief DESC, e.id LIMIT 1 }[0]
         AS sentence,
       COLLECT { MATCH (a)-[:SUPPORTED_BY]->(e:Evidence)-[:FROM]->(p:Publication)
                 WHERE e.belief > 0 OR p.retracted
                 WITH p, max(e.belief) AS belief ORDER BY belief DESC, p.id LIMIT 10
                 RETURN trim(coalesce('PMID:' + p.pmid, '') + coalesce(' doi:' + p.doi, ''))
                        + CASE WHEN p.retracted THEN ' (retracted)' WHEN p.concern THEN ' (expression of concern)' ELSE '' END } AS sources,
       a.id AS assertion
