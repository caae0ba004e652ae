"""The trained recognizer: scored entity spans, from the text alone."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from graph_schema.model import EntityType
from miner.neural.encoder import Bounds, Encoder, shared_encoder, tokenize, weights_config
from miner.neural.span_model import SpanScorer, clash

RECOGNIZER = "exominer.recogniser.v1"
TYPES = tuple(EntityType)
MIN_SCORE = 0.05


_ENCLOSED = re.compile(
    r"""(?<!\w)(?:"[\w/+-]+"|“[\w/+-]+”|‘[\w/+-]+’|'[\w/+-]+'|«[\w/+-]+»|\[[\w/+-]+\]|\([\w/+-]+\))(?!\w)"""
)
_BETWEEN_ENCLOSED = re.compile(r"\s*(?:[,;/]\s*)?(?:(?:and|or)\s+)?")


def blank_enclosing_marks(text: str) -> str:
    """Replace quotes and square brackets around single names by spaces, and round brackets in lists of such names.

    The model saw few of them in training, and misses names in them. A single name in round brackets keeps them, as it
    may explain the words before it. Offsets do not change.
    """
    found = list(_ENCLOSED.finditer(text))
    if not found:
        return text
    characters = list(text)
    for place, match in enumerate(found):
        neighbors = found[max(place - 1, 0) : place + 2]
        listed = any(_BETWEEN_ENCLOSED.fullmatch(text, a.end(), b.start()) for a, b in pairwise(neighbors))
        if listed or not match[0].startswith("("):
            characters[match.start()] = characters[match.end() - 1] = " "
    return "".join(characters)


@dataclass(frozen=True, slots=True)
class ScoredSpan:
    """`text[start:end]`, in characters, names an entity of this type with this probability.

    `threshold` is the probability from which the model by itself would accept a span of this type.
    """

    start: int
    end: int
    type: EntityType
    score: float
    threshold: float = 0.5


class Recognizer:
    """Finds entity spans in texts. Loads the shipped weights; `encoder` may be shared with the relation model."""

    def __init__(self, encoder: Encoder | None = None) -> None:
        self._scorer = SpanScorer(encoder or shared_encoder())
        self.thresholds: dict[str, float] = weights_config()["recognizer"]["thresholds"]

    def score(self, text: str, sentences: Bounds, min_score: float = MIN_SCORE) -> list[ScoredSpan]:
        """Every span and type with a probability of at least `min_score`, best first; they may overlap."""
        tokens = tokenize(blank_enclosing_marks(text), sentences)
        spans, probabilities = self._scorer(tokens)
        rows, kinds = (probabilities >= min_score).nonzero()
        starts, ends = tokens.starts[spans[rows, 0]].tolist(), tokens.ends[spans[rows, 1]].tolist()
        thresholds = [self.thresholds.get(kind, 0.5) for kind in TYPES]
        found = [
            ScoredSpan(start, end, TYPES[kind], score, thresholds[kind])
            for start, end, kind, score in zip(
                starts, ends, kinds.tolist(), probabilities[rows, kinds].tolist(), strict=True
            )
        ]
        return sorted(found, key=lambda s: (-s.score, s.start, s.end, s.type))

    def recognize(self, texts: Sequence[str], sentences: Sequence[Bounds]) -> list[list[ScoredSpan]]:
        """For each text its entity spans over their type's threshold, in order; of two that clash the likelier."""
        return [_decide(self.score(text, bounds)) for text, bounds in zip(texts, sentences, strict=True)]


def _decide(scored: Iterable[ScoredSpan]) -> list[ScoredSpan]:
    taken: list[ScoredSpan] = []
    for span in scored:
        place = (span.start, span.end, span.type)
        if span.score >= span.threshold and not any(
            clash(place, (other.start, other.end, other.type)) for other in taken
        ):
            taken.append(span)
    return sorted(taken, key=lambda s: (s.start, s.end))
