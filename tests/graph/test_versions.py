"""Graphs of another corpus, of another version, or beside another program's nodes."""

import pytest

from graph_schema import cypher
from graph_schema.model import SCHEMA_VERSION
from miner.errors import GraphError
from miner.graph import load as graph
from miner.graph.check import check
from miner.graph.connection import Connection
from tests.graph.loading import BUILD_ID, library, lines, load, some_rows


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
