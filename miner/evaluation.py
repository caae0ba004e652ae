"""Predicted claims against annotated articles: scores, confusions, error classes, curve and calibration.

The annotation guidelines define what agrees with what. A predicted claim is right when predicate, polarity and both
ends agree with one annotated assertion of its article; each of those is matched once, in order, and repeats of a claim
count once. Vesicles agree with vesicles; other entities when two of their surface forms are equal after folding case,
Greek letters, hyphens, plurals and leading "exosomal"; those without sharp edges (functions, cells, cancers, tissues,
molecule classes, pathways) also when the words of one form hold all of the other's, general words aside.

Annotated articles and predictions are plain dictionaries, as they stand in the JSON Lines files.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from graph_schema.model import EntityType, Predicate

Form = tuple[str, ...]

_GREEK = {
    letter: unicodedata.name(letter).rpartition(" ")[2].lower().replace("lamda", "lambda")
    for letter in "αβγδεζηθικλμνξοπρστυφχψω"
}
_SEPARATORS = re.compile(r"[\s_/\-‐-―.,'()]+")
_SPELLINGS = (("tumour", "tumor"), ("signalling", "signaling"), ("leukaemia", "leukemia"))
_SPECIES = re.compile(r"\b(?:hsa|mmu) (?=mi|let)")
_LEADING = re.compile(
    r"^(?:.*\bderived |(?:the|a|an|exosomal|exosomes?|exo|evs?|vesicular|extracellular vesicle|circulating|serum|plasma"
    r"|urinary|secreted|released|encapsulated|human|expression of|levels? of) )+"
)
_PLURAL_SES = re.compile(r"ses\b")
_PLURAL = re.compile(r"(?<=[a-z]{3})(?<!s)s\b")
_TRAILING = re.compile(r" (?:protein|gene|cell|cell line|signaling pathway|pathway|signaling|axi|expression|level)$")
_BLURRED = frozenset({"Function", "Cell", "Cancer", "Anatomy", "MoleculeClass", "Pathway"})
_GENERAL = frozenset(
    {
        *("cell", "cancer", "tumor", "cellular", "human", "pathway", "protein", "line", "patient", "tissue", "effect"),
        *("process", "resistance", "response", "progression", "growth"),
        *("of", "the", "in", "and", "to", "by", "a", "s"),
    }
)
_VESICLE = EntityType.VESICLE.value
_TOWARDS_FUNCTION = (Predicate.PROMOTES.value, Predicate.INHIBITS.value)


# agreement of names ------------------------------------------------------------------------------------------------


@lru_cache(maxsize=100_000)
def folded(surface: str) -> Form:
    """The words of a surface form without what makes no difference between names."""
    text = unicodedata.normalize("NFKC", surface).lower().replace("ς", "σ")
    text = "".join(_GREEK.get(character, character) for character in text)
    text = _SEPARATORS.sub(" ", text).strip()
    for variant, standard in _SPELLINGS:
        text = text.replace(variant, standard)
    text = _SPECIES.sub("", text).replace("microrna ", "mir ").replace("mirna ", "mir ")
    text = _LEADING.sub("", text) or text
    text = _PLURAL.sub("", _PLURAL_SES.sub("sis", text))
    return tuple(_TRAILING.sub("", text).split())


@dataclass(frozen=True, slots=True)
class Named:
    """An entity by its type and folded surface forms."""

    type: str
    forms: frozenset[Form]

    @property
    def glued(self) -> frozenset[str]:
        """The forms with their words run together."""
        return frozenset("".join(form) for form in self.forms)

    def agrees(self, other: "Named", strict: bool = False) -> bool:
        """Whether `other`, predicted, names this annotated entity; `strict` allows no partial overlap of words."""
        if _VESICLE in (self.type, other.type):
            return self.type == other.type
        if self.glued & other.glued:
            return True
        if strict or self.type not in _BLURRED:
            return False
        return any(_overlap(set(ours), set(theirs)) for ours in self.forms for theirs in other.forms)


def _overlap(ours: set[str], theirs: set[str]) -> bool:
    """Whether one form's words hold the other's; of two as long, the first is taken as the smaller."""
    smaller = theirs if len(theirs) < len(ours) else ours
    return (ours <= theirs or theirs <= ours) and bool(smaller - _GENERAL)


def named(kind: str, surfaces: Iterable[str]) -> Named:
    """The entity with these surface forms."""
    return Named(kind, frozenset(form for form in map(folded, surfaces) if form))


# articles and predictions --------------------------------------------------------------------------------------------


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
        """What is equal for repeats of one claim."""
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
    """An article as it stands in a gold file."""
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


# matching ------------------------------------------------------------------------------------------------------------


def matches(article: Annotated, claims: Sequence[Predicted], strict: bool = False) -> list[tuple[int, int]]:
    """(assertion, claim) indices: each claim takes the first assertion still free that it agrees with."""
    free = list(range(len(article.assertions)))
    pairs = []
    for number, claim in enumerate(claims):
        for index in free:
            if _right(article, article.assertions[index], claim, strict):
                pairs.append((index, number))
                free.remove(index)
                break
    return pairs


def _right(article: Annotated, assertion: Mapping[str, Any], claim: Predicted, strict: bool) -> bool:
    return (
        claim.predicate in (assertion["predicate"], assertion.get("or_predicate"))
        and claim.negated == assertion["negated"]
        and article.agree(assertion["subject"], claim.subject, strict)
        and article.agree(assertion["object"], claim.object, strict)
    )


# headline tuples ---------------------------------------------------------------------------------------------------


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


def _told_tuples(claims: Sequence[Predicted]) -> Iterator[tuple[Predicted, Named | None]]:
    carried = [claim.object.forms for claim in claims if claim.predicate == "CARRIES" and not claim.negated]
    for claim in claims:
        if claim.predicate in _TOWARDS_FUNCTION and not claim.negated and any(f & claim.subject.forms for f in carried):
            for cancer in claim.cancers or (None,):
                yield claim, cancer


def headline(article: Annotated, claims: Sequence[Predicted]) -> "Counts":
    """Exosome-cargo-function-cancer tuples, right in every slot."""
    wanted = _wanted_tuples(article)
    counts = Counts(gold=len(wanted))
    for claim, cancer in _told_tuples(claims):
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


# the report --------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Counts:
    """How many were right, how many there were, how many were predicted."""

    right: int = 0
    gold: int = 0
    predicted: int = 0

    @property
    def precision(self) -> float:
        """Share of the predicted that are right; 0 where nothing is predicted."""
        return self.right / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        """Share of those there are that were found; 0 where there are none."""
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


@dataclass
class Report:
    """Everything measured of predictions. `outcomes` are (score, right) of each prediction; `confusions` count
    (annotated, predicted) predicates between the same two ends, "" where one side says nothing."""

    overall: Counts = field(default_factory=Counts)
    strict: Counts = field(default_factory=Counts)
    headline: Counts = field(default_factory=Counts)
    predicates: dict[str, Counts] = field(default_factory=lambda: defaultdict(Counts))
    confusions: Counter[tuple[str, str]] = field(default_factory=Counter)
    error_classes: Counter[str] = field(default_factory=Counter)
    errors: list["Error"] = field(default_factory=list)
    outcomes: list[tuple[float, bool]] = field(default_factory=list)
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
        """Share of the right claims told from the merely supposed as annotated."""
        return self._certainty_right / self.overall.right if self.overall.right else 0.0

    @property
    def negation_accuracy(self) -> float:
        """Of the denied assertions whose predicate and ends were found, the share that were found to be denied."""
        right, found = self._denied
        return right / found if found else 0.0


@dataclass(frozen=True, slots=True)
class Error:
    """A miss or a wrong claim, with what kind of error it is and the sentence it stands in."""

    doc_id: str
    missed: bool
    kind: str
    text: str
    sentence: str


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
    for number, claim in enumerate(claims):
        report.outcomes.append((claim.score, number in taken))
        # the other accepted reading counts as what the annotation says
        told = article.assertions[taken[number]]["predicate"] if number in taken else claim.predicate
        report.predicates[told].predicted += 1
    for index, number in pairs:
        assertion, claim = article.assertions[index], claims[number]
        report.predicates[assertion["predicate"]].right += 1
        report._certainty_right += assertion["speculative"] == claim.speculative
        report._cancer_right += _same_cancer(article, assertion["cancers"], claim.cancers)
    _add_negation(report, article, claims)
    _add_errors(report, article, claims, pairs)


def _same_cancer(article: Annotated, wanted: Sequence[str], told: Sequence[Named]) -> bool:
    if not wanted and not told:
        return True
    return any(article.entities[want].agrees(one) for want in wanted for one in told)


def _add_negation(report: Report, article: Annotated, claims: Sequence[Predicted]) -> None:
    for assertion in article.assertions:
        if assertion["negated"]:
            same = [c for c in claims if _right(article, {**assertion, "negated": c.negated}, c, strict=False)]
            report._denied[1] += bool(same)
            report._denied[0] += any(claim.negated for claim in same)


# errors ------------------------------------------------------------------------------------------------------------


def _add_errors(report: Report, article: Annotated, claims: Sequence[Predicted], pairs: list[tuple[int, int]]) -> None:
    hit_gold, hit_claims = {index for index, _ in pairs}, {number for _, number in pairs}
    wrong = [claim for number, claim in enumerate(claims) if number not in hit_claims]
    for index, number in pairs:
        report.confusions[article.assertions[index]["predicate"], claims[number].predicate] += 1
    for index, assertion in enumerate(article.assertions):
        if index not in hit_gold:
            kind, other = _why_missed(article, assertion, claims, wrong)
            report.confusions[assertion["predicate"], other] += 1
            text = _line(
                assertion["predicate"],
                assertion["negated"],
                article.show(assertion["subject"]),
                article.show(assertion["object"]),
            )
            report.error_classes[f"missed: {kind}"] += 1
            report.errors.append(Error(article.id, True, kind, text, assertion["evidence"]))
    for claim in wrong:
        kind = _why_wrong(article, claim)
        if kind != "another predicate":
            report.confusions["", claim.predicate] += 1
        ends = (str(claim.raw[side].get("name", "")) for side in ("subject", "object"))
        report.error_classes[f"wrong: {kind}"] += 1
        report.errors.append(
            Error(
                article.id,
                False,
                kind,
                _line(claim.predicate, claim.negated, *ends),
                str(claim.raw.get("evidence", "")),
            )
        )


def _line(predicate: str, negated: bool, subject: str, object_: str) -> str:
    return f"{predicate}{' NOT' if negated else ''} {subject} → {object_}"


def _why_missed(
    article: Annotated, assertion: Mapping[str, Any], claims: Sequence[Predicted], wrong: Sequence[Predicted]
) -> tuple[str, str]:
    """(kind of error, the predicate that was predicted instead)."""
    between = [
        c
        for c in claims
        if article.agree(assertion["subject"], c.subject) and article.agree(assertion["object"], c.object)
    ]
    for claim in between:
        if claim in wrong:
            same = claim.predicate in (assertion["predicate"], assertion.get("or_predicate"))
            return ("polarity" if same else "another predicate"), claim.predicate
    if between:
        return "two entities taken for one, or a second claim on the pair", ""
    for claim in wrong:
        if claim.predicate == assertion["predicate"]:
            if article.agree(assertion["object"], claim.object):
                return "another subject", ""
            if article.agree(assertion["subject"], claim.subject):
                return "another object", ""
    surfaces = {end["id"]: end["mentions"] for end in article.raw["entities"]}
    together = all(
        any(m in assertion["evidence"] for end in assertion[side] for m in surfaces[end])
        for side in ("subject", "object")
    )
    return ("nothing said of the pair" if together else "across sentences"), ""


def _why_wrong(article: Annotated, claim: Predicted) -> str:
    known = [any(entity.agrees(end) for entity in article.entities.values()) for end in (claim.subject, claim.object)]
    if not all(known):
        return "an entity that no assertion uses"
    subject = object_ = False
    for assertion in article.assertions:
        here = article.agree(assertion["subject"], claim.subject), article.agree(assertion["object"], claim.object)
        if all(here):
            return "another predicate" if claim.predicate != assertion["predicate"] else "polarity or repeated"
        if claim.predicate == assertion["predicate"]:
            subject, object_ = subject or here[0], object_ or here[1]
    if object_:
        return "another subject"
    return "another object" if subject else "nothing asserted of the pair"


# curve and calibration ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Point:
    """Precision and recall of the claims that score at least `score`."""

    score: float
    precision: float
    recall: float


def curve(report: Report) -> list[Point]:
    """Precision against recall, from the highest score down, one point per distinct score."""
    points: list[Point] = []
    right = 0
    ranked = sorted(report.outcomes, key=lambda outcome: -outcome[0])
    for count, (score, hit) in enumerate(ranked, 1):
        right += hit
        if count == len(ranked) or ranked[count][0] < score:
            points.append(Point(score, right / count, right / report.overall.gold if report.overall.gold else 0.0))
    return points


def precision_at_recall(points: Sequence[Point], recall: float) -> float | None:
    """The best precision at this recall or a higher one; None where none is reached."""
    return max((point.precision for point in points if point.recall >= recall), default=None)


def score_at_precision(points: Sequence[Point], precision: float) -> float | None:
    """The lowest score from which on claims have at least this precision; None where there is none."""
    return min((point.score for point in points if point.precision >= precision), default=None)


def calibration_error(outcomes: Sequence[tuple[float, bool]], bins: int = 10) -> float:
    """Expected calibration error: the mean distance of score and precision over equal-width bins, weighted by size."""
    groups: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for score, hit in outcomes:
        groups[min(int(score * bins), bins - 1)].append((score, hit))
    gaps = (abs(sum(s for s, _ in group) - sum(h for _, h in group)) for group in groups.values())
    return sum(gaps) / len(outcomes) if outcomes else 0.0
