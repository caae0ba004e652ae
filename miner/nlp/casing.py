"""Letter case of names: "Colorectal cancer cells" at the start of a sentence is the name "colorectal cancer cells"."""

import re
from collections.abc import Sequence
from functools import cached_property

from graph_schema.model import EntityType
from miner.vocabulary.words import load_words

_T = EntityType
_PROPER = frozenset(word.capitalize() for word in load_words("names")["proper"])
_WORD = re.compile(r"[^\W\d_]+")
_CAPITALIZED = re.compile(r"(?<![\w/])[A-Z][a-z]{2,}(?![\w/])")
_OPENING = re.compile(r"(?:^|[:.!?•\"“(\[])\s*$")
_SYMBOLS = frozenset({_T.GENE, _T.PATHWAY, _T.CHEMICAL, _T.LNC_RNA, _T.CIRC_RNA, _T.MICRO_RNA})
"""Types whose names are often proper: their capitals go only where the article writes the word without one."""
_MIN_LONG = 4  # letters of a word that a title in title case capitalizes
_TITLE_CASE = 0.6  # share of such words with a capital from which on a sentence is in title case


class Casing:
    """Where an article writes words with a capital letter because of their place alone."""

    def __init__(self, text: str, sentences: Sequence[tuple[int, int]]) -> None:
        self._text = text
        self._sentences = sentences

    def name(self, surface: str, kind: EntityType) -> str:
        """The name without capitals that its words have at the start of a sentence or in a title.

        A word keeps its capital where the article has it in running text too, and where it is a known proper name.
        """
        return _CAPITALIZED.sub(lambda found: self._word(found[0], kind), surface)

    def _word(self, word: str, kind: EntityType) -> str:
        is_common = word.lower() in self._lower or kind not in _SYMBOLS
        return word.lower() if is_common and word not in self._proper and word not in _PROPER else word

    @cached_property
    def _lower(self) -> frozenset[str]:
        return frozenset(word for word in _WORD.findall(self._text) if word.islower())

    @cached_property
    def _proper(self) -> frozenset[str]:
        """The words that running text capitalizes."""
        found: set[str] = set()
        for start, end in self._sentences:
            sentence = self._text[start:end]
            if not _is_in_title_case(sentence):
                words = _CAPITALIZED.finditer(sentence)
                found.update(word[0] for word in words if not _OPENING.search(sentence[: word.start()]))
        return frozenset(found)


def _is_in_title_case(sentence: str) -> bool:
    words = [word for word in _WORD.findall(sentence) if len(word) >= _MIN_LONG]
    return bool(words) and sum(word[0].isupper() for word in words) >= _TITLE_CASE * len(words)
