"""Bring verdicts from before vesicles had populations to the assertions that their sentences support now."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from miner.corpus import Corpus
from miner.model.assertions import Verdict, assertion_id, evidence_id
from miner.model.claims import Claim, EntityRef

Judged = tuple[Verdict, tuple[str, str]]
"""A verdict with the subject and object of what it judges."""


def update_verdicts(corpus: Corpus, judged: Sequence[Judged]) -> Iterator[Judged]:
    """The verdicts; one on an assertion that no claim makes, as verdicts on the sentences that made it once.

    A verdict of which the corpus has no sentence stays as it is.
    """
    unknown = {v.assertion for v, _ in judged if corpus.pair_claimed_by(v.assertion) is None}
    moved = _sentences_by_former_assertion(corpus, unknown) if unknown else {}
    for verdict, pair in judged:
        sentences = [s for s in moved.get(verdict.assertion, ()) if verdict.evidence in ("", s.former)]
        for s in sentences:
            yield replace(verdict, assertion=s.assertion, evidence=s.evidence), s.pair
        if not sentences:
            yield verdict, pair


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence as evidence of an assertion, with its id as evidence of the assertion on vesicles of any source."""

    assertion: str
    evidence: str
    pair: tuple[str, str]
    former: str


def _sentences_by_former_assertion(corpus: Corpus, wanted: Iterable[str]) -> Mapping[str, list[_Sentence]]:
    wanted = frozenset(wanted)
    found: dict[str, list[_Sentence]] = defaultdict(list)
    for work, claim in corpus.claims():
        former = _without_population(claim)
        if former is not claim and (id_ := assertion_id(former)) in wanted:
            pair = claim.subject.id, claim.object.id
            now, then = evidence_id(claim, work.id), evidence_id(former, work.id)
            found[id_].append(_Sentence(assertion_id(claim), now, pair, then))
    return found


def _without_population(claim: Claim) -> Claim:
    """The claim on vesicles of any source; the claim itself where it is on none of a known source."""
    if not (claim.subject.population or claim.object.population):
        return claim
    return replace(claim, subject=_to_kind(claim.subject), object=_to_kind(claim.object))


def _to_kind(ref: EntityRef) -> EntityRef:
    return replace(ref, id=ref.kind, population=None)
