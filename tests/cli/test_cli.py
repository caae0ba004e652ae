"""The command line as a user meets it: real processes, real files, exit codes and one clear line for what is wrong."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from miner import Graph
from miner.cli import app
from miner.errors import UsageError

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
TYPED = [
    ("MATCH (p:Publication) WHERE p.year >= $y RETURN count(p) AS n", "y=2012"),
    ("MATCH (a:Assertion) WHERE a.belief > $b RETURN count(a) AS n", "b=0.1"),
    ("MATCH (a:Assertion) WHERE a.negated = $neg RETURN count(a) AS n", "neg=false"),
    ("MATCH (v:Vesicle)-[:CARRIES]->(c) WITH c LIMIT $n RETURN count(c) AS n", "n=2"),
]
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def exominer(tmp_path: Path) -> Run:
    """Run the command in a workspace of its own; no server is named, none may be left behind."""

    def run(*words: str, stdin: str | None = None, **environ: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", "from miner.cli import main; main()", "--workspace", str(tmp_path / "ws"), *words],
            input=stdin,
            capture_output=True,
            text=True,
            timeout=240,
            env={k: v for k, v in os.environ.items() if not k.startswith("NEO4J_")} | environ,
            cwd=tmp_path,
        )

    return run


def commands() -> list[list[str]]:
    found = []
    for command in app.registered_commands:
        found.append([command.name or command.callback.__name__.replace("_", "-")])  # type: ignore[union-attr]  # set
    for group in app.registered_groups:
        assert group.typer_instance is not None
        for command in group.typer_instance.registered_commands:
            found.append([str(group.name), command.name or command.callback.__name__])  # type: ignore[union-attr]  # set
    return found


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_every_command_has_help_with_an_example(words: list[str]) -> None:
    from typer.main import get_command
    from typer.testing import CliRunner

    result = CliRunner().invoke(app, [*words, "--help"])
    assert result.exit_code == 0
    shown = " ".join(result.output.split())
    assert re.search(rf"Example: exominer (--workspace \w+ )?{words[0]}\b", shown)
    # Brackets of an example are not taken for markup.
    command = get_command(app)
    for word in words:
        command = command.commands[word]  # type: ignore[attr-defined]  # a group, except at the end
    for example in re.findall("Example: .+", command.help or ""):
        assert example.replace("\\[", "[") in shown


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["ingest"], "nothing to import"),
        (["ingest", "pubmd", "exosomes"], "did you mean pubmed?"),
        (["ingest", "pubmd"], "did you mean pubmed?"),
        (["harvest", "EuropePMC", "exosomes"], "did you mean europepmc?"),
        (["harvest", "absent.nbib"], "absent.nbib: no such file or folder"),
        (["harvest", "x" * 5000], "no such file or folder"),
        (["query", "headline"], "import articles first"),
        (["find", "miR-21"], "import articles first"),
        (["query", "MATCH (n) RETURN n"], "import articles first"),
        (["annotate", " "], "the text is empty"),
        (["annotate", "absent.nbib"], "no such file"),
        (["annotate", "-"], "stdin is empty"),
        (["ingest", "pubmed", "one", "two"], "put quotes around it"),
        (["ingest", "--since", "2024-01-01", str(EXAMPLES)], "go with a source"),
        (["ingest", "pubmed", "--pmid", "not-an-id"], "no PMID, PMCID or DOI"),
        (["ingest", "--recipe", "absent.toml"], "absent.toml"),
        (["query", "no_such_name"], "see: exominer queries"),
        (["query", "headline", "--param", "limit"], "not name=value"),
        (["query", "headline", "--param", "limit=many"], "whole number"),
        (["query", "headline", "--param", "nonsense=1"], "no such parameter"),
        (["verdicts", "give", "exominer:a_0", "maybe"], "accept or reject"),
        (["verdicts", "give", "exominer:a_0", "edit"], "--correction"),
        (["explain", "exominer:a_0"], "no such assertion"),
    ],
)
def test_words_that_do_not_go_together_exit_2_with_the_way_out(exominer: Run, words: list[str], says: str) -> None:
    result = exominer(*words)
    assert (result.returncode, "Traceback" in result.stderr) == (2, False), result.stderr
    assert says in " ".join(result.stderr.split())


def test_bad_input_is_rejected_by_name_and_the_rest_goes_in(exominer: Run, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text("")
    (tmp_path / "binary.bin").write_bytes(bytes(range(256)) * 8)
    (tmp_path / "broken.xml").write_text("<PubmedArticleSet><PubmedArticle><MedlineCitation>")
    (tmp_path / "no_title.jsonl").write_text('{"id": "n1"}\n')
    good = tmp_path / "good.jsonl"
    good.write_text(json.dumps({"id": "g1", "title": "A finding", "abstract": "Exosomes carry miR-21."}) + "\n")
    names = ["empty.txt", "binary.bin", "broken.xml", "no_title.jsonl", "good.jsonl"]
    result = exominer("harvest", *names, "--json")
    assert result.returncode == 3
    assert "Traceback" not in result.stderr
    report = json.loads(result.stdout)
    assert report["files"]["new"] == 1
    for name in names[:-1]:
        assert name in result.stderr
    kept = json.loads(exominer("rejects", "--json").stdout)
    assert len(kept) == 4
    assert all(r["reason"] for r in kept)
    again = json.loads(exominer("harvest", *names, "--json").stdout)
    assert (again["files"]["new"], again["corpus"]["rejects"]) == (0, 4)


def test_records_come_in_from_stdin(exominer: Run) -> None:
    record = json.dumps({"id": "g1", "title": "A finding", "abstract": "Exosomes carry miR-21."})
    assert json.loads(exominer("harvest", "-", "--json", stdin=record + "\n").stdout)["files"]["new"] == 1


def test_a_workspace_that_cannot_be_made_is_one_line(exominer: Run, tmp_path: Path) -> None:
    (tmp_path / "ws").write_text("a file stands here")
    result = exominer("harvest", "-", stdin="")
    assert result.returncode == 1
    assert "name another with --workspace" in result.stderr
    assert "Traceback" not in result.stderr


def test_no_neo4j_at_the_address_is_one_line_and_the_corpus_is_kept(exominer: Run) -> None:
    record = json.dumps({"id": "g1", "title": "A finding", "abstract": "Exosomes carry miR-21 and proteins."})
    nowhere = {"NEO4J_URI": "bolt://127.0.0.1:9", "NEO4J_PASSWORD": "none"}
    result = exominer("ingest", "-", stdin=record + "\n", **nowhere)
    assert result.returncode == 1
    assert "127.0.0.1:9" in result.stderr
    assert "Traceback" not in result.stderr
    assert exominer("extract").stdout.count("\n") >= 1


def test_extract_prints_gold_predictions_for_records(exominer: Run, tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl"
    path.write_text(
        json.dumps({"id": "r7", "title": "Exosomes", "abstract": "Exosomes contain DNA, RNA, and proteins."}) + "\n"
    )
    result = exominer("extract", str(path), "--format", "gold")
    assert result.returncode == 0, result.stderr
    claims = [json.loads(line) for line in result.stdout.splitlines()]
    assert {c["doc_id"] for c in claims} == {"r7"}
    carried = {tuple(c["object"]["mentions"]) for c in claims if c["predicate"] == "CARRIES"}
    assert {("DNA",), ("RNA",), ("proteins",)} <= carried
    assert all(c["evidence"] for c in claims)


def test_annotate_shows_what_each_step_found(exominer: Run) -> None:
    text = "Exosomal miR-21 drives invasion of glioma."
    shown = exominer("annotate", "--steps", text)
    assert shown.returncode == 0, shown.stderr
    assert "candidates (" in shown.stdout and "HGNC:31586" in shown.stdout
    steps = json.loads(exominer("annotate", "--steps", "--format", "jsonl", text).stdout)
    assert {"sentences", "abbreviations", "candidates", "mentions", "links", "entities"} <= set(steps)


def test_annotate_shows_entities_and_writes_a_page(exominer: Run, tmp_path: Path) -> None:
    text = "Exosomal miR-21 promotes angiogenesis in glioblastoma."
    result = exominer("annotate", text, "--format", "jsonl", "--html", str(tmp_path / "page.html"))
    assert result.returncode == 0, result.stderr
    (line,) = result.stdout.splitlines()
    types = {e["type"] for e in json.loads(line)["entities"]}
    assert {"MicroRNA", "Function", "Cancer"} <= types
    for entity in json.loads(line)["entities"]:
        for mention in entity["mentions"]:
            assert text[mention["start"] : mention["end"]] == mention["text"]
    assert "miR-21" in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_a_closed_pipe_ends_quietly(tmp_path: Path) -> None:
    command = f"'{sys.executable}' -c 'from miner.cli import main; main()' extract '{EXAMPLES}' | head -n 1"
    result = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=240, cwd=tmp_path)
    assert "Traceback" not in result.stderr
    assert result.stdout.count("\n") == 1


@pytest.mark.graph
def test_the_main_job_from_files_to_an_answer_with_its_sentence(exominer: Run, tmp_path: Path) -> None:
    try:
        first = exominer("ingest", str(EXAMPLES), "--json")
        assert first.returncode == 0, first.stderr
        report = json.loads(first.stdout)
        assert report["files"]["new"] >= 12
        assert report["read"]["claims"] > 0
        again = json.loads(exominer("ingest", str(EXAMPLES), "--json").stdout)
        assert (again["files"]["new"], again["read"]["texts"], again["loaded"]["pairs"]) == (0, 0, 0)
        assert again["corpus"] == report["corpus"]

        rows = json.loads(exominer("query", "headline", "--param", "function=metastasis", "--json").stdout)
        assert rows
        for row in rows:
            assert row["sentence"]
            assert row["sources"]
        # A title says that "stem cell exosomes" carry it; the sentence on the effect says whose vesicles act.
        acting = json.loads(exominer("query", "headline", "--param", "cargo=miR-221", "--json").stdout)
        assert {row["vesicle"] for row in acting} == {"bone marrow mesenchymal stem cell exosomes"}
        plain = exominer("query", "MATCH (p:Publication) RETURN count(p) AS n", "--json")
        assert json.loads(plain.stdout)[0]["n"] >= 12
        for cypher, parameter in TYPED:
            (row,) = json.loads(exominer("query", cypher, "--param", parameter, "--json").stdout)
            assert row["n"] > 0, cypher
        misspelt = exominer("query", "MATCH (v:Vesicel) RETURN v")
        assert misspelt.returncode == 0 and "warning: " in misspelt.stderr and "Vesicel" in misspelt.stderr
        unknown = exominer("query", "headline", "--param", "function=metastasys")
        assert "no entity named 'metastasys'; nearest: metastasis" in " ".join(unknown.stderr.split())
        assert "graph load" not in unknown.stderr
        nothing = exominer("query", "headline", "--param", "function=metastasis", "--param", "min_belief=1")
        assert "nothing in the graph matches" in nothing.stderr
        with Graph(tmp_path / "ws") as graph:
            assert graph.query("headline", function="metastasis") == rows
            assert graph.query("RETURN $x AS x", x=[1, "a"]) == [{"x": [1, "a"]}]
            with pytest.raises(UsageError, match="cell: headline has no such parameter"):
                graph.query("headline", cell="x")
        refused = exominer("query", "MATCH (n) DETACH DELETE n")
        assert refused.returncode == 1
        assert "Traceback" not in refused.stderr
        checked = exominer("graph", "check")
        assert checked.returncode == 0, checked.stderr

        explained = exominer("explain", rows[0]["assertion"])
        assert "support = 1 −" in explained.stdout
        assert "agreement = " in explained.stdout
        assert "papers = " in explained.stdout
        before = rows[0]["belief"]
        assert exominer("verdicts", "give", rows[0]["assertion"], "reject", "--curator", "ada").returncode == 0
        after = json.loads(exominer("query", "headline", "--param", "function=metastasis", "--json").stdout)
        assert all(row["assertion"] != rows[0]["assertion"] or row["belief"] < before for row in after)
        exominer("verdicts", "undo", rows[0]["assertion"], "--curator", "ada")
        unfit = exominer(
            "verdicts", "give", rows[0]["assertion"], "edit", "--correction", "CARRIES", "--curator", "ada"
        )
        assert unfit.returncode == 2 and "give one of" in " ".join(unfit.stderr.split())
        reviewed = exominer(
            "review", "--curator", "ada", "--function", "metastasis", stdin="e\nloves\nregulates\ntoo bold\nq\n"
        )
        assert reviewed.returncode == 0, reviewed.stderr
        (edit,) = json.loads(exominer("verdicts", "list", "--json").stdout)
        assert (edit["decision"], edit["correction"], edit["why"]) == ("edit", "REGULATES", "too bold")
        curated = "MATCH (e:Evidence {extractor: 'exominer.curator'}) RETURN e.verdict AS verdict"
        assert {r["verdict"] for r in json.loads(exominer("query", curated, "--json").stdout)} == {"accepted"}
        exported = exominer("verdicts", "export").stdout
        exominer("verdicts", "undo", edit["assertion"], "--curator", "ada")
        (tmp_path / "verdicts.tsv").write_text(exported)
        assert exominer("verdicts", "import", str(tmp_path / "verdicts.tsv")).returncode == 0
        assert exominer("verdicts", "export").stdout == exported
        exominer("verdicts", "undo", edit["assertion"], "--curator", "ada")
        undone = json.loads(exominer("query", "headline", "--param", "function=metastasis", "--json").stdout)
        assert undone == rows
    finally:
        exominer("graph", "stop")
    assert json.loads(exominer("graph", "status", "--json").stdout)["running"] is False
