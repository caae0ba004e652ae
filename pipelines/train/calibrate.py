"""Thresholds and calibration of the shipped weights, into miner/weights/config.json.

`python -m pipelines.train.calibrate A.spans.jsonl B.spans.jsonl [--hold 10]`

The recogniser's thresholds are chosen per type on what half-trained recognisers find in the articles they have not
seen; the relations' calibration and threshold on the articles that the relation model was not trained on, with the
same found entities, so that a probability speaks of the whole way from the text.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from graph_schema.model import EntityType, Predicate
from miner.encoder import tokenize, weights_config
from miner.extract.pairs import PREDICATES, TYPES
from miner.nlp.recogniser import RECOGNISER
from miner.nlp.sentences import sentence_bounds
from pipelines.train.data import gold_articles, scorer
from pipelines.train.measure import Entities, annotated, claims, relation_report, text_of, with_forms
from pipelines.train.merging import Span, merge, without_clashes

CONFIG = Path(__file__).resolve().parents[2] / "miner" / "weights" / "config.json"
RECALL_WEIGHT = 1.5
"""How much more than precision an entity's recall is worth (beta): what is missed no later stage finds."""


def found_spans(paths: Sequence[Path]) -> dict[str, list[tuple[int, int, int, float]]]:
    rows = (json.loads(line) for path in paths for line in path.read_text(encoding="utf-8").splitlines())
    return {row["id"]: row["spans"] for row in rows}


def in_characters(gold: dict[str, Any], spans: list[tuple[int, int, int, float]]) -> list[Span]:
    text = text_of(gold)
    tokens = tokenize(text, sentence_bounds(text))
    return [(int(tokens.starts[a]), int(tokens.ends[b]), TYPES[k], p) for a, b, k, p in spans]


def span_thresholds(golds: Sequence[dict[str, Any]], spans: Sequence[list[Span]]) -> dict[str, float]:
    """For each type the threshold at which its entities' F-beta is best, the others held at 0.35."""
    score = scorer()
    counts = {kind: np.zeros((len(STEPS), 3)) for kind in EntityType}
    for gold, scored in zip(golds, spans, strict=True):
        wanted = [{"type": e["type"], "forms": score.forms(e["mentions"])} for e in gold["entities"]]
        for step, threshold in enumerate(STEPS):
            entities = merge(text_of(gold), without_clashes(scored, threshold))
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


STEPS = (0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5)


def fit(logits: np.ndarray[Any, Any], predicates: Sequence[Predicate], right: Sequence[bool]) -> dict[str, Any]:
    """A logistic regression on the pooled logit and the predicate."""
    columns = np.array([[p == q for q in PREDICATES] for p in predicates], dtype=float)
    model = LogisticRegression(C=0.3, max_iter=1000).fit(np.column_stack([logits, columns]), right)
    offsets = model.coef_[0, 1:] + model.intercept_[0]
    return {
        "slope": round(float(model.coef_[0, 0]), 4),
        "offsets": {str(p): round(float(offset), 4) for p, offset in zip(PREDICATES, offsets, strict=True)},
    }


def write(config: dict[str, Any]) -> None:
    CONFIG.write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")
    weights_config.cache_clear()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("found", type=Path, nargs="+")
    parser.add_argument("--hold", type=int, default=10)
    options = parser.parse_args()
    golds = gold_articles("train")
    spans_of = found_spans(options.found)
    spans = [in_characters(g, spans_of[g["id"]]) for g in golds]
    thresholds = span_thresholds(golds, spans)
    nothing = {str(p): 0.0 for p in PREDICATES}
    config: dict[str, Any] = {
        "recogniser": {"version": RECOGNISER, "thresholds": thresholds},
        "relations": {"calibration": {"slope": 1.0, "offsets": nothing}, "thresholds": nothing},
    }
    write(config)
    from miner.extract.relations import EXTRACTOR, RelationScorer

    aside = [n for n in range(len(golds)) if n % options.hold == options.hold - 1]
    held = [golds[n] for n in aside]
    entities: list[Entities] = []
    for n in aside:
        kept = [s for s in spans[n] if s[3] >= thresholds[s[2]]]
        entities.append(merge(text_of(golds[n]), without_clashes(kept, 0.0)))
    gold_of = with_forms(held)

    def guesses(threshold: float) -> dict[str, list[dict[str, Any]]]:
        scorer_ = RelationScorer()
        rows = [scorer_.score(annotated(g, e), 0.01) for g, e in zip(held, entities, strict=True)]
        same = {str(p): threshold for p in PREDICATES}
        return {g["id"]: claims(g, e, r, same) for g, e, r in zip(held, entities, rows, strict=True)}

    everything = guesses(0.01)
    flat = [claim for gold in held for claim in everything[gold["id"]]]
    right = {id(g) for gold in held for _, g in scorer().match(gold_of[gold["id"]], everything[gold["id"]])[0]}
    probabilities = np.array([claim["probability"] for claim in flat]).clip(1e-6, 1 - 1e-6)
    logits = np.log(probabilities / (1 - probabilities))
    calibration = fit(logits, [Predicate(c["predicate"]) for c in flat], [id(c) in right for c in flat])
    config["relations"] = {"version": EXTRACTOR, "calibration": calibration, "thresholds": nothing}
    write(config)
    everything = guesses(0.01)
    scores = {}
    for threshold in np.arange(0.2, 0.6, 0.025).round(3):
        chosen = {k: [c for c in rows if c["probability"] >= threshold] for k, rows in everything.items()}
        scores[float(threshold)] = scorer().evaluate(gold_of, chosen)["overall"]["f1"]
    best = max(scores, key=lambda t: scores[t])
    config["relations"]["thresholds"] = {str(p): best for p in PREDICATES}
    write(config)
    print(json.dumps(thresholds))
    chosen = {k: [c for c in rows if c["probability"] >= best] for k, rows in everything.items()}
    relation_report(f"held aside, {len(held)} articles, threshold {best}", gold_of, chosen)


if __name__ == "__main__":
    main()
