"""Measure the graph on the claims of a given number of abstracts; times are ratios to others of the same run.

    python -m pipelines.bench.graph --abstracts 10000 [--mined claims.jsonl]

Prints: the load of all claims against a naive one (one claim a transaction, MERGE by MERGE; a sample of claims, the
rate taken for all); a load in which nothing and in which one article changed; the rebuild, assembly included, against
`neo4j-admin database import full` alone on the same files; every recipe's median and 95th percentile.
"""

import argparse
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

from neo4j import ManagedTransaction

from graph_schema import cookbook
from graph_schema.cypher import entity_labels
from miner.assembly.assemble import assemble_pair
from miner.assembly.entities import EntityNodes
from miner.graph import bulk_import, lookup, rows
from miner.graph import load as graph
from miner.graph.connection import Connection, connect
from miner.model.assertions import EvidenceRow, PairSubgraph
from miner.neo4j_server.server import EmbeddedServer
from miner.nlp.lexicon import Lexicon
from miner.settings import Settings
from pipelines.bench.library import gold_rows, mined_rows, repeated

Rows = dict[tuple[str, str], list[EvidenceRow]]
NAIVE_SAMPLE = 1_000
_STATE = {"corpus_id": "bench", "build_id": "1", "applied": 1}


def by_pair(articles: Iterable[list[EvidenceRow]]) -> Rows:
    """Claims by pair of entities, as a corpus would give them."""
    found: Rows = defaultdict(list)
    for article in articles:
        for row in article:
            found[row.claim.subject.id, row.claim.object.id].append(row)
    return found


def assembled(found: Rows) -> Iterable[PairSubgraph]:
    """The pairs, assembled lazily, so that a load's time includes it."""
    return (assemble_pair(*pair, listed) for pair, listed in sorted(found.items()))


def naive(tx: ManagedTransaction, pair: PairSubgraph, entity_nodes: EntityNodes) -> None:
    """One claim as a script would write it: every node and relationship merged by a statement of its own."""
    (assertion,) = pair.assertions
    for node in entity_nodes.for_types(pair.types).values():
        labels = ":".join(entity_labels(node.type))
        tx.run(f"MERGE (n:Entity {{id: $id}}) SET n += $row SET n:{labels}", id=node.id, row=rows.entity_row(node))
        for parent in node.parents:
            tx.run("MERGE (p:Entity {id: $p}) MERGE (c:Entity {id: $c}) MERGE (c)-[:IS_A]->(p)", c=node.id, p=parent)
    tx.run("MERGE (a:Assertion {id: $id}) SET a += $row", id=assertion.id, row=rows.assertion_row(assertion))
    ends = [
        ("SUBJECT", assertion.subject),
        ("OBJECT", assertion.object),
        *(("IN_CANCER", c) for c in assertion.cancers),
    ]
    for type_, end in ends:
        statement = f"MATCH (a:Assertion {{id: $a}}) MATCH (e:Entity {{id: $e}}) MERGE (a)-[:{type_}]->(e)"
        tx.run(statement, a=assertion.id, e=end)
    for e in assertion.evidence:
        tx.run("MERGE (p:Publication {id: $id}) SET p += $row", id=e.work.id, row=rows.publication_row(e.work))
        tx.run("MERGE (e:Evidence {id: $id}) SET e += $row", id=e.id, row=rows.evidence_row(e))
        tx.run(
            "MATCH (a:Assertion {id: $a}) MATCH (e:Evidence {id: $e}) MATCH (p:Publication {id: $p})"
            " MERGE (a)-[:SUPPORTED_BY]->(e) MERGE (e)-[:FROM]->(p)",
            a=assertion.id, e=e.id, p=e.work.id,
        )  # fmt: skip
    for relation in pair.relations:
        tx.run(
            "MATCH (s:Entity {id: $s}) MATCH (o:Entity {id: $o})"
            f" MERGE (s)-[r:{relation.predicate}]->(o) SET r += $r",
            s=pair.subject, o=pair.object, r=rows.relation_row(relation),
        )  # fmt: skip


