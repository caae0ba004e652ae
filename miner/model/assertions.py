"""Types shared by corpus, assembly and graph: works, verdicts, evidence, assertions; how their ids are computed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from graph_schema.model import EntityType, Predicate
from miner.model.claims import Claim, EntityRef
from miner.model.digests import digest
from miner.model.known import Novelty
from miner.model.populations import Population

Decision = Literal["accept", "reject", "edit"]
ClosingOutcome = Literal["context", "misread", "real"]
VerdictStatus = Literal["accepted", "rejected", "disputed"]
MIN_BELIEF_CHANGE = 0.0005
"""The smallest change of belief that is reported."""


@dataclass(frozen=True, slots=True)
class WorkRef:
    """A work as evidence cites it. `id` is "pmid:123", "doi:10…" or "exominer:w…"; `published` is ISO 8601.

    `concern` says that an expression of concern about the work was published; `license` is None where none is stated.
    """

    id: str
    title: str
    doi: str | None = None
    pmid: str | None = None
    pmcid: str | None = None
    year: int | None = None
    journal: str | None = None
    kind: Literal["research", "review"] = "research"
    retracted: bool = False
    published: str | None = None
    authors: tuple[str, ...] = ()
    concern: bool = False
    license: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """A curator's verdict on an assertion, or on one evidence of it where `evidence` is not empty. `at` is ISO 8601.

    An edit rejects the assertion and puts another in its place: with the predicate `correction` ("INHIBITS",
    "NOT INHIBITS"), and with `new_subject` and `new_object` where these are given; the mentions of these are what the
    judged sentences call them.
    """

    assertion: str
    evidence: str
    curator: str
    decision: Decision
    why: str = ""
    at: str = ""
    correction: str = ""
    new_subject: EntityRef | None = None
    new_object: EntityRef | None = None

    def corrected_pair(self, pair: tuple[str, str]) -> tuple[str, str]:
        """The ids of the subject and object that an edit of an assertion on `pair` gives it."""
        ends = zip(pair, (self.new_subject, self.new_object), strict=True)
        subject, object_ = (new.id if new else id_ for id_, new in ends)
        return subject, object_


@dataclass(frozen=True, slots=True)
class Closing:
    """How a curator closed a contradiction: the contexts differ, a claim is misread, or the works really disagree.

    `assertions` are the ids of the two assertions that contradict each other.
    """

    assertions: tuple[str, str]
    curator: str
    outcome: ClosingOutcome
    why: str = ""
    at: str = ""

    @property
    def contradiction(self) -> str:
        """The id of the contradiction."""
        return contradiction_id(*self.assertions)


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """A claim with its work and the section that its sentence is in ("abstract", "Figure 1")."""

    claim: Claim
    work: WorkRef
    section: str = ""


class Concept(Protocol):
    """A concept of a vocabulary."""

    @property
    def type(self) -> EntityType:
        """Its entity type."""

    @property
    def name(self) -> str:
        """The name that the field uses."""

    @property
    def formal_name(self) -> str:
        """Its name in the vocabulary, where that differs."""

    @property
    def synonyms(self) -> tuple[str, ...]:
        """Its other names."""

    @property
    def orthologs(self) -> tuple[str, ...]:
        """The ids of a human gene's counterparts in mouse and rat."""

    @property
    def parents(self) -> tuple[str, ...]:
        """The CURIEs of its direct parents."""


class Meaning(Protocol):
    """What a name may mean: the CURIE and the type of a concept."""

    @property
    def id(self) -> str:
        """Its CURIE."""

    @property
    def type(self) -> EntityType:
        """Its entity type."""


class Vocabulary(Protocol):
    """Concepts by CURIE."""

    def concept(self, curie: str) -> Concept | None:
        """The concept; None where the vocabulary has none."""

    def lookup(self, surface: str) -> Sequence[Meaning]:
        """What a name may mean, the likeliest first."""


