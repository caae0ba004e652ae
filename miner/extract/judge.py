"""Which occurrence of a candidate relation is quoted, and whether it is negated or speculative there.

An occurrence in a question states nothing, unless the question is answered; a relation that is only asked about makes
no statement. What a question takes for granted ("how A promotes B") is speculative.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from graph_schema.model import Predicate
from miner.extract.candidates import CandidateRelation, Occurrence
from miner.extract.config import CONFIG
from miner.extract.modality.answers import find_answer
from miner.extract.modality.certainty import find_negated_elsewhere, is_negated, is_speculative
from miner.extract.modality.questions import find_asked, find_supposed, is_question, takes_for_granted
from miner.extract.sentence import SentenceView, TokenMention
from miner.vocabulary.words import load_words

_ASKED_VERBS = frozenset(
    verb for key in ("holding_verbs", "release_verbs") for verb in load_words("constructions")[key]
)
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
    for candidate in candidates:
        same = [rival for rival in candidate.rivals if rival.predicate is candidate.predicate]
        judged = _judge_occurrences((candidate, *same), sentences, mentions)
        denied = _find_denial(candidate, judged, sentences, mentions)
        if denied is not None:
            yield denied
            continue
        if not judged:
            continue
        asserted = [one.statement for one in judged if not one.statement.negated]
        negated = [one.statement for one in judged if one.statement.negated and one.weight >= CONFIG.stated_weight]
        if not asserted:
            yield judged[0].statement
            continue
        first = asserted[0]
        if first.speculative and negated:
            yield negated[0]
            continue
        yield first
        other = find_negated_elsewhere(first.view, first.subject, first.object, candidate.predicate)
        if other is not None:
            negated.append(first._replace(subject=other, negated=True))
        yield from negated[:1]


def _judge_occurrences(
    candidates: Sequence[CandidateRelation],
    sentences: Sequence[SentenceView],
    mentions: Mapping[tuple[int, int, int], TokenMention],
) -> list[_Judged]:
    """Judge the occurrences of candidates, clearest first; skips those of low weight in their sentence."""
    found = [(candidate, occurrence) for candidate in candidates for occurrence in candidate.occurrences]
    greatest: dict[int, float] = {}
    for _, occurrence in found:
        greatest[occurrence.sentence] = max(occurrence.weight, greatest.get(occurrence.sentence, 0.0))
    judged = (
        _judge_occurrence(candidate, occurrence, sentences, mentions)
        for candidate, occurrence in found
        if occurrence.weight >= CONFIG.clear_share * greatest[occurrence.sentence]
    )
    return sorted(
        (one._replace(statement=one.statement._replace(candidate=candidates[0])) for one in judged if one), key=_rank
    )


def _find_denial(
    candidate: CandidateRelation,
    judged: Sequence[_Judged],
    sentences: Sequence[SentenceView],
    mentions: Mapping[tuple[int, int, int], TokenMention],
) -> Statement | None:
    """The denial of any effect between the same two, if the article only asks about or supposes the candidate."""
    if any(not one.statement.speculative for one in judged):
        return None
    for rival in candidate.rivals:
        if rival.predicate is Predicate.REGULATES and candidate.predicate is not Predicate.REGULATES:
            stated = _judge_occurrences((rival,), sentences, mentions)
            if stated and stated[0].statement.negated and stated[0].weight >= CONFIG.denial_weight:
                return stated[0].statement
    return None


def _judge_occurrence(
    candidate: CandidateRelation,
    occurrence: Occurrence,
    sentences: Sequence[SentenceView],
    mentions: Mapping[tuple[int, int, int], TokenMention],
) -> _Judged | None:
    """Judge one occurrence; None where the sentence only asks about the relation."""
    view = sentences[occurrence.sentence]
    subject = mentions[occurrence.sentence, candidate.subject, occurrence.subject_mention]
    object_ = mentions[occurrence.sentence, candidate.object, occurrence.object_mention]
    following = next(iter(sentences[view.index + 1 : view.index + 2]), None)
    following = following if following and following.part == view.part else None
    asked = find_asked(view, subject, object_)
    if asked is not None and not _is_presupposed(view, candidate.predicate, subject, object_):
        answer = find_answer(view, asked, following, (subject.entity, object_.entity))
        if answer is None and takes_for_granted(view, asked, subject, object_):
            return _Judged(Statement(candidate, view, subject, object_, False, True, view.end), occurrence.weight)
        if answer is None:
            return None
        statement = Statement(candidate, view, subject, object_, answer[0] == "no", False, answer[1].end)
        return _Judged(statement, CONFIG.answered_weight)
    negated = is_negated(view, subject, object_, candidate.predicate)
    speculative = is_speculative(view, subject, object_, candidate.predicate, closing=following is None)
    end = view.end
    if speculative and not negated:
        answer = find_answer(view, find_supposed(view, subject, object_), following, (subject.entity, object_.entity))
        if answer is not None and answer[0] == "no":
            negated, speculative, end = True, False, answer[1].end
    return _Judged(Statement(candidate, view, subject, object_, negated, speculative, end), occurrence.weight)


def _is_presupposed(view: SentenceView, predicate: Predicate, subject: TokenMention, object_: TokenMention) -> bool:
    """Whether a question takes the relation for granted: "whether exosomal miR-9 …" has miR-9 in exosomes."""
    gap = max(subject.first, object_.first) - min(subject.last, object_.last)
    between = view.tokens[min(subject.last, object_.last) : max(subject.first, object_.first)]
    return predicate in _STRUCTURE and gap <= CONFIG.presupposed_gap and _ASKED_VERBS.isdisjoint(between)


def _rank(judged: _Judged) -> tuple[bool, bool, bool, float, int]:
    """The clearest first: an assertion before a negation, a speculation or a question."""
    one = judged.statement
    return one.negated, one.speculative, is_question(one.view), -judged.weight, one.view.index
