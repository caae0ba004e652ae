"""Connections to real Neo4j servers: which queries are allowed, which are refused, and the errors of each failure."""

import math
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import neo4j
import psutil
import pytest

from miner.errors import GraphError, QueryError
from miner.graph.connection import Connection, Table, connect
from miner.graph.query_guard import refuse_unless_read_only
from miner.settings import Settings

pytestmark = [pytest.mark.graph, pytest.mark.timeout(900)]


@pytest.fixture
def two_nodes(connection: Connection) -> Iterator[Connection]:
    connection.run_write("CREATE (:Probe {n: 1})-[:NEXT {since: date('2016-04-01')}]->(:Probe {n: 2})")
    yield connection
    connection.run_write("MATCH (n:Probe) DETACH DELETE n")


@contextmanager
def csv_server() -> Iterator[tuple[str, list[str]]]:
    """An address that serves a table, and the list of requests to it."""
    requests: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            requests.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"a,b\n1,2\n")

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/table.csv", requests
        server.shutdown()


def test_values_come_back_plain(two_nodes: Connection) -> None:
    table = two_nodes.query(
        "MATCH path = (a:Probe)-[next]->(b) RETURN a, next, path, $given AS given, point({x: 1, y: 2}) AS point,"
        " 0.0 / 0.0 AS nan, duration('P1DT2H') AS duration, datetime('2020-01-02T03:04:05Z') AS moment",
        {"given": {"list": [1, None, "é"]}},
    )
    assert table.keys == ["a", "next", "path", "given", "point", "nan", "duration", "moment"]
    [[node, relationship, path, given, point, nan, duration, moment]] = table.rows
    assert (node["labels"], node["properties"]) == (["Probe"], {"n": 1})
    assert (relationship["type"], relationship["properties"]) == ("NEXT", {"since": "2016-04-01"})
    assert relationship["start"] == node["id"]
    assert [each["properties"]["n"] for each in path["nodes"]] == [1, 2]
    assert path["relationships"] == [relationship]
    assert given == {"list": [1, None, "é"]}
    assert point == {"srid": 7203, "x": 1.0, "y": 2.0}
    assert (nan, duration, moment) == ("nan", "P1DT2H", "2020-01-02T03:04:05.000000000+00:00")


@pytest.mark.parametrize(
    "cypher",
    [
        "MATCH (n:Probe) RETURN count(n) AS n;",
        "// how many\nMATCH (n:Probe) RETURN count(n) AS n",
        "CYPHER runtime=slotted MATCH (n:Probe) RETURN count(n) AS n",
        "MATCH (n:Probe) RETURN COUNT { MATCH (m:Probe) } AS n LIMIT 1",
        "RETURN reduce(s = 0, x IN [1, 2] | s + COUNT { CALL { RETURN 1 AS y } RETURN y }) AS n",
        "CALL db.labels() YIELD label WHERE label = 'Probe' RETURN 2 AS n",
        "SHOW INDEXES YIELD name RETURN 2 AS n LIMIT 1",
        "WITH 'LOAD CSV' AS text RETURN size(split(text, ' ')) AS n",
        "RETURN date.truncate('month', date('2016-04-02')).month - 2 AS n",
    ],
)
def test_reading_goes_through(two_nodes: Connection, cypher: str) -> None:
    assert two_nodes.query(cypher).rows == [[2]]


