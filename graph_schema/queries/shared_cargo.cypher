// title: Cargo shared by two cancers
// question: Which cargo of vesicles is reported in both of these cancers?
// param: cancer entity "carcinoma" — name, synonym or id; its kinds are included
// param: other entity "glioma" — name, synonym or id; its kinds are included
// param: include_generic boolean false — with classes of molecules, such as microRNA or protein
// param: skip integer 0 — rows to leave out
// param: limit integer 25 — rows at most
// chart: bar cargo papers
CALL () {
  UNWIND $cancer AS id MATCH (n:Entity {id: id})<-[:IS_A*0..]-(kind:Entity)
  WITH DISTINCT kind
  MATCH (kind)<-[:IN_CANCER]-(a:Assertion) WHERE a.predicate = 'CARRIES' AND NOT a.negated AND a.papers > 0
  WITH DISTINCT a MATCH (a)-[:OBJECT]->(cargo:Cargo) WHERE $include_generic OR (NOT cargo:MoleculeClass OR cargo.id STARTS WITH 'exominer:pirna-')
  RETURN cargo, 1 AS side, a AS claim
  UNION ALL
  UNWIND $other AS id MATCH (n:Entity {id: id})<-[:IS_A*0..]-(kind:Entity)
  WITH DISTINCT kind
  MATCH (kind)<-[:IN_CANCER]-(a:Assertion) WHERE a.predicate = 'CARRIES' AND NOT a.negated AND a.papers > 0
  WITH DISTINCT a MATCH (a)-[:OBJECT]->(cargo:Cargo) WHERE $include_generic OR (NOT cargo:MoleculeClass OR cargo.id STARTS WITH 'exominer:pirna-')
  RETURN cargo, 2 AS side, a AS claim
}
WITH cargo, collect(CASE WHEN side = 1 THEN claim END) AS ones, collect(CASE WHEN side = 2 THEN claim END) AS others
WHERE size(ones) > 0 AND size(others) > 0
WITH cargo, ones, others, reduce(most = 0.0, a IN ones | CASE WHEN a.belief > most THEN a.belief ELSE most END) AS belief,
     reduce(most = 0.0, a IN others | CASE WHEN a.belief > most THEN a.belief ELSE most END) AS other_belief
ORDER BY CASE WHEN belief < other_belief THEN belief ELSE other_belief END DESC, size(ones) + size(others) DESC, cargo.id
SKIP $skip LIMIT $limit
RETURN cargo.name AS cargo, [l IN labels(cargo) WHERE NOT l IN ['Entity', 'Cargo']][0] AS kind, belief, size(ones) AS claims,
       COUNT { UNWIND ones AS a MATCH (a)-[:SUPPORTED_BY]->(e:Evidence)-[:FROM]->(p) WHERE e.belief > 0
               RETURN DISTINCT p } AS papers,
       other_belief, size(others) AS other_claims,
       COUNT { UNWIND others AS a MATCH (a)-[:SUPPORTED_BY]->(e:Evidence)-[:FROM]->(p) WHERE e.belief > 0
               RETURN DISTINCT p } AS other_papers
