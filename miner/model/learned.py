"""What a workspace learned from its curators: weights of its own, and names of entities."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from graph_schema.model import EntityType, Predicate
from miner.model.digests import digest

_LEARNED = ".learned-"


@dataclass(frozen=True, slots=True)
class Combination:
    """Weights of the extractor `base` that were fitted to verdicts, in place of the shipped ones.

    `bias`, `voters` and `predicates` are those of a logistic regression over the voters' log-odds; `thresholds` are the
    least probabilities of claims.
    """

    base: str
    bias: float
    voters: Mapping[str, float]
    predicates: Mapping[Predicate, float]
    thresholds: Mapping[Predicate, float]

    @property
    def extractor(self) -> str:
        """The versioned name that claims bear which are decided with these weights."""
        return f"{self.base}{_LEARNED}{digest(json.dumps(asdict(self), sort_keys=True))[:8]}"

    @property
    def stack(self) -> Mapping[str, Any]:
        """The regression as `miner/weights/combination.json` writes one."""
        return {"bias": self.bias, "predicates": self.predicates, **self.voters}


def base_extractor(extractor: str) -> str:
    """The shipped extractor behind one with learned weights; any other name as it is.

    >>> base_extractor("exominer.combined.v7.learned-1a2b3c4d")
    'exominer.combined.v7'
    """
    return extractor.partition(_LEARNED)[0]


@dataclass(frozen=True, slots=True)
class Synonym:
    """A surface form that names a concept in this workspace: its type, CURIE and preferred name."""

    form: str
    type: EntityType
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Taught:
    """What curators taught: a combination of votes in place of the shipped one, and names of entities."""

    combination: Combination | None = None
    synonyms: tuple[Synonym, ...] = ()


NOTHING_TAUGHT = Taught()
