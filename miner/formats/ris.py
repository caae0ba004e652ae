"""RIS, as reference managers and publishers export it (Zotero, EndNote, Scopus, Embase, Ovid, EBSCO, ProQuest).

Tags: the RIS format specification (Research Information Systems, 2001, revised 2011).
"""

import re
from collections.abc import Iterator

from miner.formats.base import Head
from miner.formats.fields import without_copyright
from miner.formats.record import reject
from miner.formats.stated_ids import accession_pmid, doi_in_links, doi_in_notes, pmcid_in, pmid_in_links, pmid_in_notes
from miner.formats.tagged import Tags, all_of, article_of_tags, first, read_tags
from miner.model.articles import Article, Reject
from miner.model.identifiers import normalize_doi

_TY = re.compile(r"\ufeff?TY(?:( {1,3})-[ \t]*[A-Za-z]|()-[ \t]*[A-Z]{3,8}[ \t]*$)")
_END = re.compile(r"ER {0,3}-[ \t]*$")
_TAGGED = re.compile(r"([A-Z][A-Z0-9])( {1,3})-(?: |$)")
_RIS_TAG = re.compile(r"(?:TY|ER|T1|A1|N2|Y1|JF|L3|M3|N1|UR|JO|SP|EP|KW|SN|DO|AN|C1)  -(?: |$)")
_NAMES = {
    "title": ("TI", "T1", "CT", "ST"),
    "abstract": ("AB", "N2"),
    "authors": ("AU", "A1", "A2", "ED"),
    "journal": ("JF", "JO", "T2", "JA", "J2", "J1", "JT", "BT", "SO", "T3"),
    "year": ("PY", "Y1", "YR"),
    "date": ("DA", "Y1", "PY"),
    "volume": ("VL",),
    "issue": ("IS", "CP"),
    "firstpage": ("SP",),
    "lastpage": ("EP",),
    "language": ("LA",),
}
_BOOK_TITLES = ("BT", "T2", "JF")
_TYPES = {
    "JOUR": "journal article",
    "JFULL": "journal",
    "EJOUR": "journal article",
    "CHAP": "book chapter",
    "BOOK": "book",
    "CONF": "conference paper",
    "CPAPER": "conference paper",
    "THES": "thesis",
    "UNPB": "preprint",
    "ABST": "abstract",
    "MGZN": "magazine article",
    "NEWS": "news",
    "RPRT": "report",
}
_PMID = re.compile(r"(?:PMID:? ?|PUBMED ?)?(\d{4,8})", re.IGNORECASE)
_PUBMED = re.compile(r"PUBMED:? ?(\d{4,8})(?!\d)", re.IGNORECASE)
_PROVIDERS = re.compile(r"ebsco|ovid|proquest|embase|scopus|webofscience|cochrane|psyc", re.IGNORECASE)
_EBSCO_ACCESSION = re.compile(r"Accession Number: ?(\d{4,8})(?!\d)", re.IGNORECASE)
MIN_TAGS = 3
"""Lines of RIS tags that show a record whose TY line is lost."""


def matches(head: Head) -> bool:
    """Whether a TY line and another tag, or enough tags of RIS alone, are there."""
    lines = [line.strip().replace("\xa0", " ").replace("–", "-", 1) for line in head.lines]
    if any(_TY.match(line) for line in lines) and any(_TAGGED.match(line) for line in lines):
        return True
    tags = {line[:2] for line in head.lines if _RIS_TAG.match(line)}
    return len(tags) >= MIN_TAGS and not any(line.startswith(("PMID-", "PMID -")) for line in head.lines)


def parse(text: str, *, source: str = "file") -> Iterator[Article | Reject]:
    """Every record up to its ER line, whatever tag it begins with.

    Lines between records are passed over: counters, links, search strategies.
    """
    text = text.replace("\xa0", " ")
    if re.search(r"^[ \t]+TY {0,3}[-–]", text, re.MULTILINE):  # indented by a mail program
        text = re.sub(r"^[ \t]+(?=[A-Z][A-Z0-9] {0,3}[-–])", "", text, flags=re.MULTILINE)
    if re.search(r"^TY {1,3}–", text, re.MULTILINE):  # a word processor's dash
        text = re.sub(r"^([A-Z][A-Z0-9] {1,3})–", r"\1-", text, flags=re.MULTILINE)
    position = 0
    for lines in _records(text):
        spaces = next((found.group(1) or "" for line in lines if (found := _TY.match(line))), "  ")
        tag = re.compile(rf"([A-Z][A-Z0-9])(?:  |{spaces})-(?: |$)(.*)")
        tags = read_tags(lines, tag.match)
        if not tags or not (tags.keys() - {"TY", "ER", "C1", "DB", "DP", "N1", "ID"} or "TY" in tags):
            continue
        position += 1
        yield _article(tags, f"record {position}", source, "\n".join(lines))


