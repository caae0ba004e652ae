"""The lexical extractor: a sparse logistic regression over the words, cues and rule readings of each pair of entities.

It needs nothing but numpy and one weights file (`pipelines/train/train_pairs.py` makes it). A pair's features are
hashed, the features of all the sentences it shares are pooled, and every predicate that the pair's types allow gets a
probability.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from graph_schema.model import EntityType, Predicate, allowed
from miner.extract.modality import certainty
from miner.extract.rules.rules import Finding
from miner.extract.sentence import SentenceView, Slot
from miner.model.annotations import AnnotatedArticle

NAME = "exominer.lexical.v2"
BUCKETS = 1 << 17
PREDICATES = tuple(Predicate)
_REACH = 45  # tokens between two mentions beyond which they are not read together
_NEAR = 8  # occurrences of a pair that are read, the closest first


@dataclass(frozen=True, slots=True)
class Pair:
    """Two entities of an article that share sentences: their pooled hashed features and the clearest occurrence."""

    subject: int
    object: int
    features: tuple[int, ...]
    sentence: int
    subject_mention: int
    object_mention: int


def bucket(feature: str) -> int:
    """The column a feature's name is hashed to."""
    return crc32(feature.encode()) % BUCKETS


@lru_cache(maxsize=1024)
def permitted(subject: EntityType, object_: EntityType) -> tuple[int, ...]:
    """Indices into `PREDICATES` of what may join these types."""
    return tuple(i for i, predicate in enumerate(PREDICATES) if allowed(predicate, subject, object_))


def pairs(article: AnnotatedArticle, sentences: Sequence[SentenceView], findings: Iterable[Finding]) -> Iterator[Pair]:
    """Every ordered pair of entities that share a sentence and that some predicate may join, with its features.

    `sentences` and `findings` are the article's own, as `view.views` and `rules.findings` give them.
    """
    readings: dict[tuple[int, int, int], list[Finding]] = defaultdict(list)
    for finding in findings:
        readings[finding.sentence, finding.subject, finding.object].append(finding)
    occurrences: dict[tuple[int, int], list[tuple[int, SentenceView, Slot, Slot]]] = defaultdict(list)
    for view in sentences:
        for subject in view.slots:
            for object_ in view.slots:
                gap = max(subject.first, object_.first) - min(subject.last, object_.last)
                if subject.entity != object_.entity and gap <= _REACH and permitted(subject.type, object_.type):
                    occurrences[subject.entity, object_.entity].append((gap, view, subject, object_))
    last = len(sentences) - 1
    ends = {(i, role): _end(article, i, role) for i in range(len(article.entities)) for role in "so"}
    for (s, o), found in occurrences.items():
        found.sort(key=lambda item: item[0])
        names: set[str] = set()
        kinds = f"{article.entities[s].type}>{article.entities[o].type}"
        predicates: list[str] = []
        for gap, view, subject, object_ in found[:_NEAR]:
            here = readings.get((view.index, s, o), [])
            names.update(_occurrence(view, subject, object_, kinds, gap, last))
            names.update(f"{kinds}|rule {f.predicate} {f.rule}" for f in here)
            predicates += [f.predicate for f in here]
        names.update(_pooled(predicates, kinds, len(found)))
        names.update(ends[s, "s"])
        names.update(ends[o, "o"])
        clearest = next((f for f in found if (f[1].index, s, o) in readings), found[0])
        yield Pair(
            s,
            o,
            tuple(sorted(set(map(bucket, names)))),
            clearest[1].index,
            clearest[2].mention,
            clearest[3].mention,
        )


def _pooled(predicates: list[str], kinds: str, count: int) -> Iterator[str]:
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


def _end(article: AnnotatedArticle, index: int, role: str) -> tuple[str, ...]:
    """What an entity is called and how often: whether it is the kind of thing that claims are made of."""
    entity = article.entities[index]
    head = f"{role} {entity.type}"
    words = [_stem(word) for word in entity.mentions[0].text.lower().split()[-3:]] if entity.mentions else []
    title_end = article.text.find("\n")
    in_title = any(mention.end <= title_end for mention in entity.mentions)
    return (
        f"{head} called {' '.join(words)}",
        *(f"{head} word {word}" for word in words),
        f"{head} head {words[-1] if words else ''}",
        f"{head} mentions {min(len(entity.mentions), 5)} {'title' if in_title else ''}",
    )


