"""A snapshot restores to the same corpus, or says plainly why not."""

from pathlib import Path

import pytest

from miner.corpus import Corpus, snapshot
from miner.errors import InputError, WorkspaceError
from miner.model.articles import Article, Reject, Section


@pytest.fixture
def corpus_path(tmp_path: Path) -> Path:
    path = tmp_path / "ws" / "corpus.sqlite"
    with Corpus(path) as corpus:
        corpus.add([Article("file", "1", "A finding", (Section("abstract", "Exosomes carry miR-21."),))])
        corpus.add([], [Reject("file", "x.bin", "binary")])
    return path


def test_a_snapshot_taken_while_the_corpus_is_open_restores_all_of_it(corpus_path: Path, tmp_path: Path) -> None:
    with Corpus(corpus_path) as corpus:
        archive = snapshot.write(corpus_path, tmp_path / "backups")
        counts, works, id_ = corpus.counts(), list(corpus.works()), corpus.id
    snapshot.restore(archive, tmp_path / "new" / "corpus.sqlite")
    with Corpus(tmp_path / "new" / "corpus.sqlite") as restored:
        assert restored.counts() == counts
        assert list(restored.works()) == works
        assert restored.id != id_


def test_a_corpus_that_stands_is_never_overwritten(corpus_path: Path, tmp_path: Path) -> None:
    archive = snapshot.write(corpus_path, tmp_path)
    with pytest.raises(WorkspaceError, match="stands here already"):
        snapshot.restore(archive, corpus_path)


def test_a_damaged_archive_restores_nothing(corpus_path: Path, tmp_path: Path) -> None:
    archive = snapshot.write(corpus_path, tmp_path)
    whole = archive.read_bytes()
    for damaged in (whole[: len(whole) // 2], b"no archive at all", b""):
        archive.write_bytes(damaged)
        with pytest.raises(InputError, match="cannot be restored"):
            snapshot.restore(archive, tmp_path / "new" / "corpus.sqlite")
        assert not list((tmp_path / "new").glob("corpus*"))


def test_without_a_corpus_there_is_nothing_to_archive(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="no corpus yet"):
        snapshot.write(tmp_path / "corpus.sqlite", tmp_path)
