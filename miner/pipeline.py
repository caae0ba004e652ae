"""From the corpus's texts to claims, and from claims to the graph and to files. Each stage goes on where it stopped."""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from rich.progress import Progress

from miner.assemble import BeliefModel, Catalogue, NoVocabulary, assemble_pair
from miner.assertions import Assertion, EvidenceRow, PairGraph, WorkRef
from miner.corpus import Corpus
from miner.errors import GraphError, ServerError
from miner.merge import Work
from miner.mining import mine, reader_version
from miner.settings import Settings

if TYPE_CHECKING:
    from miner.store.batch import LoadReport
    from miner.store.connection import Connection
    from miner.store.server import EmbeddedServer

# claims


@dataclass(frozen=True, slots=True)
class Read:
    """What a reading came to."""

    texts: int = 0
    claims: int = 0


def read_pending(corpus: Corpus, bar: Progress, processes: int = 1, model: str | None = None) -> Read:
    """Read every text that is new, changed, or was last read by another version."""
    version = reader_version(model)
    total = corpus.pending_count(version)
    if not total:
        return Read()
    task = bar.add_task("reading texts", total=total)
    works: dict[str, Work] = {}

    def texts() -> Iterator[tuple[str, str]]:
        for work in corpus.pending(version):
            works[work.id] = work
            yield work.id, work.article.text

    claims = 0
    for mined in mine(texts(), processes, model):
        work = works.pop(mined.annotated.doc_id)
        corpus.put_claims(work, version, mined.claims)
        claims += len(mined.claims)
        bar.advance(task)
    return Read(total, claims)


# the graph


def work_ref(work: Work) -> WorkRef:
    """A work as evidence names it."""
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
    )


def evidence_rows(corpus: Corpus, pair: tuple[str, str]) -> list[EvidenceRow]:
    """Every claim of the corpus on one pair of entities, as assembly takes it."""
    return [
        EvidenceRow(claim, work_ref(work), work.article.section_at(claim.start))
        for work, claim in corpus.claims_of(*pair)
    ]


def pair_graphs(corpus: Corpus, pairs: Iterable[tuple[str, str]]) -> Iterator[PairGraph]:
    """What the graph should hold of each pair, be it nothing."""
    for pair in pairs:
        yield assemble_pair(*pair, evidence_rows(corpus, pair), corpus.verdicts(pair))


def graph_connection(settings: Settings) -> "Connection":
    """A connection to the graph that the settings name, the embedded server started if need be. Raises GraphError."""
    from miner.store.connection import connect
    from miner.store.rebuild import interrupted

    if not settings.neo4j_uri and interrupted(embedded_server(settings)):
        raise GraphError("the last rebuild of the graph was cut short - run: exominer graph rebuild")
    return connect(settings)


def embedded_server(settings: Settings) -> "EmbeddedServer":
    """The workspace's own server, running or not."""
    from miner.store.server import EmbeddedServer

    return EmbeddedServer(settings.server_home, settings.cache, settings.java_heap)


def load_graph(settings: Settings, corpus: Corpus, bar: Progress) -> "LoadReport":
    """Bring the graph up to date with the corpus; costs what changed. Raises GraphError.

    A corpus that never held a claim needs no graph: no server is started for it.
    """
    from miner.nlp.lexicon import Lexicon
    from miner.store import graph
    from miner.store.batch import LoadReport

    report = LoadReport()
    if not corpus.last_change:
        return report
    with _embedded_server_may_end(settings), graph_connection(settings) as connection:
        applied = graph.prepare(connection, corpus.id, _projection(), bar.console.print)
        upto = corpus.last_change
        pairs = corpus.changed_pairs(applied)
        task = bar.add_task("loading the graph", total=len(pairs))
        describe = Catalogue(Lexicon.load() if pairs else NoVocabulary()).describe
        for step in graph.load(connection, pair_graphs(corpus, pairs), upto, describe):
            report += step
            bar.update(task, completed=report.pairs)
    return report


