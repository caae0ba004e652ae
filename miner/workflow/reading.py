"""The corpus's texts into claims."""

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from filelock import FileLock, Timeout

from miner.corpus import Corpus
from miner.model.reporter import Reporter
from miner.shards.cut import Part, cut
from miner.shards.results import SCHEMA, unpack
from miner.shards.store import ShardStore
from miner.workflow.mining import prove_reader, reader_version
from miner.workflow.shards import Engine, TextShard, find_done, run_shards
from miner.workflow.teaching import update_taught


@dataclass(slots=True)
class Read:
    """What a reading came to; `failures` says what could not be read, and why."""

    texts: int = 0
    claims: int = 0
    failures: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Written:
    """What the reading of a part came to: shards and texts whose files are there now, and those that failed."""

    shards: int = 0
    known: int = 0
    texts: int = 0
    failures: list[str] = field(default_factory=list)


def read_pending(corpus: Corpus, reporter: Reporter, engine: Engine | None = None, done_in: Sequence[str] = ()) -> Read:
    """Read every text that is new, changed, or was last read by another version.

    Results enter the corpus in the texts' order, whatever engine reads them, each shard's in one transaction. Those
    that are there in the folders or URLs of `done_in` are taken from there.
    """
    store = ShardStore(str(corpus.path.parent / "shards"))
    with _lock(corpus, reporter):
        engine = replace(engine or Engine(), taught=update_taught(corpus))
        shards = _cut_pending(corpus, engine)
        if not shards:
            return Read()
        reporter.start("reading texts", sum(len(shard.texts) for shard in shards))
        done = find_done(shards, [store, *map(ShardStore, done_in)], reporter)
        missing = [shard for shard in shards if shard.name not in done]
        entry = _Entry(corpus, shards, store, done, reader_version(engine.model, engine.taught), reporter)
        entry.enter_ready()
        for shard, failure in run_shards(corpus, missing, len(shards), store, engine, reporter):
            if failure:
                entry.leave_out(shard, failure)
            else:
                done[shard.name] = store
            entry.enter_ready()
        store.clear()
    return entry.read


def read_part(corpus: Corpus, reporter: Reporter, target: str, engine: Engine, part: Part) -> Written:
    """Read one machine's part of the pending texts into shard files at `target`; the corpus stays as it is.

    Shards whose files are there are not read again.
    """
    engine = replace(engine, taught=update_taught(corpus))
    store = ShardStore(target)
    every = _cut_pending(corpus, engine)
    shards = part.select(every)
    done = find_done(shards, [store], reporter)
    written = Written(known=len(done), texts=sum(len(s.texts) for s in shards if s.name in done))
    reporter.start("reading texts", sum(len(shard.texts) for shard in shards), done=written.texts)
    missing = [shard for shard in shards if shard.name not in done]
    for shard, failure in run_shards(corpus, missing, len(every), store, engine, reporter):
        reporter.advance(len(shard.texts))
        if failure:
            written.failures.append(failure)
        else:
            written.shards += 1
            written.texts += len(shard.texts)
    return written


def _cut_pending(corpus: Corpus, engine: Engine) -> list[TextShard]:
    texts = corpus.pending(reader_version(engine.model, engine.taught))
    return cut(texts, f"{prove_reader(engine.model, engine.taught)} {SCHEMA}") if texts else []


class _Entry:
    """Lets the results of shards into the corpus, in the shards' order, as soon as those before them are in."""

    def __init__(
        self,
        corpus: Corpus,
        shards: Sequence[TextShard],
        own: ShardStore,
        done: dict[str, ShardStore],
        version: str,
        reporter: Reporter,
    ) -> None:
        self._corpus = corpus
        self._waiting = deque(shards)
        self._own = own
        self._done = done
        self._version = version
        self._reporter = reporter
        self._left_out: set[str] = set()
        self.read = Read()

    def leave_out(self, shard: TextShard, failure: str) -> None:
        """Go on without a shard that failed: its texts stay pending."""
        self._left_out.add(shard.name)
        self.read.failures.append(failure)

    def enter_ready(self) -> None:
        """Enter the results that are next."""
        while self._waiting and self._waiting[0].name in self._done.keys() | self._left_out:
            shard = self._waiting.popleft()
            if shard.name not in self._left_out:
                self._enter(shard, self._done[shard.name].read(shard.name))
                self._own.delete(shard.name)
            self._reporter.advance(len(shard.texts))

    def _enter(self, shard: TextShard, packed: bytes) -> None:
        results = {result.text: result for result in unpack(shard.name, packed)}
        with self._corpus.transaction():
            for work in self._corpus.pending_works(shard.texts):
                result = results.get(work.text_digest)
                if result is None:
                    continue
                if result.error:
                    self.read.failures.append(f"{work.id} could not be read: {result.error}")
                    continue
                self._corpus.put_claims(work, self._version, result.claims)
                self.read.texts += 1
                self.read.claims += len(result.claims)


@contextmanager
def _lock(corpus: Corpus, reporter: Reporter) -> Iterator[None]:
    """Wait until no other process reads this corpus's texts. The system releases the lock however a process ends."""
    folder = corpus.path.parent / "locks"
    folder.mkdir(exist_ok=True)
    lock = FileLock(folder / "reading.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        reporter.message("another exominer is reading the texts of this corpus - waiting for it to end")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()
