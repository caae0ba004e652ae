// title: About an entity
// question: Which claims are about this entity, highest belief first?
// param: entity entity "exosome" — name, synonym or id; its kinds and populations of vesicles are included
// param: predicate string null — only this one
// param: min_belief float 0.0 — only claims believed at least so much
// param: precision float 0.0 — only claims with a sentence whose score promises this precision
// param: include_generic boolean false — with classes of molecules, such as microRNA or protein
// param: skip integer 0 — rows to leave out
// param: limit integer 25 — rows at most
// chart: network subject object
UNWIND $entity AS id MATCH (n:Entity {id: id})<-[:IS_A*0..]-(kind:Entity)
WITH DISTINCT kind
MATCH (kind)-[r:CARRIES|SECRETES|FOUND_IN|DELIVERED_TO|PROMOTES|INHIBITS|ACTIVATES|REPRESSES|REGULATES|BIOMARKER_OF|ELEVATED_IN|REDUCED_IN|TREATS]-(other:Entity)
WHERE r.belief >= $min_belief AND ($precision = 0.0 OR r.precision >= $precision) AND ($predicate IS NULL OR type(r) = toUpper($predicate))
  AND ($include_generic OR NOT other:MoleculeClass OR other.id STARTS WITH 'exominer:pirna-')
WITH DISTINCT r ORDER BY r.belief DESC, r.papers DESC, startNode(r).id, endNode(r).id, type(r) SKIP $skip LIMIT $limit
RETURN startNode(r).name AS subject, type(r) AS predicate, endNode(r).name AS object, r.belief AS belief,
       r.papers AS papers, r.sentences AS sentences, r.negated AS denied, r.speculative AS hedged,
       r.first_year AS first_year, r.last_year AS last_year
