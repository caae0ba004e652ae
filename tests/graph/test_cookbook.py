"""Every recipe of the cookbook, on the real server, against a small library whose answers are known."""

from collections import defaultdict
from typing import Any

import pytest

from graph_schema import cookbook
from graph_schema.cookbook import Chart, NamedQuery, Parameter
from graph_schema.model import Predicate
from miner.assembly.assemble import assemble_pair
from miner.assembly.belief import BeliefModel
from miner.assembly.entities import EntityNodes
from miner.errors import UsageError
from miner.graph import load as graph
from miner.graph import lookup
from miner.graph.connection import Connection
from miner.model.assertions import assertion_id
from tests.claims import TinyVocabulary
from tests.graph.cookbook_library import ROWS, verdicts

EXOSOME, PDAC, BREAST = "macrophage extracellular exosomes", "pancreatic ductal adenocarcinoma", "breast carcinoma"
DRIVES = assertion_id(next(r.claim for r in ROWS if r.claim.sentence.startswith("Vesicle miR-21")))

CASES: list[tuple[str, dict[str, str], int, dict[str, Any]]] = [
    # (recipe, parameters, rows in all, some columns of the first row)
    ("headline", {}, 2, {
        "cargo": "miR-21", "vesicle": EXOSOME, "effect": "PROMOTES", "function": "metastasis", "cancers": [PDAC],
        "belief": 0.7, "papers": 2, "papers_with_both": 1, "inferred": False,
        "sentence": "Vesicle miR-21 drove metastases to the liver.",
        "sources": ["doi:10.1000/5", "PMID:2 doi:10.1000/2", "PMID:4 doi:10.1000/4 (retracted)"],
        "assertion": DRIVES}),
    ("headline", {"cargo": "MicroRNA 21", "cancer": "Breast Cancer"}, 1, {"effect": "INHIBITS", "cancers": [BREAST],
        "sources": ["PMID:3 doi:10.1000/3 (expression of concern)"]}),
    ("headline", {"include_inferred": "true"}, 3, {"inferred": False}),
    ("headline", {"cancer": "carcinoma"}, 2, {"cancers": [PDAC]}),  # through its kinds
    ("headline", {"function": "angiogenesis"}, 0, {}),  # the review does not say that vesicles carry it
    ("headline", {"function": "angiogenesis", "include_inferred": "true"}, 1, {"cargo": "GPC1", "inferred": True,
        "papers_with_both": 0}),
    ("headline", {"min_belief": "0.65", "cancer": "cancer"}, 2, {}),
    ("headline", {"precision": "0.9"}, 1, {"effect": "PROMOTES"}),
    ("headline", {"precision": "0.95"}, 0, {}),
    ("headline", {"cancer": "cancer", "skip": "1", "limit": "1"}, 1, {"effect": "INHIBITS"}),
    ("headline", {"cargo": "PTEN"}, 0, {}),  # no vesicle carries it
    ("headline", {"cargo": "mirbase:MI0000077", "function": "METASTASES"}, 2, {}),
    ("headline", {"cargo": "miR21"}, 2, {}),
    ("headline", {"cargo": "hsa-miR-21"}, 2, {}),
    ("headline", {"cargo": "microRNA-21", "cancer": "breast carcinomas"}, 1, {}),
    ("headline", {"species": "Mouse"}, 1, {"effect": "PROMOTES", "sources": ["PMID:2 doi:10.1000/2"]}),
    ("headline", {"species": "rat"}, 0, {}),
    ("headline", {"species": "mouse", "include_inferred": "true"}, 1, {}),
    ("about", {"entity": "Exosome"}, 6, {"belief": 0.7, "papers": 1}),
    ("about", {"precision": "0.9"}, 0, {}),  # PROMOTES alone is so precise
    ("about", {"entity": "PTEN", "predicate": "inhibits"}, 1, {"subject": "PTEN", "object": "metastasis"}),
    ("biomarkers", {"cancer": "carcinoma"}, 1, {"marker": "GPC1", "kind": "Gene", "carried_by_vesicles": True,
        "sentence": "Glypican-1 on exosomes marked early tumours."}),
    ("by_separation", {}, 2, {"separation": ["ultracentrifugation"], "papers": 1, "counts": 0.7}),
    ("by_separation", {"precision": "0.5"}, 2, {}),
    ("by_separation", {"precision": "0.9"}, 0, {}),
    ("by_separation", {"method": "Ultracentrifugation"}, 2, {}),
    ("by_separation", {"min_belief": "0.71"}, 0, {}),  # of the sentences, whatever else supports the claims
    ("by_separation", {"method": "ultracentri\\"}, 0, {}),
    ("by_separation", {"method": '"a" OR (b~ && \\'}, 0, {}),
    ("by_separation", {"method": "\\"}, 0, {}),
    ("cancers", {}, 2, {"cancer": PDAC, "claims": 13, "biomarkers": 1, "treatments": 1}),
    ("cargo_of_source", {"source": "macrophages"}, 1, {"cargo": "miR-21", "kind": "MicroRNA", "papers": 1,
        "papers_in_all": 1}),
    ("cargo_of_source", {"source": "plasma"}, 1, {"cargo": "GPC1", "source": ["blood plasma"]}),
    ("contents", {}, 34, {"kind": "Entity", "count": 17}),
    ("contradictions", {}, 1, {"subject": "miR-21", "object": "metastasis", "same_cancer": False, "one": "PROMOTES",
        "other": "INHIBITS", "other_belief": 0.7}),
    ("contradictions", {"entity": "metastasis"}, 1, {"one": "PROMOTES"}),
    ("contradictions", {"precision": "0.5"}, 1, {}),
    ("contradictions", {"precision": "0.9"}, 0, {}),
    ("contradictions", {"same_cancer": "true"}, 0, {}),
    ("denied", {}, 1, {"subject": "miR-21", "predicate": "NOT PROMOTES", "object": "angiogenesis"}),
    ("disputed", {}, 1, {"subject": "GPC1", "predicate": "BIOMARKER_OF", "curators": ["ada", "bo"]}),
    ("evidence", {"assertion": DRIVES}, 3, {"source": "PMID:2 doi:10.1000/2", "counts": 0.7, "retracted": False,
        "concern": False}),
    ("hedged", {}, 1, {"subject": "GPC1", "object": "angiogenesis", "belief": 0.35}),
    ("journals", {}, 2, {"journal": "J Vesicles", "papers": 4, "retracted": 1, "concern": 0, "first_year": 2016}),
    ("kinds", {}, 3, {"kind": PDAC, "context_of": 13, "is_a": ["carcinoma"]}),
    ("least_studied_cargo", {}, 3, {"cargo": "cisplatin", "kind": "Chemical", "papers": 1}),
    ("levels", {"place": "plasma"}, 1, {"what": "GPC1", "level": "ELEVATED_IN", "also_the_opposite": False}),
    ("mirna_targets", {"include_inferred": "true"}, 2, {"inferred": False}),
    ("mirna_targets", {}, 1, {"mirna": "miR-21", "target": "PTEN", "effect": "PROMOTES", "papers_with_both": 1}),
    ("most_replicated", {}, 16, {"subject": "miR-21", "predicate": "PROMOTES", "papers": 2}),
    ("most_replicated", {"predicate": "treats"}, 1, {"subject": "cisplatin"}),
    ("most_studied_cargo", {}, 3, {"cargo": "miR-21", "kind": "MicroRNA", "papers": 2, "functions": 2}),
    ("most_studied_cargo", {"kind": "chemical"}, 1, {"cargo": "cisplatin"}),
    ("most_studied_cargo", {"cancer": "breast cancer"}, 1, {"cargo": "miR-21", "papers": 1}),
    ("new_since", {"since": "2024"}, 5, {"first_published": "2024-03-01", "object": "cisplatin"}),
    ("paper", {"paper": "PMID:2"}, 5, {"subject": "macrophage", "predicate": "SECRETES", "object": EXOSOME}),
    ("paper", {"paper": "10.1000/1"}, 3, {}),
    ("paths", {}, 3, {"cell": "macrophage", "vesicle": EXOSOME, "cargo": "miR-21", "step": None,
        "weakest_step": 0.7, "papers_with_all": 1, "inferred": False}),
    ("recipients", {}, 1, {"delivered": "miR-21", "recipient": "endothelial cell"}),
    ("recipients", {"recipient": "endothelial cell", "cargo": "miR-21"}, 1, {}),
    ("recipients", {"recipient": "macrophage"}, 0, {}),
    ("recipients", {"cargo": "GPC1"}, 0, {}),
    ("regulators", {}, 1, {"regulator": "miR-21", "effect": "REPRESSES", "target": "PTEN"}),
    ("retracted_support", {}, 2, {"subject": "PTEN", "nothing_else": True, "belief_without": 0.0}),
    ("search", {"text": "metastases LIVER"}, 1, {"claims": ["miR-21 PROMOTES metastasis"], "section": "abstract"}),
    ("search", {"text": "liver* OR (\"unbalanced && ~"}, 0, {}),
    ("search", {"text": "+-"}, 0, {}),
    ("shared_cargo", {"cancer": "PDAC", "other": "breast cancer"}, 1, {"cargo": "miR-21", "papers": 1,
        "other_papers": 1}),
    ("similar_cargo", {}, 1, {"cargo": "PTEN", "effects": ["INHIBITS metastasis"]}),
    ("fragile", {}, 15, {"papers": 1, "belief_without_best": 0.0}),
    ("fragile", {"entity": "cisplatin"}, 2, {"object": "cisplatin", "papers": 1, "belief_without_best": 0.0}),
    ("single_paper", {}, 15, {"papers": 1, "belief": 0.7}),
    ("single_paper", {"entity": "cisplatin"}, 2, {"object": "cisplatin"}),
    ("stories", {}, 1, {"source": ["macrophage"], "vesicle": EXOSOME, "cargo": "miR-21", "target": "PTEN",
        "recipient": ["endothelial cell"], "target_effect": "REPRESSES", "effect": "PROMOTES", "function": "metastasis",
        "cancers": [PDAC], "papers": 1, "sentence": "Vesicle miR-21 drove metastases to the liver.",
        "target_sentence": "miR-21 REPRESSES PTEN in PDAC.",
        "recipient_sentence": "miR-21 DELIVERED_TO endothelial cell in PDAC.",
        "cargo_sentence": "exosomes CARRIES miR-21 in PDAC.",
        "papers_telling": ["PMID:2 doi:10.1000/2"]}),
    ("stories", {"include_generic": "true"}, 1, {}),
    ("stories", {"source": "macrophages", "target": "PTEN", "recipient": "endothelial cell"}, 1, {}),
    ("stories", {"source": "plasma"}, 0, {}),
    ("stories", {"vesicle": "EV"}, 2, {"cargo": "miR-21"}),
    ("stories", {"cancer": "breast cancer", "cargo": "miR-21", "include_generic": "true"}, 1,
        {"effect": "INHIBITS", "source": []}),
    ("therapies", {}, 1, {"treatment": "cisplatin", "kind": "Chemical", "carried_by_vesicles": False}),
    ("timeline", {}, 4, {"year": 2016, "claims": 2}),
    ("to_review", {}, 2, {"belief": 0.6}),
    ("to_review", {"entity": "macrophage"}, 1, {"subject": "macrophage"}),
    ("vesicle_sources", {}, 2, {"source": "macrophage", "relation": "SECRETES"}),
    ("vesicle_sources", {"vesicle": "EV"}, 2, {}),
    ("who_promotes", {}, 3, {"subject": "miR-21", "predicate": "PROMOTES", "cancers": [PDAC]}),
    ("who_promotes", {"kind": "gene"}, 1, {"subject": "PTEN"}),
    ("who_promotes", {"cancer": "breast cancer", "effect": "inhibits"}, 2, {"predicate": "INHIBITS"}),
]  # fmt: skip


