"""The entity stage's spaCy pipeline, and texts annotated with it.

Its components (`miner.nlp.components`):

    exominer_sentences_v1       sentence starts, from `sentence_bounds`
    exominer_abbreviations_v1   scispaCy's detector
    exominer_entities_v1        patterns, lexicon and recognizer resolved, grouped and grounded: `doc._.entities`
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from miner.errors import UsageError
from miner.model.annotations import AnnotatedArticle

if TYPE_CHECKING:
    from spacy.language import Language

PIPELINE = "exominer.entities.v1"
"""The versioned name of this pipeline; raised when what it finds changes."""
BATCH = 32


def load_pipeline(model: str | None = None, recognizer: bool = True) -> "Language":
    """The pipeline, with our recognizer or, in its place, with a scispaCy `model` that is installed.

    The model's own components run first; its entities are read by `SCISPACY_TYPES` of `miner.nlp.components`. With
    neither, patterns and lexicon work alone. Raises `UsageError` where the model is not installed.
    """
    import spacy

    import miner.nlp.components  # noqa: F401 - importing it registers the factories

    if model is None:
        nlp = spacy.blank("en", config={"nlp": {"tokenizer": {"@tokenizers": "exominer.BiomedicalTokenizer.v1"}}})
    else:
        try:
            nlp = spacy.load(model)
        except OSError as error:
            raise UsageError(f"the model {model} is not installed - pip install it, or leave --model out") from error
    nlp.add_pipe("exominer_sentences_v1", first=True)
    nlp.add_pipe("exominer_abbreviations_v1")
    nlp.add_pipe("exominer_entities_v1", config={"recognizer": recognizer and model is None})
    return nlp


def annotate(articles: Iterable[tuple[str, str]], nlp: "Language | None" = None) -> Iterator[AnnotatedArticle]:
    """Each (id, text) with its sentences and entities, in order, in batches; one process."""
    nlp = nlp or load_pipeline()
    pairs = ((text, (doc_id, text)) for doc_id, text in articles)
    for doc, (doc_id, text) in nlp.pipe(pairs, as_tuples=True, batch_size=BATCH):
        yield AnnotatedArticle(doc_id, text, tuple(doc.user_data["sentences"]), doc._.entities)
