"""Answer the tools' calls with rows, and with the supporting claims and their verbatim sentences.

Each answer is a dict with `graph`, the version of the graph, and `cursor`, the argument for the next page or None.
Empty arguments count as not given, since assistants often fill every argument.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from graph_schema import cookbook, document
from miner.corpus import Corpus
from miner.errors import UsageError
from miner.graph.connection import Connection, Table
from miner.graph.lookup import run_page
from miner.model.assertions import Evidence
from miner.reports.answer import CitedClaim, GraphVersion
from miner.settings import Settings
from miner.workflow.answers import cite_claim, cite_claims, cite_entities, cite_rows, graph_version
from miner.workflow.contradictions import opposed_claims
from miner.workflow.find import CurrentIndex
from miner.workflow.graph import graph_connection

PAGE = 10
"""Maximum number of rows, sentences or entities on one page."""
MAX_SENTENCES = 2
"""Maximum number of sentences for each claim that supports the rows; `evidence` gives all of them."""
TIMEOUT_S = 30.0

Answer = dict[str, Any]


class Tools:
    """The six read-only tools over one workspace. Methods may be called from any thread.

    A method that cannot answer raises ExominerError with a message that names the remedy.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._index = CurrentIndex()

    def ground(self, text: str, cursor: str | None = None) -> Answer:
        """Entities that a name may mean, with sentences about the first."""
        with Corpus(self._settings.corpus_path) as corpus, graph_connection(self._settings) as connection:
            version = graph_version(connection)
            start = _start(cursor, version)
            found = self._index.of(corpus).find(text, start + PAGE + 1)
            answer = cite_entities(corpus, text, found[start : start + PAGE], max_claims=0 if start else 3)
        return _answer(
            version,
            start,
            len(found) > start + PAGE,
            entities=list(answer.records()),
            claims=_claims(answer.claims.values()),
        )

    def ask(self, name: str, parameters: Mapping[str, Any] | None = None, cursor: str | None = None) -> Answer:
        """The rows of a cookbook query."""
        named = cookbook.find(name)
        if named is None:
            known = ", ".join(cookbook.queries())
            raise UsageError(f"{name!r} is not a query of the cookbook - choose one of: {known}")
        given = {key: _as_text(value) for key, value in _given(parameters).items()}

        def run(connection: Connection, start: int) -> Table:
            return run_page(connection, named, given, start, PAGE, timeout_s=TIMEOUT_S)

        return self._rows(run, name, named, given, cursor)

    def contradictions(
        self, entity: str | None = None, everything: bool | None = None, cursor: str | None = None
    ) -> Answer:
        """Claims on which works disagree, each with the two sentences whose contexts are most alike."""
        with Corpus(self._settings.corpus_path) as corpus, graph_connection(self._settings) as connection:
            version = graph_version(connection)
            start = _start(cursor, version)
            opposed = opposed_claims(corpus, entity or None, 0.0, bool(everything))
            shown = opposed[start : start + PAGE]
            rows = [
                {"contradiction": o.id, "claims": [o.first.id, o.second.id], "differing": list(o.differing)}
                for o in shown
            ]
            sides = [side for o in shown for side in zip((o.first, o.second), o.evidence, strict=True)]
            claims = [_claim(cite_claim(corpus, assertion), [evidence]) for assertion, evidence in sides]
        return _answer(version, start, len(opposed) > start + PAGE, rows=rows, claims=claims)

    def cypher(self, query: str, parameters: Mapping[str, Any] | None = None, cursor: str | None = None) -> Answer:
        """The rows of a read-only query."""

        def run(connection: Connection, start: int) -> Table:
            return connection.query(query, _given(parameters), timeout_s=TIMEOUT_S, part=(start, start + PAGE))

        return self._rows(run, query, None, _given(parameters), cursor)

    def evidence(self, assertion: str, cursor: str | None = None) -> Answer:
        """Every sentence of a claim, highest belief first, and the arithmetic of its belief."""
        with Corpus(self._settings.corpus_path) as corpus, graph_connection(self._settings) as connection:
            version = graph_version(connection)
            claim = cite_claims(corpus, [assertion]).get(assertion)
        if claim is None:
            raise UsageError(f"{assertion}: no such claim - take its id from an answer of ask or ground")
        start = _start(cursor, version)
        sentences = claim.evidence
        shown = _claim(claim, sentences[start : start + PAGE])
        return _answer(version, start, len(sentences) > start + PAGE, **shown, arithmetic=claim.arithmetic)

    def schema(self) -> Answer:
        """Labels, relationships and properties of the graph, and the cookbook."""
        with graph_connection(self._settings) as connection:
            return _answer(graph_version(connection), 0, False, schema=document.document())

    def _rows(
        self,
        run: Callable[[Connection, int], Table],
        query: str,
        named: "cookbook.NamedQuery | None",
        given: Mapping[str, Any],
        cursor: str | None,
    ) -> Answer:
        with Corpus(self._settings.corpus_path) as corpus, graph_connection(self._settings) as connection:
            start = _start(cursor, graph_version(connection))
            table = run(connection, start)
            answer = cite_rows(connection, corpus, table, query, named, given)
        rows = [
            {**record, "claims": [id_ for id_ in ids if id_ in answer.claims]}
            for record, ids in zip(answer.records(), answer.row_claims, strict=True)
        ]
        return _answer(
            answer.version,
            start,
            table.more,
            rows=rows,
            claims=_claims(answer.claims.values()),
            warnings=table.warnings,
        )


def _answer(version: GraphVersion | None, start: int, more: bool, **content: Any) -> Answer:
    cursor = f"{_number(version)}:{start + PAGE}" if more else None
    return {**content, "cursor": cursor, "graph": str(version) if version else None}


def _start(cursor: str | None, version: GraphVersion | None) -> int:
    """The position in a cursor. Raises UsageError for an invalid cursor, or one of an earlier graph."""
    if not cursor:
        return 0
    number, colon, start = cursor.partition(":")
    if not colon or not start.isascii() or not start.isdigit() or len(start) > 9:
        raise UsageError(f"{cursor!r} is not a cursor - give back the one of the answer before, or leave it out")
    if number != _number(version):
        raise UsageError("the graph has changed since that answer - ask again without the cursor")
    return int(start)


def _number(version: GraphVersion | None) -> str:
    return str(version.applied if version else 0)


def _given(parameters: Mapping[str, Any] | None) -> dict[str, Any]:
    return {name: value for name, value in (parameters or {}).items() if value not in (None, "", [], {})}


def _as_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _claims(claims: Iterable[CitedClaim]) -> list[dict[str, Any]]:
    return [_claim(claim, claim.evidence[:MAX_SENTENCES]) for claim in claims]


def _claim(claim: CitedClaim, evidence: Sequence[Evidence]) -> dict[str, Any]:
    tally = claim.assertion.tally
    return {
        "assertion": claim.assertion.id,
        "claim": f"{claim.subject} {claim.predicate} {claim.object}",
        "cancers": claim.cancers,
        "belief": tally.belief,
        "agreement": claim.assertion.agreement.share,
        "papers": tally.papers,
        "sentences": [
            {
                "sentence": e.sentence, "pmid": e.work.pmid, "doi": e.work.doi, "section": e.section,
                "start": e.start, "end": e.end, "belief": e.belief, "hedged": e.speculative, "verdict": e.verdict,
                "retracted": e.work.retracted,
            }
            for e in evidence
        ],
    }  # fmt: skip
