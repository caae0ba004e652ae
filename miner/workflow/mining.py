"""Texts in, claims out: the language pipeline and the extractors run together, in as many processes as asked."""

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from functools import cache
from itertools import chain, islice
from typing import TYPE_CHECKING

from miner.model.annotations import AnnotatedArticle
from miner.model.articles import Article
from miner.model.claims import Claim
from miner.workers import available_workers, worker_pool

if TYPE_CHECKING:
    from spacy.language import Language

BATCH = 32
"""Texts a process takes at a time: enough to fill the encoder's batches, few enough to show progress."""
MIN_BATCHES_TO_SHARE = 4
"""Batches from which on other processes help: each takes seconds to load the models."""


@dataclass(frozen=True, slots=True)
class Mined:
    """What one text came to."""

    annotated: AnnotatedArticle
    claims: tuple[Claim, ...]


def reader_version(model: str | None = None) -> str:
    """The versioned name of everything that reads texts; when it changes, all texts are read again."""
    from miner.extract.claims import EXTRACTOR
    from miner.nlp.pipeline import PIPELINE

    return "+".join((model or PIPELINE, EXTRACTOR))


def mine(texts: Iterable[tuple[str, str]], processes: int = 0, model: str | None = None) -> Iterator[Mined]:
    """Claims of each (id, text), in order. `model` names a scispaCy model to find entities with instead of ours.

    `processes` 0 means as many as the machine has cores and memory for; a few texts are read in this process.

    Memory stays bounded however many texts there are: at most two batches a process are under way.
    """
    batches = _batches(texts)
    first = list(islice(batches, MIN_BATCHES_TO_SHARE)) if processes != 1 else []
    batches = chain(first, batches)
    if len(first) < MIN_BATCHES_TO_SHARE:
        for batch in batches:
            yield from _mine_batch(batch, model)
        return
    processes = processes or available_workers()
    with worker_pool(processes) as pool:
        under_way: deque[Future[list[Mined]]] = deque()
        for batch in batches:
            under_way.append(pool.submit(_mine_batch, batch, model))
            if len(under_way) >= 2 * processes:
                yield from under_way.popleft().result()
        while under_way:
            yield from under_way.popleft().result()


def mine_articles(
    articles: Iterable[Article], processes: int = 0, model: str | None = None
) -> Iterator[tuple[Article, Mined]]:
    """Each article with what its text came to, in order, reading no further ahead than `mine` does."""
    waiting: deque[Article] = deque()

    def texts() -> Iterator[tuple[str, str]]:
        for article in articles:
            waiting.append(article)
            yield article.source_id, article.text

    for mined in mine(texts(), processes, model):
        yield waiting.popleft(), mined


def _batches(texts: Iterable[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    iterator = iter(texts)
    while batch := list(islice(iterator, BATCH)):
        yield batch


def _mine_batch(batch: list[tuple[str, str]], model: str | None) -> list[Mined]:
    from miner.extract.claims import extract
    from miner.nlp.pipeline import annotate

    return [Mined(annotated, tuple(extract(annotated))) for annotated in annotate(batch, _pipeline(model))]


@cache
def _pipeline(model: str | None) -> "Language":
    from miner.nlp.pipeline import load_pipeline

    return load_pipeline(model)
