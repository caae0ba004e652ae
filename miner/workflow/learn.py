"""Learn from verdicts: re-fit the combination of votes, and measure it on works that it was not fitted to."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt

from graph_schema.model import Predicate
from miner.assembly.belief import settle
from miner.corpus import Corpus
from miner.errors import UsageError
from miner.extract.candidates import CandidateRelation
from miner.extract.claims import EXTRACTOR, extract, score_relations
from miner.extract.learning import JudgedRelation, cross_validate, refit
from miner.extract.voters import list_extractors
from miner.extract.weights import Fusion, load_weights
from miner.model.annotations import AnnotatedArticle
from miner.model.assertions import Verdict, assertion_id, evidence_id
from miner.model.claims import Claim
from miner.model.learned import Combination
from miner.model.reporter import Reporter
from miner.workflow.mining import annotate_texts, load_cached_pipeline, text_of
from miner.workflow.teaching import update_taught

MIN_VERDICTS = 50
"""Judged claims below which nothing is learned: cross-validation would be chance."""


@dataclass(frozen=True, slots=True)
class Scores:
    """How judged claims fare: how many are kept, how many of these are right, F1 among the judged, and log loss."""

    kept: int
    right: int
    f1: float
    log_loss: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """Claims of one predicate (or of all, where it is None) that curators judged, before and after learning."""

    predicate: Predicate | None
    judged: int
    right: int
    before: Scores
    after: Scores


@dataclass(frozen=True, slots=True)
class Lesson:
    """A combination fitted to all verdicts, and what such ones do to claims of works they were not fitted to.

    `gain` is by how much the mean log loss falls, `error` its standard error over works.
    """

    combination: Combination
    comparisons: tuple[Comparison, ...]
    gain: float
    error: float

    @property
    def better(self) -> bool:
        """Whether the gain is more than its standard error, and F1 does not fall."""
        overall = self.comparisons[-1]
        return self.gain > self.error and overall.after.f1 >= overall.before.f1


def learn(judged: Sequence[JudgedRelation], shipped: Fusion, thresholds: Mapping[Predicate, float]) -> Lesson:
    """Fit the combination to verdicts and compare it with that of `shipped` and `thresholds` by cross-validation.

    Raises UsageError where there are too few verdicts.
    """
    claims = [one for one in judged if one.chosen]
    if len(claims) < MIN_VERDICTS:
        raise UsageError(
            f"{len(claims)} judged claims are too few to learn from - judge {MIN_VERDICTS} with: exominer review"
        )
    after = cross_validate(EXTRACTOR, shipped, judged)
    before = [(one.probability(shipped), thresholds[one.predicate]) for one in judged]
    rows = [(one, b, a) for one, b, a in zip(judged, before, after, strict=True) if one.chosen]
    predicates = [p for p in Predicate if any(one.predicate is p for one in claims)]
    comparisons = [_compare(p, [row for row in rows if p in (row[0].predicate, None)]) for p in (*predicates, None)]
    gain, error = _mean_by_work((one.work, _loss(b, one.right) - _loss(a, one.right)) for one, (b, _), (a, _) in rows)
    return Lesson(refit(EXTRACTOR, shipped, judged), tuple(comparisons), gain, error)


_Row = tuple[JudgedRelation, tuple[float, float], tuple[float, float]]


def _compare(predicate: Predicate | None, rows: Sequence[_Row]) -> Comparison:
    right = sum(one.right for one, *_ in rows)
    before = _score([(one.right, b) for one, b, _ in rows])
    after = _score([(one.right, a) for one, _, a in rows])
    return Comparison(predicate, len(rows), right, before, after)


def _score(rows: Sequence[tuple[bool, tuple[float, float]]]) -> Scores:
    kept = [right for right, (probability, threshold) in rows if probability >= threshold]
    total = sum(right for right, _ in rows)
    f1 = 2 * sum(kept) / (len(kept) + total) if kept or total else 0.0
    return Scores(len(kept), sum(kept), f1, sum(_loss(p, right) for right, (p, _) in rows) / len(rows))


def _loss(probability: float, right: bool) -> float:
    return -log(max(probability if right else 1 - probability, 1e-6))


def _mean_by_work(values: Iterable[tuple[str, float]]) -> tuple[float, float]:
    """The mean of values, and its standard error, where those of one work are not independent."""
    by_work: dict[str, list[float]] = defaultdict(list)
    for work, value in values:
        by_work[work].append(value)
    total = sum(map(len, by_work.values()))
    mean = sum(map(sum, by_work.values())) / total
    spread = sum((sum(group) - mean * len(group)) ** 2 for group in by_work.values())
    return mean, sqrt(spread) / total


def shipped_combination() -> tuple[Fusion, dict[Predicate, float]]:
    """The weights and thresholds of the extractor as this release ships it."""
    weights = load_weights()
    return weights.fusion(list_extractors()[EXTRACTOR]), weights.thresholds(EXTRACTOR)


def judged_relations(corpus: Corpus, reporter: Reporter) -> list[JudgedRelation]:
    """Every claim that curators judged alike, with the votes for it.

    The works are read again, also those that earlier weights were fitted to: a claim that these weights have dropped
    since is still judged.
    """
    given: dict[str, list[Verdict]] = defaultdict(list)
    ids = corpus.learned_from()
    for verdict, pair in corpus.all_verdicts():
        given[verdict.assertion].append(verdict)
        ids |= {work.id for work, _ in corpus.claims_of(*pair)}
    reporter.start("reading judged texts", len(ids))
    pipeline = load_cached_pipeline(None, update_taught(corpus).synonyms)
    found: list[JudgedRelation] = []
    texts = (text_of(work.id, work.article) for work in corpus.works(sorted(ids)))
    for article in annotate_texts(texts, pipeline):
        claims = {evidence_id(c, article.doc_id): c for c in (*extract(article), *corpus.claims_in(article.doc_id))}
        relations = relations_by_ends(article, score_relations(article))
        for evidence, claim in claims.items():
            verdicts = [v for v in given[assertion_id(claim)] if v.evidence in ("", evidence)]
            if (status := settle(evidence, verdicts)) in ("accepted", "rejected"):
                found += _match(article.doc_id, claim, status == "accepted", verdicts, relations)
        reporter.advance()
    return found


Ends = tuple[str, str, Predicate]
"""Ids of subject and object, and the predicate between them."""


def relations_by_ends(
    article: AnnotatedArticle, candidates: Sequence[CandidateRelation]
) -> dict[Ends, CandidateRelation]:
    """The candidates by the ids of their entities and their predicate; of several the most probable."""
    ids = [entity.id for entity in article.entities]
    return {(ids[c.subject], ids[c.object], c.predicate): c for c in reversed(candidates)}


def _match(
    work: str,
    claim: Claim,
    accepted: bool,
    verdicts: Iterable[Verdict],
    relations: Mapping[Ends, CandidateRelation],
) -> Iterator[JudgedRelation]:
    """The relation behind a judged claim, and the one that a curator put in its place; none that is not found again."""
    replaced = [verdict for verdict in verdicts if not (claim.negated or verdict.new_subject or verdict.new_object)]
    corrections = {verdict.correction for verdict in replaced}
    instead = [predicate for predicate in Predicate if predicate in corrections]
    for predicate, right, chosen in ((claim.predicate, accepted, True), *((p, True, False) for p in instead)):
        if candidate := relations.get((claim.subject.kind, claim.object.kind, predicate)):
            yield JudgedRelation(work, predicate, candidate.scores, candidate.floor, right, chosen)
