"""Texts are cut into shards whose names and ends depend on the texts alone."""

from typing import NamedTuple

import pytest

from miner.errors import UsageError
from miner.shards import cut as module
from miner.shards.cut import MAX_SIZE, MIN_SIZE, Part, cut


class Sized(NamedTuple):
    digest: str
    size: int


def texts(count: int, size: int = 2_300, first: int = 0) -> list[Sized]:
    return [Sized(f"t{number}", size) for number in range(first, first + count)]


def test_every_text_is_in_one_shard_in_order() -> None:
    all_of_them = texts(5_000)
    shards = cut(all_of_them, "v1")
    assert [text for shard in shards for text in shard.texts] == all_of_them
    assert [shard.number for shard in shards] == list(range(len(shards)))
    assert len({shard.name for shard in shards}) == len(shards)


@pytest.mark.parametrize(
    ("count", "size", "least", "most"),
    [(30, 2_300, 1, 3), (300, 2_300, 8, 12), (5_000, 2_300, 20, 80), (40, 90_000, 4, 40), (3, 2_000_000, 3, 3)],
)
def test_there_are_enough_shards_to_share_and_none_is_too_long(count: int, size: int, least: int, most: int) -> None:
    shards = cut(texts(count, size), "v1")
    assert least <= len(shards) <= most
    for shard in shards[:-1]:
        assert MIN_SIZE <= sum(text.size for text in shard.texts) < MAX_SIZE + size


@pytest.mark.parametrize("done", [1, 2, 10])
def test_once_the_first_shards_are_done_the_others_keep_their_names(done: int) -> None:
    all_of_them = texts(5_000)
    shards = cut(all_of_them, "v1")
    left = all_of_them[sum(len(shard.texts) for shard in shards[:done]) :]
    assert [shard.name for shard in cut(left, "v1")] == [shard.name for shard in shards[done:]]


def test_more_texts_at_the_end_change_the_last_shards_alone() -> None:
    before, after = ({shard.name: len(shard.texts) for shard in cut(texts(count), "v1")} for count in (40_000, 40_100))
    assert sum(before[name] for name in before.keys() & after.keys()) > 0.8 * 40_000


@pytest.mark.parametrize(
    ("changed", "reader"), [(texts(30), "v2"), (texts(30, first=1), "v1"), (list(reversed(texts(30))), "v1")]
)
def test_another_reader_or_text_gives_another_name(changed: list[Sized], reader: str) -> None:
    assert not {shard.name for shard in cut(changed, reader)} & {shard.name for shard in cut(texts(30), "v1")}


def test_nothing_is_cut_into_nothing() -> None:
    assert cut([], "v1") == []


@pytest.mark.parametrize("count", [1, 2, 3, 7, 40])
def test_the_parts_of_all_machines_are_all_shards_once(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MIN_SIZE", 1)
    shards = cut(texts(100), "v1")
    parts = [Part.parse(f"{number}/{count}").select(shards) for number in range(1, count + 1)]
    assert sorted((s for part in parts for s in part), key=lambda shard: shard.number) == shards
    assert max(map(len, parts)) - min(map(len, parts)) <= 1


@pytest.mark.parametrize("text", ["", "3", "0/4", "5/4", "3/0", "-1/4", "a/b", "1/2/3", "1.5/4", "³/4"])
def test_what_is_no_part_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="3/40"):
        Part.parse(text)
