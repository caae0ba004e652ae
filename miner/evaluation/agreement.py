"""How far two curators agree beyond chance: Cohen's kappa (Cohen 1960, Educ Psychol Meas 20:37)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

NORMAL_95 = 1.96


@dataclass(frozen=True, slots=True)
class Kappa:
    """Agreement of two curators on the `judged` things that both judged, of which they agree on `agreed`.

    `kappa` is 1 for full agreement and 0 for that of chance; `low` and `high` bound its 95 % interval. All three are
    None where chance alone would give full agreement, as when both accept everything.
    """

    judged: int
    agreed: int
    kappa: float | None
    low: float | None
    high: float | None


def cohens_kappa(decisions: Sequence[tuple[str, str]]) -> Kappa:
    """The agreement of two curators' `decisions` on the same things, in pairs."""
    total = len(decisions)
    agreed = sum(first == second for first, second in decisions)
    firsts, seconds = Counter(first for first, _ in decisions), Counter(second for _, second in decisions)
    by_chance = sum(count * seconds[decision] for decision, count in firsts.items()) / total**2 if total else 1.0
    if by_chance == 1:
        return Kappa(total, agreed, None, None, None)
    observed = agreed / total
    kappa = (observed - by_chance) / (1 - by_chance)
    error = sqrt(observed * (1 - observed) / total) / (1 - by_chance)
    low, high = max(-1.0, kappa - NORMAL_95 * error), min(1.0, kappa + NORMAL_95 * error)
    return Kappa(total, agreed, round(kappa, 4), round(low, 4), round(high, 4))
