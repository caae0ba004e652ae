"""Each export is read back by its format's own tool, and holds what it was made from."""

import csv
import io
import json

import networkx
import pytest
from rdflib import Dataset, Literal, URIRef

from miner.assembly.assemble import assemble_pair
from miner.assembly.entities import Catalogue
from miner.exports import graphml, jsonl, kgx, nanopubs
from miner.exports.library import Library, gather
from tests.claims import TinyVocabulary, row

KNOWLEDGE_LEVELS = {
    "knowledge_assertion", "logical_entailment", "prediction", "statistical_association", "observation", "not_provided",
}  # fmt: skip
AGENT_TYPES = {
    "manual_agent", "automated_agent", "data_analysis_pipeline", "computational_model", "text_mining_agent",
    "image_processing_agent", "manual_validation_of_automated_agent", "not_provided",
}  # fmt: skip


@pytest.fixture
def library() -> Library:
    rows = [
        row("exosome", "CARRIES", "miR-21", "PDAC", from_=1),
        row("exosome", "CARRIES", "miR-21", "PDAC", from_=2, sentence="They hold\ta | bar and <angles> & more."),
        row("miR-21", "PROMOTES", "angiogenesis", "PDAC", from_=1),
        row("miR-21", "PROMOTES", "angiogenesis", "PDAC", from_=3, negated=True),
    ]
    pairs = sorted({(r.claim.subject.id, r.claim.object.id) for r in rows})
    graphs = [assemble_pair(*p, [r for r in rows if (r.claim.subject.id, r.claim.object.id) == p]) for p in pairs]
    return gather(graphs, Catalogue(TinyVocabulary()).describe)


def read_tsv(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE))


def test_kgx_keeps_the_rules_of_its_specification(library: Library) -> None:
    nodes, edges = read_tsv(kgx.nodes(library)), read_tsv(kgx.edges(library))
    ids = {n["id"] for n in nodes}
    assert len(ids) == len(nodes)
    assert all(n["category"].startswith("biolink:") and ":" in n["id"] and n["name"] for n in nodes)
    assert len({e["id"] for e in edges}) == len(edges)
    for edge in edges:
        assert {edge["subject"], edge["object"]} <= ids
        assert edge["predicate"].startswith("biolink:")
        assert edge["category"] == "biolink:Association"
        assert edge["knowledge_level"] in KNOWLEDGE_LEVELS
        assert edge["agent_type"] in AGENT_TYPES
        assert edge["primary_knowledge_source"].startswith("infores:")
        assert edge["negated"] in ("true", "false")
    carries = next(e for e in edges if e["original_predicate"] == "CARRIES")
    assert carries["publications"].split("|") == ["PMID:1", "PMID:2"]
    assert carries["disease_context_qualifier"] == "MONDO:0005184"
    assert len(carries["supporting_text"].split("|")) == 2


def test_graphml_opens_with_every_assertion_as_an_edge(library: Library) -> None:
    graph = networkx.parse_graphml(graphml.graphml(library), force_multigraph=True)
    assert graph.number_of_edges() == len(library.assertions) == 3
    labels = {(s, d["label"], t, d["negated"]) for s, t, d in graph.edges(data=True)}
    assert ("mirbase:MI0000077", "PROMOTES", "GO:0001525", True) in labels
    assert all(d["sentence"] for _, _, d in graph.edges(data=True))


def test_json_lines_hold_every_evidence_in_full(library: Library) -> None:
    records = [json.loads(line) for line in jsonl.lines(library)]
    assert [r["id"] for r in records] == [a.id for a in library.assertions]
    carries = next(r for r in records if r["predicate"] == "CARRIES")
    assert carries["object"]["name"] == "miR-21"
    assert {e["work"]["pmid"] for e in carries["evidence"]} == {"1", "2"}


def test_nanopublications_have_their_four_graphs_and_state_no_denied_claim(library: Library) -> None:
    dataset = Dataset(default_union=True)
    dataset.parse(data=nanopubs.trig(library, "text mining"), format="trig")
    pubs = set(dataset.subjects(None, nanopubs.NP.Nanopublication, unique=True))
    names = {str(g.identifier) for g in dataset.graphs()}
    for assertion in library.assertions:
        pub = str(nanopubs.iri(assertion.id))
        assert URIRef(pub) in pubs
        assert {f"{pub}#{part}" for part in ("Head", "assertion", "provenance", "pubinfo")} <= names
        claim = dataset.graph(URIRef(f"{pub}#assertion"))
        stated = (
            nanopubs.iri(assertion.subject), nanopubs.EXO[assertion.predicate.value], nanopubs.iri(assertion.object)
        ) in claim  # fmt: skip
        assert stated is not assertion.negated
        provenance = dataset.graph(URIRef(f"{pub}#provenance"))
        sentences = {str(o) for o in provenance.objects() if isinstance(o, Literal)}
        assert {e.sentence for e in assertion.evidence} <= sentences
