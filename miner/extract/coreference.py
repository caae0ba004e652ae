"""Resolve "They", "Its" and "These miRNAs" at the start of a sentence to entities of the sentence before."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from graph_schema.model import CARGO, EntityType
from miner.model.annotations import AnnotatedArticle, Mention

_T = EntityType
_AGENTS = CARGO | {_T.VESICLE, _T.CELL}
_RNA = r"(?:mi(?:cro)?RNAs|miRs)"
_KINDS = (
    (_RNA, frozenset({_T.MICRO_RNA})),
    (r"lncRNAs", frozenset({_T.LNC_RNA})),
    (r"(?:genes|proteins)", frozenset({_T.GENE})),
    (r"(?:factors|molecules|cytokines)", frozenset({_T.GENE, _T.MICRO_RNA, _T.CHEMICAL})),
)
_OPENING = r"(?:[A-Z][A-Za-z &]{2,30}: )?(?:[A-Z][a-z]+(?: [a-z]+){0,3}, )?"
_PRONOUN = re.compile(
    rf"{_OPENING}(?P<word>[Tt]hey|[Tt]heir|[Ii]ts"
    r"|[Ii]t(?= (?:also |further |thereby |then )?(?!(?:is|was|has|does|remains|seems|appears)\b)[a-z]+s\b))(?= )"
)
_NOUN = re.compile(
    rf"{_OPENING}(?:[Tt]hese|[Bb]oth|[Tt]hose) (?:two |three |four |five )?"
    rf"(?P<word>{'|'.join(noun for noun, _ in _KINDS)})(?![\w-])"
)


def resolve_coreference(article: AnnotatedArticle) -> AnnotatedArticle:
    """The article with such words as mentions of the entities that they refer to.

    A pronoun refers to the first vesicle, cargo or cell of the sentence before; "These miRNAs" to all of its miRNAs.
    """
    named = sorted((m.start, -m.end, index) for index, e in enumerate(article.entities) for m in e.mentions)
    found: dict[int, list[Mention]] = {}
    referring: list[tuple[int, int, int]] = []  # the words found in the sentence before
    for (first, last), (start, end) in pairwise(article.sentences):
        inside = named[bisect_left(named, (first,)) : bisect_left(named, (last,))]
        before = [index for *_, index in sorted(inside + referring)]
        referring = []
        for entity, mention in _find_referents(article, before, start, end):
            found.setdefault(entity, []).append(mention)
            referring.append((mention.start, -mention.end, entity))
    if not found:
        return article
    entities = tuple(
        replace(entity, mentions=tuple(sorted((*entity.mentions, *found.get(index, ())), key=lambda m: m.start)))
        for index, entity in enumerate(article.entities)
    )
    return replace(article, entities=entities)


def _find_referents(
    article: AnnotatedArticle, before: list[int], start: int, end: int
) -> Iterator[tuple[int, Mention]]:
    """What the word that opens the sentence refers to, of the entities of the sentence before in their order."""
    if match := _PRONOUN.match(article.text, start, end):
        referents = [index for index in before if article.entities[index].type in _AGENTS][:1]
    elif match := _NOUN.match(article.text, start, end):
        kinds = next(kinds for noun, kinds in _KINDS if re.fullmatch(noun, match["word"]))
        referents = [index for index in before if article.entities[index].type in kinds]
    else:
        return
    for entity in dict.fromkeys(referents):
        yield entity, Mention(*match.span("word"), match["word"])
