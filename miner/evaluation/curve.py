"""Precision against recall over the scores of claims, and how far the scores are from probabilities."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from miner.evaluation.report import Outcome, Report


@dataclass(frozen=True, slots=True)
class Point:
    """Precision and recall of the claims that score at least `score`."""

    score: float
    precision: float
    recall: float


def curve(report: Report) -> list[Point]:
    """Precision against recall, from the highest score down, one point per distinct score."""
    points: list[Point] = []
    right = 0.0
    ranked = sorted(report.outcomes, key=lambda outcome: -outcome.score)
    for count, outcome in enumerate(ranked, 1):
        right += outcome.right
        if count == len(ranked) or ranked[count].score < outcome.score:
            points.append(
                Point(outcome.score, right / count, right / report.overall.gold if report.overall.gold else 0.0)
            )
    return points


def precision_at_recall(points: Sequence[Point], recall: float) -> float | None:
    """The best precision at this recall or a higher one; None where none is reached."""
    return max((point.precision for point in points if point.recall >= recall), default=None)


def score_at_precision(points: Sequence[Point], precision: float) -> float | None:
    """The lowest score from which on claims have at least this precision; None where there is none."""
    return min((point.score for point in points if point.precision >= precision), default=None)


def calibration_error(outcomes: Sequence[Outcome], bins: int = 10) -> float:
    """Expected calibration error: the mean distance of score and precision over equal-width bins, weighted by size."""
    groups: dict[int, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        groups[min(int(outcome.score * bins), bins - 1)].append(outcome)
    gaps = (abs(sum(one.score - one.right for one in group)) for group in groups.values())
    return sum(gaps) / len(outcomes) if outcomes else 0.0
