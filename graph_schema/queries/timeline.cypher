// title: Papers a year
// question: How many papers make claims about this entity, year by year?
// param: entity string "exosome" — name, synonym or id; its kinds are included
// chart: bar year papers
MATCH (n:Entity)<-[:IS_A*0..]-(kind:Entity) WHERE n.lookup CONTAINS '|' + toLower($entity) + '|'
WITH DISTINCT kind
MATCH (kind)<-[:SUBJECT|OBJECT|IN_CANCER]-(a:Assertion)
WITH DISTINCT a
MATCH (a)-[:SUPPORTED_BY]->(:Evidence)-[:FROM]->(p:Publication) WHERE p.year IS NOT NULL
RETURN p.year AS year, count(DISTINCT p) AS papers, count(DISTINCT a) AS claims ORDER BY year
