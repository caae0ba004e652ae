"""`extract` and `annotate`: claims and entities of texts."""

import io
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graph_schema.model import Predicate
from miner.cli.engine import EngineName, EngineOption, Model, Processes, Scheduler, make_engine, report_failures
from miner.cli.output import print_json_line, print_table, say, show, write
from miner.cli.plan import is_path, require_path
from miner.cli.progress import progress
from miner.cli.text import styled
from miner.cli.workspace import require_articles
from miner.errors import UsageError
from miner.evaluation.predictions import gold_claim
from miner.model.annotations import AnnotatedArticle
from miner.model.articles import Article, Reject
from miner.model.claims import Claim
from miner.settings import Settings

if TYPE_CHECKING:
    from miner.workflow.shards import Engine

MAX_TEXT = 50_000
"""Characters of stdin up to which what is no record is a text."""
_STRUCTURED = re.compile(r"\s*(?:[<{\[@%]|[A-Z][A-Z0-9]{1,3} {0,2}- )")
"""The beginning of records in XML, HTML, JSON, BibTeX, RIS or MEDLINE."""

MinScore = Annotated[float, typer.Option(min=0, max=1, help="Leave out claims that score below this.")]
Precision = Annotated[
    float | None,
    typer.Option(
        min=0.5,
        max=0.99,
        help="Keep the claims whose scores promise this precision, measured by predicate.",
    ),
]


class ClaimFormat(StrEnum):
    """How claims are written."""

    jsonl = "jsonl"
    gold = "gold"


class EntityFormat(StrEnum):
    """How entities are written."""

    table = "table"
    jsonl = "jsonl"


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command()(extract)
    app.command()(annotate)


def extract(
    context: typer.Context,
    paths: Annotated[
        list[str] | None,
        typer.Argument(metavar="[PATH]...", help="Files, folders, or - for stdin; none: the corpus."),
    ] = None,
    format: Annotated[
        ClaimFormat, typer.Option(help="jsonl: every detail; gold: the scorer's prediction format.")
    ] = ClaimFormat.jsonl,
    min_score: MinScore = 0.0,
    precision: Precision = None,
    processes: Processes = 0,
    model: Model = None,
    engine: EngineOption = EngineName.processes,
    scheduler: Scheduler = None,
    to: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Write the results to files in this folder or URL, and leave the corpus."),
    ] = None,
    shard: Annotated[
        str | None, typer.Option(metavar="I/N", help="With --to: process this machine's part, as in 3/40.")
    ] = None,
    done_in: Annotated[
        list[str] | None,
        typer.Option("--from", metavar="URL", help="Take the results that --to wrote here; may be repeated."),
    ] = None,
) -> None:
    """Print the claims that articles make, one JSON object a line.

    Without a path, claims are those of the corpus; only its new and changed articles are processed, and those last
    processed by another version.

    Example: exominer extract examples/records.jsonl --format gold

    Example: exominer extract --shard 3/40 --to s3://bucket/run-1
    """
    if (to or shard or done_in or engine is not EngineName.processes) and paths:
        raise UsageError("--engine, --to, --shard and --from are for the corpus - leave the paths out")
    chosen = make_engine(processes, model, engine, scheduler)
    if to or shard:
        _write_part(context.obj, chosen, to, shard, done_in)
        return

    def as_dict(article: Article, claim: Claim) -> dict[str, Any]:
        return gold_claim(article.source_id, claim) if format is ClaimFormat.gold else claim_as_dict(article, claim)

    limits = find_limits(min_score, precision)
    if not paths:
        require_articles(context.obj)
        for article, claim in _corpus_claims(context.obj, chosen, done_in or ()):
            if claim.score >= limits[claim.predicate]:
                print_json_line(as_dict(article, claim))
        return
    from miner.workflow.mining import mine_articles

    for path in paths:
        require_path(path, sources=False)
    rejects: list[Reject] = []
    with progress() as reporter:
        reporter.start("reading texts")
        for article, mined in mine_articles(_articles(paths, rejects), processes, model):
            for claim in mined.claims:
                if claim.score >= limits[claim.predicate]:
                    print_json_line(as_dict(article, claim))
            reporter.advance()
    _finish(rejects)


def find_limits(min_score: float, precision: float | None) -> dict[Predicate, float]:
    """The minimum score of the claims to show, by predicate; infinite if no score promises the precision."""
    from miner.extract.precision import load_precision

    if precision is None:
        return dict.fromkeys(Predicate, min_score)
    return {p: max(score, min_score) for p, score in load_precision().least_scores(precision).items()}


def annotate(
    source: Annotated[
        str,
        typer.Argument(metavar="[TEXT|FILE]", help="A text, a file of articles, or - for a text or articles on stdin."),
    ] = "-",
    format: Annotated[EntityFormat, typer.Option(help="table: to look at; jsonl: one article a line.")] = (
        EntityFormat.table
    ),
    html: Annotated[
        Path | None, typer.Option(help="Write the text with its entities highlighted to this file.")
    ] = None,
    processes: Processes = 0,
    model: Model = None,
    steps: Annotated[
        bool, typer.Option("--steps", help="Show what each step of the pipeline found, to debug a wrong entity.")
    ] = False,
) -> None:
    """Show the entities of a text with their ids.

    Example: exominer annotate "Exosomal miR-21 promotes metastasis of colorectal cancer."
    """
    from miner.workflow.mining import mine_articles

    rejects: list[Reject] = []
    if steps:
        _print_steps(_text_or_articles(source, rejects), format, model)
        _finish(rejects)
        return
    shown: list[AnnotatedArticle] = []
    rows: list[tuple[Any, ...]] = []
    for _, mined in mine_articles(_text_or_articles(source, rejects), processes, model):
        if format is EntityFormat.jsonl:
            print_json_line(annotated_as_dict(mined.annotated))
        elif sys.stdout.isatty():
            _show_entities(mined.annotated)
        else:
            rows += [(mined.annotated.doc_id, *row) for row in _entity_rows(mined.annotated)]
        if html is not None:
            shown.append(mined.annotated)
    if format is EntityFormat.table and not sys.stdout.isatty():
        print_table(("article", *_ENTITY_COLUMNS), rows)
    if html is not None:
        from miner.nlp.display import render

        html.write_text(render(shown), encoding="utf-8")
        say(f"wrote {html}")
    _finish(rejects)


