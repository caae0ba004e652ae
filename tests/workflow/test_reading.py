"""However texts are read, the corpus is the same, byte for byte."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from distributed import LocalCluster

from miner.corpus import Corpus
from miner.model.articles import Article, Section
from miner.model.reporter import SILENT, SilentReporter
from miner.shards import cut as cutting
from miner.shards.cut import Part
from miner.workflow import mining, reading, shards
from miner.workflow.mining import Mined, Text
from miner.workflow.reading import Read, read_part, read_pending
from miner.workflow.shards import Engine

ONE = Engine(processes=1)
COUNT = 12


class Messages(SilentReporter):
    """Keeps the messages."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def message(self, text: str) -> None:
        self.texts.append(text)


@pytest.fixture(autouse=True, scope="module")
def small_shards() -> Iterator[None]:
    """Shards of two texts each."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cutting, "MIN_SIZE", 600)
        patch.setattr(cutting, "PARTS", 1000)
        yield


@pytest.fixture(scope="module")
def unread(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace of a corpus whose texts are still to be read."""
    workspace = tmp_path_factory.mktemp("unread")
    text = "Exosomes of macrophages carry miR-{n}. Exosomal miR-{n} promotes metastasis of colorectal cancer."
    with Corpus(workspace / "corpus.sqlite") as corpus:
        corpus.add(
            Article("pubmed", str(n), f"Finding {n}", (Section("abstract", text.format(n=20 + n)),), pmid=str(n))
            for n in range(1, COUNT + 1)
        )
    return workspace


@pytest.fixture
def workspace(unread: Path, tmp_path: Path) -> Callable[[str], Corpus]:
    """Opens a copy of that corpus in a workspace of the given name."""

    def copy(name: str) -> Corpus:
        return Corpus(Path(shutil.copytree(unread, tmp_path / name)) / "corpus.sqlite")

    return copy


def dump(path: Path) -> str:
    """All that a corpus holds, as the SQL statements that make it, row numbers included."""
    with closing(sqlite3.connect(path)) as db:
        return "\n".join(db.iterdump())