FETCH = "LOAD CSV FROM $address AS row RETURN row"
FORBIDDEN = [
    "CREATE (:Probe)",
    "MATCH (n:Probe) SET n.x = 1",
    "MATCH (n:Probe) REMOVE n.n",
    "MATCH (n:Probe) DETACH DELETE n",
    "MERGE (:Probe {n: 3})",
    "FOREACH (x IN [1] | CREATE (:Probe))",
    "CALL { CREATE (n:Probe) RETURN n } RETURN n",
    "UNWIND [1] AS x CALL { WITH x CREATE (:Probe) } IN TRANSACTIONS",
    "UNWIND [1] AS x CALL { WITH x RETURN x AS y } IN TRANSACTIONS RETURN y",
    "PROFILE CREATE (:Probe)",
    "PROFILE MATCH (n) RETURN n",
    "EXPLAIN CREATE (:Probe)",
    "EXPLAIN MATCH (n) RETURN n",
    "CYPHER 5 PROFILE CREATE (:Probe)",
    "MATCH (n) RETURN n; CREATE (:Probe)",
    "CREATE INDEX probe FOR (n:Probe) ON (n.n)",
    "CREATE CONSTRAINT probe FOR (n:Probe) REQUIRE n.n IS UNIQUE",
    "CALL db.createLabel('Intruder')",
    "CALL db.clearQueryCaches()",
    "CALL db.\\u0063learQueryCaches()",
    "CALL `db`.`clearQueryCaches`()",
    "CALL /* harmless */ db . clearQueryCaches ( )",
    "MATCH (n) CALL db.clearQueryCaches() YIELD value RETURN value",
    "RETURN 1 AS x UNION CALL db.prepareForReplanning() RETURN 2 AS x",
    "RETURN COLLECT { CALL db.prepareForReplanning() RETURN 1 AS r } AS x",
    "RETURN [x IN [1] | COLLECT { CALL `db`.`prepareForReplanning`() RETURN 1 AS r }] AS x",
    "CALL db.resampleOutdatedIndexes()",
    "CALL db.stats.clear('QUERIES')",
    "CALL dbms.listConfig()",
    "CALL dbms.listConnections()",
    "CALL dbms.killConnections([])",
    "CALL dbms.setConfigValue('db.logs.query.enabled', 'OFF')",
    "CALL dbms.upgrade()",
    "CALL tx.setMetaData({a: 1})",
    "CALL db.index.vector.createNodeIndex('v', 'Probe', 'n', 3, 'cosine')",
    "CREATE USER intruder SET PASSWORD 'intruder1'",
    "USE system CREATE USER intruder SET PASSWORD 'intruder1'",
    "ALTER CURRENT USER SET PASSWORD FROM 'old-password' TO 'new-password'",
    "SHOW USERS",
    "SHOW SETTINGS",
    "SHOW TRANSACTIONS",
    "TERMINATE TRANSACTION 'neo4j-transaction-1'",
    "DROP DATABASE neo4j",
    "STOP DATABASE neo4j",
    FETCH,
    "load/* */csv FROM $address AS row RETURN row",
    "\\u004COAD CSV FROM $address AS row RETURN row",
    f"CALL {{ {FETCH} }} RETURN row",
    f"RETURN EXISTS {{ {FETCH} }} AS x",
    f"RETURN [x IN [1] | COLLECT {{ {FETCH} }}] AS x",
    f"RETURN CASE WHEN true THEN COUNT {{ {FETCH} }} ELSE 0 END AS x",
    f"RETURN 1 AS x ORDER BY CASE WHEN x > 0 THEN COUNT {{ {FETCH} }} ELSE 1 END",
    f"MATCH (n:Probe) WITH collect(CASE WHEN n.n > 0 THEN COUNT {{ {FETCH} }} ELSE 1 END) AS x RETURN x",
    f"MATCH (n:Probe) RETURN n {{ .n, x: CASE WHEN true THEN COUNT {{ {FETCH} }} ELSE 1 END }}",
    f"MATCH (a:Probe {{n: 1}}), (b:Probe {{n: 2}}) MATCH p = shortestPath((a)-[:NEXT*]->(b))"
    f" WHERE all(x IN nodes(p) WHERE COUNT {{ {FETCH} }} > 0) RETURN p",
    f"MATCH p = ANY SHORTEST (a:Probe)((x)-[:NEXT]->(y) WHERE CASE WHEN true THEN COUNT {{ {FETCH} }} ELSE 1 END > 0)+"
    "(b) RETURN p",
    f"SHOW PROCEDURES YIELD name WHERE CASE WHEN true THEN COUNT {{ {FETCH} }} ELSE 1 END > 0 RETURN name",
    f"CALL db.labels() YIELD label WHERE CASE WHEN true THEN COUNT {{ {FETCH} }} ELSE 1 END > 0 RETURN label",
    "LOAD CSV FROM 'file:///etc/passwd' AS row RETURN row",
]


