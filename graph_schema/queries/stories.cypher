// title: The whole story of a paper
// question: What does one paper report of source, vesicle, cargo, recipient and effect on a function?
// param: function entity "metastasis" — name, synonym or id; its kinds are included
// param: cancer entity null — name, synonym or id; its kinds are included
// param: min_belief float 0.0 — only claims believed at least so much
// param: include_generic boolean false — with classes of molecules, such as microRNA or protein
// param: skip integer 0 — rows to leave out
// param: limit integer 25 — rows at most
// chart: network cargo function
UNWIND $function AS id MATCH (n:Entity {id: id})<-[:IS_A*0..]-(function:Entity)
WITH DISTINCT function
MATCH (function)<-[:OBJECT]-(a:Assertion)-[:SUBJECT]->(cargo:Cargo)
WHERE a.predicate IN ['PROMOTES', 'INHIBITS'] AND NOT a.negated AND a.belief >= $min_belief
  AND ($include_generic OR (NOT cargo:MoleculeClass OR cargo.id STARTS WITH 'exominer:pirna-'))
  AND ($cancer IS NULL OR EXISTS { MATCH (a)-[:IN_CANCER]->()-[:IS_A*0..]->(c:Entity)
                                   WHERE c.id IN $cancer })
WITH a, cargo, function ORDER BY a.belief DESC, a.id LIMIT 8 * ($skip + $limit)
MATCH (a)-[:SUPPORTED_BY]->(e:Evidence)-[:FROM]->(p:Publication) WHERE e.belief > 0 OR p.retracted
WITH a, cargo, function, p, e ORDER BY e.belief DESC, e.id
WITH a, cargo, function, p, collect(e)[0] AS best
WITH a, cargo, function, p, best.sentence AS sentence, best.belief AS counts
CALL (p, cargo) {
  MATCH (p)<-[:FROM]-(:Evidence)<-[:SUPPORTED_BY]-(c:Assertion {predicate: 'CARRIES', negated: false})-[:OBJECT]->(cargo)
  MATCH (c)-[:SUBJECT]->(vesicle:Vesicle)
  RETURN collect(DISTINCT vesicle) AS vesicles
}
WITH a, cargo, function, p, sentence, counts, vesicles WHERE size(vesicles) > 0
WITH a, cargo, function, p, sentence, counts, vesicles,
     COLLECT { MATCH (p)<-[:FROM]-(:Evidence)<-[:SUPPORTED_BY]-(s:Assertion {predicate: 'SECRETES', negated: false})
               WHERE EXISTS { MATCH (s)-[:OBJECT]->(v) WHERE v IN vesicles }
               MATCH (s)-[:SUBJECT]->(source) RETURN DISTINCT source.name AS name ORDER BY name } AS sources,
     COLLECT { MATCH (p)<-[:FROM]-(:Evidence)<-[:SUPPORTED_BY]-(d:Assertion {predicate: 'DELIVERED_TO', negated: false})
               WHERE EXISTS { MATCH (d)-[:SUBJECT]->(x) WHERE x IN vesicles OR x = cargo }
               MATCH (d)-[:OBJECT]->(recipient) RETURN DISTINCT recipient.name AS name ORDER BY name } AS recipients
ORDER BY CASE WHEN size(sources) > 0 AND size(recipients) > 0 THEN 0 ELSE 1 END, a.belief DESC, a.id, p.id
SKIP $skip LIMIT $limit
RETURN sources AS source, COLLECT { UNWIND vesicles AS v RETURN v.name ORDER BY v.name } AS vesicle, cargo.name AS cargo,
       recipients AS recipient, a.predicate AS effect, function.name AS function,
       COLLECT { MATCH (a)-[:IN_CANCER]->(c) RETURN c.name ORDER BY c.name } AS cancers,
       counts, a.belief AS belief, sentence, trim(coalesce('PMID:' + p.pmid, '') + coalesce(' doi:' + p.doi, ''))
                        + CASE WHEN p.retracted THEN ' (retracted)' WHEN p.concern THEN ' (expression of concern)' ELSE '' END AS source_paper
