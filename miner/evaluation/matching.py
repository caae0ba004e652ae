"""Annotated articles and predicted claims, and which claim is which assertion.

A predicted claim is right when predicate, polarity and both ends agree with one annotated assertion of its article.
Each of those is matched once, in order, and repeats of a claim count once. Annotated articles and predictions are plain
dictionaries, as in the JSON Lines files.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graph_schema.model import EntityType, Predicate
from miner.evaluation.names import Named, named

_VESICLE = EntityType.VESICLE.value
_TOWARDS_FUNCTION = (Predicate.PROMOTES.value, Predicate.INHIBITS.value)


@dataclass(slots=True)
class Counts:
    """Numbers of right, annotated and predicted items."""

    right: int = 0
    gold: int = 0
    predicted: int = 0

    @property
    def precision(self) -> float:
        """Share of the predicted that are right; 0 where nothing is predicted."""
        return self.right / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        """Share of the annotated that are found; 0 where there are none."""
        return self.right / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0

    def add(self, other: "Counts") -> None:
        """Add another's counts to these."""
        self.right += other.right
        self.gold += other.gold
        self.predicted += other.predicted

    def __str__(self) -> str:
        return (
            f"P {self.precision:.3f}  R {self.recall:.3f}  F1 {self.f1:.3f}"
            f"  ({self.right} right, {self.gold} gold, {self.predicted} predicted)"
        )


@dataclass(frozen=True)
class Predicted:
    """A predicted claim."""

    predicate: str
    negated: bool
    speculative: bool
    subject: Named
    object: Named
    cancers: tuple[Named, ...]
    score: float
    raw: Mapping[str, Any]

    @property
    def key(self) -> tuple[Any, ...]:
        """A key that repeats of one claim share."""
        return (self.predicate, self.negated, _identity(self.subject), _identity(self.object))


def _identity(end: Named) -> tuple[str, ...]:
    return ("Vesicle",) if end.type == _VESICLE else tuple(sorted("".join(form) for form in end.forms))


@dataclass(frozen=True)
class Annotated:
    """An annotated article with its entities by id."""

    id: str
    assertions: Sequence[Mapping[str, Any]]
    entities: Mapping[str, Named]
    raw: Mapping[str, Any]

    def agree(self, ids: Iterable[str], end: Named, strict: bool = False) -> bool:
        """Whether any of the entities with these ids is `end`."""
        return any(self.entities[i].agrees(end, strict) for i in ids)

    def show(self, ids: Sequence[str]) -> str:
        """The first names of entities, for listings."""
        first = {entity["id"]: entity["mentions"][0] for entity in self.raw["entities"]}
        return "|".join(first[i] for i in ids)


def annotated(document: Mapping[str, Any]) -> Annotated:
    """An article of a gold file."""
    entities = {entity["id"]: named(entity["type"], entity["mentions"]) for entity in document["entities"]}
    return Annotated(document["id"], document["assertions"], entities, document)


def predicted(claims: Iterable[Mapping[str, Any]]) -> dict[str, list[Predicted]]:
    """Predictions by article id, repeats left out, in order."""
    found: dict[str, dict[tuple[Any, ...], Predicted]] = defaultdict(dict)
    for claim in claims:
        one = Predicted(
            claim["predicate"],
            bool(claim.get("negated")),
            bool(claim.get("speculative")),
            _end(claim["subject"]),
            _end(claim["object"]),
            tuple(_end({"type": "Cancer", **cancer}) for cancer in claim.get("cancers", ())),
            float(claim.get("score", 1.0)),
            claim,
        )
        found[claim["doc_id"]].setdefault(one.key, one)
    return {doc_id: list(ones.values()) for doc_id, ones in found.items()}


def _end(entity: Mapping[str, Any]) -> Named:
    return named(entity.get("type") or "", [entity.get("name", ""), *entity.get("mentions", ())])


def matches(article: Annotated, claims: Sequence[Predicted], strict: bool = False) -> list[tuple[int, int]]:
    """(assertion, claim) indices: each claim takes the first assertion still free that it agrees with."""
    free = list(range(len(article.assertions)))
    pairs = []
    for number, claim in enumerate(claims):
        for index in free:
            if is_right(article, article.assertions[index], claim, strict):
                pairs.append((index, number))
                free.remove(index)
                break
    return pairs


def is_right(article: Annotated, assertion: Mapping[str, Any], claim: Predicted, strict: bool) -> bool:
    """Whether a claim agrees with an assertion."""
    return (
        claim.predicate in (assertion["predicate"], assertion.get("or_predicate"))
        and claim.negated == assertion["negated"]
        and article.agree(assertion["subject"], claim.subject, strict)
        and article.agree(assertion["object"], claim.object, strict)
    )


def _wanted_tuples(article: Annotated) -> list[tuple[list[str], str, Sequence[str], str | None]]:
    carried = {
        end
        for assertion in article.assertions
        if assertion["predicate"] == "CARRIES" and not assertion["negated"]
        for end in assertion["object"]
    }
    return [
        ([end for end in assertion["subject"] if end in carried], assertion["predicate"], assertion["object"], cancer)
        for assertion in article.assertions
        if assertion["predicate"] in _TOWARDS_FUNCTION
        and not assertion["negated"]
        and carried & set(assertion["subject"])
        for cancer in assertion["cancers"] or [None]
    ]


def _predicted_tuples(claims: Sequence[Predicted]) -> Iterator[tuple[Predicted, Named | None]]:
    carried = [claim.object.forms for claim in claims if claim.predicate == "CARRIES" and not claim.negated]
    for claim in claims:
        if claim.predicate in _TOWARDS_FUNCTION and not claim.negated and any(f & claim.subject.forms for f in carried):
            for cancer in claim.cancers or (None,):
                yield claim, cancer


def headline(article: Annotated, claims: Sequence[Predicted]) -> Counts:
    """Counts of vesicle-cargo-function-cancer tuples that are right in every slot."""
    wanted = _wanted_tuples(article)
    counts = Counts(gold=len(wanted))
    for claim, cancer in _predicted_tuples(claims):
        counts.predicted += 1
        for one in wanted:
            subjects, effect, objects, about = one
            if (
                effect == claim.predicate
                and article.agree(subjects, claim.subject)
                and article.agree(objects, claim.object)
                and (about is None) == (cancer is None)
                and (about is None or cancer is None or article.entities[about].agrees(cancer))
            ):
                counts.right += 1
                wanted.remove(one)
                break
    return counts
