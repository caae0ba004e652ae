"""Each export is read back by its format's own tool, and holds what it was made from."""

import csv
import json
import sys
import types
from dataclasses import replace
from pathlib import Path

import networkx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import Dataset, Literal, URIRef

from miner.assembly.assemble import assemble_pair
from miner.assembly.entities import EntityNodes
from miner.exports import FORMATS, ExportFormat, graphml, jsonl, kgx, nanopubs
from miner.exports.export_graph import ExportGraph, Selection, collect
from miner.exports.iris import converter, curie_iri, standard_curie
from miner.model.assertions import EvidenceRow
from miner.nlp.lexicon import Lexicon
from tests.claims import TinyVocabulary, ref, row, work

KNOWLEDGE_LEVELS = {
    "knowledge_assertion", "logical_entailment", "prediction", "statistical_association", "observation", "not_provided",
}  # fmt: skip
AGENT_TYPES = {
    "manual_agent", "automated_agent", "data_analysis_pipeline", "computational_model", "text_mining_agent",
    "image_processing_agent", "manual_validation_of_automated_agent", "not_provided",
}  # fmt: skip


def graph_of(rows: list[EvidenceRow], vocabulary: TinyVocabulary | None = None) -> ExportGraph:
    pairs = sorted({(r.claim.subject.id, r.claim.object.id) for r in rows})
    graphs = [assemble_pair(*p, [r for r in rows if (r.claim.subject.id, r.claim.object.id) == p]) for p in pairs]
    return collect(graphs, EntityNodes(vocabulary or TinyVocabulary()).for_types, "rules-1")


@pytest.fixture
def graph() -> ExportGraph:
    return graph_of(
        [
            row("exosome", "CARRIES", "miR-21", "PDAC", from_=work(1, authors=("Roe J", "Poe Ä"))),
            row("exosome", "CARRIES", "miR-21", "PDAC", from_=2, sentence="They hold\ta | bar and <angles> & more."),
            row("miR-21", "PROMOTES", "angiogenesis", "PDAC", from_=work(1, authors=("Roe J", "Poe Ä"))),
            row("miR-21", "PROMOTES", "angiogenesis", "PDAC", from_=work(3, concern=True), negated=True),
        ]
    )


def read_tsv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def read_trig(graph: ExportGraph) -> Dataset:
    dataset = Dataset(default_union=True)
    dataset.parse(data="".join(nanopubs.trig(graph)), format="trig")
    return dataset


@pytest.mark.parametrize("min_belief", [0.0, 0.3, 0.5, 0.8, 0.97, 1.0])
def test_what_is_believed_less_is_left_out_with_what_only_it_names(min_belief: float) -> None:
    rows = [
        row("miR-21", "PROMOTES", "metastasis", "PDAC", 1, score=0.9),
        row("miR-21", "PROMOTES", "metastasis", "breast cancer", 2, score=0.4),
        row("miR-21", "INHIBITS", "metastasis", "breast cancer", 3, score=0.6),
        row("exosomes", "CARRIES", "GPC1", "PDAC", 4, score=0.2),
    ]
    pairs = [assemble_pair(*key, [r for r in rows if (r.claim.subject.id, r.claim.object.id) == key])
             for key in sorted({(r.claim.subject.id, r.claim.object.id) for r in rows})]  # fmt: skip
    for_types = EntityNodes(TinyVocabulary()).for_types
    everything = collect(pairs, for_types)
    some = collect(pairs, for_types, selection=Selection(min_belief))
    assert list(some.assertions) == [a for a in everything.assertions if a.tally.belief >= min_belief]
    assert not list(collect(pairs, for_types, selection=Selection(precision=0.9)).assertions)  # nothing was measured
    named = {id_ for a in some.assertions for id_ in (a.subject, a.object, *a.cancers)}
    assert (
        some.entities.keys() == for_types({id_: t for p in pairs for id_, t in p.types.items() if id_ in named}).keys()
    )
    ids = {a.id for a in some.assertions}
    for pair in some.pairs:
        assert {r.predicate for r in pair.relations} == {a.predicate for a in pair.assertions if not a.negated}
        assert all({c.first, c.second} <= ids for c in pair.contradictions)


def test_kgx_keeps_the_rules_of_its_specification(graph: ExportGraph, tmp_path: Path) -> None:
    nodes, edges = map(read_tsv, kgx.write(graph, tmp_path))
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


def test_kgx_has_the_cited_works_with_their_authors(graph: ExportGraph, tmp_path: Path) -> None:
    nodes, edges = map(read_tsv, kgx.write(graph, tmp_path))
    works = {n["id"]: n for n in nodes if n["category"] == "biolink:Article"}
    assert works.keys() == {cited for e in edges for cited in e["publications"].split("|") if cited}
    assert all(w["name"] and w["publication_type"] == "Journal Article" for w in works.values())
    assert {w["authors"] for w in works.values()} == {"Roe J|Poe Ä", ""}


