"""The parts of a structured abstract, told by their headings: "BACKGROUND: … METHODS: …" as labelled sections."""

import re

from miner.markup import tidy
from miner.model import Section

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
_MAX_LABEL = 60
_RUNNING = re.compile(r"(?:^|(?<=[.!?)\]%;] ))(?P<label>[A-Z][A-Z /&,()-]{2,59})(?P<stop>[:.])\s+")
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
    """Whether `text` is worded like a heading of a structured abstract ("Methods and Results", "FUNDING")."""
    words = re.findall(r"[a-z]+", text.lower())
    if not words or len(text) > _MAX_LABEL or words[0] in ("a", "the", "of"):
        return False
    return _WORDS.issuperset(words)
