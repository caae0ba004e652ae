"""Train the lexical extractor and the combination of extractors on the annotated articles.

    python -m pipelines.train.train_pairs [--spans FILE...] [--hold 10] [--folds 5]

Writes `miner/weights/lexical.npz` and `miner/weights/combination.json`. The precision of each rule, the combination and
the thresholds are measured on articles that the lexical weights have not seen (cross-validation). It learns from the
annotated entities and, with `--spans`, also from those that the language pipeline finds: files of what recognisers
found in articles they had not seen. The relation model is combined on the articles that its training held aside
(`--hold`): run this while a model that was trained without them is installed, then install the final one.
"""

import argparse
import json
import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from graph_schema.model import EntityType, Predicate
from miner import evaluation
from miner.extract import combine, rules
from miner.extract.lexical import BUCKETS, PREDICATES, LexicalScorer, Pair, pairs, permitted
from miner.extract.lexical import NAME as LEXICAL
from miner.model import AnnotatedArticle
from pipelines import gold

WEIGHTS = Path(__file__).resolve().parents[2] / "miner" / "weights"
STRENGTH = 0.1  # inverse of the regularisation
SMALLEST = 0.012  # weights nearer to zero are dropped
COLUMN = {predicate: column for column, predicate in enumerate(PREDICATES)}
Key = tuple[int, int, int]


@dataclass(eq=False)
class Example:
    """An annotated article read by the rules, with what is asserted of its pairs: `right` and `accepted` readings."""

    document: dict[str, Any]
    article: AnnotatedArticle
    findings: list[rules.Finding]
    pairs: list[Pair]
    right: set[Key]
    accepted: set[Key]
    relations: list[Any] | None = None


def read(document: dict[str, Any], article: AnnotatedArticle) -> Example:
    findings = list(rules.findings(article))
    return Example(document, article, findings, list(pairs(article, findings)), *labels(document, article))


def labels(document: dict[str, Any], article: AnnotatedArticle) -> tuple[set[Key], set[Key]]:
    """The readings asserted as annotated, and the further ones that would be accepted (another agent or predicate)."""
    entities = aligned(document, article)
    right: set[Key] = set()
    accepted: set[Key] = set()
    for assertion in document["assertions"]:
        predicates = [assertion["predicate"], *filter(None, [assertion.get("or_predicate")])]
        for subject in assertion["subject"]:
            for object_ in assertion["object"]:
                for predicate in predicates:
                    first = (subject, object_, predicate) == (
                        assertion["subject"][0],
                        assertion["object"][0],
                        predicates[0],
                    )
                    (right if first else accepted).update(
                        (s, o, COLUMN[Predicate(predicate)]) for s in entities[subject] for o in entities[object_]
                    )
    return right, accepted - right


def aligned(document: dict[str, Any], article: AnnotatedArticle) -> dict[str, list[int]]:
    """For each annotated entity, the indices of the article's entities that agree with it."""
    wanted = evaluation.annotated(document).entities
    found = [evaluation.named(e.type.value, [m.text for m in e.mentions]) for e in article.entities]
    result: dict[str, list[int]] = {}
    for identifier, entity in wanted.items():
        if entity.type != EntityType.VESICLE and any(e.id == f"gold:{identifier}" for e in article.entities):
            result[identifier] = [i for i, e in enumerate(article.entities) if e.id == f"gold:{identifier}"]
        else:
            same = [i for i, one in enumerate(found) if one.type == entity.type]
            result[identifier] = [i for i in same if entity.agrees(found[i])]
    return result


# the lexical extractor --------------------------------------------------------------------------------------------


def matrix(examples: Sequence[Example]) -> tuple[csr_matrix, NDArray[np.int8]]:
    """(pairs, BUCKETS) features and (pairs, 13) targets: 1 asserted, 0 not, -1 not to be learned from."""
    rows = [pair for example in examples for pair in example.pairs]
    targets = np.full((len(rows), len(PREDICATES)), -1, np.int8)
    row = 0
    for example in examples:
        types = [entity.type for entity in example.article.entities]
        for pair in example.pairs:
            for column in permitted(types[pair.subject], types[pair.object]):
                key = (pair.subject, pair.object, column)
                targets[row, column] = -1 if key in example.accepted else key in example.right
            row += 1
    lengths = np.cumsum([0, *(len(pair.features) for pair in rows)])
    columns = np.fromiter((f for pair in rows for f in pair.features), np.int32, count=int(lengths[-1]))
    return csr_matrix((np.ones(len(columns), np.float32), columns, lengths), shape=(len(rows), BUCKETS)), targets


