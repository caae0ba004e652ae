"""The trained recogniser: scored entity spans, from the text alone."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from spacy.language import Language
from spacy.tokens import Doc, Span

from graph_schema.model import EntityType
from miner.encoder import Bounds, Encoder, shared_encoder, tokenize, weights_config
from miner.nlp.sentences import sentence_bounds
from miner.nlp.spans import SpanScorer, clash

RECOGNISER = "exominer.recogniser.v1"
TYPES = tuple(EntityType)


@dataclass(frozen=True, slots=True)
class ScoredSpan:
    """`text[start:end]`, in characters, names an entity of this type with this probability."""

    start: int
    end: int
    type: EntityType
    score: float


class Recogniser:
    """Finds entity spans in texts. Loads the shipped weights; `encoder` may be shared with the relation model."""

    def __init__(self, encoder: Encoder | None = None) -> None:
        self._scorer = SpanScorer(encoder or shared_encoder())
        self.thresholds: dict[str, float] = weights_config()["recogniser"]["thresholds"]

    def scored(self, text: str, sentences: Bounds, floor: float = 0.05) -> list[ScoredSpan]:
        """Every span and type with a probability of at least `floor`, best first; they may overlap."""
        tokens = tokenize(text, sentences)
        spans, probabilities = self._scorer(tokens)
        found = []
        for row, kind in zip(*(probabilities >= floor).nonzero(), strict=True):
            first, last, _ = spans[row]
            start, end = int(tokens.starts[first]), int(tokens.ends[last])
            found.append(ScoredSpan(start, end, TYPES[kind], float(probabilities[row, kind])))
        return sorted(found, key=lambda s: (-s.score, s.start, s.end, s.type))

    def recognise(self, texts: Sequence[str], sentences: Sequence[Bounds]) -> list[list[ScoredSpan]]:
        """For each text its entity spans over its type's threshold, in order, best first where two clash."""
        return [self._decide(self.scored(text, bounds)) for text, bounds in zip(texts, sentences, strict=True)]

    def _decide(self, scored: Iterable[ScoredSpan]) -> list[ScoredSpan]:
        taken: list[ScoredSpan] = []
        for span in scored:
            place = (span.start, span.end, span.type)
            if span.score >= self.thresholds[span.type] and not any(
                clash(place, (other.start, other.end, other.type)) for other in taken
            ):
                taken.append(span)
        return sorted(taken, key=lambda s: (s.start, s.end))


class RecogniserComponent:
    """spaCy's view of the recogniser.

    Writes `doc.user_data["recognised"]`, the exact `ScoredSpan`s, and `doc.spans["recognised"]`, the same widened to
    whole tokens, with `attrs["scores"]` beside them.
    """

    def __init__(self, threads: int = 1) -> None:
        self._threads = threads
        self._recogniser: Recogniser | None = None

    def __call__(self, doc: Doc) -> Doc:
        """Read `doc`, by its own sentences where it has them."""
        if self._recogniser is None:
            self._recogniser = Recogniser(shared_encoder(self._threads))
        sentences = [(s.start_char, s.end_char) for s in doc.sents] if doc.has_annotation("SENT_START") else None
        found = self._recogniser.recognise([doc.text], [sentences or sentence_bounds(doc.text)])[0]
        spans = [_span(doc, span) for span in found]
        doc.user_data["recognised"] = found
        doc.spans["recognised"] = spans
        doc.spans["recognised"].attrs["scores"] = [span.score for span in found]
        return doc

    def pipe(self, docs: Iterable[Doc], *, batch_size: int = 64) -> Iterator[Doc]:
        """The documents one after the other: a text is read by itself, so that its result is its own."""
        yield from map(self, docs)

    def to_disk(self, path: object, exclude: object = ()) -> None:
        """Nothing to write: the weights ship with the package."""

    def from_disk(self, path: object, exclude: object = ()) -> "RecogniserComponent":
        """Nothing to read: the weights ship with the package."""
        return self


def _span(doc: Doc, span: ScoredSpan) -> Span:
    widened = doc.char_span(span.start, span.end, label=span.type.value, alignment_mode="expand")
    assert widened is not None  # spans lie within the text
    return widened


@Language.factory("exominer_recogniser", default_config={"model": RECOGNISER, "threads": 1})
def make_recogniser(nlp: Language, name: str, model: str, threads: int) -> RecogniserComponent:
    """The factory behind `nlp.add_pipe("exominer_recogniser")`; a config names the model it was made for."""
    if model != RECOGNISER:
        raise ValueError(f"the recogniser {model} does not ship with this release, which has {RECOGNISER}")
    return RecogniserComponent(threads)
