"""The trained relation model: how likely an article claims each predicate between two of its entities."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import numpy as np

from graph_schema.model import EntityType, Predicate
from miner.extract.candidates import Occurrence, Vote
from miner.extract.config import CONFIG
from miner.extract.sentence import SentenceView
from miner.model.annotations import AnnotatedArticle, Mention
from miner.neural.encoder import (
    Floats,
    Ints,
    Tokens,
    sigmoid,
    tokenize,
    word_units,
)
from miner.neural.pair_features import (
    PREDICATES,
    TYPES,
    Pairs,
    cue_columns,
    make_pairs,
    piece_bounds,
    piece_spans,
)
from miner.neural.pair_model import PairScorer

FLOOR = 0.02
"""Relations less likely than this are not given."""


@dataclass(frozen=True, slots=True)
class ScoredRelation:
    """A relation that an article may state, once for each of its parts.

    `subject` and `object` are indices into the article's entities. `probability` is the network's own; the combination
    calibrates it. `sentence`, an index into the article's sentences, and the two mentions, indices into the entities'
    mentions, are those of the occurrence with the highest score.
    """

    subject: int
    object: int
    predicate: Predicate
    probability: float
    sentence: int
    subject_mention: int
    object_mention: int
    part: int = 0


class RelationVoter:
    """Votes with the trained relation model."""

    name: ClassVar[str] = "relations"
    extractor: ClassVar[str] = "exominer.relations.v3"
    partners: ClassVar[tuple[str, ...]] = ()

    def __init__(self) -> None:
        self._scorer = load_scorer()

    def vote(self, article: AnnotatedArticle, sentences: Sequence[SentenceView]) -> Iterator[Vote]:
        """A vote for each relation that the model gives a probability of at least `FLOOR`."""
        return weigh_relations(self._scorer.score(article))


def weigh_relations(relations: "Iterable[ScoredRelation]") -> Iterator[Vote]:
    """The model's relations as votes."""
    for r in relations:
        weight = CONFIG.relation_weight * r.probability
        occurrence = Occurrence(r.sentence, r.subject_mention, r.object_mention, weight)
        yield Vote(r.predicate, r.subject, r.object, r.probability, (occurrence,), part=r.part)


@lru_cache(maxsize=1)
def load_scorer() -> "RelationScorer":
    """The scorer with the weights that the package holds. Raises FileNotFoundError where they are missing."""
    return RelationScorer()


class RelationScorer:
    """Scores what an annotated article claims, with the shipped weights or another `scorer` of span pairs."""

    def __init__(self, scorer: Callable[[Tokens, Pairs], Floats] | None = None) -> None:
        self._scorer = scorer or PairScorer()

    def score(self, article: AnnotatedArticle, floor: float = FLOOR) -> list[ScoredRelation]:
        """The relations with a probability of at least `floor`, likeliest first."""
        tokens = tokenize(article.text, article.sentences)
        mention_of = _mentions(article)
        spans = piece_spans(tokens, [(m.start, m.end, t, e) for m, t, e, _ in mention_of])
        pairs = make_pairs(tokens, spans, cue_columns(tokens, *word_units(tokens)))
        if not len(pairs.pairs):
            return []
        logits = self._scorer(tokens, pairs)
        parts, groups = _split_groups(article, tokens, pairs)
        probabilities = sigmoid(_pool_by_group(logits, groups, groups.max() + 1))
        numbers = _mention_numbers(tokens, mention_of)
        by_group = np.argsort(groups, kind="stable")
        bounds = np.searchsorted(groups[by_group], np.arange(len(probabilities) + 1)).tolist()
        span_rows, sentences = [tuple(row) for row in pairs.spans.tolist()], tokens.sentences.tolist()
        found = []
        for group, column in np.argwhere(probabilities >= floor).tolist():
            rows = by_group[bounds[group] : bounds[group + 1]]
            best = rows[0] if len(rows) == 1 else rows[logits[rows, column].argmax()]
            subject, object_ = (span_rows[i] for i in pairs.pairs[best].tolist())
            found.append(
                ScoredRelation(
                    subject=subject[3],
                    object=object_[3],
                    predicate=PREDICATES[column],
                    probability=float(probabilities[group, column]),
                    sentence=sentences[subject[0]],
                    subject_mention=numbers[subject],
                    object_mention=numbers[object_],
                    part=int(parts[best]),
                )
            )
        return sorted(found, key=lambda r: (-r.probability, r.subject, r.object, r.predicate))


def _mentions(article: AnnotatedArticle) -> list[tuple[Mention, EntityType, int, int]]:
    """Each mention with its entity's type and index, and its own number within the entity."""
    return [
        (mention, entity.type, index, number)
        for index, entity in enumerate(article.entities)
        for number, mention in enumerate(entity.mentions)
    ]


def _mention_numbers(
    tokens: Tokens, mentions: list[tuple[Mention, EntityType, int, int]]
) -> dict[tuple[int, ...], int]:
    """The number of the mention that each span (first, last, type, entity) stands for."""
    first, last = piece_bounds(tokens, [(m.start, m.end) for m, _, _, _ in mentions])
    numbers: dict[tuple[int, ...], int] = {}
    for a, b, (_, kind, entity, number) in zip(first, last, mentions, strict=True):
        numbers.setdefault((a, b, TYPES.index(kind), entity), number)
    return numbers


def _split_groups(article: AnnotatedArticle, tokens: Tokens, pairs: Pairs) -> tuple[Ints, Ints]:
    """The part of the article that each pair is in, and the pairs' groups with those of each part apart."""
    part_of_sentence = np.array(article.parts_of_sentences(), dtype=np.int64)
    parts = part_of_sentence[tokens.sentences[pairs.spans[pairs.pairs[:, 0], 0]]]
    _, groups = np.unique(parts * len(pairs.entities) + pairs.groups, return_inverse=True)
    return parts, groups


def _pool_by_group(logits: Floats, groups: Ints, count: int) -> Floats:
    """(count, predicates): log-sum-exp over the pairs of each group."""
    pooled = np.full((count, logits.shape[1]), -np.inf, dtype=np.float32)
    np.logaddexp.at(pooled, groups, logits)
    return pooled
