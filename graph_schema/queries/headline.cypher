// title: Cargo, vesicle, effect, function, cancer
// question: Which cargo, carried by which vesicle, promotes or inhibits which function in which cancer, and who says so?
// param: cargo entity null — name, synonym or id of the cargo; its kinds are included
// param: function entity null — name, synonym or id of the function; its kinds are included
// param: cancer entity null — name, synonym or id of the cancer; its kinds are included
// param: species string null — only claims of sentences about this species: human, mouse or rat
// param: min_belief float 0.0 — only claims believed at least so much
// param: precision float 0.0 — only claims with a sentence whose score promises this precision
// param: include_inferred boolean false — with vesicles that only other papers say to carry the cargo
// param: include_generic boolean false — with classes of molecules, such as microRNA or protein
// param: skip integer 0 — rows to leave out
// param: limit integer 25 — rows at most
// chart: network cargo function
WITH COLLECT { UNWIND $cargo AS id MATCH (n:Entity {id: id})<-[:IS_A*0..]-(kind:Entity)
               RETURN DISTINCT kind } AS cargoes,
     COLLECT { UNWIND $function AS id MATCH (n:Entity {id: id})<-[:IS_A*0..]-(kind:Entity)
               RETURN DISTINCT kind } AS functions,
     COLLECT { UNWIND $cancer AS id MATCH (n:Entity {id: id})<-[:IS_A*0..]-(kind:Entity)
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
    WHERE a.belief >= $min_belief AND ($precision = 0.0 OR a.precision >= $precision) AND a.predicate IN ['PROMOTES', 'INHIBITS'] AND NOT a.negated
      AND ($species IS NULL OR EXISTS {
        MATCH (a)-[:SUPPORTED_BY]->(e:Evidence) WHERE e.belief > 0 AND toLower($species) IN e.species
      })
      AND ($cancer IS NULL OR EXISTS { MATCH (a)-[:IN_CANCER]->()-[:IS_A*0..]->(n) WHERE n IN named_cancers })
      AND EXISTS { MATCH (a)-[:SUBJECT]->(x:Cargo)<-[:CARRIES]-(:Vesicle)
                   WHERE $include_generic OR $cargo IS NOT NULL OR (NOT x:MoleculeClass OR x.id STARTS WITH 'exominer:pirna-') }
      AND ($include_inferred OR EXISTS {
        MATCH (a)-[:SUPPORTED_BY]->(e:Evidence)-[:FROM]->(p)<-[:FROM]-(said:Evidence)<-[:SUPPORTED_BY]-(c:Assertion)
        WHERE e.belief > 0 AND said.belief > 0 AND c.predicate = 'CARRIES' AND NOT c.negated
          AND ($species IS NULL OR toLower($species) IN e.species)
          AND EXISTS { MATCH (c)-[:OBJECT]->(x)<-[:SUBJECT]-(a) }
      })
    RETURN a ORDER BY a.belief DESC LIMIT $skip + $limit
  }
  RETURN a
}
WITH a, functions, named_cancers
WHERE a.belief >= $min_belief AND ($precision = 0.0 OR a.precision >= $precision) AND a.predicate IN ['PROMOTES', 'INHIBITS'] AND NOT a.negated
  AND ($species IS NULL OR EXISTS {
    MATCH (a)-[:SUPPORTED_BY]->(e:Evidence) WHERE e.belief > 0 AND toLower($species) IN e.species
  })
  AND ($function IS NULL OR EXISTS { MATCH (a)-[:OBJECT]->(f) WHERE f IN functions })
  AND ($cancer IS NULL OR EXISTS { MATCH (a)-[:IN_CANCER]->()-[:IS_A*0..]->(n) WHERE n IN named_cancers })
  AND EXISTS { MATCH (a)-[:SUBJECT]->(x:Cargo)<-[:CARRIES]-(:Vesicle)
               WHERE $include_generic OR $cargo IS NOT NULL OR (NOT x:MoleculeClass OR x.id STARTS WITH 'exominer:pirna-') }
  AND ($include_inferred OR EXISTS {
    MATCH (a)-[:SUPPORTED_BY]->(e:Evidence)-[:FROM]->(p)<-[:FROM]-(said:Evidence)<-[:SUPPORTED_BY]-(c:Assertion)
    WHERE e.belief > 0 AND said.belief > 0 AND c.predicate = 'CARRIES' AND NOT c.negated
      AND ($species IS NULL OR toLower($species) IN e.species)
      AND EXISTS { MATCH (c)-[:OBJECT]->(x)<-[:SUBJECT]-(a) }
  })
