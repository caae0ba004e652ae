"""What an article claims of two entities."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from graph_schema.model import EntityType, Predicate
from miner.model.populations import Population, name_population


@dataclass(frozen=True, slots=True)
class EntityRef:
    """An entity as a claim names it: without offsets, with the surface forms its article uses.

    Vesicles of a known source have a `population`; `name` is the article's own name for them: "exosomes".
    """

    id: str
    type: EntityType
    name: str
    mentions: tuple[str, ...] = ()
    population: Population | None = None

    @property
    def kind(self) -> str:
        """The id of a population's kind of vesicle; the entity's own id otherwise."""
        return self.population.kind if self.population else self.id

    @property
    def full_name(self) -> str:
        """The name with the sources of a population: "macrophage exosomes"."""
        return self.population.name if self.population else self.name


@dataclass(frozen=True, slots=True)
class EntityName:
    """A name that texts give an entity: in how many works, and in how many as the name of the entity as a whole."""

    text: str
    works: int
    chosen: int


SourceKnown = Literal["sentence", "name", "earlier", "article"]
"""Where the source of vesicles is named: in the sentence, in the vesicles' name, in the previous sentence, or in the
article, which studies vesicles of this source."""

SOURCE_SCORES: Mapping[SourceKnown, float] = {"sentence": 0.97, "name": 0.86, "earlier": 0.86, "article": 0.92}
"""The probability that a source is right, by where it is named: from 140 annotated articles, with Laplace's rule."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim of one article in one sentence: predicate, subject, object, polarity and certainty.

    `start` and `end` are the sentence's offsets in the article's text; `score` in [0, 1] is the probability
    that a careful reader would agree; `extractor` is the versioned name of the extractor. `context` holds the
    experimental context in the sentence or article (keys of `miner.extract.context`). `sources` are the cells, tumor,
    fluid or tissue from which the vesicles of the claim come, none for vesicles in general; `source_known` says where
    they are named. `background` says that the sentence reports findings of others. `vesicles` are those in which cargo
    acts, unless the subject or object is a vesicle; `recipients` are the cells that take up the claim's vesicles or
    cargo.
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
    source_known: SourceKnown | Literal[""] = ""
    background: bool = False
    context: Mapping[str, Any] = field(default_factory=dict)
    vesicles: EntityRef | None = None
    recipients: tuple[EntityRef, ...] = ()

    @property
    def source_score(self) -> float:
        """The probability that a careful reader would name one of the sources; 0 without any."""
        return SOURCE_SCORES[self.source_known] if self.source_known else 0.0

    @property
    def ends(self) -> tuple[str, str]:
        """The ids of its subject and object."""
        return self.subject.id, self.object.id

    @property
    def involved_vesicles(self) -> EntityRef | None:
        """The vesicles in the claim: its subject or object, or those in which its cargo acts."""
        ends = (end for end in (self.subject, self.object) if end.type is EntityType.VESICLE)
        return next(ends, self.vesicles)

    @property
    def refs(self) -> tuple[EntityRef, ...]:
        """Every entity that the graph connects to the claim."""
        vesicles = (self.vesicles,) if self.vesicles else ()
        return self.subject, self.object, *self.cancers, *vesicles, *self.recipients


def name_populations(claim: Claim, sources: tuple[EntityRef, ...] | None = None) -> Claim:
    """Replace the vesicles of a claim by the population of its sources, or of those given; none changes nothing."""
    sources = claim.sources if sources is None else sources
    if not sources:
        return claim
    return replace(
        claim,
        subject=_in_population(claim.subject, sources),
        object=_in_population(claim.object, sources),
        vesicles=claim.vesicles and _in_population(claim.vesicles, sources),
    )


def _in_population(ref: EntityRef, sources: tuple[EntityRef, ...]) -> EntityRef:
    if ref.type is not EntityType.VESICLE or ref.population:
        return ref
    ordered = sorted({source.id: source for source in sources}.values(), key=lambda source: source.id)
    name = name_population(ref.name, [(source.name, source.type) for source in ordered])
    population = Population(ref.id, tuple((source.id, source.type) for source in ordered), name)
    return replace(ref, id=population.id, population=population)