MODEL = BeliefModel(precision={"rules-1": {p: [(0.0, 0.9 if p is Predicate.PROMOTES else 0.5)] for p in Predicate}})


@pytest.fixture(scope="module")
def library(connection: Connection) -> Connection:
    pairs = defaultdict(list)
    for r in ROWS:
        pairs[r.claim.subject.id, r.claim.object.id].append(r)
    graphs = [assemble_pair(*pair, rows, verdicts(), MODEL) for pair, rows in pairs.items()]
    graph.prepare(connection, "cookbook", "tiny")
    assert list(graph.load(connection, graphs, 1, EntityNodes(TinyVocabulary()).for_types))
    return connection


@pytest.mark.parametrize(("name", "given", "rows", "first"), CASES)
def test_recipe(library: Connection, name: str, given: dict[str, str], rows: int, first: dict[str, Any]) -> None:
    query = cookbook.queries()[name]
    table = lookup.run_named(library, query, given)
    answers = table.records()
    assert len(answers) == rows
    if first:
        assert {key: answers[0][key] for key in first} == first
    if query.chart and answers:
        assert set(query.chart.columns) <= answers[0].keys()


@pytest.mark.parametrize(
    ("name", "given", "nearest"),
    [
        ("headline", {"cargo": "miR-22"}, "miR-21"),
        ("about", {"entity": "angiogensis"}, "angiogenesis"),
        ("regulators", {"target": "PTN"}, "PTEN"),
        ("therapies", {"cancer": "breast carcinomma"}, "breast carcinoma"),
    ],
)
def test_a_name_of_no_entity_is_an_error_with_the_nearest(
    library: Connection, name: str, given: dict[str, str], nearest: str
) -> None:
    (text,) = given.values()
    with pytest.raises(
        UsageError, match=rf"no entity named '{text}'; nearest: .*{nearest}.* - see: exominer find"
    ) as error:
        lookup.run_named(library, cookbook.queries()[name], given)
    assert error.value.exit_code == 2


