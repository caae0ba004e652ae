// title: Paths from a cell to a function
// question: How may this cell act on this function: by which vesicle, cargo and target? Each step is stated by some paper, the whole rarely by one
// param: cell entity "macrophage" — name, synonym or id of the cell or cancer that sheds the vesicle; its kinds are included
// param: function entity "metastasis" — name, synonym or id of the function
// param: min_belief float 0.3 — every step is believed at least so much
// param: precision float 0.0 — only claims with a sentence whose score promises this precision
// param: include_generic boolean false — with classes of molecules, such as microRNA or protein
// param: skip integer 0 — rows to leave out
// param: limit integer 25 — rows at most
// chart: network cargo function
UNWIND $cell AS id MATCH (n:Entity {id: id})<-[:IS_A*0..]-(cell:Entity)
WITH DISTINCT cell
MATCH (cell)<-[:DERIVED_FROM]-(vesicle:Vesicle)
WITH cell, vesicle, COUNT { (vesicle)-[:CARRIES]->() } AS cargoes ORDER BY cargoes DESC, vesicle.id LIMIT 25
WITH collect({cell: cell, vesicle: vesicle}) AS shedding, collect(DISTINCT vesicle) AS vesicles
MATCH (function:Entity) WHERE function.id IN $function
MATCH (function)<-[acts:PROMOTES|INHIBITS]-(last:Entity) WHERE acts.belief >= $min_belief AND ($precision = 0.0 OR acts.precision >= $precision)
WITH shedding, vesicles, function, acts, last ORDER BY acts.belief DESC, last.id LIMIT 300
CALL (vesicles, last) {
  MATCH (vesicle)-[carries:CARRIES]->(last) WHERE vesicle IN vesicles AND carries.belief >= $min_belief AND ($precision = 0.0 OR carries.precision >= $precision)
    AND ($include_generic OR (NOT last:MoleculeClass OR last.id STARTS WITH 'exominer:pirna-'))
  RETURN vesicle, last AS cargo, null AS step, carries.belief AS carried, 1.0 AS stepped
  UNION
  MATCH (last)<-[r:ACTIVATES|REPRESSES]-(cargo:Cargo) WHERE r.belief >= $min_belief AND ($precision = 0.0 OR r.precision >= $precision)
    AND ($include_generic OR (NOT cargo:MoleculeClass OR cargo.id STARTS WITH 'exominer:pirna-'))
  WITH vesicles, cargo, r ORDER BY r.belief DESC, cargo.id LIMIT 5
  MATCH (vesicle)-[carries:CARRIES]->(cargo) WHERE vesicle IN vesicles AND carries.belief >= $min_belief AND ($precision = 0.0 OR carries.precision >= $precision)
  RETURN vesicle, cargo, type(r) AS step, carries.belief AS carried, r.belief AS stepped
}
WITH [s IN shedding WHERE s.vesicle = vesicle] AS shed_by, vesicle, cargo, step, carried, stepped, last, acts, function
UNWIND shed_by AS s
WITH s.cell AS cell, vesicle, cargo, step, carried, stepped, last, acts, function
// A chain is no surer than its weakest step, and nobody need have stated the whole.
WITH cell, vesicle, cargo, step, last, acts, function,
     reduce(least = carried, b IN [stepped, acts.belief] | CASE WHEN b < least THEN b ELSE least END) AS weakest_step
ORDER BY weakest_step DESC, cell.id, vesicle.id, cargo.id, last.id, type(acts) LIMIT 1000 + $skip + $limit
WITH *, COUNT {
       MATCH (:Assertion {pair: last.id + ' ' + function.id, predicate: type(acts), negated: false})
             -[:SUPPORTED_BY]->(said:Evidence)-[:FROM]->(p:Publication)
       WHERE said.belief > 0
         AND EXISTS { MATCH (p)<-[:FROM]-(e:Evidence)<-[:SUPPORTED_BY]-(:Assertion {
                        pair: vesicle.id + ' ' + cargo.id, predicate: 'CARRIES', negated: false}) WHERE e.belief > 0 }
         AND (step IS NULL OR EXISTS { MATCH (p)<-[:FROM]-(e:Evidence)<-[:SUPPORTED_BY]-(:Assertion {
                        pair: cargo.id + ' ' + last.id, predicate: step, negated: false}) WHERE e.belief > 0 })
       RETURN DISTINCT p } AS papers_with_all
ORDER BY papers_with_all = 0, weakest_step DESC, cell.id, vesicle.id, cargo.id, last.id, type(acts) SKIP $skip LIMIT $limit
RETURN cell.name AS cell, vesicle.name AS vesicle, cargo.name AS cargo, step,
       CASE WHEN step IS NULL THEN null ELSE last.name END AS target, type(acts) AS effect, function.name AS function,
       weakest_step, papers_with_all, papers_with_all = 0 AS inferred