def test_graphml_opens_with_every_assertion_as_an_edge(graph: ExportGraph) -> None:
    network = networkx.parse_graphml(graphml.graphml(graph), force_multigraph=True)
    assert network.number_of_edges() == len(list(graph.assertions)) == 3
    labels = {(s, d["label"], t, d["negated"]) for s, t, d in network.edges(data=True)}
    assert ("mirbase:MI0000077", "PROMOTES", "GO:0001525", True) in labels
    assert all(d["sentence"] for _, _, d in network.edges(data=True))
    assert {d["concern"] for _, _, d in network.edges(data=True)} == {True, False}


def test_json_lines_hold_every_evidence_in_full(graph: ExportGraph) -> None:
    records = [json.loads(line) for line in jsonl.lines(graph)]
    assert [r["id"] for r in records] == [a.id for a in graph.assertions]
    carries = next(r for r in records if r["predicate"] == "CARRIES")
    assert carries["object"]["name"] == "miR-21"
    assert {e["work"]["pmid"] for e in carries["evidence"]} == {"1", "2"}
    assert {tuple(e["work"]["authors"]) for e in carries["evidence"]} == {("Roe J", "Poe Ä"), ()}
    denied = next(r for r in records if r["negated"])
    assert denied["evidence"][0]["work"]["concern"]


def test_nanopublications_have_their_four_graphs_and_state_no_denied_claim(graph: ExportGraph) -> None:
    dataset = read_trig(graph)
    pubs = set(dataset.subjects(None, nanopubs.NP.Nanopublication, unique=True))
    names = {str(g.identifier) for g in dataset.graphs()}
    for assertion in graph.assertions:
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
    authors = {str(o) for o in dataset.objects(URIRef("https://doi.org/10.1000/1"), nanopubs.DCTERMS.creator)}
    assert authors == {"Roe J", "Poe Ä"}
    concerns = list(dataset.subjects(nanopubs.EXO.expressionOfConcern, unique=True))
    assert concerns == [URIRef("https://doi.org/10.1000/3")]


def test_nanopublications_are_written_one_by_one(graph: ExportGraph) -> None:
    first, *rest = nanopubs.trig(graph)
    assert first.startswith("@prefix")
    assert len(rest) == 4 * len(list(graph.assertions))  # no part depends on how many there are


HOSTILE_DOIS = ["10.5555/a|b;c,d", '10.1000/<x>"y"', "10.1002/(sici)1<1::aid>3.0;2-#", "10.1/ü%7C", "10.1/a\tb{^`}\\"]
HOSTILE_TEXTS = [
    "a | b",
    "tab\there",
    'quote " and \\ back',
    "\x00\x1b[31mred\x07",
    "line\nfeed\rreturn",
    "\ufffe\x85\u2028 é😀",
]


@pytest.mark.parametrize("text", ["=HYPERLINK(A1)", "+1 more", "-5p strand", "@SUM(A1)"])
def test_no_text_of_a_table_is_a_formula(tmp_path: Path, text: str) -> None:
    graph = graph_of([row("exosome", "CARRIES", "miR-21", "PDAC", sentence=f"{text} holds.")])
    named = {id_: replace(node, name=text, synonyms=(text, "plain")) for id_, node in graph.entities.items()}
    nodes, edges = map(read_tsv, kgx.write(replace(graph, entities=named), tmp_path))
    entities = [n for n in nodes if n["category"] != "biolink:Article"]
    assert {(n["name"], n["synonym"]) for n in entities} == {(f"'{text}", f"'{text}|plain")}
    assert f"'{text} holds." in {e["supporting_text"] for e in edges}
    assert not [value for row in (*nodes, *edges) for value in row.values() if value[:1] in tuple("=+-@")]


@pytest.mark.parametrize("doi", HOSTILE_DOIS)
@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_no_identifier_or_text_breaks_a_format(tmp_path: Path, doi: str, text: str) -> None:
    source = work(1, pmid=None, doi=doi, id=f"doi:{doi}", authors=(text,))
    other = work(2, pmid=None, doi="10.1000/2", id="doi:10.1000/2")
    rows = [row("exosome", "CARRIES", "miR-21", "PDAC", from_=w, sentence=f"It {text} holds.") for w in (source, other)]
    graph = graph_of(rows)
    named = {id_: replace(node, name=text, synonyms=(text, "plain")) for id_, node in graph.entities.items()}
    graph = replace(graph, entities=named)
    nodes, edges = map(read_tsv, kgx.write(graph, tmp_path))
    entities = [n for n in nodes if n["category"] != "biolink:Article"]
    assert len(entities) == len(named) == len(nodes) - 2
    assert all(len(n["synonym"].split("|")) == 2 and n["provided_by"] == "infores:exominer" for n in entities)
    (carries,) = [e for e in edges if e["original_predicate"] == "CARRIES"]
    assert len(carries["publications"].split("|")) == 2
    assert carries["has_confidence_level"]
    (file,) = graphml.write(graph, tmp_path)
    assert networkx.read_graphml(file).number_of_edges() == 1
    dataset = read_trig(graph)
    assert f"It {text} holds." in {str(o) for o in dataset.objects(None, nanopubs.PROV.value)}
    assert URIRef(curie_iri(f"doi:{doi}")) in set(dataset.objects(None, nanopubs.PROV.wasDerivedFrom))
    (lines,) = jsonl.write(graph, tmp_path)
    (record,) = map(json.loads, lines.read_text(encoding="utf-8").split("\n")[:-1])
    assert record["evidence"][0]["work"]["doi"] in (doi, "10.1000/2")


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_every_text_survives_turtle(text: str) -> None:
    dataset = Dataset(default_union=True)
    source = nanopubs._graph(URIRef("urn:g"), [(URIRef("urn:s"), URIRef("urn:p"), Literal(text))])
    dataset.parse(data=source, format="trig")
    assert [str(o) for o in dataset.objects()] == [text]


