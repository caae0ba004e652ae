"""Train the lexical extractor and the combination of extractors on the annotated articles, and cross-validate both.

    python -m pipelines.train.train_pairs ARTICLES.jsonl --votes FOLD0.votes.jsonl … [--write]

Prints the scores of the extractors and their combination on articles that none was fitted on: the lexical weights, the
relation model (`train_relations.py --fold`), the combination and its threshold are those of the other folds, and
the entities (ARTICLES.jsonl, `articles.py`) come from recognizers that had not seen the article. `--write` first fits
all on all articles, into `miner/weights/lexical.npz` and `miner/weights/combination.json`.
"""

import argparse
import json
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
from miner.evaluation.predictions import gold_claim
from miner.extract.candidates import CandidateRelation
from miner.extract.claims import make_claims
from miner.extract.combine import combine
from miner.extract.config import CONFIG
from miner.extract.coreference import resolve_coreference
from miner.extract.rules.rules import Finding, RuleVoter, find_relations
from miner.extract.scorers.lexical import BUCKETS, PREDICATES, LexicalScorer, LexicalVoter, Pair, find_pairs, permitted
from miner.extract.scorers.relations import ScoredRelation, weigh_relations
from miner.extract.sentence import view_sentences
from miner.extract.voters import COMBINED, list_extractors
from miner.extract.weights import Weights, scale_threshold, to_log_odds
from miner.model.annotations import AnnotatedArticle
from pipelines import gold
from pipelines.train.articles import read_articles
from pipelines.train.mirroring import mirror
from pipelines.train.precision import write_precision

FOLDS = 5
THRESHOLDS = (0.2, 0.225, 0.25, 0.275, 0.3, 0.325, 0.35, 0.375, 0.4, 0.45)
WEIGHTS = Path(__file__).resolve().parents[2] / "miner" / "weights"
STRENGTH = 0.1  # inverse of the regularization
SMALLEST = 0.012  # weights nearer to zero are dropped
COLUMN = {predicate: column for column, predicate in enumerate(PREDICATES)}
LEVELS = (COLUMN[Predicate.ELEVATED_IN], COLUMN[Predicate.REDUCED_IN])
EXTRACTORS = {"+".join(voters): extractor for extractor, voters in list_extractors().items()}
"""The extractor of each set of voters, the names of which are joined by +."""
Key = tuple[int, int, int]


@dataclass(eq=False)
class Example:
    """An annotated article with what the rules find in it and its pairs, and the relations annotated of these."""

    document: dict[str, Any]
    article: AnnotatedArticle
    resolved: AnnotatedArticle  # with coreference resolved
    findings: list[Finding]
    pairs: list[Pair]
    right: set[Key]
    accepted: set[Key]
    columns: tuple[int, ...] = tuple(range(len(PREDICATES)))  # the predicates that are learned from it
    relations: list[Any] | None = None


def read_example(document: dict[str, Any], article: AnnotatedArticle) -> Example:
    """An annotated article as an example, with the entities that `article` has."""
    resolved = resolve_coreference(article)
    sentences = list(view_sentences(resolved))
    findings = [finding for view in sentences for finding in find_relations(view)]
    pairs = list(find_pairs(resolved, sentences))
    return Example(document, article, resolved, findings, pairs, *read_labels(document, article))


def read_mirrored(document: dict[str, Any], article: AnnotatedArticle) -> Example:
    """The article with its levels reversed, from which these alone are learned."""
    example = read_example(document, mirror(article))
    reversed_ = dict(zip(LEVELS, LEVELS[::-1], strict=True))
    example.right = {(s, o, reversed_.get(column, column)) for s, o, column in example.right}
    example.accepted = {(s, o, reversed_.get(column, column)) for s, o, column in example.accepted}
    example.columns = LEVELS
    return example


def read_labels(document: dict[str, Any], article: AnnotatedArticle) -> tuple[set[Key], set[Key]]:
    """The relations as annotated, and the further ones that would be accepted (another agent or predicate)."""
    entities = align_entities(document, article)
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


def align_entities(document: dict[str, Any], article: AnnotatedArticle) -> dict[str, list[int]]:
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


def make_matrix(examples: Sequence[Example]) -> tuple[csr_matrix, NDArray[np.int8]]:
    """(pairs, BUCKETS) features and (pairs, 13) targets: 1 asserted, 0 not, -1 not to be learned from."""
    rows = [pair for example in examples for pair in example.pairs]
    targets = np.full((len(rows), len(PREDICATES)), -1, np.int8)
    row = 0
    for example in examples:
        types = [entity.type for entity in example.article.entities]
        for pair in example.pairs:
            for column in set(permitted(types[pair.subject], types[pair.object])) & set(example.columns):
                key = (pair.subject, pair.object, column)
                targets[row, column] = -1 if key in example.accepted else key in example.right
            row += 1
    lengths = np.cumsum([0, *(len(pair.features) for pair in rows)])
    columns = np.fromiter((f for pair in rows for f in pair.features), np.int32, count=int(lengths[-1]))
    return csr_matrix((np.ones(len(columns), np.float32), columns, lengths), shape=(len(rows), BUCKETS)), targets


