"""What an article claims of two entities."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from graph_schema.model import EntityType, Predicate


@dataclass(frozen=True, slots=True)
class EntityRef:
    """An entity as a claim names it: without offsets, with the surface forms its article uses."""

    id: str
    type: EntityType
    name: str
    mentions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EntityName:
    """A name that texts give an entity: in how many works, and in how many as the name of the entity as a whole."""

    text: str
    works: int
    chosen: int


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim of one article in one sentence: predicate, subject, object, polarity and certainty.

    `start` and `end` are the sentence's offsets in the article's text; `score` in [0, 1] is the probability
    that a careful reader would agree; `extractor` is the versioned name of the extractor. `context` holds what
    the sentence or article states of the experiment (keys of `miner.extract.context`). `sources` are the cells, tumour,
    fluid or tissue from which the vesicles of the claim come, none for vesicles in general; `source_known` says how
    that is known: the sentence names them, the vesicles' name does, or the article studies vesicles of them.
    """

    predicate: Predicate
    subject: EntityRef
    object: EntityRef
    negated: bool
    speculative: bool
    sentence: str
    start: int
    end: int
    score: float
    extractor: str
    cancers: tuple[EntityRef, ...] = ()
    sources: tuple[EntityRef, ...] = ()
    source_known: Literal["", "sentence", "name", "article"] = ""
    context: Mapping[str, Any] = field(default_factory=dict)
