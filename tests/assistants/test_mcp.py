"""The tools for assistants, asked by the SDK's own client: in this process, over stdio, over HTTP."""

import asyncio
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest
from mcp import Client, StdioServerParameters

from miner.assistants.server import create_server
from miner.corpus import Corpus
from miner.settings import Settings

MAX_CATALOG_TOKENS = 2_000
TOKEN = re.compile(r"\w+|[^\w\s]")
"""A token is a run of letters and digits, or one other character: at least as many as a language model counts."""
NAMES = {"ground", "ask", "evidence", "contradictions", "cypher", "schema"}


def ask(server: Any, tool: str, **arguments: Any) -> Any:
    """The answer of a tool; its message where it is an error."""

    async def call() -> Any:
        async with Client(server) as client:
            result = await client.call_tool(tool, arguments)
            return result.content[0].text if result.is_error else result.structured_content  # type: ignore[union-attr]

    return asyncio.run(call())


def catalog(server: Any) -> list[dict[str, Any]]:
    async def call() -> Any:
        async with Client(server) as client:
            listed = await client.list_tools()
            return listed.model_dump(mode="json", by_alias=True, exclude_none=True)["tools"]

    tools: list[dict[str, Any]] = asyncio.run(call())
    return tools


@pytest.fixture(scope="module")
def server(library: Settings) -> Any:
    return create_server(library)


def environment(library: Settings) -> dict[str, str]:
    return {
        **os.environ, "EXOMINER_WORKSPACE": str(library.workspace), "NEO4J_URI": str(library.neo4j_uri),
        "NEO4J_PASSWORD": str(library.neo4j_password),
    }  # fmt: skip


COMMAND = [sys.executable, "-c", "from miner.cli import main; main()", "mcp"]


@pytest.fixture(scope="module")
def http(library: Settings) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([*COMMAND, "--http", "--port", str(port)], env=environment(library))
    try:
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert process.poll() is None
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/mcp"
    finally:
        process.terminate()
        process.wait()


def sentences(answer: dict[str, Any]) -> list[dict[str, Any]]:
    return [s for claim in answer["claims"] for s in claim["sentences"]]


def test_the_catalog_is_six_read_only_tools_in_few_tokens(server: Any) -> None:
    tools = catalog(server)
    assert {t["name"] for t in tools} == NAMES
    assert all(t["annotations"]["readOnlyHint"] and t["description"] for t in tools)
    assert len(TOKEN.findall(json.dumps(tools))) <= MAX_CATALOG_TOKENS


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("ground", {"text": "miR-21"}),
        ("ask", {"query": "headline", "parameters": {"function": "metastasis", "min_belief": 0.1}}),
        ("ask", {"query": "regulators"}),
        ("contradictions", {"everything": True}),
        ("contradictions", {"entity": "miR-21", "everything": True}),
        ("cypher", {"query": "MATCH (a:Assertion) RETURN a.id AS id ORDER BY id"}),
    ],
)
def test_answers_carry_verbatim_sentences_with_their_place(
    server: Any, library: Settings, tool: str, arguments: dict[str, Any]
) -> None:
    answer = ask(server, tool, **arguments)
    with Corpus(library.corpus_path) as corpus:
        texts = {(work.article.pmid, work.article.doi): work.article.text for work in corpus.works()}
    given = sentences(answer)
    assert given
    assert all(texts[s["pmid"], s["doi"]][s["start"] : s["end"]] == s["sentence"] for s in given)
    assert "change " in answer["graph"] and "cursor" in answer


@pytest.mark.parametrize("empty", ["", None, [], {}])
def test_empty_optional_arguments_are_absent_ones(server: Any, empty: Any) -> None:
    plain = ask(server, "ask", query="headline", parameters={"function": "metastasis"})
    assert ask(server, "ask", query="headline", parameters={"function": "metastasis", "cancer": empty}) == plain
    assert ask(server, "ask", query="headline", parameters={"function": "metastasis"}, cursor=empty) == plain
    assert ask(server, "ask", query="journals", parameters=empty) == ask(server, "ask", query="journals")
    opposed = ask(server, "contradictions")
    assert ask(server, "contradictions", entity=empty, everything=empty, cursor=empty) == opposed


