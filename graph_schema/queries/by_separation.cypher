// title: Claims by separation method
// question: Which claims rest on vesicles separated by this method?
// alias: by_isolation
// param: method string "ultracentrifugation" — method of separation or characterization named in the abstract
// param: min_belief float 0.0 — only sentences that count for at least so much
// param: precision float 0.0 — only claims with a sentence whose score promises this precision
// param: include_generic boolean false — with classes of molecules, such as microRNA or protein
// param: skip integer 0 — rows to leave out
// param: limit integer 25 — rows at most

// The words go in as one phrase, without the index's own operators.
WITH [w IN split(reduce(t = toLower($method), c IN split('+-&|!(){}[]^"~*?:\\/', '') | replace(t, c, ' ')), ' ')
      WHERE w <> ''] AS words
WITH '"' + reduce(q = '', w IN words | q + w + ' ') + '"' AS wanted WHERE size(words) > 0
CALL db.index.fulltext.queryNodes('exominer_methods', wanted) YIELD node AS e
WHERE e.belief > 0 AND e.belief >= $min_belief AND ($precision = 0.0 OR e.precision >= $precision)
MATCH (e)<-[:SUPPORTED_BY]-(a:Assertion)
WHERE $include_generic OR NOT EXISTS { (a)-[:SUBJECT|OBJECT]->(x:MoleculeClass WHERE NOT x.id STARTS WITH 'exominer:pirna-') }
MATCH (e)-[:FROM]->(p:Publication)
WITH a, e, p ORDER BY e.belief DESC, e.id
WITH a, collect(e) AS read, count(DISTINCT p) AS papers
ORDER BY papers DESC, read[0].belief DESC, a.id SKIP $skip LIMIT $limit
MATCH (a)-[:SUBJECT]->(s) MATCH (a)-[:OBJECT]->(o)
RETURN s.name AS subject, CASE WHEN a.negated THEN 'NOT ' ELSE '' END + a.predicate AS predicate, o.name AS object,
       reduce(all = [], e IN read | all + [m IN e.separation WHERE NOT m IN all]) AS separation, papers,
       read[0].belief AS counts, a.papers AS papers_in_all, a.belief AS belief_in_all, read[0].sentence AS sentence,
       a.id AS assertion
