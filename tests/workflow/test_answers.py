"""Questions to a graph of the examples, answered as rows, data frames, networks, reports and files."""

import builtins
from pathlib import Path
from typing import Any

import pytest
from lxml import html as lxml_html

from graph_schema.cookbook import queries
from miner import Graph
from miner.corpus import Corpus
from miner.errors import UsageError
from miner.formats import bibtex
from miner.settings import Settings
from miner.workflow.answers import cite_claims
from tests.cli.conftest import Cli, cli

__all__ = ["cli"]


@pytest.fixture
def graph(library: Settings, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("NEO4J_URI", str(library.neo4j_uri))
    monkeypatch.setenv("NEO4J_PASSWORD", str(library.neo4j_password))
    with Graph(library.workspace) as opened:
        yield opened


def test_an_answer_is_a_data_frame_a_network_and_a_report(graph: Graph, tmp_path: Path) -> None:
    answer = graph.ask("headline", function="metastasis", cancer=None)
    frame = answer.df()
    assert list(frame["belief"]) == [r["belief"] for r in graph.query("headline", function="metastasis")]
    assert len(answer) == len(frame) > 3
    network = answer.network()
    assert network.number_of_edges() == len(answer.claims) > 3
    assert {network.nodes[s]["name"] for s, _, d in network.edges(data=True)} == set(frame["cargo"])
    assert {d["predicate"] for *_, d in network.edges(data=True)} <= {"PROMOTES", "INHIBITS"}
    page = lxml_html.document_fromstring(answer.report(tmp_path / "r.html").read_text(encoding="utf-8"))
    assert len(page.xpath("//section[@class='exo-claim']")) == len(answer.claims)
    shown = lxml_html.fragment_fromstring(answer._repr_html_(), create_parent=True)
    assert len(shown.xpath(".//tbody/tr")) == len(frame)
    assert set(frame["sentence"]) <= {q.text_content() for q in page.xpath("//q")}


@pytest.mark.parametrize(
    "name",
    ["headline", "regulators", "biomarkers", "vesicle_sources", "contradictions", "most_replicated", "single_paper"],
)
def test_rows_that_name_a_claim_come_with_it(graph: Graph, name: str) -> None:
    answer = graph.ask(name).answer
    assert answer.rows
    claims = [answer.claims[id_] for ids in answer.row_claims for id_ in ids]
    assert len([ids for ids in answer.row_claims if ids]) >= 0.7 * len(answer.rows)
    for row, ids in zip(answer.rows, answer.row_claims, strict=True):
        for claim in (answer.claims[id_] for id_ in ids):
            assert claim.assertion.id in row or len({claim.subject, claim.object} & set(_flat(row))) >= 1
    assert all(any(s.role in ("subject", "object") for e in c.evidence for s in c.marked(e)) for c in claims)


def _flat(row: Any) -> list[Any]:
    return [x for v in row for x in (v if isinstance(v, list) else [v])]


@pytest.mark.parametrize("name", [q.name for q in queries().values() if not any(p.default == "" for p in q.parameters)])
def test_every_query_of_the_cookbook_can_be_taken_away(graph: Graph, name: str, tmp_path: Path) -> None:
    page = graph.ask(name).report(tmp_path / "r.html").read_text(encoding="utf-8")
    assert "change " in page and len(page) < 1_000_000


def test_sentences_are_verbatim_at_their_offsets(graph: Graph, library: Settings) -> None:
    answer = graph.ask("headline")
    with Corpus(library.corpus_path) as corpus:
        texts = {work.id: work.article.text for work in corpus.works()}
    for claim in answer.claims:
        for e in claim.evidence:
            assert texts[e.work.id][e.start : e.end] == e.sentence


def test_the_driver_takes_cypher_of_ones_own(graph: Graph) -> None:
    records, *_ = graph.driver().execute_query("MATCH (a:Assertion) RETURN count(a) AS n")
    assert records[0]["n"] > 100


def test_without_pandas_a_data_frame_says_how_to_get_it(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    answer, real = graph.ask("journals"), builtins.__import__

    def without(name: str, *rest: Any, **named: Any) -> Any:
        if name == "pandas":
            raise ImportError(name)
        return real(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(UsageError, match=r"needs pandas - install it with: pip install 'exominer\[explorer\]'"):
        answer.df()


def test_ids_that_are_no_claims_are_left_out(library: Settings) -> None:
    with Corpus(library.corpus_path) as corpus:
        assert cite_claims(corpus, ["exominer:a_0000000000000000", "nonsense"]) == {}


def test_query_and_find_write_reports_and_references(
    cli: Cli, library: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "ws").symlink_to(library.workspace)
    monkeypatch.setenv("NEO4J_URI", str(library.neo4j_uri))
    monkeypatch.setenv("NEO4J_PASSWORD", str(library.neo4j_password))
    cypher = (
        "MATCH (a:Assertion)-[:OBJECT]->(f:Function) RETURN a.id AS claim, f.name AS function ORDER BY claim LIMIT 5"
    )
    for words in (["query", "headline"], ["query", cypher], ["find", "miR-21"]):
        done = cli(*words, "--report", "out/r.html", "--bib", "out/r.bib", "--ris", "out/r.ris")
        assert done.code == 0, done.err
        assert "wrote out/r.html" in done.message
        page = lxml_html.document_fromstring(Path("out/r.html").read_text(encoding="utf-8"))
        assert page.xpath("//section[@class='exo-claim']//q")
        listed = page.xpath("//ol/li")
        assert len(list(bibtex.parse(Path("out/r.bib").read_text()))) == len(listed) > 0
        assert Path("out/r.ris").read_text().count("TY  - ") == len(listed)
