"""Vesicles of a known source in the graph."""

import pytest

from miner.assembly.entities import EntityNodes
from miner.graph import load as graph
from miner.graph.batch import NodesOfTypes
from miner.graph.check import check
from miner.graph.connection import Connection
from miner.graph.lookup import find_ids
from miner.model.assertions import EvidenceRow
from miner.model.claims import EntityName
from tests.claims import TinyVocabulary, ref, row
from tests.graph.loading import BUILD_ID, library, lines, load


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
    assert find_ids(empty, "M2 macrophage exosomes") == find_ids(empty, "macrophage exosomes") != []
    graph.clear(empty)
    graph.prepare(empty, "tests", BUILD_ID)
    list(graph.load(empty, pairs, 2, describe()))
    assert lines(empty) == renamed


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("macrophage exosomes", ["macrophage extracellular exosomes"]),
        ("macrophages-derived exosomes", ["macrophage extracellular exosomes"]),
        ("exosomes released from macrophages", ["macrophage extracellular exosomes"]),
        ("EV of macrophages", ["macrophage extracellular exosomes", "macrophage extracellular vesicles"]),
        ("macrophage extracellular vesicles", ["macrophage extracellular vesicles"]),  # a name of its own
        ("plasma exosomes", []),
        ("macrophage lysosomes", []),
    ],
)
def test_a_population_is_found_by_names_of_its_kind_and_its_source(
    empty: Connection, name: str, found: list[str]
) -> None:
    load(empty, library(vesicle_rows()).pairs())
    ids = find_ids(empty, name)
    names = empty.run_read("MATCH (n:Entity) WHERE n.id IN $ids RETURN n.name AS name ORDER BY name", {"ids": ids})
    assert [row["name"] for row in names] == found


def test_what_texts_call_other_cells_does_not_find_their_vesicles(empty: Connection) -> None:
    load(empty, library([*vesicle_rows(), *vesicle_rows("plasma")]).pairs())
    empty.run_write("MATCH (n:Entity {name: 'blood plasma'}) SET n.lookup = n.lookup + 'macrophage|'")
    (found,) = find_ids(empty, "macrophage exosomes")
    assert empty.run_read("MATCH (n {id: $id}) RETURN n.name AS name", {"id": found}) == [
        {"name": "macrophage extracellular exosomes"}
    ]
