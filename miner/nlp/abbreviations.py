"""An article's abbreviations with their long forms, from scispaCy's detector, repaired and with plurals."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.tokens import Doc


@dataclass(frozen=True, slots=True)
class Abbreviation:
    """A short form and where its long form stands: `text[start:end]`."""

    short: str
    long: str
    start: int
    end: int


def abbreviations_of(doc: "Doc") -> dict[str, Abbreviation]:
    """Short form → abbreviation, plural or singular too ("TAM" where "TAMs" is defined)."""
    found: dict[str, Abbreviation] = {}
    for short in doc._.abbreviations:
        long = short._.long_form
        start, end = _whole_long_form(doc.text, short.text, long.start_char, long.end_char)
        if end - start <= len(short.text) or "\n" in doc.text[start:end]:
            continue
        found.setdefault(short.text, Abbreviation(short.text, doc.text[start:end], start, end))
    for short_text, abbreviation in list(found.items()):
        other = short_text[:-1] if short_text.endswith("s") and short_text[:-1].isupper() else short_text + "s"
        found.setdefault(other, abbreviation)
    return found


def _whole_long_form(text: str, short: str, start: int, end: int) -> tuple[int, int]:
    """The long form begun where the short form's first letter says.

    The detector counts characters as if every token were followed by a space, and so may begin a word or two late
    where the long form has hyphens.
    """
    first = short[0].lower()
    if text[start : start + 1].lower() == first:
        return start, end
    earliest = max(0, end - 12 * len(short) - 20)
    for at in range(start - 1, earliest - 1, -1):
        if text[at] in "\n.;:(":
            break
        if text[at].lower() == first and (at == 0 or not text[at - 1].isalnum()):
            return at, end
    return start, end
