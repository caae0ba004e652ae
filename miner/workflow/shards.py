"""Shards of the corpus's pending texts, read by whatever engine is chosen; each result is a file."""

import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

from miner.corpus import Corpus, PendingText
from miner.errors import EngineError
from miner.model.learned import NOTHING_TAUGHT, Taught
from miner.model.reporter import Reporter
from miner.shards.cut import Shard
from miner.shards.results import ReadText, pack
from miner.shards.store import ShardStore
from miner.workers.dask_cluster import DaskCluster
from miner.workers.engines import MAX_ATTEMPTS, Failed, Here, Processes, run
from miner.workflow.mining import MIN_TASKS_TO_SHARE, Text, mine_batch, prove_reader, text_of

EngineName = Literal["processes", "dask"]
TextShard = Shard[PendingText]


@dataclass(frozen=True, slots=True)
class Engine:
    """What reads texts: processes of this machine (0: one a core, as memory allows), or a Dask cluster.

    `scheduler` is the address of the cluster's scheduler; without one, a cluster is started on this machine. `model`
    names a scispaCy model to find entities with instead of ours; `taught` is what the workspace learned.
    """

    processes: int = 0
    model: str | None = None
    name: EngineName = "processes"
    scheduler: str | None = None
    taught: Taught = NOTHING_TAUGHT

    def start(self, tasks: int, reporter: Reporter) -> Here | Processes | DaskCluster:
        """A backend for this many tasks, to be used in a `with` statement; few tasks are done in this process."""
        if self.name == "dask":
            return DaskCluster(self.scheduler, self.processes, partial(prove_reader, self.model, self.taught), reporter)
        return Here() if self.processes == 1 or tasks < MIN_TASKS_TO_SHARE else Processes(self.processes)


@dataclass(frozen=True, slots=True)
class _Task:
    """A shard as a worker needs it: its texts by their digests, and the proof that it must give."""

    shard: TextShard
    texts: tuple[Text, ...]
    model: str | None
    taught: Taught
    proof: str


def run_shards(
    corpus: Corpus, shards: Sequence[TextShard], total: int, store: ShardStore, engine: Engine, reporter: Reporter
) -> Iterator[tuple[TextShard, str]]:
    """Read shards and keep their results in the store; yields each as it ends, with the reason if it failed.

    `total` is the number of all shards, for messages.
    """
    if not shards:
        return
    proof = prove_reader(engine.model, engine.taught)
    tasks = (_make_task(corpus, shard, engine, proof) for shard in shards)
    with engine.start(len(shards), reporter) as backend:
        for task, result in run(backend, read_shard, tasks):
            if not isinstance(result, Failed):
                store.write(task.shard.name, result)
                yield task.shard, ""
                continue
            name = f"shard {task.shard.number + 1} of {total}"
            if result.last:
                yield task.shard, f"{name} failed {MAX_ATTEMPTS} times: {result.reason}"
            else:
                reporter.message(f"{name} failed: {result.reason} - trying again")


def find_done(shards: Iterable[TextShard], stores: Sequence[ShardStore], reporter: Reporter) -> dict[str, ShardStore]:
    """The names of the shards whose results are there and not damaged, with the first store that has each."""
    wanted = {shard.name for shard in shards}
    found: dict[str, ShardStore] = {}
    for store in stores:
        for name in sorted(wanted & store.names() - found.keys()):
            if store.has_whole(name):
                found[name] = store
            else:
                reporter.message(f"{store.url}: the file of {name} is damaged - its texts are read again")
    return found


_one_at_a_time = threading.Lock()
"""The language pipeline and the models' caches are not for several threads, which Dask's workers may have."""


def read_shard(task: _Task) -> bytes:
    """In a worker: read a shard's texts; returns the shard's file."""
    if (proof := prove_reader(task.model, task.taught)) != task.proof:
        raise EngineError(f"a worker has {proof}, not {task.proof} - install the same version of Exominer there")
    with _one_at_a_time:
        mined = mine_batch(task.texts, task.model, task.taught)
    return pack(task.shard.name, (ReadText(m.annotated.doc_id, m.claims, m.error) for m in mined))


def _make_task(corpus: Corpus, shard: TextShard, engine: Engine, proof: str) -> _Task:
    works = corpus.pending_works(shard.texts)
    texts = tuple(text_of(work.text_digest, work.article) for work in works)
    return _Task(shard, texts, engine.model, engine.taught, proof)
