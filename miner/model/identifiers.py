"""PMIDs, PMCIDs and DOIs: recognize them in text and bring each to one canonical form.

Canonical forms: PMID "12345678" (no leading zeros), PMCID "PMC1234567" (no version), DOI "10.1172/jci81135"
(lower case, no resolver, no trailing punctuation). DOIs are compared without regard to the case of ASCII
letters (DOI Handbook, 2.4), so lower case is safe to keep everywhere.

A SICI (ANSI/NISO Z39.56) is an old form of DOI that contains "<", ">", ";" and sometimes ends in "#". Its end is
known from its form, so that these characters are kept where they would otherwise end a DOI.

Every pattern is bounded: the time per call grows linearly with the length of the text.
"""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote

Scheme = Literal["pmid", "pmcid", "doi"]

MAX_DOI = 500
"""Characters of a DOI; longer ones are not DOIs (the longest registered ones have about 250)."""

MAX_NUMBER_TEXT = 200
"""Characters of a text that is one PMID or PMCID, with its label or address."""

_PREFIX = r"10\.\d{4,9}(?:\.\d{1,9}){0,4}/"
_DOI = re.compile(_PREFIX + r"[^\s\"“”«»]+")
_SICI = re.compile(_PREFIX + r"[^\s\"“”«»]{1,400}?>\d\.\d\.[a-z]{2};\d(?:-[\da-z#])?", re.IGNORECASE)
_BARE_DOI = re.compile(rf"(?:doi\s{{0,3}}[:=]?\s{{0,3}}|info:doi/)?(?P<doi>{_PREFIX}\S.*)", re.IGNORECASE)
_ENCODED_SLASH = re.compile(r"(10\.\d{4,9}(?:\.\d{1,9}){0,4})%2F", re.IGNORECASE)
_ENCODED = re.compile(r"%(?:2[0389CF]|3[ABCE]|5[BD])", re.IGNORECASE)
_TWICE_ENCODED = re.compile(r"%25(?=[0-9A-F]{2})", re.IGNORECASE)
_URL = re.compile(r"(?:https?:)?//|(?:www|dx|doi|pubmed|pmc)\.[\w.-]{1,250}/", re.IGNORECASE)
_JCI_PAGE = re.compile(r"(?P<insight>insight\.)?jci\.org/articles/view/(?P<number>\d{1,9})", re.IGNORECASE)
_PREPRINT_PAGE = re.compile(r"(?:bio|med)rxiv\.org/", re.IGNORECASE)
_PREPRINT_TAIL = re.compile(r"(?:v\d{1,4})?(?:\.(?:full|abstract|article|supplementary)[\w.-]{0,50})?$")
_PAGE_TAIL = re.compile(r"/(?:full|abstract|pdf|epdf|meta|summary|fulltext|html)/?$")
_PMID = re.compile(r"(?:pmid|pubmed ?id|pubmed|medline|med)? ?[:#=]? ?0{0,20}(?P<digits>[1-9]\d{0,8})", re.IGNORECASE)
_PMID_URL = re.compile(
    r"(?:pubmed\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/pubmed|europepmc\.org/(?:article|abstract)/med|pubmed\.gov)"
    r"/(?:\?term=)?0{0,20}(?P<digits>[1-9]\d{0,8})(?!\d)",
    re.IGNORECASE,
)
_PMCID = re.compile(r"(?<![a-z])pmc ?-? ?0{0,20}(?P<digits>[1-9]\d{0,9})(?:\.\d{1,3})?(?!\d)", re.IGNORECASE)
_BARE_PMCID = re.compile(
    r"(?:pmc ?id|pmc)? ?[:#=]? ?(?:pmc)? ?0{0,20}(?P<digits>[1-9]\d{0,9})(?:\.\d{1,3})?", re.IGNORECASE
)
_LIST_BORDER = re.compile(
    r"(?: ?[,;]+ ?| )(?=10\.\d{4,9}[./%]|doi\b|info:doi|https?:|pmc|pmid|\d{1,9}(?:[ ,;]|$))", re.IGNORECASE
)
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
_PAIRS = {")": "(", "]": "[", "}": "{", ">": "<"}
_LOWER = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")


@dataclass(frozen=True, slots=True)
class Identifier:
    """An identifier of a known scheme, its value in canonical form."""

    scheme: Scheme
    value: str


def normalize_doi(text: str) -> str | None:
    """The first DOI in `text` (a DOI, a resolver or publisher URL, a citation) in canonical form, or None.

    Percent-encoding and HTML entities are decoded; the query and the fragment of an address are dropped.

    >>> normalize_doi("https://doi.org/10.1172%2FJCI81135#abstract")
    '10.1172/jci81135'
    """
    text = html.unescape(text.translate(_INVISIBLE)).strip()
    if "%" in text:
        text = _ENCODED_SLASH.sub(r"\1/", _TWICE_ENCODED.sub("%", text))
    found = _DOI.search(text)
    if not found:
        return None
    doi = found.group()[: MAX_DOI * 3].partition("</")[0]
    if sici := _SICI.match(_ENCODED.sub(lambda code: unquote(code.group()), doi)):
        return sici.group().translate(_LOWER)
    if _URL.search(text):
        doi = _without_address(doi, before=text[: found.start()])
    else:
        doi = _ENCODED.sub(lambda code: unquote(code.group()), doi)
    doi = _without_trailing_punctuation(doi)
    return doi.translate(_LOWER) if doi.partition("/")[2] and len(doi) <= MAX_DOI else None


