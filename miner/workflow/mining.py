"""Texts in, claims out: the language pipeline and the extractors run together, in as many processes as asked."""

import hashlib
import logging
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache, partial
from importlib import metadata
from importlib.resources import files
from itertools import chain, islice, tee
from typing import TYPE_CHECKING, NamedTuple

from miner.errors import ExominerError, InputError
from miner.model.annotations import AnnotatedArticle
from miner.model.articles import Article, Part
from miner.model.claims import Claim
from miner.model.digests import digest
from miner.model.learned import NOTHING_TAUGHT, Combination, Synonym, Taught
from miner.workers.engines import Failed, Here, Processes, run

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from spacy.language import Language

logger = logging.getLogger(__name__)

BATCH = 32
"""Texts a process takes at a time: enough to fill the encoder's batches, few enough to show progress."""
MIN_TASKS_TO_SHARE = 4
"""Batches or shards from which on other processes help: each takes seconds to load the models."""
_PARTS = ("extract", "neural", "nlp", "vocabulary", "weights")
"""The package's folders that decide what is read in a text."""
_LIBRARIES = ("blis", "numpy", "onnxruntime", "spacy", "tokenizers")


class Text(NamedTuple):
    """A text to read: an id, and the parts that are read one by one, if it is more than a title and an abstract."""

    id: str
    text: str
    parts: tuple[Part, ...] = ()


def text_of(id_: str, article: Article) -> Text:
    """The text of an article under an id."""
    return Text(id_, article.text, article.parts())


@dataclass(frozen=True, slots=True)
class Mined:
    """What one text came to, or the error for which it could not be read."""

    annotated: AnnotatedArticle
    claims: tuple[Claim, ...]
    error: str = ""


def reader_version(model: str | None = None, taught: Taught = NOTHING_TAUGHT) -> str:
    """The versioned name of everything that reads texts; when it changes, all texts are read again.

    Names that curators taught are no part of it: only the texts that hold them are read again.
    """
    from miner.extract.claims import EXTRACTOR
    from miner.nlp.pipeline import PIPELINE

    learned = _usable(taught.combination)
    return "+".join((model or PIPELINE, learned.extractor if learned else EXTRACTOR))


def _usable(learned: Combination | None) -> Combination | None:
    """The learned combination, unless it was fitted to the votes of another version of the extractor."""
    from miner.extract.claims import EXTRACTOR

    return learned if learned and learned.base == EXTRACTOR else None


def prove_reader(model: str | None = None, taught: Taught = NOTHING_TAUGHT) -> str:
    """The version with a hash of all that is behind it, names taught included: equal where equal claims are read."""
    names = repr(taught.synonyms) if taught.synonyms else ""
    return f"{reader_version(model, taught)} ({digest(_prove_code(model), names)})"


@cache
def _prove_code(model: str | None) -> str:
    """A hash of the code, weights and libraries."""
    proof = hashlib.sha256()
    for part in _PARTS:
        for name, file in _walk(files("miner") / part, part):
            proof.update(name.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    for library in (*_LIBRARIES, *([model] if model else [])):
        proof.update(f"{library} {_version_of(library)}\0".encode())
    return proof.hexdigest()


def _walk(folder: "Traversable", name: str) -> "Iterator[tuple[str, Traversable]]":
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir() and entry.name != "__pycache__":
            yield from _walk(entry, f"{name}/{entry.name}")
        elif entry.is_file():
            yield f"{name}/{entry.name}", entry


def _version_of(library: str) -> str:
    try:
        return metadata.version(library)
    except metadata.PackageNotFoundError:  # a model in a folder of its own
        return ""


def mine(
    texts: Iterable[Text], processes: int = 0, model: str | None = None, taught: Taught = NOTHING_TAUGHT
) -> Iterator[Mined]:
    """Claims of each text, in order. `model` names a scispaCy model to find entities with instead of ours.

    `taught` is what a workspace learned. `processes` 0 means as many as the machine has cores and memory for; a few
    texts are read in this process. A text that cannot be read has no claims, and is logged.

    Memory stays bounded however many texts there are: at most two batches a process are under way.
    """
    batches = _batches(texts)
    first = list(islice(batches, MIN_TASKS_TO_SHARE)) if processes != 1 else []
    with Here() if len(first) < MIN_TASKS_TO_SHARE else Processes(processes) as backend:
        for batch, found in run(
            backend, partial(mine_batch, model=model, taught=taught), chain(first, batches), ordered=True
        ):
            if not isinstance(found, Failed):
                yield from map(_log_error, found)
            elif found.last:
                raise InputError(f"the texts from {batch[0][0]} on could not be read: {found.reason}")


def _log_error(mined: Mined) -> Mined:
    if mined.error:
        logger.warning("%s could not be read: %s", mined.annotated.doc_id, mined.error)
    return mined


def mine_articles(
    articles: Iterable[Article], processes: int = 0, model: str | None = None
) -> Iterator[tuple[Article, Mined]]:
    """Each article with what its text came to, in order, reading no further ahead than `mine` does."""
    waiting: deque[Article] = deque()

    def texts() -> Iterator[Text]:
        for article in articles:
            waiting.append(article)
            yield text_of(article.source_id, article)

    for mined in mine(texts(), processes, model):
        yield waiting.popleft(), mined


def _batches(texts: Iterable[Text]) -> Iterator[list[Text]]:
    iterator = iter(texts)
    while batch := list(islice(iterator, BATCH)):
        yield batch


def mine_batch(batch: Sequence[Text], model: str | None = None, taught: Taught = NOTHING_TAUGHT) -> list[Mined]:
    """Claims of each text, in this process; a text that cannot be read spoils no other."""
    try:
        return list(_mine_here(batch, model, taught))
    except ExominerError:
        raise
    except Exception:  # noqa: BLE001 - found out text by text
        return [_mine_alone(text, model, taught) for text in batch]


def _mine_alone(text: Text, model: str | None, taught: Taught) -> Mined:
    try:
        (mined,) = _mine_here([text], model, taught)
    except Exception as error:  # noqa: BLE001 - a fault of ours with this text
        return Mined(AnnotatedArticle(text.id, text.text, (), ()), (), f"{type(error).__name__}: {error}")
    return mined


def _mine_here(batch: Sequence[Text], model: str | None, taught: Taught) -> Iterator[Mined]:
    from miner.extract.claims import extract

    learned = _usable(taught.combination)
    for annotated in annotate_texts(batch, load_cached_pipeline(model, taught.synonyms)):
        yield Mined(annotated, tuple(extract(annotated, learned=learned)))


def annotate_texts(texts: Iterable[Text], pipeline: "Language") -> Iterator[AnnotatedArticle]:
    """Each text with its entities and parts, in order."""
    from miner.nlp.pipeline import annotate

    whole, plain = tee(texts)
    found = annotate(((text.id, text.text) for text in plain), pipeline)
    return (replace(annotated, parts=text.parts) for annotated, text in zip(found, whole, strict=True))


@lru_cache(maxsize=2)
def load_cached_pipeline(model: str | None = None, synonyms: tuple[Synonym, ...] = ()) -> "Language":
    """The language pipeline, loaded once a process."""
    from miner.nlp.pipeline import load_pipeline

    return load_pipeline(model, synonyms=synonyms)
