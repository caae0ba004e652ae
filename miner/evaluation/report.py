"""Scores of predicted claims against annotated articles."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from graph_schema.model import EntityType
from miner.evaluation.errors import Error, errors_of
from miner.evaluation.matching import Annotated, Counts, Predicted, annotated, headline, is_right, matches, predicted
from miner.evaluation.names import Named


class Outcome(NamedTuple):
    """A scored prediction. `right` is 1 where it matches the annotation, 0 where it does not, 0.5 where it half does;
    `cancer` says that its article names a cancer."""

    score: float
    right: float
    predicate: str
    cancer: bool


@dataclass
class Report:
    """All figures of an evaluation. `confusions` count (annotated, predicted) predicates of one pair of entities,
    "" where one side has none."""

    overall: Counts = field(default_factory=Counts)
    strict: Counts = field(default_factory=Counts)
    headline: Counts = field(default_factory=Counts)
    predicates: dict[str, Counts] = field(default_factory=lambda: defaultdict(Counts))
    confusions: Counter[tuple[str, str]] = field(default_factory=Counter)
    error_classes: Counter[str] = field(default_factory=Counter)
    errors: list[Error] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    articles: int = 0
    _cancer_right: int = 0
    _certainty_right: int = 0
    _denied: list[int] = field(default_factory=lambda: [0, 0])

    @property
    def cancer_accuracy(self) -> float:
        """Share of the right claims whose cancer is right too."""
        return self._cancer_right / self.overall.right if self.overall.right else 0.0

    @property
    def speculation_accuracy(self) -> float:
        """Share of the right claims whose speculation is as annotated."""
        return self._certainty_right / self.overall.right if self.overall.right else 0.0

    @property
    def negation_accuracy(self) -> float:
        """Of the negated assertions whose predicate and entities were found, the share found to be negated."""
        right, found = self._denied
        return right / found if found else 0.0


def evaluate(documents: Iterable[Mapping[str, Any]], claims: Iterable[Mapping[str, Any]]) -> Report:
    """The report on predictions (in the scorer's format) for these annotated articles; others' are left out."""
    report = Report()
    by_article = predicted(claims)
    for document in documents:
        article = annotated(document)
        _add(report, article, by_article.get(article.id, []))
    report.overall = _total(report.predicates.values())
    report.strict.gold, report.strict.predicted = report.overall.gold, report.overall.predicted
    return report


def _total(counts: Iterable[Counts]) -> Counts:
    total = Counts()
    for one in counts:
        total.add(one)
    return total


def _add(report: Report, article: Annotated, claims: Sequence[Predicted]) -> None:
    pairs = matches(article, claims)
    report.articles += 1
    report.strict.right += len(matches(article, claims, strict=True))
    report.headline.add(headline(article, claims))
    for assertion in article.assertions:
        report.predicates[assertion["predicate"]].gold += 1
    taken = {number: index for index, number in pairs}
    cancer = any(entity.type == EntityType.CANCER for entity in article.entities.values())
    for number, claim in enumerate(claims):
        report.outcomes.append(Outcome(claim.score, number in taken, claim.predicate, cancer))
        # the other accepted predicate counts as the annotated one
        predicate = article.assertions[taken[number]]["predicate"] if number in taken else claim.predicate
        report.predicates[predicate].predicted += 1
    for index, number in pairs:
        assertion, claim = article.assertions[index], claims[number]
        report.predicates[assertion["predicate"]].right += 1
        report.confusions[assertion["predicate"], claim.predicate] += 1
        report._certainty_right += assertion["speculative"] == claim.speculative
        report._cancer_right += _same_cancer(article, assertion["cancers"], claim.cancers)
    _add_negation(report, article, claims)
    for error in errors_of(article, claims, pairs):
        report.errors.append(error)
        report.error_classes[error.error_class] += 1
        if error.confusion:
            report.confusions[error.confusion] += 1


def _same_cancer(article: Annotated, wanted: Sequence[str], found: Sequence[Named]) -> bool:
    if not wanted and not found:
        return True
    return any(article.entities[want].agrees(one) for want in wanted for one in found)


def _add_negation(report: Report, article: Annotated, claims: Sequence[Predicted]) -> None:
    for assertion in article.assertions:
        if assertion["negated"]:
            same = [c for c in claims if is_right(article, {**assertion, "negated": c.negated}, c, strict=False)]
            report._denied[1] += bool(same)
            report._denied[0] += any(claim.negated for claim in same)
