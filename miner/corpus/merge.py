"""One work, one article: which records retell the same work, and which of their texts is used. Pure."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from miner.model.articles import Article, NoticeKind, Section

SOURCE_RANK = ("jci", "pubmed", "pubmed-bulk", "europepmc", "file", "crossref", "biorxiv", "medrxiv")
"""Sources in the order in which their word is taken where records of one work disagree."""

_PREPRINT_LINKS: tuple[NoticeKind, ...] = ("preprint_of", "published_from")


@dataclass(frozen=True, slots=True)
class Work:
    """A published work: all its records seen as one.

    `id` is "pmid:…", else "doi:…", else "pmcid:…", else "exominer:w…" (born of the title). `text_from` is
    (source, source_id) of the record whose text is used, and `text_reason` says why that one.
    """

    id: str
    article: Article
    text_from: tuple[str, str]
    text_reason: str
    retracted: bool
    concern: bool
    records: tuple[tuple[str, str], ...]
    withdrawn: bool = False

    @property
    def text_digest(self) -> str:
        """A digest of the text that is mined, and of its parts; equal digests need no second extraction."""
        parts = repr(self.article.parts()) if self.article.has_full_text else ""
        return sha256((self.article.text + parts).encode()).hexdigest()[:32]


def record_digest(body: bytes) -> str:
    """A digest of a stored record; equal digests are equal records."""
    return sha256(body).hexdigest()[:32]


def fold_title(title: str) -> str:
    """A title without case, accents, punctuation and spacing."""
    decomposed = unicodedata.normalize("NFKD", title.casefold())
    return re.sub(r"[^\w]+", "", "".join(c for c in decomposed if not unicodedata.combining(c)))


def identifiers(article: Article) -> Iterator[tuple[str, str]]:
    """(scheme, value) of everything that names the work an article retells, links to its preprint included.

    A file's own record id counts together with the title: two files may both number their records from 1.
    """
    for scheme, value in (("pmid", article.pmid), ("pmcid", article.pmcid), ("doi", article.doi)):
        if value:
            yield scheme, value
    for notice in article.notices:
        if notice.kind in _PREPRINT_LINKS:
            for scheme, value in (("pmid", notice.pmid), ("doi", notice.doi)):
                if value:
                    yield scheme, value
    if article.source == "file":
        title = fold_title(article.title)
        yield "file", f"{article.source_id.partition('#')[0]}|{sha256(title.encode()).hexdigest()[:16]}"


def may_join(one: Article, other: Article) -> bool:
    """Whether two records that share an identifier may be one work.

    Different PMIDs are different works even under one DOI (a comment or an erratum printed on the same page),
    unless a preprint link says otherwise.
    """
    if not (one.pmid and other.pmid and one.pmid != other.pmid):
        return True
    return _links(one, other) or _links(other, one)


def _links(one: Article, other: Article) -> bool:
    return any(
        n.kind in _PREPRINT_LINKS and ((n.pmid and n.pmid == other.pmid) or (n.doi and n.doi == other.doi))
        for n in one.notices
    )


def is_preprint(article: Article) -> bool:
    """Whether a record is the preprint of a work rather than its published version."""
    return (
        article.source in ("biorxiv", "medrxiv")
        or any("preprint" in t or t == "posted-content" for t in article.types)
        or any(n.kind == "preprint_of" for n in article.notices)
    )


def merge(records: Sequence[Article], retracted_elsewhere: bool = False, withdrawn: bool = False) -> Work:
    """All records of one work, oldest first, as one. Raises ValueError where there is none.

    The text used is the published version's before a preprint's, one with an abstract before one without, one with the
    full text before one without, then one with figure captions, then by `SOURCE_RANK`, then the latest seen. A full
    text without an abstract is joined to the abstract of another record. `retracted_elsewhere` says that another record
    of the corpus announces this work's retraction.
    """
    if not records:
        raise ValueError("a work needs at least one record")
    ranked = sorted(enumerate(records), key=lambda pair: _preference(pair[1], pair[0]), reverse=True)
    best = ranked[0][1]
    named = [r for _, r in ranked if not is_preprint(r)] or [best]
    fullest = next((r for _, r in ranked if r.has_full_text and is_preprint(r) == is_preprint(best)), best)
    article = Article(
        source=best.source,
        source_id=best.source_id,
        title=best.title,
        sections=best.sections if best.has_full_text else _join_sections(best, fullest),
        pmid=_first(r.pmid for r in named + list(records)),
        pmcid=_first(r.pmcid for r in named + list(records)),
        doi=_first(r.doi for r in named) or _published_doi(records) or _first(r.doi for r in records),
        authors=next((r.authors for r in named if r.authors), best.authors),
        journal=_first(r.journal for r in named),
        volume=_first(r.volume for r in named),
        issue=_first(r.issue for r in named),
        pages=_first(r.pages for r in named),
        published=_first(r.published for r in named),
        language=_first(r.language for r in named),
        types=tuple(dict.fromkeys(t for r in named for t in r.types)),
        notices=tuple(dict.fromkeys(n for r in records for n in r.notices)),
        version=best.version,
        license=_first(r.license for r in named),
    )
    return Work(
        id=work_id(article),
        article=article,
        text_from=(best.source, best.source_id),
        text_reason=_reason(best, records),
        retracted=retracted_elsewhere
        or any(n.kind == "retracted_by" for n in article.notices)
        or any("retracted publication" in t for r in records for t in r.types),
        concern=any(n.kind == "concern_by" for n in article.notices),
        records=tuple((r.source, r.source_id) for r in records),
        withdrawn=withdrawn,
    )


def _join_sections(abstract: Article, full_text: Article) -> tuple[Section, ...]:
    """The abstract of one record with the full text of another."""
    if abstract is full_text:
        return abstract.sections
    own = (section for section in abstract.sections if section.kind == "abstract")
    return (*own, *(section for section in full_text.sections if section.kind != "abstract"))


def work_id(article: Article) -> str:
    """The id a work is known by in the graph: its PMID, else its DOI, else its PMCID, else its title's digest."""
    for scheme, value in (("pmid", article.pmid), ("doi", article.doi), ("pmcid", article.pmcid)):
        if value:
            return f"{scheme}:{value}"
    source_id = article.source_id.partition("#")[0]
    return f"exominer:w{sha256(f'{source_id}|{fold_title(article.title)}'.encode()).hexdigest()[:16]}"


