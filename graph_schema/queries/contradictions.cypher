// title: Contradicted claims
// question: Where do works disagree: one promotes and another inhibits, or one states and another denies?
// param: entity entity null — name, synonym or id of a subject or object; its kinds are included; all where left out
// param: same_cancer boolean false — only where both speak of the same cancers
// param: min_belief float 0.0 — only claims believed at least so much
// param: precision float 0.0 — only claims with a sentence whose score promises this precision
// param: include_generic boolean false — with classes of molecules, and with vesicles of no known source
// param: skip integer 0 — rows to leave out
// param: limit integer 25 — rows at most
CALL () {
  UNWIND $entity AS id MATCH (n:Entity {id: id})<-[:IS_A*0..]-(kind:Entity)
  WITH DISTINCT kind
  MATCH (kind)<-[:SUBJECT|OBJECT]-(a:Assertion)-[c:CONTRADICTS]-() WHERE ($include_generic OR NOT EXISTS { MATCH (a)-[:SUBJECT|OBJECT]->(x:MoleculeClass|Vesicle)
                                              WHERE NOT x.id IN $entity AND NOT x.id STARTS WITH 'exominer:pirna-'
                                                AND NOT EXISTS { (x)-[:DERIVED_FROM]->() } })
  RETURN DISTINCT c
  UNION
  UNWIND CASE WHEN $entity IS NULL THEN [1] ELSE [] END AS unfiltered
  CALL () {
    MATCH (a)-[c:CONTRADICTS]->(b) WHERE c.belief >= $min_belief AND ($precision = 0.0 OR (a.precision >= $precision AND b.precision >= $precision)) AND (c.same_cancer OR NOT $same_cancer)
      AND ($include_generic OR NOT EXISTS { (a)-[:SUBJECT|OBJECT]->(x:MoleculeClass|Vesicle
                                              WHERE NOT x.id STARTS WITH 'exominer:pirna-' AND NOT EXISTS { (x)-[:DERIVED_FROM]->() }) })
    RETURN c ORDER BY c.belief DESC LIMIT $skip + $limit
  }
  RETURN c
}
WITH c, startNode(c) AS a, endNode(c) AS b
WHERE c.belief >= $min_belief AND ($precision = 0.0 OR (a.precision >= $precision AND b.precision >= $precision)) AND (c.same_cancer OR NOT $same_cancer)
WITH a, b, c ORDER BY c.belief DESC, a.papers + b.papers DESC, a.id, b.id SKIP $skip LIMIT $limit
MATCH (a)-[:SUBJECT]->(s) MATCH (a)-[:OBJECT]->(o)
RETURN s.name AS subject, CASE WHEN a.negated THEN 'NOT ' ELSE '' END + a.predicate AS one, o.name AS object,
       a.belief AS one_belief, a.papers AS one_papers,
       CASE WHEN b.negated THEN 'NOT ' ELSE '' END + b.predicate AS other, b.belief AS other_belief,
       b.papers AS other_papers, c.same_cancer AS same_cancer,
       COLLECT { MATCH (a)-[:SUPPORTED_BY]->(e:Evidence)
                 RETURN e.sentence ORDER BY e.belief DESC, e.id LIMIT 1 }[0] AS one_sentence,
       COLLECT { MATCH (b)-[:SUPPORTED_BY]->(e:Evidence)
                 RETURN e.sentence ORDER BY e.belief DESC, e.id LIMIT 1 }[0] AS other_sentence
