"""Combine answers of the graph with their supporting claims, for reports, notebooks and assistants."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from miner.assembly.belief import explain
from miner.corpus import Corpus
from miner.errors import UsageError
from miner.model.marking import forms_of
from miner.reports.answer import Answer, CitedClaim, GraphVersion
from miner.workflow.assembly import find_assertion, pair_graphs
from miner.workflow.curation import claims_of, names_of
from miner.workflow.find import FOUND_COLUMNS

if TYPE_CHECKING:
    import networkx
    import pandas

    from graph_schema.cookbook import NamedQuery
    from miner.graph.connection import Connection, Table
    from miner.model.assertions import Assertion
    from miner.workflow.find import FoundEntity

MAX_CLAIMS = 300
"""Maximum number of claims with an answer, taken from its first rows."""


@dataclass(frozen=True, repr=False)
class NotebookAnswer:
    """An answer for a notebook, shown as a table with marked sentences; also a data frame or a network."""

    answer: Answer

    def __repr__(self) -> str:
        return f"{self.answer.query}: {len(self)} rows, {len(self.claims)} claims"

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return self.answer.records()

    def __len__(self) -> int:
        return len(self.answer.rows)

    @property
    def claims(self) -> list[CitedClaim]:
        """The supporting claims of the rows, with their sentences."""
        return list(self.answer.claims.values())

    def df(self) -> "pandas.DataFrame":
        """The rows as a data frame. Raises UsageError if pandas is not installed."""
        try:
            import pandas
        except ImportError as error:
            raise UsageError("df() needs pandas - install it with: pip install 'exominer[explorer]'") from error
        return pandas.DataFrame(self.answer.rows, columns=list(self.answer.columns))

    def network(self) -> "networkx.MultiDiGraph[str]":
        """The claims as a network: a node for each entity by id with its name, an edge for each claim."""
        import networkx

        network: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
        for claim in self.claims:
            assertion = claim.assertion
            network.add_node(assertion.subject, name=claim.subject)
            network.add_node(assertion.object, name=claim.object)
            network.add_edge(
                assertion.subject, assertion.object, key=assertion.id, predicate=assertion.predicate.value,
                negated=assertion.negated, belief=assertion.tally.belief, papers=assertion.tally.papers,
            )  # fmt: skip
        return network

    def report(self, path: str | Path) -> Path:
        """Write the answer as one HTML file, and return its path."""
        from miner.exports.export_graph import open_text
        from miner.reports import html

        with open_text(Path(path)) as file:
            file.write(html.report(self.answer))
        return Path(path)

    def _repr_html_(self) -> str:
        from miner.reports import html

        return html.fragment(self.answer)


def cite_rows(
    connection: "Connection",
    corpus: Corpus,
    table: "Table",
    query: str,
    named: "NamedQuery | None" = None,
    parameters: Mapping[str, Any] | None = None,
) -> Answer:
    """A query's rows with their supporting claims, best sentences first, and the version of the graph.

    `query` is the text of the query, `parameters` are its parameters as given.
    """
    from miner.graph.claims import claims_of_rows

    row_claims = claims_of_rows(connection, table.rows)
    return Answer(
        title=named.title if named else "Query",
        question=named.question if named else "",
        query=query,
        cypher=named.cypher if named else "",
        parameters=dict(parameters or {}),
        columns=table.keys,
        rows=table.rows,
        made=_now(),
        chart=named.chart if named else None,
        version=graph_version(connection),
        claims=cite_claims(corpus, [id_ for ids in row_claims for id_ in ids]),
        row_claims=row_claims,
    )


def cite_entities(corpus: Corpus, text: str, found: "Sequence[FoundEntity]", max_claims: int = MAX_CLAIMS) -> Answer:
    """Entities that a name may mean, with the claims of highest belief about the first of them."""
    claims: dict[str, CitedClaim] = {}
    if found and max_claims:
        first = found[0].id
        pairs = [pair for pair in corpus.changed_pairs(0) if first in pair]
        best = sorted(
            (a for graph in pair_graphs(corpus, pairs) for a in graph.assertions), key=lambda a: (-a.tally.belief, a.id)
        )
        claims = {a.id: cite_claim(corpus, a) for a in best[:max_claims]}
    return Answer(
        title=f"Entities named like {text}",
        query=text,
        columns=FOUND_COLUMNS,
        rows=[entity.as_row() for entity in found],
        made=_now(),
        claims=claims,
    )


def cite_claims(corpus: Corpus, ids: Iterable[str]) -> dict[str, CitedClaim]:
    """The distinct claims with these ids, at most `MAX_CLAIMS`; unknown ids are left out."""
    wanted = list(dict.fromkeys(ids))[:MAX_CLAIMS]
    found = (find_assertion(corpus, id_) for id_ in wanted)
    return {assertion.id: cite_claim(corpus, assertion) for assertion in found if assertion is not None}


def cite_claim(corpus: Corpus, assertion: "Assertion") -> CitedClaim:
    """An assertion with its arithmetic and the names to mark in its sentences."""
    claims = claims_of(corpus, assertion)
    return CitedClaim(assertion, explain(assertion), names_of(claims), forms_of(claims))


def graph_version(connection: "Connection") -> GraphVersion | None:
    """The version of the graph; None for a graph that Exominer did not write."""
    from miner.graph.load import read_state

    state = read_state(connection)
    if state is None:
        return None
    return GraphVersion(state["corpus_id"], state["applied"], state["build_id"], state["schema_version"])


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
