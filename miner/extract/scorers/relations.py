"""The trained relation model: how likely an article claims each predicate between two of its entities."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from graph_schema.model import EntityType, Predicate
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
    piece_spans,
)
from miner.neural.pair_model import PairScorer

FLOOR = 0.02
"""Relations less likely than this are not given."""


@dataclass(frozen=True, slots=True)
class ScoredRelation:
    """A relation an article may claim, once for the whole article.

    `subject` and `object` are indices into the article's entities. `probability` is the network's own; the combination
    calibrates it. The occurrence that says it best gives `sentence`, an index into the article's sentences, and the two
    mentions, indices into the entities' mentions.
    """

    subject: int
    object: int
    predicate: Predicate
    probability: float
    sentence: int
    subject_mention: int
    object_mention: int


class RelationScorer:
    """Scores what an annotated article claims, with the shipped weights unless told otherwise."""

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
        probabilities = sigmoid(_pooled(logits, pairs.groups, len(pairs.entities)))
        numbers = _mention_numbers(tokens, mention_of)
        found = []
        for group, column in np.argwhere(probabilities >= floor):
            rows = np.flatnonzero(pairs.groups == group)
            best = rows[np.argmax(logits[rows, column])]
            subject, object_ = (tuple(map(int, pairs.spans[i])) for i in pairs.pairs[best])
            found.append(
                ScoredRelation(
                    subject=subject[3],
                    object=object_[3],
                    predicate=PREDICATES[column],
                    probability=float(probabilities[group, column]),
                    sentence=int(tokens.sentences[subject[0]]),
                    subject_mention=numbers[subject],
                    object_mention=numbers[object_],
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
    first = np.searchsorted(tokens.ends, [m.start for m, _, _, _ in mentions], side="right").tolist()
    last = (np.searchsorted(tokens.starts, [m.end for m, _, _, _ in mentions], side="left") - 1).tolist()
    numbers: dict[tuple[int, ...], int] = {}
    for a, b, (_, kind, entity, number) in zip(first, last, mentions, strict=True):
        numbers.setdefault((a, b, TYPES.index(kind), entity), number)
    return numbers


def _pooled(logits: Floats, groups: Ints, count: int) -> Floats:
    """(count, predicates): log-sum-exp over the pairs of each group."""
    pooled = np.full((count, logits.shape[1]), -np.inf, dtype=np.float32)
    np.logaddexp.at(pooled, groups, logits)
    return pooled
