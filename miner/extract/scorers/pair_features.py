"""The features of a pair of mentions that the lexical extractor weighs, as hashes of their names.

A feature is named by a text, "Gene>Function<b promote": types, order of the two, kind of feature, word. Its hash is
the CRC-32 of that text. CRC-32 can be continued (`crc32(b, crc32(a)) == crc32(a + b)`), so that what many names begin
with is hashed once, and words are encoded once a sentence.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import repeat
from math import prod
from typing import NamedTuple
from zlib import crc32

from graph_schema.model import EntityType
from miner.extract.modality.certainty import is_negated
from miner.extract.modality.questions import is_question
from miner.extract.rules.cues import Effect, effects_of
from miner.extract.rules.losses import lost_mentions
from miner.extract.sentence import SentenceView, TokenMention, once_per_sentence
from miner.model.annotations import AnnotatedArticle

_GOVERNOR_REACH = 11  # tokens before the object within which a word of effect governs it
_BESIDE = 3  # tokens beside a pair that are read
_PATH = 5  # most words between two mentions that are one feature together


class Heads(NamedTuple):
    """Hashes of what the names of a pair's features begin with: its types, and its types with "|", "<" and ">"."""

    types: int
    bar: int
    forward: int
    backward: int


class Mentions(NamedTuple):
    """The two mentions of a pair in a sentence: `left` and `right` are subject and object in the order of the text."""

    view: SentenceView
    subject: TokenMention
    object: TokenMention
    left: TokenMention
    right: TokenMention


def hash_name(name: str, before: int = 0) -> int:
    """The hash of a feature's name, or of its end where `before` is the hash of its beginning.

    >>> hash_name("promote", hash_name("b ")) == hash_name("b promote")
    True
    """
    return crc32(name.encode(), before)


@lru_cache(maxsize=1024)
def heads_of(subject: EntityType, object_: EntityType) -> Heads:
    """The beginnings of the names of features of two entities of these types."""
    types = f"{subject}>{object_}"
    return Heads(*(hash_name(types + end) for end in ("", "|", "<", ">")))


def describe_pool(predicates: Sequence[str], heads: Heads, count: int) -> list[int]:
    """How many sentences a pair shares, and what the rules read in them."""
    features = [_BIAS, heads.types, hash_name(f"shared {min(count, 4)}", heads.bar)]
    read = set(predicates)
    for predicate in read:
        features.append(hash_name(f"read {predicate}"))
        features.append(hash_name(f"read {predicate}", heads.bar))
        features.append(hash_name(f"read {predicate} {min(predicates.count(predicate), 3)}"))
    if not read:
        features.append(hash_name("unread", heads.bar))
    elif len(read) == 1:
        features.append(hash_name(f"only {predicates[0]}"))
    return features


_BIAS = hash_name("bias")


def describe_end(article: AnnotatedArticle, title_end: int, index: int, role: str) -> list[int]:
    """What an entity is called and how often: whether it is the kind of thing that claims are made of.

    `role` is "s" for a subject and "o" for an object.
    """
    entity = article.entities[index]
    head = hash_name(f"{role} {entity.type} ")
    words = [_stem(word) for word in entity.mentions[0].text.lower().split()[-3:]] if entity.mentions else []
    in_title = any(mention.end <= title_end for mention in entity.mentions)
    return [
        hash_name(f"called {' '.join(words)}", head),
        *(hash_name(f"word {word}", head) for word in words),
        hash_name(f"head {words[-1] if words else ''}", head),
        hash_name(f"mentions {min(len(entity.mentions), 5)} {'title' if in_title else ''}", head),
    ]


def describe_occurrence(
    view: SentenceView, subject: TokenMention, object_: TokenMention, heads: Heads, gap: int, last: int
) -> list[int]:
    """What a sentence says of two of its mentions `gap` tokens apart; `last` is the index of the last sentence."""
    features: list[int] = []
    for role, mention in (("s", subject), ("o", object_)):
        container = view.container_of.get(mention)
        if container is not None:
            features.append(hash_name(f"{role} within {container.type}", heads.bar))
    forward = subject.first <= object_.first
    if gap <= 0:
        features.append(crc32(b"nested <" if forward else b"nested >", heads.bar))
        return features
    head = heads.forward if forward else heads.backward
    pair = Mentions(view, subject, object_, *((subject, object_) if forward else (object_, subject)))
    features += _describe_words(pair, heads.bar, head, b"<" if forward else b">")
    features += _describe_effects(pair, head)
    features += _describe_position(pair, head, last)
    return features


def _describe_words(pair: Mentions, bar: int, head: int, order: bytes) -> list[int]:
    """The words between two mentions, and those beside them."""
    view, left, right = pair.view, pair.left, pair.right
    words = _stem_words(view, left.last, right.first)
    before = _stem_words(view, max(0, left.first - _BESIDE), left.first)
    after = _stem_words(view, right.last, min(len(view.tokens), right.last + _BESIDE))
    any_type = _BY_ORDER[order]
    features = [crc32(_SIZES[min(len(words), len(_SIZES) - 1)], crc32(order, bar))]
    features += _continue(any_type.between, words)
    features += _continue(crc32(b"b ", head), words)
    features += _continue(any_type.couple, _couple_words(view, left.last, right.first, words))
    if len(words) <= _PATH:
        features.append(crc32(b"path " + b" ".join(words), head))
    features += _continue(crc32(b"l ", head), before[-2:])
    features += _continue(crc32(b"r ", head), after[:2])
    features += _continue(any_type.outside, before)
    features += _continue(any_type.outside, after)
    features.append(crc32(b"l2 " + b" ".join(before[-2:]), head))
    features.append(crc32(b"r2 " + b" ".join(after[:2]), head))
    return features


