"""Measure the precision of claims from each score on, by predicate."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from graph_schema.model import Predicate
from miner.evaluation.report import Outcome

SHRINKAGE = 30
"""Weight of all predicates' precision, in claims: it keeps the precision of rare predicates near the average."""
MIN_CLAIMS = 20
"""Minimum number of claims, of all predicates, from a score on."""

Steps = list[tuple[float, float]]


def fit_precision(outcomes: Sequence[Outcome]) -> Mapping[str, Steps]:
    """For each predicate, (score, precision of the claims from this score on), by ascending score in steps of 0.01.

    Precision is shrunk towards that of all predicates: (right + SHRINKAGE * precision of all) / (claims + SHRINKAGE).
    """
    scores = np.array([outcome.score for outcome in outcomes])
    right = np.array([outcome.right for outcome in outcomes], float)
    predicates = np.array([outcome.predicate for outcome in outcomes])
    return {predicate.value: _fit(scores, right, predicates == predicate.value) for predicate in Predicate}


def _fit(scores: NDArray[np.float64], right: NDArray[np.float64], own: NDArray[np.bool_]) -> Steps:
    steps: Steps = []
    for hundredths in range(100):
        above = scores >= hundredths / 100
        if above.sum() < MIN_CLAIMS:
            break
        share = right[above].mean()
        mine = above & own
        shrunk = (right[mine].sum() + SHRINKAGE * share) / (mine.sum() + SHRINKAGE)
        rounded = round(float(shrunk), 3)
        if not steps or rounded != steps[-1][1]:
            steps.append((hundredths / 100, rounded))
    return steps
