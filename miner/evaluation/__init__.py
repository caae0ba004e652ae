"""Predicted claims against annotated articles: scores, confusions, error classes, curve and calibration."""

from miner.evaluation.curve import Point, calibration_error, curve, precision_at_recall, score_at_precision
from miner.evaluation.errors import Error
from miner.evaluation.matching import Annotated, Counts, Predicted, annotated, headline, matches, predicted
from miner.evaluation.names import Named, folded, named
from miner.evaluation.precision import fit_precision
from miner.evaluation.report import Outcome, Report, evaluate

__all__ = [
    "Annotated", "Counts", "Error", "Named", "Outcome", "Point", "Predicted", "Report", "annotated",
    "calibration_error", "curve", "evaluate", "fit_precision", "folded", "headline", "matches", "named",
    "precision_at_recall", "predicted", "score_at_precision",
]  # fmt: skip
