"""In which order curators are shown the claims that they have not judged.

First come those whose extraction is uncertain, on entities that many claims name, and unlike those already judged or
queued. By `pipelines/measure/learning.py` they are 1.3 to 1.7 times as often wrong as in random order; weights learned
from them are no better than those learned from random ones.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from math import log1p

from miner.model.assertions import Assertion


@dataclass(frozen=True, slots=True)
class Judgeable:
    """A claim to judge: its id, the probability that it is read right, its entities, and what it is like.

    Claims are alike that have one predicate, as the weights that are learned are those of predicates.
    """

    id: str
    probability: float
    ends: tuple[str, str]
    kind: str

    @classmethod
    def of(cls, assertion: Assertion) -> "Judgeable":
        """An assertion by its most probable sentence."""
        probability = max((evidence.score for evidence in assertion.evidence), default=0.0)
        return cls(assertion.id, probability, (assertion.subject, assertion.object), assertion.predicate)


def by_usefulness(unjudged: Sequence[Judgeable], judged: Iterable[Judgeable]) -> Iterator[Judgeable]:
    """Claims by uncertainty × impact × diversity, the highest first.

    Uncertainty is 4 p (1 - p): 1 for an even chance. Impact grows with the number of claims on the two entities.
    Diversity falls with each claim of the same kind that was judged or comes before.
    """
    named = Counter(end for claim in unjudged for end in claim.ends)
    seen = Counter(claim.kind for claim in judged)
    worth = [4 * c.probability * (1 - c.probability) * _impact(sum(named[end] for end in c.ends)) for c in unjudged]
    # Worth only falls as more of a kind are seen: an entry that is out of date goes back with its present worth.
    heap = [(-w, claim.id, 0, number) for number, (claim, w) in enumerate(zip(unjudged, worth, strict=True))]
    heapify(heap)
    while heap:
        _, id_, at, number = heappop(heap)
        claim = unjudged[number]
        count = seen[claim.kind]
        if at < count:
            heappush(heap, (-worth[number] * _diversity(count), id_, count, number))
            continue
        seen[claim.kind] += 1
        yield claim


def _impact(claims: int) -> float:
    return 1 + log1p(claims) / 4


def _diversity(seen: int) -> float:
    return float((1 + seen) ** -0.5)
