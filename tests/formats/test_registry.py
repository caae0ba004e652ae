"""The registry of file formats: a new one is a module with `matches` and `parse`, and one line."""

import io
from collections.abc import Iterator

import pytest

from miner.formats import files, registry
from miner.formats.base import FileFormat, Head, from_text
from miner.formats.record import to_article
from miner.formats.summary import FileSummary
from miner.model.articles import Article, Reject


def _parse_toy(text: str, *, source: str = "file") -> Iterator[Article | Reject]:
    for number, line in enumerate(text.splitlines()[1:], start=1):
        yield to_article(source=source, item=f"line {number}", title=line)


def _is_toy(head: Head) -> bool:
    return head.text.startswith("TOY FORMAT")


def test_a_format_is_one_line_in_the_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    data = b"TOY FORMAT\nExosomes of a toy\nVesicles of a toy\n"
    with_toy = [FileFormat("toy", _is_toy, from_text(_parse_toy)), *registry.FORMATS]
    monkeypatch.setattr(registry, "FORMATS", with_toy)
    summaries: list[FileSummary] = []
    found = list(files.read(io.BytesIO(data), "toy.txt", summaries.append))
    assert [record.title for record in found if isinstance(record, Article)] == [
        "Exosomes of a toy",
        "Vesicles of a toy",
    ]
    assert summaries == [FileSummary("toy.txt", "toy", articles=2, with_pmid=0, with_doi=0, with_abstract=0)]


def test_every_format_has_a_name_and_no_text_is_without_one() -> None:
    assert all(known.name for known in registry.FORMATS)
    assert registry.recognize(b"anything at all").name == "plain text"