def test_nothing_but_reading_goes_through(two_nodes: Connection) -> None:
    before = state_of(two_nodes)
    passed = []
    with csv_server() as (url, requests):
        for cypher in FORBIDDEN:
            try:
                two_nodes.query(cypher, {"address": url})
            except QueryError as error:
                assert "\n" not in str(error)
            else:
                passed.append(cypher)
    assert (passed, requests) == ([], [])
    assert state_of(two_nodes) == before


def state_of(connection: Connection) -> list[object]:
    return [
        [list(record.values()) for record in connection.run_read(statement)]
        for statement in (
            "MATCH (n) RETURN labels(n), properties(n) ORDER BY labels(n), n.n",
            "CALL db.labels()",
            "SHOW INDEXES YIELD name RETURN name ORDER BY name",
            "SHOW CONSTRAINTS YIELD name RETURN name ORDER BY name",
        )
    ] + [[record["user"] for record in connection.run_read("SHOW USERS")]]


def test_functions_that_the_owner_added_are_refused_wherever_they_stand() -> None:
    for details in ("acme.fetch($autostring_0) AS x", "[x IN $autolist_0 | `acme`.`fetch`(x)] AS x"):
        plan = {
            "operatorType": "ProduceResults@neo4j",
            "args": {"Details": "x"},
            "children": [{"operatorType": "Projection@neo4j", "args": {"Details": details}, "children": []}],
        }
        refuse_unless_read_only("r", plan, [])
        with pytest.raises(QueryError, match=r"acme\.fetch"):
            refuse_unless_read_only("r", plan, ["acme.fetch"])


def test_the_server_ends_a_query_that_takes_too_long(connection: Connection) -> None:
    with pytest.raises(QueryError, match="took longer than 1 s"):
        connection.query(
            "UNWIND range(1, 1000000) AS x UNWIND range(1, 1000000) AS y RETURN count(x * y % 7)", timeout_s=1
        )


def test_too_many_rows_are_refused_not_cut(connection: Connection) -> None:
    assert len(connection.query("UNWIND range(1, 10) AS x RETURN x", max_rows=10).rows) == 10
    with pytest.raises(QueryError, match="more than 10 rows"):
        connection.query("UNWIND range(1, 11) AS x RETURN x", max_rows=10)


def test_part_of_a_long_answer_is_read_without_the_rest(connection: Connection) -> None:
    ten_million = "UNWIND range(1, 10000000) AS x RETURN x"
    second = connection.query(ten_million, part=(100, 200))
    assert [row[0] for row in second.rows] == list(range(101, 201)) and second.more
    last = connection.query("UNWIND range(1, 150) AS x RETURN x", part=(100, 200))
    assert len(last.rows) == 50 and not last.more
    assert connection.query("UNWIND range(1, 100) AS x RETURN x", part=(100, 200)) == Table(["x"], [])


@pytest.mark.parametrize(
    ("cypher", "message"),
    [
        ("RETURN [x IN range(1, 3000) | range(1, 300000)] AS x", "took longer than 2 s|larger than 32 MB"),
        (  # 900 million numbers in one value: the server may run out of memory before it sends the first
            "RETURN [x IN range(1, 300) | [y IN range(1, 3000) | range(1, 1000)]] AS x",
            "took longer|larger than|more memory than",
        ),
        ("UNWIND range(1, 90000) AS i RETURN [x IN range(1, 10000) | []] AS x", "took longer|larger than"),
        ("UNWIND range(1, 90000) AS i RETURN [x IN range(1, 1000) | 'a text of some length'] AS x", "took|larger"),
        ("RETURN reduce(a = [], x IN range(1, 500) | [a]) AS x", "nests lists or maps"),
        ("RETURN reduce(a = [], x IN range(1, 150) | [a]) AS x", "nests lists or maps more than 100 deep"),
    ],
)
def test_huge_answers_end_soon_and_the_server_lives(connection: Connection, cypher: str, message: str) -> None:
    process = psutil.Process()
    before, start = process.memory_info().rss, time.monotonic()
    with pytest.raises(QueryError, match=message):
        connection.query(cypher, timeout_s=2)
    assert time.monotonic() - start < 20
    assert process.memory_info().rss - before < 500_000_000
    assert connection.query("RETURN 1").rows == [[1]]


