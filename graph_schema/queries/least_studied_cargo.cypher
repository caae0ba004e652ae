// title: Least studied cargo
// question: Which cargo of vesicles is reported least, the best believed first?
// param: kind string null — Gene, MicroRNA, LncRNA, CircRNA, MoleculeClass or Chemical; all where left out
// param: cancer entity null — name, synonym or id; its kinds are included
// param: skip integer 0 — rows to leave out
// param: limit integer 25 — rows at most
// chart: bar cargo papers
CALL () {
  MATCH (n:Entity)<-[:IS_A*0..]-(kind:Entity) WHERE n.id IN $cancer
  WITH DISTINCT kind
  MATCH (kind)<-[:IN_CANCER]-(a:Assertion) WHERE a.predicate = 'CARRIES' AND NOT a.negated
  MATCH (a)-[:OBJECT]->(cargo:Cargo)
  RETURN cargo, sum(a.papers) AS papers, max(a.belief) AS belief
  UNION
  UNWIND CASE WHEN $cancer IS NULL THEN [1] ELSE [] END AS unfiltered
  MATCH (:Vesicle)-[r:CARRIES]->(cargo:Cargo)
  RETURN cargo, sum(r.papers) AS papers, max(r.belief) AS belief
}
WITH cargo, papers, belief WHERE papers > 0 AND ($kind IS NULL OR toLower($kind) IN [l IN labels(cargo) | toLower(l)])
ORDER BY papers ASC, belief DESC, cargo.id SKIP $skip LIMIT $limit
RETURN cargo.name AS cargo, [l IN labels(cargo) WHERE NOT l IN ['Entity', 'Cargo']][0] AS kind, papers, belief,
       COUNT { (cargo)-[:PROMOTES|INHIBITS]->(:Function) } AS functions,
       COUNT { (cargo)-[:BIOMARKER_OF]->(:Cancer) } AS marker_of_cancers