def _records(text: str) -> Iterator[list[str]]:
    """The lines of each record, without the lines before it."""
    lines: list[str] = []
    has_type = False
    for line in text.split("\n"):
        if _END.match(line.strip()):
            yield _without_furniture(lines)
            lines, has_type = [], False
            continue
        if _TY.match(line):
            if has_type:  # the ER line is missing
                yield _without_furniture(lines)
                lines = []
            has_type = True
        lines.append(line)
    yield _without_furniture(lines)


def _without_furniture(lines: list[str]) -> list[str]:
    """From the paragraph of the TY line on; all lines if the title comes before it, or without a TY line."""
    at = next((at for at, line in enumerate(lines) if _TY.match(line)), None)
    if at is None:
        return lines
    begin = at
    while begin and lines[begin - 1].strip():
        begin -= 1
    if any(re.match(r"(?:TI|T1) {0,3}-", line) for line in lines[:begin]) and not any(
        re.match(r"(?:TI|T1) {0,3}-", line) for line in lines[begin:]
    ):
        return lines
    return lines[begin:]


def _article(tags: Tags, item: str, source: str, payload: str) -> Article | Reject:
    kind = first(tags, "TY").upper()
    title = first(tags, *_NAMES["title"])
    more: dict[str, object] = {
        "pmid": _pmid(tags),
        "pmcid": _pmcid(tags),
        "doi": _doi(tags),
        "types": [text for text in (_TYPES.get(kind, kind.lower()), *_described(tags)) if text],
        "abstract": without_copyright(" ".join(dict.fromkeys(all_of(tags, *_NAMES["abstract"])))),
    }
    if not title and (book := first(tags, *_BOOK_TITLES)) and kind in ("BOOK", "EBOOK", "EDBOOK"):
        more["title"] = book
    if "-" in first(tags, "SP"):
        more["pages"] = first(tags, "SP")
    if "Embase" in first(tags, "DB") and not first(tags, "IS"):
        more["issue"] = first(tags, "M1")
    if not (title or more.get("title") or more["abstract"]):
        return reject(source, item, "it has neither a title nor an abstract", payload)
    return article_of_tags(tags, _NAMES, item=item, source=source, payload=payload, more=more)


def _described(tags: Tags) -> list[str]:
    return [kind for kind in all_of(tags, "M3", "PT") if not normalize_doi(kind)]


def _pmid(tags: Tags) -> str | None:
    """Where each exporter keeps it; M1 and other notes may name cited papers, C2 of EndNote is a PMCID."""
    database = " ".join(all_of(tags, "DB") + all_of(tags, "DP") + all_of(tags, "DS"))
    accession = first(tags, "AN", "UI", "ID")
    found = accession_pmid(accession, database)
    if not found and not database and not _PROVIDERS.search(" ".join(all_of(tags, "UR"))):
        found = _exact(first(tags, "AN"))  # EndNote and older PubMed exports name no database
    found = found or _exact(first(tags, "C2")) or _exact(first(tags, "PM"))
    if "embase" in database.lower():
        found = found or _exact(first(tags, "C5"))
    for name in ("C1", "C3", "C4", "C7", "C8", "M3", "XR"):  # the Cochrane Library: "PUBMED 31000205"
        found = found or next((one.group(1) for value in tags.get(name, ()) if (one := _PUBMED.match(value))), None)
    notes = "\n".join(tags.get("N1", []))
    if not found and accession_pmid("1111", database) and (noted := _EBSCO_ACCESSION.search(notes)):
        found = noted.group(1)
    return found or pmid_in_notes(notes) or pmid_in_links(_links(tags))


def _exact(value: str) -> str | None:
    found = _PMID.fullmatch(value)
    return found.group(1) if found else None


def _pmcid(tags: Tags) -> str | None:
    for name in ("C2", "C7", "PMC", "U2"):
        if found := re.fullmatch(r"(?:PMCID:? ?)?(PMC\d{3,9})", first(tags, name), re.IGNORECASE):
            return found.group(1)
    return pmcid_in("\n".join([*tags.get("N1", []), _links(tags)]))


def _doi(tags: Tags) -> str | None:
    for value in (*tags.get("DO", ()), *tags.get("DI", ())):
        if doi := normalize_doi(value):
            return doi
    for name in ("L3", "M3", "LK", "N1", "ID"):  # EBSCO, old publishers' exports, Mendeley
        for value in tags.get(name, ()):
            if doi := doi_in_notes(value):
                return doi
    return doi_in_links(_links(tags))


def _links(tags: Tags) -> str:
    return "\n".join(value for name in ("UR", "L1", "L2", "LK") for value in tags.get(name, ()))
