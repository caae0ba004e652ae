"""`find` and the commands that show claims, on a small corpus; no server is started."""

import csv
import json
import os
import re
import shlex
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from typer._completion_shared import get_completion_script
from typer.testing import CliRunner

from graph_schema.model import Predicate
from miner.cli import app
from miner.cli.statements import statement
from miner.corpus import Corpus
from miner.model.assertions import assertion_id, evidence_id
from miner.workflow.assembly import assertions
from miner.workflow.find import EntityIndex
from tests.cli.conftest import Cli, read_texts

TEXTS = (
    "Exosomal miR-21 promotes metastasis of colorectal cancer.",
    "Exosomes carry miR-21 and GPC1. Exosomal miR-21 inhibits PTEN in glioblastoma.",
    "Extracellular vesicles of macrophages carry TGF-β1, which promotes angiogenesis in tumours.",
)


@pytest.fixture
def corpus(cli: Cli) -> Path:
    """A workspace's corpus with claims."""
    return read_texts(cli, TEXTS)


def test_entities_are_found_as_people_write_them(cli: Cli, corpus: Path) -> None:
    for text in ("miR-21", "miR21", "MIR-21", "microRNA-21", "hsa-miR-21"):
        first, *_ = json.loads(cli("find", text, "--json").out)
        assert first["type"] == "MicroRNA" and "21" in first["name"], text
        assert (first["match"], first["articles"]) == ("exact", 2)
    for text, name in (
        ("TGF-beta1", "TGFB1"),
        ("TGF-β1", "TGFB1"),
        ("tumor", "cancer"),
        ("glioblastom", "glioblastoma"),
    ):
        found = json.loads(cli("find", text, "--json").out)
        assert any(name in entity["name"] for entity in found), text
    fuzzy = json.loads(cli("find", "colorectl cancr", "--json").out)
    assert fuzzy[0]["match"] == "fuzzy" and "colorectal" in fuzzy[0]["name"]
    assert not (corpus.parent / "neo4j").exists()


def test_what_bears_the_name_comes_before_what_texts_call_so(cli: Cli) -> None:
    text = "miR-211-5p-loaded exosomes promote angiogenesis. Exosomes carry miR-210, and exosomes carry PTEN."
    read_texts(cli, [text])
    found = json.loads(cli("find", "miR-21", "--json").out)
    names = [entity["name"] for entity in found if entity["match"] == "prefix"]
    assert "exosome" in names and names.index("miR-210") < names.index("exosome")


@pytest.mark.parametrize(
    "text", ["exosomes from mast cells", "mast cell-derived exosomes", "mastocyte exosomes", "EVs shed by mast cells"]
)
def test_vesicles_are_found_by_the_names_of_their_kind_and_source(cli: Cli, text: str) -> None:
    read_texts(cli, ["Exosomes from mast cells promote angiogenesis. Macrophage exosomes inhibit it."])
    first, *_ = json.loads(cli("find", text, "--json").out)
    assert (first["name"], first["match"]) == ("mast cell exosomes", "exact")


def test_what_is_not_found_is_said(cli: Cli, corpus: Path) -> None:
    result = cli("find", "zzzzqqqq")
    assert (result.code, result.out) == (0, "")
    assert "no entity named 'zzzzqqqq'" in result.message
    assert json.loads(cli("find", "***", "--json").out) == []


def test_every_form_and_id_of_the_corpus_leads_to_its_entity(corpus: Path) -> None:
    with Corpus(corpus) as opened:
        index = EntityIndex(opened)
        refs = [ref for _, claim in opened.claims() for ref in (claim.subject, claim.object, *claim.cancers)]
    for ref in refs:
        for form in (ref.id, ref.name, *ref.mentions):
            assert ref.id in {entity.id for entity in index.find(form)}, form


