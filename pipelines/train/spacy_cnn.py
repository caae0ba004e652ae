"""spaCy's own span categorizer on a convolutional network, trained on the same gold, beside the shipped recognizer.

python -m pipelines.train.spacy_cnn [--epochs N]

Prints for both, on the development articles and at several thresholds, the share of gold entities that some span of the
right type names and the share of distinct (type, text) found that name a gold entity, and how many abstracts a second
each reads on one core. Nothing of it is shipped.
"""

import argparse
import random
import time
from collections.abc import Callable, Iterator
from typing import Any

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example
from spacy.util import fix_random_seed, minibatch

from miner.neural.encoder import shared_encoder
from miner.nlp.recognizer import Recognizer
from miner.nlp.sentencizer import sentence_bounds
from pipelines.gold import articles, scorer, text_of
from pipelines.train.data import find_mentions, read

SEED = 22
THRESHOLDS = (0.2, 0.3, 0.4, 0.5, 0.6)
CONFIG = {
    "spans_key": "sc",
    "threshold": THRESHOLDS[0],
    "suggester": {"@misc": "spacy.ngram_range_suggester.v1", "min_size": 1, "max_size": 8},
    "model": {
        "@architectures": "spacy.SpanCategorizer.v1",
        "tok2vec": {
            "@architectures": "spacy.HashEmbedCNN.v2",
            "pretrained_vectors": None,
            "width": 96,
            "depth": 4,
            "embed_size": 5000,
            "window_size": 1,
            "maxout_pieces": 3,
            "subword_features": True,
        },
        "reducer": {"@layers": "spacy.mean_max_reducer.v1", "hidden_size": 128},
        "scorer": {"@layers": "spacy.LinearLogistic.v1", "nO": None, "nI": None},
    },
}

Found = list[tuple[str, str, float]]
"""(type, text, probability) of spans."""


def example(nlp: Language, article: dict[str, Any]) -> Example:
    """An article with the spans of its entities' mentions."""
    document = read(article)
    doc, gold = nlp.make_doc(document.text), nlp.make_doc(document.text)
    spans = [
        gold.char_span(start, end, kind.value, alignment_mode="expand")
        for start, end, kind, _ in find_mentions(document.text, document.entities)
    ]
    gold.spans["sc"] = [s for s in dict.fromkeys(spans) if s is not None and len(s) <= 8]
    return Example(doc, gold)


def train(epochs: int) -> Language:
    """The span categorizer, trained on all training articles."""
    fix_random_seed(SEED)
    nlp = spacy.blank("en")
    nlp.add_pipe("spancat", config=CONFIG)
    examples = [example(nlp, article) for article in articles("train")]
    optimizer = nlp.initialize(lambda: examples)
    for epoch in range(epochs):
        random.shuffle(examples)
        losses: dict[str, float] = {}
        for batch in minibatch(examples, 8):
            nlp.update(batch, sgd=optimizer, drop=0.2, losses=losses)
        print(f"epoch {epoch + 1}: loss {losses['spancat']:.1f}", flush=True)
    return nlp


def read_spans(doc: Doc) -> Found:
    """The spans that the categorizer found."""
    spans = doc.spans["sc"]
    return [(s.label_, s.text, float(p)) for s, p in zip(spans, spans.attrs["scores"], strict=True)]


def measure(found: list[Found], threshold: float) -> tuple[float, float]:
    """(recall, precision) of entities, by the measure in the module's docstring."""
    score = scorer()
    wanted = hit = named = right = 0
    for article, spans in zip(articles("dev"), found, strict=True):
        distinct = {(kind, text) for kind, text, p in spans if p >= threshold}
        guesses = [{"type": kind, "forms": score.forms([text])} for kind, text in sorted(distinct)]
        good: set[int] = set()
        for entity in article["entities"]:
            one = {"type": entity["type"], "forms": score.forms(entity["mentions"])}
            hits = [i for i, g in enumerate(guesses) if g["type"] == one["type"] and score.agrees(one, g)]
            wanted, hit = wanted + 1, hit + bool(hits)
            good.update(hits)
        named, right = named + len(guesses), right + len(good)
    return hit / wanted, right / max(named, 1)


def report(name: str, read_all: Callable[[list[str]], Iterator[Found]]) -> None:
    texts = [text_of(article) for article in articles("dev")]
    list(read_all(texts[:4]))
    start = time.perf_counter()
    found = list(read_all(texts))
    print(f"{name}: {len(texts) / (time.perf_counter() - start):.1f} abstracts/s")
    for threshold in THRESHOLDS:
        recall, precision = measure(found, threshold)
        print(f"  from {threshold:.1f}: recall {recall:.3f} precision {precision:.3f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--epochs", type=int, default=15)
    nlp = train(parser.parse_args().epochs)
    recognizer = Recognizer(shared_encoder())
    report("spaCy CNN", lambda texts: map(read_spans, nlp.pipe(texts)))
    report(
        "shipped recognizer",
        lambda texts: (
            [(s.type.value, text[s.start : s.end], s.score) for s in recognizer.score(text, sentence_bounds(text))]
            for text in texts
        ),
    )


if __name__ == "__main__":
    main()
