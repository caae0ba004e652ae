// title: Journals
// question: Which journals do the claims come from?
// param: skip integer 0 — rows to leave out
// param: limit integer 25 — rows at most
// chart: bar journal papers
MATCH (p:Publication)
WITH coalesce(p.journal, 'not known') AS journal, count(p) AS papers, sum(CASE WHEN p.retracted THEN 1 ELSE 0 END) AS retracted,
     sum(CASE WHEN p.concern THEN 1 ELSE 0 END) AS concern,
     min(p.year) AS first_year, max(p.year) AS last_year
RETURN journal, papers, retracted, concern, first_year, last_year ORDER BY papers DESC, journal SKIP $skip LIMIT $limit
