// title: Cargo, vesicle, effect, function, cancer
// question: Which cargo, carried by which vesicle, promotes or inhibits which function in which cancer, and who says so?
// param: cargo entity null — name, synonym or id of the cargo; its kinds are included
// param: function entity null — name, synonym or id of the function; its kinds are included
// param: cancer entity null — name, synonym or id of the cancer; its kinds are included
// param: min_belief float 0.0 — only claims believed at least so much
// param: skip integer 0 — rows to leave out
// param: limit integer 25 — rows at most
// chart: network cargo function
WITH COLLECT { MATCH (n:Entity)<-[:IS_A*0..]-(kind:Entity) WHERE n.id IN $cargo
               RETURN DISTINCT kind } AS cargoes,
     COLLECT { MATCH (n:Entity)<-[:IS_A*0..]-(kind:Entity) WHERE n.id IN $function
               RETURN DISTINCT kind } AS functions,
     COLLECT { MATCH (n:Entity)<-[:IS_A*0..]-(kind:Entity) WHERE n.id IN $cancer
               RETURN DISTINCT kind } AS cancers,
     COLLECT { MATCH (n:Entity) WHERE n.id IN $cancer RETURN n } AS named_cancers
// From the narrowest filter given; a cancer of many kinds is a filter on the best believed claims instead.
CALL (cargoes, functions, cancers, named_cancers) {
  UNWIND cargoes AS cargo
  MATCH (cargo)<-[:SUBJECT]-(a:Assertion)
  RETURN a
  UNION
  UNWIND CASE WHEN $cargo IS NULL THEN functions ELSE [] END AS function
  MATCH (function)<-[:OBJECT]-(a:Assertion)
  RETURN a
  UNION
  UNWIND CASE WHEN $cargo IS NULL AND $function IS NULL AND size(cancers) <= 30 THEN cancers ELSE [] END AS cancer
  MATCH (cancer)<-[:IN_CANCER]-(a:Assertion)
  RETURN a
  UNION
  UNWIND CASE WHEN $cargo IS NULL AND $function IS NULL AND ($cancer IS NULL OR size(cancers) > 30)
              THEN [1] ELSE [] END AS unfiltered
  CALL (named_cancers) {
    MATCH (a:Assertion)
    WHERE a.belief >= $min_belief AND a.predicate IN ['PROMOTES', 'INHIBITS'] AND NOT a.negated
      AND ($cancer IS NULL OR EXISTS { MATCH (a)-[:IN_CANCER]->()-[:IS_A*0..]->(n) WHERE n IN named_cancers })
      AND EXISTS { (a)-[:SUBJECT]->(:Cargo)<-[:CARRIES]-(:Vesicle) }
    RETURN a ORDER BY a.belief DESC LIMIT $skip + $limit
  }
  RETURN a
}
WITH a, functions, named_cancers
WHERE a.belief >= $min_belief AND a.predicate IN ['PROMOTES', 'INHIBITS'] AND NOT a.negated
  AND ($function IS NULL OR EXISTS { MATCH (a)-[:OBJECT]->(f) WHERE f IN functions })
  AND ($cancer IS NULL OR EXISTS { MATCH (a)-[:IN_CANCER]->()-[:IS_A*0..]->(n) WHERE n IN named_cancers })
  AND EXISTS { (a)-[:SUBJECT]->(:Cargo)<-[:CARRIES]-(:Vesicle) }
WITH a ORDER BY a.belief DESC, a.papers DESC, a.id LIMIT $skip + $limit
MATCH (a)-[:SUBJECT]->(cargo:Cargo) MATCH (a)-[:OBJECT]->(function:Function)
WITH a, cargo, function,
     COLLECT { MATCH (a)-[:SUPPORTED_BY]->(:Evidence)-[:FROM]->(paper:Publication)
               WITH DISTINCT paper
               MATCH (paper)<-[:FROM]-(:Evidence)<-[:SUPPORTED_BY]-(carries:Assertion)-[:OBJECT]->(cargo)
               WHERE carries.predicate = 'CARRIES' AND NOT carries.negated
               MATCH (carries)-[:SUBJECT]->(vesicle:Vesicle)
               RETURN DISTINCT vesicle.name AS name ORDER BY name } AS in_same_paper
WITH a, cargo, function,
     CASE WHEN size(in_same_paper) > 0 THEN in_same_paper
          ELSE COLLECT { MATCH (vesicle:Vesicle)-[r:CARRIES]->(cargo)
                         RETURN vesicle.name ORDER BY r.belief DESC, vesicle.name LIMIT 1 } END AS vesicles
UNWIND vesicles AS vesicle
WITH a, cargo, function, vesicle ORDER BY a.belief DESC, a.papers DESC, a.id, vesicle SKIP $skip LIMIT $limit
RETURN cargo.name AS cargo, vesicle, a.predicate AS effect, function.name AS function,
       COLLECT { MATCH (a)-[:IN_CANCER]->(c) RETURN c.name ORDER BY c.name } AS cancers,
       a.belief AS belief, a.papers AS papers,
       COLLECT { MATCH (a)-[:SUPPORTED_BY]->(e:Evidence) RETURN e.sentence ORDER BY e.belief DESC, e.id LIMIT 1 }[0]
         AS sentence,
       COLLECT { MATCH (a)-[:SUPPORTED_BY]->(e:Evidence)-[:FROM]->(p:Publication)
                 WITH p, max(e.belief) AS belief ORDER BY belief DESC, p.id LIMIT 10
                 RETURN trim(coalesce('PMID:' + p.pmid, '') + coalesce(' doi:' + p.doi, ''))
                        + CASE WHEN p.retracted THEN ' (retracted)' WHEN p.concern THEN ' (expression of concern)' ELSE '' END } AS sources,
       a.id AS assertion
