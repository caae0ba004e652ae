"""Loading, rebuilding, clearing and checking, on the real server."""

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph_schema import cypher
from graph_schema.model import SCHEMA_VERSION, EntityType
from miner.assembly.assemble import assemble_pair
from miner.assembly.entities import EntityNodes
from miner.errors import GraphError
from miner.graph import bulk_import
from miner.graph import load as graph
from miner.graph.batch import LoadReport, NodesOfTypes
from miner.graph.check import check
from miner.graph.connection import Connection, connect
from miner.graph.rows import MAX_KEY_BYTES, bounded_key
from miner.model.assertions import EvidenceRow, PairSubgraph, Verdict, assertion_id, evidence_id
from miner.model.claims import EntityName
from miner.neo4j_server.server import EmbeddedServer
from miner.settings import Settings
from pipelines.bench import kill_loads
from tests.claims import TinyVocabulary, ref, row, work
from tests.conftest import shared_server

FOR_TYPES = EntityNodes(TinyVocabulary()).for_types
BUILD_ID = "tiny"


class Library:
    """A corpus in memory: claims by work, verdicts, and which pairs a graph has not loaded yet."""

    def __init__(self) -> None:
        self.claims: dict[int, list[EvidenceRow]] = {}
        self.verdicts: dict[tuple[str, str], dict[tuple[str, str], Verdict]] = defaultdict(dict)
        self.dirty: set[tuple[str, str]] = set()

    def put(self, number: int, rows: list[EvidenceRow]) -> None:
        self.dirty |= {pair_of(r) for r in [*self.claims.get(number, []), *rows]}
        self.claims[number] = rows

    def retract(self, number: int) -> None:
        rows = self.claims.get(number, [])
        self.put(number, [replace(r, work=replace(r.work, retracted=True)) for r in rows])

    def judge(self, of: EvidenceRow, decision: str, curator: str) -> None:
        assertion, evidence = assertion_id(of.claim), evidence_id(of.claim, of.work.id)
        said = Verdict(assertion, evidence, curator, decision)  # type: ignore[arg-type]
        self.verdicts[pair_of(of)][evidence, curator] = said
        self.dirty.add(pair_of(of))

    def pairs(self, wanted: Iterable[tuple[str, str]] | None = None) -> list[PairSubgraph]:
        rows = [r for listed in self.claims.values() for r in listed]
        chosen = {pair_of(r) for r in rows} if wanted is None else wanted
        return [
            assemble_pair(*pair, [r for r in rows if pair_of(r) == pair], self.verdicts[pair].values())
            for pair in sorted(chosen)
        ]


def pair_of(of: EvidenceRow) -> tuple[str, str]:
    return of.claim.subject.id, of.claim.object.id


def load(connection: Connection, pairs: Iterable[PairSubgraph], upto: int = 1) -> LoadReport:
    return sum(graph.load(connection, pairs, upto, FOR_TYPES), LoadReport())


def lines(connection: Connection) -> list[str]:
    return list(graph.contents(connection))


@pytest.fixture
def empty(connection: Connection) -> Iterator[Connection]:
    graph.prepare(connection, "tests", BUILD_ID)
    graph.clear(connection)
    graph.prepare(connection, "tests", BUILD_ID)
    yield connection


def some_rows() -> list[EvidenceRow]:
    return [
        row("exosomes", "CARRIES", "miR-21", "PDAC"),
        row("exosomes", "CARRIES", "miR-21-5p", "PDAC", 2),
        row("miR-21", "PROMOTES", "metastasis", "PDAC"),
        row("miR-21", "PROMOTES", "metastasis", "breast cancer; PDAC", 2, speculative=True),
        row("miR-21", "INHIBITS", "metastasis", "PDAC", 3),
        row("miR-21", "PROMOTES", "metastasis", "PDAC", 4, negated=True),
        row(
            "miR-21", "REPRESSES", "PTEN", "", 4, sentence='miR-21, "so to say";\n represses\tPTEN \\ it, | and µ-ﬁ 😀.'
        ),
        row("macrophages", "SECRETES", "exosomes", "", work(5, 2019, doi=None, journal="", title='A "title", quoted')),
    ]


def library(rows: Iterable[EvidenceRow]) -> Library:
    filled = Library()
    for number, r in enumerate(rows):
        filled.put(number, [r])
    return filled


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


def test_another_corpus_or_projection_starts_from_nothing(empty: Connection) -> None:
    load(empty, library(some_rows()).pairs(), upto=7)
    assert graph.prepare(empty, "tests", BUILD_ID) == 7
    assert lines(empty)
    assert graph.prepare(empty, "tests", "another vocabulary") == 0
    assert lines(empty) == []
    load(empty, library(some_rows()).pairs(), upto=7)
    messages: list[str] = []
    assert graph.prepare(empty, "another corpus", "another vocabulary", messages.append) == 0
    assert len(messages) == 1 and "another corpus" in messages[0]
    assert lines(empty) == []


def test_nodes_of_others_are_left_alone(empty: Connection) -> None:
    empty.run_write("CREATE (:Stranger {id: 1})")
    load(empty, library(some_rows()).pairs())
    graph.prepare(empty, "another corpus", BUILD_ID)
    ((count,),) = empty.run_write("MATCH (s:Stranger) WITH s, s.id AS id DELETE s RETURN count(id)")
    assert count == 1


def test_a_graph_of_a_newer_exominer_is_refused(empty: Connection) -> None:
    empty.run_write("MATCH (s:Exominer) SET s.schema_version = 99")
    try:
        with pytest.raises(GraphError, match="schema version 99"):
            graph.prepare(empty, "tests", BUILD_ID)
    finally:
        empty.run_write("MATCH (s:Exominer) SET s.schema_version = $v", {"v": SCHEMA_VERSION})


