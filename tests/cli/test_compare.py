"""`compare`: databases as they are downloaded, against claims that are read from texts."""

import json
from pathlib import Path

import pytest

from miner.corpus import Corpus
from miner.model.articles import Article, Section
from tests.cli.conftest import Cli

TEXTS = {
    2015: "Exosomes from colorectal cancer cells carry miR-21.",
    2018: "Exosomes carry CD9.",
    2019: "Microvesicles of breast cancer cells carry HIF1A.",
    2021: "Exosomal miR-9876 promotes invasion of breast cancer. Exosomes of breast cancer cells carry LAMP1.",
    2023: "In breast cancer cells, miR-21 represses PTEN.",
}


@pytest.fixture(autouse=True)
def no_graph(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("miner.workflow.graph.load_graph", lambda *_: None)


@pytest.fixture
def texts(cli: Cli, tmp_path: Path) -> None:
    with Corpus(tmp_path / "ws" / "corpus.sqlite") as corpus:
        corpus.add(
            Article("file", str(y), f"Paper of {y}", (Section("abstract", text),), str(y), published=str(y))
            for y, text in TEXTS.items()
        )
    cli("extract")


VESICLEPEDIA = (
    "CONTENT ID\tCONTENT TYPE\tENTREZ GENE ID\tGENE SYMBOL\tSPECIES\tEXPERIMENT ID\tMETHODS\n"
    "1\tprotein\t928\tCD9\tHomo sapiens\t7\tWestern blotting\n"
    "2\tprotein\t3091\t\tHomo sapiens\t8\tMass spectrometry\n"
    "3\tmRNA\t\tnothing known\tHomo sapiens\t8\tMass spectrometry\n"
)
EXPERIMENTS = (
    "EXPERIMENT ID\tPUBMED ID\tSAMPLE NAME\tVESICLE TYPE\n"
    "7\t1\tColorectal cancer cells\tExosomes\n8\t2\tUrine\tExosomes|Apoptotic bodies\n"
)
MIRNAS = (
    "CONTENT ID\tCONTENT TYPE\tMIRNA ID\tSPECIES\tEXPERIMENT ID\tMETHODS\tEntrez GENE ID\n"
    "1\tmirna\thsa-miR-21-5p\tHomo sapiens\t7\tqPCR\t\n"
)
MIRTARBASE = (
    "miRTarBase ID,miRNA,Species (miRNA),Target Gene,Target Gene (Entrez ID),Species (Target Gene),Experiments\n"
    'MIRT000001,hsa-miR-21-5p,Homo sapiens,PTEN,5728,Homo sapiens,"Luciferase reporter assay//Western blot"\n'
)
MIRANDOLA = "mirna;extracellular form;disease\nhsa-miR-21;exosome;breast cancer\nhsa-miR-9876;AGO2;breast cancer\n"
EXORBASE = "Gene,Ensembl ID,disease\n,ENSG00000010278,CRC\n"
UNIPROT = "UniProt;Vesicle\nP21926;exosomes\n"


def write(tmp_path: Path, name: str, text: str) -> Path:
    (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path / name


def novelty(cli: Cli, *words: object) -> dict[str, str]:
    """What is said of each CARRIES and REPRESSES claim, by subject, predicate and object without the cancers."""
    result = cli("compare", *words, "--json")
    assert result.code == 0, result.err
    rows = json.loads(result.out)["claims"]
    return {row["claim"].partition(" in ")[0].partition(" · ")[0]: row["novelty"] for row in rows}


def of(found: dict[str, str], cargo: str) -> str:
    (state,) = {state for claim, state in found.items() if claim.endswith(f"CARRIES→ {cargo}")}
    return state


@pytest.mark.usefixtures("texts")
@pytest.mark.parametrize(
    ("name", "text", "states"),
    [
        (
            "VESICLEPEDIA_PROTEIN_MRNA_DETAILS_5.1.txt",
            VESICLEPEDIA,
            {"CD9": "known", "HIF1A": "known", "LAMP1": "not there"},
        ),
        ("Vesiclepedia_miRNA_details.txt", MIRNAS, {"miR-21": "known", "CD9": "not there"}),
        ("miRandola.csv", MIRANDOLA, {"miR-21": "other context", "miR-9876": "not there"}),
        ("exoRBase_2.csv", EXORBASE, {"CD9": "known", "miR-21": "not there"}),
        ("mine.csv", UNIPROT, {"CD9": "known", "miR-21": "not there"}),
    ],
)
def test_cargo_of_databases(cli: Cli, tmp_path: Path, name: str, text: str, states: dict[str, str]) -> None:
    found = novelty(cli, write(tmp_path, name, text))
    assert {cargo: of(found, cargo) for cargo in states} == states


@pytest.mark.usefixtures("texts")
def test_experiments_say_in_which_vesicles_and_samples(cli: Cli, tmp_path: Path) -> None:
    file = write(tmp_path, "VESICLEPEDIA.txt", VESICLEPEDIA)
    studies = write(tmp_path, "experiments.txt", EXPERIMENTS)
    found = novelty(cli, file, "--experiments", studies)
    assert (of(found, "CD9"), of(found, "HIF1A")) == ("known", "other context")


@pytest.mark.usefixtures("texts")
def test_targets_databases_side_by_side_and_the_curve(cli: Cli, tmp_path: Path) -> None:
    found = novelty(cli, write(tmp_path, "miRTarBase_MTI.csv", MIRTARBASE))
    (target,) = (claim for claim in found if "REPRESSES" in claim)
    assert found == {target: "known"}  # cargo is nothing that this database could hold

    found = novelty(cli, write(tmp_path, "ExoCarta.txt", VESICLEPEDIA))
    assert (of(found, "CD9"), of(found, "LAMP1"), found[target]) == ("known", "not there", "known")
    report = json.loads(cli("compare", "--json").out)
    assert [d["name"] for d in report["databases"]] == ["ExoCarta", "miRTarBase"]
    by_year = {year["year"]: (year["known"], year["not_there"]) for year in report["years"]}
    assert by_year[2018] == (1, 0) and by_year[2021][1] > 0 and by_year[2023][0] >= 1
    screen = cli("compare")
    assert "against ExoCarta, miRTarBase:" in screen.message and "not there" in screen.out

    later = novelty(cli, "--forget", "ExoCarta")
    assert later == {target: "known"}
    assert "no database ExoCarta" in cli("compare", "--forget", "ExoCarta").message


@pytest.mark.usefixtures("texts")
@pytest.mark.parametrize(
    ("text", "options", "told"),
    [
        ("id,remark\n1,none\n", [], "no column for the cargo, such as GENE SYMBOL"),
        ("id,remark\n1,none\n", [], "it has: id, remark; name one with --cargo"),
        ("Symbol of it,x\nCD9,1\n", ["--cargo", "Symbol"], "no column 'Symbol' - it has: Symbol of it, x"),
        ("gene\nno such gene\n", [], "none of its 1 rows has cargo"),
        ("", [], "it has: nothing"),
    ],
)
def test_what_a_file_lacks_is_named(cli: Cli, tmp_path: Path, text: str, options: list[str], told: str) -> None:
    result = cli("compare", write(tmp_path, "table.csv", text), *options)
    assert result.code != 0 and told in result.message
    assert cli("compare").code == 2


@pytest.mark.usefixtures("texts")
def test_a_column_with_a_name_of_its_own(cli: Cli, tmp_path: Path) -> None:
    found = novelty(
        cli, write(tmp_path, "lab.tsv", "Our marker\tx\nCD9\t1\n"), "--cargo", "our marker", "--name", "lab"
    )
    assert of(found, "CD9") == "known"
    assert json.loads(cli("compare", "--json").out)["databases"][0]["name"] == "lab"
