"""NCBI's E-utilities for PubMed: esearch and efetch, their answers checked and their errors told apart.

Rules and limits are those of "A General Introduction to the E-utilities" (NBK25497) and "The E-utilities In-Depth"
(NBK25499): 3 requests a second, 10 with a key; `tool` and `email` on every request; long questions by POST. PubMed
hands out no more than the first 9,999 records of a search, over the history server too.
"""

import io
import logging
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from lxml import etree

from miner.errors import RefusedError
from miner.formats.pubmed_xml import parse
from miner.http.client import HttpClient, StatusError, Validate
from miner.model.articles import Article, Deleted, Reject

logger = logging.getLogger(__name__)

SERVICE = "PubMed"
MOST_LISTED = 9_999
EVER = (date(1600, 1, 1), date(3000, 12, 31))

_LASTING = re.compile(
    r"cannot be larger|invalid db|wrong db|empty term|api key|invalid parameter|unknown (field|parameter)",
    re.IGNORECASE,
)
_PASSING = re.compile(
    rb"(?i)status: timeout|empty response|external viewer error|backend failed|unable to open|temporar|rate limit"
)
_NO_SUCH_IDS = re.compile(r"id list is empty|empty id list|no correct ids|invalid u?id\b|invalid id", re.IGNORECASE)
_HISTORY_GONE = re.compile(r"unable to obtain query|history|webenv|query_key", re.IGNORECASE)


