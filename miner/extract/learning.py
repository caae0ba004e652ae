"""Re-fit the combination of voters to what curators judged, starting from the shipped weights.

A logistic regression in which each weight has a normal prior around the shipped one (maximum a posteriori): with few
verdicts the weights stay where they are. Candidates of one work are never on both sides of a cross-validation.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from graph_schema.model import Predicate
from miner.extract.config import CONFIG
from miner.extract.weights import Fusion, scale_threshold, to_log_odds
from miner.model.learned import Combination

PREDICATES = tuple(Predicate)
SPREAD_BIAS = 1.0
"""Standard deviation of the bias around the shipped one: the texts of a workspace may be easier or harder."""
SPREAD_VOTER = 0.1
"""Standard deviation of a voter's weight around the shipped one."""
SPREAD_PREDICATE = 0.5
"""Standard deviation of a predicate's weight around the shipped one."""
RECALL = 0.68
"""Share of the annotated relations that the shipped combination finds (model card): verdicts show no misses."""
FOLDS = 5
STEPS = 25

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class JudgedRelation:
    """A relation of a work with the voters' scores and its least probability, and whether curators take it for right.

    `chosen` says whether it is a claim of the work; otherwise a curator named it in the place of one.
    """

    work: str
    predicate: Predicate
    scores: Mapping[str, float]
    floor: float
    right: bool
    chosen: bool = True

    def probability(self, fusion: Fusion) -> float:
        """Its probability by these weights."""
        return max(fusion.fuse_scores(self.predicate, self.scores), self.floor)


def refit(base: str, shipped: Fusion, judged: Sequence[JudgedRelation]) -> Combination:
    """The combination of `base` fitted to these verdicts. Raises ValueError where `shipped` has no weights."""
    start, spread = _shipped_weights(shipped), _spreads(shipped)
    features = _features(shipped.fitted, judged)
    right = np.array([one.right for one in judged], float)
    moved = np.zeros_like(start)
    for _ in range(STEPS):
        p = _sigmoid(features @ (start + moved))
        gradient = features.T @ (right - p) - moved / spread**2
        curvature = (features * (p * (1 - p))[:, None]).T @ features + np.diag(spread**-2.0)
        step = np.linalg.solve(curvature, gradient)
        moved += step
        if np.abs(step).max() < 1e-6:
            break
    bias, *weights = (round(float(w), 4) for w in start + moved)
    voters = len(shipped.fitted)
    return Combination(
        base,
        bias,
        dict(zip(shipped.fitted, weights[:voters], strict=True)),
        dict(zip(PREDICATES, weights[voters:], strict=True)),
        _fit_thresholds(features @ (start + moved), judged),
    )


def _fit_thresholds(log_odds: Floats, judged: Sequence[JudgedRelation]) -> dict[Predicate, float]:
    """Half of the highest F1 that these probabilities promise: below it, a claim lowers F1 more than it adds.

    Lipton et al. 2014, "Optimal thresholding of classifiers to maximize F1 measure".
    """
    p = np.sort(_sigmoid(log_odds[[one.chosen for one in judged]]))[::-1]
    if not len(p):
        return scale_threshold(CONFIG.default_threshold)
    found = np.cumsum(p)
    f1 = 2 * found / (np.arange(1, len(p) + 1) + found[-1] / RECALL)
    return {predicate: round(t, 4) for predicate, t in scale_threshold(float(f1.max()) / 2).items()}


def cross_validate(base: str, shipped: Fusion, judged: Sequence[JudgedRelation]) -> list[tuple[float, float]]:
    """(probability, threshold) of each relation by the combination fitted to the verdicts on other works."""
    fold_of = {work: number % FOLDS for number, work in enumerate(sorted({one.work for one in judged}))}
    fits = []
    for fold in range(FOLDS):
        learned = refit(base, shipped, [one for one in judged if fold_of[one.work] != fold])
        fits.append((replace(shipped, stack=learned.stack), learned.thresholds))
    result = []
    for one in judged:
        fusion, thresholds = fits[fold_of[one.work]]
        result.append((one.probability(fusion), thresholds[one.predicate]))
    return result


def _shipped_weights(shipped: Fusion) -> Floats:
    if shipped.stack is None:
        raise ValueError("there are no shipped weights to start from")
    voters = [shipped.stack[voter] for voter in shipped.fitted]
    predicates = [shipped.stack["predicates"].get(predicate, 0.0) for predicate in PREDICATES]
    return np.array([shipped.stack["bias"], *voters, *predicates], float)


def _spreads(shipped: Fusion) -> Floats:
    return np.array([SPREAD_BIAS, *[SPREAD_VOTER] * len(shipped.fitted), *[SPREAD_PREDICATE] * len(PREDICATES)], float)


def _features(voters: Sequence[str], judged: Sequence[JudgedRelation]) -> Floats:
    """(relations, weights): 1 for the bias, the voters' log-odds, 1 for the predicate."""
    features = np.zeros((len(judged), 1 + len(voters) + len(PREDICATES)))
    features[:, 0] = 1
    for row, one in enumerate(judged):
        features[row, 1 : 1 + len(voters)] = [to_log_odds(one.scores.get(voter, CONFIG.absent)) for voter in voters]
        features[row, 1 + len(voters) + PREDICATES.index(one.predicate)] = 1
    return features


def _sigmoid(log_odds: Floats) -> Floats:
    return 1 / (1 + np.exp(-log_odds))
