// title: What promotes or inhibits a function in a cancer
// question: Who drives or holds back this function in this cancer, with the best sentence for each?
// param: function entity "metastasis" — name, synonym or id; its kinds are included
// param: cancer entity null — name, synonym or id; its kinds are included
// param: effect string null — PROMOTES, INHIBITS or REGULATES; all three where left out
// param: kind string null — of the subjects: Gene, MicroRNA, LncRNA, CircRNA, Vesicle, …; all where left out
// param: min_belief float 0.0 — only claims believed at least so much
// param: precision float 0.0 — only claims with a sentence whose score promises this precision
// param: include_generic boolean false — with classes of molecules, such as microRNA or protein
// param: skip integer 0 — rows to leave out
// param: limit integer 25 — rows at most
// chart: bar subject belief
UNWIND $function AS id MATCH (n:Entity {id: id})<-[:IS_A*0..]-(function:Entity)
WITH DISTINCT function
MATCH (function)<-[:OBJECT]-(a:Assertion)
WHERE a.belief >= $min_belief AND ($precision = 0.0 OR a.precision >= $precision) AND NOT a.negated AND a.predicate IN ['PROMOTES', 'INHIBITS', 'REGULATES']
  AND ($effect IS NULL OR a.predicate = toUpper($effect))
  AND ($cancer IS NULL OR EXISTS { MATCH (a)-[:IN_CANCER]->()-[:IS_A*0..]->(c:Entity)
                                   WHERE c.id IN $cancer })
  AND ($include_generic OR toLower($kind) = 'moleculeclass' OR NOT EXISTS { (a)-[:SUBJECT]->(x:MoleculeClass WHERE NOT x.id STARTS WITH 'exominer:pirna-') })
  AND ($kind IS NULL OR EXISTS { MATCH (a)-[:SUBJECT]->(s) WHERE toLower($kind) IN [l IN labels(s) | toLower(l)] })
WITH a ORDER BY a.belief DESC, a.papers DESC, a.id SKIP $skip LIMIT $limit
MATCH (a)-[:SUBJECT]->(s) MATCH (a)-[:OBJECT]->(o)
RETURN s.name AS subject, CASE WHEN a.negated THEN 'NOT ' ELSE '' END + a.predicate AS predicate, o.name AS object,
       COLLECT { MATCH (a)-[:IN_CANCER]->(c) RETURN c.name ORDER BY c.name } AS cancers,
       COLLECT { MATCH (a)-[:SUPPORTED_BY]->(e:Evidence)-[:IN_VESICLES]->(v) WHERE e.belief > 0
                 RETURN DISTINCT v.name AS name ORDER BY name LIMIT 5 } AS vesicles,
       a.belief AS belief, a.papers AS papers,
       COLLECT { MATCH (a)-[:SUPPORTED_BY]->(e:Evidence) RETURN e.sentence ORDER BY e.belief DESC, e.id LIMIT 1 }[0]
         AS sentence,
       COLLECT { MATCH (a)-[:SUPPORTED_BY]->(e:Evidence)-[:FROM]->(p:Publication)
                 WHERE e.belief > 0 OR p.retracted
                 WITH p, max(e.belief) AS belief ORDER BY belief DESC, p.id LIMIT 10
                 RETURN trim(coalesce('PMID:' + p.pmid, '') + coalesce(' doi:' + p.doi, ''))
                        + CASE WHEN p.retracted THEN ' (retracted)' WHEN p.concern THEN ' (expression of concern)' ELSE '' END } AS sources,
       a.id AS assertion
