"""Which occurrence of a candidate relation is quoted, and whether it is negated or speculative there."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from miner.extract.candidates import CandidateRelation, Occurrence
from miner.extract.config import CONFIG
from miner.extract.modality.certainty import is_negated, is_negated_elsewhere, is_speculative
from miner.extract.modality.questions import is_question
from miner.extract.sentence import SentenceView, TokenMention


class Statement(NamedTuple):
    """What an article states of a candidate relation, and the sentence and mentions by which it does."""

    candidate: CandidateRelation
    view: SentenceView
    subject: TokenMention
    object: TokenMention
    negated: bool
    speculative: bool


class _Judged(NamedTuple):
    statement: Statement
    weight: float


def judge(candidates: Sequence[CandidateRelation], sentences: Sequence[SentenceView]) -> Iterator[Statement]:
    """The statements of each candidate: what the article asserts, and apart from it what it negates of the same two."""
    mentions = {(view.index, m.entity, m.mention): m for view in sentences for m in view.mentions}
    last = len(sentences) - 1
    for candidate in candidates:
        judged = [_judge_occurrence(candidate, o, sentences, mentions, last) for o in candidate.occurrences]
        judged.sort(key=_rank)
        asserted = [one.statement for one in judged if not one.statement.negated]
        negated = [one.statement for one in judged if one.statement.negated and one.weight >= CONFIG.stated_weight]
        if not asserted:
            yield judged[0].statement
            continue
        first = asserted[0]
        yield first
        if is_negated_elsewhere(first.view, first.subject, first.object, candidate.predicate):
            negated.append(first._replace(negated=True))
        yield from negated[:1]


def _judge_occurrence(
    candidate: CandidateRelation,
    occurrence: Occurrence,
    sentences: Sequence[SentenceView],
    mentions: dict[tuple[int, int, int], TokenMention],
    last: int,
) -> _Judged:
    view = sentences[occurrence.sentence]
    subject = mentions[occurrence.sentence, candidate.subject, occurrence.subject_mention]
    object_ = mentions[occurrence.sentence, candidate.object, occurrence.object_mention]
    negated = is_negated(view, subject, object_, candidate.predicate)
    speculative = is_speculative(view, subject, object_, candidate.predicate, closing=view.index >= last)
    return _Judged(Statement(candidate, view, subject, object_, negated, speculative), occurrence.weight)


def _rank(judged: _Judged) -> tuple[bool, bool, bool, float, int]:
    """The clearest first: an assertion before a negation, a speculation or a question."""
    one = judged.statement
    return one.negated, one.speculative, is_question(one.view), -judged.weight, one.view.index
