"""Full text of a JATS article: its sections, then its figures, tables, boxes and supplements.

References, acknowledgments, translations and replies are not read. Citations are left out of the text, and their
offsets kept (`miner.formats.jats_citations`).
"""

import re
from collections.abc import Iterator

from lxml import etree

from miner.formats.jats_citations import LINE, mark_citations, mark_lines, mark_plain_citations, take_out
from miner.formats.jats_tables import drop_markers, read_footnotes, read_rows
from miner.formats.markup import local_name, text_of
from miner.model.articles import Role, Section, SectionKind
from miner.vocabulary.words import word_set

MAX_LABEL = 120
"""Characters of a heading that are kept as the label of what is below it."""
MAX_ROLE_WORDS = 6
"""Words of a heading that may say what its section is for; longer ones are findings: "Loss of CD63 results in …"."""

_LINES = word_set(
    "p list list-item def-item disp-quote verse-group verse-line speech statement preformat array fn fn-group"
)
"""Elements that are paragraphs of their own wherever they are."""
_FLOATS = ("fig", "table-wrap", "boxed-text", "supplementary-material", "media", "fn")
"""Elements whose text is not part of the text around them."""
_SKIPPED = frozenset({"title", "label", "sec-meta", "ref-list", "sig-block", "graphic", "object-id"})
_ROLES: tuple[tuple[Role, re.Pattern[str]], ...] = (
    ("results", re.compile(r"\bresults?\b|\bfindings\b", re.IGNORECASE)),
    (
        "methods",
        re.compile(
            r"\bmethods?\b|\bmethodology\b|\bmaterials?\b|\bexperimental (?:procedures?|section|design)\b|"
            r"\bpatients and\b|\bstudy design\b|\bprocedures\b|\bprotocols?\b",
            re.IGNORECASE,
        ),
    ),
    ("introduction", re.compile(r"\bintro(?:duction)?\b|^background\b|^rationale\b", re.IGNORECASE)),
    ("discussion", re.compile(r"\bdiscussion\b|\bconclu(?:sions?|ding)\b|^comments?$|^perspectives?\b", re.IGNORECASE)),
)


def full_text(article: etree._Element) -> list[Section]:
    """The sections of the body of an <article>, then its captions and tables; none where it has neither.

    Changes the element: citations in it become marks.
    """
    holders = [part for child in article for part in _holders(child)]
    marked = [mark_citations(holder) for holder in holders]
    reader = _Reader(plain_marks=not any(marked))
    floats = []
    for holder in holders:
        mark_lines(holder, _LINES)
        floats += _take_floats(holder)
    sections: list[Section] = []
    for holder in holders:
        if local_name(holder) != "floats-group":
            sections += reader.section(holder, "", "")
    for taken in floats:
        sections += reader.float(taken)
    return sections


def _holders(child: etree._Element) -> Iterator[etree._Element]:
    """The elements with full text in a child of an article: the body, figures apart from it, appendices."""
    if local_name(child) in ("body", "floats-group"):
        yield child
    elif local_name(child) == "back":
        for part in child:
            name = local_name(part)
            if name == "app-group":
                yield from (app for app in part if local_name(app) == "app")
            elif name == "app" or (name == "sec" and "supplement" in (part.get("sec-type") or "")):
                yield part