@pytest.fixture(scope="module")
def expected(unread: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The corpus as one process leaves it."""
    path = Path(shutil.copytree(unread, tmp_path_factory.mktemp("expected") / "ws")) / "corpus.sqlite"
    with Corpus(path) as corpus:
        read = read_pending(corpus, SILENT, ONE)
        assert read.texts == COUNT and read.claims >= 2 * COUNT and not read.failures
    assert list((path.parent / "shards").iterdir()) == []
    return dump(path)


def read_and_dump(corpus: Corpus, engine: Engine = ONE, done_in: tuple[str, ...] = ()) -> tuple[Read, str]:
    with corpus:
        read = read_pending(corpus, SILENT, engine, done_in)
    return read, dump(corpus.path)


def test_two_processes_leave_the_same_corpus(workspace: Callable[[str], Corpus], expected: str) -> None:
    assert read_and_dump(workspace("two"), Engine(processes=2))[1] == expected


def test_a_dask_cluster_leaves_the_same_corpus(workspace: Callable[[str], Corpus], expected: str) -> None:
    with LocalCluster(n_workers=2, threads_per_worker=2, processes=False, dashboard_address=None) as cluster:
        engine = Engine(name="dask", scheduler=cluster.scheduler_address)
        assert read_and_dump(workspace("dask"), engine)[1] == expected


def test_three_machines_leave_the_same_corpus(
    workspace: Callable[[str], Corpus], expected: str, tmp_path: Path, texts_read: list[str]
) -> None:
    folders = [str(tmp_path / "results" / str(number)) for number in (1, 2, 3)]
    for number, folder in enumerate(folders, start=1):
        with workspace(f"machine {number}") as corpus:
            written = read_part(corpus, SILENT, folder, ONE, Part(number, 3))
            assert written.shards and not written.known and not written.failures
            again = read_part(corpus, SILENT, folder, ONE, Part(number, 3))
            assert (again.shards, again.known, again.texts) == (0, written.shards, written.texts)
            assert len(corpus.pending(mining.reader_version())) == COUNT
    assert len(texts_read) == COUNT
    read, found = read_and_dump(workspace("home"), done_in=tuple(folders))
    assert (read.texts, len(texts_read)) == (COUNT, COUNT)
    assert found == expected


@pytest.fixture
def texts_read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The digests of the texts that this process reads."""
    read: list[str] = []

    def count(batch: list[Text], *how: Any) -> list[Mined]:
        read.extend(text.id for text in batch)
        return mining.mine_batch(batch, *how)

    monkeypatch.setattr(shards, "mine_batch", count)
    return read


@pytest.mark.parametrize("after", [0, 1, 4])
def test_a_reading_that_was_stopped_goes_on_without_reading_anything_twice(
    after: int,
    workspace: Callable[[str], Corpus],
    expected: str,
    texts_read: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    corpus = workspace("stopped")
    entered = 0

    def stop(*_: object) -> None:
        nonlocal entered
        entered += 1
        if entered > after:
            raise KeyboardInterrupt
        enter(*_)  # type: ignore[arg-type]

    enter = reading._Entry._enter
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(reading._Entry, "_enter", lambda *given: stop(*given))
        read_and_dump(corpus)
    assert 0 < len(texts_read) < COUNT
    _, found = read_and_dump(Corpus(corpus.path))
    assert len(texts_read) == COUNT
    assert found == expected


def test_a_damaged_file_is_read_again(workspace: Callable[[str], Corpus], expected: str, tmp_path: Path) -> None:
    folder = tmp_path / "results"
    with workspace("machine") as corpus:
        read_part(corpus, SILENT, str(folder), ONE, Part())
    damaged = sorted(folder.iterdir())[2]
    damaged.write_bytes(damaged.read_bytes()[:-9])
    reporter = Messages()
    with workspace("home") as corpus:
        read_pending(corpus, reporter, ONE, [str(folder)])
    assert dump(corpus.path) == expected
    assert len(reporter.texts) == 1 and "damaged" in reporter.texts[0]


def test_a_text_that_cannot_be_read_stays_pending_and_spoils_no_other(
    workspace: Callable[[str], Corpus], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from miner.extract import claims

    extract = claims.extract
    with monkeypatch.context() as patch:
        patch.setattr(claims, "extract", lambda a, **how: 1 / 0 if "miR-25" in a.text else extract(a, **how))
        read, _ = read_and_dump(corpus := workspace("fault"))
    assert read.failures == ["pmid:5 could not be read: ZeroDivisionError: division by zero"]
    assert read.texts == COUNT - 1
    again, _ = read_and_dump(Corpus(corpus.path))
    assert (again.texts, again.failures) == (1, [])


def test_a_shard_that_fails_is_named_with_the_reason_and_the_others_enter(
    workspace: Callable[[str], Corpus], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(batch: list[Text], *how: Any) -> list[Mined]:
        if any("miR-25" in text.text for text in batch):
            raise MemoryError("none left")
        return mining.mine_batch(batch, *how)

    monkeypatch.setattr(shards, "mine_batch", fail)
    reporter = Messages()
    with workspace("failing") as corpus:
        read = read_pending(corpus, reporter, ONE)
        assert read.failures == ["shard 3 of 7 failed 3 times: MemoryError: none left"]
        assert reporter.texts == ["shard 3 of 7 failed: MemoryError: none left - trying again"] * 2
        assert read.texts == COUNT - 2
        assert len(corpus.pending(mining.reader_version())) == 2


def test_a_worker_with_another_extractor_is_refused(
    workspace: Callable[[str], Corpus], monkeypatch: pytest.MonkeyPatch
) -> None:
    from miner.errors import EngineError

    given = iter(["mine"])
    monkeypatch.setattr(shards, "prove_reader", lambda *_: next(given, "yours"))
    with workspace("refused") as corpus, pytest.raises(EngineError, match="a worker has yours, not mine"):
        read_pending(corpus, SILENT, ONE)
