"""Verify that every quoted sentence is in the stored text of its work, and that every belief is right."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from miner.corpus import Corpus
from miner.errors import GraphError
from miner.exports.quotes import read_quotes
from miner.model.quotes import Fault, Quote, quote_faults
from miner.workflow.assembly import assertions

if TYPE_CHECKING:
    from miner.graph.connection import Connection
    from miner.model.articles import Article

T = TypeVar("T")

Beliefs = dict[str, float]
"""Beliefs by node: "assertion exominer:a_1", "evidence exominer:e_1"."""


@dataclass(frozen=True, slots=True)
class Verification:
    """The numbers of checked sentences and beliefs, and their faults."""

    sentences: int
    beliefs: int
    faults: tuple[Fault, ...]


def verify_graph(corpus: Corpus, connection: "Connection") -> Verification:
    """Check every sentence and belief of a graph. Raises GraphError if the graph is older than the corpus."""
    quotes, held = _read_graph(corpus, connection)
    expected = expected_beliefs(corpus)
    faults = [*quote_faults(quotes, _texts(corpus)), *belief_faults(expected, held)]
    return Verification(len(quotes), len(expected), tuple(faults))


def verify_files(corpus: Corpus, paths: Iterable[Path]) -> Verification:
    """Check every sentence that these files quote. Raises InputError for a file without quotes."""
    quotes = [quote for path in paths for quote in read_quotes(path)]
    return Verification(len(quotes), 0, tuple(quote_faults(quotes, _texts(corpus))))


def expected_beliefs(corpus: Corpus) -> Beliefs:
    """The belief of each assertion and evidence, computed from the corpus."""
    beliefs: Beliefs = {}
    for assertion in assertions(corpus):
        beliefs[f"assertion {assertion.id}"] = assertion.tally.belief
        beliefs.update((f"evidence {evidence.id}", evidence.belief) for evidence in assertion.evidence)
    return beliefs


def belief_faults(expected: Mapping[str, float], held: Mapping[str, float]) -> Iterator[Fault]:
    """The differences between a graph's beliefs and those computed from the corpus."""
    for where in sorted(expected.keys() | held.keys()):
        if where not in held:
            yield Fault(where, "it is missing in the graph")
        elif where not in expected:
            yield Fault(where, "the corpus does not state it")
        elif held[where] != expected[where]:
            yield Fault(where, f"its belief is {held[where]:g}, and should be {expected[where]:g}")


def _texts(corpus: Corpus) -> Iterator[tuple[str, "Article"]]:
    from miner.graph.rows import bounded_key

    return ((bounded_key(work.id), work.article) for work in corpus.works())


def _read_graph(corpus: Corpus, connection: "Connection") -> tuple[list[Quote], Beliefs]:
    from graph_schema import cypher
    from miner.graph.load import read_state

    state = read_state(connection)
    if state is None or state["corpus_id"] != corpus.id or state["applied"] != corpus.last_change:
        raise GraphError("the graph is older than the corpus - run: exominer graph load")
    quotes, beliefs = [], {}
    for row in connection.run_read(cypher.READ_QUOTES):
        where = f"evidence {row['id']}"
        quotes.append(Quote(where, (row["work"],), row["sentence"], row["start"], row["end"]))
        beliefs[where] = float(row["belief"])
    for row in connection.run_read(cypher.READ_BELIEFS):
        beliefs[f"assertion {row['id']}"] = float(row["belief"])
    return quotes, beliefs


def find_planted_faults(corpus: Corpus, connection: "Connection", count: int = 50) -> tuple[int, list[str]]:
    """Plant faults in copies of the graph's data; returns the number planted, and those that were not found.

    All kinds of faults are planted about equally often, in sentences and beliefs from all over the graph. The graph
    itself does not change.
    """
    quotes, held = _read_graph(corpus, connection)
    expected = expected_beliefs(corpus)
    faulty = list(_faulty_quotes(_spread(quotes, count // 2)))
    caught = {fault.where for fault in quote_faults([quote for _, quote in faulty], _texts(corpus))}
    missed = [f"{kind}: {quote.where}" for kind, quote in faulty if quote.where not in caught]
    places = _spread(sorted(held), count - len(faulty))
    for number, where in enumerate(places):
        kind, faults = _plant_belief_fault(number, where, expected, held)
        if where not in {fault.where for fault in faults}:
            missed.append(f"{kind}: {where}")
    return len(faulty) + len(places), missed


def _spread(items: Sequence[T], count: int) -> list[T]:
    """At most `count` items from all over the sequence."""
    return list(items[:: max(1, -(-len(items) // max(count, 1)))])


def _faulty_quotes(quotes: Sequence[Quote]) -> Iterator[tuple[str, Quote]]:
    for number, quote in enumerate(quotes):
        sentence, start, end = quote.sentence, quote.start or 0, quote.end or 0
        middle = len(sentence) // 2
        before, after = sentence[:middle], sentence[middle + 1 :]
        stranger = next((q.works for q in quotes if q.works != quote.works and q.sentence != sentence), ("none",))
        yield [
            (
                "a character changed",
                replace(quote, sentence=f"{before}{'y' if sentence[middle] == 'x' else 'x'}{after}"),
            ),
            ("a character left out", replace(quote, sentence=before + after)),
            ("offsets moved", replace(quote, start=start + 1, end=end + 1)),
            ("the end moved", replace(quote, end=end - 1)),
            ("another work", replace(quote, works=stranger)),
        ][number % 5]


def _plant_belief_fault(number: int, where: str, expected: Beliefs, held: Beliefs) -> tuple[str, Iterator[Fault]]:
    less = {key: belief for key, belief in held.items() if key != where}
    match number % 4:
        case 0:
            return "a belief raised", belief_faults(expected, {**held, where: held[where] + 0.001})
        case 1:
            return "a belief lowered", belief_faults(expected, {**held, where: held[where] - 0.001})
        case 2:
            return "one missing", belief_faults(expected, less)
        case _:
            return "one too many", belief_faults({k: b for k, b in expected.items() if k != where}, held)
