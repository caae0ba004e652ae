"""Ids and names of entities that no vocabulary knows, derived from their text."""

import hashlib

from graph_schema.model import EntityType
from miner.vocabulary.normalize import normalize_words

PIRNA = "exominer:pirna-"
"""The ids of piRNAs: this and their number."""
PIRNA_CLASS = "exominer:pirna"
MAX_ID_WORDS = 120
"""Characters of an id's words: a longer text is cut there and gets a digest."""
MAX_NAME = 200
"""Characters of an entity's name: what is longer is no name, and a text index cannot hold it."""


def text_id(kind: EntityType, surface: str) -> str:
    """The id of an entity from its type and normalized words alone: the same for the same words in any text."""
    words = "-".join(normalize_words(surface))
    if len(words) > MAX_ID_WORDS:
        words = f"{words[:MAX_ID_WORDS]}-{hashlib.sha256(words.encode()).hexdigest()[:12]}"
    return f"exominer:{kind.value.lower()}-{words}"


def shorten(name: str) -> str:
    """A name of at most `MAX_NAME` characters, cut with an ellipsis."""
    return name if len(name) <= MAX_NAME else name[: MAX_NAME - 1].rstrip() + "…"
