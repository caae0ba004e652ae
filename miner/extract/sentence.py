"""A sentence as the extractors see it: its tokens and the entity mentions among them, and nothing more.

What an extractor works out about a sentence (cues, lists, effects) is a function of the view, marked
`once_per_sentence` where several use it.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, wraps
from itertools import groupby
from typing import Any, TypeVar

from graph_schema.model import EntityType
from miner.model.annotations import AnnotatedArticle

_TOKEN = re.compile(r"[^\W_]+(?:[.'’][^\W_]+)*|[^\w\s]|_")

T = TypeVar("T")
W = TypeVar("W")


@dataclass(frozen=True, eq=False, slots=True)
class TokenMention:
    """An entity mention in a sentence.

    `entity` is an index into the article's entities, `mention` one into that entity's mentions. `start` and `end` are
    characters of the article, `first` and `last` half-open token bounds in the sentence.
    """

    entity: int
    mention: int
    type: EntityType
    start: int
    end: int
    first: int
    last: int


@dataclass(frozen=True, eq=False)
class SentenceView:
    """One sentence: its bounds in the article, its lower-cased `tokens`, and every mention in it in order.

    `part` is the index of the article's part that it is in.
    """

    index: int
    start: int
    end: int
    tokens: tuple[str, ...]
    mentions: tuple[TokenMention, ...]
    acronyms: frozenset[int] = frozenset()
    """The tokens that are acronyms, though their letters make a common word: NO, nitric oxide."""
    part: int = 0
    results: dict[Any, Any] = field(default_factory=dict, init=False, repr=False)
    """What `once_per_sentence` keeps."""

    @cached_property
    def text(self) -> str:
        """The tokens, one space between."""
        return " ".join(self.tokens)

    @cached_property
    def top_level(self) -> tuple[TokenMention, ...]:
        """The mentions that lie in no longer one, in order; where two overlap, the longer."""
        kept: list[TokenMention] = []
        taken = bytearray(len(self.tokens))
        for mention in sorted(self.mentions, key=lambda m: (m.first - m.last, m.first)):
            if not any(taken[mention.first : mention.last]):
                taken[mention.first : mention.last] = b"\1" * (mention.last - mention.first)
                kept.append(mention)
        return tuple(sorted(kept, key=lambda m: m.first))

    @cached_property
    def nested_pairs(self) -> tuple[tuple[TokenMention, TokenMention], ...]:
        """(inner, outer) for each mention that lies within a longer one of another entity."""
        inside: dict[TokenMention, list[TokenMention]] = {outer: [] for outer in self.top_level}
        for inner in self.mentions:
            outer = self._top_level_at[inner.first]
            if outer is not None and inner.entity != outer.entity and inner.last <= outer.last:
                inside[outer].append(inner)
        return tuple((inner, outer) for outer, inners in inside.items() for inner in inners)

    @cached_property
    def container_of(self) -> dict[TokenMention, TokenMention]:
        """For each mention that lies within a longer one of another entity, that one."""
        return dict(self.nested_pairs)

    @cached_property
    def _top_level_at(self) -> list[TokenMention | None]:
        """For each token the top-level mention it belongs to."""
        at: list[TokenMention | None] = [None] * len(self.tokens)
        for mention in self.top_level:
            at[mention.first : mention.last] = [mention] * (mention.last - mention.first)
        return at

    @cached_property
    def covered(self) -> tuple[bool, ...]:
        """For each token, whether it belongs to a mention."""
        return tuple(mention is not None for mention in self._top_level_at)

    @cached_property
    def mention_at(self) -> dict[int, TokenMention]:
        """Top-level mentions by their first token."""
        return {mention.first: mention for mention in self.top_level}

    @cached_property
    def _mention_ends(self) -> list[int]:
        """For each token the end of the top-level mention that it is the first of, else 0."""
        ends = [0] * len(self.tokens)
        for mention in self.top_level:
            ends[mention.first] = mention.last
        return ends

    @cached_property
    def _firsts(self) -> list[int]:
        return [mention.first for mention in self.top_level]

    @cached_property
    def _lasts(self) -> list[int]:
        return [mention.last for mention in self.top_level]

    def top_level_within(self, first: int, last: int) -> tuple[TokenMention, ...]:
        """The top-level mentions that lie wholly between two tokens, in order."""
        return self.top_level[bisect_left(self._firsts, first) : bisect_left(self._lasts, last + 1)]

    def top_level_before(self, last: int) -> Iterator[TokenMention]:
        """The top-level mentions that end at or before a token, the nearest first."""
        return (self.top_level[i] for i in range(bisect_left(self._lasts, last + 1) - 1, -1, -1))

    def phrase(self, first: int, last: int) -> str:
        """The tokens from `first` to `last`, one space between, top-level mentions as their type in capitals."""
        return " ".join(self.replace_mentions(self.tokens, first, last, _TYPE_WORDS))

    def replace_mentions(
        self, words: Sequence[W], first: int, last: int, type_words: Mapping[EntityType, W]
    ) -> list[W]:
        """The `words` of the tokens from `first` to `last`, with each top-level mention as the word of its type."""
        ends = self._mention_ends
        replaced: list[W] = []
        at = first
        while at < last:
            end = ends[at]
            if end and end <= last:
                replaced.append(type_words[self.mention_at[at].type])
                at = end
            else:
                replaced.append(words[at])
                at += 1
        return replaced


_TYPE_WORDS = {kind: kind.upper() for kind in EntityType}


def once_per_sentence(analyze: Callable[[SentenceView], T]) -> Callable[[SentenceView], T]:
    """Keep what `analyze` returns with the sentence, however many extractors use it."""

    @wraps(analyze)
    def get(view: SentenceView) -> T:
        found: T
        try:
            found = view.results[analyze]
        except KeyError:
            found = view.results[analyze] = analyze(view)
        return found

    return get


def view_sentences(article: AnnotatedArticle) -> Iterator[SentenceView]:
    """The article's sentences in order, each with the mentions that lie wholly within it."""
    mentions = sorted(
        (mention.start, mention.end, e, m)
        for e, entity in enumerate(article.entities)
        for m, mention in enumerate(entity.mentions)
    )
    at = 0
    for index, ((start, end), part) in enumerate(zip(article.sentences, article.parts_of_sentences(), strict=True)):
        found = list(_TOKEN.finditer(article.text, start, end))
        starts, ends = [token.start() for token in found], [token.end() for token in found]
        inside: list[TokenMention] = []
        while at < len(mentions) and mentions[at][0] < start:
            at += 1
        while at < len(mentions) and mentions[at][0] < end:
            a, b, e, m = mentions[at]
            at += 1
            first, last = bisect_left(ends, a + 1), bisect_left(starts, b)
            if b <= end and first < last:
                inside.append(TokenMention(e, m, article.entities[e].type, a, b, first, last))
        words = [token.group() for token in found]
        tokens = tuple(word.lower() for word in words)
        yield SentenceView(index, start, end, tokens, tuple(inside), _find_acronyms(words), part)


def by_part(sentences: Iterable[SentenceView]) -> Iterator[tuple[int, list[SentenceView]]]:
    """The sentences of each part of an article, with its index."""
    return ((part, list(views)) for part, views in groupby(sentences, key=lambda view: view.part))


def _find_acronyms(words: Sequence[str]) -> frozenset[int]:
    """Where NO stands for nitric oxide: in capitals, beside a word that is not."""
    return frozenset(
        at for at, word in enumerate(words) if word == "NO" and not all(w.isupper() for w in words[at + 1 : at + 3])
    )
