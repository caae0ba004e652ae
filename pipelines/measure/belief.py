"""Measure belief on the annotated articles of ../shared/gold: systematic error by predicate, calibration of support.

    python -m pipelines.measure.belief [--json]

The installed pipeline reads both sets. Claims of several articles that name the same subject, predicate and object
show which errors articles share: with e the share of wrong claims, and s of them wrong in every article alike, both
claims of a pair are wrong with probability s + (e − s)² / (1 − s). The systematic error s is what explains the pairs
observed. A predicate's own s counts by its number of claims, beside `PRIOR_CLAIMS` claims with the s of all predicates.

The learned votes and the recognizer were trained on the `train` articles, which are read with fewer errors than new
ones. Each pair that is wrong there counts as often as errors are commoner in `dev`.

Support is compared with what is annotated: 1 where some article of the assertion states it, 0.5 where it is hedged in
all of these. The expected calibration error is over ten equal bins.
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from graph_schema.model import Predicate
from miner.assembly.assemble import assemble_pair
from miner.assembly.belief import SYSTEMATIC
from miner.evaluation import annotated, calibration_error, matches, predicted
from miner.evaluation.predictions import gold_claim
from miner.evaluation.report import Outcome as Scored
from miner.extract.claims import extract
from miner.model.assertions import EvidenceRow, WorkRef
from miner.model.claims import Claim
from pipelines import gold

PRIOR_CLAIMS = 300
"""How many claims the s of all predicates weighs, where that of one is estimated."""

MIN_SYSTEMATIC = 0.01
"""The least error: no assertion is believed above 0.99 without a curator."""


@dataclass(frozen=True)
class Outcome:
    """A claim read in an article, and whether the article states it: 1, 0.5 where it hedges it, or 0."""

    set: str
    article: str
    claim: Claim
    stated: float

    @property
    def key(self) -> tuple[str, Predicate, str, bool]:
        """What claims that say the same of the same entities share."""
        return self.claim.subject.id, self.claim.predicate, self.claim.object.id, self.claim.negated


def read(name: str) -> list[Outcome]:
    """Every claim that the installed pipeline reads in one set of articles."""
    documents = gold.articles(name)
    outcomes = []
    for document, article in zip(documents, gold.annotate_with_pipeline(documents), strict=True):
        claims = extract(article)
        stated = _find_stated(document, claims)
        outcomes += [Outcome(name, document["id"], claim, stated.get(_key(claim), 0.0)) for claim in claims]
    return outcomes


def _find_stated(document: dict[str, Any], claims: Sequence[Claim]) -> dict[Any, float]:
    """How far an article states what is read in it, by the scorer's rules: repeats of a claim count once."""
    wanted = annotated(document)
    guesses = predicted(gold_claim(document["id"], claim) for claim in claims).get(document["id"], [])
    hedged = {number: wanted.assertions[index]["speculative"] for index, number in matches(wanted, guesses)}
    return {guesses[number].key: 0.5 if hedges else 1.0 for number, hedges in hedged.items()}


def _key(claim: Claim) -> Any:
    (guesses,) = predicted([gold_claim("", claim)]).values()
    return guesses[0].key


def measure_systematic(outcomes: Sequence[Outcome]) -> dict[Predicate, float]:
    """The systematic error of each predicate, and how it was weighed: see above."""
    errors = {name: _share_wrong([o for o in outcomes if o.set == name]) for name in ("dev", "train")}
    factor = max(1.0, errors["dev"] / errors["train"])
    pairs: dict[Predicate, list[tuple[float, float, float]]] = defaultdict(list)
    by_key: dict[Any, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        by_key[outcome.key].append(outcome)
    for (_, predicate, _, _), same in by_key.items():
        for one, other in combinations(same, 2):
            if one.article != other.article:
                wrong = (one.stated == 0) + (other.stated == 0)
                weight = 1 / (len(same) - 1) * (factor if wrong == 2 and "dev" not in (one.set, other.set) else 1)
                pairs[predicate].append((weight, wrong / 2, wrong == 2))
    overall = _solve([pair for ones in pairs.values() for pair in ones])
    measured = {}
    for predicate in Predicate:
        count = sum(weight for weight, *_ in pairs[predicate])
        own = _solve(pairs[predicate]) if pairs[predicate] else overall
        measured[predicate] = max(MIN_SYSTEMATIC, (count * own + PRIOR_CLAIMS * overall) / (count + PRIOR_CLAIMS))
    return measured


def _share_wrong(outcomes: Sequence[Outcome]) -> float:
    return sum(o.stated == 0 for o in outcomes) / len(outcomes)


def _solve(pairs: Iterable[tuple[float, float, float]]) -> float:
    """The s at which both of a pair are wrong as often as observed; pairs are (weight, share wrong, both wrong)."""
    pairs = list(pairs)
    total = sum(weight for weight, *_ in pairs)
    error = sum(weight * wrong for weight, wrong, _ in pairs) / total
    both = sum(weight * wrong for weight, _, wrong in pairs) / total
    low, high = 0.0, error
    for _ in range(40):
        s = (low + high) / 2
        low, high = (s, high) if s + (error - s) ** 2 / (1 - s) < both else (low, s)
    return low


def measure_support(outcomes: Sequence[Outcome]) -> list[Scored]:
    """The support of each assertion of these articles, and how far it is stated."""
    by_pair: dict[tuple[str, str], list[EvidenceRow]] = defaultdict(list)
    stated: dict[Any, float] = defaultdict(float)
    for o in outcomes:
        by_pair[o.claim.subject.id, o.claim.object.id].append(EvidenceRow(o.claim, WorkRef(o.article, "")))
        stated[o.key] = max(stated[o.key], o.stated)
    return [
        Scored(a.tally.belief, stated[a.subject, a.predicate, a.object, a.negated], a.predicate, bool(a.cancers))
        for pair, rows in by_pair.items()
        for a in assemble_pair(*pair, rows).assertions
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    outcomes = [*read("dev"), *read("train")]
    measured = measure_systematic(outcomes)
    calibration = {
        name: measure_support([o for o in outcomes if o.set in sets])
        for name, sets in (("dev", ("dev",)), ("train", ("train",)), ("both", ("dev", "train")))
    }
    if options.json:
        errors = {name: calibration_error(found) for name, found in calibration.items()}
        print(json.dumps({"systematic": measured, "calibration_error_of_support": errors}))
        return
    for predicate, s in measured.items():
        print(f"{predicate:14} systematic error {s:.3f}, shipped {SYSTEMATIC[predicate]:.3f}")
    for name, found in calibration.items():
        print(f"{name}: calibration error (ECE) of support {calibration_error(found):.3f} over {len(found)} assertions")


if __name__ == "__main__":
    main()
