"""What curators' verdicts buy on articles that they did not judge, by simulation on the annotated articles.

    python -m pipelines.measure.learning ARTICLES.jsonl [--votes FOLD0.votes.jsonl …] [--repeats 10]

`ARTICLES.jsonl` and the votes are those of `train_pairs.py`: nothing that votes was trained on the article it votes on.
Without votes of the relation model, the other extractors are combined alone. A third of the articles stand for those
that the shipped combination was fitted to; the simulated curator judges claims of a half of the others as annotated,
and F1, precision at fixed recall and log loss are measured on the other half, for different halves. "same" fits the
shipped combination to articles like the workspace's; "other" to reviews alone, for a workspace of research.

The queue of `exominer review` is compared with random order: by the verdicts that random order needs for the same log
loss, and by the wrong claims found.
"""

import argparse
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import log
from pathlib import Path
from statistics import mean, stdev
from typing import Any

from graph_schema.model import Predicate
from miner import evaluation
from miner.evaluation.predictions import gold_claim
from miner.extract.candidates import CandidateRelation
from miner.extract.claims import make_claims
from miner.extract.learning import JudgedRelation, refit
from miner.extract.sentence import SentenceView, view_sentences
from miner.extract.weights import Fusion, Weights, scale_threshold
from miner.workflow.learn import learn, relations_by_ends
from miner.workflow.review_queue import Judgeable, by_usefulness
from pipelines import gold
from pipelines.train.articles import read_articles
from pipelines.train.train_pairs import (
    EXTRACTORS,
    FOLDS,
    Example,
    Fold,
    fit_combination,
    fit_lexical,
    read_example,
    read_votes,
    start_weights,
    vote_on,
)

SIZES = (100, 200, 500, 1000)
RECALL = 0.5
LOWEST = 0.1
"""Score from which on claims are ranked for precision at fixed recall."""


@dataclass(eq=False)
class Read:
    """An article of the workspace with its candidate relations, and the claims that shipped weights make of them."""

    example: Example
    candidates: list[CandidateRelation]
    sentences: list[SentenceView]
    judged: list[JudgedRelation]
    queued: list[Judgeable]


@dataclass(frozen=True)
class Result:
    """How weights do on articles that were not judged."""

    f1: float
    precision: float
    log_loss: float


def read_all(articles: Path, votes: Sequence[Path]) -> tuple[list[Fold], str]:
    """The articles in folds with lexical weights of the other folds, and the voters."""
    found = read_articles(articles)
    examples = [read_example(d, found[d["id"]]) for d in gold.articles("train") if d["id"] in found]
    relations = read_votes(votes)
    for example in examples:
        example.relations = relations.get(example.document["id"])
    folds: list[Fold] = []
    for fold in range(FOLDS):
        others = [e for n, e in enumerate(examples) if n % FOLDS != fold]
        folds.append((examples[fold::FOLDS], fit_lexical(others)))
    return folds, "rules+lexical+relations" if relations else "rules+lexical"


def select(folds: Sequence[Fold], wanted: Mapping[str, bool], which: bool) -> list[Fold]:
    """The folds with those articles alone that are (or are not) wanted."""
    return [([e for e in examples if wanted[e.document["id"]] is which], scorer) for examples, scorer in folds]


def read_workspace(folds: Sequence[Fold], weights: Weights, voters: str) -> list[Read]:
    """The articles of the workspace as the shipped combination reads them, each claim with the annotators' verdict."""
    thresholds = weights.thresholds(EXTRACTORS[voters])
    result = []
    for example, candidates in vote_on(folds, weights, voters):
        sentences = list(view_sentences(example.resolved))
        relations = relations_by_ends(example.article, candidates)
        read = Read(example, candidates, sentences, [], [])
        for number, (claim, right) in enumerate(judge(example, candidates, sentences, thresholds)):
            if relation := relations.get((claim.subject.kind, claim.object.kind, claim.predicate)):
                id_ = f"{example.document['id']} {number:03}"
                read.judged.append(
                    JudgedRelation(example.document["id"], claim.predicate, relation.scores, relation.floor, right)
                )
                read.queued.append(Judgeable(id_, claim.score, (claim.subject.id, claim.object.id), claim.predicate))
        result.append(read)
    return result


def judge(
    example: Example,
    candidates: Sequence[CandidateRelation],
    sentences: Sequence[SentenceView],
    thresholds: Mapping[Predicate, float],
) -> Iterator[tuple[Any, bool]]:
    """The claims of an article, each with whether it is annotated."""
    claims = make_claims(example.article, candidates, thresholds, sentences)
    rows = [{**gold_claim(example.document["id"], claim), "claim": claim} for claim in claims]
    given = evaluation.predicted(rows).get(example.document["id"], [])
    right = {number for _, number in evaluation.matches(evaluation.annotated(example.document), given)}
    yield from ((one.raw["claim"], number in right) for number, one in enumerate(given))


