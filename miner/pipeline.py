"""The flow, stage by stage: fetch or read, extract, load. Each stage resumes where it stopped."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from rich.progress import Progress

from miner.assemble import BeliefModel, Catalogue, NoVocabulary, assemble_pair, assertion_id
from miner.assertions import Assertion, EvidenceRow, PairGraph, WorkRef
from miner.corpus import Added, Corpus, SearchState
from miner.errors import SourceError
from miner.identifiers import Identifier
from miner.merge import Work
from miner.mining import mine, reader_version
from miner.model import Article, Reject
from miner.settings import Settings
from miner.sources.harvest import Batch, Harvester, Search

if TYPE_CHECKING:
    from miner.http import Http
    from miner.store.batch import LoadReport
    from miner.store.connection import Connection

_BATCH = 200
"""Records a transaction takes in: a stop in between loses no more than these, and they are read again."""


# files


def take_in_files(paths: Sequence[str], corpus: Corpus, bar: Progress) -> Added:
    """Read files, folders or stdin ("-") into the corpus; what cannot be read is kept as a reject with its reason."""
    from miner.sources.files import read_all

    total = Added()
    task = bar.add_task("reading files", total=None)
    records = read_all(paths)
    while batch := list(islice(records, _BATCH)):
        articles = [r for r in batch if isinstance(r, Article)]
        total += corpus.add(articles, [r for r in batch if isinstance(r, Reject)])
        bar.advance(task, len(batch))
    return total


# searches


SOURCES = {
    "pubmed": "pubmed",
    "pubmed-bulk": "pubmed_bulk",
    "europepmc": "europepmc",
    "crossref": "crossref",
    "biorxiv": "biorxiv",
    "medrxiv": "biorxiv",
    "jci": "jci",
}
"""Each source by its name, and the module of `miner.sources` that harvests it."""


def harvester_of(source: str, known_pmids: frozenset[str] = frozenset()) -> Harvester:
    """The harvester of a source by its name; KeyError where there is none.

    The bulk files are filtered while they are read: `known_pmids` are let through whatever they say by now.
    """
    module = import_module(f"miner.sources.{SOURCES[source]}")
    harvester: Harvester = module.PubMedBulk(known_pmids) if source == "pubmed-bulk" else module.HARVESTER
    return harvester


def spec_of(search: Search) -> str:
    """A search as canonical JSON: the same search is the same string however it was written."""
    return json.dumps(asdict(search), sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)


def search_of(spec: str) -> Search:
    """The search that `spec_of` wrote."""
    fields = json.loads(spec)
    for name in ("since", "until", "changed_since"):
        fields[name] = date.fromisoformat(fields[name]) if fields[name] else None
    fields["ids"] = tuple(Identifier(**i) for i in fields["ids"])
    return Search(**fields)


def harvest(search: Search, corpus: Corpus, http: "Http", bar: Progress, updating: bool = False) -> SearchState:
    """Run a search, or go on where it stopped; every batch and its cursor are kept in one transaction.

    `updating` asks a search that was once complete only for what was added or changed since. A service that fails
    leaves the search failed, with the reason and its cursor, never an empty result. Raises UsageError where the source
    cannot be asked so; nothing is saved then.
    """
    spec = spec_of(search)
    last = corpus.search_state(spec)
    state = _begin(spec, last, updating)
    since = date.fromisoformat(state.changed_since) if state.changed_since else None
    task = bar.add_task(f"{search.source}: {search.query or f'{len(search.ids)} ids'}"[:50], total=state.hits)
    bar.update(task, completed=state.fetched)
    known = corpus.known_pmids() if search.source == "pubmed-bulk" else frozenset()
    try:
        for batch in harvester_of(search.source, known).fetch(replace(search, changed_since=since), http, state.cursor):
            with corpus.transaction():
                added = corpus.add(batch.articles, batch.rejects, batch.deleted)
                state = _after(state, batch, added)
                corpus.save_search(state)
            bar.update(task, completed=state.fetched + state.rejected, total=state.hits)
    except SourceError as error:
        state = replace(state, state="failed", ended=_now(), reason=str(error))
    else:
        state = _end(state)
    corpus.save_search(state)
    return state


def _begin(spec: str, last: SearchState | None, updating: bool) -> SearchState:
    if last is not None and last.state != "complete" and last.cursor is not None:
        return replace(last, state="running", ended=None, reason=None)
    through = last.complete_through if last else None
    # Services index with some delay, and their days are not ours: a day's overlap costs little and misses nothing.
    since = (date.fromisoformat(through) - timedelta(days=1)).isoformat() if updating and through else None
    return SearchState(spec, None, "running", None, 0, 0, 0, 0, _now(), None, through, None, since)


def _after(state: SearchState, batch: Batch, added: Added) -> SearchState:
    return replace(
        state,
        cursor=batch.cursor,
        hits=state.hits if batch.hits is None else batch.hits,
        fetched=state.fetched + len(batch.articles),
        new=state.new + added.new,
        changed=state.changed + added.changed,
        rejected=state.rejected + added.rejected,
    )


def _end(state: SearchState) -> SearchState:
    seen = state.fetched + state.rejected
    if state.hits is None or seen == state.hits:
        return replace(state, state="complete", cursor=None, ended=_now(), complete_through=state.started[:10])
    reason = f"fetched {seen} of {state.hits} - run the same command again to fetch the rest"
    return replace(state, state="incomplete", cursor=None, ended=_now(), reason=reason)


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

    return connect(settings)


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
    with graph_connection(settings) as connection:
        applied = graph.prepare(connection, corpus.id, _projection())
        upto = corpus.last_change
        pairs = corpus.changed_pairs(applied)
        task = bar.add_task("loading the graph", total=len(pairs))
        describe = Catalogue(Lexicon.load() if pairs else NoVocabulary()).describe
        for step in graph.load(connection, pair_graphs(corpus, pairs), upto, describe):
            report += step
            bar.update(task, completed=report.pairs)
    return report


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
    """Write all assertions in a format ("kgx", "graphml", "jsonl", "nanopubs") into a folder; returns the files."""
    from miner.exports import graphml, jsonl, kgx, nanopubs
    from miner.exports.library import gather
    from miner.nlp.lexicon import Lexicon

    library = gather(pair_graphs(corpus, corpus.changed_pairs(0)), Catalogue(Lexicon.load()).describe)
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
    for _, claim in corpus.claims():
        if assertion_id(claim) == id_:
            (graph,) = pair_graphs(corpus, [(claim.subject.id, claim.object.id)])
            return next(a for a in graph.assertions if a.id == id_)
    return None


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
