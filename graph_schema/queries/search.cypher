// title: Search the sentences
// question: Which sentences hold these words?
// param: text string "drug resistance" — words; the sentence must contain all of them, in any form
// param: skip integer 0 — rows to leave out
// param: limit integer 25 — rows at most

// The words go in without the index's own operators.
WITH [w IN split(reduce(t = toLower($text), c IN split('+-&|!(){}[]^"~*?:\\/', '') | replace(t, c, ' ')), ' ')
      WHERE w <> ''] AS words
WITH 'sentence:(' + reduce(q = '', w IN words | q + '+' + w + ' ') + ')' AS wanted WHERE size(words) > 0
CALL db.index.fulltext.queryNodes('exominer_text', wanted, {skip: 0, limit: 2000}) YIELD node AS e, score
MATCH (e)-[:FROM]->(p:Publication)
WITH e.sentence AS sentence, e.section AS section, p, max(score) AS score, collect(e) AS read
ORDER BY score DESC, p.id, sentence SKIP $skip LIMIT $limit
RETURN sentence, section, trim(coalesce('PMID:' + p.pmid, '') + coalesce(' doi:' + p.doi, ''))
                        + CASE WHEN p.retracted THEN ' (retracted)' WHEN p.concern THEN ' (expression of concern)' ELSE '' END AS source, p.year AS year,
       COLLECT { UNWIND read AS e MATCH (e)<-[:SUPPORTED_BY]-(a:Assertion) MATCH (a)-[:SUBJECT]->(s)
                 MATCH (a)-[:OBJECT]->(o)
                 RETURN s.name + CASE WHEN a.negated THEN ' NOT ' ELSE ' ' END + a.predicate + ' ' + o.name AS claim
                 ORDER BY claim } AS claims