def fit(examples: Sequence[Example]) -> LexicalScorer:
    features, targets = matrix(examples)
    weights = np.zeros((BUCKETS, len(PREDICATES)), np.float32)
    bias = np.zeros(len(PREDICATES), np.float32)
    for column in range(len(PREDICATES)):
        known = np.flatnonzero(targets[:, column] >= 0)
        model = LogisticRegression(C=STRENGTH, solver="liblinear", max_iter=300)
        model.fit(features[known], targets[known, column])
        weights[:, column], bias[column] = model.coef_[0], model.intercept_[0]
    weights[np.abs(weights) < SMALLEST] = 0
    return LexicalScorer(weights, bias)


# the combination --------------------------------------------------------------------------------------------------


def rule_precision(examples: Sequence[Example]) -> dict[str, float]:
    """How often the readings of each rule are right, shrunk towards 0.4 where there are few."""
    hits: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for example in examples:
        for subject, object_, column, rule in {
            (f.subject, f.object, COLUMN[f.predicate], f.rule) for f in example.findings
        }:
            count = hits[f"{PREDICATES[column]} {rule}"]
            count[0] += (subject, object_, column) in example.right | example.accepted
            count[1] += 1
    return {rule: round((right + 2) / (total + 5), 3) for rule, (right, total) in sorted(hits.items())}


Fold = tuple[Sequence[Example], LexicalScorer]


def voted(folds: Iterable[Fold], weights: combine.Weights, voters: str) -> list[tuple[Example, list[combine.Reading]]]:
    result = []
    for examples, scorer in folds:
        for example in examples:
            if "relations" in voters and example.relations is None:
                continue
            relations = example.relations if "relations" in voters else None
            lexical = (example.pairs, scorer) if "lexical" in voters else ((), None)
            result.append((example, combine.readings(example.article, example.findings, *lexical, relations, weights)))
    return result


def stack(judged: Sequence[tuple[Example, list[combine.Reading]]], voters: str) -> dict[str, Any]:
    """Logistic regression from the voters' log-odds, with an offset per predicate, to whether a reading is right."""
    names = voters.split("+")
    rows, targets = [], []
    for example, readings in judged:
        for reading in readings:
            key = (reading.subject, reading.object, COLUMN[reading.predicate])
            if key not in example.accepted:
                one_hot = [float(reading.predicate == predicate) for predicate in PREDICATES]
                rows.append([combine.logit(getattr(reading, name)) for name in names] + one_hot)
                targets.append(key in example.right)
    model = LogisticRegression(C=1.0, max_iter=1000).fit(np.array(rows, np.float32), np.array(targets))
    coefficients = [round(float(c), 4) for c in model.coef_[0]]
    return {
        "bias": round(float(model.intercept_[0]), 4),
        **dict(zip(names, coefficients, strict=False)),
        "predicates": dict(zip((p.value for p in PREDICATES), coefficients[len(names) :], strict=True)),
    }


def recalibrated(
    stacked: dict[str, Any], outcomes: Sequence[tuple[float, bool]], names: Sequence[str]
) -> dict[str, Any]:
    """The stack scaled and shifted so that the scores of chosen claims are the share of them that is right."""
    odds = np.array([[combine.logit(score)] for score, _ in outcomes])
    model = LogisticRegression(C=10).fit(odds, np.array([hit for _, hit in outcomes]))
    slope, shift = float(model.coef_[0, 0]), float(model.intercept_[0])
    return {
        "bias": round(slope * stacked["bias"] + shift, 4),
        **{name: round(slope * stacked[name], 4) for name in names},
        "predicates": {p: round(slope * c, 4) for p, c in stacked["predicates"].items()},
    }


