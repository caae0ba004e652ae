"""The protocol of a voter, the votes it casts, and the candidate relations that votes are joined to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple, Protocol

from graph_schema.model import Predicate
from miner.extract.sentence import SentenceView
from miner.model.annotations import AnnotatedArticle


class Occurrence(NamedTuple):
    """Where a relation is stated: indices into the article's sentences and the entities' mentions.

    Of several occurrences the one of the greatest `weight` is quoted.
    """

    sentence: int
    subject_mention: int
    object_mention: int
    weight: float


@dataclass(frozen=True, slots=True)
class Vote:
    """One voter's score of a relation between two of an article's entities (indices), and where it is stated."""

    predicate: Predicate
    subject: int
    object: int
    score: float
    occurrences: tuple[Occurrence, ...]
    inverted: bool = False
    """Whether the direction of the effect was worked out against that of its verb."""
    plain: bool = False
    """Whether agent, verb and target of the effect stand side by side in some sentence."""
    certain: bool = False
    """Whether the relation is stated so plainly that no other voter can outvote it."""
    excluded: bool = False
    """Whether the relation does *not* hold as far as the sentences of `occurrences` go, whatever other voters find."""
    instead: tuple[tuple[int, int], ...] = ()
    """Of an excluded relation: the subjects and objects that the others' votes for it count for."""
    part: int = 0
    """The part of the article that states it."""


@dataclass(slots=True)
class CandidateRelation:
    """A relation that the article may state: each voter's score by its name, their joint probability, and where."""

    predicate: Predicate
    subject: int
    object: int
    scores: dict[str, float] = field(default_factory=dict)
    probability: float = 0.0
    floor: float = 0.0
    """The least probability, where a voter is certain of the relation or its parts stand side by side."""
    occurrences: list[Occurrence] = field(default_factory=list)
    plain: frozenset[Occurrence] = frozenset()
    """Where agent, verb and target of the effect stand side by side."""
    rivals: list["CandidateRelation"] = field(default_factory=list)
    """Less probable candidates of the same two concepts and family, which this one replaces."""


class Voter(Protocol):
    """One way of reading relations from an article. `miner.extract.voters.VOTERS` lists them.

    A voter is made without arguments, with its shipped weights; FileNotFoundError where these are missing.
    """

    name: ClassVar[str]
    """The key of its scores."""
    extractor: ClassVar[str]
    """The versioned name that claims bear which are decided by its votes and those of its `partners` alone."""
    partners: ClassVar[tuple[str, ...]]
    """Names of the voters whose votes its own are joined to where no others are consulted."""

    def __init__(self) -> None: ...

    def vote(self, article: AnnotatedArticle, sentences: Sequence[SentenceView]) -> Iterable[Vote]:
        """Its votes on an article: for each part at most one for a subject, object and predicate, and one against it.

        `article` is the article with coreference resolved, `sentences` are its sentences in order.
        """
        ...
