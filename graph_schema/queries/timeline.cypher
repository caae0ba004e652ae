// title: Claims a year
// question: How many claims about this entity were first made in each year, and how many have been repeated since?
// param: entity entity "exosome" — name, synonym or id; its kinds are included
// chart: bar year claims
UNWIND $entity AS id MATCH (n:Entity {id: id})<-[:IS_A*0..]-(kind:Entity)
WITH DISTINCT kind
MATCH (kind)<-[:SUBJECT|OBJECT|IN_CANCER]-(a:Assertion) WHERE a.first_year IS NOT NULL
WITH DISTINCT a
RETURN a.first_year AS year, count(*) AS claims, sum(CASE WHEN a.papers > 1 THEN 1 ELSE 0 END) AS since_repeated
ORDER BY year
