// title: Where vesicles come from
// question: Which cells, cancers and fluids are vesicles shed by or found in?
// param: vesicle entity null — name, synonym or id; its kinds are included
// param: min_belief float 0.0 — only claims believed at least so much
// param: precision float 0.0 — only claims with a sentence whose score promises this precision
// param: skip integer 0 — rows to leave out
// param: limit integer 25 — rows at most
// chart: bar source papers
CALL () {
  UNWIND $vesicle AS id MATCH (n:Entity {id: id})<-[:IS_A*0..]-(vesicle:Entity)
  WITH DISTINCT vesicle
  MATCH (vesicle)-[r:SECRETES|FOUND_IN]-(source:Entity) RETURN vesicle, r, source
  UNION
  UNWIND CASE WHEN $vesicle IS NULL THEN [1] ELSE [] END AS unfiltered
  MATCH (vesicle:Vesicle)-[r:SECRETES|FOUND_IN]-(source:Entity) RETURN vesicle, r, source
}
WITH vesicle, r, source WHERE r.belief >= $min_belief AND ($precision = 0.0 OR r.precision >= $precision)
ORDER BY r.papers DESC, r.belief DESC, source.id, vesicle.id SKIP $skip LIMIT $limit
RETURN source.name AS source, [l IN labels(source) WHERE NOT l IN ['Entity', 'Cargo']][0] AS kind, type(r) AS relation, vesicle.name AS vesicle,
       r.papers AS papers, r.belief AS belief