def _show_entities(annotated: AnnotatedArticle) -> None:
    title = annotated.text.partition("\n")[0]
    if annotated.entities:
        print_table(_ENTITY_COLUMNS, _entity_rows(annotated), title)
    else:
        show(styled(f"{title}\n  no entities"))


def _print_steps(articles: Iterable[Article], format: EntityFormat, model: str | None) -> None:
    from miner.nlp.pipeline import load_pipeline
    from miner.nlp.steps import describe_steps, format_steps

    nlp = load_pipeline(model)
    for article in articles:
        found = describe_steps(nlp(article.text))
        if format is EntityFormat.jsonl:
            print_json_line({"id": article.source_id, **found})
        else:
            write("\n".join(format_steps(found)))


def _text_or_articles(source: str, rejects: list[Reject]) -> Iterable[Article]:
    """The articles of a file or of stdin; what is neither a file's name nor records is a text of its own."""
    if source == "-":
        return _articles_on_stdin(rejects)
    if is_path(source):
        return _articles([source], rejects)
    if not source.strip():
        raise UsageError("the text is empty - give a text, a file of articles, or - for stdin")
    if " " not in source.strip() and Path(source).suffix:
        raise UsageError(f"{source}: no such file - check the path; a text needs more than one word")
    return [_as_article(source)]


def _articles_on_stdin(rejects: list[Reject]) -> Iterable[Article]:
    from miner.formats.files import read

    if sys.stdin.isatty():
        say("paste a text, then press Ctrl-D on a line of its own")
    content = sys.stdin.buffer.read()
    if not content.strip():
        raise UsageError("stdin is empty - give a text, or a file of articles")
    found = list(read(io.BytesIO(content), "stdin"))
    articles = [record for record in found if isinstance(record, Article)]
    if articles:
        rejects += [record for record in found if isinstance(record, Reject)]
        return articles
    text = content.decode("utf-8", "replace")
    if "\ufffd" in text or len(text) > MAX_TEXT or _STRUCTURED.match(text):
        rejects += [record for record in found if isinstance(record, Reject)]
        return []
    return [_as_article(text)]


def _as_article(text: str) -> Article:
    """A pasted text as one article: its line breaks are spaces, so that offsets count in the text as given."""
    return Article("text", "text", re.sub(r"\s", " ", text))


def claim_as_dict(article: Article, claim: Claim) -> dict[str, Any]:
    """A claim in full, with the article it stands in and the section of its sentence."""
    return {
        "doc_id": article.source_id,
        "pmid": article.pmid,
        "doi": article.doi,
        "section": article.section_at(claim.start),
        **asdict(claim),
    }


def annotated_as_dict(annotated: AnnotatedArticle) -> dict[str, Any]:
    """An article's entities with their mentions; offsets count in title + newline + abstract."""
    return {
        "id": annotated.doc_id,
        "entities": [
            {
                "type": e.type.value,
                "id": e.id,
                "name": e.name,
                "score": round(e.score, 3),
                "reason": e.reason,
                "mentions": [asdict(m) for m in e.mentions],
            }
            for e in annotated.entities
        ],
    }


_ENTITY_COLUMNS = ("type", "id", "name", "mentions", "why")


def _entity_rows(annotated: AnnotatedArticle) -> list[tuple[Any, ...]]:
    return [
        (e.type.value, e.id, e.name, list(dict.fromkeys(m.text for m in e.mentions)), e.reason)
        for e in annotated.entities
    ]


def _articles(paths: list[str], rejects: list[Reject]) -> Iterator[Article]:
    from miner.formats.files import read_all

    for record in read_all(paths):
        if isinstance(record, Reject):
            rejects.append(record)
        else:
            yield record


def _finish(rejects: list[Reject]) -> None:
    for reject in rejects:
        say(f"rejected {reject.item}: {reject.reason}")
    if rejects:
        raise typer.Exit(3)


def _corpus_claims(settings: Settings, engine: "Engine", done_in: Sequence[str]) -> Iterator[tuple[Article, Claim]]:
    from miner.corpus import Corpus
    from miner.workflow.reading import read_pending

    with Corpus(settings.corpus_path) as corpus:
        with progress() as reporter:
            failures = read_pending(corpus, reporter, engine, done_in).failures
        for work, claim in corpus.claims():
            yield work.article, claim
    report_failures(failures)
    if failures:
        raise typer.Exit(3)


def _write_part(
    settings: Settings, engine: "Engine", to: str | None, shard: str | None, done_in: list[str] | None
) -> None:
    from miner.corpus import Corpus
    from miner.shards.cut import Part
    from miner.workflow.reading import read_part

    if to is None or done_in:
        raise UsageError("--shard needs --to, and goes without --from - name the folder for the results with --to")
    part = Part.parse(shard) if shard else Part()
    require_articles(settings)
    with Corpus(settings.corpus_path) as corpus, progress() as reporter:
        written = read_part(corpus, reporter, to, engine, part)
    report_failures(written.failures)
    say(
        f"{to}: {written.shards} shards written, {written.known} were there;"
        f" take them into the corpus with: exominer extract --from {to}"
    )
    if written.failures:
        raise typer.Exit(3)
