"""`impact`: what rests on one paper, from texts to the screen."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from miner import extract
from miner.corpus import Corpus
from miner.model.articles import Article, Notice, Section
from tests.cli.conftest import Cli

SHARED = "Exosomal miR-21 promotes metastasis of colorectal cancer."
PAPERS = [
    ("1", SHARED, ()),
    ("2", f"{SHARED} Exosomal miR-155 promotes angiogenesis in breast cancer.", ()),
    ("3", "Exosomal miR-210 promotes angiogenesis in breast cancer.", (Notice("retracted_by"),)),
]


@pytest.fixture
def papers(tmp_path: Path) -> Iterator[None]:
    with Corpus(tmp_path / "ws" / "corpus.sqlite") as corpus:
        corpus.add(
            Article(
                "file",
                pmid,
                f"Paper {pmid}",
                (Section("abstract", text),),
                pmid,
                doi=f"10.1000/{pmid}",
                notices=notices,
            )
            for pmid, text, notices in PAPERS
        )
        for work in list(corpus.works()):
            corpus.put_claims(work, "test.v1", extract(work.article.text))
    yield


def claims(cli: Cli, paper: str) -> dict[str, tuple[float, float, bool]]:
    result = cli("impact", paper, "--json")
    assert result.code == 0, result.err
    report = json.loads(result.out)
    return {row["claim"]: (row["belief"], row["without_it"], row["alone"]) for row in report["claims"]}


@pytest.mark.usefixtures("papers")
@pytest.mark.parametrize("name", ["2", "PMID: 2", "10.1000/2", "https://doi.org/10.1000/2", "pmid:2"])
def test_claims_that_rest_on_a_paper_alone_and_beliefs_that_move(cli: Cli, name: str) -> None:
    found = claims(cli, name)
    alone = {claim for claim, (_, without, single) in found.items() if single and without == 0}
    assert any("miR-155 —PROMOTES→ angiogenesis" in claim for claim in alone)
    with_, without, single = next(v for c, v in found.items() if "miR-21 —PROMOTES→ metastasis" in c)
    assert not single and 0.5 < without < with_
    screen = cli("impact", name)
    assert screen.code == 0
    assert f"pmid:2: {len(alone)} claims rest on it alone, {len(found) - len(alone)} others" in screen.message


@pytest.mark.usefixtures("papers")
def test_what_a_retraction_took_along(cli: Cli) -> None:
    found = claims(cli, "3")
    assert all(without == 0 and belief > 0 for belief, without, _ in found.values()) and found
    assert "pmid:3 (retracted, compared as if it still counted): " in cli("impact", "3").message


@pytest.mark.usefixtures("papers")
@pytest.mark.parametrize("name", ["99", "nonsense", "10.9999/9", ""])
def test_an_unknown_paper_is_a_usage_error(cli: Cli, name: str) -> None:
    result = cli("impact", name)
    assert result.code == 2 and "no such paper in this corpus - give its PMID" in result.message
