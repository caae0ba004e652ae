"""Texts with their levels reversed: "increased in serum" becomes "decreased in serum", and vice versa.

ELEVATED_IN is annotated four times as often as REDUCED_IN and worded alike, so each gets the mirrored examples of the
other. (Verbs of effect are not mirrored: "inhibition of" reports a loss as often as an effect.)
"""

import re
from dataclasses import replace

import numpy as np

from miner.model.annotations import AnnotatedArticle, Mention

_PAIRS = (
    ("up", "down"), ("high", "low"), ("higher", "lower"), ("highly", "lowly"), ("greater", "less"),
    ("increase", "decrease"), ("increases", "decreases"), ("increased", "decreased"), ("increasing", "decreasing"),
    ("elevate", "reduce"), ("elevates", "reduces"), ("elevated", "reduced"), ("elevation", "reduction"),
    ("upregulate", "downregulate"), ("upregulates", "downregulates"), ("upregulated", "downregulated"),
    ("upregulation", "downregulation"), ("enriched", "depleted"), ("overexpressed", "downexpressed"),
)  # fmt: skip
OPPOSITE = {one: other for pair in _PAIRS for one, other in (pair, pair[::-1])}
_WORD = re.compile(r"[A-Za-z]+")


def mirror(article: AnnotatedArticle) -> AnnotatedArticle:
    """The article with every word of a level outside its mentions replaced by its opposite."""
    text = article.text
    named = np.zeros(len(text) + 1, dtype=bool)
    for entity in article.entities:
        for mention in entity.mentions:
            named[mention.start : mention.end] = True
    place = np.arange(len(text) + 1)
    parts, at = [], 0
    for word in _WORD.finditer(text):
        opposite = OPPOSITE.get(word.group().lower())
        if opposite is None or named[word.start()]:
            continue
        written = opposite.capitalize() if word.group()[0].isupper() else opposite
        parts += [text[at : word.start()], written]
        at = word.end()
        place[at:] += len(written) - len(word.group())
    reversed_text = "".join([*parts, text[at:]])
    return _with_text(article, reversed_text, place.tolist())


def _with_text(article: AnnotatedArticle, text: str, place: list[int]) -> AnnotatedArticle:
    """The article with another text, in which what was at `i` is at `place[i]`."""
    entities = tuple(
        replace(
            entity,
            mentions=tuple(
                Mention(place[m.start], place[m.end], text[place[m.start] : place[m.end]]) for m in entity.mentions
            ),
        )
        for entity in article.entities
    )
    sentences = tuple((place[start], place[end]) for start, end in article.sentences)
    return replace(article, text=text, sentences=sentences, entities=entities)
