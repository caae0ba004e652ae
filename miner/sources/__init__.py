"""Harvesters of the literature services. To add one: write its module and name it in `SOURCES`."""

from dataclasses import dataclass
from importlib import import_module
from typing import Protocol, runtime_checkable

from miner.settings import Settings
from miner.sources.base import Harvester


@dataclass(frozen=True, slots=True)
class Source:
    """A source in the registry: its module has a function `make_harvester(settings)`.

    `everything` describes a search without a query or identifiers. `counts_at_once` says that a search is counted by
    one request, `fetches_by_id` that single records can be fetched by identifier, `has_full_text` that full texts can.
    """

    module: str
    everything: str = "everything"
    counts_at_once: bool = True
    fetches_by_id: bool = True
    has_full_text: bool = False


SOURCES = {
    "pubmed": Source("miner.sources.pubmed"),
    "pubmed-bulk": Source(
        "miner.sources.pubmed_bulk", "vesicle words (default)", counts_at_once=False, fetches_by_id=False
    ),
    "europepmc": Source("miner.sources.europepmc", has_full_text=True),
    "crossref": Source("miner.sources.crossref"),
    "biorxiv": Source("miner.sources.biorxiv", counts_at_once=False),
    "medrxiv": Source("miner.sources.biorxiv", counts_at_once=False),
    "jci": Source("miner.sources.jci"),
}
"""Every source by the name it has on the command line."""


@runtime_checkable
class UsesKnownPmids(Protocol):
    """A harvester that takes the records which the corpus holds whatever they contain by now."""

    def with_known_pmids(self, pmids: frozenset[str]) -> Harvester:
        """The harvester for a corpus that has records of `pmids`."""
        ...


def get_harvester(source: str, settings: Settings) -> Harvester:
    """The harvester of a source by its name; KeyError where there is none."""
    harvester: Harvester = import_module(SOURCES[source].module).make_harvester(settings)
    return harvester