@contextmanager
def _embedded_server_may_end(settings: Settings) -> Iterator[None]:
    """Says so where the workspace's own server was killed under us, instead of giving advice about addresses."""
    try:
        yield
    except ServerError:
        raise
    except GraphError as error:
        if settings.neo4j_uri or embedded_server(settings).status().running:
            raise
        raise GraphError(
            "the embedded Neo4j ended during the load - run the command again, it starts anew and the load goes on"
        ) from error


def rebuild_graph(settings: Settings, corpus: Corpus, bar: Progress) -> None:
    """Make the graph anew: by the embedded server's own import, or on another server by clearing and loading it."""
    from miner.nlp.lexicon import Lexicon
    from miner.store import graph, rebuild

    if settings.neo4j_uri:
        with graph_connection(settings) as connection:
            graph.clear(connection)
        load_graph(settings, corpus, bar)
        return
    state = {"corpus_id": corpus.id, "projection": _projection(), "applied": corpus.last_change}
    pairs = corpus.changed_pairs(0)
    counted = bar.track(pair_graphs(corpus, pairs), total=len(pairs), description="rebuilding the graph")
    rebuild.import_all(embedded_server(settings), counted, state, Catalogue(Lexicon.load()).describe)
    with graph_connection(settings) as connection:
        graph.create_schema(connection)


def _projection() -> str:
    """Names all that the graph depends on besides the corpus: the vocabulary and the belief model's numbers."""
    lexicon = (files("miner") / "nlp" / "data" / "lexicon.tsv.gz").read_bytes()
    vocabulary = hashlib.sha256(lexicon).hexdigest()[:16]
    return f"{vocabulary}+{BeliefModel().version}"


def assertions(corpus: Corpus) -> Iterator[Assertion]:
    """Every assertion of the corpus with its evidence, pair of entities by pair of entities."""
    for graph in pair_graphs(corpus, corpus.changed_pairs(0)):
        yield from graph.assertions


def export_files(corpus: Corpus, format_: str, folder: Path) -> list[Path]:
    """Write all assertions in a format of `miner.cli.exports.ExportFormat` into a folder; returns the files."""
    from miner.exports import graphml, jsonl, kgx, nanopubs
    from miner.exports.library import gather
    from miner.nlp.lexicon import Lexicon
    from miner.store.rebuild import write_csv

    pairs = pair_graphs(corpus, corpus.changed_pairs(0))
    describe = Catalogue(Lexicon.load()).describe
    if format_ == "neo4j":
        state = {"corpus_id": corpus.id, "projection": _projection(), "applied": corpus.last_change}
        return [path for _, path in write_csv(folder, pairs, state, describe)]
    library = gather(pairs, describe)
    match format_:
        case "kgx":
            texts = {"exominer_nodes.tsv": kgx.nodes(library), "exominer_edges.tsv": kgx.edges(library)}
        case "graphml":
            texts = {"exominer.graphml": graphml.graphml(library)}
        case "jsonl":
            texts = {"exominer_assertions.jsonl": "".join(f"{line}\n" for line in jsonl.lines(library))}
        case "nanopubs":
            texts = {"exominer.trig": nanopubs.trig(library, f"text mining by {reader_version()}")}
        case _:
            raise ValueError(f"{format_!r} is no export format")
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in texts]


def find_assertion(corpus: Corpus, id_: str) -> Assertion | None:
    """The assertion of this id, None where there is none."""
    if claimed := corpus.pair_claimed_by(id_):
        pairs = [claimed]
    else:  # what a curator put in the place of an edited assertion is claimed by no article
        pairs = sorted({pair for verdict, pair in corpus.all_verdicts() if verdict.decision == "edit"})
    return next((a for graph in pair_graphs(corpus, pairs) for a in graph.assertions if a.id == id_), None)
