"""`eval`: how well the installed pipeline reads, on articles that people have annotated."""

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graph_schema.model import Predicate
from miner.cli.engine import Model, Processes
from miner.cli.mine import MinScore, Precision, find_limits
from miner.cli.output import AsJson, print_json, print_table, say, write
from miner.cli.progress import progress
from miner.errors import InputError, reason
from miner.evaluation.predictions import gold_claim

if TYPE_CHECKING:
    from miner.evaluation import Counts, Report


SURE = 0.9
"""The precision whose score thresholds are printed."""


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(name="eval")(evaluate)


def evaluate(
    gold: Annotated[Path, typer.Argument(help="Annotated articles, JSON Lines.")],
    errors: Annotated[
        bool, typer.Option("--errors", help="List each miss and each wrong claim with its sentence.")
    ] = False,
    curve: Annotated[Path | None, typer.Option(help="Draw precision against recall to this PNG file.")] = None,
    min_score: MinScore = 0.0,
    precision: Precision = None,
    processes: Processes = 0,
    model: Model = None,
    as_json: AsJson = False,
) -> None:
    """Read annotated articles and print the scorer's figures: overall, headline tuples, each predicate, confusions.

    Example: exominer eval gold/dev.jsonl --errors
    """
    from miner.evaluation import curve as curve_of
    from miner.evaluation import evaluate as score
    from miner.evaluation import score_at_precision

    documents = _documents(gold)
    report = score(documents, _claims(documents, find_limits(min_score, precision), processes, model))
    surest = score_at_precision(curve_of(report), SURE)
    if as_json:
        print_json(_as_dict(report, surest))
    else:
        _print(report, surest)
    if errors:
        for error in report.errors:
            kind = "MISSED" if error.missed else "WRONG "
            write(f"{kind} {error.doc_id} [{error.kind}] {error.text}  «{error.sentence}»")
    if curve is not None:
        _draw(report, curve, surest)
        say(f"wrote {curve}")


def _documents(path: Path) -> list[dict[str, Any]]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        documents = [json.loads(line) for line in lines if line.strip()]
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise InputError(f"{path}: cannot be read as annotated articles ({reason(error)}) - give JSON Lines") from error
    if not documents or any(not {"id", "title", "abstract", "entities", "assertions"} <= set(d) for d in documents):
        raise InputError(f"{path}: not annotated articles - each line needs id, title, abstract, entities, assertions")
    return documents


def _claims(
    documents: list[dict[str, Any]], limits: Mapping[Predicate, float], processes: int, model: str | None
) -> list[dict[str, Any]]:
    from miner.model.articles import Article, Section
    from miner.workflow.mining import mine_articles

    articles = [Article("file", d["id"], d["title"], (Section("abstract", d["abstract"]),)) for d in documents]
    found = []
    with progress() as reporter:
        reporter.start("reading texts", len(articles))
        for article, mined in mine_articles(articles, processes, model):
            kept = (claim for claim in mined.claims if claim.score >= limits[claim.predicate])
            found += [gold_claim(article.source_id, claim) for claim in kept]
            reporter.advance()
    return found


def _rows(report: "Report") -> "list[tuple[str, Counts]]":
    return [
        ("overall", report.overall),
        ("overall, strict", report.strict),
        ("headline tuples", report.headline),
        *sorted(report.predicates.items()),
    ]


def _accuracies(report: "Report") -> dict[str, float]:
    from miner.evaluation import calibration_error

    outside = [outcome for outcome in report.outcomes if not outcome.cancer]
    return {
        "cancer context": report.cancer_accuracy,
        "speculation": report.speculation_accuracy,
        "negation": report.negation_accuracy,
        "calibration error (ECE)": calibration_error(report.outcomes),
        **({"calibration error outside cancer": calibration_error(outside)} if outside else {}),
    }


def _print(report: "Report", surest: float | None) -> None:
    from miner.extract.precision import load_precision

    print_table(
        (f"{report.articles} articles", "precision", "recall", "F1", "right", "gold", "predicted"),
        [(n, c.precision, c.recall, c.f1, c.right, c.gold, c.predicted) for n, c in _rows(report)],
    )
    print_table(("of the right ones", "share"), list(_accuracies(report).items()))
    print_table(
        ("annotated", "predicted", "count"), [(*p, n) for p, n in report.confusions.most_common(15)], "confusions"
    )
    print_table(("error class", "count"), report.error_classes.most_common(10), "commonest errors")
    table = load_precision()
    print_table(
        ("predicate", "score"),
        [(p, "never" if math.isinf(score) else score) for p, score in table.least_scores(SURE).items()],
        f"scores of --precision {SURE} (measured on {table.data})",
    )
    reached = "is never reached" if surest is None else f"is reached with --min-score {surest:.3f}"
    write(f"precision 0.90 {reached}")


def _as_dict(report: "Report", surest: float | None) -> dict[str, Any]:
    from miner.extract.precision import load_precision

    least = load_precision().least_scores(SURE)
    return {
        "articles": report.articles,
        **{
            name: {
                "precision": c.precision, "recall": c.recall, "f1": c.f1,
                "right": c.right, "gold": c.gold, "predicted": c.predicted,
            }
            for name, c in _rows(report)
        },
        **_accuracies(report),
        "error_classes": dict(report.error_classes),
        "min_score_at_precision_0.90": surest,
        "scores_of_precision_0.90": {p.value: None if math.isinf(s) else s for p, s in least.items()},
    }  # fmt: skip


def _draw(report: "Report", path: Path, surest: float | None) -> None:
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    from miner.evaluation import curve

    points = curve(report)
    figure, axes = pyplot.subplots(figsize=(7, 5))
    axes.plot([p.recall for p in points], [p.precision for p in points], color="#2a7f9e")
    axes.axhline(0.9, color="#b0b0b0", linestyle="--")
    note = "precision 0.90 is never reached" if surest is None else f"precision 0.90 from score {surest:.3f} on"
    axes.set(xlabel="recall", ylabel="precision", xlim=(0, 1), ylim=(0, 1.02), title=f"Assertions: {note}")
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=150)
    pyplot.close(figure)
