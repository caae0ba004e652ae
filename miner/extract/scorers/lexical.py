"""The lexical extractor: a sparse logistic regression over the words, cues and rule findings of each pair of entities.

It needs numpy and one weights file alone (`pipelines/train/train_pairs.py` makes it). A pair's features are hashed, the
features of all the sentences it shares are pooled, and every predicate that the pair's types allow gets a probability.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import ClassVar
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from graph_schema.model import EntityType, Predicate, allowed
from miner.extract.candidates import Occurrence, Vote
from miner.extract.config import CONFIG
from miner.extract.modality.certainty import is_negated
from miner.extract.modality.questions import is_question
from miner.extract.rules.cues import Effect, effects_of
from miner.extract.rules.losses import lost_mentions
from miner.extract.rules.rules import Finding, find_relations
from miner.extract.sentence import SentenceView, TokenMention, once_per_sentence
from miner.model.annotations import AnnotatedArticle

BUCKETS = 1 << 17
PREDICATES = tuple(Predicate)
WEIGHTS = "weights/lexical.npz"
_CHUNK = 4096  # pairs that are scored at a time, which bounds the memory


@dataclass(frozen=True, slots=True)
class Pair:
    """Two entities of an article that share sentences: their pooled hashed features and the clearest occurrence."""

    subject: int
    object: int
    features: tuple[int, ...]
    sentence: int
    subject_mention: int
    object_mention: int


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
                    yield Vote(PREDICATES[column], pair.subject, pair.object, scores[column], (occurrence,))


@lru_cache(maxsize=1)
def load_scorer() -> "LexicalScorer":
    """The scorer with the weights that the package holds. Raises FileNotFoundError where they are missing."""
    with as_file(files("miner").joinpath(WEIGHTS)) as path:
        return LexicalScorer.load(path)


def hash_features(names: Iterable[str]) -> tuple[int, ...]:
    """The columns that features are hashed to by their names, each once and in order."""
    return tuple(sorted({crc32(name.encode()) % BUCKETS for name in names}))


@lru_cache(maxsize=1024)
def permitted(subject: EntityType, object_: EntityType) -> tuple[int, ...]:
    """Indices into `PREDICATES` of what may join these types."""
    return tuple(i for i, predicate in enumerate(PREDICATES) if allowed(predicate, subject, object_))


_Occurrence = tuple[int, SentenceView, TokenMention, TokenMention]


def find_pairs(article: AnnotatedArticle, sentences: Sequence[SentenceView]) -> Iterator[Pair]:
    """Every ordered pair of entities that share a sentence and that some predicate may join, with its features."""
    occurrences: dict[tuple[int, int], list[_Occurrence]] = defaultdict(list)
    for view in sentences:
        for gap, subject, object_ in pair_mentions(view):
            occurrences[subject.entity, object_.entity].append((gap, view, subject, object_))
    last = len(sentences) - 1
    title_end = article.text.find("\n")
    ends = {
        (i, role): _describe_end(article, i, role, title_end) for i in range(len(article.entities)) for role in "so"
    }
    for (s, o), found in occurrences.items():
        found.sort(key=lambda item: item[0])
        kinds = f"{article.entities[s].type}>{article.entities[o].type}"
        names: set[str] = set()
        predicates: list[str] = []
        for gap, view, subject, object_ in found[: CONFIG.occurrences]:
            here = _findings_by_pair(view).get((s, o), ())
            names.update(_describe_occurrence(view, subject, object_, kinds, gap, last))
            names.update(f"{kinds}|rule {f.predicate} {f.rule}" for f in here)
            predicates += [f.predicate for f in here]
        names.update(_describe_pool(predicates, kinds, len(found)))
        names.update(ends[s, "s"])
        names.update(ends[o, "o"])
        _, view, subject, object_ = next((f for f in found if (s, o) in _findings_by_pair(f[1])), found[0])
        yield Pair(s, o, hash_features(names), view.index, subject.mention, object_.mention)


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


def _describe_pool(predicates: list[str], kinds: str, count: int) -> Iterator[str]:
    yield "bias"
    yield kinds
    yield f"{kinds}|shared {min(count, 4)}"
    for predicate in set(predicates):
        yield f"read {predicate}"
        yield f"{kinds}|read {predicate}"
        yield f"read {predicate} {min(predicates.count(predicate), 3)}"
    if not predicates:
        yield f"{kinds}|unread"
    elif len(set(predicates)) == 1:
        yield f"only {predicates[0]}"


def _describe_end(article: AnnotatedArticle, index: int, role: str, title_end: int) -> tuple[str, ...]:
    """What an entity is called and how often: whether it is the kind of thing that claims are made of."""
    entity = article.entities[index]
    head = f"{role} {entity.type}"
    words = [_stem(word) for word in entity.mentions[0].text.lower().split()[-3:]] if entity.mentions else []
    in_title = any(mention.end <= title_end for mention in entity.mentions)
    return (
        f"{head} called {' '.join(words)}",
        *(f"{head} word {word}" for word in words),
        f"{head} head {words[-1] if words else ''}",
        f"{head} mentions {min(len(entity.mentions), 5)} {'title' if in_title else ''}",
    )


def _describe_occurrence(
    view: SentenceView, subject: TokenMention, object_: TokenMention, kinds: str, gap: int, last: int
) -> Iterator[str]:
    left, right = (subject, object_) if subject.first <= object_.first else (object_, subject)
    order = "<" if left is subject else ">"
    for role, mention in (("s", subject), ("o", object_)):
        container = view.container_of.get(mention)
        if container is not None:
            yield f"{kinds}|{role} within {container.type}"
    if gap <= 0:
        yield f"{kinds}|nested {order}"
        return
    head = f"{kinds}{order}"
    yield from _describe_words(view, left, right, kinds, order)
    yield from _describe_effects(view, subject, object_, left, right, head)
    yield from _describe_position(view, subject, object_, left, right, head, last)


def _describe_words(
    view: SentenceView, left: TokenMention, right: TokenMention, kinds: str, order: str
) -> Iterator[str]:
    """The words between two mentions, and those beside them."""
    head = f"{kinds}{order}"
    words = _stem_words(view, left.last, right.first)
    before = _stem_words(view, max(0, left.first - 3), left.first)
    after = _stem_words(view, right.last, min(len(view.tokens), right.last + 3))
    yield f"{kinds}|{order}{_SIZES[min(len(words), len(_SIZES) - 1)]}"
    for word in set(words):
        yield f"{order}b {word}"
        yield f"{head}b {word}"
    for one, two in zip(["^", *words], [*words, "$"], strict=True):
        yield f"{order}b2 {one} {two}"
    if len(words) <= 5:
        yield f"{head}path {' '.join(words)}"
    for word in before[-2:]:
        yield f"{head}l {word}"
    for word in after[:2]:
        yield f"{head}r {word}"
    for word in before + after:
        yield f"{order}o {word}"
    yield f"{head}l2 {' '.join(before[-2:])}"
    yield f"{head}r2 {' '.join(after[:2])}"


_SIZES = ("0", "1", "3", "3", "8", "8", "8", "8", "8", "9")
"""The class of a number of words."""


@once_per_sentence
def _stemmed(view: SentenceView) -> dict[tuple[int, int], list[str]]:
    """The stems of the phrases seen so far, by their bounds: most are part of several pairs."""
    return {}


def _stem_words(view: SentenceView, first: int, last: int) -> list[str]:
    stemmed = _stemmed(view)
    if (first, last) not in stemmed:
        stemmed[first, last] = [_stem(word) for word in view.phrase(first, last).split()]
    return stemmed[first, last]


def _stem(word: str) -> str:
    return word if word.isupper() else word[:7]


def _describe_effects(
    view: SentenceView, subject: TokenMention, object_: TokenMention, left: TokenMention, right: TokenMention, head: str
) -> Iterator[str]:
    """Which effects the words between, and those that govern the object, name."""
    effects = effects_of(view)
    inside: list[Effect] = [e for e in effects[left.last : right.first] if e is not None]
    lost = "lost" if subject in lost_mentions(view) else "kept"
    product = 1
    for found in inside:
        product *= found.polarity or 1
        yield f"{head}sign {found.polarity} {found.form}"
    yield f"{head}product {product} {lost} {min(len(inside), 3)}"
    yield f"{head}signs {' '.join(str(e.polarity) for e in inside[-3:])} {lost}"
    for at in range(object_.first - 1, max(-1, object_.first - 12), -1):
        governor = effects[at]
        if governor is not None:
            where = "in" if left.last <= at < right.first else "out"
            yield f"{head}governor {view.tokens[at][:7]} {where}"
            yield f"{head}governs {governor.polarity} {governor.form} {where} {lost}"
            break
    if object_ in lost_mentions(view):
        yield f"{head}object lost"


def _describe_position(
    view: SentenceView,
    subject: TokenMention,
    object_: TokenMention,
    left: TokenMention,
    right: TokenMention,
    head: str,
    last: int,
) -> Iterator[str]:
    """Where the pair is among the other mentions, and the sentence in the article."""
    crossing = view.top_level_within(left.last, right.first)
    rivals = sum(m.type is subject.type and m.entity != subject.entity for m in crossing)
    others = sum(m.type is object_.type and m.entity != object_.entity for m in crossing)
    yield f"{head}rivals {min(rivals, 2)} {min(others, 2)}"
    yield f"{head}crossing {min(len(crossing), 5)}"
    yield f"{head}{'first' if _first_by_type(view).get(subject.type) == subject.entity else 'later'} of its type"
    where = "title" if view.index == 0 else "end" if view.index >= last - 1 else "middle"
    yield f"{head}in {where}"
    if is_question(view):
        yield f"{head}asks"
    if is_negated(view, subject, object_):
        yield f"{head}denied"


@once_per_sentence
def _first_by_type(view: SentenceView) -> dict[EntityType, int]:
    """The entity of the first top-level mention of each type."""
    first: dict[EntityType, int] = {}
    for mention in view.top_level:
        first.setdefault(mention.type, mention.entity)
    return first


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
        rows = self._weights[[feature for pair in pairs for feature in pair.features]]
        logits = np.add.reduceat(rows, starts, axis=0) + self._bias
        return np.asarray(1 / (1 + np.exp(-logits)), np.float32)