def timed(work: Callable[[], object]) -> float:
    """Seconds that `work` takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def measure_loads(connection: Connection, articles: list[list[EvidenceRow]], entity_nodes: EntityNodes) -> None:
    """Time a naive load, a full load, an unchanged load, and a load of one changed article."""
    claims = sum(map(len, articles))
    graph.prepare(connection, "bench naive", "1")
    sample = [assemble_pair(r.claim.subject.id, r.claim.object.id, [r]) for a in articles for r in a][:NAIVE_SAMPLE]
    # The graph that a naive load fills is small at first: its rate here flatters it.
    rate = timed(lambda: [connection.write(naive, pair, entity_nodes) for pair in sample]) / len(sample)
    graph.prepare(connection, "bench", "1")
    found = by_pair(articles)

    def load(pairs: Iterable[PairSubgraph]) -> None:
        for _ in graph.load(connection, pairs, 1, entity_nodes.for_types):
            pass

    whole = timed(lambda: load(assembled(found)))
    print(f"load: {whole:.1f} s for {claims:,} claims, {len(found):,} pairs", flush=True)
    print(f"  naive: {rate * claims:.1f} s at {1000 * rate:.1f} ms a claim (measured on {len(sample):,})")
    print(f"  ratio: {whole / (rate * claims):.4f} (at most 0.1)")
    print(f"  nothing changed: {timed(lambda: load([])):.3f} s")
    touched = {(r.claim.subject.id, r.claim.object.id) for r in articles[0]}
    changed = {pair: [r for r in found[pair] if r not in articles[0]] for pair in touched}
    print(f"  one article of {len(touched)} pairs changed: {timed(lambda: load(assembled(changed))):.2f} s", flush=True)


def measure_rebuild(
    server: EmbeddedServer, found: Rows, entity_nodes: EntityNodes, connecting: Callable[[], Connection]
) -> None:
    """The whole rebuild, and the import alone of the same files."""
    server.stop()  # both start from a server at rest
    whole = timed(lambda: bulk_import.import_all(server, assembled(found), _STATE, entity_nodes.for_types))
    with tempfile.TemporaryDirectory() as folder:
        files = bulk_import.write_csv(Path(folder), assembled(found), _STATE, entity_nodes.for_types)
        alone = timed(lambda: server.admin(*bulk_import.import_arguments(files)))
    print(f"rebuild: {whole:.1f} s, import alone {alone:.1f} s, ratio {whole / alone:.2f} (at most 2)", flush=True)
    start = time.perf_counter()
    with connecting() as connection:
        up = time.perf_counter()
        graph.create_schema(connection)
        print(f"  start of the server {up - start:.1f} s, indexes {time.perf_counter() - up:.1f} s", flush=True)


def measure_recipes(connection: Connection, runs: int) -> None:
    """Warm times of every cookbook query with its defaults, in milliseconds."""
    (first,) = connection.run_read("MATCH (a:Assertion) WITH a ORDER BY a.papers DESC LIMIT 1 RETURN a.id AS id")
    (paper,) = connection.run_read("MATCH (p:Publication) RETURN p.id AS id LIMIT 1")
    given = {"evidence": {"assertion": first["id"]}, "paper": {"paper": paper["id"]}}
    slow = 0
    for name, query in cookbook.queries().items():
        bound = lookup.bind(connection, query, given.get(name, {}))
        answer = connection.query(query.cypher, bound)
        connection.query(query.cypher, bound)
        times = sorted(1000 * timed(lambda q=query, b=bound: connection.query(q.cypher, b)) for _ in range(runs))
        median, p95 = statistics.median(times), times[int(0.95 * (len(times) - 1))]
        slow += median > 200
        print(f"  {name:22}{len(answer.rows):5} rows   median {median:6.0f} ms   p95 {p95:6.0f} ms", flush=True)
    print(f"  {slow} above 200 ms")


def main() -> None:
    """Measure all, on an embedded server of its own that is stopped at the end."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--abstracts", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=11, help="of each recipe")
    parser.add_argument("--mined", type=Path, help="keep and use the claims that the pipeline reads, not the gold's")
    arguments = parser.parse_args()
    lexicon = Lexicon.load()
    articles = mined_rows(arguments.mined) if arguments.mined else gold_rows(lexicon)
    articles = list(repeated(articles, arguments.abstracts))
    entity_nodes = EntityNodes(lexicon)
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(workspace=Path(folder), neo4j_uri=None)
        server = EmbeddedServer.of_workspace(settings)
        try:
            with connect(settings) as connection:
                measure_loads(connection, articles, entity_nodes)
            measure_rebuild(server, by_pair(articles), entity_nodes, lambda: connect(settings))
            with connect(settings) as connection:
                measure_recipes(connection, arguments.runs)
        finally:
            server.stop()


if __name__ == "__main__":
    main()
