"""PubMed's "Abstract (text)" format: numbered records of blocks parted by blank lines."""

import re
from collections.abc import Iterator

from miner.formats.abstract import abstract_sections
from miner.formats.base import Head
from miner.formats.dates import date_in
from miner.formats.record import to_article
from miner.model.articles import Article, Notice, NoticeKind, Reject
from miner.model.identifiers import normalize_doi

_RECORD = re.compile(r"\d{1,6}[.:] (?=\S)")
_CITATION = re.compile(
    r"(?P<journal>[^.]{1,200})\. +(?P<date>\d{4}[^;:.]{0,40})"
    r"(?:;(?P<volume>[\w -]{0,40}(?:\([^)\d][^)]{0,40}\))?)(?:\((?P<issue>[^)]{0,60})\))?"
    r"(?::(?P<pages>[\w-]{1,40}))?)?"
)
_ID = re.compile(r"^(?P<name>DOI|PMCID|PMID):\s*(?P<value>\S+)", re.MULTILINE)
_FURNITURE = re.compile(
    r"(?:author information|collaborators|contributed equally|comment (?:in|on)\b|erratum (?:in|for)\b|"
    r"update (?:in|of)\b|"
    r"retraction (?:in|of)\b|retracted and republished|corrected and republished|republished|reprint (?:in|of)\b|"
    r"summary for patients in|original report in|copyright|©|\(c\) ?\d{4}|conflict of interest|doi:|pmcid:|pmid:|"
    r"expression of concern|publisher:|plain language summary|trial registration: *\S+$|dataset described in|"
    r"\[(?:article|chapter|book) in |\[no authors listed\])",
    re.IGNORECASE,
)
_NOTICES: dict[str, NoticeKind] = {
    "retraction in": "retracted_by",
    "retraction of": "retraction_of",
    "erratum in": "corrected_by",
    "erratum for": "correction_of",
    "expression of concern in": "concern_by",
    "expression of concern for": "concern_of",
}
_FOREIGN_TITLE = re.compile(r"\[(.*)\]\.?$")
_AFFILIATION = re.compile(r"\((?:\d{1,3}|#)(?:, ?(?:\d{1,3}|#))*\)")
_NAME = r"[^\W\d_][\w'’‐ .-]{0,60} [^\W\d_a-z]{1,5}(?: (?:Jr|Sr|2nd|3rd|4th|I{2,3}|IV))?"
_AUTHORS = re.compile(rf"(?:{_NAME})(?:[,;] (?:{_NAME}|[^,;]{{3,120}}))*\.?$")


def matches(head: Head) -> bool:
    """Whether numbered records end with their PMID on a line of its own."""
    return bool(_RECORD.match(head.text)) and any(re.match(r"PMID: \d", line) for line in head.lines)


def parse(text: str, *, source: str = "file") -> Iterator[Article | Reject]:
    """Every record of the export."""
    for record in _records(text):
        yield _article(record, source)


def _records(text: str) -> Iterator[str]:
    """A number at the beginning, or after two blank lines, begins a record."""
    lines: list[str] = []
    blank = 2
    for line in text.lstrip("\ufeff").split("\n"):
        if blank >= 2 and _RECORD.match(line) and any(one.strip() for one in lines):
            yield "\n".join(lines)
            lines = []
        lines.append(line)
        blank = 0 if line.strip() else blank + 1
    if any(line.strip() for line in lines):
        yield "\n".join(lines)


def _article(record: str, source: str) -> Article | Reject:
    blocks = [" ".join(block.split()) for block in re.split(r"\n[ \t]*\n", record.strip())]
    ids = {found["name"].lower(): found["value"] for found in _ID.finditer(record)}
    citation = _CITATION.match(_RECORD.sub("", blocks[0], count=1))
    stated = citation.groupdict() if citation else {}
    rest = [block for block in blocks[1:] if block and not _FURNITURE.match(block)]
    title, rest = (rest[0], rest[1:]) if rest else ("", [])
    authors = ""
    if rest and _is_author_list(rest[0], followed=len(rest) > 1):
        authors, rest = rest[0], rest[1:]
    translated = _FOREIGN_TITLE.fullmatch(title)
    return to_article(
        source=source,
        item=f"PMID {ids['pmid']}" if "pmid" in ids else blocks[0][:80],
        title=translated.group(1) if translated else title,
        sections=abstract_sections(" ".join(rest)),
        pmid=ids.get("pmid"),
        pmcid=ids.get("pmcid"),
        doi=ids.get("doi") or normalize_doi(blocks[0]),
        authors=re.split(r"[,;] ", _AFFILIATION.sub("", authors).rstrip(".")),
        journal=stated.get("journal"),
        volume=stated.get("volume"),
        issue=stated.get("issue"),
        pages=stated.get("pages"),
        published=date_in(stated.get("date") or ""),
        notices=_notices(blocks),
        payload=record,
    )


def _is_author_list(block: str, followed: bool) -> bool:
    """Whether a block is a list of names: by their affiliation numbers, or their shape, or what follows it."""
    if _AFFILIATION.search(block[:200]):
        return True
    bare = block[:2000]
    return bool(_AUTHORS.match(bare)) or (followed and len(block) < 300 and ". " not in block and ", " in block)


def _notices(blocks: list[str]) -> list[Notice]:
    """What corrects or retracts the record, or what it corrects or retracts."""
    found = []
    for block in blocks[1:]:
        for name, kind in _NOTICES.items():
            if block.lower().startswith(name):
                pmid = re.search(r"PMID: (\d+)", block)
                found.append(Notice(kind, pmid=pmid.group(1) if pmid else None, doi=normalize_doi(block)))
    return found
