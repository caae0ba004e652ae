"""Split a structured abstract into labelled sections by its headings ("BACKGROUND: … METHODS: …")."""

import copy
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from miner.formats.highwire import has_markers, split_headings
from miner.formats.markup import BLOCKS, fragment, local_name, plain, printable, text_of, tidy
from miner.model.articles import Section

HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6", "title"}
"""Elements that head what follows them, in HTML and in JATS."""

AFTER_ABSTRACT = re.compile(
    r"(?:key\s?words?|introduction|figures?|references|authors?|citation|footnotes|metrics|graphical abstract|"
    r"graphic abstract|conflict of interest.*|subject terms|mesh terms|supplementa.*|access options)\s*:?",
    re.IGNORECASE,
)
"""Headings that end an abstract."""

_WORDS = frozenset(
    {
        "a", "abstract", "acquisition", "advances", "aim", "aims", "analyses", "analysis", "and", "approach",
        "background", "brief", "case", "clinical", "conclusion", "conclusions", "context", "criteria", "data",
        "description", "design", "diagnosis", "discussion", "eligibility", "evidence", "experimental",
        "extraction", "finding", "findings", "for", "funding", "general", "highlights", "hypothesis", "impact",
        "implications", "importance", "in", "information", "innovation", "interpretation", "intervention",
        "interventions", "introduction", "key", "limitations", "main", "major", "material", "materials",
        "measurement", "measurements", "measures", "mechanism", "mechanisms", "method", "methodology", "methods",
        "model", "motivation", "novelty", "number", "objective", "objectives", "observation", "observations",
        "of", "outcome", "outcomes", "participants", "patient", "patients", "perspective", "perspectives",
        "population", "practice", "presentation", "primary", "principal", "problem", "procedure", "procedures",
        "purpose", "question", "rationale", "recent", "registration", "relevance", "report", "research", "result",
        "results", "review", "samples", "scope", "secondary", "selection", "setting", "settings", "significance",
        "sources", "statement", "statistical", "strategy", "studies", "study", "subjects", "summary", "synthesis",
        "the", "to", "translational", "trial", "type", "what", "with",
    }
)  # fmt: skip
MAX_DEPTH = 100
"""Nested elements of an abstract whose borders are looked at."""

_MAX_LABEL = 60
_RUNNING = re.compile(r"(?:^|(?<=[.!?)\]%;] ))(?P<label>[A-Z][A-Z /&,()-]{2,59})(?P<stop>[:.])\s+")
_RUNNING_ANY_CASE = re.compile(r"(?:^|(?<=[.!?)\]%;] ))(?P<label>[A-Z][A-Za-z /&,()-]{2,59}):\s+")
_LEADING = re.compile(r"(?P<label>[A-Za-z][A-Za-z /&,()-]{2,59}?)(?:\s*[:|]\s+|\.\s+|\s+[–—-]\s+|\s*$)")


def abstract_sections(text: str) -> list[Section]:
    """Sections of a running abstract: one for each heading in capitals with a colon, or one for all of it."""
    text = tidy(text)
    headings = [found for found in _RUNNING.finditer(text) if is_label(found["label"])]
    if len(headings) < 2 or headings[0].start() > 0:
        headings = [found for found in headings if found["stop"] == ":"]
    if not headings:
        label, rest = split_label(text)
        return [Section("abstract", rest, label)] if rest else []
    sections = [Section("abstract", text[: headings[0].start()].strip())]
    for heading, following in zip(headings, [*headings[1:], None], strict=True):
        end = following.start() if following else len(text)
        sections.append(Section("abstract", text[heading.end() : end].strip(), heading["label"]))
    return [section for section in sections if section.text]


def split_label(paragraph: str) -> tuple[str, str]:
    """("METHODS", the rest) of a paragraph that begins with a heading of a structured abstract; ("", all) of others."""
    match = _LEADING.match(paragraph)
    if match and is_label(match["label"]) and (":" in match.group() or match["label"].isupper()):
        return match["label"], paragraph[match.end() :]
    return _split_capitals(paragraph)


def _split_capitals(paragraph: str) -> tuple[str, str]:
    """Of "METHODS AND RESULTS We found": a heading in capitals that nothing parts from the sentence it heads."""
    words = paragraph.split(" ")
    count = 0
    while count < len(words) and words[count].isupper() and words[count].lower() in _WORDS:
        count += 1
    label, rest = " ".join(words[:count]), " ".join(words[count:])
    return (label, rest) if len(label) > 3 and is_label(label) else ("", paragraph)