def test_a_large_answer_within_the_bounds_is_whole(connection: Connection) -> None:
    rows = connection.query("UNWIND range(1, 20000) AS i RETURN i, 'a text of some length ' + i AS t").rows
    assert len(rows) == 20_000 and rows[-1] == [20_000, "a text of some length 20000"]


def test_unknown_names_are_warned_of_with_the_nearest(two_nodes: Connection) -> None:
    table = two_nodes.query("MATCH (n:Gen)-[:CARRYS]->(:Probe {nmae: 'x'}) WHERE n.n = 1 RETURN n")
    assert sorted(table.warnings) == [
        "the graph has no label Gen - did you mean Gene?",
        "the graph has no property nmae - did you mean name?",
        "the graph has no relationship type CARRYS - did you mean CARRIES?",
    ]
    known = two_nodes.query("MATCH (n:Vesicle)-[:CARRIES]->(c:Cargo) WHERE c.name <> '' RETURN n")
    assert known.warnings == []  # of the schema, if not of this graph
    assert two_nodes.query("MATCH (n:Probe) RETURN n.n").warnings == []


@pytest.mark.parametrize(
    ("cypher", "parameters", "message"),
    [
        ("MATCH (n RETURN n", {}, r"is wrong: Invalid input 'RETURN'.*\(line 1, column 10\)"),
        ("RETURN 1,\n  nowhere", {}, r"`nowhere` not defined \(line 2, column 3\)"),
        ("", {}, "is wrong: Unexpected end of input"),
        ("RETURN $name", {}, r"Expected parameter\(s\): name"),
        ("RETURN 1 / 0", {}, "/ by zero"),
        ("RETURN $big", {"big": 2**70}, "cannot be sent"),
        ("RETURN $thing", {"thing": object()}, "cannot be sent"),
        ("RETURN '\ud800'", {}, "cannot be sent"),
    ],
)
def test_a_wrong_query_is_told_in_one_line(
    connection: Connection, cypher: str, parameters: dict[str, object], message: str
) -> None:
    with pytest.raises(QueryError, match=message) as caught:
        connection.query(cypher, parameters)
    assert "\n" not in str(caught.value)


def test_a_write_is_all_or_nothing(connection: Connection) -> None:
    def half(tx: neo4j.ManagedTransaction) -> None:
        tx.run("CREATE (:Probe)")
        tx.run("RETURN 1 / 0").consume()

    with pytest.raises(GraphError, match="/ by zero"):
        connection.write(half)
    assert connection.query("MATCH (n:Probe) RETURN count(n)").rows == [[0]]


def test_a_passing_failure_is_tried_again(connection: Connection) -> None:
    calls = []

    def work(tx: neo4j.ManagedTransaction) -> int:
        calls.append(tx)
        if len(calls) == 1:
            raise neo4j.exceptions.ServiceUnavailable("for a moment")
        return int(tx.run("RETURN 7").single(strict=True)[0])

    assert (connection.write(work), len(calls)) == (7, 2)


def test_the_version_is_known(connection: Connection) -> None:
    assert math.floor(float(".".join(connection.server_version.split(".")[:2]))) == 5


def test_the_named_server_is_used_and_none_started(elsewhere: Settings) -> None:
    with connect(elsewhere) as connection:
        assert connection.address.uri == elsewhere.neo4j_uri
    assert not elsewhere.server_home.exists()
