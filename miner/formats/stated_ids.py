"""Identifiers that a record states in its notes, links and accession numbers: its own ones, never those of others."""

import re

from miner.model.identifiers import normalize_doi

_MAX_NOTE = 20_000
"""Characters of a note that are read."""

_NOTED_PMID = re.compile(
    r"(?:^|[.;,|(\n]) ?(?:PubMed )?(?:PMID|PubMed ID|PubMed)(?: ?[:=] ?| )(?:NLM|MEDLINE:)?(\d{4,8})(?!\d)",
    re.IGNORECASE,
)
"""Zotero's Extra ("PMID: 1"), EBSCO's note ("PMID: NLM1."), Cochrane's ("PUBMED 1")."""
_NOTED_PMCID = re.compile(r"(?:^|[.;,|(\n]) ?(?:PMCID|PMC ID)? ?[:=]? ?(PMC\d{3,9})(?!\d)", re.IGNORECASE)
_NOTED_DOI = re.compile(r"^ ?(?:doi ?[:=] ?|https?://(?:dx\.)?doi\.org/)?(10\.\d{4,9}/\S+)$", re.IGNORECASE)
_REFERENCES = re.compile(r"(?:cited )?references?\b|bibliography\b", re.IGNORECASE)
_PMID_LINK = re.compile(
    r"(?:pubmed\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/(?:entrez/|m/)?pubmed|pubmed\.gov|europepmc\.org/abstract/med)/"
    r"(?:\?term=)?(\d{4,8})(?!\d)",
    re.IGNORECASE,
)
_PMCID_LINK = re.compile(r"ncbi\.nlm\.nih\.gov/(?:pmc/)?articles/(PMC\d{3,9})(?!\d)", re.IGNORECASE)
_DOI_LINK = re.compile(r"https?://(?:dx\.)?doi\.org/(\S+)", re.IGNORECASE)
_PUBMED = re.compile(r"pubmed|medline|\bnlm\b|\b(?:cmedm|mdc|mnh)\b", re.IGNORECASE)
"""Databases whose accession numbers are PMIDs; the last three are EBSCOhost's codes for MEDLINE."""
_OTHER = re.compile(r"embase|emcare|psyc|cinahl|scopus|web of science", re.IGNORECASE)


def pmid_in_notes(text: str) -> str | None:
    """The one PMID that a note states as the record's own; None when it states several."""
    text = _own_part(text)
    found = set(_NOTED_PMID.findall(text))
    return found.pop() if len(found) == 1 else None


def pmcid_in(text: str) -> str | None:
    """The one PMCID that a note or a link states as the record's own."""
    text = _own_part(text)
    found = {match.upper() for match in (*_NOTED_PMCID.findall(text), *_PMCID_LINK.findall(text))}
    return found.pop() if len(found) == 1 else None


def doi_in_notes(text: str) -> str | None:
    """The DOI that is alone on a line of a note."""
    lines = text[:_MAX_NOTE].split("\n")
    return next((normalize_doi(found.group(1)) for line in lines if (found := _NOTED_DOI.match(line.strip()))), None)


def pmid_in_links(text: str) -> str | None:
    """The one PMID in the record's own addresses."""
    found = set(_PMID_LINK.findall(text[:_MAX_NOTE]))
    return found.pop() if len(found) == 1 else None


def doi_in_links(text: str) -> str | None:
    """The one DOI in the record's own addresses of the resolver."""
    found = {doi for match in _DOI_LINK.finditer(text[:_MAX_NOTE]) if (doi := normalize_doi(match.group()))}
    return found.pop() if len(found) == 1 else None


def accession_pmid(accession: str, database: str) -> str | None:
    """The PMID that an accession number is: only in PubMed and MEDLINE, under whichever provider.

    >>> accession_pmid("31000205", "Ovid MEDLINE(R) <2020>")
    '31000205'
    >>> accession_pmid("2014512345", "Embase")
    """
    if not _PUBMED.search(database) or _OTHER.search(database):
        return None
    numbers = [number for number in re.findall(r"(?<![\d-])\d{4,10}(?![\d-])", accession[:200]) if len(number) <= 8]
    return numbers[-1] if numbers else None


def _own_part(text: str) -> str:
    text = re.sub(r"<[^<>]{1,50}>", "\n", text[:_MAX_NOTE]).strip()
    references = _REFERENCES.search(text)
    return text[: references.start()] if references else text
