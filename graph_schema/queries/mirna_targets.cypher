// title: miRNA targets behind a function
// question: Which vesicle miRNAs are said to act on this function, and through which repressed target?
// param: function entity "metastasis" — name, synonym or id; its kinds are included
// param: min_belief float 0.0 — only claims believed at least so much
// param: precision float 0.0 — only claims with a sentence whose score promises this precision
// param: include_inferred boolean false — with targets and effects that no single paper states together
// param: include_generic boolean false — with classes of molecules, such as cytokines, as targets
// param: skip integer 0 — rows to leave out
// param: limit integer 25 — rows at most
// chart: network mirna target
UNWIND $function AS id MATCH (n:Entity {id: id})<-[:IS_A*0..]-(function:Entity)
WITH DISTINCT function
MATCH (function)<-[effect:PROMOTES|INHIBITS]-(mirna:MicroRNA) WHERE effect.belief >= $min_belief AND ($precision = 0.0 OR effect.precision >= $precision)
MATCH (mirna)-[represses:REPRESSES]->(target:Entity) WHERE represses.belief >= $min_belief AND ($precision = 0.0 OR represses.precision >= $precision)
  AND ($include_generic OR NOT target:MoleculeClass OR target.id STARTS WITH 'exominer:pirna-')
CALL (mirna, target, function, effect) {
  MATCH (acts:Assertion {pair: mirna.id + ' ' + function.id})-[:SUPPORTED_BY]->(said:Evidence)-[:FROM]->(p:Publication)
  WHERE acts.predicate = type(effect) AND NOT acts.negated AND said.belief > 0
  WITH DISTINCT mirna, target, p
  MATCH (a:Assertion {pair: mirna.id + ' ' + target.id})-[:SUPPORTED_BY]->(e:Evidence)-[:FROM]->(p)
  WHERE a.predicate = 'REPRESSES' AND NOT a.negated AND e.belief > 0
  WITH p, e ORDER BY e.belief DESC, e.id
  RETURN count(DISTINCT p) AS papers_with_both, collect(e.sentence)[0] AS sentence
}
WITH * WHERE papers_with_both > 0 OR $include_inferred
WITH *, CASE WHEN effect.belief < represses.belief THEN effect.belief ELSE represses.belief END AS weaker
ORDER BY papers_with_both DESC, weaker DESC, mirna.id, target.id, function.id SKIP $skip LIMIT $limit
RETURN mirna.name AS mirna, target.name AS target, represses.belief AS target_belief, type(effect) AS effect,
       function.name AS function, effect.belief AS effect_belief, papers_with_both, papers_with_both = 0 AS inferred,
       EXISTS { MATCH (a:Assertion {pair: mirna.id + ' ' + function.id})-[:SUPPORTED_BY]->(e:Evidence)-[:IN_VESICLES]->()
                WHERE a.predicate = type(effect) AND NOT a.negated AND e.belief > 0 } AS in_vesicles,
       coalesce(sentence, COLLECT { MATCH (a:Assertion {pair: mirna.id + ' ' + target.id})-[:SUPPORTED_BY]->(e:Evidence)
                                    WHERE a.predicate = 'REPRESSES' AND NOT a.negated
                                    RETURN e.sentence ORDER BY e.belief DESC, e.id LIMIT 1 }[0]) AS sentence
