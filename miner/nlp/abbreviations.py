"""An article's abbreviations with their long forms, from scispaCy's detector, repaired and with plurals."""

import re
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
    text = doc.text
    long_of = {short.text: short._.long_form for short in doc._.abbreviations}
    found: dict[str, Abbreviation] = {}
    for short, long in long_of.items():
        start, end = _whole_long_form(text, short, long.start_char, long.end_char)
        full = text[start:end]
        if len(full) > len(short) and "\n" not in full and short not in full:
            found[short] = Abbreviation(short, full, start, end)
    for short_text, abbreviation in list(found.items()):
        other = short_text[:-1] if short_text.endswith("s") and short_text[:-1].isupper() else short_text + "s"
        found.setdefault(other, abbreviation)
    return found


def _whole_long_form(text: str, short: str, start: int, end: int) -> tuple[int, int]:
    """The long form begun where the short form's letters say.

    Schwartz and Hearst take the shortest match ("cancer" for CAC), and the detector counts characters as if every token
    were followed by a space: the words whose initials spell the short form come first, then the nearest word
    before with its first letter.
    """
    initials = _initialism(text, short, end)
    if initials is not None:
        return initials, end
    first = short[0].lower()
    if text[start : start + 1].lower() == first:
        return start, end
    for at in range(start - 1, max(0, end - 12 * len(short) - 20) - 1, -1):
        if text[at] in "\n.;:(":
            break
        if text[at].lower() == first and (at == 0 or not text[at - 1].isalnum()):
            return at, end
    return start, end


def _initialism(text: str, short: str, end: int) -> int | None:
    """Where the words begin that stand before `end` and whose initials spell `short`, small words set aside."""
    letters = [c.lower() for c in (short[:-1] if short.endswith("s") and len(short) > 2 else short) if c.isalnum()]
    words = list(re.finditer(r"[^\W_]+", text[max(0, end - 120) : end]))
    at = len(words)
    for letter in reversed(letters):
        at -= 1
        while at >= 0 and words[at].group().lower() in _SMALL and words[at].group()[0].lower() != letter:
            at -= 1
        if at < 0 or words[at].group()[0].lower() != letter:
            return None
    start = max(0, end - 120) + words[at].start()
    return None if any(c in text[start:end] for c in "\n.;:") else start


_SMALL = frozenset(["of", "the", "and", "in", "for", "to", "with", "a"])
