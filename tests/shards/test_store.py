"""Files of shards: whole or not there, wherever they are kept."""

from pathlib import Path

import pytest

from miner.errors import InputError, UsageError
from miner.shards.results import ReadText, pack, unpack
from miner.shards.store import ShardStore
from tests.claims import row

READ = [
    ReadText("d1", (row("miR-21", "PROMOTES", "metastasis", "PDAC", of="macrophages", score=0.8123).claim,)),
    ReadText("d2"),
    ReadText("d3", error="ValueError: fault"),
]


@pytest.fixture(params=["folder", "file://", "memory://"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ShardStore:
    urls = {"folder": str(tmp_path / "new" / "run"), "file://": f"file://{tmp_path}/run", "memory://": "memory://run"}
    store = ShardStore(urls[request.param])
    store.clear()
    return store


def test_what_is_written_is_read(store: ShardStore) -> None:
    assert store.names() == set()
    store.write("one", pack("one", READ))
    store.write("two", pack("two", []))
    assert store.names() == {"one", "two"}
    assert unpack("one", store.read("one")) == READ
    assert unpack("two", store.read("two")) == []
    assert store.has_whole("one")
    store.delete("one")
    store.delete("one")
    assert store.names() == {"two"}
    store.clear()
    assert store.names() == set()


def test_an_unfinished_file_is_no_shard_and_is_cleared(tmp_path: Path) -> None:
    (tmp_path / "one-1a2b3c4d.part").write_bytes(b"half")
    (tmp_path / "notes.txt").write_text("mine")
    store = ShardStore(str(tmp_path))
    assert store.names() == set()
    store.clear()
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


PACKED = pack("one", READ)


@pytest.mark.parametrize(
    "damaged",
    [b"", b"{}", PACKED[:-1], PACKED[: len(PACKED) // 2], PACKED[:20] + b"x" + PACKED[21:]],
    ids=["empty", "plain", "a byte short", "half", "another byte"],
)
def test_a_damaged_file_is_found(damaged: bytes, tmp_path: Path) -> None:
    store = ShardStore(str(tmp_path))
    store.write("one", damaged)
    assert not store.has_whole("one")
    with pytest.raises(InputError, match="damaged"):
        unpack("one", store.read("one"))


def test_a_file_of_another_shard_is_refused() -> None:
    with pytest.raises(InputError, match="another shard"):
        unpack("two", PACKED)


def test_what_cannot_be_reached_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nosuch://"):
        ShardStore("nosuch://bucket")
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match=str(tmp_path)):
        ShardStore(str(tmp_path / "file" / "run")).write("one", PACKED)
    with pytest.raises(InputError, match="one"):
        ShardStore(str(tmp_path)).read("one")
