// title: Least studied cargo
// question: Which cargo of vesicles is reported least, the best believed first?
// param: kind string null — Gene, MicroRNA, LncRNA, CircRNA, MoleculeClass or Chemical; all where left out
// param: cancer entity null — name, synonym or id; its kinds are included
// param: include_generic boolean false — with classes of molecules, such as microRNA or protein
// param: skip integer 0 — rows to leave out
// param: limit integer 25 — rows at most
// chart: bar cargo papers
CALL () {
  UNWIND $cancer AS id MATCH (n:Entity {id: id})<-[:IS_A*0..]-(kind:Entity)
  WITH DISTINCT kind
  MATCH (kind)<-[:IN_CANCER]-(a:Assertion) WHERE a.predicate = 'CARRIES' AND NOT a.negated AND a.papers > 0
  WITH DISTINCT a
  MATCH (a)-[:OBJECT]->(cargo:Cargo)
  RETURN cargo, sum(a.papers) AS most, max(a.belief) AS belief, collect(a) AS claims
  UNION
  UNWIND CASE WHEN $cancer IS NULL THEN [1] ELSE [] END AS unfiltered
  MATCH (:Vesicle)-[r:CARRIES]->(cargo:Cargo) WHERE r.papers > 0
  RETURN cargo, sum(r.papers) AS most, max(r.belief) AS belief, null AS claims
}
WITH cargo, most, belief, claims
WHERE ($kind IS NULL OR toLower($kind) IN [l IN labels(cargo) | toLower(l)])
  AND ($include_generic OR toLower($kind) = 'moleculeclass' OR (NOT cargo:MoleculeClass OR cargo.id STARTS WITH 'exominer:pirna-'))
// A paper on two kinds of vesicles is in `most` twice: count those that can be among the rows.
ORDER BY most ASC, belief DESC, cargo.id LIMIT 4 * ($skip + $limit)
WITH cargo, belief,
     COUNT { UNWIND coalesce(claims, COLLECT { MATCH (cargo)<-[:OBJECT]-(a:Assertion)
                                               WHERE a.predicate = 'CARRIES' AND NOT a.negated RETURN a }) AS a
             MATCH (a)-[:SUPPORTED_BY]->(e:Evidence)-[:FROM]->(p:Publication) WHERE e.belief > 0
             RETURN DISTINCT p } AS papers
ORDER BY papers ASC, belief DESC, cargo.id SKIP $skip LIMIT $limit
RETURN cargo.name AS cargo, [l IN labels(cargo) WHERE NOT l IN ['Entity', 'Cargo']][0] AS kind, papers, belief,
       COUNT { (cargo)-[:PROMOTES|INHIBITS]->(:Function) } AS functions,
       COUNT { (cargo)-[:BIOMARKER_OF]->(:Cancer) } AS marker_of_cancers