def fit_lexical(examples: Sequence[Example]) -> LexicalScorer:
    """One logistic regression for each predicate."""
    features, targets = make_matrix(examples)
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


def measure_rules(examples: Sequence[Example]) -> dict[str, float]:
    """How often what each rule finds is right, shrunk towards 0.4 where it finds little."""
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
Combined = list[tuple[Example, list[CandidateRelation]]]


def vote_on(folds: Iterable[Fold], weights: Weights, voters: str) -> Combined:
    """Each example with its candidates, by the combined votes of `voters` ("rules+lexical")."""
    result = []
    rules = RuleVoter(weights)
    for examples, scorer in folds:
        lexical = LexicalVoter(scorer)
        for example in examples:
            if "relations" in voters and example.relations is None:
                continue
            votes = {
                "rules": rules.weigh(example.findings),
                "lexical": lexical.weigh(example.article, example.pairs),
                "relations": weigh_relations(example.relations or ()),
            }
            candidates = combine({voter: votes[voter] for voter in voters.split("+")}, weights)
            result.append((example, candidates))
    return result


def fit_stack(combined: Combined, voters: str) -> dict[str, Any]:
    """Logistic regression from the voters' log-odds, with an offset per predicate, to whether a candidate is right."""
    names = voters.split("+")
    rows, targets = [], []
    for example, candidates in combined:
        for candidate in candidates:
            key = (candidate.subject, candidate.object, COLUMN[candidate.predicate])
            if key not in example.accepted:
                one_hot = [float(candidate.predicate == predicate) for predicate in PREDICATES]
                rows.append([to_log_odds(candidate.scores.get(name, CONFIG.absent)) for name in names] + one_hot)
                targets.append(key in example.right)
    model = LogisticRegression(C=1.0, max_iter=1000).fit(np.array(rows, np.float32), np.array(targets))
    coefficients = [round(float(c), 4) for c in model.coef_[0]]
    return {
        "bias": round(float(model.intercept_[0]), 4),
        **dict(zip(names, coefficients, strict=False)),
        "predicates": dict(zip((p.value for p in PREDICATES), coefficients[len(names) :], strict=True)),
    }


def recalibrate(
    stacked: dict[str, Any], outcomes: Sequence[evaluation.Outcome], names: Sequence[str]
) -> dict[str, Any]:
    """The stack scaled and shifted so that the scores of chosen claims are the share of them that is right."""
    odds = np.array([[to_log_odds(outcome.score)] for outcome in outcomes])
    model = LogisticRegression(C=10).fit(odds, np.array([outcome.right for outcome in outcomes]))
    slope, shift = float(model.coef_[0, 0]), float(model.intercept_[0])
    return {
        "bias": round(slope * stacked["bias"] + shift, 4),
        **{name: round(slope * stacked[name], 4) for name in names},
        "predicates": {p: round(slope * c, 4) for p, c in stacked["predicates"].items()},
    }


def list_claims(combined: Combined, threshold: float) -> list[dict[str, Any]]:
    """The claims that are chosen from the candidates, in the scorer's format."""
    claims = []
    for example, candidates in combined:
        sentences = list(view_sentences(example.resolved))
        for claim in make_claims(example.article, candidates, scale_threshold(threshold), sentences):
            claims.append(gold_claim(example.document["id"], claim))
    return claims


def evaluate_claims(combined: Combined, claims: Sequence[dict[str, Any]]) -> evaluation.Report:
    return evaluation.evaluate([example.document for example, _ in combined], claims)


def choose_threshold(combined: Combined) -> float:
    """The threshold of `THRESHOLDS` with the highest F1."""
    claims = list_claims(combined, THRESHOLDS[0])
    f1 = {}
    for threshold in THRESHOLDS:
        limits = {predicate.value: limit for predicate, limit in scale_threshold(threshold).items()}
        f1[threshold] = evaluate_claims(
            combined, [c for c in claims if c["score"] >= limits[c["predicate"]]]
        ).overall.f1
    return max(f1, key=lambda threshold: f1[threshold])


