"""Loading, rebuilding, clearing and checking, on the real server."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph_schema import cypher
from graph_schema.model import EntityType
from miner.assembly.entities import EntityNodes
from miner.errors import GraphError
from miner.graph import bulk_import
from miner.graph import load as graph
from miner.graph.batch import LoadReport, NodesOfTypes
from miner.graph.check import check
from miner.graph.connection import Connection, connect
from miner.graph.rows import MAX_KEY_BYTES, bounded_key
from miner.model.assertions import PairSubgraph
from miner.model.claims import EntityName
from miner.neo4j_server.server import EmbeddedServer
from miner.settings import Settings
from pipelines.bench import kill_loads
from tests.claims import TinyVocabulary, row, work
from tests.conftest import shared_server
from tests.graph.loading import BUILD_ID, FOR_TYPES, Library, library, lines, load, some_rows


def test_loading_twice_changes_nothing(empty: Connection) -> None:
    pairs = library(some_rows()).pairs()
    assert load(empty, pairs).written > 0
    before = lines(empty)
    assert load(empty, pairs) == LoadReport(pairs=len(pairs))
    assert lines(empty) == before
    assert check(empty) == []


def test_what_lost_its_support_is_gone(empty: Connection) -> None:
    pairs = library(some_rows()).pairs()
    load(empty, pairs)
    load(empty, [PairSubgraph(p.subject, p.object) for p in pairs], upto=2)
    assert lines(empty) == []
    assert graph.prepare(empty, "tests", BUILD_ID) == 2


def test_a_renamed_entity_is_as_if_loaded_with_its_new_names(empty: Connection) -> None:
    pairs = library(some_rows()).pairs()
    names = {pairs[0].subject: [EntityName("an old name", 1, 1)]}

    def describe() -> NodesOfTypes:
        return EntityNodes(TinyVocabulary(), lambda id_: names.get(id_, ())).for_types

    list(graph.load(empty, pairs, 1, describe()))
    names = {pairs[0].subject: [EntityName("New-Name", 2, 1)], "HGNC:not-there": [EntityName("x", 1, 1)]}
    reports = list(graph.load(empty, [], 2, describe(), [pairs[0].subject, "HGNC:not-there"]))
    renamed = lines(empty)
    many = [EntityName(f"name {n} " + "x" * 90, 1, 0) for n in range(2000)]
    assert (
        sum(
            r.written
            for r in graph.load(
                empty, [], 2, EntityNodes(TinyVocabulary(), lambda _: many).for_types, [pairs[0].subject]
            )
        )
        == 1
    )
    list(graph.load(empty, [], 2, describe(), [pairs[0].subject]))
    assert lines(empty) == renamed
    assert sum(report.written for report in reports) == 1
    assert any("newname" in line for line in renamed) and not any("an old name" in line for line in renamed)
    graph.clear(empty)
    list(graph.load(empty, pairs, 2, describe()))
    assert lines(empty) == renamed


LONG = "A" * 9_000


def test_an_endless_name_or_doi_does_not_stop_the_graph(empty: Connection) -> None:
    source = work(7, pmid=None, doi=f"10.1000/{LONG}", id=f"doi:10.1000/{LONG}")
    plain, other = row("miR-21", "PROMOTES", "metastasis", "PDAC"), row("exosomes", "CARRIES", "GPC1", "PDAC", source)
    named = replace(other.claim.object, id=f"exominer:gene-{LONG.lower()}é", name=LONG)
    cancer = replace(other.claim.cancers[0], id=f"exominer:cancer-{LONG}", name=LONG)
    rows = [plain, replace(other, claim=replace(other.claim, object=named, cancers=(cancer,)))]
    pairs = library(rows).pairs()
    assert load(empty, pairs).written > 0
    assert check(empty) == []
    before = lines(empty)
    assert load(empty, pairs) == LoadReport(pairs=len(pairs))
    assert lines(empty) == before
    ids = [record["id"] for record in empty.run_read("MATCH (n) WHERE n.id IS NOT NULL RETURN n.id AS id")]
    assert max(len(id_.encode()) for id_ in ids) <= MAX_KEY_BYTES
    load(empty, [PairSubgraph(p.subject, p.object) for p in pairs], upto=2)
    assert lines(empty) == []


@pytest.mark.parametrize("text", ["", "short", "é" * 400, "é" * 500, "é" * 501, "x" * 1_000, "x" * 1_001, "😀" * 9_000])
def test_keys_are_bounded_and_stay_apart(text: str) -> None:
    assert len(bounded_key(text).encode()) <= MAX_KEY_BYTES
    assert (bounded_key(text) == text) == (len(text.encode()) <= MAX_KEY_BYTES)
    assert bounded_key(f"{text}a") != bounded_key(f"{text}b")


@pytest.mark.parametrize(
    ("damage", "fault"),
    [
        ("MATCH (e:Evidence) WITH e LIMIT 1 DETACH DELETE e", "assertions without evidence"),
        ("MATCH (:Evidence)-[r:FROM]->() WITH r LIMIT 1 DELETE r", "evidence without a publication"),
        ("MATCH (a:Assertion) WITH a LIMIT 1 DETACH DELETE a", "evidence that supports no assertion"),
        ("MATCH ()-[r:PROMOTES]->() DELETE r", "assertions that no relationship shows"),
        ("MATCH (n:Cell), (f:Function) CREATE (n)-[:PROMOTES]->(f)", "relationships that no assertion states"),
        ("CREATE (:Entity:Gene {id: 'HGNC:0', name: 'lost'})", "entities without claims or kinds"),
        ("MATCH (n:Gene) SET n:Cell", "entities without one kind"),
        ("CREATE (:Publication {id: 'pmid:0'})", "publications without evidence"),
        ("MATCH (s:Exominer) DELETE s", "state nodes (there must be one)"),
    ],
)
def test_check_finds(empty: Connection, damage: str, fault: str) -> None:
    load(empty, library(some_rows()).pairs())
    try:
        empty.run_write(damage)
        assert fault in {problem.fault for problem in check(empty)}
    finally:
        empty.run_write("MATCH (n:Exominer|Entity|Assertion|Evidence|Publication) DETACH DELETE n")


def test_what_another_program_wrote_is_left_alone(empty: Connection) -> None:
    graph.clear(empty)
    empty.run_write("MATCH (s:Exominer) DELETE s")
    empty.run_write("CREATE (:Entity {id: 'theirs'})")
    try:
        with pytest.raises(GraphError, match="that it did not write - name another database"):
            graph.prepare(empty, "tests", BUILD_ID)
        assert empty.run_read("MATCH (n:Entity) RETURN n.id AS id")[0]["id"] == "theirs"
    finally:
        empty.run_write("MATCH (n:Entity) DELETE n")
        graph.prepare(empty, "tests", BUILD_ID)


def test_check_finds_duplicates_and_missing_indexes(empty: Connection) -> None:
    load(empty, library(some_rows()).pairs())
    empty.run_write("DROP CONSTRAINT exominer_entity_id")
    try:
        empty.run_write("MATCH (n:Gene) CREATE (:Entity {id: n.id})")
        assert {"Entity nodes that share an id", "missing constraint or index"} <= {p.fault for p in check(empty)}
    finally:
        graph.clear(empty)
        graph.create_schema(empty)


ROWS = st.builds(
    row,
    subject=st.sampled_from(["miR-21", "miR-21-5p", "PTEN"]),
    predicate=st.sampled_from(["PROMOTES", "INHIBITS"]),
    object_=st.sampled_from(["metastasis", "angiogenesis"]),
    cancers=st.sampled_from(["", "PDAC", "PDAC; breast cancer"]),
    from_=st.integers(1, 3),
    negated=st.booleans(),
    speculative=st.booleans(),
    score=st.sampled_from([0.3, 0.6]),
    sentence=st.sampled_from(["One.", "Two.", 'Three; "so".']),
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.integers(1, 3), st.lists(ROWS, max_size=3)),
        st.tuples(st.just("retract"), st.integers(1, 3)),
        st.tuples(st.just("judge"), st.integers(0, 9), st.sampled_from(["accept", "reject"]), st.sampled_from("ab")),
    ),
    min_size=1,
    max_size=6,
)


def take(step: tuple, corpus: Library) -> None:  # type: ignore[type-arg]  # of the three shapes above
    kind, *rest = step
    if kind == "put":
        number, rows = rest
        corpus.put(number, [replace(r, work=work(number)) for r in rows])
    elif kind == "retract":
        corpus.retract(*rest)
    else:
        index, decision, curator = rest
        if rows := [r for listed in corpus.claims.values() for r in listed]:
            corpus.judge(rows[index % len(rows)], decision, curator)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(STEPS)
def test_step_by_step_is_all_at_once(empty: Connection, steps: list) -> None:  # type: ignore[type-arg]
    graph.clear(empty)
    graph.prepare(empty, "tests", BUILD_ID)
    corpus = Library()
    for step in steps:
        take(step, corpus)
        load(empty, corpus.pairs(corpus.dirty))
        corpus.dirty.clear()
    assert check(empty) == []
    by_steps = lines(empty)
    graph.clear(empty)
    graph.prepare(empty, "tests", BUILD_ID)
    load(empty, corpus.pairs())
    assert lines(empty) == by_steps


@pytest.fixture(scope="module")
def own_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A server of the workspace's own, to be stopped and killed."""
    yield from shared_server(tmp_path_factory.mktemp("rebuilt"))


