// title: Cargo of a source's vesicles
// question: What do the vesicles of this cell, cancer, tissue or fluid carry?
// param: source entity "macrophage" — name, synonym or id of a cell, cancer, tissue or body fluid; its kinds are included
// param: min_belief float 0.0 — only sentences that count for at least so much
// param: precision float 0.0 — only claims with a sentence whose score promises this precision
// param: include_generic boolean false — with classes of molecules, such as microRNA or protein
// param: skip integer 0 — rows to leave out
// param: limit integer 25 — rows at most
// chart: bar cargo papers
UNWIND $source AS id MATCH (n:Entity {id: id})<-[:IS_A*0..]-(source:Entity)
WITH DISTINCT source
MATCH (source)<-[:DERIVED_FROM]-(vesicle:Vesicle)
WITH DISTINCT vesicle
MATCH (vesicle)<-[:SUBJECT]-(a:Assertion {predicate: 'CARRIES', negated: false})-[:OBJECT]->(cargo:Cargo)
WHERE $include_generic OR NOT cargo:MoleculeClass OR cargo.id STARTS WITH 'exominer:pirna-'
MATCH (a)-[:SUPPORTED_BY]->(e:Evidence)-[:FROM]->(paper:Publication) WHERE e.belief > 0 AND e.belief >= $min_belief AND ($precision = 0.0 OR e.precision >= $precision)
WITH cargo, vesicle, paper, a, e ORDER BY e.belief DESC, e.id
WITH cargo, vesicle, collect({claim: a, evidence: e})[0] AS best, count(DISTINCT paper) AS papers
ORDER BY papers DESC, best.evidence.belief DESC, cargo.name, vesicle.id SKIP $skip LIMIT $limit
RETURN cargo.name AS cargo, [l IN labels(cargo) WHERE NOT l IN ['Entity', 'Cargo']][0] AS kind, vesicle.name AS vesicle,
       COLLECT { MATCH (vesicle)-[:DERIVED_FROM]->(s) RETURN s.name ORDER BY s.name } AS source, papers,
       best.evidence.belief AS counts, best.claim.papers AS papers_in_all,
       best.claim.belief AS belief_in_all, best.evidence.sentence AS sentence, best.claim.id AS assertion
