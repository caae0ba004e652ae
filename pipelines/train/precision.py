"""Measure from which score on claims are right, by predicate, into miner/weights/precision.json.

    python -m pipelines.train.precision ARTICLES.jsonl --data "what the articles are"

reads annotated articles that nothing was trained on. `train_pairs.py --write` writes the same file from the five-fold
cross-validation, which has more claims. Printed is what the table promises and what it keeps: fitted on a random half
of the articles, precision and recall on the other half.
"""

import argparse
import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from miner import evaluation
from miner.evaluation import Outcome, fit_precision
from miner.evaluation.predictions import gold_claim
from miner.extract.precision import Precision
from miner.extract.voters import COMBINED
from miner.workflow.mining import Text, mine
from pipelines.gold import text_of

WEIGHTS = Path(__file__).resolve().parents[2] / "miner" / "weights"
HALVES = 20


def write_precision(outcomes: Sequence[Outcome], data: str) -> None:
    """Write the table that is fitted on these outcomes; a line for each predicate."""
    steps = fit_precision(outcomes)
    lines = ",\n".join(f"  {json.dumps(predicate)}: {json.dumps(values)}" for predicate, values in steps.items())
    head = json.dumps({"extractor": COMBINED, "data": data})[:-1]
    (WEIGHTS / "precision.json").write_text(f'{head},\n "precision": {{\n{lines}\n }}}}\n', encoding="utf-8")


def check_by_halves(documents: Sequence[dict[str, Any]], claims: Sequence[dict[str, Any]], precision: float) -> None:
    """Print precision and recall of the claims kept, where the table comes from the other half of the articles."""
    right = kept = gold = 0
    for seed in range(HALVES):
        shuffled = random.Random(seed).sample(documents, len(documents))
        halves = shuffled[: len(documents) // 2], shuffled[len(documents) // 2 :]
        for fitted, tested in (halves, halves[::-1]):
            table = fit_precision(evaluation.evaluate(fitted, claims).outcomes)
            limits = Precision({"extractor": COMBINED, "data": "", "precision": table}).least_scores(precision)
            sure = [claim for claim in claims if claim["score"] >= limits[claim["predicate"]]]
            overall = evaluation.evaluate(tested, sure).overall
            right, kept, gold = right + overall.right, kept + overall.predicted, gold + overall.gold
    print(f"wanted {precision:.2f}: precision {right / max(kept, 1):.3f}, recall {right / gold:.3f} on the other half")


def main() -> None:
    """Write the table and print how well it holds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", type=Path)
    parser.add_argument("--data", required=True, help="what the articles are, for those who read the table")
    options = parser.parse_args()
    documents = [json.loads(line) for line in options.articles.read_text(encoding="utf-8").splitlines() if line.strip()]
    texts = (Text(document["id"], text_of(document)) for document in documents)
    claims = [gold_claim(mined.annotated.doc_id, claim) for mined in mine(texts) for claim in mined.claims]
    write_precision(evaluation.evaluate(documents, claims).outcomes, options.data)
    for precision in (0.7, 0.8, 0.9):
        check_by_halves(documents, claims, precision)


if __name__ == "__main__":
    main()
