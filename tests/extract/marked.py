"""Articles written with their entities marked: "{Vesicle:Exosomes} contain {MoleculeClass:DNA}"."""

import re

from graph_schema.model import EntityType
from miner.model.annotations import AnnotatedArticle, Entity, Mention
from miner.nlp.sentencizer import sentence_bounds

_OPEN = re.compile(r"\{(\w+):")


def marked(source: str) -> AnnotatedArticle:
    """The article; marks may nest, and mentions of one type that differ in letter case only are one entity."""
    text: list[str] = []
    stack: list[tuple[str, int]] = []
    found: dict[tuple[str, str], list[Mention]] = {}
    at = 0
    while at < len(source):
        opened = _OPEN.match(source, at)
        if opened:
            stack.append((opened.group(1), len(text)))
            at = opened.end()
        elif source[at] == "}" and stack:
            kind, start = stack.pop()
            surface = "".join(text[start:])
            found.setdefault((kind, surface.lower()), []).append(Mention(start, len(text), surface))
            at += 1
        else:
            text.append(source[at])
            at += 1
    entities = tuple(
        Entity(f"exominer:{kind}:{name}", EntityType(kind), name, tuple(mentions))
        for (kind, name), mentions in found.items()
    )
    whole = "".join(text)
    return AnnotatedArticle("a", whole, tuple(sentence_bounds(whole)), entities)
