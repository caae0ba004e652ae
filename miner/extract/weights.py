"""The measured precision of each rule and the weights of the combination (`pipelines/train/train_pairs.py`)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from math import exp, log
from typing import Any

from graph_schema.model import Predicate
from miner.extract.config import CONFIG
from miner.model.learned import Combination


class Weights:
    """What `miner/weights/combination.json` holds: rules, stacks (one for each set of voters) and thresholds."""

    def __init__(self, stored: Mapping[str, Any], learned: Combination | None = None) -> None:
        self._stored = stored
        self._rules: Mapping[str, float] = stored["rules"]
        self._stacks: Mapping[str, Mapping[str, Any]] = stored["stacks"]
        self._thresholds: Mapping[str, float] = stored["thresholds"]
        self._learned = learned
        if learned:
            self._stacks = {**self._stacks, "+".join(learned.voters): learned.stack}

    def replaced_by(self, learned: Combination | None) -> "Weights":
        """These weights with those of one combination as a workspace learned them."""
        return Weights(self._stored, learned)

    def thresholds(self, extractor: str) -> dict[Predicate, float]:
        """The least probability of an extractor's claims, by predicate."""
        if self._learned and self._learned.base == extractor:
            return dict(self._learned.thresholds)
        return scale_threshold(self._thresholds.get(extractor, CONFIG.default_threshold))

    def rule_precision(self, predicate: Predicate, rule: str) -> float:
        """How often what a rule reads is right."""
        return self._rules.get(f"{predicate} {rule}", CONFIG.unknown_rule)

    def fusion(self, voters: Sequence[str]) -> "Fusion":
        """How the scores of these voters are joined: by the stack that was fitted with most of them."""
        fitted = [name for name in self._stacks if set(name.split("+")) <= set(voters)]
        name = max(fitted, key=len, default="")
        known = {voter for stack in self._stacks for voter in stack.split("+")} if name else set()
        return Fusion(self._stacks.get(name), tuple(filter(None, name.split("+"))), tuple(set(voters) - known))


@dataclass(frozen=True)
class Fusion:
    """A logistic regression over the log-odds of the `fitted` voters' scores, which the `others` can only raise."""

    stack: Mapping[str, Any] | None
    fitted: tuple[str, ...]
    others: tuple[str, ...]

    def fuse_scores(self, predicate: Predicate, scores: Mapping[str, float]) -> float:
        """The probability of a relation; a voter without a score counts as giving `CONFIG.absent`."""
        best = max((scores.get(voter, CONFIG.absent) for voter in self.others), default=0.0)
        if self.stack is None:
            return best
        total = self.stack["bias"] + self.stack["predicates"].get(predicate.value, 0.0)
        for voter in self.fitted:
            total += self.stack[voter] * to_log_odds(scores.get(voter, CONFIG.absent))
        return max(float(1 / (1 + exp(-total))), best)


def scale_threshold(threshold: float) -> dict[Predicate, float]:
    """The threshold of each predicate, scaled by `CONFIG.threshold_factors`."""
    return {predicate: threshold * CONFIG.threshold_factors.get(predicate, 1.0) for predicate in Predicate}


def to_log_odds(probability: float) -> float:
    """The log-odds of a probability, which is kept away from 0 and 1."""
    kept = min(max(probability, CONFIG.clip), 1 - CONFIG.clip)
    return log(kept / (1 - kept))


@lru_cache(maxsize=1)
def load_weights() -> Weights:
    """The weights that the package holds. Raises FileNotFoundError where they are missing."""
    return Weights(json.loads(files("miner").joinpath("weights/combination.json").read_text(encoding="utf-8")))
