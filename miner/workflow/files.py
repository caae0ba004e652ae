"""Files into the corpus."""

from collections.abc import Callable, Sequence
from itertools import islice

from miner.corpus import Added, Corpus
from miner.model.articles import Article, Reject
from miner.model.reporter import Reporter

_BATCH = 200
"""Records a transaction takes in: a stop in between loses no more than these, and they are read again."""


def ingest_files(
    paths: Sequence[str], corpus: Corpus, reporter: Reporter, tell: Callable[[Reject], None] = lambda _: None
) -> Added:
    """Read files, folders or stdin ("-") into the corpus.

    What cannot be read is kept as a reject with its reason, and handed to `tell` too.
    """
    from miner.formats.files import read_all

    total = Added()
    reporter.start("reading files")
    records = read_all(paths)
    while batch := list(islice(records, _BATCH)):
        rejects = [r for r in batch if isinstance(r, Reject)]
        total += corpus.add([r for r in batch if isinstance(r, Article)], rejects)
        for reject in rejects:
            tell(reject)
        reporter.advance(len(batch))
    return total
