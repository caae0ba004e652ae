"""Europe PMC, harvested over its REST search (https://europepmc.org/RestfulWebService).

Core results, page by page along `cursorMark`, synonyms off. `since` and `until` bound the day of first publication
(FIRST_PDATE), `changed_since` the day the record was last updated there (UPDATE_DATE), which new records have too.
With `full_text`, the articles of its open-access subset come with their full text (`europepmc_full_text`).
Records of every kind come: MED (PubMed), PMC only, PPR (preprints) and the rest; `SRC:` in a query narrows them.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from miner.errors import RefusedError, UsageError
from miner.formats.europepmc_json import article
from miner.http.client import HttpClient
from miner.http.failures import StatusError
from miner.model.articles import Article, Reject
from miner.model.identifiers import Identifier
from miner.model.licenses import NONE
from miner.settings import Settings
from miner.sources.base import (
    Api,
    Batch,
    Search,
    fetch_each,
    has_identifier,
    in_chunks,
    parse_count,
    require_query,
    split_outcomes,
)
from miner.sources.cursor_walk import START, CursorGoneError, Listing, Page, Place, name_by_content, walk
from miner.sources.europepmc_full_text import PAGE as FULL_TEXTS
from miner.sources.europepmc_full_text import add_full_texts

SERVICE = "Europe PMC"
PAGE = 500
"""Records fetched at a time; Europe PMC allows 1,000, of which core results are slow to come."""
IDS_AT_ONCE = 25
KEPT = timedelta(hours=1)
"""How long records fetched by identifier serve a repeated command."""
EVER = (date(1500, 1, 1), date(3000, 12, 31))
MAX_ROUNDS = 3
PER_SECOND = 5.0
_RICHEST_FIRST = ("MED", "PMC", "PPR")


@dataclass(frozen=True, slots=True)
class EuropePMC:
    """The harvester of Europe PMC."""

    base_url: str
    email: str | None = None

    def count(self, search: Search, http: HttpClient) -> int:
        """How many records match. Raises SourceError, UsageError."""
        api = Api(http, self.base_url, self.email)
        if not search.ids:
            query = _query(search)
            return _count(api, query) or _count(api, query)
        chunks = in_chunks(list(dict.fromkeys(search.ids)), IDS_AT_ONCE)
        return sum(min(len(chunk), _count(api, _any_of(chunk))) for chunk in chunks)

    def fetch(self, search: Search, http: HttpClient, cursor: str | None) -> Iterator[Batch]:
        """See `Harvester.fetch`."""
        api = Api(http, self.base_url, self.email)
        if search.full_text:
            return add_full_texts(self._fetch_records(search, api, cursor), api, PER_SECOND)
        return self._fetch_records(search, api, cursor)

    def _fetch_records(self, search: Search, api: Api, cursor: str | None) -> Iterator[Batch]:
        if search.ids:
            return _fetch_ids(api, search.ids, json.loads(cursor)["at"] if cursor else 0)
        query, size = _query(search), FULL_TEXTS if search.full_text else PAGE
        listing = Listing(
            service=SERVICE,
            get_page=lambda place: _page(api, query, place.mark, size=size, counted=place.counted),
            count=lambda: _count(api, query),
            name=_name,
            parse=lambda result, position: article(result, position=position),
            max_rounds=MAX_ROUNDS,
        )
        return walk(listing, Place.load(cursor))


def make_harvester(settings: Settings) -> EuropePMC:
    """The harvester at the address that the settings give."""
    return EuropePMC(settings.europepmc_url, settings.email)


def _query(search: Search) -> str:
    query = require_query(search, SERVICE, "identifiers")
    spans = []
    if search.since or search.until:
        spans.append(f"FIRST_PDATE:[{search.since or EVER[0]} TO {search.until or EVER[1]}]")
    if search.changed_since:
        spans.append(f"UPDATE_DATE:[{search.changed_since} TO {EVER[1]}]")
    return " AND ".join([f"({query})", *(f"({span})" for span in spans)]) if spans else query


def within_licenses(query: str, licenses: Iterable[str | None]) -> str:
    """The query, for articles under one of these licenses only. Raises UsageError for what cannot be searched for."""
    clauses = []
    for name in licenses:
        if name is None or not name.startswith("CC"):
            raise UsageError(f"Europe PMC cannot be searched for the license {name or NONE} - name one like cc-by")
        spaced = name.lower()
        clauses += [f'LICENSE:"{spelled}"' for spelled in dict.fromkeys((spaced, spaced.replace(" ", "-")))]
    return f"({query}) AND ({' OR '.join(clauses)})"


def _name(result: Any) -> str:
    """The id of a record within Europe PMC; one without is named by its content."""
    if isinstance(result, Mapping) and result.get("id"):
        return "".join(f"{result.get('source')}:{result['id']}".split())
    return name_by_content(result)


def _fetch_ids(api: Api, ids: Iterable[Identifier], at: int) -> Iterator[Batch]:
    wanted = list(dict.fromkeys(ids))
    while at < len(wanted):
        chunk = wanted[at : at + IDS_AT_ONCE]
        records = _records(api, chunk)
        at += len(chunk)
        cursor = json.dumps({"at": at}) if at < len(wanted) else None
        yield Batch(*split_outcomes(records), hits=len(wanted), cursor=cursor)


def _records(api: Api, ids: Sequence[Identifier]) -> list[Article | Reject]:
    """An article or a reject for each identifier: searched for together, then one by one where that finds nothing."""
    try:
        found = _found(api, ids)
    except RefusedError:
        found = []
    return fetch_each("europepmc", ids, lambda one: _with(one, found) or _with(one, _found(api, [one])) or _absent(one))


def _found(api: Api, ids: Sequence[Identifier]) -> list[Article]:
    """The articles that a search for the identifiers finds, the fullest kind of record first.

    Retries once on an empty result: overloaded services sometimes return 0 hits.
    """
    query, size = _any_of(ids), 8 * len(ids)
    page = _page(api, query, START, size=size, keep=KEPT)
    if not page.records:
        page = _page(api, query, START, size=size)
    records = (article(result) for result in page.records)
    return sorted((record for record in records if isinstance(record, Article)), key=_richness)


def _richness(record: Article) -> int:
    kind = record.source_id.partition(":")[0]
    return _RICHEST_FIRST.index(kind) if kind in _RICHEST_FIRST else len(_RICHEST_FIRST)


def _with(identifier: Identifier, found: Iterable[Article]) -> Article | None:
    return next((record for record in found if has_identifier(record, identifier)), None)


def _absent(identifier: Identifier) -> Reject:
    return Reject("europepmc", f"{identifier.scheme} {identifier.value}", "not found in Europe PMC")


def _any_of(ids: Iterable[Identifier]) -> str:
    """A query for records that have any of the identifiers."""
    forms = {"pmid": "(EXT_ID:{} AND SRC:MED)", "pmcid": "PMCID:{}", "doi": 'DOI:"{}"'}
    return " OR ".join(forms[identifier.scheme].format(identifier.value.replace('"', "")) for identifier in ids)


def _count(api: Api, query: str) -> int:
    return _page(api, query, START, size=1).hits


def _page(api: Api, query: str, mark: str, *, size: int, counted: int = 0, keep: timedelta | None = None) -> Page:
    """A page of a search; `counted` is how many records the search had before."""
    params = {
        **{"query": query, "resultType": "core", "format": "json", "synonym": "false"},
        **{"pageSize": str(size), "cursorMark": mark},
    }
    if api.email:
        params["email"] = api.email
    try:
        content = api.http.get(
            f"{api.base_url}/search",
            params,
            accept="json",
            service=SERVICE,
            per_second=PER_SECOND,
            validate=lambda content: _problem(content, mark, counted),
            keep=keep,
        ).content
    except StatusError as error:
        if mark != START and "cursor" in error.body.lower():
            raise CursorGoneError(str(error)) from error
        raise
    records, following = content["resultList"]["result"], content.get("nextCursorMark")
    hits = parse_count(content["hitCount"]) or 0
    return Page(hits, records, following if records and following not in ("", mark) else None)


def _problem(content: Any, mark: str, counted: int) -> str | None:
    """What is wrong with a response; raises CursorGoneError, RefusedError for what will not pass."""
    if not isinstance(content, Mapping):
        return "a response that is no search result"
    stated = content.get("errMsg") or content.get("errorMessage") or content.get("error")
    error = " ".join(str(stated or "").split())[:200]
    if error:
        if mark != START and "cursor" in error.lower():
            raise CursorGoneError(f"Europe PMC does not know the cursorMark: {error}")
        if str(content.get("errCode")) in ("400", "403", "404", "422"):
            raise RefusedError(f"Europe PMC refuses the search: {error}")
        return f"the search failed ({error})"
    listed = content.get("resultList")
    results = listed.get("result") if isinstance(listed, Mapping) else None
    hits = parse_count(content.get("hitCount"))
    if not isinstance(results, list) or hits is None:
        return "a response without a usable count or results"
    if hits and mark == START and not results:
        return f"it counts {hits:,} records, but lists none"
    if counted and not hits:
        return "its records have vanished from one page to the next"
    return None
