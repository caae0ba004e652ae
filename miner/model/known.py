"""What databases of vesicles hold, and how new a claim is against them."""

from dataclasses import dataclass
from typing import Literal

Novelty = Literal["known", "other context", "not there"]
"""Whether a database holds a claim, holds it with another vesicle or cancer only, or does not hold it."""


@dataclass(frozen=True, slots=True)
class KnownFact:
    """A database's cargo with its vesicles and cancer, as ids, empty where it names none; or a miRNA and its target.

    Mature miRNAs are given as the miRNA that texts name, without the arm.
    """

    cargo: str
    vesicle: str = ""
    cancer: str = ""
    target: str = ""


@dataclass(frozen=True, slots=True)
class DatabaseSummary:
    """A database that was compared: its number of facts, when, and whether it holds targets or cargo."""

    name: str
    facts: int
    at: str
    has_targets: bool
    has_cargo: bool
