"""An article page saved from a browser as text: JCI's layout, and pages with an "Abstract" heading."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from miner.formats.abstract import abstract_sections, is_label, split_label
from miner.formats.dates import date_in
from miner.formats.markup import tidy
from miner.formats.record import given_name_first, reject, to_article
from miner.model.articles import Article, Reject, Section
from miner.model.identifiers import normalize_doi

_BULLET = re.compile(r"^\s*(?:[•◦▪‣·*+○●–-]\s+|[•◦▪‣●○])")
_CITATION = re.compile(
    r"(?:Citation Information|Citation|Cite this article as)?:?\s*"
    r"(?P<journal>[A-Z][A-Za-z&:() ]{2,80}?)\.\s*(?P<year>(?:19|20)\d\d)\b(?:[^;.]{0,20})?"
    r"(?:;\s*(?P<volume>\w+)\s*(?:\((?P<issue>[^)]{1,20})\))?\s*(?::\s*(?P<pages>\w+(?:\s*[–-]\s*\w+)?))?)?"
)
_CITATION_MARK = re.compile(r"\s*(?:Citation Information|Cite this article)\b", re.IGNORECASE)
_PUBLISHED = re.compile(r"\s*(?:first\s+)?published\b|\s*in-press preview\b", re.IGNORECASE)
_ABSTRACT = re.compile(r"\s*abstract\s*:?\s*", re.IGNORECASE)
_FIGURE = re.compile(
    r"\s*(?P<label>(?:supplement\w*\s+|extended data\s+)?"
    r"(?:(?:figure|fig\.?|table|scheme|box)\s*[A-Z]?\d+[A-Z]?|graphical abstract))"
    r"\s*(?:[.:|]\s+(?P<rest>\S.*)|[.:]?\s*)",
    re.IGNORECASE,
)
_FURNITURE = re.compile(
    r"\s*(?:options\s*:|view larger image|download as powerpoint|view full size|open in (?:figure )?viewer|"
    r"download (?:figure|slide|powerpoint)|click on image|×\s*$|x\s*$|\|)",
    re.IGNORECASE,
)
_END = re.compile(
    r"\s*(?:authors?(?: information| affiliations?)?|introduction|graphical abstract|footnotes|references|"
    r"bibliography|acknowledge?ments?|supplement(?:al|ary) (?:material|information|data)|version history|version \d.*|"
    r"metrics|article usage|keywords?\b.*|key words\b.*|back to top|related (?:articles|content).*|copyright\b.*|©.*|"
    r"issn\b.*|sign up for.*|find articles by.*|authorship note.*|conflict of interest.*|received\b.*\d{4}.*|×|"
    r"(?:view|share|cite|email|print|text|pdf)(?:\s*\|.*)?|significance statement|full text|main|article info|"
    r"go to .*|download .*)\s*:?\s*",
    re.IGNORECASE,
)
_CATEGORIES = (
    "review series", "review", "research article", "research letter", "research", "commentary", "viewpoint",
    "editorial", "technical advance", "clinical medicine", "clinical trial", "clinical research",
    "concise communication", "brief report", "resource and technical advance", "letter to the editor", "letter",
    "editor's note", "erratum", "corrigendum", "correction", "retraction", "expression of concern", "perspective",
    "case report", "personal perspective", "science in medicine", "hindsight",
)  # fmt: skip
_ELLIPSIS = ("...", "…")
MAX_LINES = 2_000
"""Lines of a text in which the landmarks of a page are looked for."""

_SHORT = 100
"""Characters below which a paragraph without a full stop is a heading."""


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    bullet: bool


def parse(text: str, *, doi: str | None = None, item: str = "article page", source: str = "file") -> Article | Reject:
    """The article of a page saved as text; `doi` is what is known of it already, `item` its name in a reject."""
    lines = [_line(raw) for raw in text.splitlines()]
    abstract_at = _abstract_heading(lines)
    citation_at, citation = _citation(lines)
    anchor = citation_at if citation_at is not None else abstract_at
    if anchor is None:
        return reject(source, item, "the page shows neither a citation nor an abstract - save the article's own page")
    head = lines[: abstract_at if abstract_at is not None else anchor + 15]
    title = _title(head, anchor)
    if abstract_at is None:
        return reject(source, item, f"the page has no abstract ({title[:80] or 'nor a title'})", text)
    if not title:
        return reject(source, item, "the page shows no title", text)
    end, sections = _abstract(lines, abstract_at + 1)
    if not sections:
        return reject(source, item, f"the page's abstract is empty ({title[:80]})", text)
    stated = [date_in(line.text) for line in head if not line.bullet and _PUBLISHED.match(line.text)]
    published = next((date for date in stated if date), None)
    return to_article(
        source=source,
        item=item,
        title=title,
        sections=[*sections, *_captions(lines[end:])],
        doi=_doi(lines, citation_at, abstract_at) or doi,
        authors=_authors(lines, head, title, abstract_at),
        journal=citation.get("journal"),
        volume=citation.get("volume"),
        issue=citation.get("issue"),
        pages=re.sub(r"\s*[–-]\s*", "-", citation.get("pages") or "") or None,
        published=published or citation.get("year"),
        types=_types(head, anchor, title),
        payload=text,
    )


def looks_like_page(text: str) -> bool:
    """Whether a text has a page's landmarks: a citation line, or an "Abstract" heading and a DOI."""
    lines = [_line(raw) for raw in islice(text.splitlines(), MAX_LINES)]
    if any(_CITATION_MARK.match(line.text) for line in lines):
        return True
    heading = _abstract_heading(lines)
    return heading is not None and heading > 0 and normalize_doi(text[:50_000]) is not None


