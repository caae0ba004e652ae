// title: What the graph holds
// question: How many nodes and relationships of each kind are there?
// chart: bar kind count
CALL () {
  MATCH (n:Entity) WITH count(n) AS count RETURN 'Entity' AS kind, count
  UNION ALL
  MATCH (n:Vesicle) WITH count(n) AS count RETURN 'Vesicle' AS kind, count
  UNION ALL
  MATCH (n:Gene) WITH count(n) AS count RETURN 'Gene' AS kind, count
  UNION ALL
  MATCH (n:MicroRNA) WITH count(n) AS count RETURN 'MicroRNA' AS kind, count
  UNION ALL
  MATCH (n:LncRNA) WITH count(n) AS count RETURN 'LncRNA' AS kind, count
  UNION ALL
  MATCH (n:CircRNA) WITH count(n) AS count RETURN 'CircRNA' AS kind, count
  UNION ALL
  MATCH (n:MoleculeClass) WITH count(n) AS count RETURN 'MoleculeClass' AS kind, count
  UNION ALL
  MATCH (n:Chemical) WITH count(n) AS count RETURN 'Chemical' AS kind, count
  UNION ALL
  MATCH (n:Function) WITH count(n) AS count RETURN 'Function' AS kind, count
  UNION ALL
  MATCH (n:Pathway) WITH count(n) AS count RETURN 'Pathway' AS kind, count
  UNION ALL
  MATCH (n:Cancer) WITH count(n) AS count RETURN 'Cancer' AS kind, count
  UNION ALL
  MATCH (n:Cell) WITH count(n) AS count RETURN 'Cell' AS kind, count
  UNION ALL
  MATCH (n:Anatomy) WITH count(n) AS count RETURN 'Anatomy' AS kind, count
  UNION ALL
  MATCH (n:Assertion) WITH count(n) AS count RETURN 'Assertion' AS kind, count
  UNION ALL
  MATCH (n:Evidence) WITH count(n) AS count RETURN 'Evidence' AS kind, count
  UNION ALL
  MATCH (n:Publication) WITH count(n) AS count RETURN 'Publication' AS kind, count
  UNION ALL
  MATCH ()-[r:CARRIES]->() WITH count(r) AS count RETURN 'CARRIES' AS kind, count
  UNION ALL
  MATCH ()-[r:SECRETES]->() WITH count(r) AS count RETURN 'SECRETES' AS kind, count
  UNION ALL
  MATCH ()-[r:FOUND_IN]->() WITH count(r) AS count RETURN 'FOUND_IN' AS kind, count
  UNION ALL
  MATCH ()-[r:DELIVERED_TO]->() WITH count(r) AS count RETURN 'DELIVERED_TO' AS kind, count
  UNION ALL
  MATCH ()-[r:PROMOTES]->() WITH count(r) AS count RETURN 'PROMOTES' AS kind, count
  UNION ALL
  MATCH ()-[r:INHIBITS]->() WITH count(r) AS count RETURN 'INHIBITS' AS kind, count
  UNION ALL
  MATCH ()-[r:ACTIVATES]->() WITH count(r) AS count RETURN 'ACTIVATES' AS kind, count
  UNION ALL
  MATCH ()-[r:REPRESSES]->() WITH count(r) AS count RETURN 'REPRESSES' AS kind, count
  UNION ALL
  MATCH ()-[r:REGULATES]->() WITH count(r) AS count RETURN 'REGULATES' AS kind, count
  UNION ALL
  MATCH ()-[r:BIOMARKER_OF]->() WITH count(r) AS count RETURN 'BIOMARKER_OF' AS kind, count
  UNION ALL
  MATCH ()-[r:ELEVATED_IN]->() WITH count(r) AS count RETURN 'ELEVATED_IN' AS kind, count
  UNION ALL
  MATCH ()-[r:REDUCED_IN]->() WITH count(r) AS count RETURN 'REDUCED_IN' AS kind, count
  UNION ALL
  MATCH ()-[r:TREATS]->() WITH count(r) AS count RETURN 'TREATS' AS kind, count
  UNION ALL
  MATCH ()-[r:CONTRADICTS]->() WITH count(r) AS count RETURN 'CONTRADICTS' AS kind, count
  UNION ALL
  MATCH ()-[r:IN_VESICLES]->() WITH count(r) AS count RETURN 'IN_VESICLES' AS kind, count
  UNION ALL
  MATCH ()-[r:TAKEN_UP_BY]->() WITH count(r) AS count RETURN 'TAKEN_UP_BY' AS kind, count
  UNION ALL
  MATCH ()-[r:DERIVED_FROM]->() WITH count(r) AS count RETURN 'DERIVED_FROM' AS kind, count
  UNION ALL
  MATCH ()-[r:IS_A]->() WITH count(r) AS count RETURN 'IS_A' AS kind, count
}
RETURN kind, count
