"""The graph's model, its document and its statements."""

from graph_schema import cypher, document
from graph_schema.model import NODES, OPPOSITES, SIGNATURES, EntityType, Predicate, allowed, biolink_category


def test_the_document_is_up_to_date() -> None:
    written = document.PATH.read_text(encoding="utf-8")
    assert written == document.document(), "run: python -m graph_schema.document"


def test_every_predicate_has_a_signature() -> None:
    assert SIGNATURES.keys() == set(Predicate)
    assert allowed(Predicate.CARRIES, EntityType.VESICLE, EntityType.MICRO_RNA)
    assert not allowed(Predicate.CARRIES, EntityType.MICRO_RNA, EntityType.VESICLE)


def test_opposites_are_mutual() -> None:
    assert all(OPPOSITES[OPPOSITES[p]] == p for p in OPPOSITES)


def test_every_id_is_unique_by_constraint() -> None:
    text = "\n".join(cypher.constraints())
    assert all(f"(n:{node.label}) REQUIRE n.id IS UNIQUE" in text for node in NODES)
    assert len(set(cypher.schema_names())) == len(cypher.constraints()) + len(cypher.indexes())


def test_every_kind_of_entity_has_a_biolink_category() -> None:
    assert all(biolink_category(type_, "x:1").startswith("biolink:") for type_ in EntityType)
    assert biolink_category(EntityType.CELL, "CVCL:0062") == "biolink:CellLine"
