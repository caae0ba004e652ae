"""What more annotation would buy: F1 on the development articles with parts of the training articles.

    python -m pipelines.train.learning_curve ARTICLES.jsonl DEV.jsonl FOLD0.votes.jsonl … --curve 100=A.votes.jsonl …

For each part the lexical extractor is fitted on its articles, and so was the relation model
(`train_relations.py --limit 100 --score DEV.jsonl`, which writes the votes named here). The recognizer and the
combination, fitted on the fold votes, are those of all training articles.
"""

import argparse
from pathlib import Path

from miner.extract.weights import Weights
from pipelines import gold
from pipelines.train.articles import read_articles
from pipelines.train.train_pairs import (
    EXTRACTORS,
    evaluate_claims,
    fit_combination,
    fit_folds,
    fit_lexical,
    list_claims,
    read_example,
    read_examples,
    read_votes,
    start_weights,
    vote_on,
)

VOTING = "rules+lexical+relations"


def main() -> None:
    """Print F1 for each number of training articles."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", type=Path)
    parser.add_argument("dev", type=Path)
    parser.add_argument("votes", type=Path, nargs="+")
    parser.add_argument("--curve", nargs="+", required=True, metavar="COUNT=VOTES")
    options = parser.parse_args()
    sets = read_examples(options.articles, options.votes)
    stored = start_weights(sets[-1])
    fit_combination(fit_folds(sets), VOTING, stored)
    found = read_articles(options.dev)
    dev = [read_example(document, found[document["id"]]) for document in gold.articles("dev")]
    for part in options.curve:
        count, _, path = part.partition("=")
        scorer = fit_lexical([example for examples in sets for example in examples[: int(count)]])
        votes = read_votes([Path(path)])
        for example in dev:
            example.relations = votes[example.document["id"]]
        combined = vote_on([(dev, scorer)], Weights(stored), VOTING)
        report = evaluate_claims(combined, list_claims(combined, stored["thresholds"][EXTRACTORS[VOTING]]))
        print(f"{count:>4} articles: {report.overall}  headline {report.headline.f1:.3f}", flush=True)


if __name__ == "__main__":
    main()
