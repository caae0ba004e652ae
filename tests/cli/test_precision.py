"""`extract --precision`: the claims of each predicate from the score on from which enough of them are right."""

import json

from graph_schema.model import Predicate
from miner.extract.precision import load_precision
from tests.cli.conftest import Cli

TEXT = (
    "TI  - Exosomes in colorectal cancer\n"
    "AB  - Exosomes from colorectal cancer cells carry miR-21 and GPC1. Exosomal miR-21 promotes migration by "
    "targeting PTEN. Levels of GPC1 in serum exosomes were associated with metastasis of patients. GPC1 is a "
    "biomarker of colorectal cancer, and curcumin may reduce invasion of cells that took up exosomes.\n"
)
RECORD = f"TY  - JOUR\n{TEXT}DO  - 10.1000/precision.1\nER  - \n"


def test_claims_below_the_scores_of_the_precision_are_left_out(cli: Cli) -> None:
    def claims(*options: str) -> list[dict[str, object]]:
        result = cli("extract", "-", *options, stdin=RECORD)
        assert result.code == 0, result.err
        return [json.loads(line) for line in result.out.splitlines()]

    everything = claims()
    kept = {precision: claims("--precision", str(precision)) for precision in (0.6, 0.9)}
    for precision, some in kept.items():
        least = load_precision().least_scores(precision)
        assert some == [claim for claim in everything if claim["score"] >= least[Predicate(claim["predicate"])]]
    assert len(everything) > len(kept[0.9]) > 0
    assert claims("--precision", "0.6", "--min-score", "1") == []


def test_a_precision_that_nothing_can_promise_is_refused(cli: Cli) -> None:
    assert cli("extract", "-", "--precision", "1.5", stdin=RECORD).code == 2
