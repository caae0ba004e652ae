"""Names of entities that curators of a workspace taught: a small lexicon that comes before the shipped one."""

import re
from collections.abc import Iterable

from graph_schema.model import EntityType
from miner.model.learned import Synonym
from miner.nlp.candidates import Candidate
from miner.nlp.lexicon import Lexicon
from miner.nlp.linker import Grounding, stripped
from miner.vocabulary.normalize import normalize

_SYMBOL = re.compile(r"[\w-]+")
TAUGHT = 1.0
"""Score of what a curator taught: above that of every pattern."""


class Synonyms:
    """Find the taught forms in texts, and ground them. A symbol in capitals is found in its own letter case alone."""

    def __init__(self, synonyms: Iterable[Synonym] = ()) -> None:
        by_key = {normalize(synonym.form): synonym for synonym in synonyms}
        self._by_id = {synonym.id: synonym for synonym in by_key.values()}
        keys = {
            key: f"{s.id};{s.type.value};0;1;{s.form if _is_symbol(s.form) else ''}" for key, s in by_key.items() if key
        }
        self._lexicon = Lexicon([], keys, {})

    def candidates(self, text: str) -> list[Candidate]:
        """Every taught form in a text as a mention of the taught type."""
        return [
            Candidate(span.start, span.end, span.senses[0].type, TAUGHT, "pattern")
            for span in self._lexicon.match(text)
        ]

    def ground(self, surface: str, kind: EntityType) -> Grounding | None:
        """The concept that a mention of `kind` was taught to name, by its whole text or by the name within it."""
        for form in (surface, *stripped(surface, kind)):
            for sense in self._lexicon.lookup(form):
                if sense.type is kind:
                    return Grounding(sense.id, self._by_id[sense.id].name, TAUGHT, "synonym of this workspace")
        return None

    def within(self, text: str) -> bool:
        """Whether a text holds a taught form."""
        return next(iter(self._lexicon.match(text)), None) is not None


def _is_symbol(form: str) -> bool:
    return _SYMBOL.fullmatch(form) is not None and any(character.isupper() for character in form[1:])
