"""The tokeniser: words of biomedical prose, with names such as "miR-21-5p" and "M2-exos" kept whole.

Brackets, slashes and sentence punctuation stand alone. A hyphen parts two words only where what follows
is an ordinary word that modifies ("PDAC-derived", "miR-21-mediated"), so that the name before it is a token.
"""

import re
from typing import TYPE_CHECKING

from miner.vocabulary.normalize import HYPHENS

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

_MODIFIERS = (
    "derived|mediated|induced|secreted|released|associated|related|dependent|independent|specific"
    "|positive|negative|treated"
    "|loaded|enriched|containing|encapsulated|packaged|shuttled|transferred|transmitted|delivered"
    "|expressing|overexpressing"
    "|resistant|sensitive|bearing|targeting|targeted|based|like|rich|free|carrying|educated"
    "|stimulated|driven|transfected"
    "|infected|activated|conditioned|knockout|deficient|null|mutant|regulated|modified|engineered"
    "|labeled|labelled|coated"
    "|originated|initiating|promoting|inhibiting|suppressing|suppressive|stromal"
)
_H = re.escape(HYPHENS)
TOKEN = re.compile(
    rf"\d+(?:[.,]\d+)+"
    rf"|\w+(?:[{_H}.’'](?!(?:{_MODIFIERS})\b)(?=\w)\w+|\.\d+)*[+]?(?=\W|$)"
    rf"|\w+|\S"
)


def tokenise(text: str) -> tuple[list[str], list[bool]]:
    """The tokens of `text`, and for each whether one space follows; joined again they give `text`, blanks included."""
    words: list[str] = []
    spaces: list[bool] = []
    at = 0
    for match in TOKEN.finditer(text):
        _add_gap(words, spaces, text[at : match.start()])
        words.append(match.group())
        spaces.append(False)
        at = match.end()
    _add_gap(words, spaces, text[at:])
    return words, spaces


def _add_gap(words: list[str], spaces: list[bool], gap: str) -> None:
    """Blanks between tokens: one space hangs on the token before it, anything more is a token of blanks."""
    if not gap:
        return
    if words and gap[0] == " ":
        spaces[-1] = True
        gap = gap[1:]
    if gap:
        words.append(gap)
        spaces.append(False)


class BiomedicalTokenizer:
    """spaCy's tokenizer interface around `tokenise`."""

    def __init__(self, nlp: "Language") -> None:
        self.vocab = nlp.vocab

    def __call__(self, text: str) -> "Doc":
        """The document of `text`."""
        from spacy.tokens import Doc

        words, spaces = tokenise(text)
        return Doc(self.vocab, words=words, spaces=spaces)

    def to_bytes(self, **_: object) -> bytes:
        """Nothing to keep: the rules are in the code."""
        return b""

    def from_bytes(self, _: bytes, **__: object) -> "BiomedicalTokenizer":
        """The tokeniser as it is."""
        return self

    def to_disk(self, *_: object, **__: object) -> None:
        """Nothing to write."""

    def from_disk(self, *_: object, **__: object) -> "BiomedicalTokenizer":
        """The tokeniser as it is."""
        return self
