"""Compare the corpus's claims with a database of vesicles' cargo or of miRNA targets that the user downloaded."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from miner.assembly.novelty import CARGO_PREDICATES, TARGET_PREDICATES
from miner.corpus import Corpus
from miner.errors import InputError
from miner.formats.database_tables import DatabaseRow, read_database
from miner.model.assertions import Assertion
from miner.model.known import KnownFact, Novelty
from miner.model.reporter import Reporter
from miner.nlp.cargo_names import gene_of, ground_cancer, ground_cargo, ground_vesicle, lineage
from miner.workflow.assembly import assertions

COMPARABLE = CARGO_PREDICATES | TARGET_PREDICATES
_NAMES = ("Vesiclepedia", "ExoCarta", "exoRBase", "EVmiRNA", "miRandola", "miRTarBase")
_FAMILIES = ("HGNC:", "FPLX:", "exominer:microrna-")
"""Concepts of which a database's gene or miRNA is a kind, and that texts name in its place."""


@dataclass(slots=True)
class Comparison:
    """What a database's file came to: rows, those whose cargo no vocabulary has, and facts, each once."""

    database: str
    rows: int = 0
    unknown: int = 0
    facts: int = 0


def guess_name(path: Path) -> str:
    """The name of the database that a file's name holds, else the file's name."""
    return next((name for name in _NAMES if name.casefold() in path.name.casefold()), path.stem.split(".")[0])


def compare(
    corpus: Corpus,
    path: Path,
    reporter: Reporter,
    name: str = "",
    columns: Mapping[str, str] | None = None,
    experiments: Path | None = None,
) -> Comparison:
    """Keep what a database's file holds in place of what was kept of it before; the next load marks the graph.

    Raises InputError where the file cannot be read or none of its cargo is known.
    """
    found = Comparison(name or guess_name(path))
    reporter.start("reading rows")
    facts = _facts(read_database(path, columns or {}, experiments), found, reporter)
    with corpus.transaction():
        found.facts = corpus.put_database(found.database, facts, COMPARABLE)
        if not found.facts:
            raise InputError(
                f"{path}: none of its {found.rows} rows has cargo that the vocabularies know - check --cargo"
            )
    return found


def _facts(rows: Iterable[DatabaseRow], found: Comparison, reporter: Reporter) -> Iterator[KnownFact]:
    for row in rows:
        found.rows += 1
        if found.rows % 1000 == 0:
            reporter.advance(1000)
        facts = _facts_of(row)
        if facts is None:
            found.unknown += 1
        else:
            yield from facts


@lru_cache(maxsize=100_000)
def _facts_of(row: DatabaseRow) -> tuple[KnownFact, ...] | None:
    """What a row says; nothing where the cargo is not in vesicles, None where no vocabulary has it or its target."""
    cargo = _ground(row.cargo, row.entrez, row.uniprot, row.ensembl)
    is_target = bool(row.target or row.target_entrez)
    target = _ground(row.target, row.target_entrez) if is_target else ""
    if not cargo or (is_target and not target):
        return None
    carriers = [part.strip() for part in row.vesicle.split("|") if part.strip()]
    vesicles = {vesicle for part in carriers if (vesicle := ground_vesicle(part))} if carriers else {""}
    cancer = ground_cancer(row.cancer) if row.cancer else ""
    return tuple(KnownFact(id_, vesicle, cancer, target) for id_ in _named_as(cargo) for vesicle in vesicles)


def _ground(name: str, entrez: str, uniprot: str = "", ensembl: str = "") -> str:
    registers = (("ncbigene", entrez), ("uniprot", uniprot), ("ensembl", ensembl))
    by_id = next((gene for register, id_ in registers if id_ and (gene := gene_of(register, id_))), "")
    return by_id or (ground_cargo(name) if name else "")


def _named_as(cargo: str) -> set[str]:
    """What texts may name in the place of a cargo: itself, its family, a mature miRNA without its arm."""
    return {cargo, *(id_ for id_ in lineage(cargo) if id_.startswith(_FAMILIES))}


@dataclass(frozen=True, slots=True)
class YearOfClaims:
    """How many claims were first published in a year, by how new they are against the databases."""

    year: int
    known: int
    other_context: int
    not_there: int


def compared_claims(corpus: Corpus) -> list[Assertion]:
    """The claims that a compared database could hold, the new ones first, then by belief."""
    order: Mapping[Novelty | None, int] = {"not there": 0, "other context": 1, "known": 2}
    found = [a for a in assertions(corpus) if a.novelty and a.tally.papers]
    return sorted(found, key=lambda a: (order[a.novelty], -a.tally.belief, a.id))


def by_year(claims: Iterable[Assertion]) -> list[YearOfClaims]:
    """The compared claims by the year of their first paper."""
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    for claim in claims:
        if claim.tally.first_year and claim.novelty:
            counts[claim.tally.first_year][claim.novelty] += 1
    return [
        YearOfClaims(year, count["known"], count["other context"], count["not there"])
        for year, count in sorted(counts.items())
    ]