def test_a_default_that_the_graph_lacks_gives_no_rows(library: Connection) -> None:
    assert lookup.run_named(library, cookbook.queries()["levels"], {"place": "endothelial cell"}).rows == []
    assert lookup.find_ids(library, "glioma") == []
    assert lookup.run_named(library, cookbook.queries()["shared_cargo"], {}).rows == []  # compares with glioma


@pytest.mark.parametrize("text", ["", "|", "\\", "'", '"', "$", "µ", "x" * 9_000, "a|b", "\x00"])
def test_no_text_breaks_the_lookup(library: Connection, text: str) -> None:
    lookup.find_ids(library, text)
    lookup.nearest(text, [("PTEN", ["MMAC1"]), ("µ", [])])


def test_a_microrna_is_found_with_its_forms(library: Connection) -> None:
    assert lookup.find_ids(library, "miR-21-5p") == []  # nothing is said of it: it is not in this graph
    (precursor,) = lookup.find_ids(library, "miR-21")
    library.run_write(
        "MATCH (p:Entity {id: $id})"
        " CREATE (:Entity:MicroRNA:Cargo {id: 'form', name: 'f', lookup: '|f|'})-[:IS_A]->(p)",
        {"id": precursor},
    )
    try:
        assert lookup.find_ids(library, "miR-21") == [precursor, "form"]
    finally:
        library.run_write("MATCH (n:Entity {id: 'form'}) DETACH DELETE n")


