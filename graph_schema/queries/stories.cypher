// title: Stories within single papers
// question: In which papers do vesicles of a source carry a cargo to recipients, act on a target, and promote or inhibit a function in a cancer?
// param: source entity null — name, synonym or id of the cell, cancer, tissue or fluid that the vesicles come from; its kinds are included
// param: vesicle entity null — name, synonym or id of the vesicles; their kinds and populations are included
// param: cargo entity null — name, synonym or id of the cargo; its kinds are included
// param: recipient entity null — name, synonym or id of the cells or tissue that take up the vesicles or cargo; its kinds are included
// param: target entity null — name, synonym or id of the gene, RNA or pathway that the cargo acts on; its kinds are included
// param: function entity null — name, synonym or id; its kinds are included
// param: cancer entity null — name, synonym or id; its kinds are included
// param: min_belief float 0.0 — only effects believed at least so much
// param: precision float 0.0 — only claims with a sentence whose score promises this precision
// param: include_generic boolean false — with classes of molecules, such as microRNA or protein, and vesicles of no source
// param: skip integer 0 — rows to leave out
// param: limit integer 25 — rows at most
// chart: network cargo function
WITH COLLECT { UNWIND $source AS id MATCH (:Entity {id: id})<-[:IS_A*0..]-(:Entity)<-[:DERIVED_FROM]-(v:Vesicle)
               RETURN DISTINCT v } AS of_source,
     COLLECT { UNWIND $vesicle AS id MATCH (:Entity {id: id})<-[:IS_A*0..]-(v:Entity) RETURN DISTINCT v } AS of_kind,
     COLLECT { UNWIND $cargo AS id MATCH (:Entity {id: id})<-[:IS_A*0..]-(k:Entity) RETURN DISTINCT k } AS cargoes,
     COLLECT { UNWIND $recipient AS id MATCH (:Entity {id: id})<-[:IS_A*0..]-(k:Entity) RETURN DISTINCT k } AS takers,
     COLLECT { UNWIND $target AS id MATCH (:Entity {id: id})<-[:IS_A*0..]-(k:Entity) RETURN DISTINCT k } AS targets,
     COLLECT { UNWIND $function AS id MATCH (:Entity {id: id})<-[:IS_A*0..]-(k:Entity) RETURN DISTINCT k } AS functions
WITH *, [v IN CASE WHEN $source IS NULL THEN of_kind ELSE of_source END
         WHERE $vesicle IS NULL OR $source IS NULL OR v IN of_kind] AS populations,
     $source IS NOT NULL OR $vesicle IS NOT NULL AS by_vesicle
// The effects, from the narrowest filter given.
CALL (populations, by_vesicle, cargoes, functions) {
  UNWIND cargoes AS cargo MATCH (cargo)<-[:SUBJECT]-(a:Assertion) RETURN a
  UNION
  UNWIND CASE WHEN $cargo IS NULL AND by_vesicle THEN populations ELSE [] END AS v
  MATCH (v)<-[:IN_VESICLES]-(:Evidence)<-[:SUPPORTED_BY]-(a:Assertion) RETURN a
  UNION
  UNWIND CASE WHEN $cargo IS NULL AND by_vesicle THEN populations ELSE [] END AS v
  MATCH (v)-[:CARRIES]->(cargo:Cargo)<-[:SUBJECT]-(a:Assertion) RETURN a
  UNION
  UNWIND CASE WHEN $cargo IS NULL AND NOT by_vesicle THEN functions ELSE [] END AS function
  MATCH (function)<-[:OBJECT]-(a:Assertion) RETURN a
  UNION
  UNWIND CASE WHEN $cargo IS NULL AND NOT by_vesicle AND $function IS NULL THEN [1] ELSE [] END AS unfiltered
  CALL () {
    MATCH (a:Assertion) WHERE a.belief >= $min_belief AND ($precision = 0.0 OR a.precision >= $precision) AND a.predicate IN ['PROMOTES', 'INHIBITS'] AND NOT a.negated
      AND ($cancer IS NULL OR EXISTS { MATCH (a)-[:IN_CANCER]->()-[:IS_A*0..]->(c:Entity) WHERE c.id IN $cancer })
      AND EXISTS { (a)-[:SUPPORTED_BY]->(:Evidence)-[:IN_VESICLES]->() }
    RETURN a ORDER BY a.belief DESC LIMIT 600
  }
  RETURN a
}
WITH a, populations, by_vesicle, takers, targets, functions
WHERE a.predicate IN ['PROMOTES', 'INHIBITS'] AND NOT a.negated AND a.belief >= $min_belief AND ($precision = 0.0 OR a.precision >= $precision)
  AND ($function IS NULL OR EXISTS { MATCH (a)-[:OBJECT]->(f) WHERE f IN functions })
  AND ($cancer IS NULL OR EXISTS { MATCH (a)-[:IN_CANCER]->()-[:IS_A*0..]->(c:Entity) WHERE c.id IN $cancer })
