// title: Cargo that acts alike
// question: Which other cargo acts on the same functions in the same direction as this one?
// param: cargo entity "miR-21" — name, synonym or id
// param: min_belief float 0.3 — only effects believed at least so much
// param: precision float 0.0 — only claims with a sentence whose score promises this precision
// param: include_generic boolean false — with classes of molecules, such as microRNA or protein
// param: skip integer 0 — rows to leave out
// param: limit integer 25 — rows at most
// chart: bar cargo shared
MATCH (cargo:Entity)-[r:PROMOTES|INHIBITS]->(function:Function)
WHERE cargo.id IN $cargo AND r.belief >= $min_belief AND ($precision = 0.0 OR r.precision >= $precision)
WITH cargo, function, r ORDER BY r.belief DESC, function.id LIMIT 200
MATCH (function)<-[o:PROMOTES|INHIBITS]-(other:Cargo)
WHERE NOT other.id IN $cargo AND ($include_generic OR (NOT other:MoleculeClass OR other.id STARTS WITH 'exominer:pirna-')) AND type(o) = type(r) AND o.belief >= $min_belief AND ($precision = 0.0 OR o.precision >= $precision)
WITH other, collect(DISTINCT type(r) + ' ' + function.name) AS effects, avg(o.belief) AS belief
ORDER BY size(effects) DESC, belief DESC, other.id SKIP $skip LIMIT $limit
RETURN other.name AS cargo, [l IN labels(other) WHERE NOT l IN ['Entity', 'Cargo']][0] AS kind, size(effects) AS shared, effects, round(belief, 3) AS mean_belief
