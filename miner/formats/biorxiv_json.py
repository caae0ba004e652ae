"""Posts of bioRxiv and medRxiv, as their details API words them, as articles."""

import re
from collections.abc import Mapping
from typing import Any

from miner.formats.abstract import markup_sections
from miner.formats.dates import date_in
from miner.formats.highwire import without_markers
from miner.formats.json_depth import TOO_DEEP, excerpt, is_too_deep
from miner.formats.markup import plain
from miner.formats.record import given_name_first, reject, to_article
from miner.model.articles import Article, Notice, Reject
from miner.model.identifiers import normalize_doi

SERVER_NAMES = {"biorxiv": "bioRxiv", "medrxiv": "medRxiv"}

_WITHDRAWN = re.compile(r"withdrawn|withdrawal|retracted", re.IGNORECASE)
_VERSION = re.compile(r"[0-9]{1,4}")


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
    title = plain(without_markers(str(post.get("title") or "")))
    return to_article(
        source=source,
        item=f"DOI {doi}",
        title=title,
        sections=markup_sections(str(post.get("abstract") or "")),
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


def _notices(post: Mapping[str, Any], withdrawn: object) -> list[Notice]:
    published = normalize_doi(str(post.get("published") or ""))
    notices = [Notice("preprint_of", doi=published)] if published and published != normalize_doi(post["doi"]) else []
    return [*notices, Notice("retracted_by")] if withdrawn else notices
