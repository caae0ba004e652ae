"""Which share of the claims that score at least so much is right, by predicate."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from graph_schema.model import Predicate
from miner.evaluation.report import Outcome

SHRINKAGE = 30
"""As many claims of any predicate are counted with those of one, so that rare predicates keep near the average."""
MIN_CLAIMS = 20
"""Claims of any predicate on which a share is based at least."""

Steps = list[tuple[float, float]]


def fit_precision(outcomes: Sequence[Outcome]) -> Mapping[str, Steps]:
    """For each predicate (score, share of the claims from this score on that is right), in steps of 0.01, ascending.

    The share is shrunk towards that of all predicates: (right + SHRINKAGE * share of all) / (claims + SHRINKAGE).
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