@dataclass(frozen=True, slots=True)
class EntityNode:
    """An entity as the graph stores it, determined by its id, its type, the vocabulary and its names in texts.

    `lookup` holds the keys of its id and all its names, in lower case and normalized, each between bars. `parents` are
    the entities that it is a kind of; `sources` are the sources of a population of vesicles.
    """

    id: str
    type: EntityType
    name: str
    formal_name: str
    lookup: str
    category: str
    synonyms: tuple[str, ...]
    parents: tuple[str, ...]
    sources: tuple[str, ...] = ()
    orthologs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sentence of one work that states an assertion, with its belief.

    `reading` is the probability that the sentence states it, `certainty` the factor for hedging; their product is
    `belief` (0 where rejected or the work is retracted). `background` says that it reports a finding of others.
    `precision` is the share of claims that are right from this score on, as measured; 1 where curators accept it.
    `vesicles` is the id of the vesicles involved ("" without any), `recipients` are the ids of the cells that take them
    up.
    """

    id: str
    work: WorkRef
    sentence: str
    start: int
    end: int
    section: str
    speculative: bool
    score: float
    extractor: str
    extractors: tuple[str, ...]
    context: Mapping[str, object]
    reading: float
    certainty: float
    background: bool
    belief: float
    precision: float = 0.0
    verdict: VerdictStatus | None = None
    verdicts: tuple[Verdict, ...] = ()
    vesicles: str = ""
    source_known: str = ""
    source_score: float | None = None
    recipients: tuple[str, ...] = ()

    @property
    def counts(self) -> bool:
        """Whether it counts: neither rejected nor of a retracted work."""
        return self.verdict != "rejected" and not self.work.retracted


@dataclass(frozen=True, slots=True)
class EvidenceCounts:
    """Counts over evidence that is neither rejected nor of a retracted work. Dates are None where no work is dated.

    `belief` is support; `precision` is that of the best sentence; `own` counts the papers that state their own finding,
    `background` those that only cite others.
    """

    belief: float
    precision: float
    papers: int
    own: int
    background: int
    reviews: int
    sentences: int
    first_year: int | None
    last_year: int | None
    first_published: str | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """The weights, by belief, of the works that state an assertion or its opposite in the same cancers.

    `share` is `weight_for` divided by the sum of both weights, 0 without evidence; `against` counts the works that
    state the opposite.
    """

    share: float
    against: int
    weight_for: float
    weight_against: float


@dataclass(frozen=True, slots=True)
class Assertion:
    """What one or more works claim of a subject and an object, in one polarity and one cancer context."""

    id: str
    predicate: Predicate
    subject: str
    object: str
    negated: bool
    cancers: tuple[str, ...]
    tally: EvidenceCounts
    speculative: bool
    disputed: bool
    retracted: bool
    agreement: Agreement
    evidence: tuple[Evidence, ...]
    belief_without_best: float = 0.0
    novelty: Novelty | None = None
    known_in: tuple[str, ...] = ()
    known_otherwise_in: tuple[str, ...] = ()

    @property
    def ends(self) -> tuple[str, str]:
        """The ids of its subject and object."""
        return self.subject, self.object

    @property
    def signed_predicate(self) -> str:
        """The predicate, with NOT before it for a denial: "NOT PROMOTES"."""
        return f"{'NOT ' if self.negated else ''}{self.predicate.value}"

    @property
    def best_first(self) -> list[Evidence]:
        """Its evidence by descending belief, then by id, as the cookbook's queries order it."""
        return sorted(self.evidence, key=lambda e: (-e.belief, e.id))


@dataclass(frozen=True, slots=True)
class RelationSummary:
    """The relationship of one predicate between two entities, over all contexts; `negated` counts its negations."""

    predicate: Predicate
    tally: EvidenceCounts
    negated: int
    speculative: int


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two assertions that cannot both hold, whether they name the same cancers, and the lower of their beliefs."""

    first: str
    second: str
    same_cancer: bool
    belief: float


@dataclass(frozen=True, slots=True)
class PairSubgraph:
    """The subgraph of one pair of entities; empty if no claim is left.

    `types` are the types of all entities in it, `populations` the populations of vesicles among them, by id.
    """

    subject: str
    object: str
    types: Mapping[str, EntityType] = field(default_factory=dict)
    populations: Mapping[str, Population] = field(default_factory=dict)
    assertions: tuple[Assertion, ...] = ()
    relations: tuple[RelationSummary, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()

    @property
    def joins_source(self) -> bool:
        """Whether it joins vesicles of a known source with that source."""
        ends = (self.subject, self.object), (self.object, self.subject)
        populations = ((self.populations.get(vesicles), end) for vesicles, end in ends)
        return any(population and end in population.source_ids for population, end in populations)


def contradiction_id(first: str, second: str) -> str:
    """The id of the contradiction between two assertions; their order does not matter."""
    return "exominer:c_" + digest(*sorted((first, second)))


def assertion_id(claim: Claim) -> str:
    """The id of the assertion that a claim makes: a hash of subject, object, predicate, polarity and cancers."""
    cancers = sorted({c.id for c in claim.cancers})
    polarity = "not" if claim.negated else ""
    return "exominer:a_" + digest(claim.subject.id, claim.predicate, claim.object.id, polarity, *cancers)


def evidence_id(claim: Claim, work_id: str) -> str:
    """The id of a work's sentence as evidence of an assertion.

    It does not depend on the extractor or on offsets, so that verdicts stay valid when texts are read again.
    """
    return "exominer:e_" + digest(assertion_id(claim), work_id, " ".join(claim.sentence.split()))
