"""What a file gave: its format, its records, and what was rejected."""

from collections import Counter
from dataclasses import dataclass, field

from miner.model.articles import Article, Reject
from miner.model.licenses import NO_LICENSE

MAX_REASONS = 3
"""Reasons that `FileSummary.describe` names."""


@dataclass(frozen=True, slots=True)
class FileSummary:
    """Counts over the records of one file.

    `format` is "" for a file of no known format. `rejects` holds (reason, count), `licenses` (license, count) of the
    articles with full text, the most frequent first.
    `pmids_to_fetch` are the PMIDs of articles without an abstract: PubMed may have it.
    """

    name: str
    format: str
    articles: int = 0
    with_pmid: int = 0
    with_doi: int = 0
    with_abstract: int = 0
    licenses: tuple[tuple[str, int], ...] = ()
    rejects: tuple[tuple[str, int], ...] = ()
    pmids_to_fetch: tuple[str, ...] = ()

    @property
    def rejected(self) -> int:
        """How many records were rejected."""
        return sum(count for _, count in self.rejects)

    @property
    def advice(self) -> str:
        """The remedy for records without abstracts; "" if there is none, or no record lacks one."""
        fetch = f"fetch the {len(self.pmids_to_fetch):,} with a PMID: add --fetch" if self.pmids_to_fetch else ""
        if self.articles and not self.with_abstract:
            return "it holds no abstracts - export it with abstracts" + (f", or {fetch}" if fetch else "")
        return f"{self.articles - self.with_abstract:,} without abstract - {fetch}" if fetch else ""

    def describe(self) -> str:
        """One line: "a.ris: RIS, 12 records, 10 with PMID, 12 with DOI, 12 with abstract, 1 rejected (why)"."""
        parts = [self.format or "not read"]
        if self.articles:
            parts.append(f"{self.articles:,} record{'s' if self.articles > 1 else ''}")
            parts += [f"{self.with_pmid:,} with PMID", f"{self.with_doi:,} with DOI"]
            parts.append(f"{self.with_abstract:,} with abstract")
        if self.licenses:
            listed = "; ".join(f"{count:,} {license_}" for license_, count in self.licenses)
            parts.append(f"{sum(count for _, count in self.licenses):,} with full text ({listed})")
        if self.rejects:
            reasons = [reason if count == 1 else f"{count:,} times {reason}" for reason, count in self.rejects]
            more = f"; others: {len(reasons) - MAX_REASONS}" if len(reasons) > MAX_REASONS else ""
            parts.append(f"{self.rejected:,} rejected ({'; '.join(reasons[:MAX_REASONS])}{more})")
        return f"{self.name}: {', '.join(parts)}"


@dataclass(slots=True)
class Tally:
    """The counts of a file while it is read."""

    name: str
    format: str = ""
    counts: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    licenses: Counter[str] = field(default_factory=Counter)
    to_fetch: dict[str, None] = field(default_factory=dict)

    def add(self, record: Article | Reject) -> None:
        """Count a record."""
        if isinstance(record, Reject):
            self.reasons[record.reason] += 1
            return
        self.counts["articles"] += 1
        self.counts["pmid"] += record.pmid is not None
        self.counts["doi"] += record.doi is not None
        self.counts["abstract"] += bool(record.sections)
        if record.has_full_text:
            self.licenses[record.license or NO_LICENSE] += 1
        if record.pmid and not record.sections:
            self.to_fetch[record.pmid] = None

    def summary(self) -> FileSummary:
        """The counts so far."""
        return FileSummary(
            name=self.name,
            format=self.format,
            articles=self.counts["articles"],
            with_pmid=self.counts["pmid"],
            with_doi=self.counts["doi"],
            with_abstract=self.counts["abstract"],
            licenses=tuple(self.licenses.most_common()),
            rejects=tuple(self.reasons.most_common()),
            pmids_to_fetch=tuple(self.to_fetch),
        )