@pytest.mark.parametrize(
    ("filters", "subjects", "objects"),
    [
        (["--entity", "microRNA-21", "--predicate", "promotes"], {"miR-21"}, {"metastasis"}),
        (["--cancer", "cancer", "--predicate", "REPRESSES"], {"miR-21"}, {"PTEN"}),  # glioblastoma is a kind of it
        (["--cancer", "colorectal cancer", "--predicate", "PROMOTES"], {"miR-21"}, {"metastasis"}),
        (["--entity", "GPC1"], None, {"GPC1"}),
        (["--entity", "GPC1", "--min-belief", "1"], set(), set()),
    ],
)
def test_an_export_takes_what_its_filters_name(
    cli: Cli, corpus: Path, filters: list[str], subjects: set[str] | None, objects: set[str]
) -> None:
    assert cli("export", "csv", "--to", "out", *filters).code == 0
    with Path("out/exominer_claims.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {r["object"] for r in rows} == objects
    assert subjects is None or {r["subject"] for r in rows} == subjects


@pytest.mark.parametrize(
    ("filters", "message"),
    [
        (["--entity", "zzzzqqqq"], "no entity of the corpus is named 'zzzzqqqq' - see: exominer find"),
        (["--cancer", "***"], "no entity of the corpus is named '***'"),
        (["--predicate", "CURES"], "'CURES' is not a predicate - choose one of: CARRIES, "),
    ],
)
def test_a_filter_that_names_nothing_is_an_error(cli: Cli, corpus: Path, filters: list[str], message: str) -> None:
    result = cli("export", "csv", "--to", "out", *filters)
    assert (result.code, message in result.message, Path("out").exists()) == (2, True, False)


def test_verdicts_are_listed_with_their_claims_and_say_what_they_changed(
    cli: Cli, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("miner.cli.verdicts.update_graph", lambda *_: None)
    assert "no verdicts yet" in cli("verdicts", "list").message
    with Corpus(corpus) as opened:
        found = next(a for a in assertions(opened) if a.predicate == "PROMOTES")
    given = cli("verdicts", "give", found.id, "reject", "--curator", "ada", "--why", "=1+1")
    assert f"belief {found.tally.belief:.3f} → 0.000" in given.message
    header, row = cli("verdicts", "list").out.splitlines()
    assert header.startswith("claim\tdecision")
    assert "—PROMOTES→" in row.split("\t")[0]
    exported = cli("verdicts", "export").out
    assert "\t'=1+1\t" in exported  # no formula in a spreadsheet
    undone = cli("verdicts", "undo", found.id, "--curator", "ada")
    assert f"belief 0.000 → {found.tally.belief:.3f}" in undone.message
    Path("verdicts.tsv").write_text(exported)
    assert "1 verdicts imported" in cli("verdicts", "import", "verdicts.tsv").message
    assert cli("verdicts", "export").out == exported
    assert json.loads(cli("verdicts", "list", "--json").out)[0]["why"] == "=1+1"


@pytest.mark.parametrize("whole", [True, False])
def test_verdicts_on_vesicles_that_had_no_source_are_imported_on_their_sentences(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, whole: bool
) -> None:
    monkeypatch.setattr("miner.cli.verdicts.update_graph", lambda *_: None)
    corpus = read_texts(
        cli, ["Exosomes of mast cells promote angiogenesis.", "Macrophage exosomes promote angiogenesis."]
    )
    with Corpus(corpus) as opened:
        promoting = ((work, claim) for work, claim in opened.claims() if claim.predicate is Predicate.PROMOTES)
        work, said = next((work, claim) for work, claim in promoting if "mast cells" in claim.sentence)
    bare = replace(said, subject=replace(said.subject, id=said.subject.kind))
    evidence = "" if whole else evidence_id(bare, work.id)
    line = (assertion_id(bare), evidence, bare.subject.id, bare.object.id, "ada", "reject", "", "2025-01-01", "")
    header = cli("verdicts", "export").out
    Path("old.tsv").write_text(header + "\t".join(line) + "\n")
    cli("verdicts", "import", "old.tsv")
    listed = json.loads(cli("verdicts", "list", "--json").out)
    assert {v["claim"].partition(" —")[0] for v in listed} == (
        {"mast cell exosomes", "macrophage exosomes"} if whole else {"mast cell exosomes"}
    )
    assert all(v["evidence"] for v in listed)


@pytest.mark.parametrize("stdin", ["a\nclear\n", "a\n\ne\n", "a\n\ne\nINHIBITS"])
def test_review_keeps_what_was_judged_before_the_end_of_its_input(
    cli: Cli, corpus: Path, monkeypatch: pytest.MonkeyPatch, stdin: str
) -> None:
    updated = []
    monkeypatch.setattr("miner.cli.curate.update_graph", lambda *_: updated.append(True))
    result = cli("review", "--curator", "ada", stdin=stdin)
    assert (result.code, updated, "Aborted" in result.err) == (0, [True], False)
    assert "verdict" in result.message


def test_review_says_when_nothing_is_left(cli: Cli, corpus: Path) -> None:
    result = cli("review", "--curator", "ada", "--function", "no such name")
    assert (result.code, "nothing left to judge for ada" in result.message) == (0, True)


@pytest.mark.parametrize(
    ("subject", "object_", "cancers", "shown"),
    [
        ("miR-21", "glioma", ("glioma",), "miR-21 —PROMOTES→ glioma"),
        ("glioma", "miR-21", ("glioma",), "glioma —PROMOTES→ miR-21"),
        ("miR-21", "glioma", ("glioma", "melanoma"), "miR-21 —PROMOTES→ glioma in melanoma"),
        ("miR-21", "invasion", ("glioma",), "miR-21 —PROMOTES→ invasion in glioma"),
        ("miR-21", "invasion", (), "miR-21 —PROMOTES→ invasion"),
    ],
)
def test_a_claim_does_not_name_a_cancer_twice(
    corpus: Path, subject: str, object_: str, cancers: tuple[str, ...], shown: str
) -> None:
    with Corpus(corpus) as opened:
        some = next(iter(assertions(opened)))
    claim = replace(some, subject=subject, object=object_, cancers=cancers, predicate=Predicate.PROMOTES, negated=False)
    assert statement(claim, {}).plain == shown


def test_review_asks_again_after_an_unknown_key(cli: Cli, corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("miner.cli.curate.update_graph", lambda *_: None)
    result = cli("review", "--curator", "ada", stdin="x\nacept\na\nclear\nq\n")
    assert result.code == 0
    assert result.message.count("is not an answer - type a, r, e, s or q") == 2
    assert "1 verdict recorded" in result.message
    (verdict,) = json.loads(cli("verdicts", "list", "--json").out)
    assert (verdict["decision"], verdict["why"]) == ("accept", "clear")
    assert "no verdicts given" in cli("review", "--curator", "ada", stdin="s\nq\n").message


def test_a_line_for_each_file(cli: Cli, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    record = {"id": "r1", "pmid": "30000001", "title": "A finding", "abstract": TEXTS[0]}
    (folder / "a.jsonl").write_text(json.dumps(record) + "\n" + '{"id": "n1"}\n')
    (folder / "b.txt").write_text("")
    (folder / "c\x1b[31m.jsonl").write_text(json.dumps({"id": "r2", "title": "Another finding"}))
    result = cli("harvest", "in")
    assert result.code == 3
    lines = result.err.splitlines()
    a = next(line for line in lines if line.startswith("in/a.jsonl: "))
    assert "JSON Lines, 1 record, 1 with PMID" in a and "1 with abstract, 1 rejected (it has neither" in a
    assert any(line.startswith("in/b.txt: ") and "1 rejected (it is empty)" in line for line in lines)
    assert "\x1b" not in result.err and "c\\x1b[31m.jsonl" in result.err


def test_an_empty_workspace_starts_no_server(cli: Cli, tmp_path: Path) -> None:
    for words in (["query", "headline"], ["find", "miR-21"], ["graph", "check"]):
        result = cli(*words)
        assert result.code == 2
        assert "import articles first, as in: exominer ingest" in result.message
    stats = json.loads(cli("stats", "--json").out)
    assert (stats["corpus"]["works"], stats["nodes"]) == (0, {})
    assert not (tmp_path / "ws" / "neo4j").exists()


def complete(parameter: str, workspace: Path) -> list[str]:
    """What zsh offers for this `--param`."""
    environment = {
        "_EXOMINER_COMPLETE": "complete_zsh",
        "_TYPER_COMPLETE_ARGS": f"exominer query about --param {parameter}",
        "EXOMINER_WORKSPACE": str(workspace),
    }
    output = CliRunner().invoke(app, [], env=environment, prog_name="exominer").output
    return re.findall(r'"([^"]+)":"', output)


@pytest.mark.parametrize(
    ("parameter", "first"),
    [
        ("entity=", "entity=exosome"),  # in most claims
        ("entity=mi", "entity=miR-21"),
        ("entity=colo", "entity=colorectal cancer"),
        ("entity=zz", None),
        ("predicate=mi", None),
        ("nonsense=mi", None),
    ],
)
def test_the_shell_completes_names_of_entities(corpus: Path, parameter: str, first: str | None) -> None:
    assert next(iter(complete(parameter, corpus.parent)), None) == first


@pytest.mark.parametrize(
    ("words", "replies"),
    [
        (["exominer", "query", "headl"], ["headline"]),
        (["exominer", "query", "headline", "--param", "fun"], ["function="]),
        (["exominer", "query", "about", "--param", "entity", "=", "miR"], ["miR-21"]),
        (["exominer", "query", "about", "--param", "entity", "=", "colorectal"], ["colorectal\\ cancer"]),
        (["exominer", "query", "about", "--param", "entity", "=", '"colorectal ca'], ["colorectal cancer"]),
        (["exominer", "query", "about", "--param", "entity", "=", "zz"], []),
    ],
)
def test_bash_completes_words_that_readline_splits_at_the_equals_sign(
    corpus: Path, tmp_path: Path, words: list[str], replies: list[str]
) -> None:
    script = get_completion_script(prog_name="exominer", complete_var="_EXOMINER_COMPLETE", shell="bash")
    command = tmp_path / "exominer"
    command.write_text(f"#!{sys.executable}\nfrom miner.cli import main\nmain()\n")
    command.chmod(0o755)
    typed = " ".join(map(shlex.quote, words))
    lines = f"{script}\nCOMP_WORDS=({typed}) COMP_CWORD={len(words) - 1}\n_exominer_completion {command}\n"
    environment = os.environ | {"EXOMINER_WORKSPACE": str(corpus.parent), "PYTHONPATH": str(Path(__file__).parents[2])}
    shell = ["bash", "-c", lines + 'printf "%s\\n" "${COMPREPLY[@]}"']
    output = subprocess.run(shell, env=environment, capture_output=True, text=True, check=True).stdout
    assert output.split("\n")[:-1] == (replies or [""])


def test_completion_in_an_empty_workspace_offers_nothing(tmp_path: Path) -> None:
    assert complete("entity=mi", tmp_path / "ws") == []
    assert not list(tmp_path.iterdir())


def test_what_there_is_none_of_is_said(cli: Cli) -> None:
    assert "no saved searches yet" in cli("sources").message
    assert "no rejects" in cli("rejects").message
    review = cli("review", "--curator", "ada")
    assert (review.code, "is empty" in review.message) == (2, True)


@pytest.mark.parametrize(
    "words",
    [("export", "kgx"), ("snapshot",), ("extract",), ("graph", "load"), ("find", "miR-21"), ("query", "headline")],
)
@pytest.mark.parametrize("seen_before", [False, True])
def test_in_an_empty_workspace_nothing_is_written(
    cli: Cli, tmp_path: Path, words: list[str], seen_before: bool
) -> None:
    if seen_before:
        assert cli("stats").code == 0  # leaves a corpus with empty tables
    result = cli(*words)
    assert (result.code, result.out, "is empty" in result.message) == (2, "", True)
    assert {path.name for path in tmp_path.iterdir()} <= {"ws"}


def test_a_snapshot_is_restored_where_nothing_is_yet(cli: Cli, corpus: Path, tmp_path: Path) -> None:
    (name,) = cli("snapshot").out.split()
    counts = json.loads(cli("stats", "--json").out)
    assert "a corpus stands here already" in cli("restore", name).message
    corpus.parent.rename(tmp_path / "old")
    assert cli("stats").code == 0  # leaves a corpus with empty tables
    assert cli("restore", name).code == 0
    assert json.loads(cli("stats", "--json").out) == counts
