// title: Cargo shared by two cancers
// question: Which cargo of vesicles is reported in both of these cancers?
// param: cancer entity "carcinoma" — name, synonym or id; its kinds are included
// param: other entity "glioma" — name, synonym or id; its kinds are included
// param: skip integer 0 — rows to leave out
// param: limit integer 25 — rows at most
// chart: bar cargo papers
CALL () {
  MATCH (n:Entity)<-[:IS_A*0..]-(kind:Entity) WHERE n.id IN $cancer
  WITH DISTINCT kind
  MATCH (kind)<-[:IN_CANCER]-(a:Assertion) WHERE a.predicate = 'CARRIES' AND NOT a.negated AND a.papers > 0
  WITH DISTINCT a MATCH (a)-[:OBJECT]->(cargo:Cargo)
  RETURN cargo, 1 AS side, a.belief AS belief, a.id AS claim
  UNION ALL
  MATCH (n:Entity)<-[:IS_A*0..]-(kind:Entity) WHERE n.id IN $other
  WITH DISTINCT kind
  MATCH (kind)<-[:IN_CANCER]-(a:Assertion) WHERE a.predicate = 'CARRIES' AND NOT a.negated AND a.papers > 0
  WITH DISTINCT a MATCH (a)-[:OBJECT]->(cargo:Cargo)
  RETURN cargo, 2 AS side, a.belief AS belief, a.id AS claim
}
WITH cargo, max(CASE WHEN side = 1 THEN belief END) AS belief, count(CASE WHEN side = 1 THEN claim END) AS claims,
     max(CASE WHEN side = 2 THEN belief END) AS other_belief, count(CASE WHEN side = 2 THEN claim END) AS other_claims
WHERE claims > 0 AND other_claims > 0
WITH *, CASE WHEN belief < other_belief THEN belief ELSE other_belief END AS both
ORDER BY both DESC, claims + other_claims DESC, cargo.id
SKIP $skip LIMIT $limit
RETURN cargo.name AS cargo, [l IN labels(cargo) WHERE NOT l IN ['Entity', 'Cargo']][0] AS kind, belief, claims, other_belief, other_claims,
       COUNT { MATCH (cargo)<-[:OBJECT]-(a:Assertion {predicate: 'CARRIES'})-[:SUPPORTED_BY]->(:Evidence)-[:FROM]->(p)
               RETURN DISTINCT p } AS papers
