// title: miRNA targets behind a function
// question: Which vesicle miRNAs are said to act on this function, and through which repressed target?
// param: function entity "metastasis" — name, synonym or id; its kinds are included
// param: min_belief float 0.0 — only claims believed at least so much
// param: skip integer 0 — rows to leave out
// param: limit integer 25 — rows at most
// chart: network mirna target
MATCH (n:Entity)<-[:IS_A*0..]-(function:Entity) WHERE n.id IN $function
WITH DISTINCT function
MATCH (function)<-[effect:PROMOTES|INHIBITS]-(mirna:MicroRNA) WHERE effect.belief >= $min_belief
MATCH (mirna)-[represses:REPRESSES]->(target:Entity) WHERE represses.belief >= $min_belief
WITH mirna, target, function, effect, represses, EXISTS { (mirna)<-[:CARRIES]-(:Vesicle) } AS in_vesicles,
     COUNT { MATCH (:Assertion {pair: mirna.id + ' ' + function.id})-[:SUPPORTED_BY]->(:Evidence)-[:FROM]->(p)
             WHERE EXISTS { (p)<-[:FROM]-(:Evidence)<-[:SUPPORTED_BY]-
                            (:Assertion {pair: mirna.id + ' ' + target.id, predicate: 'REPRESSES'}) }
             RETURN DISTINCT p } AS papers_with_both
ORDER BY papers_with_both DESC, effect.belief * represses.belief DESC, mirna.id, target.id, function.id
SKIP $skip LIMIT $limit
RETURN mirna.name AS mirna, target.name AS target, represses.belief AS target_belief, type(effect) AS effect,
       function.name AS function, effect.belief AS effect_belief, papers_with_both, in_vesicles,
       COLLECT { MATCH (a:Assertion {pair: mirna.id + ' ' + target.id})-[:SUPPORTED_BY]->(e:Evidence)
                 WHERE a.predicate = 'REPRESSES' AND NOT a.negated
                 RETURN e.sentence ORDER BY e.belief DESC, e.id LIMIT 1 }[0] AS sentence