def test_an_older_graph_is_migrated_or_loaded_anew(empty: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cypher, "MIGRATIONS", dict.fromkeys(range(1, SCHEMA_VERSION), ()))
    load(empty, library(some_rows()).pairs(), upto=7)
    empty.run_write("MATCH (s:Exominer) SET s.schema_version = 0")
    monkeypatch.setitem(cypher.MIGRATIONS, 0, ("MATCH (n:Publication) SET n.migrated = true",))
    assert graph.prepare(empty, "tests", BUILD_ID) == 7
    assert any('"migrated": true' in line for line in lines(empty))
    empty.run_write("MATCH (s:Exominer) SET s.schema_version = 0")
    monkeypatch.delitem(cypher.MIGRATIONS, 0)
    assert graph.prepare(empty, "tests", BUILD_ID) == 0
    assert lines(empty) == []


def test_a_graph_of_the_first_version_is_loaded_anew_with_its_indexes(empty: Connection) -> None:
    """As the first release left it: `isolation` alone, and a state that calls the build id a projection."""
    load(empty, library(some_rows()).pairs(), upto=7)
    empty.run_write("DROP INDEX exominer_methods")
    empty.run_write("CREATE FULLTEXT INDEX exominer_methods FOR (n:Evidence) ON EACH [n.isolation, n.characterisation]")
    empty.run_write("MATCH (s:Exominer) SET s.schema_version = 1, s.projection = s.build_id, s.build_id = null")
    assert graph.prepare(empty, "tests", BUILD_ID) == 0
    assert lines(empty) == []
    (index,) = empty.run_read("SHOW INDEXES YIELD name, properties WHERE name = 'exominer_methods'")
    assert index["properties"] == ["separation", "characterization"]
    load(empty, library(some_rows()).pairs(), upto=8)
    assert check(empty) == []
    assert graph.prepare(empty, "tests", BUILD_ID) == 8


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


def vesicle_rows(source: str = "macrophages") -> list[EvidenceRow]:
    """A paper on vesicles of one source, whose miR-21 acts in them on cells that take them up."""
    shared = {"of": source, "recipients": (ref("endothelial cell"),), "source_known": "article"}
    return [
        row("exosomes", "CARRIES", "miR-21", "PDAC", **shared),
        row("miR-21", "PROMOTES", "metastasis", "PDAC", vesicles=ref("exosomes"), **shared),
        row("EV", "PROMOTES", "angiogenesis", "", 2, of=source),
        row("exosomes", "PROMOTES", "angiogenesis", "", 2),
    ]


OF_MACROPHAGES = """\
MATCH (cell:Cell {name: 'macrophage'})<-[:DERIVED_FROM]-(v:Vesicle)-[:IS_A]->(kind:Vesicle)
OPTIONAL MATCH (v)<-[:IN_VESICLES]-(e)<-[:SUPPORTED_BY]-(a:Assertion)
RETURN v.name AS vesicle, kind.name AS kind, collect(a.predicate) AS claims ORDER BY vesicle"""


def test_vesicles_of_a_source_are_a_population(empty: Connection) -> None:
    load(empty, library(vesicle_rows()).pairs())
    assert [(r["vesicle"], r["kind"], sorted(r["claims"])) for r in empty.run_read(OF_MACROPHAGES)] == [
        ("macrophage extracellular exosomes", "extracellular exosome", ["CARRIES", "PROMOTES"]),
        ("macrophage extracellular vesicles", "extracellular vesicle", ["PROMOTES"]),
    ]
    taken = empty.run_read("MATCH (e:Evidence)-[:TAKEN_UP_BY]->(c:Cell) RETURN DISTINCT c.name AS cell, count(e) AS n")
    assert taken == [{"cell": "endothelial cell", "n": 2}]
    assert check(empty) == []


@pytest.mark.parametrize("after", [vesicle_rows("plasma"), vesicle_rows()[3:], []])
def test_vesicles_of_another_source_leave_nothing_of_the_first(empty: Connection, after: list[EvidenceRow]) -> None:
    changing = library(vesicle_rows())
    load(empty, changing.pairs())
    changing.dirty.clear()
    for number in range(len(vesicle_rows())):
        changing.put(number, [])
    for number, r in enumerate(after):
        changing.put(number, [r])
    load(empty, changing.pairs(changing.dirty), upto=2)
    changed = lines(empty)
    assert check(empty) == []
    graph.clear(empty)
    graph.prepare(empty, "tests", BUILD_ID)
    load(empty, library(after).pairs())
    assert lines(empty) == changed


def test_a_renamed_source_renames_its_vesicles(empty: Connection) -> None:
    pairs = library(vesicle_rows()).pairs()
    texts: dict[str, list[EntityName]] = {}

    def describe() -> NodesOfTypes:
        return EntityNodes(TinyVocabulary(), lambda id_: texts.get(id_, ())).for_types

    list(graph.load(empty, pairs, 1, describe()))
    texts["CL:0000235"] = [EntityName("M2 macrophages", 2, 1)]
    list(graph.load(empty, [], 2, describe(), ["CL:0000235"]))
    renamed = lines(empty)
    assert sum("m2macrophageexosome" in line for line in renamed) == 1
    graph.clear(empty)
    graph.prepare(empty, "tests", BUILD_ID)
    list(graph.load(empty, pairs, 2, describe()))
    assert lines(empty) == renamed
