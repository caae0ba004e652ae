"""Every page and its twins, as a reader without scripts sees them."""

import csv
import io
import re
import sys
from html import unescape
from pathlib import Path
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from graph_schema.cookbook import queries
from miner.cli import main
from miner.explorer.library import Library
from miner.workflow.answers import cite_claims
from tests.explorer.conftest import HOSTILE


def text_of(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def any_claim(library: Library, where: str = "true") -> str:
    (row,) = library.read(f"MATCH (a:Assertion) WHERE {where} RETURN a.id AS id ORDER BY a.belief DESC, a.id LIMIT 1")
    return str(row["id"])


def addresses(library: Library) -> list[str]:
    return [
        "/?q=miR-21", "/entity/HGNC:31586", "/cancers", "/functions?q=metast", "/vesicles", "/claims?entity=miR-21",
        "/network?entity=miR-21", "/stories?function=metastasis", "/review", "/new?since=2010", "/contradictions",
        "/queries", "/queries/headline?function=metastasis", "/cypher?q=MATCH+(n:Cancer)+RETURN+n.name+AS+name",
        "/paper/pmid:29254156", f"/claim/{any_claim(library)}",
    ]  # fmt: skip


def test_every_page_has_a_json_and_a_csv_twin(reader: TestClient, library: Library) -> None:
    for address in addresses(library):
        path, _, query = address.partition("?")
        twin = "/index" if path == "/" else path
        page = reader.get(address)
        assert page.status_code == 200 and page.text.count("<h1") == 1, address
        as_json = reader.get(f"{twin}.json?{query}")
        assert as_json.headers["content-type"] == "application/json" and as_json.json(), address
        as_csv = reader.get(f"{twin}.csv?{query}")
        assert "attachment" in as_csv.headers["content-disposition"]
        header, *rows = csv.reader(io.StringIO(as_csv.text))
        assert header and all(len(row) == len(header) for row in rows), address
        assert {f"{twin}.json", f"{twin}.csv"} <= {
            h.partition("?")[0] for h in re.findall(r'href="([^"]+)"', page.text)
        }


def test_every_link_of_every_page_leads_somewhere(reader: TestClient, library: Library) -> None:
    links = set()
    for address in addresses(library):
        found = re.findall(r'(?:href|action|src)="(/[^"#]*)', reader.get(address).text)
        links |= {unescape(link) for link in found if not link.endswith(("/verdict", "/undo"))}
    assert len(links) > 100
    kinds: dict[str, str] = {}
    for link in sorted(links):  # one of each kind of page and set of parameters
        path, _, query = link.partition("?")
        kinds[path.rpartition("/")[0] + "?" + ",".join(sorted(re.findall(r"(?:^|&)(\w+)=", query))) + path[-5:]] = link
    for link in kinds.values():
        assert reader.get(link).status_code == 200, link


@pytest.mark.parametrize(
    ("wanted", "first"),
    [
        ("miR-21", "miR-21"),
        ("microRNA 21", "miR-21"),
        ("hsa-mir-21", "miR-21"),
        ("metastases", "metastasis"),
        ("miR-2", None),
    ],
)
def test_search_grounds_what_is_typed(reader: TestClient, wanted: str, first: str | None) -> None:
    found = reader.get("/index.json", params={"q": wanted}).json()["entities"]
    assert found and (first is None or found[0]["name"] == first)
    assert f"/entity/{quote(found[0]['id'], safe=':/')}" in reader.get("/", params={"q": wanted}).text


@pytest.mark.parametrize("wanted", ["29254156", "PMID: 29254156", "pmid:29254156"])
def test_a_paper_is_found_by_its_id(reader: TestClient, wanted: str) -> None:
    assert reader.get(f"/paper/{wanted}").status_code == 200
    if not wanted.isdigit():
        assert "/paper/pmid:29254156" in reader.get("/", params={"q": wanted}).text


def test_an_entity_tells_what_it_does_and_where(reader: TestClient) -> None:
    told = reader.get("/entity/HGNC:31586.json").json()
    assert told["name"] == "miR-21" and told["type"] == "MicroRNA" and "microRNA-21" in told["synonyms"]
    roles = {(group["filter"], group["predicate"]) for group in told["groups"]}
    assert ("subject", "PROMOTES") in roles and ("object", "CARRIES") in roles
    assert sum(group["total"] for group in told["groups"]) >= told["claims"] > 0
    assert told["in_cancers"] and told["years"]
    for group in told["groups"]:
        beliefs = [claim["belief"] for claim in group["claims"]]
        assert beliefs == sorted(beliefs, reverse=True)
    page = text_of(reader.get("/entity/HGNC:31586").text)
    assert "Promotes" in page and "Carried by" in page and "In which cancers" in page and "By year" in page


def test_a_claim_shows_its_arithmetic_and_marks_its_sentence(reader: TestClient, library: Library) -> None:
    id_ = any_claim(library, "a.predicate = 'PROMOTES' AND NOT a.negated")
    told = reader.get(f"/claim/{id_}.json").json()
    page = reader.get(f"/claim/{id_}").text
    assert all(line in text_of(page) for line in told["arithmetic"])
    assert f"= {told['belief']:.3f}" in told["arithmetic"][0]
    evidence = [e for work in told["works"] for e in work["evidence"]]
    assert evidence and all(e["sentence"] for e in evidence)
    assert '<mark class="subject">' in page and '<mark class="object">' in page
    assert all(work["work"]["id"] in unescape(page) for work in told["works"])


def test_vesicles_of_a_source_are_named_with_it_on_every_page(reader: TestClient, library: Library) -> None:
    (row,) = library.read(
        "MATCH (v:Vesicle)<-[:SUBJECT]-(a:Assertion)-[:SUPPORTED_BY]->()-[:FROM]->(p)"
        " WHERE v.id STARTS WITH 'exominer:v_' RETURN a.id AS id, v.name AS name, p.id AS paper ORDER BY id LIMIT 1"
    )
    assert row["name"].count(" ") and reader.get(f"/claim/{row['id']}.json").json()["subject"]["name"] == row["name"]
    told = {c["id"]: c["subject"]["name"] for c in reader.get(f"/paper/{row['paper']}.json").json()["claims"]}
    assert told[row["id"]] == row["name"]
    with library.corpus() as corpus:
        assert cite_claims(corpus, [row["id"]])[row["id"]].subject == row["name"]


def test_a_paper_shows_its_text_whole_with_every_claim(reader: TestClient, library: Library) -> None:
    told = reader.get("/paper/pmid:29254156.json").json()
    with library.corpus() as corpus:
        (work,) = corpus.works(["pmid:29254156"])
    page = reader.get("/paper/pmid:29254156").text
    shown = re.sub(r'<a class="ref".*?</a>|<span class="hidden">.*?</span>|<[^>]*>', "", page.partition("<h1>")[2])
    for _, text in work.article.labelled():
        assert text in unescape(shown)
    assert told["claims"] and {f'id="claim-{c["number"]}"' for c in told["claims"]} <= set(
        re.findall(r'id="claim-\d+"', page)
    )


def test_filters_narrow_claims(reader: TestClient) -> None:
    every = reader.get("/claims.json?entity=miR-21").json()["claims"]
    some = reader.get("/claims.json?subject=miR-21&predicate=PROMOTES&min_belief=0.5").json()["claims"]
    assert 0 < len(some) < len(every)
    assert all(c["predicate"] == "PROMOTES" and c["belief"] >= 0.5 and c["subject"]["name"] == "miR-21" for c in some)
    cancer = some[0]["cancers"][0]["id"]
    assert all(c["cancers"] for c in reader.get(f"/claims.json?entity=miR-21&cancer={cancer}").json()["claims"])


def test_the_network_is_signed_and_capped(reader: TestClient) -> None:
    told = reader.get("/network.json?entity=miR-21").json()
    assert 0 < len(told["edges"]) <= told["per_entity"] and {"plus"} <= {edge["sign"] for edge in told["edges"]}
    other = next(node["id"] for node in told["nodes"] if node["id"] not in told["entities"])
    wider = reader.get(f"/network.json?entity=miR-21&entity={other}").json()
    assert len(wider["edges"]) > len(told["edges"]) - 1 and other in wider["entities"]
    picture = reader.get("/network.svg?entity=miR-21")
    assert picture.headers["content-type"].startswith("image/svg+xml")
    assert (
        picture.text.count("<circle") >= len(told["nodes"])
        and picture.text == reader.get("/network.svg?entity=miR-21").text
    )


POPULATION = """\
MATCH (s:Entity)<-[:DERIVED_FROM]-(v:Vesicle)-[:IS_A]->(k)
RETURN v.id AS id, v.name AS name, s.id AS source, k.id AS kind, COUNT { (v)<-[:SUBJECT|OBJECT]-() } AS claims
ORDER BY claims DESC, id LIMIT 1"""


def test_vesicles_of_a_source_are_found_from_their_kind_and_their_source(reader: TestClient, library: Library) -> None:
    (population,) = library.read(POPULATION)
    own = reader.get(f"/entity/{population['id']}.json").json()
    assert [s["id"] for s in own["sources"]] == [population["source"]]
    assert [k["id"] for k in own["is_a"]] == [population["kind"]]
    assert "Derived from" in text_of(reader.get(f"/entity/{population['id']}").text)
    for other in ("source", "kind"):
        shown = reader.get(f"/entity/{population[other]}.json").json()
        assert population["id"] in {p["id"] for p in shown["populations"]["best"]}
        assert population["id"] not in {k["id"] for k in shown["kinds"]}
        listed = reader.get(f"/vesicles.json?of={population[other]}").json()["entities"]
        assert population["id"] in {v["id"] for v in listed} and len(listed) == shown["populations"]["total"]
    network = reader.get(f"/network.json?entity={population['id']}").json()
    joined = {(e["predicate"], e["target"]) for e in network["edges"] if e["source"] == population["id"]}
    assert ("DERIVED_FROM", population["source"]) in joined
    assert population["id"] in {
        n["id"] for n in reader.get(f"/network.json?entity={population['source']}").json()["nodes"]
    }
    assert 'stroke-dasharray="2 4"' in reader.get(f"/network.svg?entity={population['id']}").text


@pytest.mark.parametrize(
    ("joined", "filter_", "heading", "fact"),
    [
        ("IN_VESICLES", "vesicles", "With cargo in", "vesicles: "),
        ("TAKEN_UP_BY", "recipient", "takes up", "taken up by: "),
    ],
)
def test_claims_name_the_vesicles_of_their_cargo_and_who_takes_it_up(
    reader: TestClient, library: Library, joined: str, filter_: str, heading: str, fact: str
) -> None:
    (found,) = library.read(
        f"MATCH (n)<-[:{joined}]-()<-[:SUPPORTED_BY]-(a:Assertion) WHERE NOT (n)<-[:SUBJECT|OBJECT]-(a)"
        " RETURN n.id AS id, n.name AS name, a.id AS claim ORDER BY id, claim LIMIT 1"
    )
    page = text_of(reader.get(f"/entity/{found['id']}").text)
    assert heading in page
    (group,) = (g for g in reader.get(f"/entity/{found['id']}.json").json()["groups"] if g["filter"] == filter_)
    listed = reader.get(f"/claims.json?{filter_}={found['id']}").json()["claims"]
    assert found["claim"] in {c["id"] for c in listed} >= {c["id"] for c in group["claims"]}
    assert fact + found["name"] in text_of(reader.get(f"/claim/{found['claim']}").text)


@pytest.mark.parametrize("query", ["headline?function=metastasis", "about?entity=miR-21", "recipients?"])
def test_a_querys_network_is_a_picture_of_its_rows(reader: TestClient, query: str) -> None:
    name, _, given = query.partition("?")
    page = reader.get(f"/queries/{query}").text
    drawn = re.search(r"<figure.*?<svg.*?</svg>", page, re.S)
    assert drawn and reader.get(f"/queries/{name}.svg?{given}").text in drawn[0]
    names = re.findall(r"<g><title>([^<]*)</title><circle", drawn[0])
    columns = queries()[name].chart.columns  # type: ignore[union-attr]
    rows = reader.get(f"/queries/{name}.json?{given}").json()["rows"][:50]
    assert {unescape(n) for n in names} == {str(row[column]) for row in rows for column in columns if row[column]}


def test_rows_of_cypher_are_drawn(reader: TestClient) -> None:
    ask = "MATCH (n:Cancer)<-[:IN_CANCER]-(a) RETURN n.name AS cancer, count(a) AS claims ORDER BY claims DESC LIMIT 5"
    assert reader.get("/cypher", params={"q": ask}).text.count('<svg class="bar"') == 5
    ask = "MATCH (n)-[:IS_A]->(m) RETURN n.name AS kind, m.name AS of ORDER BY kind LIMIT 5"
    assert "<figure" in reader.get("/cypher", params={"q": ask}).text
    assert reader.get("/queries/evidence.svg?assertion=exominer:a_0").status_code == 404


@pytest.mark.parametrize("name", sorted(queries()))
def test_every_query_of_the_cookbook_has_a_form_that_works(reader: TestClient, name: str) -> None:
    page = reader.get(f"/queries/{name}")
    assert page.status_code == 200 and all(f'name="{p.name}"' in page.text for p in queries()[name].parameters
                                           if p.name not in ("skip", "limit"))  # fmt: skip


@pytest.mark.parametrize(
    ("address", "status", "says"),
    [
        ("/entity/HGNC:0", 404, "no entity"),
        ("/claim/exominer:a_0", 404, "no claim"),
        ("/paper/pmid:1", 404, "no paper"),
        ("/nothing", 404, "no page"),
        ("/queries/nothing", 404, "no query"),
        ("/claims?min_belief=much", 400, "a number"),
        ("/claims?min_belief=nan", 400, "a number"),
        ("/claims?page=0", 400, "a number"),
        ("/claims?page=9e9", 400, "a number"),
        ("/claims?entity=nobodyknows", 400, "no entity"),
        ("/claims?predicate=LOVES", 400, "not a predicate"),
        ("/cypher?q=CREATE+(n)", 400, "only queries that read"),
        ("/cypher?q=MATCH", 400, "query is wrong"),
        ("/queries/headline?function=nobodyknows", 200, "no entity named"),
        ("/entity/", 404, "no entity"),
        ("/x/y/z", 404, "no such page"),
    ],
)
def test_what_cannot_be_is_said_plainly(reader: TestClient, address: str, status: int, says: str) -> None:
    page = reader.get(address)
    assert page.status_code == status and says in text_of(page.text)
    if status != 200:
        path, _, query = address.partition("?")
        assert says in reader.get(f"{path}.json?{query}").json()["error"]


def test_nothing_of_a_text_becomes_markup(reader: TestClient, library: Library) -> None:
    addresses = [
        "/paper/pmid:99999901",
        f"/?q={quote(HOSTILE)}",
        "/claims?entity=miR-155",
        "/new?since=2010",
        f"/claims?entity={quote(HOSTILE)}",
        f"/functions?q={quote(HOSTILE)}",
        f"/cypher?q={quote(f'RETURN {HOSTILE[:25]!r} AS x')}",
        f"/entity/{quote(HOSTILE)}",
        f"/queries/headline?function={quote(HOSTILE)}",
        f"/{quote(HOSTILE)}",
        f"/network?entity={quote(HOSTILE)}",
    ]
    (row,) = library.read(
        "MATCH (a:Assertion)-[:SUPPORTED_BY]->(e)-[:FROM]->({id: 'pmid:99999901'}) RETURN a.id AS id LIMIT 1"
    )
    seen = 0
    for address in [*addresses, f"/claim/{row['id']}"]:
        page = reader.get(address).text
        assert "<script>" not in page and "<img src=x" not in page, address
        assert all(tag.startswith('<script src="/static/') for tag in re.findall(r"<script[^>]*>", page))
        assert not re.search(r"alert\(2\)[^<]{0,9}49", page), address
        seen += "&lt;script&gt;" in page
    assert seen >= 5
    assert "<script" not in reader.get("/network.svg?entity=miR-155").text


def test_csv_holds_no_formulas(reader: TestClient) -> None:
    rows = csv.reader(io.StringIO(reader.get("/cypher.csv?q=RETURN+'=1%2B1'+AS+x").text))
    assert [*rows] == [["x"], ["'=1+1"]]


def test_without_its_packages_serve_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in [name for name in sys.modules if name.startswith("miner.explorer")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "starlette.datastructures", None)
    monkeypatch.setattr(sys, "argv", ["exominer", "--workspace", str(tmp_path), "serve"])
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == 2 and "exominer[explorer]" in capsys.readouterr().err
