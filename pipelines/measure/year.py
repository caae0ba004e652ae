"""Whether a year of weekly updates leaves the corpus that one fresh harvest at its end gives.

    python -m pipelines.measure.year [--weeks 52] [--seed 1] [--watch]

Imitations of PubMed and Europe PMC change from week to week: new articles and preprints, revised abstracts,
retractions, preprints that are published. In some weeks a service answers nothing but errors, or the update is killed
(SIGKILL) while it runs. Prints what differs in the end, and exits with 1 if anything does. `--watch` also extracts and
loads the claims and reports the changes of a watched question each week: none may be reported twice or be missing.
"""

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from miner.corpus import Corpus
from miner.model.news import ClaimState, Report
from miner.model.reporter import SILENT
from miner.settings import Settings
from miner.sources.base import Search
from miner.workflow import harvest as harvesting
from miner.workflow import watch
from miner.workflow.graph import embedded_server, load_graph
from miner.workflow.reading import read_pending
from miner.workflow.shards import Engine
from tests.rig import Rig, faults
from tests.rig.europepmc import EuropePMC
from tests.rig.harness import make_client
from tests.rig.pubmed import PubMed
from tests.rig.records import Record, record

START = date(2024, 1, 1)
SEARCHES = (Search("pubmed", query="exosomes"), Search("europepmc", query="exosomes"))
PATHS = ("efetch.fcgi", "search")
FIRST = 30
"""Articles at the start."""
PREPRINTS = 900_000
"""Numbers of preprints begin here."""
RESULTS = ("promotes metastasis", "inhibits metastasis", "promotes angiogenesis", "is higher in serum")


@dataclass
class Year:
    """The services with what they hold, and a count of what happened."""

    pubmed: PubMed
    europepmc: EuropePMC
    rng: random.Random
    number: int = 0
    preprints: list[Record] = field(default_factory=list)
    happened: dict[str, int] = field(default_factory=dict)

    def count(self, what: str, times: int = 1) -> None:
        self.happened[what] = self.happened.get(what, 0) + times

    def add(self, day: date) -> Record:
        """A new article in both services."""
        self.number += 1
        text = f"Exosomal miR-{20 + self.number % 7} {self.rng.choice(RESULTS)} of breast cancer. Series {self.number}."
        made = replace(
            record(self.number),
            entered=day,
            changed=day,
            published=day,
            abstract=text,
            doi=f"10.5555/a.{self.number}",
        )
        self.pubmed.records.append(made)
        self.europepmc.records.append(made)
        self.count("articles")
        return made

    def post(self, day: date) -> None:
        """A new preprint in Europe PMC."""
        number = PREPRINTS + len(self.preprints)
        made = replace(
            record(number), entered=day, changed=day, published=day, kind="PPR", doi=f"10.1101/p.{number}", pmcid=None,
            pmid=str(number), abstract=f"Exosomal miR-{number % 9 + 1} promotes invasion of melanoma. Series {number}.",
        )  # fmt: skip
        self.preprints.append(made)
        self.europepmc.records.append(made)
        self.count("preprints")

    def publish(self, day: date) -> None:
        """A preprint becomes an article; Europe PMC links the two."""
        waiting = [r for r in self.preprints if not r.preprint_of]
        if waiting:
            preprint = self.rng.choice(waiting)
            article = self.add(day)
            linked = replace(preprint, preprint_of=article.doi, changed=day)
            self.preprints[self.preprints.index(preprint)] = linked
            self.europepmc.records[self.europepmc.records.index(preprint)] = linked
            self.count("preprints published")

    def change(self, day: date, **new: Any) -> None:
        """Change an article in both services."""
        old = self.rng.choice(self.pubmed.records)
        changed = replace(old, changed=day, **new)
        self.pubmed.records[self.pubmed.records.index(old)] = changed
        self.europepmc.records[self.europepmc.records.index(old)] = changed

    def pass_week(self, week: int) -> None:
        """What happens in a week."""
        for _ in range(self.rng.randint(0, 3)):
            self.add(self.day_in(week))
        if self.rng.random() < 0.4:
            self.post(self.day_in(week))
        if self.rng.random() < 0.3:
            self.publish(self.day_in(week))
        for _ in range(self.rng.randint(0, 2)):
            self.change(
                self.day_in(week), abstract=f"Exosomal miR-30 {self.rng.choice(RESULTS)} of glioma. Week {week}."
            )
            self.count("revisions")
        if self.rng.random() < 0.3:
            self.change(self.day_in(week), retracted_by=str(99_000_000 + week))
            self.count("retractions")

    def day_in(self, week: int) -> date:
        return START + timedelta(days=7 * week + self.rng.randint(0, 6))


@contextmanager
def clock_at(day: date) -> Iterator[None]:
    """Let harvesters take this for today."""
    kept = harvesting.now
    harvesting.now = lambda: f"{day.isoformat()}T06:00:00+00:00"  # type: ignore[assignment]
    try:
        yield
    finally:
        harvesting.now = kept