_SIZES = (b"0", b"1", b"3", b"3", b"8", b"8", b"8", b"8", b"8", b"9")
"""The class of a number of words."""


class _AnyType(NamedTuple):
    """Hashes of what the names of features begin with that are the same for mentions of any type."""

    between: int
    couple: int
    outside: int


_BY_ORDER = {order: _AnyType(*(crc32(order + end) for end in (b"b ", b"b2 ", b"o "))) for order in (b"<", b">")}


def _continue(head: int, ends: Iterable[bytes]) -> list[int]:
    """The hashes of names with one beginning."""
    return list(map(crc32, ends, repeat(head)))


@once_per_sentence
def _stem_token(view: SentenceView) -> list[bytes]:
    """The stem of each token, encoded."""
    return [_stem(token).encode() for token in view.tokens]


@once_per_sentence
def _stemmed(view: SentenceView) -> dict[tuple[int, int], list[bytes]]:
    """The stems of the phrases seen so far, by their bounds: most are part of several pairs."""
    return {}


def _stem_words(view: SentenceView, first: int, last: int) -> list[bytes]:
    """The stems of the words from `first` to `last`, with the types of mentions in their place."""
    stemmed = _stemmed(view)
    words = stemmed.get((first, last))
    if words is None:
        words = stemmed[first, last] = view.replace_mentions(_stem_token(view), first, last, _TYPE_WORDS)
    return words


_TYPE_WORDS = {kind: kind.upper().encode() for kind in EntityType}


@once_per_sentence
def _coupled(view: SentenceView) -> dict[tuple[int, int], list[bytes]]:
    """Each two words in a row of the phrases seen so far, by their bounds."""
    return {}


def _couple_words(view: SentenceView, first: int, last: int, words: Sequence[bytes]) -> list[bytes]:
    """Each two of a phrase's `words` in a row, with the marks of its start and end."""
    coupled = _coupled(view)
    couples = coupled.get((first, last))
    if couples is None:
        pairs = zip((b"^", *words), (*words, b"$"), strict=True)
        couples = coupled[first, last] = [one + b" " + two for one, two in pairs]
    return couples


def _stem(word: str) -> str:
    return word if word.isupper() else word[:7]


class _Effects(NamedTuple):
    """The words of effect in a sentence: where they are, what they name, and how features name that."""

    at: list[int]
    effects: list[Effect]
    names: list[bytes]


@once_per_sentence
def _find_effects(view: SentenceView) -> _Effects:
    found = [(at, effect) for at, effect in enumerate(effects_of(view)) if effect is not None]
    return _Effects(
        [at for at, _ in found],
        [effect for _, effect in found],
        [f"{effect.polarity} {effect.form}".encode() for _, effect in found],
    )


def _describe_effects(pair: Mentions, head: int) -> list[int]:
    """Which effects the words between, and those that govern the object, name."""
    view, object_ = pair.view, pair.object
    at, effects, names = _find_effects(view)
    losses = lost_mentions(view)
    lost = b"lost" if pair.subject in losses else b"kept"
    first, last = bisect_left(at, pair.left.last), bisect_left(at, pair.right.first)
    inside = [effect.polarity for effect in effects[first:last]]
    product = prod(polarity or 1 for polarity in inside)
    features = _continue(crc32(b"sign ", head), names[first:last])
    features.append(crc32(b"product %d %b %d" % (product, lost, min(len(inside), 3)), head))
    features.append(crc32(b"signs %b %b" % (" ".join(map(str, inside[-3:])).encode(), lost), head))
    governor = bisect_left(at, object_.first) - 1
    if governor >= 0 and at[governor] >= object_.first - _GOVERNOR_REACH:
        where = b"in" if first <= governor < last else b"out"
        features.append(crc32(b"governor %b %b" % (view.tokens[at[governor]][:7].encode(), where), head))
        features.append(crc32(b"governs %b %b %b" % (names[governor], where, lost), head))
    if object_ in losses:
        features.append(crc32(b"object lost", head))
    return features


def _describe_position(pair: Mentions, head: int, last: int) -> list[int]:
    """Where the pair is among the other mentions, and the sentence in the article."""
    view, subject, object_ = pair.view, pair.subject, pair.object
    crossing = view.top_level_within(pair.left.last, pair.right.first)
    rivals = sum(m.type is subject.type and m.entity != subject.entity for m in crossing)
    others = sum(m.type is object_.type and m.entity != object_.entity for m in crossing)
    is_first = _first_by_type(view).get(subject.type) == subject.entity
    features = [
        crc32(b"rivals %d %d" % (min(rivals, 2), min(others, 2)), head),
        crc32(b"crossing %d" % min(len(crossing), 5), head),
        crc32(b"first of its type" if is_first else b"later of its type", head),
        crc32(b"in title" if view.index == 0 else b"in end" if view.index >= last - 1 else b"in middle", head),
    ]
    if is_question(view):
        features.append(crc32(b"asks", head))
    if is_negated(view, subject, object_):
        features.append(crc32(b"denied", head))
    return features


@once_per_sentence
def _first_by_type(view: SentenceView) -> dict[EntityType, int]:
    """The entity of the first top-level mention of each type."""
    first: dict[EntityType, int] = {}
    for mention in view.top_level:
        first.setdefault(mention.type, mention.entity)
    return first
