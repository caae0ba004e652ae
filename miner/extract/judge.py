"""Which occurrence of a candidate relation is quoted, and whether it is negated or speculative there.

An occurrence in a question states nothing, unless the question is answered; a relation that is only asked about makes
no statement. What a question takes for granted ("how A promotes B") is speculative.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from graph_schema.model import Predicate
from miner.extract.candidates import CandidateRelation, Occurrence
from miner.extract.config import CONFIG
from miner.extract.modality.answers import find_answer
from miner.extract.modality.certainty import is_negated, is_negated_elsewhere, is_speculative
from miner.extract.modality.questions import find_asked, is_question, takes_for_granted
from miner.extract.sentence import SentenceView, TokenMention

_STRUCTURE = frozenset({Predicate.CARRIES, Predicate.SECRETES, Predicate.FOUND_IN})


class Statement(NamedTuple):
    """What an article states of a candidate relation, and the sentence and mentions by which it does."""

    candidate: CandidateRelation
    view: SentenceView
    subject: TokenMention
    object: TokenMention
    negated: bool
    speculative: bool
    end: int
    """The end of what is quoted, in characters of the article: of the sentence, or of the one that answers it."""


class _Judged(NamedTuple):
    statement: Statement
    weight: float


def judge(candidates: Sequence[CandidateRelation], sentences: Sequence[SentenceView]) -> Iterator[Statement]:
    """The statements of each candidate: what the article asserts, and apart from it what it negates of the same two."""
    mentions = {(view.index, m.entity, m.mention): m for view in sentences for m in view.mentions}
    last = len(sentences) - 1
    for candidate in candidates:
        occurrences = (_judge_occurrence(candidate, o, sentences, mentions, last) for o in candidate.occurrences)
        judged = sorted((one for one in occurrences if one is not None), key=_rank)
        if not judged:
            continue
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
) -> _Judged | None:
    """Judge one occurrence; None where the sentence only asks about the relation."""
    view = sentences[occurrence.sentence]
    subject = mentions[occurrence.sentence, candidate.subject, occurrence.subject_mention]
    object_ = mentions[occurrence.sentence, candidate.object, occurrence.object_mention]
    asked = find_asked(view, subject, object_)
    if asked is not None and not _is_presupposed(candidate.predicate, subject, object_):
        answer = find_answer(view, asked, sentences[view.index + 1] if view.index < last else None)
        if answer is None and takes_for_granted(view, asked, subject, object_):
            return _Judged(Statement(candidate, view, subject, object_, False, True, view.end), occurrence.weight)
        if answer is None:
            return None
        statement = Statement(candidate, view, subject, object_, answer[0] == "no", False, answer[1].end)
        return _Judged(statement, CONFIG.answered_weight)
    negated = is_negated(view, subject, object_, candidate.predicate)
    speculative = is_speculative(view, subject, object_, candidate.predicate, closing=view.index >= last)
    return _Judged(Statement(candidate, view, subject, object_, negated, speculative, view.end), occurrence.weight)


def _is_presupposed(predicate: Predicate, subject: TokenMention, object_: TokenMention) -> bool:
    """Whether a question takes the relation for granted: "whether exosomal miR-9 …" has miR-9 in exosomes."""
    gap = max(subject.first, object_.first) - min(subject.last, object_.last)
    return predicate in _STRUCTURE and gap <= CONFIG.presupposed_gap


def _rank(judged: _Judged) -> tuple[bool, bool, bool, float, int]:
    """The clearest first: an assertion before a negation, a speculation or a question."""
    one = judged.statement
    return one.negated, one.speculative, is_question(one.view), -judged.weight, one.view.index
