"""Who may read and who may write: hosts, origins, tokens, passwords, headers, limits."""

import base64
import re
from collections.abc import Iterator
from html import unescape

import pytest
from starlette.testclient import TestClient

from miner.errors import UsageError
from miner.explorer.app import create_app
from miner.explorer.library import Library
from miner.explorer.scripts import Asset
from miner.explorer.security import Access, check_hash, hash_password
from miner.explorer.serve import serve
from miner.settings import Settings
from tests.explorer.conftest import ADDRESS
from tests.explorer.test_pages import any_claim

PASSWORD_HASH = hash_password("open sesame")


def verdicts(library: Library) -> list[tuple[str, str, str]]:
    with library.corpus() as corpus:
        return [(v.assertion, v.curator, v.decision) for v, _ in corpus.all_verdicts()]


@pytest.fixture
def claim(library: Library) -> Iterator[str]:
    """A claim without verdicts, also at the end."""
    id_ = any_claim(library)
    yield id_
    with library.corpus() as corpus:
        for verdict, _ in corpus.all_verdicts():
            corpus.undo_verdict(verdict.assertion, verdict.curator, verdict.evidence)
    library.update_graph()


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:7700", 200),
        ("localhost:7700", 200),
        ("[::1]:7700", 200),
        ("LOCALHOST", 200),
        ("evil.example", 421),
        ("127.0.0.1.evil.example:7700", 421),
        ("localhost.evil.example", 421),
        ("192.168.0.2", 421),
        ("", 421),
        ("127.0.0.1:7700@evil.example", 421),
        ("[", 421),
        ("localhost\\@evil.example", 421),
        ("0.0.0.0", 421),
    ],
)
def test_only_own_host_names_are_answered(reader: TestClient, host: str, status: int) -> None:
    assert reader.get("/queries", headers={"host": host}).status_code == status


@pytest.mark.parametrize("names", [(), ("evs.example.org",)])
def test_a_name_that_was_allowed_is_answered(library: Library, names: tuple[str, ...]) -> None:
    client = TestClient(create_app(library, Access(names), {}, "ada"), base_url="http://evs.example.org")
    assert client.get("/queries").status_code == (200 if names else 421)


def test_every_response_has_the_headers_of_a_strict_page(reader: TestClient) -> None:
    for address in ("/queries", "/nothing", "/queries.json", "/static/0/style.css"):
        headers = reader.get(address).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff" and headers["referrer-policy"] == "same-origin"


def test_a_page_holds_no_script_or_style_of_its_own(reader: TestClient, library: Library) -> None:
    for address in ("/", "/entity/HGNC:31586", f"/claim/{any_claim(library)}", "/network?entity=miR-21", "/review"):
        page = reader.get(address).text
        assert not re.search(r"<[^>]*\s(?:style|on\w+)=|<style|<[^>]*javascript:", page), address


@pytest.mark.parametrize(
    "path",
    [
        "/static/0/../../settings.py",
        "/static/%2e%2e/%2e%2e/corpus.sqlite",
        "/static/0/..%2f..%2fapp.py",
        "/paper/../../../../etc/passwd",
        "/paper/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "/entity/..%5c..%5cwin.ini",
        "/queries/..%2f..%2fmodel.py",
        "/static/0/%00",
        "/queries/headline%00",
        "/claim/%ff%fe",
        "//etc/passwd",
    ],
)
def test_paths_lead_to_no_files(reader: TestClient, path: str) -> None:
    answer = reader.get(path)
    assert answer.status_code in (400, 404) and "root:" not in answer.text and "import " not in answer.text


def form_of(page: str) -> dict[str, str]:
    return {
        name: unescape(value) for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)
    }


