"""The extractors' votes joined: one calibrated probability per pair and predicate, and one reading chosen per pair."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from math import exp, log
from typing import TYPE_CHECKING, Any

from graph_schema.model import EntityType, Predicate
from miner.extract.rules.rules import Finding
from miner.extract.scorers.lexical import PREDICATES as _PREDICATES
from miner.extract.scorers.lexical import LexicalScorer, Pair, permitted
from miner.model.annotations import AnnotatedArticle

if TYPE_CHECKING:
    from miner.extract.scorers.relations import ScoredRelation

NAME = "exominer.combined.v3"

_P = Predicate
_EFFECTS = frozenset({_P.PROMOTES, _P.INHIBITS, _P.ACTIVATES, _P.REPRESSES, _P.REGULATES})
_LEVELS = frozenset({_P.ELEVATED_IN, _P.REDUCED_IN})
_STRUCTURE = _LEVELS | {_P.CARRIES, _P.SECRETES, _P.FOUND_IN}
_RARE = {_P.REDUCED_IN: 0.7, _P.TREATS: 0.7}  # seldom said, so kept from a lower probability on
_CARGO_ACTS = 0.5  # how likely the cargo must be, against the vesicle, to be taken for the agent
_ABSENT = 0.02  # what an extractor that says nothing of a pair is taken to think of it


@dataclass(frozen=True, slots=True)
class Place:
    """An occurrence that supports a reading: indices into the article's sentences and the entities' mentions."""

    sentence: int
    subject_mention: int
    object_mention: int
    weight: float


@dataclass(slots=True)
class Reading:
    """What the article may say of two of its entities, with the probability that it does, and where."""

    predicate: Predicate
    subject: int
    object: int
    rules: float = _ABSENT
    lexical: float = _ABSENT
    relations: float = _ABSENT
    probability: float = 0.0
    places: list[Place] = field(default_factory=list)


ReadingOf = Callable[[int, int, Predicate], Reading]
"""The reading of a subject, an object and a predicate, made where there is none yet."""


def least(threshold: float) -> dict[Predicate, float]:
    """The probability from which on a reading is kept, by predicate; somewhat lower for those that are seldom said."""
    return {predicate: threshold * _RARE.get(predicate, 1.0) for predicate in Predicate}


class Weights:
    """The measured precision of each rule and the weights of the combination (`pipelines/train/train_pairs.py`)."""

    def __init__(self, stored: Mapping[str, Any]) -> None:
        self._rules: dict[str, float] = stored["rules"]
        self._stacks: dict[str, dict[str, Any]] = stored["stacks"]
        self.thresholds: dict[str, float] = stored["thresholds"]

    def least(self, extractor: str) -> dict[Predicate, float]:
        """The probability from which on an extractor's readings are kept, by predicate."""
        return least(self.thresholds.get(extractor, 0.3))

    def rule(self, predicate: Predicate, rule: str) -> float:
        """How often this rule's readings are right."""
        return self._rules.get(f"{predicate} {rule}", 0.3)

    def probability(self, reading: Reading, voters: str) -> float:
        """The probability of a reading, from what each of the `voters` ("rules", "rules+lexical", …) gives it."""
        known = [known for known in self._stacks if set(known.split("+")) <= set(voters.split("+"))]
        if not known:
            return float(max(getattr(reading, voter) for voter in voters.split("+")))
        voters = max(known, key=len)
        stack = self._stacks[voters]
        total = stack["bias"] + stack["predicates"].get(reading.predicate.value, 0.0)
        for voter in voters.split("+"):
            total += stack[voter] * logit(getattr(reading, voter))
        return 1 / (1 + exp(-total))


@lru_cache(maxsize=1)
def shipped() -> Weights:
    """The weights that the package holds. Raises FileNotFoundError where they are missing."""
    return Weights(json.loads(files("miner").joinpath("weights/combination.json").read_text(encoding="utf-8")))


def logit(probability: float) -> float:
    """The log-odds of a probability, which is kept away from 0 and 1."""
    kept = min(max(probability, 0.005), 0.995)
    return log(kept / (1 - kept))


def readings(
    article: AnnotatedArticle,
    findings: Iterable[Finding] | None,
    pairs: Iterable[Pair] = (),
    scorer: LexicalScorer | None = None,
    relations: "Iterable[ScoredRelation] | None" = None,
    weights: Weights | None = None,
) -> list[Reading]:
    """Every reading that any of the given extractors gives, with its combined probability, likeliest first."""
    weights = weights or shipped()
    found: dict[tuple[int, int, Predicate], Reading] = {}

    def of(subject: int, object_: int, predicate: Predicate) -> Reading:
        return found.setdefault((subject, object_, predicate), Reading(predicate, subject, object_))

    voters = []
    if findings is not None:
        voters.append("rules")
        _add_findings(of, findings, weights)
    if scorer is not None:
        voters.append("lexical")
        _add_pairs(of, article, pairs, scorer)
    if relations is not None:
        voters.append("relations")
        for relation in relations:
            reading = of(relation.subject, relation.object, relation.predicate)
            reading.relations = relation.probability
            place = (relation.sentence, relation.subject_mention, relation.object_mention)
            reading.places.append(Place(*place, 0.5 * relation.probability))
    for reading in found.values():
        reading.probability = weights.probability(reading, "+".join(voters))
    return sorted(found.values(), key=lambda r: (-r.probability, r.subject, r.object, r.predicate))


