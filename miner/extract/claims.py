"""Extract the claims of an annotated article.

`miner.extract.voters` lists the extractors; claims bear the versioned name of the one they come from.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

from graph_schema.model import Predicate
from miner.extract.candidates import CandidateRelation
from miner.extract.combine import choose, combine, find_concepts, split_by_part
from miner.extract.context import Cancers, Setting
from miner.extract.coreference import resolve_coreference
from miner.extract.judge import Statement, judge
from miner.extract.participants import add_participants, find_vesicles
from miner.extract.reporting import Reporting
from miner.extract.sentence import SentenceView, view_sentences
from miner.extract.vesicle_sources import VesicleSources
from miner.extract.voters import COMBINED, load_voters
from miner.extract.weights import Weights, load_weights
from miner.model.annotations import AnnotatedArticle, Entity
from miner.model.claims import Claim, EntityRef
from miner.model.learned import Combination

EXTRACTOR = COMBINED


def extract(
    article: AnnotatedArticle,
    extractor: str = EXTRACTOR,
    threshold: float | None = None,
    learned: Combination | None = None,
) -> list[Claim]:
    """The claims an article makes, the most probable first: each once in every part of the article that makes it.

    `threshold` is the least score of a claim; by default the one at which the extractor's F1 was best in training.
    `learned` are the weights of `extractor` as a workspace learned them. Raises UsageError where `extractor` is
    unknown or its weights are missing.
    """
    weights = load_weights().replaced_by(learned)
    thresholds = weights.thresholds(extractor) if threshold is None else dict.fromkeys(Predicate, threshold)
    candidates, sentences = _vote(article, extractor, weights)
    concepts = find_concepts(article)
    parts = [choose(concepts, part, thresholds) for part in candidates]
    chosen = parts[0] if len(parts) == 1 else sorted(chain(*parts), key=lambda c: -c.probability)
    return _state(article, chosen, sentences, learned.extractor if learned else extractor)


def score_relations(article: AnnotatedArticle, extractor: str = EXTRACTOR) -> list[CandidateRelation]:
    """All relations that some voter votes for, with the scores of each, the most probable of each part first.

    Raises UsageError as `extract`.
    """
    return list(chain(*_vote(article, extractor, load_weights())[0]))


def _vote(
    article: AnnotatedArticle, extractor: str, weights: Weights
) -> tuple[list[list[CandidateRelation]], list[SentenceView]]:
    """The candidate relations of each part of an article, and its sentences."""
    resolved = resolve_coreference(article)
    sentences = list(view_sentences(resolved))
    votes = {voter.name: voter.vote(resolved, sentences) for voter in load_voters(extractor)}
    return [combine(cast, weights) for cast in split_by_part(votes)], sentences


def make_claims(
    article: AnnotatedArticle,
    candidates: Sequence[CandidateRelation],
    thresholds: Mapping[Predicate, float],
    sentences: Sequence[SentenceView],
    extractor: str = EXTRACTOR,
) -> list[Claim]:
    """The claims that an article's candidates, the most probable first, come to.

    `sentences` and candidates may be of the article with coreference resolved; claims name entities by the article's
    own mentions alone.
    """
    return _state(article, choose(find_concepts(article), candidates, thresholds), sentences, extractor)


def _state(
    article: AnnotatedArticle, chosen: Sequence[CandidateRelation], sentences: Sequence[SentenceView], extractor: str
) -> list[Claim]:
    """The claims that the candidates come to that were kept."""
    statements = judge(chosen, sentences)
    return add_participants(list(_add_context(article, sentences, statements, extractor)))


def _add_context(
    article: AnnotatedArticle, sentences: Sequence[SentenceView], statements: Iterable[Statement], extractor: str
) -> Iterator[Claim]:
    """The statements as claims, with their cancer, setting and source of vesicles."""
    cancers, setting = Cancers(article), Setting(article)
    reporting = Reporting(article, sentences)
    vesicles = VesicleSources(article, sentences, reporting)
    references = [refer_to(entity) for entity in article.entities]
    texts: dict[tuple[int, int], str] = {}
    for statement in statements:
        candidate, view = statement.candidate, statement.view
        ends = (statement.subject, statement.object)
        source = vesicles.find(view, candidate.predicate, ends)
        cargo_in = find_vesicles(view, ends)
        yield Claim(
            predicate=candidate.predicate,
            subject=references[candidate.subject],
            object=references[candidate.object],
            negated=statement.negated,
            speculative=statement.speculative,
            sentence=texts.setdefault((view.start, statement.end), article.text[view.start : statement.end]),
            start=view.start,
            end=statement.end,
            score=round(candidate.probability, 4),
            extractor=extractor,
            cancers=tuple(references[c] for c in cancers.find(view, candidate.subject, candidate.object)),
            sources=tuple(references[s] for s in source.entities) if source else (),
            source_known=source.how if source else "",
            background=reporting.is_background(view),
            context=setting.describe(view, candidate.predicate, statement.subject, statement.object),
            vesicles=None if cargo_in is None else references[cargo_in],
        )


def refer_to(entity: Entity) -> EntityRef:
    """An entity as claims name it: its surface forms, each once, without offsets."""
    return EntityRef(entity.id, entity.type, entity.name, tuple(dict.fromkeys(m.text for m in entity.mentions)))
