// title: Cancers by claims
// question: Which cancers have most claims?
// param: skip integer 0 — rows to leave out
// param: limit integer 25 — rows at most
// chart: bar cancer claims
MATCH (cancer:Cancer)
WITH cancer, COUNT { (cancer)<-[:IN_CANCER]-() } AS claims WHERE claims > 0
ORDER BY claims DESC, cancer.id SKIP $skip LIMIT $limit
RETURN cancer.name AS cancer, cancer.id AS id, claims, COUNT { (cancer)<-[:BIOMARKER_OF]-() } AS biomarkers,
       COUNT { (cancer)<-[:TREATS]-() } AS treatments, COUNT { (cancer)-[:SECRETES]->() } AS vesicles