def predictions(judged: Sequence[tuple[Example, list[combine.Reading]]], threshold: float) -> list[dict[str, Any]]:
    """Chosen readings in the scorer's format (polarity as annotated plays no part here)."""
    told = []
    for example, readings in judged:
        for reading in combine.choose(example.article, readings, dict.fromkeys(PREDICATES, threshold)):
            ends = [example.article.entities[i] for i in (reading.subject, reading.object)]
            subject, object_ = (
                {"type": e.type.value, "name": e.name, "mentions": [m.text for m in e.mentions]} for e in ends
            )
            told.append(
                {
                    "doc_id": example.document["id"],
                    "predicate": reading.predicate.value,
                    "subject": subject,
                    "object": object_,
                    "score": reading.probability,
                }
            )
    return told


def best_threshold(
    documents: Sequence[dict[str, Any]], told: Sequence[dict[str, Any]]
) -> tuple[float, evaluation.Report]:
    reports = {}
    for threshold in np.arange(0.2, 0.6, 0.025):
        reports[round(float(threshold), 3)] = evaluation.evaluate(
            documents, [c for c in told if c["score"] >= threshold]
        )
    best = max(reports, key=lambda threshold: reports[threshold].overall.f1)
    return best, reports[best]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--spans", type=Path, nargs="+", default=[])
    parser.add_argument("--hold", type=int, default=10)
    parser.add_argument("--folds", type=int, default=5)
    options = parser.parse_args()

    documents = gold.articles("train")
    sets = [[read(d, gold.with_gold_entities(d)) for d in documents]]
    if options.spans:
        found = gold.with_found_entities(documents, options.spans)
        sets.append([read(d, a) for d, a in zip(documents, found, strict=True)])
    measured = sets[-1]
    attach_relations(measured[options.hold - 1 :: options.hold])
    folds = cross_validated(sets, options.folds)

    stored: dict[str, Any] = {"rules": rule_precision(measured), "stacks": {}, "thresholds": {}}
    votes = {"rules": rules.NAME, "rules+lexical": LEXICAL}
    if any(example.relations is not None for example in measured):
        votes["rules+lexical+relations"] = combine.NAME
    for voters, name in votes.items():
        add_stack(stored, folds, voters, name)
    stored["thresholds"].setdefault(combine.NAME, stored["thresholds"][LEXICAL])
    (WEIGHTS / "combination.json").write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")
    fit([example for examples in sets for example in examples]).save(WEIGHTS / "lexical.npz")
    print(f"wrote {WEIGHTS / 'lexical.npz'}: {(WEIGHTS / 'lexical.npz').stat().st_size / 1e6:.2f} MB")


def attach_relations(examples: Sequence[Example]) -> None:
    """Give each example what the installed relation model, if there is one, says of it."""
    if not (WEIGHTS / "relations.npz").is_file():
        return
    from miner.extract.relations import RelationScorer

    scorer = RelationScorer()
    for example in examples:
        example.relations = scorer.score(example.article)


def cross_validated(sets: Sequence[Sequence[Example]], count: int) -> list[Fold]:
    """The last set's examples in `count` parts, each with weights learned from the other parts of all sets."""
    order = list(range(len(sets[-1])))
    random.Random(7).shuffle(order)
    folds: list[Fold] = []
    for start in range(count):
        held = set(order[start::count])
        learned = [e for examples in sets for i, e in enumerate(examples) if i not in held]
        folds.append(([sets[-1][i] for i in sorted(held)], fit(learned)))
    return folds


def add_stack(stored: dict[str, Any], folds: Sequence[Fold], voters: str, name: str) -> None:
    """Fit the combination of these voters, calibrate it, choose its threshold, and print how well it does."""
    judged = voted(folds, combine.Weights(stored), voters)
    documents = [example.document for example, _ in judged]
    stored["stacks"][voters] = stack(judged, voters)
    for _ in range(2):  # the second time on the claims that calibrated scores choose
        judged = voted(folds, combine.Weights(stored), voters)
        report = evaluation.evaluate(documents, predictions(judged, 0.1))
        stored["stacks"][voters] = recalibrated(stored["stacks"][voters], report.outcomes, voters.split("+"))
    judged = voted(folds, combine.Weights(stored), voters)
    threshold, report = best_threshold(documents, predictions(judged, 0.1))
    stored["thresholds"][name] = threshold
    print(f"{voters}: threshold {threshold:.3f}, {len(documents)} articles  {report.overall}")
    print(f"  ECE {evaluation.calibration_error(report.outcomes):.3f}")
    for predicate, counts in sorted(report.predicates.items()):
        print(f"  {predicate:14} {counts}")


if __name__ == "__main__":
    main()
