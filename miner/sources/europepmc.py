"""Europe PMC, harvested over its REST search (https://europepmc.org/RestfulWebService).

Core results, page by page along `cursorMark`, synonyms off. `since` and `until` bound the day of first publication
(FIRST_PDATE), `changed_since` the day the record was last updated there (UPDATE_DATE), which new records have too.
Records of every kind come: MED (PubMed), PMC only, PPR (preprints) and the rest; `SRC:` in a query narrows them.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from miner.errors import RefusedError, UsageError
from miner.formats.europepmc_json import article
from miner.http.client import HttpClient, StatusError
from miner.model.articles import Article, Reject
from miner.model.identifiers import Identifier
from miner.settings import Settings
from miner.sources.base import Api, Batch, Search, names
from miner.sources.cursor_walk import START, CursorGoneError, Page, Place, walk

SERVICE = "Europe PMC"
PAGE = 500
"""Records fetched at a time; Europe PMC allows 1,000, of which core results are slow to come."""
IDS_AT_ONCE = 25
KEPT = timedelta(hours=1)
"""How long records fetched by identifier serve the same command run again."""
EVER = (date(1500, 1, 1), date(3000, 12, 31))
MOST_ROUNDS = 2
"""How often the pages are walked without anything new while fewer records have come than are counted."""
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
            return _page(api, _query(search), START, size=1).hits
        return sum(min(len(chunk), _page(api, _any_of(chunk), START, size=1).hits) for chunk in _chunks(search.ids))

    def fetch(self, search: Search, http: HttpClient, cursor: str | None) -> Iterator[Batch]:
        """See `Harvester.fetch`."""
        api = Api(http, self.base_url, self.email)
        if search.ids:
            return _fetch_ids(api, search.ids, json.loads(cursor)["at"] if cursor else 0)
        query = _query(search)
        return walk(
            lambda place: _page(api, query, place.mark, seen=len(place.seen)),
            _name,
            lambda result, position: article(result, position=position),
            Place.load(cursor),
            MOST_ROUNDS,
        )


def make_harvester(settings: Settings) -> EuropePMC:
    """The harvester at the address that the settings give."""
    return EuropePMC(settings.europepmc_url, settings.email)


def _query(search: Search) -> str:
    if not (search.query and search.query.strip()):
        raise UsageError("Europe PMC needs a query or identifiers - say what to look for")
    query = search.query.strip()
    start, end = search.since or EVER[0], search.until or EVER[1]
    if start > end:
        raise UsageError(f"since {start} is after until {end} - swap them")
    spans = []
    if search.since or search.until:
        spans.append(f"FIRST_PDATE:[{start} TO {end}]")
    if search.changed_since:
        spans.append(f"UPDATE_DATE:[{search.changed_since} TO {EVER[1]}]")
    return " AND ".join([f"({query})", *(f"({span})" for span in spans)]) if spans else query


def _name(result: Any) -> str:
    """What a record is called within Europe PMC; one without a name goes by what it holds."""
    if isinstance(result, Mapping) and result.get("id"):
        return "".join(f"{result.get('source')}:{result['id']}".split())
    return hashlib.sha256(json.dumps(result, sort_keys=True).encode()).hexdigest()[:24]


def _fetch_ids(api: Api, ids: Iterable[Identifier], at: int) -> Iterator[Batch]:
    wanted = list(dict.fromkeys(ids))
    while at < len(wanted):
        chunk = wanted[at : at + IDS_AT_ONCE]
        found = _found(api, chunk)
        outcome = [_named(found, one) or _named(_found(api, [one]), one) or _absent(one) for one in chunk]
        at += len(chunk)
        yield Batch(
            tuple(record for record in outcome if isinstance(record, Article)),
            tuple(record for record in outcome if isinstance(record, Reject)),
            hits=len(wanted),
            cursor=json.dumps({"at": at}) if at < len(wanted) else None,
        )


def _found(api: Api, ids: Sequence[Identifier]) -> list[Article]:
    """The articles that a search for the identifiers finds, the fullest kind of record first."""
    page = _page(api, _any_of(ids), START, size=8 * len(ids), keep=KEPT)
    records = (article(result) for result in page.records)
    return sorted((record for record in records if isinstance(record, Article)), key=_richness)


def _richness(record: Article) -> int:
    kind = record.source_id.partition(":")[0]
    return _RICHEST_FIRST.index(kind) if kind in _RICHEST_FIRST else len(_RICHEST_FIRST)


def _named(found: Iterable[Article], identifier: Identifier) -> Article | None:
    return next((record for record in found if names(record, identifier)), None)


def _absent(identifier: Identifier) -> Reject:
    return Reject("europepmc", f"{identifier.scheme} {identifier.value}", "not found in Europe PMC")


def _chunks(ids: Iterable[Identifier]) -> list[list[Identifier]]:
    wanted = list(dict.fromkeys(ids))
    return [wanted[at : at + IDS_AT_ONCE] for at in range(0, len(wanted), IDS_AT_ONCE)]


def _any_of(ids: Iterable[Identifier]) -> str:
    """A query for records that bear any of the identifiers."""
    forms = {"pmid": "(EXT_ID:{} AND SRC:MED)", "pmcid": "PMCID:{}", "doi": 'DOI:"{}"'}
    return " OR ".join(forms[identifier.scheme].format(identifier.value.replace('"', "")) for identifier in ids)


def _page(
    api: Api, query: str, mark: str, *, size: int | None = None, seen: int = 0, keep: timedelta | None = None
) -> Page:
    """One page of a search; an end is heard twice, for a service in trouble may say "nothing" where there is much."""
    page = _ask(api, query, mark, size or PAGE, seen, keep)
    believed = page.records or 0 < page.hits <= seen
    return page if believed else _ask(api, query, mark, size or PAGE, seen, None)


def _ask(api: Api, query: str, mark: str, size: int, seen: int, keep: timedelta | None) -> Page:
    params = {
        **{"query": query, "resultType": "core", "format": "json", "synonym": "false"},
        **{"pageSize": str(size), "cursorMark": mark},
    }
    if api.email:
        params["email"] = api.email
    try:
        answer = api.http.get(
            f"{api.base_url}/search",
            params,
            accept="json",
            service=SERVICE,
            per_second=PER_SECOND,
            validate=lambda body: _complaint(json.loads(body), mark, seen),
            keep=keep,
        ).json()
    except StatusError as error:
        if mark != START and "cursor" in error.body.lower():
            raise CursorGoneError(str(error)) from error
        raise
    records, following = answer["resultList"]["result"], answer.get("nextCursorMark")
    return Page(int(answer["hitCount"]), records, following if records and following not in ("", mark) else None)


def _complaint(answer: Any, mark: str, seen: int) -> str | None:
    """What is broken about an answer; raises CursorGoneError, RefusedError for what will not pass."""
    if not isinstance(answer, Mapping):
        return "an answer that is no search result"
    error = " ".join(str(answer.get("errMsg") or answer.get("errorMessage") or answer.get("error") or "").split())[:200]
    if error:
        if mark != START and "cursor" in error.lower():
            raise CursorGoneError(f"Europe PMC does not know the cursorMark: {error}")
        if str(answer.get("errCode")) in ("400", "403", "404", "422"):
            raise RefusedError(f"Europe PMC refuses the search: {error}")
        return f"the search failed ({error})"
    listed = answer.get("resultList")
    results = listed.get("result") if isinstance(listed, Mapping) else None
    if not isinstance(results, list) or not str(answer.get("hitCount", "")).isdigit():
        return "an answer without a count or results"
    hits = int(answer["hitCount"])
    if hits and mark == START and not results:
        return f"it counts {hits:,} records, but lists none"
    if seen and not hits:
        return "its records have vanished from one page to the next"
    return None
