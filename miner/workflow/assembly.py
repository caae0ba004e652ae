"""The corpus's claims into assertions."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from miner.assembly.assemble import assemble_pair
from miner.assembly.belief import DEFAULT_BELIEF, BeliefModel
from miner.assembly.novelty import mark_known
from miner.corpus import Corpus
from miner.corpus.merge import Work
from miner.extract.precision import load_precision
from miner.model.assertions import Assertion, EvidenceRow, PairSubgraph, WorkRef
from miner.model.known import DatabaseSummary


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


def evidence_rows(corpus: Corpus, pair: tuple[str, str]) -> list[EvidenceRow]:
    """Every claim of the corpus on one pair of entities, as assembly takes it."""
    return [
        EvidenceRow(claim, work_ref(work), work.article.section_at(claim.start))
        for work, claim in corpus.claims_of(*pair)
    ]


def pair_graphs(corpus: Corpus, pairs: Iterable[tuple[str, str]]) -> Iterator[PairSubgraph]:
    """Assemble each pair, marked by what compared databases hold; a pair without claims gives an empty subgraph."""
    databases = corpus.databases()
    for pair in pairs:
        graph = assemble_pair(*pair, evidence_rows(corpus, pair), corpus.verdicts(pair), belief_model())
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
        pairs = sorted({pair for verdict, pair in corpus.all_verdicts() if verdict.decision == "edit"})
    return next((a for graph in pair_graphs(corpus, pairs) for a in graph.assertions if a.id == id_), None)