def revision(article: Article) -> tuple[int, str]:
    """How late a record is among those of its source: (version, date of revision); 0 and "" where not known."""
    digits = (article.version or "").strip().lower().removeprefix("v")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 6 else 0, article.revised or ""


def _preference(article: Article, age: int) -> tuple[bool, bool, bool, bool, int, tuple[int, str], int]:
    has_abstract = any(s.kind == "abstract" for s in article.sections)
    has_caption = any(s.kind == "caption" for s in article.sections)
    rank = SOURCE_RANK.index(article.source) if article.source in SOURCE_RANK else len(SOURCE_RANK)
    full = article.has_full_text
    return has_abstract, not is_preprint(article), full, has_caption, -rank, revision(article), age


def _reason(best: Article, records: Sequence[Article]) -> str:
    if len(records) == 1:
        return "the only record"
    others = [r for r in records if r is not best]
    if not any(s.kind == "abstract" for r in others for s in r.sections):
        return "the only record with an abstract"
    if not is_preprint(best) and all(is_preprint(r) for r in others):
        return "the published version, not the preprint"
    if best.has_full_text:
        return "the fullest record (full text)"
    if any(s.kind == "caption" for s in best.sections):
        return "the fullest record (figure captions)"
    if all(r.source == best.source for r in others):
        return "the latest record of its source"
    return f"{best.source} is ranked first among its sources"


def _published_doi(records: Sequence[Article]) -> str | None:
    return _first(n.doi for r in records for n in r.notices if n.kind == "preprint_of")


def _first(values: "Iterator[str | None]") -> str | None:
    return next((v for v in values if v), None)
