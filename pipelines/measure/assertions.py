"""Measure extraction on the annotated articles of ../shared/gold.

    python -m pipelines.measure.assertions [dev|train] [--extractor NAME] [--gold-entities] [--curve PNG] [--errors N]

Reads raw text unless `--gold-entities` is given. Prints overall and headline figures, one line per predicate, cancer
context, speculation and negation accuracy, calibration, precision at recall 0.40, the score at precision 0.90, the
most frequent confusions and error classes; `--errors N` lists N misses and wrong claims.
"""

import argparse
import random
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from miner import evaluation
from miner.evaluation.predictions import gold_claim
from miner.extract import claims
from miner.extract.voters import list_extractors, list_missing_weights
from miner.model.annotations import AnnotatedArticle
from pipelines import gold


def extract_claims(
    articles: Iterable[AnnotatedArticle], extractor: str, threshold: float | None
) -> list[dict[str, Any]]:
    """The articles' claims in the scorer's format."""
    return [
        gold_claim(article.doc_id, claim)
        for article in articles
        for claim in claims.extract(article, extractor, threshold)
    ]


def show(report: evaluation.Report, points: Sequence[evaluation.Point]) -> None:
    for name, counts in (
        ("overall", report.overall),
        ("overall, strict", report.strict),
        ("headline tuples", report.headline),
        *sorted(report.predicates.items()),
    ):
        print(f"{name:16} {counts}")
    print(
        f"cancer context {report.cancer_accuracy:.3f}, speculation {report.speculation_accuracy:.3f} of the right ones"
    )
    print(f"negation {report.negation_accuracy:.3f} of the negated assertions found")
    print(f"calibration error (ten bins) {evaluation.calibration_error(report.outcomes):.3f}")
    print(f"precision at recall 0.40: {_figure(evaluation.precision_at_recall(points, 0.40))}")
    print(f"score at precision 0.90: {_figure(evaluation.score_at_precision(points, 0.90))}")
    print("\nconfusions (annotated → predicted):")
    mixed = [(pair, count) for pair, count in report.confusions.most_common() if all(pair) and pair[0] != pair[1]]
    for (wanted, predicted), count in mixed[:10]:
        print(f"{count:5} {wanted} → {predicted}")
    print("\nerror classes:")
    for kind, count in report.error_classes.most_common(12):
        print(f"{count:5} {kind}")


def _figure(value: float | None) -> str:
    return "not reached" if value is None else f"{value:.3f}"


def draw(points: Sequence[evaluation.Point], path: Path) -> None:
    """Precision against recall, as a PNG."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5, 4))
    axes = figure.subplots()
    axes.plot([point.recall for point in points], [point.precision for point in points])
    axes.set(xlabel="recall", ylabel="precision", xlim=(0, 1), ylim=(0, 1), title="claims by score")
    figure.savefig(path, dpi=150, bbox_inches="tight")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", nargs="?", choices=("dev", "train"), default="dev")
    parser.add_argument("--extractor", default=claims.EXTRACTOR, choices=list(list_extractors()))
    parser.add_argument("--gold-entities", action="store_true")
    parser.add_argument("--curve", type=Path)
    parser.add_argument("--errors", type=int, default=0)
    options = parser.parse_args()
    for line in list_missing_weights():
        print(line)
    documents = gold.articles(options.articles)
    articles = (
        [gold.annotate_as_gold(d) for d in documents]
        if options.gold_entities
        else gold.annotate_with_pipeline(documents)
    )
    report = evaluation.evaluate(documents, extract_claims(articles, options.extractor, None))
    points = evaluation.curve(evaluation.evaluate(documents, extract_claims(articles, options.extractor, 0.05)))
    show(report, points)
    if options.curve:
        draw(points, options.curve)
        print(f"wrote {options.curve}")
    for error in random.Random(1).sample(report.errors, min(options.errors, len(report.errors))):
        print(
            f"{'MISSED' if error.missed else 'WRONG '} {error.doc_id} ({error.kind}) {error.text}  «{error.sentence}»"
        )


if __name__ == "__main__":
    main()
