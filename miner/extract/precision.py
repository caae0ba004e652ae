"""Find the minimum score that gives a wanted precision, by predicate (`pipelines/train/precision.py`)."""

import json
import math
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any

from graph_schema.model import Predicate

PRECISION = "weights/precision.json"


class Precision:
    """The measured precision of an extractor by score; `data` describes the measured articles.

    `steps` are, for each predicate, pairs of a score and the share of claims that are right from this score on.
    """

    def __init__(self, stored: Mapping[str, Any]) -> None:
        self.extractor: str = stored["extractor"]
        self.data: str = stored["data"]
        self.steps: Mapping[Predicate, list[tuple[float, float]]] = {p: stored["precision"][p.value] for p in Predicate}

    def least_scores(self, precision: float) -> dict[Predicate, float]:
        """The lowest score that gives this precision, for each predicate; infinite if none does."""
        return {
            predicate: min((score for score, share in self.steps[predicate] if share >= precision), default=math.inf)
            for predicate in Predicate
        }


@lru_cache(maxsize=1)
def load_precision() -> Precision:
    """The table in the package. Raises FileNotFoundError if it is missing."""
    return Precision(json.loads(files("miner").joinpath(PRECISION).read_text(encoding="utf-8")))
