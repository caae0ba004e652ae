"""Damaged values of a corpus: the rest is read, and a repair fetches or reads them again."""

import logging
import sqlite3
from pathlib import Path

import pytest

from miner.corpus import Corpus
from miner.model.articles import Article, Section
from tests.corpus.records import article, claim

COLUMNS = ("record", "work", "claim")


def fill(path: Path) -> None:
    """A corpus of three works with one claim each."""
    with Corpus(path) as corpus:
        corpus.add([article(source_id=str(n), pmid=str(n), text=f"Text {n}.") for n in (1, 2, 3)])
        for work in corpus.pending_works(corpus.pending("test.v1")):
            corpus.put_claims(work, "test.v1", [claim()])


def flip(path: Path, table: str, at: float, byte: int) -> None:
    """Overwrite one byte of the second row's body, `at` in [0, 1) of its length."""
    with sqlite3.connect(path) as db:
        (body,) = db.execute(f"SELECT CAST(body AS BLOB) FROM {table} WHERE rowid = 2").fetchone()
        spot = int(at * len(body))
        damaged = body[:spot] + bytes([byte]) + body[spot + 1 :]
        db.execute(f"UPDATE {table} SET body = CAST(? AS TEXT) WHERE rowid = 2", (damaged,))


@pytest.mark.parametrize("table", COLUMNS)
@pytest.mark.parametrize("at", [0.0, 0.3, 0.6, 0.99])
@pytest.mark.parametrize("byte", [0x00, 0x5C, 0x7B, 0xC3, 0xFF])
def test_a_flipped_byte_costs_its_value_alone(tmp_path: Path, table: str, at: float, byte: int) -> None:
    path = tmp_path / "corpus.sqlite"
    fill(path)
    flip(path, table, at, byte)
    with Corpus(path) as corpus:
        assert {"pmid:1", "pmid:3"} <= {work.id for work in corpus.works()}
        assert {"pmid:1", "pmid:3"} <= {work.id for work, _ in corpus.claims()}
        assert corpus.counts()["claims"] >= 2
        corpus.repair()
        assert list(corpus.damage()) == []
        assert {"pmid:1", "pmid:3"} <= {work.id for work in corpus.works()}
        corpus.add([article(source_id="2", pmid="2", text="Text 2.")])
        assert {work.id for work in corpus.works()} == {"pmid:1", "pmid:2", "pmid:3"}
        assert all(work.article.text == f"A finding\nText {work.article.pmid}." for work in corpus.works())


def test_a_damaged_record_is_named_once_and_becomes_a_reject(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "corpus.sqlite"
    fill(path)
    flip(path, "work", 0.0, 0xFF)
    flip(path, "record", 0.0, 0xFF)
    with caplog.at_level(logging.WARNING), Corpus(path) as corpus:
        for _ in range(2):
            assert len(list(corpus.works())) == 2
        (line,) = [record.getMessage() for record in caplog.records]
        assert "work pmid:2 is damaged" in line
        assert line.endswith("run: exominer doctor --repair")
        assert {damage.kind for damage in corpus.repair()} == {"record", "work"}
        (reject,) = corpus.rejects()
        assert (reject.source, reject.item) == ("pubmed", "pmid 2")


def test_a_work_is_merged_again_from_its_sound_records(tmp_path: Path) -> None:
    path = tmp_path / "corpus.sqlite"
    fill(path)
    with Corpus(path) as corpus:
        corpus.add([Article("europepmc", "2", "A finding", (Section("abstract", "Other text."),), pmid="2")])
    flip(path, "record", 0.5, 0xFF)
    with Corpus(path) as corpus:
        corpus.repair()
        (work,) = corpus.works(["pmid:2"])
        assert work.records == (("europepmc", "2"),)


def test_a_sound_corpus_has_no_damage_and_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "corpus.sqlite"
    fill(path)
    with Corpus(path) as corpus:
        before = (corpus.counts(), corpus.last_change)
        assert corpus.repair() == []
        assert (corpus.counts(), corpus.last_change) == before
