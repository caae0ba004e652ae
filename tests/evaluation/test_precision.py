"""From which score on a wanted share of the claims of a predicate is right."""

import math

import pytest

from graph_schema.model import Predicate
from miner.evaluation import Outcome, fit_precision
from miner.extract.precision import Precision, load_precision


def outcomes(predicate: str, right_from: float, count: int) -> list[Outcome]:
    """Claims of one predicate whose scores are spread evenly, and which are right from a score on."""
    scores = [n / count for n in range(count)]
    return [Outcome(score, score >= right_from, predicate, False) for score in scores]


def table(*claims: list[Outcome]) -> Precision:
    return Precision(
        {"extractor": "a test", "data": "a test", "precision": fit_precision([one for some in claims for one in some])}
    )


def test_the_score_of_a_frequent_predicate_comes_from_its_own_claims() -> None:
    least = table(outcomes("CARRIES", 0.2, 1000), outcomes("PROMOTES", 0.8, 1000)).least_scores(0.9)
    # of evenly spread scores, those from s on are right to (1 - right_from) / (1 - s)
    assert least[Predicate.CARRIES] == pytest.approx(1 - 0.8 / 0.9, abs=0.04)
    assert least[Predicate.PROMOTES] == pytest.approx(1 - 0.2 / 0.9, abs=0.04)


@pytest.mark.parametrize("count", [0, 2, 10])
def test_a_rare_predicate_keeps_near_the_average(count: int) -> None:
    common, rare = outcomes("CARRIES", 0.5, 1000), outcomes("TREATS", 2.0, count)
    least = table(common, rare).least_scores(0.7)
    assert least[Predicate.CARRIES] <= least[Predicate.TREATS] <= 0.9
    assert least[Predicate.REDUCED_IN] == pytest.approx(least[Predicate.CARRIES], abs=0.02)


def test_what_is_mostly_wrong_is_never_shown() -> None:
    least = table(outcomes("CARRIES", 0.5, 1000), outcomes("TREATS", 2.0, 200)).least_scores(0.9)
    assert math.isinf(least[Predicate.TREATS])


def test_no_score_is_promised_without_claims() -> None:
    assert set(table().least_scores(0.5).values()) == {math.inf}


def test_the_shipped_table_asks_for_higher_scores_the_more_is_wanted() -> None:
    shipped = load_precision()
    some, more, most = (shipped.least_scores(precision) for precision in (0.6, 0.75, 0.9))
    assert all(some[p] <= more[p] <= most[p] for p in Predicate)
    assert min(most.values()) < 1
    assert "article" in shipped.data
