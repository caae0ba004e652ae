"""Cohen's kappa, against values worked out by hand."""

import pytest

from miner.evaluation.agreement import cohens_kappa
from miner.model.assertions import Verdict
from miner.workflow.agreement import find_disputed, measure_agreement

YES, NO = "accept", "reject"


@pytest.mark.parametrize(
    ("table", "kappa"),
    [
        ({(YES, YES): 20, (YES, NO): 5, (NO, YES): 10, (NO, NO): 15}, 0.4),
        ({(YES, YES): 45, (YES, NO): 15, (NO, YES): 25, (NO, NO): 15}, 0.1304),
        ({(YES, YES): 25, (YES, NO): 35, (NO, YES): 5, (NO, NO): 35}, 0.2593),
        ({(YES, YES): 5, (NO, NO): 5}, 1.0),
        ({(YES, NO): 5, (NO, YES): 5}, -1.0),
        ({(YES, YES): 5, (YES, NO): 5, (NO, YES): 5, (NO, NO): 5}, 0.0),
        ({(YES, YES): 9}, None),
        ({}, None),
    ],
)
def test_kappa_of_tables(table: dict[tuple[str, str], int], kappa: float | None) -> None:
    found = cohens_kappa([pair for pair, count in table.items() for _ in range(count)])
    assert found.kappa == kappa
    assert found.judged == sum(table.values())
    assert found.kappa is None or (found.low or 0) <= found.kappa <= (found.high or 0)


def verdict(curator: str, decision: str, evidence: str = "", assertion: str = "a") -> Verdict:
    return Verdict(assertion, evidence, curator, decision, correction="CARRIES" if decision == "edit" else "")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "judged", "disputed"),
    [
        ([verdict("ada", YES), verdict("ben", YES)], 1, False),
        ([verdict("ada", YES), verdict("ben", NO)], 1, True),
        ([verdict("ada", NO), verdict("ben", "edit")], 1, False),
        ([verdict("ada", YES), verdict("ben", NO, "e")], 1, True),
        ([verdict("ada", NO, "e"), verdict("ben", NO)], 1, False),
        ([verdict("ada", NO, "e"), verdict("ben", YES, "f")], 0, False),
        ([verdict("ada", YES), verdict("ada", NO, "e"), verdict("ben", YES)], 2, True),
        ([verdict("ada", YES), verdict("ben", NO, assertion="b")], 0, False),
    ],
)
def test_what_two_curators_both_judged(given: list[Verdict], judged: int, disputed: bool) -> None:
    assert sum(pair.agreement.judged for pair in measure_agreement(given)) == judged
    assert find_disputed(given) == ({"a"} if disputed else set())
