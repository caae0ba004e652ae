"""PubMed's "Summary (text)" format: numbered citations without abstracts, the PMID at the end of each."""

import re
from collections.abc import Iterator

from miner.formats.base import Head
from miner.formats.dates import date_in
from miner.formats.record import to_article
from miner.model.articles import Article, Reject
from miner.model.identifiers import normalize_doi

_RECORD = re.compile(r"\d{1,6}[:.] (?=\S)")
_PMID = re.compile(r"PMID: ?(\d{1,8})(?!\d)")
_PMCID = re.compile(r"PMCID: ?(PMC\d{1,9})(?!\d)")
_NAME = r"[^\W\d_][\w'’‐-]*(?: [\w'’‐-]+){0,5}"
_CITATION = re.compile(
    r"[.?!\]] (?P<journal>[^.?!]{2,150}?)\. (?P<date>(?:1[89]|20)\d\d\b[^;:.]{0,40})"
    r"(?:;(?P<volume>[\w -]{0,40})(?:\((?P<issue>[^)]{0,60})\))?(?::(?P<pages>[\w-]{1,40}))?)?"
)
_INITIALS = re.compile(r"[^\W\d_a-z]{1,5}(?: (?:Jr|Sr|2nd|3rd|4th))?$")
_NO_AUTHORS = re.compile(r"\[No authors listed\]\.? ?", re.IGNORECASE)


def matches(head: Head) -> bool:
    """Whether the text is numbered citations, the first of which names its PMID before the second begins."""
    if not _RECORD.match(head.text):
        return False
    first = head.text.split("\n\n", 1)[0]
    return bool(_PMID.search(" ".join(first.split())))


def parse(text: str, *, source: str = "file") -> Iterator[Article | Reject]:
    """Every citation of the list."""
    lines: list[str] = []
    for line in [*text.lstrip("\ufeff").split("\n"), "0: end"]:
        if _RECORD.match(line) and (not lines or not lines[-1].strip() or _PMID.search(lines[-1])):
            if any(one.strip() for one in lines):
                yield _article("\n".join(lines), source)
            lines = []
        lines.append(line)


def _article(record: str, source: str) -> Article | Reject:
    text = _RECORD.sub("", " ".join(record.split()), count=1)
    pmid, pmcid, doi = _PMID.search(text), _PMCID.search(text), re.search(r"doi: ?(10\.\S+)", text, re.IGNORECASE)
    citation = _CITATION.search(text)
    stated = citation.groupdict() if citation else {}
    authors, title = _split_authors(text[: citation.start() + 1] if citation else text)
    return to_article(
        source=source,
        item=f"PMID {pmid.group(1)}" if pmid else text[:80],
        title=title.rstrip(".")[1:-1] if title.startswith("[") and title.rstrip(".").endswith("]") else title,
        pmid=pmid.group(1) if pmid else None,
        pmcid=pmcid.group(1) if pmcid else None,
        doi=normalize_doi(doi.group(1)) if doi else None,
        authors=authors,
        journal=stated.get("journal"),
        volume=stated.get("volume"),
        issue=stated.get("issue"),
        pages=stated.get("pages"),
        published=date_in(stated.get("date") or ""),
        payload=record,
    )


def _split_authors(text: str) -> tuple[list[str], str]:
    """(["Li X", "Moreau P"], the title) of "Li X, Moreau P. The title."."""
    text = _NO_AUTHORS.sub("", text, count=1)
    before, stop, title = text.partition(". ")
    names = [name.strip() for name in re.split(r"[,;] ", before)]
    if stop and any(_INITIALS.search(name) for name in names) and len(names) > sum(len(name) > 120 for name in names):
        return [name for name in names if name != "et al"], title.strip()
    return [], text.strip()
