"""Posts of bioRxiv and medRxiv, as their details API words them, as articles."""

import re
from collections.abc import Mapping
from typing import Any

from miner.formats.abstract import abstract_sections, markup_sections
from miner.formats.dates import date_in
from miner.formats.json_depth import TOO_DEEP, excerpt, is_too_deep
from miner.formats.markup import plain
from miner.formats.record import given_name_first, reject, to_article
from miner.model.articles import Article, Notice, Reject, Section
from miner.model.identifiers import normalize_doi

SERVER_NAMES = {"biorxiv": "bioRxiv", "medrxiv": "medRxiv"}

_WITHDRAWN = re.compile(r"withdrawn|withdrawal|retracted", re.IGNORECASE)
_VERSION = re.compile(r"[0-9]{1,4}")
# HighWire's markers, left over from typesetting: O_ opens, C_ closes; they may adjoin the words around them.
_HEADING = re.compile(r"O_ST_ABS(.{0,100}?)C_ST_ABS", re.DOTALL)
_FIGURE = re.compile(r"O_(FIG|LINKSMALLFIG|INLINEFIG|DISPLAYFIG|TBL)\b")
_SMALL_CAPITALS = re.compile(r"[OC]_(?:SCPLOW|SCPCAP)")
_MARKER = re.compile(r"[OCM]_(?:ST_ABS|LINKSMALLFIG|INLINEFIG|DISPLAYFIG|FIG|TBL|TEXTBOX|LST|LI|QD|UL|OL)")


def article(post: Any, *, source: str, position: int = 1) -> Article | Reject:
    """The article of one post; a reject names its DOI or else its position."""
    if not isinstance(post, Mapping):
        return reject(source, f"post {position}", "it is no JSON object", excerpt(post))
    if is_too_deep(post):
        return reject(source, f"post {position}", TOO_DEEP)
    doi = str(post.get("doi") or "")
    if not normalize_doi(doi):
        return reject(source, f"post {position}", "it has no DOI", excerpt(post))
    kind = str(post.get("type") or "").replace("_", " ").strip()
    title = plain(_without_markers(str(post.get("title") or "")))
    return to_article(
        source=source,
        item=f"DOI {doi}",
        title=title,
        sections=_sections(str(post.get("abstract") or "")),
        doi=doi,
        authors=[given_name_first(name) for name in str(post.get("authors") or "").split(";")],
        journal=SERVER_NAMES[source],
        published=date_in(str(post.get("date") or "")),
        types=["preprint", kind],
        notices=_notices(post, _WITHDRAWN.match(title) or _WITHDRAWN.search(kind)),
        version=str(version_of(post) or post.get("version") or ""),
        payload=excerpt(post),
    )


def version_of(post: Any) -> int:
    """The version of a post, 0 where none is given."""
    text = str(post.get("version") or "") if isinstance(post, Mapping) else ""
    return int(text) if _VERSION.fullmatch(text) else 0


def _sections(abstract: str) -> list[Section]:
    """The sections of an abstract, with the headings that HighWire's markers enclose if there are any."""
    start, *rest = _HEADING.split(_without_figures(abstract))
    if not rest:
        return markup_sections(_without_markers(start))
    sections = abstract_sections(plain(_without_markers(start)))
    for heading, text in zip(rest[::2], rest[1::2], strict=True):
        body = plain(_without_markers(text))
        sections.append(Section("abstract", body, plain(_without_markers(heading)).strip(" :.")))
    return sections


def _without_figures(text: str) -> str:
    """`text` without figures and tables, up to their closing marker or the end."""
    kept, at = [], 0
    for found in _FIGURE.finditer(text):
        if found.start() < at:
            continue
        kept.append(text[at : found.start()])
        end = text.find(f"C_{found[1]}", found.end())
        at = end + len(found[1]) + 2 if end >= 0 else len(text)
    return " ".join([*kept, text[at:]])


def _without_markers(text: str) -> str:
    return _MARKER.sub(" ", _SMALL_CAPITALS.sub("", text))


def _notices(post: Mapping[str, Any], withdrawn: object) -> list[Notice]:
    published = normalize_doi(str(post.get("published") or ""))
    notices = [Notice("preprint_of", doi=published)] if published and published != normalize_doi(post["doi"]) else []
    return [*notices, Notice("retracted_by")] if withdrawn else notices