WITH a ORDER BY a.belief DESC, a.papers DESC, a.id LIMIT $skip + $limit
MATCH (a)-[:SUBJECT]->(cargo:Cargo) MATCH (a)-[:OBJECT]->(function:Function)
CALL (a, cargo) {
  MATCH (a)-[:SUPPORTED_BY]->(e:Evidence)-[:FROM]->(p:Publication)
  WHERE e.belief > 0 AND ($species IS NULL OR toLower($species) IN e.species)
  WITH cargo, e, p
  MATCH (p)<-[:FROM]-(said:Evidence)<-[:SUPPORTED_BY]-(carries:Assertion)
  WHERE carries.predicate = 'CARRIES' AND NOT carries.negated AND said.belief > 0
    AND EXISTS { (carries)-[:OBJECT]->(cargo) }
  MATCH (carries)-[:SUBJECT]->(carrier:Vesicle)
  // The vesicles that the sentence on the effect is about, where their source is known, else those that carry the cargo.
  WITH p, e, carrier, COLLECT { MATCH (e)-[:IN_VESICLES]->(v)-[:DERIVED_FROM]->() RETURN DISTINCT v } AS own
  UNWIND CASE WHEN own = [] THEN [carrier] ELSE own END AS vesicle
  WITH DISTINCT vesicle, p, e ORDER BY e.belief DESC, e.id
  RETURN collect({vesicle: vesicle, paper: p, sentence: e.sentence}) AS stated
}
CALL (a, cargo, stated) {
  UNWIND stated AS s
  WITH s.vesicle AS vesicle, count(DISTINCT s.paper) AS papers_with_both, collect(s.sentence)[0] AS sentence
  RETURN vesicle, papers_with_both, sentence
  UNION
  WITH a, cargo WHERE size(stated) = 0
  MATCH (vesicle:Vesicle)-[r:CARRIES]->(cargo)
  WITH a, vesicle, r ORDER BY r.belief DESC, vesicle.name LIMIT 1
  RETURN vesicle, 0 AS papers_with_both,
         COLLECT { MATCH (a)-[:SUPPORTED_BY]->(e:Evidence) WHERE ($species IS NULL OR toLower($species) IN e.species)
                   RETURN e.sentence ORDER BY e.belief DESC, e.id LIMIT 1 }[0] AS sentence
}
WITH a, cargo, function, vesicle, papers_with_both, sentence WHERE papers_with_both > 0 OR $include_inferred
ORDER BY a.belief DESC, a.papers DESC, a.id, papers_with_both DESC, vesicle.name SKIP $skip LIMIT $limit
RETURN cargo.name AS cargo, vesicle.name AS vesicle, a.predicate AS effect, function.name AS function,
       COLLECT { MATCH (a)-[:IN_CANCER]->(c) RETURN c.name ORDER BY c.name } AS cancers,
       a.belief AS belief, a.papers AS papers, papers_with_both, papers_with_both = 0 AS inferred, sentence,
       COLLECT { MATCH (a)-[:SUPPORTED_BY]->(e:Evidence)-[:FROM]->(p:Publication)
                 WHERE (e.belief > 0 OR p.retracted) AND ($species IS NULL OR toLower($species) IN e.species)
                 WITH p, max(e.belief) AS belief ORDER BY belief DESC, p.id LIMIT 10
                 RETURN trim(coalesce('PMID:' + p.pmid, '') + coalesce(' doi:' + p.doi, ''))
                        + CASE WHEN p.retracted THEN ' (retracted)' WHEN p.concern THEN ' (expression of concern)' ELSE '' END } AS sources,
       a.id AS assertion
