"""What tests of harvesters need: a clock that only sleeping moves, a client that uses it, killed searches resumed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from miner.http.client import HttpClient
from miner.model.articles import Article, Reject
from miner.sources.base import Batch, Harvester, Search


class FlyingTime:
    """A clock that only sleeping moves on."""

    def __init__(self, now: float = 1_800_000_000.0) -> None:
        self.now = now
        self.slept: list[float] = []

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def make_client(cache: Path, time: FlyingTime | None = None, **settings: object) -> HttpClient:
    """An `HttpClient` whose waiting takes no time; time-outs are short and real."""
    time = time or FlyingTime()
    chosen = {"connect_timeout": 2.0, "read_timeout": 0.4, "jitter": lambda: 0.5, **settings}
    return HttpClient(cache, sleep=time.sleep, clock=time.clock, **chosen)  # type: ignore[arg-type]


@dataclass
class Harvest:
    """What batches brought in all."""

    articles: list[Article] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    batches: list[Batch] = field(default_factory=list)

    def add(self, batch: Batch) -> None:
        self.articles += batch.articles
        self.rejects += batch.rejects
        self.batches.append(batch)

    @property
    def ids(self) -> list[str]:
        return [article.source_id for article in self.articles]

    @property
    def complete(self) -> bool:
        last = self.batches[-1]
        return last.cursor is None and last.hits == len(self.articles) + len(self.rejects)


def gather(harvester: Harvester, search: Search, http: HttpClient, cursor: str | None = None) -> Harvest:
    """The whole search, run without a stop."""
    harvest = Harvest()
    for batch in harvester.fetch(search, http, cursor):
        harvest.add(batch)
    return harvest


def gather_killed(
    harvester: Harvester,
    search: Search,
    http: Callable[[], HttpClient],
    kill: Callable[[int], bool],
    meanwhile: Callable[[], object] = lambda: None,
) -> Harvest:
    """The search run as a driver would, killed after each batch for whose number `kill` is true, then resumed."""
    harvest, cursor, number = Harvest(), None, 0
    while True:
        for batch in harvester.fetch(search, http(), cursor):
            harvest.add(batch)
            cursor, number = batch.cursor, number + 1
            if cursor is not None and kill(number):
                break
        if cursor is None:
            return harvest
        assert number < 10_000, "the search never ends"
        meanwhile()
