// title: Claims by separation method
// question: Which claims rest on vesicles separated by this method?
// alias: by_isolation
// param: method string "ultracentrifugation" — method of separation or characterization named in the abstract
// param: min_belief float 0.0 — only claims believed at least so much
// param: skip integer 0 — rows to leave out
// param: limit integer 25 — rows at most

// The words go in as one phrase, without the index's own operators.
WITH [w IN split(reduce(t = toLower($method), c IN split('+-&|!(){}[]^"~*?:\\/', '') | replace(t, c, ' ')), ' ')
      WHERE w <> ''] AS words
WITH '"' + reduce(q = '', w IN words | q + w + ' ') + '"' AS wanted WHERE size(words) > 0
CALL db.index.fulltext.queryNodes('exominer_methods', wanted) YIELD node AS e
MATCH (e)<-[:SUPPORTED_BY]-(a:Assertion) WHERE a.belief >= $min_belief
WITH a, collect(DISTINCT e.separation) AS listed
WITH a, listed ORDER BY a.belief DESC, a.papers DESC, a.id SKIP $skip LIMIT $limit
MATCH (a)-[:SUBJECT]->(s) MATCH (a)-[:OBJECT]->(o)
RETURN s.name AS subject, CASE WHEN a.negated THEN 'NOT ' ELSE '' END + a.predicate AS predicate, o.name AS object,
       reduce(all = [], l IN listed | all + [m IN l WHERE NOT m IN all]) AS separation, a.belief AS belief,
       a.papers AS papers,
       COLLECT { MATCH (a)-[:SUPPORTED_BY]->(e:Evidence) RETURN e.sentence ORDER BY e.belief DESC, e.id LIMIT 1 }[0]
         AS sentence,
       a.id AS assertion
