// title: Paths from a cell to a function
// question: How may this cell act on this function: by which vesicle, cargo and target, each step stated somewhere?
// param: cell entity "macrophage" — name, synonym or id of the cell or cancer that sheds the vesicle; its kinds are included
// param: function entity "metastasis" — name, synonym or id of the function
// param: min_belief float 0.3 — every step is believed at least so much
// param: skip integer 0 — rows to leave out
// param: limit integer 25 — rows at most
// chart: network cargo function
MATCH (n:Entity)<-[:IS_A*0..]-(cell:Entity) WHERE n.id IN $cell
WITH DISTINCT cell
MATCH (cell)-[sheds:SECRETES]->(vesicle:Vesicle) WHERE sheds.belief >= $min_belief
WITH cell, vesicle, sheds.belief AS shed ORDER BY shed DESC, vesicle.id LIMIT 25
WITH collect({cell: cell, vesicle: vesicle, shed: shed}) AS shedding, collect(DISTINCT vesicle) AS vesicles
MATCH (function:Entity) WHERE function.id IN $function
MATCH (function)<-[acts:PROMOTES|INHIBITS]-(last:Entity) WHERE acts.belief >= $min_belief
WITH shedding, vesicles, function, acts, last ORDER BY acts.belief DESC, last.id LIMIT 300
CALL (vesicles, last) {
  MATCH (vesicle)-[carries:CARRIES]->(last) WHERE vesicle IN vesicles AND carries.belief >= $min_belief
  RETURN vesicle, last AS cargo, null AS step, carries.belief AS carried, 1.0 AS stepped
  UNION
  MATCH (last)<-[r:ACTIVATES|REPRESSES]-(cargo:Cargo) WHERE r.belief >= $min_belief
  WITH vesicles, cargo, r ORDER BY r.belief DESC, cargo.id LIMIT 5
  MATCH (vesicle)-[carries:CARRIES]->(cargo) WHERE vesicle IN vesicles AND carries.belief >= $min_belief
  RETURN vesicle, cargo, type(r) AS step, carries.belief AS carried, r.belief AS stepped
}
WITH [s IN shedding WHERE s.vesicle = vesicle] AS shed_by, vesicle, cargo, step, carried, stepped, last, acts, function
UNWIND shed_by AS s
WITH s.cell AS cell, s.shed AS shed, vesicle, cargo, step, carried, stepped, last, acts, function
WITH cell, vesicle, cargo, step, last, acts, function, shed * carried * stepped * acts.belief AS belief
ORDER BY belief DESC, cell.id, vesicle.id, cargo.id, last.id SKIP $skip LIMIT $limit
RETURN cell.name AS cell, vesicle.name AS vesicle, cargo.name AS cargo, step,
       CASE WHEN step IS NULL THEN null ELSE last.name END AS target, type(acts) AS effect, function.name AS function,
       round(belief, 4) AS belief
