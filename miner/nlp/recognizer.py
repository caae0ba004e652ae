"""The trained recognizer: scored entity spans, from the text alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from graph_schema.model import EntityType
from miner.neural.encoder import Bounds, Encoder, shared_encoder, tokenize, weights_config
from miner.neural.span_model import SpanScorer, clash

RECOGNIZER = "exominer.recogniser.v1"
TYPES = tuple(EntityType)


@dataclass(frozen=True, slots=True)
class ScoredSpan:
    """`text[start:end]`, in characters, names an entity of this type with this probability."""

    start: int
    end: int
    type: EntityType
    score: float


class Recognizer:
    """Finds entity spans in texts. Loads the shipped weights; `encoder` may be shared with the relation model."""

    def __init__(self, encoder: Encoder | None = None) -> None:
        self._scorer = SpanScorer(encoder or shared_encoder())
        self.thresholds: dict[str, float] = weights_config()["recognizer"]["thresholds"]

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

    def recognize(self, texts: Sequence[str], sentences: Sequence[Bounds]) -> list[list[ScoredSpan]]:
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
