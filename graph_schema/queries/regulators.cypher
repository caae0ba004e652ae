// title: Regulators of a gene or pathway
// question: What activates, represses or regulates this gene, RNA or pathway?
// param: target entity "PTEN" — name, synonym or id; its kinds are included
// param: min_belief float 0.0 — only claims believed at least so much
// param: precision float 0.0 — only claims with a sentence whose score promises this precision
// param: include_generic boolean false — with classes of molecules, such as microRNA or protein
// param: skip integer 0 — rows to leave out
// param: limit integer 25 — rows at most
// chart: network regulator target
UNWIND $target AS id MATCH (n:Entity {id: id})<-[:IS_A*0..]-(target:Entity)
WITH DISTINCT target
MATCH (target)<-[r:ACTIVATES|REPRESSES|REGULATES]-(regulator:Entity) WHERE r.belief >= $min_belief AND ($precision = 0.0 OR r.precision >= $precision) AND ($include_generic OR (NOT regulator:MoleculeClass OR regulator.id STARTS WITH 'exominer:pirna-'))
WITH target, regulator, r ORDER BY r.belief DESC, r.papers DESC, regulator.id, target.id, type(r) SKIP $skip LIMIT $limit
RETURN regulator.name AS regulator, [l IN labels(regulator) WHERE NOT l IN ['Entity', 'Cargo']][0] AS kind, type(r) AS effect, target.name AS target,
       r.belief AS belief, r.papers AS papers, r.negated AS denied,
       EXISTS { MATCH (a:Assertion {pair: regulator.id + ' ' + target.id})-[:SUPPORTED_BY]->(e:Evidence)-[:IN_VESICLES]->()
                WHERE a.predicate = type(r) AND NOT a.negated AND e.belief > 0 } AS carried_by_vesicles,
       COLLECT { MATCH (a:Assertion {pair: regulator.id + ' ' + target.id})-[:SUPPORTED_BY]->(e:Evidence)
                 WHERE a.predicate = type(r) AND NOT a.negated
                 RETURN e.sentence ORDER BY e.belief DESC, e.id LIMIT 1 }[0] AS sentence