@pytest.mark.parametrize(
    ("tool", "arguments", "listed"),
    [
        ("ask", {"query": "headline"}, "rows"),
        ("cypher", {"query": "MATCH (n:Entity) RETURN n.id AS id ORDER BY id"}, "rows"),
        ("ground", {"text": "miR"}, "entities"),
    ],
)
def test_cursors_lead_through_all_rows_once(server: Any, tool: str, arguments: dict[str, Any], listed: str) -> None:
    seen: list[str] = []
    cursor = None
    for _ in range(50):
        answer = ask(server, tool, **arguments, cursor=cursor)
        seen += [json.dumps(row, sort_keys=True) for row in answer[listed]]
        if (cursor := answer["cursor"]) is None:
            break
    assert cursor is None
    assert len(seen) == len(set(seen)) > 10


def test_evidence_gives_a_claim_whole(server: Any) -> None:
    answer = ask(server, "ask", query="most_replicated")
    claim = answer["claims"][0]
    whole = ask(server, "evidence", assertion=claim["assertion"])
    assert whole["claim"] == claim["claim"]
    assert len(whole["sentences"]) >= len(claim["sentences"])
    assert f"{whole['belief']:.3f}" in whole["arithmetic"][0]


def test_schema_names_labels_and_the_cookbook(server: Any) -> None:
    text = ask(server, "schema")["schema"]
    assert "### Assertion" in text and "`headline`" in text


@pytest.mark.parametrize(
    ("tool", "arguments", "message"),
    [
        ("cypher", {"query": "MATCH (n) DETACH DELETE n"}, "only queries that read are allowed"),
        ("cypher", {"query": "LOAD CSV FROM 'file:///etc/passwd' AS r RETURN r"}, "LOAD CSV is not allowed"),
        ("cypher", {"query": "CALL dbms.listConfig() YIELD name RETURN name"}, "is not allowed"),
        ("cypher", {"query": "CALL apoc.help('x') YIELD name RETURN name"}, ""),
        ("cypher", {"query": "RETURN"}, "the query is wrong"),
        ("ask", {"query": "headlin"}, "is not a query of the cookbook - choose one of: headline"),
        ("ask", {"query": "headline", "parameters": {"gene": "x"}}, "headline has no such parameter"),
        ("ask", {"query": "headline", "parameters": {"function": "metastasys"}}, "nearest: metastasis"),
        ("ask", {"query": "headline", "parameters": {"min_belief": "much"}}, "expected a number"),
        ("ask", {"query": "headline", "cursor": "x"}, "is not a cursor"),
        ("ask", {"query": "headline", "cursor": "999999:10"}, "ask again without the cursor"),
        ("evidence", {"assertion": "exominer:a_0"}, "no such claim"),
    ],
)
def test_what_cannot_be_answered_is_said(server: Any, tool: str, arguments: dict[str, Any], message: str) -> None:
    said = ask(server, tool, **arguments)
    assert isinstance(said, str) and message in said and "Traceback" not in said


def test_over_stdio_and_http_the_answers_are_the_same(server: Any, library: Settings, http: str) -> None:
    stdio = StdioServerParameters(command=COMMAND[0], args=COMMAND[1:], env=environment(library))
    arguments = {"query": "headline", "parameters": {"function": "metastasis"}}
    here = ask(server, "ask", **arguments)
    for elsewhere in (stdio, http):
        assert catalog(elsewhere) == catalog(server)
        assert ask(elsewhere, "ask", **arguments) == here


@pytest.mark.parametrize(
    ("header", "value"), [("Host", "evil.example"), ("Origin", "http://evil.example"), ("Origin", "null")]
)
def test_other_hosts_and_origins_are_refused(http: str, header: str, value: str) -> None:
    import httpx2

    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
    headers = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json", header: value}
    assert httpx2.post(http, json=body, headers=headers).status_code in (403, 421)
