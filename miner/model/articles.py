"""Articles as the sources give them: frozen, JSON-ready."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

NoticeKind = Literal[
    "retracted_by",  # this article has been retracted by the referenced notice
    "retraction_of",  # this record is the notice that retracts the referenced article
    "corrected_by",
    "correction_of",
    "concern_by",  # an expression of concern about this article
    "concern_of",
    "preprint_of",  # this record is a preprint of the referenced article
    "published_from",  # this article was first posted as the referenced preprint
]


_UNTELLING = frozenset({"journal article", "journal-article", "article", "preprint", "english abstract"})
"""Publication types of both research articles and reviews."""

_REVIEW_TITLE = re.compile(r"\b(?:(?<!peer )reviews?|meta-?analys[ie]s)\b", re.IGNORECASE)
_REVIEW_TEXT = re.compile(
    r"\b(?:(?:this|the (?:present|current)|our|in (?:this|the (?:present|current))) (?:\w+[ -]){0,2}reviews?"
    r"|(?:this|our) meta-?analysis"
    r"|we (?:\w+ )?(?:review|revisit|summari[sz]e|discuss|outline|overview)(?! of)"
    r"|this (?:article|paper|chapter|manuscript) (?:\w+ )?(?:reviews|summari[sz]es|discusses|outlines|highlights)"
    r"|(?:are|is|were|will be) (?:\w+ )?(?:reviewed|summari[sz]ed|outlined))\b",
    re.IGNORECASE,
)


def is_review(title: str, text: str) -> bool:
    """Whether a title or abstract says that the article reviews the work of others."""
    return bool(_REVIEW_TITLE.search(title) or _REVIEW_TEXT.search(text))


@dataclass(frozen=True, slots=True)
class Notice:
    """A link to another record that changes how this one is to be read. Any identifier may be missing."""

    kind: NoticeKind
    pmid: str | None = None
    doi: str | None = None


SectionKind = Literal[
    "abstract",
    "body",  # the heading of a section of the full text, or one of its paragraphs
    "caption",  # of a figure, a table, a supplement
    "table",  # a row of a table, or a footnote of it
]
Role = Literal["", "introduction", "methods", "results", "discussion"]
"""What a section of the full text is for; "" where its heading does not say so."""

MAX_PART = 3_000
"""Characters of full text that are read together, unless one paragraph is longer: about two abstracts."""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of an article's text, with its heading ("METHODS", "Figure 1", "Results: miR-21 in exosomes").

    References are not in the text; `citations` are the offsets in it at which the article cites some.
    """

    kind: SectionKind
    text: str
    label: str = ""
    role: Role = ""
    citations: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of an article's text that is read by itself: `text[start:end]`, in characters.

    The title and the abstract are one part ("abstract"). `citations` are offsets in the article's text.
    """

    start: int
    end: int
    kind: SectionKind = "abstract"
    role: Role = ""
    citations: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Article:
    """One record of one source, parsed. Several of them may describe the same work (see `miner.corpus.merge`).

    `source` is where it was fetched from ("pubmed", "europepmc", "crossref", "biorxiv", "medrxiv", "jci",
    "pubmed-bulk", "file"); `source_id` is the record's id there, unique within the source and never empty.
    Identifiers are canonical (`miner.model.identifiers`). `published` is ISO 8601, as precise as known ("2016",
    "2016-04", "2016-04-01").
    `types` are publication types as the source words them, lower case ("review", "preprint", "book chapter").
    `version` is the record's version at its source ("2"); `revised` is when it was last revised there: an ISO 8601
    date, with anything after it that sorts as the revisions of that day do. `license` is a name that
    `miner.model.licenses` gives.
    """

    source: str
    source_id: str
    title: str
    sections: tuple[Section, ...] = ()
    pmid: str | None = None
    pmcid: str | None = None
    doi: str | None = None
    authors: tuple[str, ...] = ()
    journal: str | None = None
    volume: str | None = None
    issue: str | None = None
    pages: str | None = None
    published: str | None = None
    language: str | None = None
    types: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()
    version: str | None = None
    revised: str | None = None
    license: str | None = None

    @property
    def text(self) -> str:
        """The text that is read, and that offsets refer to: the title, then each section on a line of its own."""
        return "\n".join(text for _, text in self.labelled())

    def labelled(self) -> Iterator[tuple[str, str]]:
        """(label, text) of the title and of each section, in order."""
        yield "title", self.title
        for section in self.sections:
            if section.kind != "abstract":
                yield section.label or section.kind, section.text
            else:
                where = f"abstract: {section.label}" if section.label else "abstract"
                yield where, f"{section.label}: {section.text}" if section.label else section.text

    @property
    def has_full_text(self) -> bool:
        """Whether it holds sections of the full text."""
        return any(section.kind == "body" for section in self.sections)

    def parts(self) -> tuple[Part, ...]:
        """The parts of `text`, in order: title and abstract, then the sections of each label, long ones in pieces."""
        placed = list(self._placed())
        front = max((end for section, _, end in placed if section.kind == "abstract"), default=len(self.title))
        parts = [Part(0, front)]
        rest = [one for one in placed if one[0].kind != "abstract"]
        for (kind, _, role), group in groupby(rest, key=lambda one: (one[0].kind, one[0].label, one[0].role)):
            open_ = False
            for section, start, end in group:
                cited = tuple(start + at for at in section.citations)
                if open_ and end - parts[-1].start <= MAX_PART:
                    parts[-1] = Part(parts[-1].start, end, kind, role, (*parts[-1].citations, *cited))
                else:
                    parts.append(Part(start, end, kind, role, cited))
                open_ = True
        return tuple(parts)

    def _placed(self) -> Iterator[tuple[Section, int, int]]:
        """Each section with its start and end in `text`."""
        start = len(self.title) + 1
        for section, (_, text) in zip(self.sections, list(self.labelled())[1:], strict=True):
            yield section, start, start + len(text)
            start += len(text) + 1

    def section_at(self, offset: int) -> str:
        """The label of the part at `offset` of `text`: "title", "abstract", "abstract: METHODS", "Figure 1"…"""
        where = "title"
        start = 0
        for label, text in self.labelled():
            if start > offset:
                break
            where = label
            start += len(text) + 1
        return where

    @property
    def kind(self) -> Literal["research", "review"]:
        """Whether the article reports work of its own or reviews that of others.

        Where the record's types do not say so, the title and abstract may: "a review", "here we review".
        """
        if any("review" in t or "meta-analysis" in t for t in self.types):
            return "review"
        known = any(t not in _UNTELLING and not t.startswith("research support") for t in self.types)
        abstract = "\n".join(section.text for section in self.sections if section.kind == "abstract")
        return "research" if known or not is_review(self.title, abstract) else "review"


@dataclass(frozen=True, slots=True)
class Reject:
    """Something that could not be imported: what it was, why, and enough of it to try again."""

    source: str
    item: str
    reason: str
    payload: str = ""


@dataclass(frozen=True, slots=True)
class Deleted:
    """A PubMed record that NLM has deleted (DeleteCitation): most are duplicates. It does not mean a retraction."""

    pmid: str