class HistoryGoneError(RefusedError):
    """The history server no longer holds the search: it has to be made again."""


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `start` to `end`, both included, on one of PubMed's dates: "edat" (entered) or "mdat" (modified)."""

    datetype: str
    start: date
    end: date

    @property
    def params(self) -> Mapping[str, str]:
        """The span as esearch takes it."""
        return {"datetype": self.datetype, "mindate": f"{self.start:%Y/%m/%d}", "maxdate": f"{self.end:%Y/%m/%d}"}


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found: how many records, the PMIDs of the first 9,999, and where the history server keeps them."""

    count: int
    pmids: tuple[str, ...]
    webenv: str
    query_key: str


class Eutils:
    """The E-utilities at one address, asked in the name of one user."""

    def __init__(self, http: HttpClient, base_url: str, email: str | None = None, api_key: str | None = None) -> None:
        self._http = http
        self._base = base_url
        named = {"tool": "exominer", "email": email, "api_key": api_key}
        self._identity = {name: value for name, value in named.items() if value}
        self._warned: set[tuple[str, str]] = set()
        # A little under the agreed 3 and 10 a second: what leaves evenly may arrive bunched.
        self._per_second = 9.5 if api_key else 2.9

    def count(self, term: str, span: Span | None = None) -> int:
        """How many records match. Raises SourceError."""
        return self._confirmed(term, span, retmax=0).count

    def search(self, term: str, span: Span | None = None) -> Found:
        """All that match, up to the 9,999 that PubMed lists. Raises SourceError."""
        found = self._confirmed(term, span, retmax=MOST_LISTED)
        pmids = dict.fromkeys(found.pmids)
        while len(pmids) < min(found.count, MOST_LISTED):
            more = self._search(term, span, MOST_LISTED, len(pmids)).pmids
            if pmids.keys() >= set(more):
                break
            pmids.update(dict.fromkeys(more))
        return Found(found.count, tuple(pmids)[:MOST_LISTED], found.webenv, found.query_key)

    def fetch_listed(self, found: Found, start: int, size: int) -> Iterator[Article | Reject]:
        """Records `start` to `start + size` of a search kept on the history server, parsed.

        Raises HistoryGoneError when it is no longer kept; other SourceErrors, also when nothing is sent.
        """
        place = {"WebEnv": found.webenv, "query_key": found.query_key, "retstart": str(start), "retmax": str(size)}
        return self._fetch(place, _listed_complaint, keep=None)

    def fetch(
        self, pmids: Sequence[str], *, listed: bool = False, keep: timedelta | None = None
    ) -> Iterator[Article | Reject]:
        """The records of these PMIDs, as many as PubMed has, parsed.

        Raises SourceError; where PubMed itself has `listed` them, also when nothing is sent.
        """
        complaint = _listed_complaint if listed else _fetch_complaint
        return self._fetch({"id": ",".join(pmids)}, complaint, keep) if pmids else iter(())

    def _confirmed(self, term: str, span: Span | None, retmax: int) -> Found:
        """A search whose zero has been heard twice: a service in trouble may say "nothing" where there is much."""
        found = self._search(term, span, retmax)
        return found if found.count else self._search(term, span, retmax)

    def _search(self, term: str, span: Span | None, retmax: int, retstart: int = 0) -> Found:
        params = {
            **{"db": "pubmed", "term": term, "usehistory": "y", "retmode": "xml"},
            **{"retmax": str(retmax), "retstart": str(retstart)},
            **(span.params if span else {}),
            **self._identity,
        }
        answer = self._http.post(
            f"{self._base}/esearch.fcgi",
            params,
            accept="xml",
            service=SERVICE,
            per_second=self._per_second,
            validate=_search_complaint,
            transient=_passing,
        )
        root = _tree(answer.body)
        self._warn(root, term)
        return Found(
            count=int(root.findtext("Count", "0")),
            pmids=tuple(_texts(root, "IdList/Id")),
            webenv=root.findtext("WebEnv", "").strip(),
            query_key=root.findtext("QueryKey", "").strip(),
        )

    def _fetch(
        self, which: Mapping[str, str], complaint: Validate, keep: timedelta | None
    ) -> Iterator[Article | Reject]:
        params = {"db": "pubmed", "retmode": "xml", **which, **self._identity}
        try:
            answer = self._http.post(
                f"{self._base}/efetch.fcgi",
                params,
                accept="xml",
                service=SERVICE,
                per_second=self._per_second,
                validate=complaint,
                transient=_passing,
                keep=keep,
            )
        except StatusError as error:
            if "WebEnv" in which and _HISTORY_GONE.search(error.body) and "larger" not in error.body:
                raise HistoryGoneError(str(error)) from error
            if "id" in which and _NO_SUCH_IDS.search(error.body):
                return iter(())
            raise
        if _error_text(answer.body):
            return iter(())
        records = parse(io.BytesIO(answer.body))
        return (record for record in records if not isinstance(record, Deleted))

    def _warn(self, root: etree._Element, term: str) -> None:
        """Say once what PubMed left out of a query, for the result is then another one than was asked for."""
        for path, what in (
            ("ErrorList/PhraseNotFound", "knows no"),
            ("ErrorList/FieldNotFound", "knows no field"),
            ("WarningList/QuotedPhraseNotFound", "knows no phrase"),
            ("WarningList/PhraseIgnored", "ignores"),
        ):
            for text in _texts(root, path):
                if (what, text) not in self._warned:
                    self._warned.add((what, text))
                    logger.warning("PubMed %s %r in the query %r", what, text[:120], term[:120])


def _search_complaint(body: bytes) -> str | None:
    """What is broken about an esearch answer; raises RefusedError for what will not pass."""
    root = _tree(body)
    if root.tag != "eSearchResult":
        return f"esearch answered with <{root.tag}>: {' '.join(map(str, root.itertext()))[:160].strip()}"
    error = " ".join((root.findtext("ERROR") or "").split())
    if error and _LASTING.search(error):
        raise RefusedError(f"PubMed refuses the search: {error[:200]}")
    if error:
        return f"the search failed ({error[:200]})"
    count = root.findtext("Count", "").strip()
    if not count.isdigit():
        return "esearch names no count"
    if int(count) and not (root.findtext("WebEnv", "").strip() and root.findtext("QueryKey", "").strip()):
        return "esearch names no place on the history server"
    unknown = _texts(root, "ErrorList/FieldNotFound")
    if unknown and not int(count):
        raise RefusedError(f"PubMed knows no field {', '.join(unknown)} - correct the query")
    return None


def _fetch_complaint(body: bytes) -> str | None:
    """What is broken about an efetch answer; raises HistoryGoneError, RefusedError for what will not pass."""
    error = _error_text(body)
    if error is None:
        start = re.search(rb"<(?![?!])([\w:.-]+)", body)
        name = start[1].decode() if start else "nothing"
        return None if name in ("PubmedArticleSet", "PubmedBookArticleSet") else f"efetch answered with <{name}>"
    if _LASTING.search(error):
        raise RefusedError(f"PubMed refuses to hand out records: {error[:200]}")
    if _NO_SUCH_IDS.search(error):
        return None
    if _HISTORY_GONE.search(error):
        raise HistoryGoneError(f"PubMed no longer holds the search: {error[:200]}")
    return f"efetch failed ({error[:200]})"


def _listed_complaint(body: bytes) -> str | None:
    """As `_fetch_complaint`, for records that PubMed has listed: it cannot have none of them."""
    complaint = _fetch_complaint(body)
    if complaint is None and not re.search(rb"<Pubmed(Book)?Article[\s>]", body):
        return "efetch sends none of the records that esearch lists"
    return complaint


def _error_text(body: bytes) -> str | None:
    """The text of an answer that is nothing but an error, or None."""
    if re.search(rb"<Pubmed(Book)?(Article|Data)\b", body[:4096]):
        return None
    errors = re.findall(rb"(?is)<ERROR>(.*?)</ERROR>", body[:65536])
    return " ".join(b" ".join(errors).decode("utf-8", "replace").split()) if errors else None


def _passing(body: bytes) -> bool:
    return bool(_PASSING.search(body))


def _tree(body: bytes) -> etree._Element:
    return etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))


def _texts(root: etree._Element, path: str) -> Iterable[str]:
    return [text.strip() for element in root.iterfind(path) if (text := element.text)]