def test_an_import_is_the_graph_that_loads_leave(own_server: Settings, tmp_path: Path) -> None:
    """Through `neo4j-admin database import full`, with texts that CSV must quote."""
    corpus = library(some_rows())
    corpus.judge(some_rows()[2], "reject", "ada")
    server = EmbeddedServer(own_server.server_home, own_server.cache)
    with connect(own_server) as connection:
        graph.prepare(connection, "tests", BUILD_ID)
        load(connection, corpus.pairs(), upto=7)
        loaded = lines(connection)
    state = {"corpus_id": "tests", "build_id": BUILD_ID, "applied": 7}
    bulk_import.import_all(server, corpus.pairs(), state, FOR_TYPES)
    assert not bulk_import.interrupted(server)
    with connect(own_server) as connection:
        graph.create_schema(connection)
        assert lines(connection) == loaded
        assert check(connection) == []
        assert graph.prepare(connection, "tests", BUILD_ID) == 7
        assert load(connection, corpus.pairs(), upto=7) == LoadReport(pairs=len(corpus.pairs()))


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_a_load_killed_at_any_moment_resumes_to_the_same_graph(own_server: Settings, part: float) -> None:
    with connect(own_server) as connection:
        kill_loads.load(connection, 1, 600, None)
        start = time.monotonic()
        kill_loads.load(connection, 2, 600, 1)
    same, _ = kill_loads.disturbed_equals_undisturbed(own_server, 3, 600, part * (time.monotonic() - start))
    assert same


def test_a_server_killed_in_a_load_comes_back_to_the_same_graph(own_server: Settings) -> None:
    same, _ = kill_loads.disturbed_equals_undisturbed(own_server, 5, 600, 0.2, server=True)
    assert same


def test_every_type_has_labels_of_its_own() -> None:
    assert len({cypher.entity_labels(type_) for type_ in EntityType}) == len(EntityType)
    assert "Cargo" in cypher.entity_labels(EntityType.MICRO_RNA)
    assert "Cargo" not in cypher.entity_labels(EntityType.VESICLE)
