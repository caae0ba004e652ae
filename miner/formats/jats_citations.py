"""Leave citations out of the text of a JATS article, and keep where they were.

Elements that cite are replaced by marks, characters that no text holds; `take_out` removes the marks from the text with
the brackets, commas and dashes that only they need: "in vesicles [1, 2-4]." becomes "in vesicles.", with the offset of
its full stop. Authors who are part of the sentence stay: "Doe et al. (2010) found".
"""

import re

from lxml import etree

from miner.formats.markup import local_name, text_of
from miner.vocabulary.words import word_set

MARK, OPEN, CLOSE, LINE = "\ufdd0", "\ufdd1", "\ufdd2", "\ufdd3"
"""A citation by number; the borders of one by name; the border of a paragraph. Unicode keeps them for such use."""

_CITING = frozenset({"bibr", "bib", "ref", "other-ref"})
_NOTES = frozenset({"fn", "table-fn", "author-notes", "corresp", "aff"})
_NUMBERS = re.compile(r"[\s\d.,;*–—−()\[\]-]*[a-z]?[\s,;()\[\]]*")
_PLAIN = re.compile(r"\[\d{1,3}(?:\s?[,–-]\s?\d{1,3}){0,30}\]")
_MARKED = f"[{MARK}{OPEN}]"
_GROUP = re.compile(rf"(\s*)([(\[])([^()\[\]]*{_MARKED}[^()\[\]]*)[)\]]")
_NAMED = re.compile(f"{OPEN}[^{OPEN}{CLOSE}]*{CLOSE}|{MARK}")
_RUN = re.compile(rf"(?:\s*\b[Rr]ef(?:erence)?s?\b\.?)?(?P<gap>\s*){MARK}(?:[\s,;–—-]*{MARK})*(?P<next>\w?)")
_YEAR = re.compile(r"(?:1[89]|20)\d\d[a-z]?|[a-z]")
_EMPTY = re.compile(r"\s*[(\[]\s*[)\]]")
_WORDS = word_set(
    "see also and e g i eg ie cf reviewed review reviews in by for refs ref reference references et al from"
)
_FLOATS = word_set("fig figs figure figures table tables box suppl supplementary additional file")


def mark_citations(body: etree._Element) -> bool:
    """Replace the elements of `body` that cite by marks, and markers of footnotes by nothing; whether any cites."""
    found = False
    for xref in list(body.iter("{*}xref", "xref")):
        kind = (xref.get("ref-type") or "").lower()
        if kind in _CITING:
            text = text_of(xref)
            _set_text(xref, MARK if _NUMBERS.fullmatch(text) else f"{OPEN}{text}{CLOSE}")
            found = True
        elif kind in _NOTES:
            _set_text(xref, "")
    return found


def mark_plain_citations(text: str) -> str:
    """The text with marks in the place of numbers in square brackets, for articles that do not mark them up."""
    return _PLAIN.sub(MARK, text)


def take_out(text: str) -> tuple[str, tuple[int, ...]]:
    """A tidy text without its citations, and the offsets in it at which they were.

    >>> take_out(f"It grew [{MARK}, {MARK}-{MARK}]. It spread.")
    ('It grew. It spread.', (7,))
    """
    if not any(mark in text for mark in (MARK, OPEN, CLOSE)):
        return text, ()
    for _ in range(2):  # brackets within brackets
        text = _GROUP.sub(_without_citations, text)
    text = _NAMED.sub(lambda found: found[0].strip(OPEN + CLOSE + MARK) + MARK, text)
    text = _RUN.sub(lambda found: MARK + (" " if found["gap"] and found["next"] else "") + found["next"], text)
    text = _EMPTY.sub("", text.replace(OPEN, "").replace(CLOSE, "")).replace(f".{MARK}.", f".{MARK}")
    pieces = text.strip().split(MARK)
    offsets, length = [], 0
    for piece in pieces[:-1]:
        length += len(piece)
        offsets.append(length)
    return "".join(pieces), tuple(dict.fromkeys(offsets))


def _without_citations(found: re.Match[str]) -> str:
    """What stays of a bracket with citations in it: nothing, or what is no citation."""
    gap, opening, inside = found.groups()
    kept = [part for part in inside.split(";") if not _is_citation(part)]
    if not kept:
        return MARK
    closing = ")" if opening == "(" else "]"
    mark = MARK if len(kept) <= inside.count(";") else ""
    return f"{gap}{opening}{'; '.join(part.strip() for part in kept)}{closing}{mark}"


def _is_citation(part: str) -> bool:
    """Whether a part of a bracket is a citation: a mark with nothing but names, years and words such as "see"."""
    if not re.search(_MARKED, part):
        return False
    words = re.findall(r"[^\W_]+", _NAMED.sub(" ", part))
    if any(word.lower() in _FLOATS for word in words):
        return False
    return all(
        word.lower() in _WORDS or _is_name(word) or re.fullmatch(r"(?:1[89]|20)\d\d[a-z]?|[a-z]", word)
        for word in words
    )


def _is_name(word: str) -> bool:
    """Whether a word may be an author's name: a capital and small letters."""
    return word[0].isupper() and word.isalpha() and any(letter.islower() for letter in word)


def _set_text(element: etree._Element, text: str) -> None:
    tail = element.tail
    element.clear()
    element.text, element.tail = text, tail


def mark_lines(body: etree._Element, names: frozenset[str]) -> None:
    """Put the border of a paragraph before and after each element of these names."""
    for element in body.iter():
        if local_name(element) in names:
            element.text = LINE + (element.text or "")
            if len(element):
                element[-1].tail = (element[-1].tail or "") + LINE
            else:
                element.text += LINE
