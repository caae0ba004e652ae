"""The graph's model, its document and its statements."""

import pytest

from graph_schema import cookbook, cypher, document
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


@pytest.mark.parametrize("name", cookbook.queries())
def test_one_word_is_a_query_of_the_cookbook_or_an_error_with_the_nearest(name: str) -> None:
    assert cookbook.select(name) is cookbook.queries()[name]
    with pytest.raises(ValueError, match=r"neither Cypher nor a query of the cookbook \(did you mean "):
        cookbook.select(f"{name}x")
    assert cookbook.select(f"RETURN {name}") is None


@pytest.mark.parametrize("query", cookbook.queries().values())
def test_parameters_are_completed_by_their_defaults(query: cookbook.NamedQuery) -> None:
    needed = {p.name: "x" for p in query.parameters if p.default == ""}
    assert query.complete(needed) == {p.name: needed.get(p.name, p.default) for p in query.parameters}
    with pytest.raises(ValueError, match="has no such parameter - it takes "):
        query.complete(needed | {"nonsense": 1})
    for name in needed:
        with pytest.raises(ValueError, match=f"needs {name}"):
            query.complete(needed | {name: ""})