def test_a_verdict_moves_the_belief_and_is_taken_back(curator: TestClient, library: Library, claim: str) -> None:
    before = curator.get(f"/claim/{claim}.json").json()["belief"]
    form = form_of(curator.get(f"/claim/{claim}").text) | {"decision": "reject", "why": "<b>no</b>", "curator": "bo"}
    answer = curator.post(f"/claim/{claim}/verdict", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/claim/{claim}")
    assert verdicts(library) == [(claim, "bo", "reject")]
    after = curator.get(f"/claim/{claim}.json").json()
    assert after["belief"] == 0 < before and after["verdicts"][0]["why"] == "<b>no</b>"
    assert "&lt;b&gt;no" in curator.get(f"/claim/{claim}").text
    (row,) = library.read("MATCH (a:Assertion {id: $id}) RETURN a.belief AS belief", id=claim)
    assert row["belief"] == 0
    assert curator.post(f"/claim/{claim}/undo", data=form).status_code == 303
    assert verdicts(library) == []
    assert curator.get(f"/claim/{claim}.json").json()["belief"] == before


def test_an_edit_replaces_the_claim(curator: TestClient, library: Library, claim: str) -> None:
    told = curator.get(f"/claim/{claim}.json").json()
    form = form_of(curator.get(f"/claim/{claim}").text)
    wrong = form | {"decision": "edit", "predicate": "SECRETES"}
    assert curator.post(f"/claim/{claim}/verdict", data=wrong).status_code == 400
    assert curator.post(f"/claim/{claim}/verdict", data=form | {"decision": "edit"}).status_code == 400
    assert curator.post(f"/claim/{claim}/verdict", data=form | {"decision": "burn"}).status_code == 400
    right = form | {"decision": "edit", "predicate": told["predicate"], "polarity": "not"}
    assert curator.post(f"/claim/{claim}/verdict", data=right).status_code == 303
    assert curator.get(f"/claim/{claim}.json").json()["belief"] == 0
    found = curator.get(f"/claims.json?subject={told['subject']['id']}&object={told['object']['id']}").json()["claims"]
    assert any(c["negated"] and c["belief"] > 0.9 for c in found)


def graph_of(library: Library) -> list[object]:
    """Everything in the graph that assertions and their entities are made of."""
    nodes = library.read(
        "MATCH (n) WHERE NOT n:Exominer RETURN labels(n) AS labels, properties(n) AS p, n.id AS id ORDER BY id"
    )
    joined = "MATCH (a)-[r]->(b) RETURN a.id AS a, type(r) AS r, b.id AS b, properties(r) AS p ORDER BY a, r, b"
    return [nodes, library.read(joined)]


@pytest.mark.parametrize("named", [{"subject": "microRNA 210"}, {"subject": "miR", "subject_id": "HGNC:31587"}])
def test_a_corrected_subject_moves_the_claim_in_the_graph_and_back(
    curator: TestClient, library: Library, claim: str, named: dict[str, str]
) -> None:
    claim = any_claim(library, "a.predicate = 'PROMOTES' AND EXISTS { (a)-[:SUBJECT]->(:MicroRNA) }")
    before = graph_of(library)
    told = curator.get(f"/claim/{claim}.json").json()
    form = form_of(curator.get(f"/claim/{claim}").text) | {"decision": "edit", "predicate": told["predicate"]}
    for wrong, says in [("NET", "several entities"), ("nobodyknowsit", "no entity"), ("metastasis", "nothing can be")]:
        refused = curator.post(f"/claim/{claim}/verdict", data=form | {"subject": wrong})
        assert refused.status_code == 400 and says in refused.text
    assert curator.post(f"/claim/{claim}/verdict", data=form | named).status_code == 303
    assert curator.get(f"/claim/{claim}.json").json()["belief"] == 0
    (moved,) = (
        c
        for c in curator.get("/claims.json?subject=miR-210").json()["claims"]
        if c["object"]["id"] == told["object"]["id"]
    )
    assert moved["belief"] > 0.9 and moved["sentence"] == told["works"][0]["evidence"][0]["sentence"]
    page = curator.get(f"/claim/{moved['id']}").text
    assert "made this claim by correcting" in page and '<mark class="subject">' in page
    assert f"to miR-210 {told['predicate']}" in curator.get(f"/claim/{claim}").text
    paper = curator.get(f"/paper/{told['works'][0]['work']['id']}.json").json()["claims"]
    assert {claim, moved["id"]} <= {listed["id"] for listed in paper}
    undo = re.search(r'action="(/claim/[^"]+/undo)"', page)
    assert undo
    assert curator.post(undo[1], data=form_of(page)).status_code == 303
    assert graph_of(library) == before and verdicts(library) == []


@pytest.mark.parametrize("action", ["verdict", "undo"])
@pytest.mark.parametrize(
    ("headers", "changes", "status"),
    [
        ({}, {"token": ""}, 403),
        ({}, {"token": "0" * 64}, 403),
        ({}, {"token": "\ud800".encode("utf-8", "surrogatepass")}, 403),
        ({"origin": "http://evil.example"}, {}, 403),
        ({"origin": "http://127.0.0.1:7701"}, {}, 403),
        ({"origin": "null"}, {}, 403),
        ({"sec-fetch-site": "cross-site"}, {}, 403),
        ({"sec-fetch-site": "same-site"}, {}, 403),
        ({"host": "evil.example"}, {}, 421),
        ({"cookie": ""}, {}, 403),
        ({"cookie": "exominer_token_7700=guess"}, {}, 403),
        ({}, {"why": "x" * 70_000}, 413),
    ],
)
def test_no_write_without_the_right_to(
    curator: TestClient,
    library: Library,
    claim: str,
    action: str,
    headers: dict[str, str],
    changes: dict[str, str],
    status: int,
) -> None:
    form = {**form_of(curator.get(f"/claim/{claim}").text), "decision": "reject", **changes}
    if "cookie" in headers:
        curator.cookies.clear()
    answer = curator.post(f"/claim/{claim}/{action}", data=form, headers={"origin": ADDRESS, **headers})
    assert answer.status_code == status and verdicts(library) == []


def test_a_reader_without_the_token_gets_no_form(reader: TestClient, access: Access, claim: str) -> None:
    page = reader.get(f"/claim/{claim}").text
    assert 'name="decision"' not in page and access.form_token not in page and "exominer serve" in page
    assert reader.get("/?token=guess").headers["location"] == "/"
    assert "set-cookie" not in reader.get("/?token=guess").headers


def test_the_token_stays_in_a_cookie_for_this_site_alone(reader: TestClient, access: Access) -> None:
    answer = reader.get(f"/claims?entity=miR-21&token={access.token}")
    assert answer.headers["location"] == "/claims?entity=miR-21"
    assert {"HttpOnly", "SameSite=strict"} <= set(answer.headers["set-cookie"].split("; "))
    assert access.token not in reader.get("/review").text


@pytest.mark.parametrize("path", ["//evil.example/", "/\\evil.example", "///evil.example"])
def test_no_redirect_leads_to_another_site(curator: TestClient, access: Access, path: str, claim: str) -> None:
    location = curator.get(f"{ADDRESS}{path}?token={access.token}").headers["location"]
    assert re.match(r"/(?![/\\])", location)
    form = form_of(curator.get(f"/claim/{claim}").text) | {"decision": "accept", "back": path}
    assert curator.post(f"/claim/{claim}/verdict", data=form).headers["location"] == f"/claim/{claim}"


@pytest.mark.parametrize("method", ["put", "delete", "patch", "options"])
def test_other_methods_are_refused(reader: TestClient, method: str) -> None:
    assert getattr(reader, method)("/").status_code == 405


@pytest.mark.parametrize(
    "query",
    [
        "CREATE (n) RETURN n",
        "MATCH (n) DETACH DELETE n",
        "MATCH (n) SET n.x = 1",
        "LOAD CSV FROM 'file:///etc/passwd' AS r RETURN r",
        "CALL dbms.components()",
        "CALL { CREATE (n) } RETURN 1",
        "SHOW TRANSACTIONS",
        "RETURN 1; MATCH (n) DELETE n",
        "EXPLAIN RETURN 1",
    ],
)
def test_the_console_only_reads(reader: TestClient, library: Library, query: str) -> None:
    before = library.read("MATCH (n) RETURN count(n) AS nodes")
    assert reader.get("/cypher.json", params={"q": query}).status_code == 400
    assert library.read("MATCH (n) RETURN count(n) AS nodes") == before


def test_the_console_is_bounded(reader: TestClient) -> None:
    told = reader.get("/cypher.json", params={"q": "UNWIND range(1, 1000000) AS x RETURN x"}).json()
    assert len(told["rows"]) == 1000 and told["more"]
    assert reader.get("/cypher", params={"q": "RETURN " + "1" * 9000}).status_code == 400
    assert reader.get("/claims?entity=" + "x" * 20_000).status_code == 414


def basic(user: str, password: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


def test_with_a_password_the_user_is_the_curator(library: Library, claim: str) -> None:
    app = create_app(library, Access(password_hash=PASSWORD_HASH), {}, "ada")
    client = TestClient(app, base_url="http://10.0.0.5:7700", follow_redirects=False)
    for headers in (
        {},
        basic("bo", "wrong"),
        basic("bo", ""),
        {"authorization": "Basic ?"},
        {"authorization": "Bearer x"},
    ):
        answer = client.get("/queries", headers=headers)
        assert answer.status_code == 401 and "basic" in answer.headers["www-authenticate"].lower()
        assert client.post(f"/claim/{claim}/verdict", data={"decision": "accept"}, headers=headers).status_code == 401
    assert client.get("/queries", headers=basic("bo", "open sesame") | {"host": "evil.example"}).status_code == 421
    page = client.get(f"/claim/{claim}", headers=basic("bo", "open sesame"))
    form = form_of(page.text) | {"decision": "accept", "curator": "someone else"}
    assert (
        client.post(
            f"/claim/{claim}/verdict", data=form | {"token": ""}, headers=basic("bo", "open sesame")
        ).status_code
        == 403
    )
    assert client.post(f"/claim/{claim}/verdict", data=form, headers=basic("cy", "open sesame")).status_code == 303
    assert verdicts(library) == [(claim, "cy", "accept")]


def test_another_address_needs_a_password(tmp_path_factory: pytest.TempPathFactory) -> None:
    settings = Settings(workspace=tmp_path_factory.mktemp("none"), neo4j_uri=None)
    for host in ("0.0.0.0", "::", "192.168.0.2", ""):
        with pytest.raises(UsageError, match="--hash-password"):
            serve(settings, "ada", host=host)


@pytest.mark.parametrize(
    "stored", ["", "secret", "scrypt:00:00", "scrypt:zz:yy", "md5:00112233445566778899:00", PASSWORD_HASH + "0"]
)
def test_what_is_no_hash_is_refused(stored: str) -> None:
    with pytest.raises(UsageError, match="EXOMINER_PASSWORD_HASH"):
        check_hash(stored)


def test_a_hash_is_salted_and_hides_the_password() -> None:
    assert hash_password("open sesame") != PASSWORD_HASH == check_hash(PASSWORD_HASH)
    assert "sesame" not in PASSWORD_HASH
    assert "scrypt" not in repr(Access(password_hash=PASSWORD_HASH)) and Access().token not in repr(Access())


def test_the_files_of_pages_are_kept_by_browsers(reader: TestClient, assets: dict[str, Asset]) -> None:
    assert {"style.css", "explorer.js", "icon.svg", "htmx.min.js", "cytoscape.min.js"} == set(assets)
    for address in re.findall(r'(?:href|src)="(/static/[^"]+)', reader.get("/network?entity=miR-21").text):
        answer = reader.get(address)
        assert answer.status_code == 200 and "immutable" in answer.headers["cache-control"]
    assert reader.get("/static/old/style.css").status_code == 404