def is_label(text: str) -> bool:
    """Whether `text` consists of words of such headings ("Methods and Results", "FUNDING")."""
    words = re.findall(r"[a-z]+", text.lower())
    if not words or len(text) > _MAX_LABEL or words[0] in ("a", "the", "of"):
        return False
    return _WORDS.issuperset(words)


def markup_sections(markup: str) -> list[Section]:
    """Sections of an abstract in HTML or JATS; its headings are in <h4> or <title>, bold, or HighWire's markers."""
    if has_markers(markup):
        parts = split_headings(markup)
        if any(heading for heading, _ in parts):
            return [section for heading, text in parts for section in _headed(plain(heading), text)]
        markup = " ".join(text for _, text in parts)
    block = fragment(markup) if "<" in markup or "&lt;" in markup else None
    return sections_of(block) if block is not None else abstract_sections(plain(markup))


def _headed(heading: str, markup: str) -> list[Section]:
    """The sections of the part of an abstract below `heading`, "" for what comes before the first heading."""
    text = plain(markup)
    if heading:
        return [Section("abstract", text, heading)] if text else []
    return [] if text.rstrip(":. ").lower() in ("abstract", "summary") else abstract_sections(text)


def sections_of(block: Any) -> list[Section]:
    """Labelled sections of an abstract block; its heading and what follows the abstract in it are left out."""
    label, labelled = "", list[tuple[str, list[str]]]()
    for is_heading, text in _without_highwire(paragraphs_of(block)):
        bare = text.rstrip(":. ")
        if AFTER_ABSTRACT.fullmatch(bare) or re.match(r"key\s?words?\s*:", text, re.IGNORECASE):
            break
        if bare.lower() in ("abstract", "summary", "author summary"):
            continue
        if (is_heading or text.isupper() or text.endswith(":")) and (is_heading or is_label(bare)) and len(bare) < 80:
            label = bare
            continue
        for own_label, rest in _labelled_parts(text):
            label = own_label or label
            if labelled and labelled[-1][0] == label:
                labelled[-1][1].append(rest)
            else:
                labelled.append((label, [rest]))
    if len(labelled) == 1 and not labelled[0][0]:
        return abstract_sections(" ".join(labelled[0][1]))
    return [Section("abstract", " ".join(texts), own) for own, texts in labelled if any(texts)]


def _without_highwire(paragraphs: list[tuple[bool, str]]) -> Iterator[tuple[bool, str]]:
    """Paragraphs with HighWire's headings as headings of their own, and without its other markers."""
    for is_heading, text in paragraphs:
        if not has_markers(text):
            yield is_heading, text
            continue
        for heading, part in split_headings(text):
            if heading:
                yield True, heading
            yield is_heading, tidy(part)


def _labelled_parts(paragraph: str) -> list[tuple[str, str]]:
    """(label, text) of a paragraph that begins with a heading, or has several of them in its running text."""
    headings = [found for found in _RUNNING_ANY_CASE.finditer(paragraph) if is_label(found["label"])]
    inner = [found for found in headings if found.start()]
    if not inner:
        return [split_label(paragraph)]
    parts = [split_label(paragraph[: inner[0].start()].strip())]
    for heading, following in zip(inner, [*inner[1:], None], strict=True):
        end = following.start() if following else len(paragraph)
        parts.append((heading["label"], paragraph[heading.end() : end].strip()))
    return [(label, text) for label, text in parts if text]


def paragraphs_of(block: Any) -> list[tuple[bool, str]]:
    """(whether it is a heading, its text) for every run of text between the borders of blocks."""
    found: list[tuple[bool, str]] = []
    run = etree.Element("p")
    last = run

    def flush() -> None:
        nonlocal last
        if text := text_of(run):
            found.append((False, text))
        run.clear()
        last = run

    def add(text: str | None) -> None:
        if text and last is run:
            run.text = (run.text or "") + printable(text)
        elif text:
            last.tail = (last.tail or "") + printable(text)

    def walk(element: Any, depth: int) -> None:
        nonlocal last
        add(element.text)
        for child in element:
            name = local_name(child)
            if name in HEADINGS:
                flush()
                found.append((True, text_of(child)))
            elif name in BLOCKS and depth < MAX_DEPTH:
                flush()
                walk(child, depth + 1)
                flush()
            elif depth < MAX_DEPTH and any(local_name(inner) in BLOCKS for inner in child.iter()):
                walk(child, depth + 1)
            elif name:
                last = copy.deepcopy(child)
                last.tail = None
                run.append(last)
            add(child.tail)

    walk(block, 0)
    flush()
    return [(heading, text) for heading, text in found if text]
