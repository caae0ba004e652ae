"""Generated records for the services to serve."""

from dataclasses import dataclass
from datetime import date, timedelta

CARGOES = ("miR-21", "miR-155", "annexin A2", "integrin β4", "circular RNA 7", "HOTAIR")
CANCERS = ("breast cancer", "glioblastoma", "pancreatic cancer", "melanoma")
FIRST_DAY = date(2012, 1, 1)


@dataclass(frozen=True)
class Record:
    """A work as a service knows it. `entered` and `changed` are the days of the service's own bookkeeping."""

    pmid: str
    title: str
    abstract: str
    doi: str | None
    pmcid: str | None
    published: date
    entered: date
    changed: date
    retracted_by: str | None = None
    preprint_of: str | None = None  # the DOI of the published article
    kind: str = "MED"  # Europe PMC's source: MED, PMC, PPR


def record(number: int, days: int = 4_000) -> Record:
    """The record with this number, always the same; entry days are spread over `days`."""
    cargo, cancer = CARGOES[number % len(CARGOES)], CANCERS[number % len(CANCERS)]
    entered = FIRST_DAY + timedelta(days=number * 7919 % days)
    return Record(
        pmid=str(30_000_000 + number),
        title=f"Exosomes carry {cargo} in {cancer}: observation {number}",
        abstract=f"We collected exosomes from {cancer} cells & found {cargo} inside (p < 0.01, series {number}).",
        doi=f"10.5555/vesicle.{number}" if number % 5 else None,
        pmcid=f"PMC{7_000_000 + number}" if number % 3 == 0 else None,
        published=entered - timedelta(days=number % 90),
        entered=entered,
        changed=entered + timedelta(days=number % 11),
    )


def records(count: int, days: int = 4_000) -> list[Record]:
    """The records 1 to `count`."""
    return [record(number, days) for number in range(1, count + 1)]
