"""PMIDs, PMCIDs and DOIs: one canonical form each, and telling them apart.

Canonical forms: PMID "12345678" (no leading zeros), PMCID "PMC1234567" (no version), DOI "10.1172/jci81135"
(lower case, no resolver, no trailing punctuation). DOIs are compared without regard to the case of ASCII
letters, as the DOI Handbook (2.4) has it, so lower case is safe to keep everywhere.
"""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote

Scheme = Literal["pmid", "pmcid", "doi"]

_DOI = re.compile(r"10\.\d{4,9}(?:\.\d+)*/[^\s\"“”«»]+")
_BARE_DOI = re.compile(r"(?:doi\s*[:=]?\s*|info:doi/)?(?P<doi>10\.\d{4,9}(?:\.\d+)*/\S.*)", re.IGNORECASE)
_URL = re.compile(r"(?:https?:)?//|(?:www|dx|doi|pubmed|pmc)\.[\w.-]+/", re.IGNORECASE)
_JCI_PAGE = re.compile(r"(?P<insight>insight\.)?jci\.org/articles/view/(?P<number>\d+)", re.IGNORECASE)
_PREPRINT_PAGE = re.compile(r"(?:bio|med)rxiv\.org/", re.IGNORECASE)
_PREPRINT_TAIL = re.compile(r"(?:v\d+)?(?:\.(?:full|abstract|article|supplementary)[\w.-]*|\.full\.pdf)?$")
_PAGE_TAIL = re.compile(r"/(?:full|abstract|pdf|epdf|meta|summary|fulltext|html)/?$")
_PMID = re.compile(r"(?:pmid|pubmed\s*id|pubmed|medline|med)?\s*[:#=]?\s*0*(?P<digits>[1-9]\d{0,8})", re.IGNORECASE)
_PMID_URL = re.compile(
    r"(?:pubmed\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/pubmed|europepmc\.org/(?:article|abstract)/med|pubmed\.gov)"
    r"/(?:\?term=)?0*(?P<digits>[1-9]\d{0,8})(?!\d)",
    re.IGNORECASE,
)
_PMCID = re.compile(r"(?<![a-z])pmc\s*-?\s*0*(?P<digits>[1-9]\d{0,9})(?:\.\d+)?(?![\d])", re.IGNORECASE)
_BARE_PMCID = re.compile(r"(?:pmc\s*id|pmc)?\s*[:#=]?\s*(?:pmc)?\s*0*(?P<digits>[1-9]\d{0,9})(?:\.\d+)?", re.IGNORECASE)
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
_PAIRS = {")": "(", "]": "[", "}": "{", ">": "<"}
_LOWER = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")


@dataclass(frozen=True, slots=True)
class Identifier:
    """An identifier of a known scheme, its value in canonical form."""

    scheme: Scheme
    value: str


def normalize_doi(text: str) -> str | None:
    """The first DOI in `text` (a DOI, a resolver or publisher URL, a citation) in canonical form, or None."""
    text = html.unescape(text.translate(_INVISIBLE)).strip()
    in_url = _URL.search(text)
    if in_url:
        path = re.split(r"[?#]", text, maxsplit=1)[0]
        text = unquote(path if "/10." in path else text)
    found = _DOI.search(text)
    if not found:
        return None
    doi = found.group()
    if in_url:
        doi = _PAGE_TAIL.sub("", doi)
        if _PREPRINT_PAGE.search(text):
            doi = _PREPRINT_TAIL.sub("", doi)
    doi = _without_trailing_punctuation(doi)
    return doi.translate(_LOWER) if doi.partition("/")[2] else None


def normalize_pmid(text: str) -> str | None:
    """The PMID that `text` is ("26918427", "PMID: 26918427", a PubMed URL), or None."""
    text = text.translate(_INVISIBLE).strip()
    match = _PMID.fullmatch(text) or _PMID_URL.search(text)
    return match["digits"] if match else None


def normalize_pmcid(text: str) -> str | None:
    """The PMCID that `text` is or names ("PMC123", "123", "PMC123.2", a PMC URL), or None."""
    text = text.translate(_INVISIBLE).strip()
    match = _BARE_PMCID.fullmatch(text) or _PMCID.search(text)
    return f"PMC{match['digits']}" if match else None


def recognize(text: str) -> Identifier | None:
    """The one identifier that `text` is: an entry of a list in which kinds are mixed. None for anything else.

    A bare number is a PMID. Article pages of PubMed, PMC, Europe PMC, doi.org, bioRxiv, medRxiv, JCI and most
    publishers are understood.
    """
    text = text.translate(_INVISIBLE).strip().strip("<>'\"“”,;").lstrip("([{").strip()
    if _URL.match(text):
        return _recognize_url(text)
    if match := _BARE_DOI.fullmatch(text):
        return _identifier("doi", normalize_doi, match["doi"]) if len(match["doi"].split()) == 1 else None
    if re.fullmatch(r"pmc.*", text, re.IGNORECASE):
        return _identifier("pmcid", normalize_pmcid, text) if _BARE_PMCID.fullmatch(text.rstrip(".")) else None
    return _identifier("pmid", normalize_pmid, text.rstrip("."))


def _recognize_url(url: str) -> Identifier | None:
    if page := _JCI_PAGE.search(url):
        return Identifier("doi", f"10.1172/jci{'.insight.' if page['insight'] else ''}{page['number']}")
    return (
        _identifier("doi", normalize_doi, url)
        or (_identifier("pmcid", normalize_pmcid, url) if _PMCID.search(url) else None)
        or _identifier("pmid", normalize_pmid, url)
    )


def _identifier(scheme: Scheme, normalise: Callable[[str], str | None], text: str) -> Identifier | None:
    value = normalise(text)
    return Identifier(scheme, value) if value else None


def _without_trailing_punctuation(doi: str) -> str:
    """`doi` without what belongs to the sentence around it: a bracket stays when its partner stands inside."""
    while doi:
        last = doi[-1]
        unpaired = last in _PAIRS and doi.count(last) > doi.count(_PAIRS[last])
        if not unpaired and last not in ".,;:!?'*…’‘|/":
            break
        doi = doi[:-1]
    return doi