class _Reader:
    """Reads elements as sections; `plain_marks` says that numbers in square brackets are citations."""

    def __init__(self, plain_marks: bool) -> None:
        self._plain_marks = plain_marks

    def section(self, element: etree._Element, above: str, role: Role) -> Iterator[Section]:
        """The heading and the paragraphs of a section, then its subsections'; `above` heads the one around it."""
        title = _child_text(element, "title")
        if not role:
            role = _role_of(element.get("sec-type") or "", title)
        label = ": ".join(_short(part) for part in dict.fromkeys((above, title)) if part)
        if title:
            yield from self._line("body", title, label, role)
        for child in element:
            name = local_name(child)
            if name in ("sec", "app"):
                yield from self.section(child, above or title, role)
            elif name == "caption":
                for part in child:
                    if local_name(part) != "title":
                        yield from self._line("body", text_of(part), label, role)
            elif name and name not in _SKIPPED:
                for line in text_of(child).split(LINE):
                    yield from self._line("body", line, label, role)

    def float(self, element: etree._Element) -> Iterator[Section]:
        """The sections of a figure, a table, a box, a supplement or a footnote."""
        name = local_name(element)
        label = _short(_child_text(element, "label").rstrip(".:"))
        if name == "boxed-text":
            yield from self.section(element, label or "Box", "")
            return
        if name == "fn":
            yield from self._line("body", text_of(element), "Footnote", "")
            return
        yield from self._caption(element, label)
        if name == "table-wrap":
            drop_markers(element)
            for table in element.iter("{*}table", "table"):
                for row in read_rows(table):
                    yield from self._line("table", row, label or "table", "")
            for note in read_footnotes(element):
                yield from self._line("table", note, label or "table", "")

    def _caption(self, element: etree._Element, label: str) -> Iterator[Section]:
        caption = next((child for child in element if local_name(child) == "caption"), None)
        if caption is None and local_name(element) in ("supplementary-material", "media"):
            caption = element
        if caption is None:
            return
        parts = [_joined(part) for part in caption if local_name(part) != "label"] or [_joined(caption)]
        if any(parts):
            yield from self._line("caption", " ".join(_ended(part) for part in parts if part), label, "")

    def _line(self, kind: SectionKind, text: str, label: str, role: Role) -> Iterator[Section]:
        if self._plain_marks:
            text = mark_plain_citations(text)
        text, citations = take_out(" ".join(text.replace(LINE, " ").split()))
        if text:
            yield Section(kind, text, label, role, citations)


def _take_floats(holder: etree._Element) -> list[etree._Element]:
    """Take the floats out of `holder`, in order; one within another is taken out of it too."""
    found = []
    for element in list(holder.iter(*(form for name in _FLOATS for form in ("{*}" + name, name)))):
        if local_name(element) == "fn" and _is_within(element, "table-wrap"):
            continue
        if local_name(element) == "media" and _is_within(element, "supplementary-material"):
            continue
        found.append(element)
        _detach(element)
    return found


def _is_within(element: etree._Element, name: str) -> bool:
    return any(local_name(above) == name for above in element.iterancestors())


def _detach(element: etree._Element) -> None:
    """Remove an element, and leave the text after it."""
    parent, tail = element.getparent(), element.tail
    if parent is None:
        return
    before = element.getprevious()
    element.tail = None
    parent.remove(element)
    if tail and before is not None:
        before.tail = (before.tail or "") + tail
    elif tail:
        parent.text = (parent.text or "") + tail


def _role_of(sec_type: str, title: str) -> Role:
    """What a section is for, by its type or else by its heading."""
    if "supplement" in sec_type:
        return ""
    stated = (sec_type.replace("|", " "), title if len(title.split()) <= MAX_ROLE_WORDS else "")
    return next((role for text in stated for role, pattern in _ROLES if pattern.search(text)), "")


def _child_text(element: etree._Element, name: str) -> str:
    """The text of the child `name`, or of that of the caption, where a box has its title."""
    for child in element:
        if local_name(child) == name:
            return _joined(child)
    inner = next((child for child in element if local_name(child) == "caption"), None)
    if inner is None or local_name(element) != "boxed-text":
        return ""
    return next((_joined(child) for child in inner if local_name(child) == name), "")


def _joined(element: etree._Element) -> str:
    return " ".join(text_of(element).replace(LINE, " ").split())


def _short(text: str) -> str:
    text = take_out(text)[0]
    return text if len(text) <= MAX_LABEL else text[: MAX_LABEL - 1].rstrip() + "…"


def _ended(text: str) -> str:
    return text if text.endswith((".", "?", "!", ":", ";")) else f"{text}."
