// title: Levels in a cancer, cell or fluid
// question: What is measured higher or lower here?
// param: place entity "cancer" — name, synonym or id of a cancer, cell, tissue or fluid; its kinds are included
// param: min_belief float 0.0 — only claims believed at least so much
// param: precision float 0.0 — only claims with a sentence whose score promises this precision
// param: include_generic boolean false — with classes of molecules, such as microRNA or protein
// param: skip integer 0 — rows to leave out
// param: limit integer 25 — rows at most
UNWIND $place AS id MATCH (n:Entity {id: id})<-[:IS_A*0..]-(place:Entity)
WITH DISTINCT place
MATCH (place)<-[r:ELEVATED_IN|REDUCED_IN]-(what:Entity) WHERE r.belief >= $min_belief AND ($precision = 0.0 OR r.precision >= $precision) AND ($include_generic OR (NOT what:MoleculeClass OR what.id STARTS WITH 'exominer:pirna-'))
WITH place, what, r ORDER BY r.belief DESC, r.papers DESC, what.id, place.id, type(r) SKIP $skip LIMIT $limit
RETURN what.name AS what, [l IN labels(what) WHERE NOT l IN ['Entity', 'Cargo']][0] AS kind, type(r) AS level, place.name AS place, r.belief AS belief,
       r.papers AS papers,
       EXISTS { MATCH (what)-[other:ELEVATED_IN|REDUCED_IN]->(place) WHERE type(other) <> type(r) } AS also_the_opposite,
       COLLECT { MATCH (a:Assertion {pair: what.id + ' ' + place.id})-[:SUPPORTED_BY]->(e:Evidence)
                 WHERE a.predicate = type(r) AND NOT a.negated
                 RETURN e.sentence ORDER BY e.belief DESC, e.id LIMIT 1 }[0] AS sentence