def test_an_entitys_own_name_goes_before_what_texts_call_others(library: Connection) -> None:
    (gene,) = library.run_read("MATCH (n {id: 'HGNC:4451'}) RETURN n.lookup AS lookup")
    library.run_write("MATCH (n {id: 'HGNC:4451'}) SET n.lookup = n.lookup + 'pten|gpcone|'")
    try:
        assert lookup.find_ids(library, "PTEN") == lookup.find_ids(library, "mmac1; Phosphatase") == ["HGNC:9588"]
        assert lookup.find_ids(library, "GPC one") == ["HGNC:4451"]
    finally:
        library.run_write("MATCH (n {id: 'HGNC:4451'}) SET n.lookup = $lookup", {"lookup": gene["lookup"]})


def test_a_pirna_is_no_class_of_molecules(library: Connection) -> None:
    library.run_write(
        "MATCH (v:Vesicle {id: 'GO:0070062'}) UNWIND ['exominer:pirna-1', 'exominer:other'] AS id"
        " CREATE (v)-[:CARRIES {papers: 1, belief: 0.5}]->(:Entity:MoleculeClass:Cargo {id: id, name: id})"
    )
    try:
        rows = lookup.run_named(library, cookbook.queries()["least_studied_cargo"], {}).rows
    finally:
        library.run_write("MATCH (n:Entity) WHERE n.id IN ['exominer:pirna-1', 'exominer:other'] DETACH DELETE n")
    names = [row[0] for row in rows]
    assert "exominer:pirna-1" in names
    assert "exominer:other" not in names


