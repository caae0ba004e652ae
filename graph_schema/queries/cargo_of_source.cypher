// title: Cargo of a source's vesicles
// question: What do the vesicles of this cell, cancer, tissue or fluid carry, by papers that say both?
// param: source entity "macrophage" — name, synonym or id of a cell, cancer, tissue or body fluid; its kinds are included
// param: min_belief float 0.0 — only claims believed at least so much
// param: skip integer 0 — rows to leave out
// param: limit integer 25 — rows at most
// chart: bar cargo belief
MATCH (n:Entity)<-[:IS_A*0..]-(source:Entity) WHERE n.id IN $source
WITH DISTINCT source
MATCH (source)<-[:SUBJECT|OBJECT]-(sheds:Assertion)
WHERE sheds.predicate IN ['SECRETES', 'FOUND_IN'] AND NOT sheds.negated
MATCH (sheds)-[:SUBJECT|OBJECT]->(vesicle:Vesicle)
MATCH (sheds)-[:SUPPORTED_BY]->(:Evidence)-[:FROM]->(paper:Publication)
WITH DISTINCT source, vesicle, paper
MATCH (paper)<-[:FROM]-(:Evidence)<-[:SUPPORTED_BY]-(a:Assertion)
WHERE a.predicate = 'CARRIES' AND NOT a.negated AND a.belief >= $min_belief AND EXISTS { (a)-[:SUBJECT]->(vesicle) }
MATCH (a)-[:OBJECT]->(cargo:Cargo)
WITH cargo, vesicle, collect(DISTINCT source.name) AS sources_of_vesicle, collect(DISTINCT a) AS claims,
     count(DISTINCT paper) AS papers
WITH cargo, vesicle, sources_of_vesicle, papers,
     reduce(best = head(claims), a IN claims | CASE WHEN a.belief > best.belief THEN a ELSE best END) AS a
ORDER BY papers DESC, a.belief DESC, cargo.name, vesicle.name SKIP $skip LIMIT $limit
RETURN cargo.name AS cargo, [l IN labels(cargo) WHERE NOT l IN ['Entity', 'Cargo']][0] AS kind, vesicle.name AS vesicle, sources_of_vesicle AS source,
       a.belief AS belief, papers,
       COLLECT { MATCH (a)-[:SUPPORTED_BY]->(e:Evidence) RETURN e.sentence ORDER BY e.belief DESC, e.id LIMIT 1 }[0]
         AS sentence,
       a.id AS assertion