def update(settings: Settings, day: date, updating: bool = True) -> None:
    """Run the searches as `exominer update` does, on this day."""
    http = make_client(settings.cache, fresh=True, read_timeout=20.0)
    with clock_at(day), Corpus(settings.corpus_path) as corpus:
        for search in SEARCHES:
            harvesting.harvest(search, corpus, http, settings, SILENT, updating)


def update_and_kill(settings: Settings, day: date, rig: Rig, requests: int) -> None:
    """Run the searches in a process of its own, which is killed after so many requests."""
    before = len(rig.requests)
    child = os.fork()
    if child == 0:
        try:
            update(settings, day)
        finally:
            os._exit(0)
    end = time.monotonic() + 60
    while len(rig.requests) < before + requests and time.monotonic() < end:
        if os.waitpid(child, os.WNOHANG)[0]:
            return
        time.sleep(0.001)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def describe(settings: Settings) -> dict[tuple[tuple[str, str], ...], tuple[Any, ...]]:
    """What a corpus holds, by the records of each work."""
    with Corpus(settings.corpus_path) as corpus:
        return {
            tuple(sorted(work.records)): (
                work.id, work.article.title, work.article.text, work.retracted, work.concern, work.withdrawn,
                work.text_from, work.article.doi, work.article.pmid, work.article.published,
                tuple(sorted(repr(article) for article in corpus.records(work))),
            )
            for work in corpus.works()
        }  # fmt: skip


def differences(updated: Settings, fresh: Settings) -> list[str]:
    """One line for each work that one of two corpora lacks or that they hold otherwise."""
    ours, theirs = describe(updated), describe(fresh)
    found = [f"only after updates: {ours[key][0]}" for key in ours.keys() - theirs.keys()]
    found += [f"only in a fresh harvest: {theirs[key][0]}" for key in theirs.keys() - ours.keys()]
    return sorted(
        found + [f"differs: {ours[key][0]}" for key in ours.keys() & theirs.keys() if ours[key] != theirs[key]]
    )


def run_year(folder: Path, weeks: int, seed: int, watched: bool) -> tuple[Year, list[str]]:
    """Let the weeks pass; returns what happened, and the differences."""
    rng = random.Random(seed)
    year = Year(PubMed([]), EuropePMC([]), rng)
    for _ in range(FIRST):
        year.add(START - timedelta(days=rng.randint(1, 300)))
    with Rig(year.pubmed, year.europepmc) as rig:
        urls = {"pubmed_url": rig.url(year.pubmed), "europepmc_url": rig.url(year.europepmc)}
        updated = Settings(workspace=folder / "updated", cache=folder / "cache", neo4j_uri=None, **urls)
        fresh = Settings(workspace=folder / "fresh", cache=folder / "cache2", neo4j_uri=None, **urls)
        update(updated, START)
        news = Watched(updated) if watched else None
        for week in range(weeks):
            year.pass_week(week)
            day = START + timedelta(days=7 * (week + 1))
            if rng.random() < 0.15:
                year.count("outages")
                rig.script(rng.choice(PATHS), *[faults.status(500)] * 12)
                update(updated, day)
                rig.heal()
            elif rng.random() < 0.25:
                year.count("kills")
                update_and_kill(updated, day, rig, rng.randint(1, 6))
                if rng.random() < 0.5:  # else the next week goes on from there
                    update(updated, day)
            else:
                update(updated, day)
            if news:
                news.ask()
        last = START + timedelta(days=7 * (weeks + 1))
        update(updated, last)
        update(fresh, last, updating=False)
        found = differences(updated, fresh)
        return year, found + (news.check() if news else [])


class Watched:
    """A watched question, asked each week."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.reports: list[Report] = []
        self._load()
        self.first = watch.add_watch(settings, "metastasis", "headline", {"function": "metastasis"}).reported

    def _load(self) -> None:
        with Corpus(self.settings.corpus_path) as corpus:
            read_pending(corpus, SILENT, Engine(processes=1))
            load_graph(self.settings, corpus, SILENT)

    def ask(self) -> None:
        self._load()
        watch.report_changes(self.settings, self.reports.append)

    def check(self) -> list[str]:
        """What was reported twice, and claims whose last report is not what the question answers in the end."""
        self.ask()
        changes = [(report.number, change) for report in self.reports for change in report.changes]
        seen: dict[str, ClaimState | None] = dict(self.first)
        found = []
        for number, change in changes:
            if seen.get(change.assertion) == change.after:
                found.append(f"told twice: report {number}, {change.shown.claim}")
            seen[change.assertion] = change.after
        (kept,) = watch.watches(self.settings)
        told = {id_ for id_, state in seen.items() if state}
        found += [f"told wrongly or not at all: {id_}" for id_ in told ^ kept.reported.keys()]
        print(f"watch: {len(self.reports)} reports, {len(changes)} changes", flush=True)
        embedded_server(self.settings).stop()
        return found


def main() -> None:
    """Print what happened and what differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weeks", type=int, default=52)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--watch", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        year, found = run_year(Path(folder), options.weeks, options.seed, options.watch)
    print(", ".join(f"{count} {what}" for what, count in year.happened.items()))
    print("\n".join(found) or f"differences after {options.weeks} weeks: none")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