def measure(reads: Sequence[Read], fusion: Fusion, thresholds: Mapping[Predicate, float]) -> Result:
    """F1, precision at `RECALL` and log loss of these weights on articles."""
    claims = []
    for read in reads:
        for candidate in read.candidates:
            fused = fusion.fuse_scores(candidate.predicate, candidate.scores)
            candidate.probability = max(fused, candidate.floor)
            candidate.rivals = []
        ranked = sorted(read.candidates, key=lambda c: (-c.probability, c.subject, c.object, c.predicate))
        made = make_claims(read.example.article, ranked, scale_threshold(LOWEST), read.sentences)
        claims += [gold_claim(read.example.document["id"], claim) for claim in made]
    documents = [read.example.document for read in reads]
    kept = [claim for claim in claims if claim["score"] >= thresholds[Predicate(claim["predicate"])]]
    ranked_report = evaluation.evaluate(documents, claims)
    precision = evaluation.precision_at_recall(evaluation.curve(ranked_report), RECALL) or 0.0
    judged = [one for read in reads for one in read.judged]
    losses = [-_log(one.probability(fusion) if one.right else 1 - one.probability(fusion)) for one in judged]
    return Result(evaluation.evaluate(documents, kept).overall.f1, precision, mean(losses))


def _log(probability: float) -> float:
    return log(max(probability, 1e-6))


def simulate(reads: Sequence[Read], shipped: Fusion, thresholds: Mapping[Predicate, float], repeats: int) -> None:
    """Print what verdicts buy, and how the queue compares with random order."""
    gains: dict[tuple[str, int], list[Result]] = defaultdict(list)
    wrong: dict[tuple[str, int], list[float]] = defaultdict(list)
    applied: dict[tuple[str, int], int] = defaultdict(int)
    for seed in range(repeats):
        rng = random.Random(seed)
        shuffled = rng.sample(list(reads), len(reads))
        pool, tested = shuffled[: len(reads) // 2], shuffled[len(reads) // 2 :]
        before = measure(tested, shipped, thresholds)
        pairs = [pair for read in pool for pair in zip(read.queued, read.judged, strict=True)]
        verdict = {claim.id: one for claim, one in pairs}
        orders = {
            "random": [claim.id for claim, _ in rng.sample(pairs, len(pairs))],
            "queue": [claim.id for claim in by_usefulness([claim for claim, _ in pairs], [])],
        }
        for order, ids in orders.items():
            for size in SIZES:
                judged = [verdict[id_] for id_ in ids[:size]]
                learned = refit("simulated", shipped, judged)
                after = measure(tested, replace(shipped, stack=learned.stack), learned.thresholds)
                gains[order, size].append(
                    Result(after.f1 - before.f1, after.precision - before.precision, before.log_loss - after.log_loss)
                )
                wrong[order, size].append(sum(not one.right for one in judged) / len(judged))
                applied[order, size] += learn(judged, shipped, thresholds).better
    for (order, size), results in gains.items():
        print(
            f"  {order:6} {size:5} verdicts: F1 {_interval([r.f1 for r in results])}"
            f"  precision at recall {RECALL} {_interval([r.precision for r in results])}"
            f"  log loss {_interval([r.log_loss for r in results])}"
            f"  wrong {mean(wrong[order, size]):.3f}  applied {applied[order, size]} of {repeats}"
        )
    for size in SIZES[:-1]:
        factor = mean(wrong["queue", size]) / mean(wrong["random", size])
        needed = _verdicts_needed(mean(r.log_loss for r in gains["queue", size]), gains)
        print(f"  queue, {size} verdicts: {factor:.2f} times the wrong claims of random order; its gain needs {needed}")


def _interval(values: Sequence[float]) -> str:
    """The mean of differences with its 95 % interval over the halves."""
    half = 1.96 * stdev(values) / len(values) ** 0.5 if len(values) > 1 else 0.0
    return f"{mean(values):+.4f} ± {half:.4f}"


def _verdicts_needed(gain: float, gains: Mapping[tuple[str, int], Sequence[Result]]) -> str:
    """How many verdicts random order needs for this gain in log loss, by linear interpolation."""
    known = [(0, 0.0), *((size, mean(r.log_loss for r in gains["random", size])) for size in SIZES)]
    for (less, low), (more, high) in pairwise(known):
        if low <= gain <= high and high > low:
            return f"{less + (more - less) * (gain - low) / (high - low):.0f} in random order"
    return f"more than {SIZES[-1]} in random order" if gain > known[-1][1] else "none"


def main() -> None:
    """Run both simulations."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", type=Path)
    parser.add_argument("--votes", type=Path, nargs="+", default=[])
    parser.add_argument("--repeats", type=int, default=10)
    options = parser.parse_args()
    folds, voters = read_all(options.articles, options.votes)
    documents = [e.document for examples, _ in folds for e in examples]
    thirds = {d["id"]: number % 3 == 0 for number, d in enumerate(documents)}
    reviews = {d["id"]: d["kind"] == "review" for d in documents}
    for name, shipped_from in (("same", thirds), ("other", reviews)):
        base = select(folds, shipped_from, True)
        stored = start_weights([e for examples, _ in base for e in examples])
        fit_combination(base, voters, stored)
        weights = Weights(stored)
        reads = read_workspace(select(folds, shipped_from, False), weights, voters)
        fusion, thresholds = weights.fusion(voters.split("+")), weights.thresholds(EXTRACTORS[voters])
        result = measure(reads, fusion, thresholds)
        print(
            f"{name}, {voters}: {len(reads)} articles, {sum(len(r.judged) for r in reads)} claims; shipped F1"
            f" {result.f1:.4f}, precision at recall {RECALL} {result.precision:.4f}, log loss {result.log_loss:.4f}",
            flush=True,
        )
        simulate(reads, fusion, thresholds, options.repeats)


if __name__ == "__main__":
    main()