def _line(raw: str) -> _Line:
    bullet = _BULLET.match(raw)
    return _Line(tidy(raw[bullet.end() :] if bullet else raw), bool(bullet))


def _abstract_heading(lines: Sequence[_Line]) -> int | None:
    return next((at for at, line in enumerate(lines) if not line.bullet and _ABSTRACT.fullmatch(line.text)), None)


def _citation(lines: Sequence[_Line]) -> tuple[int | None, dict[str, str | None]]:
    """The line of the article's own citation, and its parts; it may run over three lines."""
    at = next((at for at, line in enumerate(lines) if _CITATION_MARK.match(line.text)), None)
    if at is None:
        return None, {}
    joined = " ".join(line.text for line in lines[at : at + 3])
    match = _CITATION.search(joined)
    return at, match.groupdict() if match else {}


def _doi(lines: Sequence[_Line], citation_at: int | None, abstract_at: int) -> str | None:
    places = [lines[citation_at : citation_at + 3]] if citation_at is not None else []
    places += [lines[:abstract_at], lines[abstract_at : abstract_at + 60]]
    return next((found for place in places for line in place if (found := normalize_doi(line.text))), None)


def _title(head: Sequence[_Line], anchor: int) -> str:
    """The line that occurs both above and below the citation; else the first one by the layout."""
    run = _last_run(head[:anchor])
    below = {_key(line.text) for line in head[anchor:] if line.text}
    for text in run:
        if _key(text) in below and len(text.split()) > 1:
            return text
    run = [text for text in run if not _PUBLISHED.match(text) and normalize_doi(text) is None]
    for first, second in pairwise(run[1:]):
        if _key(first) == _key(second):  # the authors, given twice, follow the title
            return run[run.index(first) - 1]
    wordy = [text for text in run if len(text.split()) >= 4 and not _END.fullmatch(text)]
    counts = Counter(_key(line.text) for line in head)
    repeated = next((text for text in wordy if counts[_key(text)] > 1), "")
    return repeated or next(iter(wordy), "") or next(iter(run[-3:]), "")


def _last_run(lines: Sequence[_Line]) -> list[str]:
    """The texts after the last menu item."""
    last_bullet = max((at for at, line in enumerate(lines) if line.bullet), default=-1)
    run = [line.text for line in lines[last_bullet + 1 :] if line.text]
    return run or [line.text for line in lines if line.text and not line.bullet]


def _authors(lines: Sequence[_Line], head: Sequence[_Line], title: str, abstract_at: int) -> list[str]:
    """From the byline (between the title and the date), else from the "Authors" part below the abstract."""
    texts = [line.text for line in head if line.text and not line.bullet]
    at = next((at for at, text in enumerate(texts) if _key(text) == _key(title)), len(texts))
    byline = []
    for text in texts[at + 1 :]:
        if _PUBLISHED.match(text) or _CITATION_MARK.match(text) or _key(text) == _key(title) or _END.fullmatch(text):
            break
        byline.append(text)
    whole = [text for text in byline if not text.endswith(_ELLIPSIS) and "…" not in text and ", ..., " not in text]
    names = _split_names(whole[0]) if whole else []
    return names or _listed_authors(lines[abstract_at:])


def _listed_authors(lines: Sequence[_Line]) -> list[str]:
    at = next((at for at, line in enumerate(lines) if re.fullmatch(r"authors?:?", line.text, re.IGNORECASE)), None)
    names: list[str] = []
    for line in lines[at + 1 : at + 60] if at is not None else ():
        if _FIGURE.fullmatch(line.text) or _FURNITURE.match(line.text):
            break
        if line.text and not _END.fullmatch(line.text):
            names.extend(_split_names(line.text))
    return names


