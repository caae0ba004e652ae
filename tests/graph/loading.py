"""A corpus in memory and its load, for tests of the graph."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from miner.assembly.assemble import assemble_pair
from miner.assembly.entities import EntityNodes
from miner.graph import load as graph
from miner.graph.batch import LoadReport
from miner.graph.connection import Connection
from miner.model.assertions import EvidenceRow, PairSubgraph, Verdict, assertion_id, evidence_id
from tests.claims import TinyVocabulary, row, work

FOR_TYPES = EntityNodes(TinyVocabulary()).for_types
BUILD_ID = "tiny"


class Library:
    """A corpus in memory: claims by work, verdicts, and which pairs a graph has not loaded yet."""

    def __init__(self) -> None:
        self.claims: dict[int, list[EvidenceRow]] = {}
        self.verdicts: dict[tuple[str, str], dict[tuple[str, str], Verdict]] = defaultdict(dict)
        self.dirty: set[tuple[str, str]] = set()

    def put(self, number: int, rows: list[EvidenceRow]) -> None:
        self.dirty |= {pair_of(r) for r in [*self.claims.get(number, []), *rows]}
        self.claims[number] = rows

    def retract(self, number: int) -> None:
        rows = self.claims.get(number, [])
        self.put(number, [replace(r, work=replace(r.work, retracted=True)) for r in rows])

    def judge(self, of: EvidenceRow, decision: str, curator: str) -> None:
        assertion, evidence = assertion_id(of.claim), evidence_id(of.claim, of.work.id)
        said = Verdict(assertion, evidence, curator, decision)  # type: ignore[arg-type]
        self.verdicts[pair_of(of)][evidence, curator] = said
        self.dirty.add(pair_of(of))

    def pairs(self, wanted: Iterable[tuple[str, str]] | None = None) -> list[PairSubgraph]:
        rows = [r for listed in self.claims.values() for r in listed]
        chosen = {pair_of(r) for r in rows} if wanted is None else wanted
        return [
            assemble_pair(*pair, [r for r in rows if pair_of(r) == pair], self.verdicts[pair].values())
            for pair in sorted(chosen)
        ]


def pair_of(of: EvidenceRow) -> tuple[str, str]:
    return of.claim.subject.id, of.claim.object.id


def load(connection: Connection, pairs: Iterable[PairSubgraph], upto: int = 1) -> LoadReport:
    return sum(graph.load(connection, pairs, upto, FOR_TYPES), LoadReport())


def lines(connection: Connection) -> list[str]:
    return list(graph.contents(connection))


def some_rows() -> list[EvidenceRow]:
    return [
        row("exosomes", "CARRIES", "miR-21", "PDAC"),
        row("exosomes", "CARRIES", "miR-21-5p", "PDAC", 2),
        row("miR-21", "PROMOTES", "metastasis", "PDAC"),
        row("miR-21", "PROMOTES", "metastasis", "breast cancer; PDAC", 2, speculative=True),
        row("miR-21", "INHIBITS", "metastasis", "PDAC", 3),
        row("miR-21", "PROMOTES", "metastasis", "PDAC", 4, negated=True),
        row(
            "miR-21", "REPRESSES", "PTEN", "", 4, sentence='miR-21, "so to say";\n represses\tPTEN \\ it, | and µ-ﬁ 😀.'
        ),
        row("macrophages", "SECRETES", "exosomes", "", work(5, 2019, doi=None, journal="", title='A "title", quoted')),
    ]


def library(rows: Iterable[EvidenceRow]) -> Library:
    filled = Library()
    for number, r in enumerate(rows):
        filled.put(number, [r])
    return filled