def test_every_prefix_of_the_lexicon_expands() -> None:
    lexicon = Lexicon.load()
    prefixes = {id_.partition(":")[0] for id_ in lexicon._row_of}
    assert len(prefixes) > 8
    unknown = {p for p in prefixes if converter().expand(standard_curie(f"{p}:1")) is None}
    assert unknown == set()


@pytest.mark.parametrize(
    ("curie", "iri"),
    [
        ("Cellosaurus:CVCL_0062", "https://www.cellosaurus.org/CVCL_0062"),
        ("miRBase:MI0000077", "https://identifiers.org/mirbase:MI0000077"),
        ("miRBase:MIMAT0000076", "https://identifiers.org/mirbase.mature:MIMAT0000076"),
        ("MONDO:0005184", "http://purl.obolibrary.org/obo/MONDO_0005184"),
        ("PMID:12", "https://pubmed.ncbi.nlm.nih.gov/12"),
        ("pmcid:PMC12", "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC12"),
        ("exominer:gene-mir 21", "urn:exominer:gene-mir%2021"),
        ("unheard-of:1", "urn:exominer:unheard-of/1"),
        ("no curie", "urn:exominer:no%20curie"),
    ],
)
def test_curies_expand(curie: str, iri: str) -> None:
    assert curie_iri(curie) == iri


def test_a_new_export_is_one_module_and_one_line(
    graph: ExportGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    toy = types.ModuleType("toy_export")

    def write(graph: ExportGraph, folder: Path) -> list[Path]:
        path = folder / "names.txt"
        path.write_text("\n".join(sorted(e.name for e in graph.entities.values())))
        return [path]

    toy.write = write  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "toy_export", toy)
    monkeypatch.setitem(FORMATS, "toy", ExportFormat("toy_export", "names"))
    (path,) = FORMATS["toy"].write(graph, tmp_path)
    assert "miR-21" in path.read_text().splitlines()


@pytest.mark.parametrize("name", list(FORMATS))
def test_every_format_writes_files(graph: ExportGraph, tmp_path: Path, name: str) -> None:
    files = FORMATS[name].write(replace(graph, state={"corpus_id": "c", "build_id": "b", "applied": 1}), tmp_path)
    assert files and all(file.stat().st_size for file in files)


@pytest.fixture
def populations() -> ExportGraph:
    shared = {"of": "macrophages", "recipients": (ref("endothelial cell"),)}
    return graph_of(
        [
            row("exosomes", "CARRIES", "miR-21", "PDAC", **shared),
            row("miR-21", "PROMOTES", "metastasis", "PDAC", vesicles=ref("exosomes"), **shared),
        ]
    )


def test_vesicles_keep_their_source_in_every_format(populations: ExportGraph, tmp_path: Path) -> None:
    (vesicles,) = (e for e in populations.entities.values() if e.sources)
    kgx.write(populations, tmp_path)
    edges = read_tsv(tmp_path / "exominer_edges.tsv")
    structure = {(e["predicate"], e["object"]) for e in edges if e["subject"] == vesicles.id}
    assert {("biolink:subclass_of", "GO:0070062"), ("biolink:derives_from", "CL:0000235")} <= structure
    assert {e["original_predicate"]: e["anatomical_context_qualifier"] for e in edges}["PROMOTES"] == vesicles.id
    network = networkx.parse_graphml(graphml.graphml(populations))
    assert network.nodes[vesicles.id]["derived_from"] == "macrophage"
    assert {d["label"]: d["vesicles"] for *_, d in network.edges(data=True)} == {
        "CARRIES": "",
        "PROMOTES": vesicles.name,
    }
    records = {r["predicate"]: r for r in map(json.loads, jsonl.lines(populations))}
    assert [source["name"] for source in records["CARRIES"]["subject"]["derived_from"]] == ["macrophage"]
    (evidence,) = records["PROMOTES"]["evidence"]
    assert (evidence["vesicles"]["id"], [r["id"] for r in evidence["recipients"]]) == (vesicles.id, ["CL:0000115"])
    trig = read_trig(populations)
    exo, iri = nanopubs.EXO, nanopubs.iri
    assert (iri(vesicles.id), exo.DERIVED_FROM, iri("CL:0000235")) in trig
    assert list(trig.objects(None, exo.IN_VESICLES)) == [iri(vesicles.id)]
