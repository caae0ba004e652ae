"""Full texts of Europe PMC, one request each (fullTextXML of https://europepmc.org/RestfulWebService).

Only articles of its open-access subset have one; of the others, and of those whose full text fails, the abstract is
kept. The record stays the one that the search gave, with the sections of the full text and its license.
"""

import io
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial

from miner.errors import ParseError, SourceError
from miner.formats import jats
from miner.http.failures import StatusError
from miner.model.articles import Article
from miner.sources.base import MAX_FAILURES_IN_A_ROW, Api, Batch

logger = logging.getLogger(__name__)

SERVICE = "Europe PMC"
PAGE = 25
"""Records whose full texts are fetched before they are stored: a stop loses no more than these requests."""
KEPT = timedelta(days=1)
"""How long a full text serves a repeated command."""
_NO_FULL_TEXT = (403, 404)
"""Statuses by which it says that an article is not of the open-access subset."""


def add_full_texts(batches: Iterator[Batch], api: Api, per_second: float) -> Iterator[Batch]:
    """The batches with the full text of each article that has one.

    Raises SourceError where several full texts in a row fail: then the service is down.
    """
    fetcher = _Fetcher(api, per_second)
    for batch in batches:
        yield replace(batch, articles=tuple(map(fetcher.add, batch.articles)))


class _Fetcher:
    """Fetches full texts, and counts those that failed one after the other."""

    def __init__(self, api: Api, per_second: float) -> None:
        self._api = api
        self._per_second = per_second
        self._in_a_row = 0

    def add(self, article: Article) -> Article:
        """The article with its full text, if it has one."""
        if not article.pmcid:
            return article
        try:
            body = self._fetch(article.pmcid)
        except StatusError as error:
            if error.status in _NO_FULL_TEXT:
                self._in_a_row = 0
            else:
                self._count_failure(article.pmcid, error)
            return article
        except SourceError as error:
            self._count_failure(article.pmcid, error)
            return article
        self._in_a_row = 0
        found = _parse(body)
        return replace(article, sections=found.sections, license=found.license or article.license) if found else article

    def _fetch(self, pmcid: str) -> bytes:
        return self._api.http.get(
            f"{self._api.base_url}/{pmcid}/fullTextXML",
            {"email": self._api.email} if self._api.email else {},
            accept="xml",
            service=SERVICE,
            per_second=self._per_second,
            validate=partial(_problem, pmcid),
            keep=KEPT,
        ).body

    def _count_failure(self, pmcid: str, error: SourceError) -> None:
        self._in_a_row += 1
        if self._in_a_row >= MAX_FAILURES_IN_A_ROW:
            raise error
        remedy = f"to try again: exominer ingest europepmc --pmcid {pmcid} --fulltext"
        logger.warning("%s: only its abstract is imported (%s) - %s", pmcid, error, remedy)


def _problem(pmcid: str, body: bytes) -> str | None:
    """What is wrong with a response that should be the JATS article of this PMCID."""
    try:
        records = list(jats.parse(io.BytesIO(body), source="europepmc"))
    except ParseError as error:
        return str(error)
    if len(records) != 1 or not isinstance(records[0], Article):
        return "a response that is no whole article"
    return "the text of another article" if records[0].pmcid not in (None, pmcid) else None


def _parse(body: bytes) -> Article | None:
    """The article of a response; None where it has no more than an abstract."""
    found = next(jats.parse(io.BytesIO(body), source="europepmc"), None)
    return found if isinstance(found, Article) and found.has_full_text else None
