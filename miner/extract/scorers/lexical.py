"""The lexical extractor: a sparse logistic regression over the words, cues and rule findings of each pair of entities.

It needs numpy and one weights file alone (`pipelines/train/train_pairs.py` makes it). A pair's features are hashed, the
features of all the sentences it shares are pooled, and every predicate that the pair's types allow gets a probability.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from importlib.resources import as_file, files
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from graph_schema.model import EntityType, Predicate, allowed
from miner.extract.candidates import Occurrence, Vote
from miner.extract.config import CONFIG
from miner.extract.rules.rules import Finding, find_relations
from miner.extract.scorers.pair_features import describe_end, describe_occurrence, describe_pool, hash_name, heads_of
from miner.extract.sentence import SentenceView, TokenMention, by_part, once_per_sentence
from miner.model.annotations import AnnotatedArticle

BUCKETS = 1 << 17
PREDICATES = tuple(Predicate)
WEIGHTS = "weights/lexical.npz"
_CHUNK = 4096  # pairs that are scored at a time, which bounds the memory


@dataclass(frozen=True, eq=False, slots=True)
class Pair:
    """Two entities that share sentences of a part: the columns of their features and the clearest occurrence."""

    subject: int
    object: int
    features: NDArray[np.uint32]
    sentence: int
    subject_mention: int
    object_mention: int
    part: int = 0


class LexicalVoter:
    """Votes with the trained weights on every pair of entities that share a sentence."""

    name: ClassVar[str] = "lexical"
    extractor: ClassVar[str] = "exominer.lexical.v3"
    partners: ClassVar[tuple[str, ...]] = ("rules",)

    def __init__(self, scorer: "LexicalScorer | None" = None) -> None:
        self._scorer = scorer or load_scorer()

    def vote(self, article: AnnotatedArticle, sentences: Sequence[SentenceView]) -> Iterator[Vote]:
        """A vote for each predicate that the types of a pair allow."""
        return self.weigh(article, list(find_pairs(article, sentences)))

    def weigh(self, article: AnnotatedArticle, pairs: Sequence[Pair]) -> Iterator[Vote]:
        """The votes on these pairs of the article."""
        for pair, scores in zip(pairs, self._scorer.score(pairs).tolist(), strict=True):
            occurrence = Occurrence(pair.sentence, pair.subject_mention, pair.object_mention, CONFIG.lexical_weight)
            for column in permitted(article.entities[pair.subject].type, article.entities[pair.object].type):
                if scores[column] >= CONFIG.absent:
                    predicate, score = PREDICATES[column], scores[column]
                    yield Vote(predicate, pair.subject, pair.object, score, (occurrence,), part=pair.part)


@lru_cache(maxsize=1)
def load_scorer() -> "LexicalScorer":
    """The scorer with the weights that the package holds. Raises FileNotFoundError where they are missing."""
    with as_file(files("miner").joinpath(WEIGHTS)) as path:
        return LexicalScorer.load(path)


@lru_cache(maxsize=1024)
def permitted(subject: EntityType, object_: EntityType) -> tuple[int, ...]:
    """Indices into `PREDICATES` of what may join these types."""
    return tuple(i for i, predicate in enumerate(PREDICATES) if allowed(predicate, subject, object_))


_Occurrence = tuple[int, SentenceView, TokenMention, TokenMention]


def find_pairs(article: AnnotatedArticle, sentences: Sequence[SentenceView]) -> Iterator[Pair]:
    """Every ordered pair of entities that share a sentence and that some predicate may join, with its features.

    Pairs of each part of the article are apart.
    """
    describe = cache(partial(describe_end, article, article.text.find("\n")))
    for part, views in by_part(sentences):
        yield from _find_pairs_in(part, views, article, describe)


def _find_pairs_in(
    part: int,
    sentences: Sequence[SentenceView],
    article: AnnotatedArticle,
    describe: Callable[[int, str], list[int]],
) -> Iterator[Pair]:
    occurrences: dict[tuple[int, int], list[_Occurrence]] = defaultdict(list)
    for view in sentences:
        for gap, subject, object_ in pair_mentions(view):
            occurrences[subject.entity, object_.entity].append((gap, view, subject, object_))
    last = sentences[-1].index
    for (s, o), found in occurrences.items():
        found.sort(key=lambda item: item[0])
        heads = heads_of(article.entities[s].type, article.entities[o].type)
        hashes = [*describe(s, "s"), *describe(o, "o")]
        predicates: list[str] = []
        for gap, view, subject, object_ in found[: CONFIG.occurrences]:
            here = _findings_by_pair(view).get((s, o), ())
            hashes += describe_occurrence(view, subject, object_, heads, gap, last)
            hashes += [hash_name(f"rule {f.predicate} {f.rule}", heads.bar) for f in here]
            predicates += [f.predicate for f in here]
        hashes += describe_pool(predicates, heads, len(found))
        _, view, subject, object_ = next((f for f in found if (s, o) in _findings_by_pair(f[1])), found[0])
        yield Pair(s, o, _to_columns(hashes), view.index, subject.mention, object_.mention, part)


def _to_columns(hashes: list[int]) -> NDArray[np.uint32]:
    """The columns that features of these hashes have, each once and in order."""
    columns = np.array(hashes, np.uint32) % np.uint32(BUCKETS)
    columns.sort()
    first = np.ones(len(columns), np.bool_)
    np.not_equal(columns[1:], columns[:-1], out=first[1:])
    kept: NDArray[np.uint32] = columns[first]
    return kept


def pair_mentions(view: SentenceView) -> Iterator[tuple[int, TokenMention, TokenMention]]:
    """(gap, subject, object) of the mentions of a sentence that are read together, in order.

    They are at most `CONFIG.max_gap` tokens apart, and some predicate may join them. In a sentence of more than
    `CONFIG.max_mentions` mentions each is paired with the `CONFIG.nearest` on either side alone.
    """
    mentions = view.mentions
    firsts = [mention.first for mention in mentions]
    longest = max((mention.last - mention.first for mention in mentions), default=0)
    near = len(mentions) if len(mentions) <= CONFIG.max_mentions else CONFIG.nearest
    for number, subject in enumerate(mentions):
        low = max(bisect_left(firsts, subject.first - CONFIG.max_gap - longest), number - near)
        high = min(bisect_right(firsts, subject.last + CONFIG.max_gap), number + near + 1)
        for object_ in mentions[low:high]:
            gap = max(subject.first, object_.first) - min(subject.last, object_.last)
            if subject.entity != object_.entity and gap <= CONFIG.max_gap and permitted(subject.type, object_.type):
                yield gap, subject, object_


@once_per_sentence
def _findings_by_pair(view: SentenceView) -> dict[tuple[int, int], list[Finding]]:
    """What the rules read in the sentence, by subject and object."""
    by_pair: dict[tuple[int, int], list[Finding]] = defaultdict(list)
    for finding in find_relations(view):
        by_pair[finding.subject, finding.object].append(finding)
    return dict(by_pair)


class LexicalScorer:
    """The trained weights, (BUCKETS, 13), and bias, (13,): pair → probability per predicate."""

    def __init__(self, weights: NDArray[np.float32], bias: NDArray[np.float32]) -> None:
        self._weights = weights
        self._bias = bias

    @classmethod
    def load(cls, path: Path) -> "LexicalScorer":
        """The weights stored at `path`. Raises OSError where they cannot be read."""
        with np.load(path) as stored:
            weights = np.zeros((BUCKETS, len(PREDICATES)), np.float32)
            weights[stored["row"], stored["column"]] = stored["value"]
            return cls(weights, stored["bias"].astype(np.float32))

    def save(self, path: Path) -> None:
        """Store the weights that are not zero, in half precision."""
        row, column = np.nonzero(self._weights)
        value = self._weights[row, column].astype(np.float16)
        np.savez_compressed(
            path, row=row.astype(np.uint32), column=column.astype(np.uint8), value=value, bias=self._bias
        )

    def score(self, pairs: Sequence[Pair]) -> NDArray[np.float32]:
        """(P, 13) probabilities in the order of `PREDICATES`; the caller masks by the types' signature."""
        if not pairs:
            return np.zeros((0, len(self._bias)), np.float32)
        return np.concatenate([self._score(pairs[at : at + _CHUNK]) for at in range(0, len(pairs), _CHUNK)])

    def _score(self, pairs: Sequence[Pair]) -> NDArray[np.float32]:
        starts = np.cumsum([0, *(len(pair.features) for pair in pairs[:-1])])
        rows = self._weights[np.concatenate([pair.features for pair in pairs])]
        logits = np.add.reduceat(rows, starts, axis=0) + self._bias
        return np.asarray(1 / (1 + np.exp(-logits)), np.float32)
