"""An answer of the graph with its supporting claims."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graph_schema.cookbook import Chart
from miner.assembly.belief import Explanation
from miner.model.assertions import Assertion, Evidence, WorkRef
from miner.model.marking import Segment, mark


@dataclass(frozen=True)
class CitedClaim:
    """An assertion with the arithmetic of its support, the names of its entities by id, and the names to mark.

    `forms` maps each role ("subject", "object", "cancer", "source") to the names that texts use.
    """

    assertion: Assertion
    explanation: Explanation
    names: Mapping[str, str]
    forms: Mapping[str, Sequence[str]]

    @property
    def subject(self) -> str:
        """The name of the subject."""
        return self.names.get(self.assertion.subject, self.assertion.subject)

    @property
    def object(self) -> str:
        """The name of the object."""
        return self.names.get(self.assertion.object, self.assertion.object)

    @property
    def predicate(self) -> str:
        """The predicate, with NOT before it for a denial."""
        return self.assertion.signed_predicate

    @property
    def cancers(self) -> list[str]:
        """The names of the cancers in which it is claimed."""
        return [self.names.get(id_, id_) for id_ in self.assertion.cancers]

    @property
    def arithmetic(self) -> tuple[str, str, str]:
        """The formulas of support, agreement and papers with their numbers, one line each."""
        return self.explanation.support, self.explanation.agreement, self.explanation.papers

    @property
    def evidence(self) -> Sequence[Evidence]:
        """Its sentences, highest belief first."""
        return self.assertion.best_first

    def marked(self, evidence: Evidence) -> list[Segment]:
        """The sentence in segments, with the role of each name."""
        return mark(evidence.sentence, self.forms)


@dataclass(frozen=True)
class GraphVersion:
    """The version of a graph: corpus, last loaded change, vocabulary and belief model, and schema."""

    corpus: str
    applied: int
    build: str
    schema: int

    def __str__(self) -> str:
        return f"corpus {self.corpus}, change {self.applied}, build {self.build}, schema {self.schema}"


@dataclass(frozen=True)
class Answer:
    """The rows of a query, and the ids of each row's supporting claims, by row number.

    `query` is the name of a cookbook query, Cypher, or the searched name. `made` is the time of the answer, ISO 8601.
    """

    title: str
    query: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    made: str
    question: str = ""
    cypher: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    chart: Chart | None = None
    version: GraphVersion | None = None
    claims: Mapping[str, CitedClaim] = field(default_factory=dict)
    row_claims: Sequence[Sequence[str]] = ()

    @property
    def works(self) -> list[WorkRef]:
        """Every work that supports the claims, in order of first use."""
        return list({e.work.id: e.work for claim in self.claims.values() for e in claim.evidence}.values())

    def records(self) -> Iterator[dict[str, Any]]:
        """The rows as dicts of column and value."""
        for row in self.rows:
            yield dict(zip(self.columns, row, strict=True))
