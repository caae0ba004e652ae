"""The recognizer's thresholds, into miner/weights/config.json.

`python -m pipelines.train.calibrate A.spans.jsonl B.spans.jsonl`

Each type's threshold is chosen on the spans that two recognizers, each trained on half of the articles, find in the
other half.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from graph_schema.model import EntityType
from miner.neural.encoder import tokenize
from miner.neural.pair_features import TYPES
from miner.nlp.recognizer import RECOGNIZER
from miner.nlp.sentencizer import sentence_bounds
from pipelines.gold import articles, scorer, text_of
from pipelines.train.merging import Span, merge, select_spans

CONFIG = Path(__file__).resolve().parents[2] / "miner" / "weights" / "config.json"
RECALL_WEIGHT = 1.5
"""Weight of recall over precision (beta of F-beta): what is missed here, no later stage finds."""
STEPS = (0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5)


def read_spans(paths: Sequence[Path]) -> dict[str, list[tuple[int, int, int, float]]]:
    rows = (json.loads(line) for path in paths for line in path.read_text(encoding="utf-8").splitlines())
    return {row["id"]: row["spans"] for row in rows}


def to_characters(gold: dict[str, Any], spans: list[tuple[int, int, int, float]]) -> list[Span]:
    text = text_of(gold)
    tokens = tokenize(text, sentence_bounds(text))
    return [(int(tokens.starts[a]), int(tokens.ends[b]), TYPES[k], p) for a, b, k, p in spans]


def choose_thresholds(golds: Sequence[dict[str, Any]], spans: Sequence[list[Span]]) -> dict[str, float]:
    """For each type the threshold at which its entities' F-beta is best, the others held at 0.35."""
    score = scorer()
    counts = {kind: np.zeros((len(STEPS), 3)) for kind in EntityType}
    for gold, scored in zip(golds, spans, strict=True):
        wanted = [{"type": e["type"], "forms": score.forms(e["mentions"])} for e in gold["entities"]]
        for step, threshold in enumerate(STEPS):
            entities = merge(text_of(gold), select_spans(scored, threshold))
            guesses = [{"type": str(kind), "forms": score.forms(forms)} for kind, forms in entities]
            for kind in EntityType:
                gold_ones = [w for w in wanted if w["type"] == kind]
                mine = [g for g in guesses if g["type"] == kind]
                counts[kind][step] += (
                    sum(any(score.agrees(w, g) for g in mine) for w in gold_ones),
                    len(gold_ones) * RECALL_WEIGHT**2 + len(mine),
                    sum(any(score.agrees(w, g) for w in gold_ones) for g in mine),
                )
    best = {}
    for kind, rows in counts.items():
        measure = (RECALL_WEIGHT**2 * rows[:, 0] + rows[:, 2]) / np.maximum(rows[:, 1], 1)
        best[str(kind)] = STEPS[int(np.argmax(measure))]
    return best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("found", type=Path, nargs="+")
    options = parser.parse_args()
    golds = articles("train")
    spans_of = read_spans(options.found)
    thresholds = choose_thresholds(golds, [to_characters(gold, spans_of[gold["id"]]) for gold in golds])
    config = {"recognizer": {"version": RECOGNIZER, "thresholds": thresholds}}
    CONFIG.write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(thresholds))


if __name__ == "__main__":
    main()
