// title: Biomarkers of a cancer
// question: What in or on vesicles is said to be a marker of this cancer, the best believed first?
// param: cancer entity "cancer" — name, synonym or id; its kinds are included
// param: min_belief float 0.0 — only claims believed at least so much
// param: precision float 0.0 — only claims with a sentence whose score promises this precision
// param: include_generic boolean false — with classes of molecules, such as microRNA or protein
// param: skip integer 0 — rows to leave out
// param: limit integer 25 — rows at most
// chart: bar marker belief
UNWIND $cancer AS id MATCH (n:Entity {id: id})<-[:IS_A*0..]-(cancer:Entity)
WITH DISTINCT cancer
MATCH (cancer)<-[r:BIOMARKER_OF]-(marker:Entity) WHERE r.belief >= $min_belief AND ($precision = 0.0 OR r.precision >= $precision) AND ($include_generic OR (NOT marker:MoleculeClass OR marker.id STARTS WITH 'exominer:pirna-'))
WITH cancer, marker, r ORDER BY r.belief DESC, r.papers DESC, marker.id, cancer.id SKIP $skip LIMIT $limit
RETURN marker.name AS marker, [l IN labels(marker) WHERE NOT l IN ['Entity', 'Cargo']][0] AS kind, cancer.name AS cancer, r.belief AS belief, r.papers AS papers,
       r.negated AS denied, r.speculative AS hedged,
       EXISTS { MATCH (a:Assertion {pair: marker.id + ' ' + cancer.id})-[:SUPPORTED_BY]->(e:Evidence)-[:IN_VESICLES]->()
                WHERE a.predicate = 'BIOMARKER_OF' AND NOT a.negated AND e.belief > 0 } AS carried_by_vesicles,
       COLLECT { MATCH (a:Assertion {pair: marker.id + ' ' + cancer.id})-[:SUPPORTED_BY]->(e:Evidence)
                 WHERE a.predicate = 'BIOMARKER_OF' AND NOT a.negated
                 RETURN e.sentence ORDER BY e.belief DESC, e.id LIMIT 1 }[0] AS sentence
