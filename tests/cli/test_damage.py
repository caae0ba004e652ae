"""Commands on a corpus with damaged values: one line that names the value and the remedy, and the rest goes on."""

import sqlite3
from pathlib import Path

import pytest
from typer.testing import CliRunner

from miner.cli import app
from miner.corpus import Corpus
from tests.corpus.records import article, claim
from tests.corpus.test_repair import flip


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A workspace of three works with one claim each."""
    with Corpus(tmp_path / "corpus.sqlite") as corpus:
        corpus.add([article(source_id=str(n), pmid=str(n), text=f"Text {n}.") for n in (1, 2, 3)])
        for work in corpus.pending_works(corpus.pending("test.v1")):
            corpus.put_claims(work, "test.v1", [claim()])
    return tmp_path


@pytest.mark.parametrize("table", ["record", "work", "claim"])
@pytest.mark.parametrize(
    "command",
    [["stats", "--json"], ["sources"], ["rejects"], ["verdicts", "list"], ["export", "jsonl", "--to", "out"]],
    ids=" ".join,
)
def test_a_damaged_value_ends_no_command(
    workspace: Path, table: str, command: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(workspace)
    flip(workspace / "corpus.sqlite", table, 0.2, 0xFF)
    result = CliRunner().invoke(app, ["--workspace", str(workspace), *command])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.output
    assert result.exit_code == 0, result.output


def test_doctor_names_the_damage_and_repairs_it(workspace: Path) -> None:
    flip(workspace / "corpus.sqlite", "record", 0.2, 0xFF)
    runner = CliRunner()
    before = runner.invoke(app, ["--workspace", str(workspace), "doctor", "--json"])
    assert before.exit_code == 1
    assert "record pubmed 2" in before.output
    repaired = runner.invoke(app, ["--workspace", str(workspace), "doctor", "--repair", "--json"])
    assert "record pubmed 2 was damaged and is set aside - run: exominer rejects --retry" in repaired.output
    with sqlite3.connect(workspace / "corpus.sqlite") as db:
        assert db.execute("SELECT count(*) FROM damaged").fetchone() == (1,)
    with Corpus(workspace / "corpus.sqlite") as corpus:
        assert [reject.item for reject in corpus.rejects()] == ["pmid 2"]