def _add_findings(of: ReadingOf, findings: Iterable[Finding], weights: Weights) -> None:
    by_reading: dict[tuple[int, int, Predicate], list[Finding]] = defaultdict(list)
    for finding in findings:
        by_reading[finding.subject, finding.object, finding.predicate].append(finding)
    for key, group in by_reading.items():
        reading = of(*key)
        miss = 1.0
        for rule in {finding.rule for finding in group}:
            miss *= 1 - weights.rule(key[2], rule)
        reading.rules = max(1 - miss, _ABSENT)
        reading.places += [
            Place(f.sentence, f.subject_mention, f.object_mention, weights.rule(f.predicate, f.rule)) for f in group
        ]


def _add_pairs(of: ReadingOf, article: AnnotatedArticle, pairs: Iterable[Pair], scorer: LexicalScorer) -> None:
    pairs = list(pairs)
    for pair, scores in zip(pairs, scorer.score(pairs).tolist(), strict=True):
        for column in permitted(article.entities[pair.subject].type, article.entities[pair.object].type):
            if scores[column] >= _ABSENT:
                reading = of(pair.subject, pair.object, _PREDICATES[column])
                reading.lexical = scores[column]
                reading.places.append(Place(pair.sentence, pair.subject_mention, pair.object_mention, 0.1))


def choose(article: AnnotatedArticle, ranked: Sequence[Reading], least: Mapping[Predicate, float]) -> list[Reading]:
    """The readings to keep, likeliest first: probable enough (`least`), one a family for two concepts.

    PROMOTES … REGULATES exclude one another, and so do ELEVATED_IN and REDUCED_IN. Entities of one type that share a
    surface form are one concept here: what the resolver leaves apart makes no second claim.
    """
    concept = _concepts(article)
    kept: list[Reading] = []
    taken: set[tuple[int, int, str]] = set()
    for reading in ranked:
        if reading.probability < least[reading.predicate]:
            continue
        key = (concept[reading.subject], concept[reading.object], _family(reading.predicate))
        if key[0] == key[1] or key in taken:
            continue
        taken.add(key)
        kept.append(reading)
    return _one_agent(article, kept)


def _one_agent(article: AnnotatedArticle, kept: Sequence[Reading]) -> list[Reading]:
    """The readings without those that give one effect of a loaded vesicle twice, to the vesicle and to its cargo.

    Of a vesicle and what it carries, told to do the same to the same in the same sentences, the cargo is the agent;
    only where it is far less likely the vesicle is.
    """
    carried = {(r.subject, r.object) for r in kept if r.predicate is _P.CARRIES}
    result: list[Reading] = []
    by_effect: dict[tuple[int, Predicate], list[Reading]] = defaultdict(list)
    for reading in kept:
        same = by_effect[reading.object, reading.predicate]
        rival = next((r for r in same if _restates(r, reading, carried)), None)
        if rival is None or reading.predicate in _STRUCTURE:
            same.append(reading)
            result.append(reading)
        elif (rival.subject, reading.subject) in carried and reading.probability >= _CARGO_ACTS * rival.probability:
            reading.probability = rival.probability
            result[result.index(rival)] = reading
            same[same.index(rival)] = reading
    return result


def _restates(told: Reading, reading: Reading, carried: set[tuple[int, int]]) -> bool:
    loaded = {(told.subject, reading.subject), (reading.subject, told.subject)} & carried
    return bool(loaded) and {p.sentence for p in reading.places} <= {p.sentence for p in told.places}


def _family(predicate: Predicate) -> str:
    if predicate in _EFFECTS:
        return "effect"
    return "level" if predicate in _LEVELS else predicate.value


def _concepts(article: AnnotatedArticle) -> list[int]:
    """For each entity the first one of its type that shares an id or a surface form with it."""
    first: dict[tuple[EntityType, str], int] = {}
    concepts: list[int] = []
    for index, entity in enumerate(article.entities):
        keys = {(entity.type, entity.id)} | {(entity.type, mention.text.casefold()) for mention in entity.mentions}
        concept = min((first[key] for key in keys if key in first), default=index)
        for key in keys:
            first.setdefault(key, concept)
        concepts.append(concept)
    return concepts
