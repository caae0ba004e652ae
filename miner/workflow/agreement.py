"""Where curators agree and where they do not."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from miner.corpus import Corpus
from miner.evaluation.agreement import Kappa, cohens_kappa
from miner.model.assertions import Verdict

Judged = tuple[str, str]
"""An assertion and one evidence of it, or "" for the assertion as a whole."""


@dataclass(frozen=True, slots=True)
class PairAgreement:
    """How far two curators agree."""

    first: str
    second: str
    agreement: Kappa


def measure_agreement(verdicts: Iterable[Verdict]) -> list[PairAgreement]:
    """The agreement of every two curators who judged some of the same things, most things first.

    An edit counts as a rejection, as it does in beliefs.
    """
    given = _by_curator(verdicts)
    found = []
    for first, second in combinations(sorted(given), 2):
        if both := [decisions for _, decisions in _judged_by_both(given[first], given[second])]:
            found.append(PairAgreement(first, second, cohens_kappa(both)))
    return sorted(found, key=lambda pair: (-pair.agreement.judged, pair.first, pair.second))


def find_disputed(verdicts: Iterable[Verdict]) -> set[str]:
    """The assertions on which, or on a sentence of which, two curators disagree."""
    given = _by_curator(verdicts)
    return {
        assertion
        for first, second in combinations(given.values(), 2)
        for (assertion, _), (one, other) in _judged_by_both(first, second)
        if one != other
    }


def disputed_verdicts(corpus: Corpus) -> list[tuple[Verdict, tuple[str, str]]]:
    """The verdicts on disputed assertions with their pairs of entities, those on one assertion side by side."""
    given = corpus.all_verdicts()
    disputed = find_disputed(verdict for verdict, _ in given)
    return sorted((row for row in given if row[0].assertion in disputed), key=lambda row: row[0].assertion)


def _by_curator(verdicts: Iterable[Verdict]) -> dict[str, dict[Judged, str]]:
    given: dict[str, dict[Judged, str]] = defaultdict(dict)
    for verdict in verdicts:
        decision = "accept" if verdict.decision == "accept" else "reject"
        given[verdict.curator][verdict.assertion, verdict.evidence] = decision
    return given


def _judged_by_both(
    first: Mapping[Judged, str], second: Mapping[Judged, str]
) -> Iterator[tuple[Judged, tuple[str, str]]]:
    """What two curators decided of each thing that one names and both judged, if only as part of an assertion."""
    for key in sorted(first.keys() | second.keys()):
        one, other = (given.get(key) or given.get((key[0], "")) for given in (first, second))
        if one and other:
            yield key, (one, other)