MATCH (a)-[:SUBJECT]->(agent:Cargo|Vesicle)
WHERE $include_generic OR NOT agent:MoleculeClass OR agent.id STARTS WITH 'exominer:pirna-'
WITH * ORDER BY a.belief DESC, a.id LIMIT 600
// The best sentence of each paper, with the vesicles that it or its paper names.
MATCH (a)-[:SUPPORTED_BY]->(e:Evidence)-[:FROM]->(p:Publication) WHERE e.belief > 0
WITH * ORDER BY e.belief DESC, e.id
WITH a, agent, p, populations, by_vesicle, takers, targets, collect(e) AS read
CALL (a, agent, p, read) {
  UNWIND read AS e MATCH (e)-[:IN_VESICLES]->(v)
  WITH v, collect(e)[0] AS e
  RETURN v, e, null AS carried
  UNION
  WITH agent, p, read WHERE agent:Cargo AND none(e IN read WHERE EXISTS { (e)-[:IN_VESICLES]->() })
  MATCH (p)<-[:FROM]-(c:Evidence)<-[:SUPPORTED_BY]-(:Assertion {predicate: 'CARRIES', negated: false})-[:OBJECT]->(agent)
  MATCH (c)-[:IN_VESICLES]->(v) WHERE c.belief > 0
  WITH v, read, c ORDER BY c.belief DESC, c.id
  RETURN v, read[0] AS e, collect(c.sentence)[0] AS carried
}
WITH * WHERE (NOT by_vesicle OR v IN populations)
  AND ($include_generic OR by_vesicle OR EXISTS { (v)-[:DERIVED_FROM]->() })
WITH *, COLLECT {
       MATCH (p)<-[:FROM]-(t:Evidence)<-[:SUPPORTED_BY]-(acts:Assertion)-[:SUBJECT]->(agent)
       WHERE acts.predicate IN ['ACTIVATES', 'REPRESSES'] AND NOT acts.negated AND t.belief > 0
       MATCH (acts)-[:OBJECT]->(target) WHERE $target IS NULL OR target IN targets
       RETURN {entity: target, effect: acts.predicate, sentence: t.sentence}
       ORDER BY EXISTS { MATCH (p)<-[:FROM]-(:Evidence)<-[:SUPPORTED_BY]-(then:Assertion)-[:SUBJECT]->(target)
                         WHERE EXISTS { MATCH (then)-[:OBJECT]->(f)<-[:OBJECT]-(a) } } DESC, t.belief DESC, t.id LIMIT 1 }[0]
       AS hit,
     COLLECT { MATCH (p)<-[:FROM]-(d:Evidence)<-[:SUPPORTED_BY]-(to:Assertion {predicate: 'DELIVERED_TO', negated: false})
               WHERE d.belief > 0 AND EXISTS { MATCH (to)-[:SUBJECT]->(x) WHERE x = v OR x = agent }
               MATCH (to)-[:OBJECT]->(taker) RETURN {entity: taker, sentence: d.sentence}
               ORDER BY d.belief DESC, taker.name, d.id } AS taken
WITH * WHERE ($target IS NULL OR hit IS NOT NULL) AND ($recipient IS NULL OR any(t IN taken WHERE t.entity IN takers))
WITH *, COLLECT { UNWIND taken AS t RETURN DISTINCT t.entity.name AS name ORDER BY name } AS recipient
ORDER BY e.belief DESC, e.id
WITH a, agent, v, hit.entity AS target, hit.effect AS target_effect, recipient,
     collect({e: e, paper: p, carried: carried, hit: hit.sentence, taken: taken[0].sentence}) AS told
WITH *, size(told) AS papers, told[0] AS best
ORDER BY CASE WHEN agent:Cargo THEN 1 ELSE 0 END + CASE WHEN target IS NULL THEN 0 ELSE 1 END
         + CASE WHEN recipient = [] THEN 0 ELSE 1 END DESC, papers DESC, best.e.belief DESC, a.id, v.id
SKIP $skip LIMIT $limit
RETURN COLLECT { MATCH (v)-[:DERIVED_FROM]->(s) RETURN s.name ORDER BY s.name } AS source, v.name AS vesicle,
       CASE WHEN agent:Cargo THEN agent.name END AS cargo, recipient, target_effect, target.name AS target,
       a.predicate AS effect, COLLECT { MATCH (a)-[:OBJECT]->(f) RETURN f.name }[0] AS function,
       COLLECT { MATCH (a)-[:IN_CANCER]->(c) RETURN c.name ORDER BY c.name } AS cancers, papers, best.e.belief AS counts,
       best.e.source_known AS source_known,
       coalesce(COLLECT { MATCH (v)<-[:IN_VESICLES]-(s:Evidence {source_known: 'sentence'})-[:FROM]->(p) WHERE p = best.paper
                          RETURN s.sentence ORDER BY s.belief DESC, s.id LIMIT 1 }[0], best.carried, best.e.sentence)
         AS source_sentence,
       CASE WHEN agent:Cargo THEN coalesce(best.carried, COLLECT {
         MATCH (c:Assertion {pair: v.id + ' ' + agent.id})-[:SUPPORTED_BY]->(s:Evidence)-[:FROM]->(p) WHERE p = best.paper
           AND c.predicate = 'CARRIES' AND NOT c.negated AND s.belief > 0
         RETURN s.sentence ORDER BY s.belief DESC, s.id LIMIT 1 }[0], best.e.sentence) END AS cargo_sentence,
       best.taken AS recipient_sentence, best.hit AS target_sentence, best.e.sentence AS sentence,
       [t IN told[..10] | trim(coalesce('PMID:' + t.paper.pmid, '') + coalesce(' doi:' + t.paper.doi, ''))
                          + CASE WHEN t.paper.concern THEN ' (expression of concern)' ELSE '' END] AS papers_telling,
       a.id AS assertion
