"""Find the claims that only one work supports, and the beliefs that change without it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from miner.assembly.assemble import assemble_pair
from miner.corpus import Corpus
from miner.model.assertions import MIN_BELIEF_CHANGE, Assertion, EvidenceRow
from miner.workflow.assembly import belief_model, judged_rows


@dataclass(frozen=True, slots=True)
class Impact:
    """An assertion that a work supports, with its belief and its number of papers without that work."""

    assertion: Assertion
    belief_without: float
    papers_without: int

    @property
    def alone(self) -> bool:
        """Whether no other work counts for the assertion."""
        return self.papers_without == 0


def impact_of(corpus: Corpus, work: str) -> list[Impact]:
    """Each assertion whose belief changes without the work of this id, the greatest change first.

    A retracted work is compared as if it still counted, which gives the effect of its retraction.
    """
    read = {claim.ends for claim in corpus.claims_in(work)}
    pairs = sorted(read | {pair for pair, origins in corpus.corrected_to().items() if not read.isdisjoint(origins)})
    found = [change for pair in pairs for change in _changes(corpus, pair, work)]
    return sorted(found, key=lambda i: (i.belief_without - i.assertion.tally.belief, i.assertion.id))


def _changes(corpus: Corpus, pair: tuple[str, str], work: str) -> Iterator[Impact]:
    rows, verdicts = judged_rows(corpus, pair)
    without = {a.id: a.tally for a in assemble_pair(*pair, _others(rows, work), verdicts, belief_model()).assertions}
    for assertion in assemble_pair(*pair, _as_counting(rows, work), verdicts, belief_model()).assertions:
        left = without.get(assertion.id)
        belief, papers = (left.belief, left.papers) if left else (0.0, 0)
        if abs(assertion.tally.belief - belief) >= MIN_BELIEF_CHANGE:
            yield Impact(assertion, belief, papers)


def _others(rows: Sequence[EvidenceRow], work: str) -> list[EvidenceRow]:
    return [row for row in rows if row.work.id != work]


def _as_counting(rows: Iterable[EvidenceRow], work: str) -> list[EvidenceRow]:
    return [replace(r, work=replace(r.work, retracted=False)) if r.work.id == work else r for r in rows]
