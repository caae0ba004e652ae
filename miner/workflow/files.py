"""Files into the corpus."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from miner.corpus import Added, Corpus
from miner.model.articles import Article, Reject
from miner.model.licenses import NO_LICENSE
from miner.model.reporter import Reporter

if TYPE_CHECKING:
    from miner.formats.summary import FileSummary

_BATCH = 200
"""Records in a transaction: a stop in between loses no more than these, and they are read again."""


def ingest_files(
    paths: Sequence[str],
    corpus: Corpus,
    reporter: Reporter,
    on_file: "Callable[[FileSummary], None]" = lambda _: None,
    licenses: Collection[str | None] = (),
) -> Added:
    """Import the records of files, folders or stdin ("-") into the corpus.

    What cannot be read is kept as a reject with its reason; earlier rejects of the same files are replaced by what is
    rejected now. `on_file` gets a summary of each file. Articles are left out whose license is not one of `licenses`,
    if some are given; None stands for no license.
    """
    from miner.formats.files import read_all

    total = Added()
    outdated = {reject.item for reject in corpus.rejects() if reject.source == "file" and _is_within(reject, paths)}
    still_rejected: list[Reject] = []
    reporter.start("reading files")
    left_out: Counter[str] = Counter()
    records = _with_license(read_all(paths, on_file), licenses, left_out)
    while batch := list(islice(records, _BATCH)):
        rejects = [r for r in batch if isinstance(r, Reject)]
        total += corpus.add([r for r in batch if isinstance(r, Article)], rejects)
        still_rejected += [reject for reject in rejects if reject.item in outdated]
        reporter.advance(len(batch))
    if left_out:
        counts = "; ".join(f"{count:,} {name}" for name, count in left_out.most_common())
        reporter.message(f"left out for their license: {counts}")
    with corpus.transaction():
        for item in outdated:
            corpus.forget_rejects("file", item)
        for reject in still_rejected:
            corpus.reject(reject)
    return total


def _with_license(
    records: Iterable[Article | Reject], licenses: Collection[str | None], left_out: Counter[str]
) -> Iterator[Article | Reject]:
    for record in records:
        if licenses and isinstance(record, Article) and record.license not in licenses:
            left_out[record.license or NO_LICENSE] += 1
        else:
            yield record


def rejected_file(item: str) -> str | None:
    """The file that a reject's item names, alone or before a place in it; None if it is not there."""
    from miner.formats.files import path_of

    parts = item.split(": ")
    names = (": ".join(parts[:end]) for end in range(len(parts), 0, -1))
    return next((str(path_of(name)) for name in names if _exists(name)), None)


def _is_within(reject: Reject, paths: Sequence[str]) -> bool:
    """Whether a reject is of one of the files or folders."""
    name = rejected_file(reject.item)
    return name is not None and any(
        path != "-" and Path(name).resolve().is_relative_to(Path(path).resolve()) for path in paths
    )


def _exists(name: str) -> bool:
    from miner.formats.files import path_of

    try:
        return path_of(name).exists()
    except (OSError, ValueError):  # too long for a file's name, or with a null character
        return False
