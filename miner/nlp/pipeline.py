"""The entity stage's spaCy pipeline, and texts annotated with it. `miner.nlp.components` lists its components."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from miner.errors import UsageError
from miner.model.annotations import AnnotatedArticle
from miner.model.learned import Synonym

if TYPE_CHECKING:
    from spacy.language import Language

PIPELINE = "exominer.entities.v2"
"""The versioned name of this pipeline; raised when what it finds changes."""
BATCH = 32


_BEFORE, _AFTER = ("abbreviations", "candidates"), ("resolver", "linker", "grouper")
_TAUGHT = ("candidates", "linker")


def load_pipeline(model: str | None = None, recognizer: bool = True, synonyms: Sequence[Synonym] = ()) -> "Language":
    """The pipeline, with our recognizer or, in its place, with a scispaCy `model` that is installed.

    The model's own components run first; its entities are taken by the `labels` of `exominer_model_ents_v1`. With
    neither, patterns and lexicon work alone. `synonyms` are names that curators taught. Raises `UsageError` where the
    model is not installed.

    `nlp.config` holds every number of the pipeline: save it with `nlp.config.to_disk("config.cfg")`, change it, and
    load it with `spacy.util.load_model_from_config(spacy.util.load_config("config.cfg"), auto_fill=True)`.
    """
    import spacy

    import miner.nlp.components  # noqa: F401 - importing it registers the factories

    if model is None:
        nlp = spacy.blank("en", config={"nlp": {"tokenizer": {"@tokenizers": "exominer.Tokenizer.v1"}}})
    else:
        try:
            nlp = spacy.load(model)
        except OSError as error:
            raise UsageError(f"the model {model} is not installed - pip install it, or leave --model out") from error
    scores = ["model_ents"] if model else ["recognizer"] if recognizer else []
    nlp.add_pipe("exominer_sentences_v1", first=True)
    taught = {"synonyms": [asdict(synonym) for synonym in synonyms]}
    for step in (*_BEFORE, *scores, *_AFTER):
        nlp.add_pipe(f"exominer_{step}_v1", config=taught if step in _TAUGHT else {})
    return nlp


def annotate(articles: Iterable[tuple[str, str]], nlp: "Language | None" = None) -> Iterator[AnnotatedArticle]:
    """Each (id, text) with its sentences and entities, in order, in batches; one process."""
    from miner.nlp.components import sentences_of

    nlp = nlp or load_pipeline()
    pairs = ((text, (doc_id, text)) for doc_id, text in articles)
    for doc, (doc_id, text) in nlp.pipe(pairs, as_tuples=True, batch_size=BATCH):
        yield AnnotatedArticle(doc_id, text, tuple(sentences_of(doc)), doc._.entities)