def fit_combination(folds: Sequence[Fold], voters: str, stored: dict[str, Any]) -> None:
    """Fit the combination of these voters, calibrate it and choose its threshold, into `stored`."""
    stored["stacks"][voters] = fit_stack(vote_on(folds, Weights(stored), voters), voters)
    for _ in range(2):  # the second time on the claims that calibrated scores choose
        combined = vote_on(folds, Weights(stored), voters)
        outcomes = evaluate_claims(combined, list_claims(combined, 0.1)).outcomes
        stored["stacks"][voters] = recalibrate(stored["stacks"][voters], outcomes, voters.split("+"))
    stored["thresholds"][EXTRACTORS[voters]] = choose_threshold(vote_on(folds, Weights(stored), voters))


def cross_validate(folds: Sequence[Fold], voters: str) -> evaluation.Report:
    """The report on all articles; the combination for each fold is fitted on the other folds."""
    everything: Combined = []
    claims: list[dict[str, Any]] = []
    for number, fold in enumerate(folds):
        others = [other for n, other in enumerate(folds) if n != number]
        stored = start_weights([example for examples, _ in others for example in examples])
        fit_combination(others, voters, stored)
        combined = vote_on([fold], Weights(stored), voters)
        everything += combined
        claims += list_claims(combined, stored["thresholds"][EXTRACTORS[voters]])
    return evaluate_claims(everything, claims)


def start_weights(examples: Sequence[Example]) -> dict[str, Any]:
    """The weights file before any combination is fitted."""
    return {"rules": measure_rules(examples), "stacks": {}, "thresholds": {}}


def show(name: str, report: evaluation.Report) -> None:
    print(f"{name}: {report.articles} articles  {report.overall}  headline {report.headline.f1:.3f}")
    outside = [outcome for outcome in report.outcomes if not outcome.cancer]
    print(
        f"  cancer {report.cancer_accuracy:.3f}, speculation {report.speculation_accuracy:.3f}, negation "
        f"{report.negation_accuracy:.3f}, ECE {evaluation.calibration_error(report.outcomes):.3f}, outside cancer "
        f"{evaluation.calibration_error(outside):.3f} on {len(outside)} claims"
    )
    print("  " + "  ".join(f"{p} {c.f1:.2f}" for p, c in sorted(report.predicates.items())), flush=True)


def read_examples(articles: Path, votes: Sequence[Path]) -> list[list[Example]]:
    """Three sets of examples: articles mirrored, as annotated, and with the entities that the pipeline finds.

    Those of the last set have the relation model's votes.
    """
    documents = gold.articles("train")
    found = read_articles(articles)
    known = [d for d in documents if d["id"] in found]
    annotated = [(d, gold.annotate_as_gold(d)) for d in known]
    sets = [
        [read_mirrored(d, article) for d, article in annotated],
        [read_example(d, article) for d, article in annotated],
        [read_example(d, found[d["id"]]) for d in known],
    ]
    relations = read_votes(votes)
    for example in sets[-1]:
        example.relations = relations.get(example.document["id"])
    return sets


def read_votes(paths: Sequence[Path]) -> dict[str, list[ScoredRelation]]:
    rows = (json.loads(line) for path in paths for line in path.read_text(encoding="utf-8").splitlines())
    return {
        row["id"]: [ScoredRelation(**(r | {"predicate": Predicate(r["predicate"])})) for r in row["relations"]]
        for row in rows
    }


def fit_folds(sets: Sequence[Sequence[Example]]) -> list[Fold]:
    """The last set in the relation model's folds, each with lexical weights fitted on the other folds of all sets."""
    folds: list[Fold] = []
    for fold in range(FOLDS):
        learned = [e for examples in sets for n, e in enumerate(examples) if n % FOLDS != fold]
        folds.append((sets[-1][fold::FOLDS], fit_lexical(learned)))
    return folds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", type=Path)
    parser.add_argument("--votes", type=Path, nargs="+", default=[])
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    sets = read_examples(options.articles, options.votes)
    folds = fit_folds(sets)
    if options.write:
        stored = start_weights(sets[-1])
        for voters in EXTRACTORS:
            fit_combination(folds, voters, stored)
        (WEIGHTS / "combination.json").write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")
        fit_lexical([example for examples in sets for example in examples]).save(WEIGHTS / "lexical.npz")
        print(f"wrote {WEIGHTS / 'lexical.npz'}: {(WEIGHTS / 'lexical.npz').stat().st_size / 1e6:.2f} MB")
    for voters, name in EXTRACTORS.items():
        report = cross_validate(folds, voters)
        show(f"{name}, five-fold", report)
        if options.write and name == COMBINED:
            write_precision(report.outcomes, f"five-fold cross-validation on {report.articles} articles")


if __name__ == "__main__":
    main()
