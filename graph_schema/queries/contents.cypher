// title: What the graph holds
// question: How many nodes and relationships of each kind are there?
// chart: bar kind count
CALL () {
  MATCH (n:Entity) RETURN 'Entity' AS kind, count(n) AS count
  UNION ALL
  MATCH (n:Vesicle) RETURN 'Vesicle' AS kind, count(n) AS count
  UNION ALL
  MATCH (n:Gene) RETURN 'Gene' AS kind, count(n) AS count
  UNION ALL
  MATCH (n:MicroRNA) RETURN 'MicroRNA' AS kind, count(n) AS count
  UNION ALL
  MATCH (n:LncRNA) RETURN 'LncRNA' AS kind, count(n) AS count
  UNION ALL
  MATCH (n:CircRNA) RETURN 'CircRNA' AS kind, count(n) AS count
  UNION ALL
  MATCH (n:MoleculeClass) RETURN 'MoleculeClass' AS kind, count(n) AS count
  UNION ALL
  MATCH (n:Chemical) RETURN 'Chemical' AS kind, count(n) AS count
  UNION ALL
  MATCH (n:Function) RETURN 'Function' AS kind, count(n) AS count
  UNION ALL
  MATCH (n:Pathway) RETURN 'Pathway' AS kind, count(n) AS count
  UNION ALL
  MATCH (n:Cancer) RETURN 'Cancer' AS kind, count(n) AS count
  UNION ALL
  MATCH (n:Cell) RETURN 'Cell' AS kind, count(n) AS count
  UNION ALL
  MATCH (n:Anatomy) RETURN 'Anatomy' AS kind, count(n) AS count
  UNION ALL
  MATCH (n:Assertion) RETURN 'Assertion' AS kind, count(n) AS count
  UNION ALL
  MATCH (n:Evidence) RETURN 'Evidence' AS kind, count(n) AS count
  UNION ALL
  MATCH (n:Publication) RETURN 'Publication' AS kind, count(n) AS count
  UNION ALL
  MATCH ()-[r:CARRIES]->() RETURN 'CARRIES' AS kind, count(r) AS count
  UNION ALL
  MATCH ()-[r:SECRETES]->() RETURN 'SECRETES' AS kind, count(r) AS count
  UNION ALL
  MATCH ()-[r:FOUND_IN]->() RETURN 'FOUND_IN' AS kind, count(r) AS count
  UNION ALL
  MATCH ()-[r:DELIVERED_TO]->() RETURN 'DELIVERED_TO' AS kind, count(r) AS count
  UNION ALL
  MATCH ()-[r:PROMOTES]->() RETURN 'PROMOTES' AS kind, count(r) AS count
  UNION ALL
  MATCH ()-[r:INHIBITS]->() RETURN 'INHIBITS' AS kind, count(r) AS count
  UNION ALL
  MATCH ()-[r:ACTIVATES]->() RETURN 'ACTIVATES' AS kind, count(r) AS count
  UNION ALL
  MATCH ()-[r:REPRESSES]->() RETURN 'REPRESSES' AS kind, count(r) AS count
  UNION ALL
  MATCH ()-[r:REGULATES]->() RETURN 'REGULATES' AS kind, count(r) AS count
  UNION ALL
  MATCH ()-[r:BIOMARKER_OF]->() RETURN 'BIOMARKER_OF' AS kind, count(r) AS count
  UNION ALL
  MATCH ()-[r:ELEVATED_IN]->() RETURN 'ELEVATED_IN' AS kind, count(r) AS count
  UNION ALL
  MATCH ()-[r:REDUCED_IN]->() RETURN 'REDUCED_IN' AS kind, count(r) AS count
  UNION ALL
  MATCH ()-[r:TREATS]->() RETURN 'TREATS' AS kind, count(r) AS count
  UNION ALL
  MATCH ()-[r:CONTRADICTS]->() RETURN 'CONTRADICTS' AS kind, count(r) AS count
  UNION ALL
  MATCH ()-[r:IS_A]->() RETURN 'IS_A' AS kind, count(r) AS count
}
RETURN kind, count
