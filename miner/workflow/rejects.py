"""Rejected files and records, tried again."""

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from miner.corpus import Corpus
from miner.errors import ExominerError
from miner.model.articles import Reject
from miner.model.identifiers import Identifier, recognize
from miner.model.reporter import SILENT, Reporter
from miner.settings import Settings
from miner.sources import SOURCES, get_harvester
from miner.sources.base import Search
from miner.workflow.files import ingest_files, rejected_file

if TYPE_CHECKING:
    from miner.http.client import HttpClient


@dataclass(frozen=True, slots=True)
class Retried:
    """The result of trying rejects again: how many were tried, how many came in, and which sources failed and why."""

    tried: int
    taken_in: int
    failures: tuple[str, ...]


def retry_rejects(corpus: Corpus, http: "HttpClient", settings: Settings, reporter: Reporter = SILENT) -> Retried:
    """Try again what was rejected: files that exist, and identifiers, at the source that rejected them.

    The rest (stdin, records without an identifier) cannot be read or fetched again, and is kept.
    """
    by_file: dict[str, set[str]] = defaultdict(set)
    by_source: dict[str, dict[Identifier, str]] = defaultdict(dict)
    for reject in corpus.rejects():
        if reject.source == "file" and (path := rejected_file(reject.item)):
            by_file[path].add(reject.item)
        elif identifier := _identifier_of(reject):
            by_source[reject.source][identifier] = reject.item
    for path in by_file:
        ingest_files([path], corpus, reporter)
    failures = []
    for source, ids in by_source.items():
        try:
            _retry_ids(Search(source, ids=tuple(ids)), corpus, http, settings)
        except ExominerError as error:
            failures.append(f"{source}: {error}")
    tried = {("file", item) for items in by_file.values() for item in items}
    tried |= {(source, item) for source, ids in by_source.items() for item in ids.values()}
    left = tried & {(r.source, r.item) for r in corpus.rejects()}
    return Retried(len(tried), len(tried) - len(left), tuple(failures))


def _retry_ids(search: Search, corpus: Corpus, http: "HttpClient", settings: Settings) -> None:
    for batch in get_harvester(search.source, settings).fetch(search, http, None):
        with corpus.transaction():
            for reject in batch.rejects:
                corpus.forget_rejects(reject.source, reject.item)
            corpus.add(batch.articles, batch.rejects, batch.deleted)


def _identifier_of(reject: Reject) -> Identifier | None:
    """The identifier of a reject, if its source fetches records by identifier."""
    source = SOURCES.get(reject.source)
    found = _IDENTIFIER.fullmatch(reject.item) if source and source.fetches_by_id else None
    return recognize(f"{found['scheme']}:{found['value']}") if found else None


_IDENTIFIER = re.compile(r"(?P<scheme>pmid|pmcid|doi) (?P<value>\S+)", re.IGNORECASE)
