"""Plain text (a title, then an abstract) and PubMed's "Abstract (text)" format."""

import re
from collections.abc import Iterator

from miner.errors import ParseError
from miner.formats.abstract import abstract_sections
from miner.formats.dates import date_in
from miner.formats.record import reject, to_article
from miner.model.articles import Article, Reject
from miner.model.identifiers import normalize_doi, recognize

MAX_TITLE = 500
MAX_ABSTRACT = 20_000
_FACT = re.compile(r"(?P<name>doi|pmid|pmcid|journal|year|date|authors?)\s*[:=]\s*(?P<value>\S.*)", re.IGNORECASE)
_PUBMED_RECORD = re.compile(r"^\d{1,6}[.:] (?=\S)", re.MULTILINE)
_PUBMED_CITATION = re.compile(
    r"(?P<journal>[^.]+)\.\s+(?P<date>\d{4}[^;:.]*)"
    r"(?:;(?P<volume>[\w ()-]*?)(?:\((?P<issue>[^)]*)\))?(?::(?P<pages>[\w-]+))?)?\."
)
_PUBMED_ID = re.compile(r"^(?P<name>DOI|PMCID|PMID):\s*(?P<value>\S+)", re.MULTILINE)
_PUBMED_FURNITURE = re.compile(
    r"(?:author information|comment (?:in|on)|erratum (?:in|for)|update (?:in|of)|retraction (?:in|of)|republished|"
    r"copyright|©|conflict of interest|doi:|pmcid:|pmid:|expression of concern|publisher:)",
    re.IGNORECASE,
)


def parse(text: str, *, name: str, source: str = "file") -> Article | Reject:
    """The title is the first line, the abstract what follows it; lines such as "DOI: 10.…" state the record's facts."""
    lines = text.strip().splitlines()
    title = lines[0].strip() if lines else ""
    facts: dict[str, str] = {}
    body = []
    for line in lines[1:]:
        fact = _FACT.fullmatch(line.strip())
        if fact and len(line) < MAX_TITLE:
            facts[fact["name"].lower().rstrip("s")] = fact["value"]
        else:
            body.append(line)
    abstract = " ".join(" ".join(body).split())
    if not abstract or len(title) > MAX_TITLE or len(title.split()) < 2 or len(abstract) > MAX_ABSTRACT:
        reason = "plain text is a line with the title, a blank line, and the abstract - this is not"
        return reject(source, name, reason, text)
    return to_article(
        source=source,
        item=name,
        title=title,
        sections=abstract_sections(abstract),
        pmid=facts.get("pmid"),
        pmcid=facts.get("pmcid"),
        doi=facts.get("doi"),
        journal=facts.get("journal"),
        published=date_in(facts.get("date") or facts.get("year") or ""),
        authors=re.split(r"\s*[;,]\s*", facts.get("author", "")),
        payload=text,
    )


def is_pubmed_text(text: str) -> bool:
    """Whether a text is PubMed's "Abstract (text)" export: numbered records that end with their PMID."""
    return bool(re.match(r"\s*\d{1,6}[.:] \S", text) and re.search(r"^PMID: \d+", text, re.MULTILINE))


def parse_pubmed_text(text: str, *, source: str = "file") -> Iterator[Article | Reject]:
    """Every record of a PubMed "Abstract (text)" export."""
    begins = [found.start() for found in _PUBMED_RECORD.finditer(text) if _begins_block(text, found.start())]
    for begin, end in zip(begins, [*begins[1:], len(text)], strict=True):
        yield _pubmed_record(text[begin:end], source)


def _begins_block(text: str, at: int) -> bool:
    return not text[:at].strip() or text[:at].endswith(("\n\n\n", "\r\n\r\n\r\n"))


def _pubmed_record(record: str, source: str) -> Article | Reject:
    """Blocks parted by blank lines: citation, title, authors, affiliations, abstract, identifiers."""
    blocks = [" ".join(block.split()) for block in re.split(r"\n\s*\n", record.strip())]
    ids = {found["name"].lower(): found["value"] for found in _PUBMED_ID.finditer(record)}
    citation = _PUBMED_CITATION.search(re.sub(r"^\d+[.:] ", "", blocks[0]))
    stated = citation.groupdict() if citation else {}
    rest = [block for block in blocks[1:] if not _PUBMED_FURNITURE.match(block)]
    title = rest[0] if rest else ""
    has_authors = len(rest) > 2 or (len(rest) == 2 and len(rest[1]) < 300)
    authors = rest[1] if has_authors else ""
    abstract = [block for block in rest[1:] if block != authors]
    return to_article(
        source=source,
        item=f"PMID {ids['pmid']}" if "pmid" in ids else blocks[0][:80],
        title=title[1:].rstrip(".").rstrip("]") if title.startswith("[") else title,
        sections=abstract_sections(" ".join(abstract)),
        pmid=ids.get("pmid"),
        pmcid=ids.get("pmcid"),
        doi=ids.get("doi") or normalize_doi(blocks[0]),
        authors=re.split(r",\s*", re.sub(r"\([\d,# ]+\)", "", authors).rstrip(".")),
        journal=stated.get("journal"),
        volume=stated.get("volume"),
        issue=stated.get("issue"),
        pages=stated.get("pages"),
        published=date_in(stated.get("date") or ""),
        payload=record,
    )


def check_not_a_list(text: str) -> None:
    """Raises ParseError for a list of identifiers, which is to be fetched and not read."""
    words = text.split()
    if words and all(recognize(word) for word in words[:200]):
        reason = f"it is a list of {len(words):,} identifiers, not articles"
        raise ParseError(f"{reason} - fetch them: exominer ingest pubmed --pmid FILE")