def _occurrence(view: SentenceView, subject: Slot, object_: Slot, kinds: str, gap: int, last: int) -> Iterator[str]:
    left, right = (subject, object_) if subject.first <= object_.first else (object_, subject)
    order = "<" if left is subject else ">"
    for role, slot in (("s", subject), ("o", object_)):
        around = view.around.get(slot)
        if around is not None:
            yield f"{kinds}|{role} within {around.type}"
    if gap <= 0:
        yield f"{kinds}|nested {order}"
        return
    between = view.phrase(left.last, right.first).split()
    words = [_stem(word) for word in between]
    before = [_stem(w) for w in view.phrase(max(0, left.first - 3), left.first).split()]
    after = [_stem(w) for w in view.phrase(right.last, min(len(view.tokens), right.last + 3)).split()]
    size = (
        "0"
        if not between
        else "1"
        if len(between) < 2
        else "3"
        if len(between) < 4
        else "8"
        if len(between) < 9
        else "9"
    )
    yield f"{kinds}|{order}{size}"
    head = f"{kinds}{order}"
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
    yield from _effects(view, subject, object_, left, right, head)
    yield from _place(view, subject, object_, left, right, head, last)


def _stem(word: str) -> str:
    return word if word.isupper() else word[:7]


def _effects(view: SentenceView, subject: Slot, object_: Slot, left: Slot, right: Slot, head: str) -> Iterator[str]:
    """Which effects the words between, and those that govern the object, name."""
    inside = [e for e in view.effects[left.last : right.first] if e is not None]
    lost = "lost" if subject in view.lost else "kept"
    product = 1
    for found in inside:
        product *= found.sign or 1
        yield f"{head}sign {found.sign} {found.form}"
    yield f"{head}product {product} {lost} {min(len(inside), 3)}"
    yield f"{head}signs {' '.join(str(e.sign) for e in inside[-3:])} {lost}"
    for at in range(object_.first - 1, max(-1, object_.first - 12), -1):
        found_at = view.effects[at]
        if found_at is not None:
            where = "in" if left.last <= at < right.first else "out"
            yield f"{head}governor {view.tokens[at][:7]} {where}"
            yield f"{head}governs {found_at.sign} {found_at.form} {where} {lost}"
            break
    if object_ in view.lost:
        yield f"{head}object lost"


def _place(
    view: SentenceView, subject: Slot, object_: Slot, left: Slot, right: Slot, head: str, last: int
) -> Iterator[str]:
    """Where the pair stands among the other mentions, and the sentence in the article."""
    crossing = [s for s in view.outer if left.last <= s.first and s.last <= right.first]
    rivals = sum(s.type == subject.type and s.entity != subject.entity for s in crossing)
    others = sum(s.type == object_.type and s.entity != object_.entity for s in crossing)
    yield f"{head}rivals {min(rivals, 2)} {min(others, 2)}"
    yield f"{head}crossing {min(len(crossing), 5)}"
    agents = [s for s in view.outer if s.type == subject.type]
    yield f"{head}{'first' if agents and agents[0].entity == subject.entity else 'later'} of its type"
    where = "title" if view.index == 0 else "end" if view.index >= last - 1 else "middle"
    yield f"{head}in {where}"
    if view.asks:
        yield f"{head}asks"
    if certainty.negated(view, subject, object_):
        yield f"{head}denied"


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
        starts = np.cumsum([0, *(len(pair.features) for pair in pairs[:-1])])
        rows = self._weights[[feature for pair in pairs for feature in pair.features]]
        logits = np.add.reduceat(rows, starts, axis=0) + self._bias
        return np.asarray(1 / (1 + np.exp(-logits)), np.float32)
