"""`verify`: sentences and beliefs of a graph, of answers and of exports, as the pipeline made them, and damaged."""

import csv
import json
from pathlib import Path

import pytest

from miner.errors import InputError
from miner.graph.connection import connect
from miner.settings import Settings
from tests.cli.conftest import Cli

pytestmark = pytest.mark.graph
EXAMPLES = Path(__file__).parents[2] / "examples"

DAMAGE = [
    ("MATCH (e:Evidence) WITH e ORDER BY e.id LIMIT 1 SET e.sentence = e.sentence + '!'", "is not in the text"),
    ("MATCH (e:Evidence) WITH e ORDER BY e.id LIMIT 1 SET e.start = e.start + 1", "of the text, not at"),
    ("MATCH (a:Assertion) WITH a ORDER BY a.id LIMIT 1 SET a.belief = a.belief / 2", "its belief is"),
    ("MATCH (e:Evidence) WITH e ORDER BY e.id LIMIT 1 SET e.belief = 1.0", "its belief is 1, and should be"),
    ("MATCH (e:Evidence) WITH e ORDER BY e.id LIMIT 1 DETACH DELETE e", "missing in the graph"),
    ("CREATE (:Assertion {id: 'exominer:a_none', belief: 0.5})", "the corpus does not state it"),
]


def test_a_sound_graph_passes_and_every_damage_is_named(
    cli: Cli, elsewhere: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert elsewhere.neo4j_uri and elsewhere.neo4j_password
    monkeypatch.setenv("NEO4J_URI", elsewhere.neo4j_uri)
    monkeypatch.setenv("NEO4J_PASSWORD", elsewhere.neo4j_password)
    assert cli("ingest", EXAMPLES).code == 0
    sound = cli("verify", "--json")
    report = json.loads(sound.out)
    assert (sound.code, report["faults"]) == (0, [])
    assert report["sentences"] > 100 and report["beliefs"] > report["sentences"]
    self_test = json.loads(cli("verify", "--self-test", "--json").out)
    assert self_test == {"planted": 50, "missed": []}

    answer = tmp_path / "answer.csv"
    answer.write_text(cli("query", "headline", "--csv").out)
    assert cli("export", "jsonl", "--to", tmp_path).code == 0
    assert cli("export", "csv", "--to", tmp_path).code == 0
    report = tmp_path / "report.html"
    assert cli("query", "headline", "--report", report).code == 0
    exported = [tmp_path / "exominer_assertions.jsonl", *tmp_path.glob("exominer_*.csv")]
    assert len(exported) == 2
    files = cli("verify", answer, report, *exported)
    assert (files.code, "0 faults" in files.message) == (0, True)
    report.write_text(report.read_text().replace('data-start="', 'data-start="1', 1))
    assert cli("verify", report).code == 1
    rows = list(csv.DictReader(answer.open()))
    rows[1]["sentence"] = rows[1]["sentence"].replace("e", "3", 1)
    with answer.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    changed = cli("verify", answer)
    assert changed.code == 1 and "answer.csv row 2\tits sentence is not in the text" in changed.out
    assert f"checked {len(rows)} sentences: 1 faults" in changed.message

    for damage, fault in DAMAGE:
        with connect(elsewhere) as connection:
            connection.run_write(damage)
        found = cli("verify")
        assert found.code == 1 and fault in found.out, damage
        assert cli("graph", "rebuild").code == 0


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", "claim,belief\nx,1\n", "a.csv: holds no sentences - "),
        ("a.json", "{", "a.json: cannot be read as JSON"),
        ("a.docx", "x", "a.docx: sentences cannot be read from this kind of file - give one of: .csv"),
        ("b.csv", b"sentence,pmid\n\xff\xfe,1\n", "b.csv: cannot be read as CSV"),
    ],
)
def test_a_file_without_sentences_is_an_error(
    cli: Cli, tmp_path: Path, name: str, content: str | bytes, message: str
) -> None:
    cli("harvest", EXAMPLES)
    (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    result = cli("verify", tmp_path / name)
    assert result.code == InputError.exit_code and message in result.message