CARCINOMA, PDAC_ID = "MONDO:0004993", "MONDO:0005184"


@pytest.mark.parametrize(
    ("name", "given", "parameter"),
    [
        ("biomarkers", {}, "cancer"),
        ("headline", {}, "cancer"),
        ("headline", {"cargo": "miR-21"}, "cancer"),
        ("kinds", {}, "entity"),
        ("levels", {}, "place"),
        ("least_studied_cargo", {}, "cancer"),
        ("most_studied_cargo", {}, "cancer"),
        ("shared_cargo", {"other": "breast cancer"}, "cancer"),
        ("stories", {}, "cancer"),
        ("therapies", {}, "cancer"),
        ("timeline", {}, "entity"),
        ("who_promotes", {}, "cancer"),
    ],
)
def test_a_name_of_an_entity_and_of_a_kind_of_it_repeats_no_rows(
    library: Connection, name: str, given: dict[str, str], parameter: str
) -> None:
    query = cookbook.queries()[name]
    bound = lookup.bind(library, query, given)
    one, both = (
        library.query(query.cypher, {**bound, parameter: ids}).rows for ids in ([CARCINOMA], [PDAC_ID, CARCINOMA])
    )
    assert one == both


@pytest.mark.parametrize("name", [n for n, q in cookbook.queries().items() if "$include_generic" in q.cypher])
def test_classes_of_molecules_are_left_out_unless_wanted(library: Connection, name: str) -> None:
    query = cookbook.queries()[name]
    given = {"biomarkers": {"cancer": "carcinoma"}, "levels": {"place": "plasma"}}.get(name, {})
    if name == "shared_cargo":
        given = {"cancer": "PDAC", "other": "breast cancer"}
    before = lookup.run_named(library, query, given).rows
    library.run_write("MATCH (n:Cargo) SET n:MoleculeClass")
    try:
        without = lookup.run_named(library, query, given).rows
        with_them = lookup.run_named(library, query, {**given, "include_generic": "true"}).rows
    finally:
        library.run_write("MATCH (n:Cargo) REMOVE n:MoleculeClass")
    assert len(without) < len(before) <= len(with_them)


def test_every_recipe_is_tested_and_the_headline_comes_first() -> None:
    assert {name for name, *_ in CASES} == cookbook.queries().keys()
    assert next(iter(cookbook.queries())) == "headline"
    assert len(cookbook.queries()) >= 25


def test_a_former_name_finds_its_query() -> None:
    assert cookbook.find("by_isolation") is cookbook.find("by_separation") is cookbook.queries()["by_separation"]
    assert cookbook.find("by_nothing") is None
    names = [*cookbook.queries(), *(a for q in cookbook.queries().values() for a in q.aliases)]
    assert len(set(names)) == len(names)


HEADER = "// title: T\n// question: Q\n"


def test_a_header_is_read() -> None:
    text = HEADER + "// param: n integer 3 — how many\n// chart: bar a b\nRETURN $n AS a, 1 AS b\n"
    assert cookbook.parse("x", text) == NamedQuery(
        "x", "T", "Q", (Parameter("n", "integer", 3, "how many"),), Chart("bar", ("a", "b")), "RETURN $n AS a, 1 AS b"
    )


@pytest.mark.parametrize(
    "text",
    ["RETURN 1", HEADER + "// param: n number 3 — x\n", HEADER + "// typo: x\n", HEADER + "// chart: pie a b\n"],
)
def test_a_wrong_header_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^x: "):
        cookbook.parse("x", text)


def test_parameters_are_parsed_by_type_and_default() -> None:
    headline = cookbook.queries()["headline"]
    bound = headline.bind({"min_belief": "0.5", "cancer": "PDAC", "cargo": ""})
    assert bound == {
        "min_belief": 0.5, "precision": 0.0, "cancer": "PDAC", "cargo": None, "function": None, "species": None,
        "include_inferred": False, "include_generic": False, "skip": 0, "limit": 25,
    }  # fmt: skip


@pytest.mark.parametrize(("given", "message"), [({"limit": "many"}, "a whole number"), ({"cancr": "x"}, "no such")])
def test_wrong_parameters_are_named(given: dict[str, str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        cookbook.queries()["headline"].bind(given)