def normalize_pmid(text: str) -> str | None:
    """The PMID that `text` is ("26918427", "PMID: 26918427", a PubMed URL), or None."""
    text = _one_line(text)
    match = (_PMID.fullmatch(text) if len(text) <= MAX_NUMBER_TEXT else None) or _PMID_URL.search(text)
    return match["digits"] if match else None


def normalize_pmcid(text: str) -> str | None:
    """The PMCID that `text` is or names ("PMC123", "123", "PMC123.2", a PMC URL), or None."""
    text = _one_line(text)
    match = (_BARE_PMCID.fullmatch(text) if len(text) <= MAX_NUMBER_TEXT else None) or _PMCID.search(text)
    return f"PMC{match['digits']}" if match else None


def recognize(text: str) -> Identifier | None:
    """The one identifier that `text` is: an entry of a list in which kinds are mixed. None for anything else.

    A bare number is a PMID. Article pages of PubMed, PMC, Europe PMC, doi.org, bioRxiv, medRxiv, JCI and most
    publishers are understood.
    """
    text = _one_line(text)
    sici = _SICI.search(text)
    text = text.strip("<'\"“”,;").lstrip("([{").rstrip("" if sici and sici.end() == len(text) else ">").strip()
    if _URL.match(text):
        return _recognize_url(text)
    if "%" in text:
        text = _ENCODED_SLASH.sub(r"\1/", _TWICE_ENCODED.sub("%", text))
    if match := _BARE_DOI.fullmatch(text):
        return _identifier("doi", normalize_doi, match["doi"]) if len(match["doi"].split()) == 1 else None
    if text[:3].lower() == "pmc":
        bare = text.rstrip(".")
        return _identifier("pmcid", normalize_pmcid, bare) if _is_pmcid(bare) else None
    return _identifier("pmid", normalize_pmid, text.rstrip("."))


def split_ids(text: str) -> list[str]:
    """The entries of a list of identifiers with commas, semicolons or white space between them.

    A border inside a SICI is none; a list of one comes back as it is.

    >>> split_ids("PMID 1, 10.1000/a;b; https://doi.org/10.1000/c 22")
    ['PMID 1', '10.1000/a;b', 'https://doi.org/10.1000/c', '22']
    """
    text = _one_line(text)
    inside = [found.span() for found in _SICI.finditer(text)]
    entries, start = [], 0
    for border in _LIST_BORDER.finditer(text):
        within = any(first <= border.start() < last for first, last in inside)
        if within or _is_label(text[start : border.start()]):
            continue
        entries.append(text[start : border.start()])
        start = border.end()
    entries.append(text[start:])
    return [entry for entry in (entry.strip(" ,;") for entry in entries) if entry]


def _recognize_url(url: str) -> Identifier | None:
    if page := _JCI_PAGE.search(url):
        return Identifier("doi", f"10.1172/jci{'.insight.' if page['insight'] else ''}{page['number']}")
    return (
        _identifier("doi", normalize_doi, url)
        or (_identifier("pmcid", normalize_pmcid, url) if _PMCID.search(url) else None)
        or _identifier("pmid", normalize_pmid, url)
    )


def _identifier(scheme: Scheme, normalize: Callable[[str], str | None], text: str) -> Identifier | None:
    value = normalize(text)
    return Identifier(scheme, value) if value else None


def _is_label(text: str) -> bool:
    """Whether `text` is the label of an identifier: "PMID", "doi:"."""
    return bool(
        re.fullmatch(
            r"\s*(?:pmid|pubmed|pubmed\s?id|pmc|pmcid|pmc\s?id|doi|medline|med)?\s?[:#=]?", text, re.IGNORECASE
        )
    )


def _is_pmcid(text: str) -> bool:
    return len(text) <= MAX_NUMBER_TEXT and bool(_BARE_PMCID.fullmatch(text))


def _one_line(text: str) -> str:
    """`text` without invisible characters, each run of white space as one blank."""
    return " ".join(text.translate(_INVISIBLE).split())


def _without_address(doi: str, before: str) -> str:
    """The DOI in an address without what the address adds: query, fragment, session, version and page names."""
    ends = r"[?#&]" if "?" in before else r"[?#]|;jsessionid"
    doi = _PAGE_TAIL.sub("", unquote(re.split(ends, doi, maxsplit=1)[0]))
    return _PREPRINT_TAIL.sub("", doi) if _PREPRINT_PAGE.search(before) else doi


def _without_trailing_punctuation(doi: str) -> str:
    """`doi` without the punctuation of the sentence around it; a bracket stays if its partner is inside."""
    while doi:
        last = doi[-1]
        unpaired = last in _PAIRS and doi.count(last) > doi.count(_PAIRS[last])
        if not unpaired and last not in ".,;:!?'*…’‘|/":
            break
        doi = doi[:-1]
    return doi
