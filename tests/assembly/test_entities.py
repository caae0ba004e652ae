"""Nodes of entities: their names, what they are found by, and what they are kinds of."""

import pytest

from graph_schema.model import EntityType
from miner.assembly.assemble import assemble_pair
from miner.assembly.entities import MAX_LOOKUP, EntityNodes, NoVocabulary
from miner.model.claims import EntityName
from miner.nlp.lexicon import Lexicon
from tests.claims import TinyVocabulary, row


def test_entities_come_with_all_they_are_kinds_of() -> None:
    nodes = EntityNodes(TinyVocabulary()).for_types({"MONDO:0005184": EntityType.CANCER})
    assert set(nodes) == {"MONDO:0005184", "MONDO:0004993", "MONDO:0004992"}
    node = nodes["MONDO:0005184"]
    assert (
        node.lookup
        == "|mondo:0005184|pancreatic ductal adenocarcinoma|pdac|mondo0005184|pancreaticductaladenocarcinoma|"
    )
    assert (node.category, node.parents) == ("biolink:Disease", ("MONDO:0004993",))


def test_a_text_born_entity_is_named_by_its_id() -> None:
    id_ = "exominer:function-lung-metastasis"
    node = EntityNodes(NoVocabulary()).for_types({id_: EntityType.FUNCTION})[id_]
    assert (node.name, node.parents, node.category) == ("lung metastasis", (), "biolink:BiologicalProcess")


def test_a_text_born_entity_is_named_as_most_texts_name_it() -> None:
    id_ = "exominer:circrna-circsatb1"
    names = [EntityName("circSATB1", 3, 2), EntityName("circ-SATB1", 1, 0), EntityName("the circRNA", 4, 0)]
    node = EntityNodes(NoVocabulary(), lambda _: names).for_types({id_: EntityType.CIRC_RNA})[id_]
    assert node.name == "circSATB1"
    assert {"circsatb1", "thecircrna"} <= set(node.lookup.split("|"))


def test_a_node_is_found_by_every_name_and_its_lookup_is_bounded() -> None:
    names = [EntityName(f"name {n} " + "x" * 90, 1, 0) for n in range(2000)]
    node = EntityNodes(TinyVocabulary(), lambda _: names).for_types({"GO:0001525": EntityType.FUNCTION})["GO:0001525"]
    assert node.lookup.startswith("|go:0001525|angiogenesis|blood vessel formation|")
    assert len(node.lookup.encode()) <= MAX_LOOKUP


@pytest.mark.parametrize("key", ["mmp9", "mgi:97011", "rgd:621320", "mgi97011"])
def test_a_gene_is_found_by_the_ids_of_its_counterparts(key: str) -> None:
    node = EntityNodes(Lexicon.load()).for_types({"HGNC:7176": EntityType.GENE})["HGNC:7176"]
    assert node.orthologs == ("MGI:97011", "RGD:621320")
    assert f"|{key}|" in node.lookup


@pytest.mark.parametrize(
    ("kind", "of", "name"),
    [
        ("exosomes", "macrophages", "macrophage extracellular exosomes"),
        ("EV", "PDAC", "pancreatic ductal adenocarcinoma extracellular vesicles"),
        ("exosomes", "macrophages; plasma", "macrophage and blood plasma extracellular exosomes"),
    ],
)
def test_a_population_is_named_by_its_sources(kind: str, of: str, name: str) -> None:
    pair = assemble_pair("x", "y", [row(kind, "PROMOTES", "angiogenesis", of=of)])
    (id_,) = pair.populations
    nodes = EntityNodes(TinyVocabulary()).for_types(pair.types, pair.populations)
    assert nodes[id_].name == name
    assert f"|{name}|" in nodes[id_].lookup
    assert {*nodes[id_].parents, *nodes[id_].sources} <= nodes.keys()


@pytest.mark.parametrize(
    ("id_", "type_", "parents"),
    [
        ("exominer:cell-il-4-primed-macrophage", EntityType.CELL, ("CL:0000235",)),
        ("exominer:cell-brain-endothelial-cell", EntityType.CELL, ("CL:0000115",)),
        ("exominer:cell-rose-cell", EntityType.CELL, ()),
        ("exominer:cell-macrophage-like-organoid", EntityType.CELL, ()),  # the head is last
        ("exominer:anatomy-patient-plasma", EntityType.ANATOMY, ("UBERON:0001969",)),
        ("exominer:function-activated-macrophage", EntityType.FUNCTION, ()),
        ("exominer:anatomy-fat-macrophage", EntityType.ANATOMY, ()),  # of another type
        ("CL:0000235", EntityType.CELL, ()),
    ],
)
def test_cells_and_tissues_that_no_vocabulary_has_are_kinds_of_what_their_names_end_with(
    id_: str, type_: EntityType, parents: tuple[str, ...]
) -> None:
    nodes = EntityNodes(TinyVocabulary()).for_types({id_: type_})
    assert nodes[id_].parents == parents
    assert set(parents) < set(nodes)


def test_of_names_that_differ_in_case_the_one_with_fewest_capitals_is_shown() -> None:
    names = [
        EntityName("Primed Schwann cells", 3, 3),
        EntityName("primed Schwann cells", 2, 2),
        EntityName("PSC", 1, 1),
    ]
    nodes = EntityNodes(TinyVocabulary(), lambda _: names).for_types({"exominer:cell-p": EntityType.CELL})
    assert nodes["exominer:cell-p"].name == "primed Schwann cells"
