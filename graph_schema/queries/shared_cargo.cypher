// title: Cargo shared by two cancers
// question: Which cargo of vesicles is spoken of in both of these cancers?
// param: cancer string "carcinoma" — name, synonym or id; its kinds are included
// param: other string "glioma" — name, synonym or id; its kinds are included
// param: skip integer 0 — rows to leave out
// param: limit integer 25 — rows at most
// chart: bar cargo papers
CALL () {
  MATCH (n:Entity)<-[:IS_A*0..]-(kind:Entity) WHERE n.lookup CONTAINS '|' + toLower($cancer) + '|'
  WITH DISTINCT kind
  MATCH (kind)<-[:IN_CANCER]-(a:Assertion) WHERE a.predicate = 'CARRIES' AND NOT a.negated AND a.papers > 0
  MATCH (a)-[:OBJECT]->(cargo:Cargo)
  RETURN cargo, count(DISTINCT a) AS claims, max(a.belief) AS belief
}
CALL (cargo) {
  MATCH (cargo)<-[:OBJECT]-(b:Assertion) WHERE b.predicate = 'CARRIES' AND NOT b.negated AND b.papers > 0
  MATCH (b)-[:IN_CANCER]->()-[:IS_A*0..]->(n:Entity) WHERE n.lookup CONTAINS '|' + toLower($other) + '|'
  RETURN count(DISTINCT b) AS other_claims, max(b.belief) AS other_belief
}
WITH cargo, claims, belief, other_claims, other_belief WHERE other_claims > 0
ORDER BY CASE WHEN belief < other_belief THEN belief ELSE other_belief END DESC, claims + other_claims DESC, cargo.id
SKIP $skip LIMIT $limit
RETURN cargo.name AS cargo, labels(cargo)[-1] AS kind, belief, claims, other_belief, other_claims,
       COUNT { MATCH (cargo)<-[:OBJECT]-(a:Assertion {predicate: 'CARRIES'})-[:SUPPORTED_BY]->(:Evidence)-[:FROM]->(p)
               RETURN DISTINCT p } AS papers
