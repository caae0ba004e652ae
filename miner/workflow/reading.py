"""The corpus's texts into claims."""

from collections.abc import Iterator
from dataclasses import dataclass

from miner.corpus import Corpus
from miner.corpus.merge import Work
from miner.model.reporter import Reporter
from miner.workflow.mining import mine, reader_version


@dataclass(frozen=True, slots=True)
class Read:
    """What a reading came to."""

    texts: int = 0
    claims: int = 0


def read_pending(corpus: Corpus, reporter: Reporter, processes: int = 0, model: str | None = None) -> Read:
    """Read every text that is new, changed, or was last read by another version."""
    version = reader_version(model)
    total = corpus.pending_count(version)
    if not total:
        return Read()
    reporter.start("reading texts", total)
    works: dict[str, Work] = {}

    def texts() -> Iterator[tuple[str, str]]:
        for work in corpus.pending(version):
            works[work.id] = work
            yield work.id, work.article.text

    claims = 0
    for mined in mine(texts(), processes, model):
        work = works.pop(mined.annotated.doc_id)
        corpus.put_claims(work, version, mined.claims)
        claims += len(mined.claims)
        reporter.advance()
    return Read(total, claims)
