"""In which order curators are shown the assertions that they have not judged.

`useful` puts first what a verdict is worth most on: claims whose extraction is uncertain, on entities that many claims
name, and unlike those already judged or queued. `pipelines/measure/learning.py` compares it with random order.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from heapq import heapify, heappop, heappush
from math import log1p

from miner.model.assertions import Assertion

Kind = tuple[str, ...]


def by_usefulness(unjudged: Sequence[Assertion], judged: Iterable[Assertion]) -> Iterator[Assertion]:
    """Uncertainty × impact × diversity, the highest first.

    Uncertainty is 4 p (1 - p) of the best read sentence; impact grows with the number of assertions on the two
    entities; diversity falls with each assertion of the same predicate and types that was judged or comes before.
    """
    named = Counter(entity for a in unjudged for entity in (a.subject, a.object))
    seen = Counter(kind_of(assertion) for assertion in judged)
    worth = [uncertainty(a) * impact(named[a.subject], named[a.object]) for a in unjudged]
    # What is worth less the more of its kind are seen can only sink: a stale entry goes back with its present worth.
    heap = [(-w, a.id, 0, number) for number, (a, w) in enumerate(zip(unjudged, worth, strict=True))]
    heapify(heap)
    while heap:
        _, id_, at, number = heappop(heap)
        count = seen[kind_of(unjudged[number])]
        if at < count:
            heappush(heap, (-worth[number] * diversity(count), id_, count, number))
            continue
        seen[kind_of(unjudged[number])] += 1
        yield unjudged[number]


def uncertainty(assertion: Assertion) -> float:
    """4 p (1 - p) of the sentence that most probably states it: 1 for an even chance, 0 for certainty."""
    p = max((evidence.score for evidence in assertion.evidence), default=0.0)
    return 4 * p * (1 - p)


def impact(subject_named: int, object_named: int) -> float:
    """How widely a verdict shows, from the numbers of assertions on its subject and on its object."""
    return 1 + log1p(subject_named + object_named) / 4


def diversity(seen: int) -> float:
    """What a verdict on one more claim of a kind teaches when this many were seen."""
    return float((1 + seen) ** -0.5)


def kind_of(assertion: Assertion) -> Kind:
    """The predicate, which is what weights are learned for."""
    return (assertion.predicate,)
