"""The annotated articles (gold standard), read from ../shared/gold beside the checkout, also as the miner's types."""

import importlib.util
import json
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from graph_schema.model import EntityType
from miner.model.annotations import AnnotatedArticle, Entity, Mention
from miner.neural.encoder import Bounds, tokenize
from miner.neural.pair_features import TYPES
from miner.nlp.sentencizer import sentence_bounds

if TYPE_CHECKING:  # the recipes that train read this module where there is no spaCy
    from miner.nlp.recognizer import ScoredSpan

GOLD = Path(__file__).resolve().parents[2] / "shared" / "gold"
VESICLE = re.compile(
    r"\b(?:exosom(?:es?|al)|exos?|s?EVs?|TDEs?|TEXs?|extracellular vesicles?|extracellular vesicular"
    r"|(?:micro|nano)?vesic(?:les?|ular)|(?:large )?oncosomes?|ectosomes?|microparticles?)\b",
    re.IGNORECASE,
)
Span = tuple[int, int]


def articles(name: str) -> list[dict[str, Any]]:
    """The articles of `train` or `dev`, as they are in the file; exits where the gold standard is missing."""
    path = GOLD / f"{name}.jsonl"
    if not path.is_file():
        sys.exit(f"the annotated articles are missing: {path} - put the gold standard there")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def scorer() -> ModuleType:
    """The gold standard's own `score.py`; exits where it is missing."""
    if "gold_score" not in sys.modules:
        path = GOLD / "score.py"
        if not path.is_file():
            sys.exit(f"the gold standard is missing: {path} - put it there")
        spec = importlib.util.spec_from_file_location("gold_score", path)
        assert spec and spec.loader
        sys.dont_write_bytecode = True
        sys.modules["gold_score"] = module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    return sys.modules["gold_score"]


def text_of(document: dict[str, Any]) -> str:
    """The text whose offsets count: title, newline, abstract."""
    return f"{document['title']}\n{document['abstract']}"


def annotate_as_gold(document: dict[str, Any]) -> AnnotatedArticle:
    """An article with its entities as annotated; entity ids are "gold:" and the id in the file.

    Vesicles mentioned beyond the listed forms ("exosomal") go to the article's first Vesicle, as all vesicles agree.
    """
    text = text_of(document)
    spans = {entity["id"]: _find_mentions(text, entity["mentions"]) for entity in document["entities"]}
    vesicles = [entity["id"] for entity in document["entities"] if entity["type"] == EntityType.VESICLE]
    if vesicles:
        known = [span for identifier in vesicles for span in spans[identifier]]
        spans[vesicles[0]] += [m.span() for m in VESICLE.finditer(text) if not _overlaps(m.span(), known)]
    entities = tuple(
        Entity(
            f"gold:{entity['id']}",
            EntityType(entity["type"]),
            entity["mentions"][0],
            tuple(Mention(start, end, text[start:end]) for start, end in sorted(spans[entity["id"]])),
        )
        for entity in document["entities"]
    )
    return AnnotatedArticle(document["id"], text, tuple(sentence_bounds(text)), entities)


def annotate_with_pipeline(documents: list[dict[str, Any]], spans: Sequence[Path] = ()) -> list[AnnotatedArticle]:
    """The articles as the installed language pipeline annotates them.

    `spans` are files of spans that recognizers found in articles they were not trained on
    (`pipelines.train.train_recognizer`). The pipeline uses these instead of its own recognizer, which was trained on
    these articles.
    """
    from miner.nlp.pipeline import annotate, load_pipeline

    nlp = load_pipeline()
    if spans:
        scorer = nlp.get_pipe("exominer_recognizer_v1")
        scorer.recognizer = _Replay(documents, spans, scorer.recognizer.thresholds)
    return list(annotate([(d["id"], text_of(d)) for d in documents], nlp))


class _Replay:
    """A recognizer that returns stored spans for each text."""

    def __init__(self, documents: list[dict[str, Any]], paths: Sequence[Path], thresholds: dict[str, float]) -> None:
        rows = (json.loads(line) for path in paths for line in path.read_text(encoding="utf-8").splitlines())
        by_id = {row["id"]: row["spans"] for row in rows}
        self.thresholds = thresholds
        self._spans = {text_of(d): by_id[d["id"]] for d in documents}

    def score(self, text: str, sentences: Bounds, min_score: float) -> "list[ScoredSpan]":
        from miner.nlp.recognizer import ScoredSpan

        tokens = tokenize(text, sentences)
        return [
            ScoredSpan(
                int(tokens.starts[first]), int(tokens.ends[last]), TYPES[kind], score, self.thresholds[TYPES[kind]]
            )
            for first, last, kind, score in self._spans[text]
        ]


def _find_mentions(text: str, forms: list[str]) -> list[Span]:
    taken: list[Span] = []
    for form in sorted(set(forms), key=len, reverse=True):
        taken += [span for span in find_occurrences(text, form) if not _overlaps(span, taken)]
    return taken


def find_occurrences(text: str, form: str) -> Iterator[Span]:
    """Spans of `form` in `text`, as a whole word."""
    left = r"(?<![A-Za-z0-9])" if form[0].isalnum() else ""
    right = r"(?![A-Za-z0-9])" if form[-1].isalnum() else ""
    for match in re.finditer(left + re.escape(form) + right, text):
        yield match.span()


def _overlaps(span: Span, others: list[Span]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in others)
