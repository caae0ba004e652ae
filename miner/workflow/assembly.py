"""The corpus's claims into assertions."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from miner.assembly.assemble import assemble_pair, corrections
from miner.assembly.belief import DEFAULT_BELIEF, BeliefModel
from miner.assembly.novelty import mark_known
from miner.corpus import Corpus
from miner.corpus.merge import Work
from miner.extract.precision import load_precision
from miner.model.assertions import Assertion, EvidenceRow, PairSubgraph, Verdict, WorkRef
from miner.model.claims import Claim
from miner.model.known import DatabaseSummary

Pair = tuple[str, str]
"""The ids of a subject and an object."""


@lru_cache(maxsize=1)
def belief_model() -> BeliefModel:
    """The belief model of this release, with the measured precision of its extractor."""
    table = load_precision()
    return replace(DEFAULT_BELIEF, precision={table.extractor: table.steps})


def work_ref(work: Work) -> WorkRef:
    """Convert a work of the corpus to the form in which evidence cites it."""
    article = work.article
    year = (article.published or "")[:4]
    return WorkRef(
        id=work.id,
        title=article.title,
        doi=article.doi,
        pmid=article.pmid,
        pmcid=article.pmcid,
        year=int(year) if year.isdigit() else None,
        journal=article.journal,
        kind=article.kind,
        retracted=work.retracted,
        published=article.published,
        authors=article.authors,
        concern=work.concern,
        license=article.license,
    )


def judged_rows(
    corpus: Corpus, pair: Pair, corrected_to: Mapping[Pair, Iterable[Pair]] | None = None
) -> tuple[list[EvidenceRow], list[Verdict]]:
    """The claims on one pair of entities, read or corrected to it by curators, and the verdicts on them.

    Give `corpus.corrected_to()` where many pairs are looked up.
    """
    rows, verdicts = _read_rows(corpus, pair), corpus.verdicts(pair)
    for origin in (corpus.corrected_to() if corrected_to is None else corrected_to).get(pair, ()):
        for row, agreed in corrections(_read_rows(corpus, origin), corpus.verdicts(origin)):
            if row.claim.ends == pair:
                rows.append(row)
                verdicts.append(agreed)
    return rows, verdicts


def _read_rows(corpus: Corpus, pair: Pair) -> list[EvidenceRow]:
    return [
        EvidenceRow(claim, work_ref(work), work.article.section_at(claim.start))
        for work, claim in corpus.claims_of(*pair)
    ]


def claims_in(corpus: Corpus, work: Work) -> list[Claim]:
    """The claims of one work, as read and as curators corrected them, in the order of its text."""
    read = corpus.claims_in(work.id)
    pairs = {claim.ends for claim in read}
    edits = [verdict for verdict, pair in corpus.all_verdicts() if verdict.decision == "edit" and pair in pairs]
    rows = [EvidenceRow(claim, work_ref(work)) for claim in read] if edits else []
    corrected = [row.claim for row, _ in corrections(rows, edits)]
    return sorted([*read, *corrected], key=lambda claim: (claim.start, claim.end))


def pair_graphs(corpus: Corpus, pairs: Iterable[Pair]) -> Iterator[PairSubgraph]:
    """Assemble each pair, marked by what compared databases hold; a pair without claims gives an empty subgraph."""
    databases, corrected_to = corpus.databases(), corpus.corrected_to()
    for pair in pairs:
        graph = assemble_pair(*pair, *judged_rows(corpus, pair, corrected_to), belief_model())
        yield _mark(corpus, graph, databases) if databases else graph


def _mark(corpus: Corpus, graph: PairSubgraph, databases: Sequence[DatabaseSummary]) -> PairSubgraph:
    from miner.nlp.cargo_names import lineage

    return mark_known(graph, databases, corpus.known_of(lineage(graph.subject) | lineage(graph.object)), lineage)


def assertions(corpus: Corpus) -> Iterator[Assertion]:
    """Every assertion of the corpus with its evidence, pair of entities by pair of entities."""
    for graph in pair_graphs(corpus, corpus.changed_pairs(0)):
        yield from graph.assertions


def find_assertion(corpus: Corpus, id_: str) -> Assertion | None:
    """The assertion of this id, None where there is none."""
    if claimed := corpus.pair_claimed_by(id_):
        pairs = [claimed]
    else:  # what a curator put in the place of an edited assertion is claimed by no article
        edits = [(verdict, pair) for verdict, pair in corpus.all_verdicts() if verdict.decision == "edit"]
        pairs = sorted({verdict.corrected_pair(pair) for verdict, pair in edits})
    return next((a for graph in pair_graphs(corpus, pairs) for a in graph.assertions if a.id == id_), None)
