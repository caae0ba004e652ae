"""Support is compared with what articles state."""

import pytest

from miner import evaluation
from pipelines.measure.belief import Outcome, measure_support
from tests.claims import row


@pytest.mark.parametrize(("stated", "error"), [(1.0, 0.2), (0.5, 0.3), (0.0, 0.8)])
def test_support_is_compared_with_how_far_a_claim_is_stated(stated: float, error: float) -> None:
    claim = row("miR-21", "PROMOTES", "metastasis", "PDAC", score=0.8, extractor="exominer.combined.v7").claim
    (scored,) = measure_support([Outcome("dev", "article", claim, stated)])
    assert (scored.score, scored.right) == (0.8, stated)
    assert evaluation.calibration_error([scored]) == pytest.approx(error)
