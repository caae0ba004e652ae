// title: Recipients of vesicles and cargo
// question: To which cells, organs or cancers are vesicles or their cargo delivered?
// param: recipient entity null — name, synonym or id of the recipient; its kinds are included
// param: cargo entity null — name, synonym or id of the cargo or vesicles delivered; their kinds, and cargo in such vesicles, are included
// param: min_belief float 0.0 — only claims believed at least so much
// param: precision float 0.0 — only claims with a sentence whose score promises this precision
// param: include_generic boolean false — with classes of molecules, such as microRNA or protein
// param: skip integer 0 — rows to leave out
// param: limit integer 25 — rows at most
// chart: network delivered recipient
CALL () {
  UNWIND $recipient AS id MATCH (n:Entity {id: id})<-[:IS_A*0..]-(kind:Entity)
  WITH DISTINCT kind
  MATCH (kind)<-[r:DELIVERED_TO]-(:Entity) RETURN r
  UNION
  UNWIND CASE WHEN $recipient IS NULL THEN [1] ELSE [] END AS unfiltered
  MATCH (:Entity)-[r:DELIVERED_TO]->(:Entity) RETURN r
}
WITH r, startNode(r) AS delivered, endNode(r) AS recipient
WHERE r.belief >= $min_belief AND ($precision = 0.0 OR r.precision >= $precision)
  AND ($cargo IS NULL OR EXISTS { MATCH (delivered)-[:IS_A*0..]->(n) WHERE n.id IN $cargo }
       OR EXISTS { MATCH (a:Assertion {pair: delivered.id + ' ' + recipient.id})-[:SUPPORTED_BY]->(e:Evidence)
                   WHERE a.predicate = 'DELIVERED_TO' AND NOT a.negated AND e.belief > 0
                   MATCH (e)-[:IN_VESICLES]->()-[:IS_A*0..]->(n) WHERE n.id IN $cargo })
  AND ($include_generic OR $cargo IS NOT NULL OR (NOT delivered:MoleculeClass OR delivered.id STARTS WITH 'exominer:pirna-'))
WITH r, delivered, recipient ORDER BY r.belief DESC, r.papers DESC, delivered.id, recipient.id SKIP $skip LIMIT $limit
RETURN delivered.name AS delivered, [l IN labels(delivered) WHERE NOT l IN ['Entity', 'Cargo']][0] AS kind, recipient.name AS recipient, r.belief AS belief,
       r.papers AS papers,
       COLLECT { MATCH (a:Assertion {pair: delivered.id + ' ' + recipient.id})-[:SUPPORTED_BY]->(e:Evidence)
                 WHERE a.predicate = 'DELIVERED_TO' AND NOT a.negated
                 RETURN e.sentence
                 ORDER BY EXISTS { MATCH (e)-[:IN_VESICLES]->()-[:IS_A*0..]->(n) WHERE n.id IN $cargo } DESC,
                          e.belief DESC, e.id LIMIT 1 }[0] AS sentence
