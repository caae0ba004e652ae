"""Files into the corpus."""

from collections.abc import Callable, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from rich.progress import Progress

from miner.corpus import Added, Corpus
from miner.model.articles import Article, Reject

if TYPE_CHECKING:
    pass


_BATCH = 200
"""Records a transaction takes in: a stop in between loses no more than these, and they are read again."""


def ingest_files(
    paths: Sequence[str], corpus: Corpus, bar: Progress, tell: Callable[[Reject], None] = lambda _: None
) -> Added:
    """Read files, folders or stdin ("-") into the corpus.

    What cannot be read is kept as a reject with its reason, and handed to `tell` too.
    """
    from miner.formats.files import read_all

    total = Added()
    task = bar.add_task("reading files", total=None)
    records = read_all(paths)
    while batch := list(islice(records, _BATCH)):
        rejects = [r for r in batch if isinstance(r, Reject)]
        total += corpus.add([r for r in batch if isinstance(r, Article)], rejects)
        for reject in rejects:
            tell(reject)
        bar.advance(task, len(batch))
    return total
