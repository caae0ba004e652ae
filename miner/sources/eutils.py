"""NCBI's E-utilities for PubMed: esearch and efetch, with their responses checked and their errors distinguished.

Rules and limits are those of "A General Introduction to the E-utilities" (NBK25497) and "The E-utilities In-Depth"
(NBK25499): 3 requests a second, 10 with a key; `tool` and `email` on every request; long queries by POST. PubMed
returns no more than the first 9,999 records of a search, over the history server too.
"""

import io
import logging
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from lxml import etree

from miner.errors import RefusedError
from miner.formats.pubmed_xml import parse
from miner.http.client import HttpClient, Validate
from miner.http.failures import StatusError
from miner.model.articles import Article, Deleted, Reject
from miner.sources.base import parse_count
from miner.sources.spans import Days

logger = logging.getLogger(__name__)

SERVICE = "PubMed"
MAX_LISTED = 9_999
PER_SECOND, PER_SECOND_WITH_KEY = 2.9, 9.5
"""A little below NCBI's limits of 3 and 10."""

_LASTING_ERROR = re.compile(
    r"cannot be larger|invalid db|wrong db|empty term|api key|invalid parameter|unknown (field|parameter)",
    re.IGNORECASE,
)
_TRANSIENT_ERROR = re.compile(
    rb"(?i)status: timeout|empty response|external viewer error|backend failed|unable to open|temporar|rate limit"
)
_NO_SUCH_IDS = re.compile(r"id list is empty|empty id list|no correct ids|invalid u?id\b|invalid id", re.IGNORECASE)
_HISTORY_GONE = re.compile(r"unable to obtain query|history|webenv|query_key", re.IGNORECASE)


