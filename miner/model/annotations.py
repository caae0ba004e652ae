"""An article's text with its sentences and entities."""

from bisect import bisect_right
from dataclasses import dataclass

from graph_schema.model import EntityType
from miner.model.articles import Part


@dataclass(frozen=True, slots=True)
class Mention:
    """A span of an article's text that names an entity: `text[start:end]`, in characters."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Entity:
    """One concept of an article with all its mentions.

    `id` is a CURIE; `score` in [0, 1] is the confidence of the grounding, `reason` how it was grounded ("exact name",
    "long form of PDAC", "text"). An `exominer:` id is derived from the text alone.
    """

    id: str
    type: EntityType
    name: str
    mentions: tuple[Mention, ...]
    score: float = 1.0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AnnotatedArticle:
    """An article's text with its sentences (start, end) and its entities, in order of first mention.

    `parts` are those of the full text that are read one by one; without any, the text is a title and an abstract.
    """

    doc_id: str
    text: str
    sentences: tuple[tuple[int, int], ...]
    entities: tuple[Entity, ...]
    parts: tuple[Part, ...] = ()

    def parts_of_sentences(self) -> list[int]:
        """The index of the part that each sentence is in."""
        starts = [part.start for part in self.parts] or [0]
        return [bisect_right(starts, start) - 1 for start, _ in self.sentences]
