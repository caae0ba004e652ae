"""A workspace without a graph: commands say what to run, and no server is started."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from miner.cli import app
from miner.corpus import Corpus
from tests.corpus.records import article, claim


@pytest.fixture(autouse=True)
def no_other_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NEO4J_URI", raising=False)


@pytest.mark.parametrize("command", [["query", "headline"], ["query", "RETURN 1"], ["graph", "check"]])
@pytest.mark.parametrize(("claims", "remedy"), [(False, "exominer ingest"), (True, "exominer graph load")])
def test_a_workspace_without_a_graph_says_what_to_run(
    tmp_path: Path, command: list[str], claims: bool, remedy: str
) -> None:
    if claims:
        fill(tmp_path)
    result = CliRunner().invoke(app, ["--workspace", str(tmp_path), *command])
    assert result.exit_code in (1, 2)
    assert remedy in f"{result.exception} {result.output}"
    assert not (tmp_path / "neo4j").exists()


@pytest.mark.parametrize("claims", [False, True])
def test_stats_counts_the_corpus_without_a_graph(tmp_path: Path, claims: bool) -> None:
    if claims:
        fill(tmp_path)
    result = CliRunner().invoke(app, ["--workspace", str(tmp_path), "stats", "--json"])
    assert result.exit_code == 0
    assert '"nodes": {}' in result.stdout
    assert not (tmp_path / "neo4j").exists()


def fill(workspace: Path) -> None:
    with Corpus(workspace / "corpus.sqlite") as corpus:
        corpus.add([article(pmid="1")])
        (work,) = corpus.works()
        corpus.put_claims(work, "test.v1", [claim()])