class HistoryGoneError(RefusedError):
    """The history server no longer holds the search: it has to be made again."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The days on which records entered PubMed (edat) and were last modified (mdat), None being any.

    `by_change` says which of the two is cut first where a scope has to be cut.
    """

    entered: Days | None = None
    modified: Days | None = None
    by_change: bool = False

    def __str__(self) -> str:
        parts = [("entered", self.entered), ("modified", self.modified)]
        return " and ".join(f"{name} {days}" for name, days in parts if days) or "ever"

    def params(self, term: str) -> Mapping[str, str]:
        """A query within the scope as esearch takes it: one span as parameters, the other in the query."""
        if self.modified and self.entered:
            start, end = self.entered.start, self.entered.end
            term = f'({term}) AND ("{start:%Y/%m/%d}"[edat] : "{end:%Y/%m/%d}"[edat])'
        days = self.modified or self.entered
        if days is None:
            return {"term": term}
        datetype = "mdat" if self.modified else "edat"
        bounds = {"mindate": f"{days.start:%Y/%m/%d}", "maxdate": f"{days.end:%Y/%m/%d}"}
        return {"term": term, "datetype": datetype, **bounds}

    def halves(self) -> list["Scope"]:
        """The scope in two, cut by days of one kind, then of the other; nothing for a single day of both."""
        by_entry = [replace(self, entered=half) for half in (self.entered or Days()).halves()]
        by_change = [replace(self, modified=half) for half in (self.modified or Days()).halves()]
        return (by_change or by_entry) if self.by_change else (by_entry or by_change)


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found: how many records, the PMIDs of the first 9,999, and where the history server keeps them."""

    count: int
    pmids: tuple[str, ...]
    webenv: str
    query_key: str


ANYTIME = Scope()


class Eutils:
    """The E-utilities at one address, called in the name of one user."""

    def __init__(self, http: HttpClient, base_url: str, email: str | None = None, api_key: str | None = None) -> None:
        self._http = http
        self._base = base_url
        named = {"tool": "exominer", "email": email, "api_key": api_key}
        self._identity = {name: value for name, value in named.items() if value}
        self._warned: set[tuple[str, str]] = set()
        self._per_second = PER_SECOND_WITH_KEY if api_key else PER_SECOND

    def count(self, term: str, scope: Scope = ANYTIME) -> int:
        """How many records match. Raises SourceError."""
        return self._confirmed(term, scope, retmax=0).count

    def search(self, term: str, scope: Scope = ANYTIME) -> Found:
        """All that match, up to the 9,999 that PubMed lists. Raises SourceError."""
        found = self._confirmed(term, scope, retmax=MAX_LISTED)
        pmids = dict.fromkeys(found.pmids)
        while len(pmids) < min(found.count, MAX_LISTED):
            more = self._search(term, scope, MAX_LISTED, len(pmids)).pmids
            if pmids.keys() >= set(more):
                break
            pmids.update(dict.fromkeys(more))
        return Found(found.count, tuple(pmids)[:MAX_LISTED], found.webenv, found.query_key)

    def fetch_listed(self, found: Found, start: int, size: int) -> Iterator[Article | Reject]:
        """Records `start` to `start + size` of a search kept on the history server, parsed.

        Raises HistoryGoneError when it is no longer kept; other SourceErrors, also when nothing is sent.
        """
        place = {"WebEnv": found.webenv, "query_key": found.query_key, "retstart": str(start), "retmax": str(size)}
        return self._fetch(place, _listed_problem, keep=None)

    def fetch(
        self, pmids: Sequence[str], *, listed: bool = False, keep: timedelta | None = None
    ) -> Iterator[Article | Reject]:
        """The records of these PMIDs, as many as PubMed has, parsed.

        Raises SourceError; where PubMed itself has `listed` them, also when nothing is sent.
        """
        problem = _listed_problem if listed else _fetch_problem
        return self._fetch({"id": ",".join(pmids)}, problem, keep) if pmids else iter(())

    def _confirmed(self, term: str, scope: Scope, retmax: int) -> Found:
        """A search, retried once on an empty result: overloaded services sometimes return 0 hits."""
        found = self._search(term, scope, retmax)
        return found if found.count else self._search(term, scope, retmax)

    def _search(self, term: str, scope: Scope, retmax: int, retstart: int = 0) -> Found:
        params = {
            **{"db": "pubmed", "usehistory": "y", "retmode": "xml"},
            **{"retmax": str(retmax), "retstart": str(retstart)},
            **scope.params(term),
            **self._identity,
        }
        response = self._http.post(
            f"{self._base}/esearch.fcgi",
            params,
            accept="xml",
            service=SERVICE,
            per_second=self._per_second,
            validate=_search_problem,
            transient=_is_transient,
        )
        root = _tree(response.body)
        self._warn(root, term)
        return Found(
            count=parse_count(root.findtext("Count", "0")) or 0,
            pmids=tuple(pmid for pmid in _texts(root, "IdList/Id") if pmid.isascii() and pmid.isdigit()),
            webenv=root.findtext("WebEnv", "").strip(),
            query_key=root.findtext("QueryKey", "").strip(),
        )

    def _fetch(self, which: Mapping[str, str], problem: Validate, keep: timedelta | None) -> Iterator[Article | Reject]:
        params = {"db": "pubmed", "retmode": "xml", **which, **self._identity}
        try:
            response = self._http.post(
                f"{self._base}/efetch.fcgi",
                params,
                accept="xml",
                service=SERVICE,
                per_second=self._per_second,
                validate=problem,
                transient=_is_transient,
                keep=keep,
            )
        except StatusError as error:
            if "WebEnv" in which and _HISTORY_GONE.search(error.body) and "larger" not in error.body:
                raise HistoryGoneError(str(error)) from error
            if "id" in which and _NO_SUCH_IDS.search(error.body):
                return iter(())
            raise
        if _error_text(response.body):
            return iter(())
        records = parse(io.BytesIO(response.body))
        return (record for record in records if not isinstance(record, Deleted))

    def _warn(self, root: etree._Element, term: str) -> None:
        """Log once what PubMed left out of a query, for the result is then that of another query."""
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


def _search_problem(body: bytes) -> str | None:
    """What is wrong with an esearch response; raises RefusedError for what will not pass."""
    root = _tree(body)
    if root.tag != "eSearchResult":
        return f"esearch answered with <{root.tag}>: {' '.join(map(str, root.itertext()))[:160].strip()}"
    error = " ".join((root.findtext("ERROR") or "").split())
    if error and _LASTING_ERROR.search(error):
        raise RefusedError(f"PubMed refuses the search: {error[:200]}")
    if error:
        return f"the search failed ({error[:200]})"
    count = parse_count(root.findtext("Count", ""))
    if count is None:
        return "esearch states no usable count"
    if count and not (root.findtext("WebEnv", "").strip() and root.findtext("QueryKey", "").strip()):
        return "esearch states no place on the history server"
    unknown = _texts(root, "ErrorList/FieldNotFound")
    if unknown and not count:
        raise RefusedError(f"PubMed knows no field {', '.join(unknown)} - correct the query")
    return None


def _fetch_problem(body: bytes) -> str | None:
    """What is wrong with an efetch response; raises HistoryGoneError, RefusedError for what will not pass."""
    error = _error_text(body)
    if error is None:
        start = re.search(rb"<(?![?!])([\w:.-]+)", body)
        name = start[1].decode() if start else "nothing"
        return None if name in ("PubmedArticleSet", "PubmedBookArticleSet") else f"efetch answered with <{name}>"
    if _LASTING_ERROR.search(error):
        raise RefusedError(f"PubMed refuses to send records: {error[:200]}")
    if _NO_SUCH_IDS.search(error):
        return None
    if _HISTORY_GONE.search(error):
        raise HistoryGoneError(f"PubMed no longer holds the search: {error[:200]}")
    return f"efetch failed ({error[:200]})"


def _listed_problem(body: bytes) -> str | None:
    """As `_fetch_problem`, for records that PubMed has listed: it cannot have none of them."""
    problem = _fetch_problem(body)
    if problem is None and not re.search(rb"<Pubmed(Book)?Article[\s>]", body):
        return "efetch sends none of the records that esearch lists"
    return problem


def _error_text(body: bytes) -> str | None:
    """The text of a response that is nothing but an error, or None."""
    if re.search(rb"<Pubmed(Book)?(Article|Data)\b", body[:4096]):
        return None
    errors = re.findall(rb"(?i)<ERROR>([^<]*)</ERROR>", body[:65536])
    return " ".join(b" ".join(errors).decode("utf-8", "replace").split()) if errors else None


def _is_transient(body: bytes) -> bool:
    return bool(_TRANSIENT_ERROR.search(body))


def _tree(body: bytes) -> etree._Element:
    return etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))


def _texts(root: etree._Element, path: str) -> Iterable[str]:
    return [text.strip() for element in root.iterfind(path) if (text := element.text)]
