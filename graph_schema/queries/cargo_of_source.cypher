// title: Cargo of a source's vesicles
// question: What do the vesicles of this cell, cancer, tissue or fluid carry, by papers that say both?
// param: source entity "macrophage" — name, synonym or id of a cell, cancer, tissue or body fluid; its kinds are included
// param: min_belief float 0.0 — only sentences that count for at least so much
// param: include_generic boolean false — with classes of molecules, such as microRNA or protein
// param: skip integer 0 — rows to leave out
// param: limit integer 25 — rows at most
// chart: bar cargo papers
UNWIND $source AS id MATCH (n:Entity {id: id})<-[:IS_A*0..]-(source:Entity)
WITH DISTINCT source
MATCH (source)<-[:SUBJECT|OBJECT]-(sheds:Assertion)
WHERE sheds.predicate IN ['SECRETES', 'FOUND_IN'] AND NOT sheds.negated
MATCH (sheds)-[:SUBJECT|OBJECT]->(vesicle:Vesicle)
MATCH (sheds)-[:SUPPORTED_BY]->(said:Evidence)-[:FROM]->(paper:Publication) WHERE said.belief > 0
WITH vesicle, paper, collect(DISTINCT source.name) AS sources
MATCH (paper)<-[:FROM]-(e:Evidence)<-[:SUPPORTED_BY]-(a:Assertion)
WHERE a.predicate = 'CARRIES' AND NOT a.negated AND e.belief > 0 AND e.belief >= $min_belief
  AND (e.source_cells IS NULL OR any(cell IN e.source_cells WHERE cell IN sources))  // not another's vesicles
  AND EXISTS { (a)-[:SUBJECT]->(vesicle) }
MATCH (a)-[:OBJECT]->(cargo:Cargo) WHERE $include_generic OR (NOT cargo:MoleculeClass OR cargo.id STARTS WITH 'exominer:pirna-')
WITH cargo, vesicle, paper, a, e, [s IN sources WHERE e.source_cells IS NULL OR s IN e.source_cells] AS named
ORDER BY e.belief DESC, e.id
WITH cargo, vesicle, collect({claim: a, evidence: e})[0] AS best, count(DISTINCT paper) AS papers,
     reduce(all = [], names IN collect(named) | all + [n IN names WHERE NOT n IN all]) AS sources
ORDER BY papers DESC, best.evidence.belief DESC, cargo.name, vesicle.name SKIP $skip LIMIT $limit
RETURN cargo.name AS cargo, [l IN labels(cargo) WHERE NOT l IN ['Entity', 'Cargo']][0] AS kind, vesicle.name AS vesicle,
       sources AS source, papers, best.evidence.belief AS counts, best.claim.papers AS papers_in_all,
       best.claim.belief AS belief_in_all, best.evidence.sentence AS sentence, best.claim.id AS assertion