def _split_names(byline: str) -> list[str]:
    """ "Jane A. Doe1,2, John Roe Jr., and Mary Major*" as three names; nothing of a line that does not hold names."""
    without_marks = re.sub(r"(?<=[^\W\d_.])[\d¹²³⁴⁵⁶⁷⁸⁹⁰*†‡§,]*[\d¹²³⁴⁵⁶⁷⁸⁹⁰*†‡§]+", "", byline)
    pieces = re.split(r"\s*[,;]\s*(?:and\s+|&\s+)?|\s+(?:and|&)\s+", without_marks.strip(" .,"))
    names: list[str] = []
    for piece in pieces:
        if names and re.fullmatch(r"(?:Jr|Sr|I{2,3}|IV)\.?", piece):
            names[-1] = f"{names[-1]} {piece}"
        elif not re.fullmatch(r"(?:MD|PhD|Ph\.D|M\.D|DVM|MSc|MBBS|FRCP|[A-Z]{2,5})\.?", piece) and piece:
            names.append(piece)
    if any(len(name.split()) > 7 or re.search(r"\d{2}|https?:|@", name) for name in names):
        return []
    return [given_name_first(name) for name in names]


def _types(head: Sequence[_Line], anchor: int, title: str) -> list[str]:
    for line in head[anchor + 1 :]:
        words = re.sub(r"^category:\s*", "", line.text.lower())
        if _key(line.text) == _key(title):
            break
        category = next((known for known in _CATEGORIES if re.match(rf"{known}s?\b", words)), None)
        if category and len(line.text) < _SHORT:
            return ["review" if "review" in category else category]
    return []


def _abstract(lines: Sequence[_Line], start: int) -> tuple[int, list[Section]]:
    """The abstract's sections and the line where it ends."""
    paragraphs: list[tuple[str, str]] = []
    label, at = "", start
    for at in range(start, len(lines)):
        text = lines[at].text
        if not text or _FURNITURE.match(text):
            continue
        if is_label(text.rstrip(":.")) and not (_END.fullmatch(text) and paragraphs and not paragraphs[-1][0]):
            label = text.rstrip(":.")
        elif _END.fullmatch(text) or _FIGURE.fullmatch(text) or (paragraphs and _is_heading(lines, at)):
            break
        else:
            own_label, rest = split_label(text)
            paragraphs.append((own_label or label, rest))
            label = "" if own_label else label
    else:
        at = len(lines)
    return at, list(_joined(paragraphs))


def _joined(paragraphs: Sequence[tuple[str, str]]) -> Iterator[Section]:
    """Lines and paragraphs under the same heading are one section."""
    label, texts = "", list[str]()
    for own_label, text in paragraphs:
        if own_label and own_label != label and texts:
            yield from _section(label, texts)
            texts = []
        label = own_label or label
        if text:
            texts.append(text)
    yield from _section(label, texts)


def _section(label: str, texts: Sequence[str]) -> Iterator[Section]:
    if texts and label:
        yield Section("abstract", " ".join(texts), label)
    elif texts:
        yield from abstract_sections(" ".join(texts))


def _is_heading(lines: Sequence[_Line], at: int) -> bool:
    """Whether a line is short, between blank lines and without an end of a sentence."""
    alone = not lines[at - 1].text and (at + 1 == len(lines) or not lines[at + 1].text)
    return alone and len(lines[at].text) < _SHORT and lines[at].text[-1] not in ".!?:;)"


def _captions(lines: Sequence[_Line]) -> list[Section]:
    """One section for each figure or table, the fullest where the page shows it twice."""
    captions: dict[str, str] = {}
    for at, line in enumerate(lines):
        match = _FIGURE.fullmatch(line.text)
        if match and not line.bullet and not (match["rest"] or "").endswith(_ELLIPSIS):
            label = tidy(match["label"])
            text = _caption(lines, at + 1, match["rest"] or "")
            if len(text) > len(captions.get(label, "")):
                captions[label] = text
    return [Section("caption", text, label) for label, text in captions.items()]


def _caption(lines: Sequence[_Line], start: int, first: str) -> str:
    """The legend's title and text, which end with the block of text that follows the title or the image's buttons."""
    texts = [first] if first else []
    legend_begun = False
    for at in range(start, len(lines)):
        text = lines[at].text
        if text and (_END.fullmatch(text) or _FIGURE.fullmatch(text) or lines[at].bullet):
            break
        if _FURNITURE.match(text):
            legend_begun = False
            continue
        if not text:
            if legend_begun or (len(texts) == 1 and not _legend_follows(lines, at)):
                break
            continue
        if not any(_repeats(text, known) for known in texts):
            legend_begun = len(texts) > 0
            texts.append(text)
    return " ".join(
        text if text.endswith((".", "?", "!", ":", ";")) or text is texts[-1] else f"{text}." for text in texts
    )


def _legend_follows(lines: Sequence[_Line], start: int) -> bool:
    """Whether what comes after a blank line is still the figure's: its buttons, or a text with parts (A), (B)."""
    following = next((line.text for line in islice(lines, start, start + 50) if line.text), "")
    return bool(_FURNITURE.match(following) or re.match(r"\(?[A-Z](?:[–,-]\s?[A-Z])*\)", following))


def _repeats(text: str, known: str) -> bool:
    cut = text
    for ellipsis in _ELLIPSIS:
        cut = cut.removesuffix(ellipsis)
    return _key(text) == _key(known) or (cut != text and _key(known).startswith(_key(cut)))


def _key(text: str) -> str:
    return text.casefold().rstrip(" .")
