"""The behavioural suites: how many of their short texts are read right, by kind of sentence."""

from pathlib import Path

import pytest

from pipelines.measure.behaviour import judged, load, rates

DATA = Path(__file__).parents[1] / "data"


@pytest.mark.parametrize(
    ("suite", "overall", "kind"),
    [
        ("behaviour", 0.93, 0.8),
        ("behaviour_second", 0.89, 0.6),
        ("behaviour_third", 0.93, 0.75),
        ("behaviour_fourth", 0.95, 0.75),
        ("behaviour_fifth", 0.9, 0.75),
        ("behaviour_sixth", 0.9, 0.6),
    ],
)
def test_texts_of_every_kind_are_read(suite: str, overall: float, kind: float) -> None:
    table = rates(judged(load(DATA / suite)))
    shares = {name: passed / total for name, (passed, total) in table.items()}
    assert shares.pop("all") >= overall
    assert len(shares) == 16
    assert {name: share for name, share in shares.items() if share < kind} == {}
