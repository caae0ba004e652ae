"""Texts that say the opposite of a level: "decreased in serum" where "increased in serum" stands, and the reverse.

ELEVATED_IN is annotated four times as often as REDUCED_IN and said in the same ways, so each lends its examples to the
other. (Mirrored verbs of effect make worse examples: "inhibition of" tells a loss as often as an effect.)
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


def mirrored(article: AnnotatedArticle) -> AnnotatedArticle:
    """The article with every word of a level outside its mentions turned into its opposite."""
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
    turned = "".join([*parts, text[at:]])
    return _moved(article, turned, place.tolist())


def _moved(article: AnnotatedArticle, text: str, place: list[int]) -> AnnotatedArticle:
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
