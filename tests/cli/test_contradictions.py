"""`contradictions`: from texts that disagree to what a curator sees and decides; no server is started."""

import json
import re
from pathlib import Path

import pytest

from tests.cli.conftest import Cli, read_texts

TEXTS = (
    "We studied mice. In mice, exosomal miR-21 promotes metastasis of colorectal cancer.",
    "We studied 40 patients. In patients, exosomal miR-21 inhibits metastasis of colorectal cancer.",
    "Exosomes carry GPC1.",
)


@pytest.fixture
def corpus(cli: Cli) -> Path:
    """A workspace's corpus with two works that disagree."""
    return read_texts(cli, TEXTS)


def test_opposite_claims_are_shown_closed_and_opened_again(cli: Cli, corpus: Path) -> None:
    shown = cli("contradictions", "miR-21")
    assert "miR-21 —PROMOTES→ metastasis in colorectal cancer" in shown.out
    assert "miR-21 —INHIBITS→ metastasis in colorectal cancer" in shown.out
    assert "alike in cancer: colorectal cancer" in shown.out
    assert re.search(r"differ in setting: (mouse against patients|patients against mouse)", shown.out)
    assert "1 contradiction, none closed yet" in shown.message
    (found,) = json.loads(cli("contradictions", "--json").out)
    assert found["differing"] == ["setting"]
    assert {"PROMOTES", "INHIBITS"} == {
        found[side]["claim"].split("—")[1].split("→")[0] for side in ("first", "second")
    }

    given = cli("contradictions", "--close", found["contradiction"], "--as", "context", "--curator", "ada")
    assert "closed as context by ada" in given.message
    assert "context (ada)" in cli("contradictions").out
    assert "1 closed: 1 context; confirmed rate 0.00" in cli("contradictions").message
    assert cli("contradictions", "--open").out == ""
    cli("contradictions", "--close", found["contradiction"], "--as", "real", "--curator", "ada")
    assert "1 closed: 1 real; confirmed rate 1.00" in cli("contradictions").message
    cli("contradictions", "--close", found["contradiction"], "--as", "misread", "--curator", "bo")
    assert "1 closed: 1 disputed" in cli("contradictions").message

    for curator in ("ada", "bo"):
        assert cli("contradictions", "--undo", found["contradiction"], "--curator", curator).code == 0
    assert "none closed yet" in cli("contradictions").message


def test_a_curator_is_asked_how_to_close_each(cli: Cli, corpus: Path) -> None:
    judged = cli("contradictions", "--judge", "--curator", "ada", stdin="x\nr\nsame cells\n")
    assert "'x' is not an answer - type c, m, r, s or q" in judged.message
    assert "1 closed: 1 real; confirmed rate 1.00" in judged.message
    again = cli("contradictions", "--judge", "--curator", "ada")
    assert "nothing left to close for ada" in again.message
    (found,) = json.loads(cli("contradictions", "--json").out)
    assert [(c["curator"], c["outcome"], c["why"]) for c in found["closings"]] == [("ada", "real", "same cells")]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--close", "exominer:c_0", "--as", "real"], "exominer:c_0: no such contradiction in this corpus"),
        (["--close", "exominer:c_0"], "--close and --as go together"),
        (["--as", "real"], "--close and --as go together"),
        (["--undo", "exominer:c_0", "--curator", "ada"], "ada has not closed exominer:c_0"),
        (["zzzzqqqq"], "no entity of the corpus is named 'zzzzqqqq'"),
    ],
)
def test_what_cannot_be_done_is_said(cli: Cli, corpus: Path, words: list[str], message: str) -> None:
    result = cli("contradictions", *words)
    assert (result.code, message in result.message) == (2, True)
