"""The public door: an annotated article in, its claims out.

Four extractors stand behind one interface, each with a versioned name that its claims bear: the rules
(`exominer.rules.v1`), the lexical one (`exominer.lexical.v2`), the trained relation model (`exominer.relations.v2`) and
their combination (`exominer.combined.v3`), which is what `extract` uses unless told otherwise.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Literal, NamedTuple

from graph_schema.model import Predicate
from miner.errors import UsageError
from miner.extract import context, coreference
from miner.extract.modality import certainty
from miner.extract.participants import add_participants
from miner.extract.rules import rules
from miner.extract.rules.rules import Finding
from miner.extract.scorers import combine, lexical
from miner.extract.scorers.combine import Place, Reading
from miner.extract.sentence import SentenceView, Slot, views
from miner.model.annotations import AnnotatedArticle, Entity
from miner.model.claims import Claim, EntityRef

if TYPE_CHECKING:
    from miner.extract.scorers.relations import RelationScorer

EXTRACTOR = combine.NAME
RELATIONS = "exominer.relations.v2"
Extractor = Literal["exominer.combined.v3", "exominer.rules.v1", "exominer.lexical.v2", "exominer.relations.v2"]

_STATED = 0.35  # weight of an occurrence that a rule reads, not merely one where both are named
_RELATION_WEIGHTS = "weights/relations.npz"


def extract(
    article: AnnotatedArticle, extractor: Extractor = "exominer.combined.v3", threshold: float | None = None
) -> list[Claim]:
    """The claims an article makes, each once, likeliest first.

    `threshold` is the least score a claim needs; without it, the one at which the extractor's F1 was best in training.
    Raises UsageError where `extractor` cannot run because its weights are missing.
    """
    resolved = coreference.resolved(article)
    sentences = list(views(resolved))
    findings = list(rules.findings(sentences))
    ranked = _readings(resolved, sentences, findings, extractor)
    least = combine.shipped().least(extractor) if threshold is None else dict.fromkeys(Predicate, threshold)
    return claims_of(article, ranked, least, sentences, findings, extractor)


def claims_of(
    article: AnnotatedArticle,
    ranked: Sequence[Reading],
    least: Mapping[Predicate, float],
    sentences: list[SentenceView],
    findings: Sequence[Finding],
    extractor: str = EXTRACTOR,
) -> list[Claim]:
    """The claims that an article's readings, likeliest first, come to: those that reach `least`, judged and joined.

    `sentences`, `findings` and readings may be of the article with its antecedents resolved; claims name entities by
    the article's own mentions alone.
    """
    builder = _Builder(article, sentences, findings, extractor)
    claims = [claim for reading in combine.choose(article, ranked, least) for claim in builder.claims(reading)]
    return add_participants(claims)


def missing() -> list[str]:
    """One line for each weights file that is not there, with what it means and the way out; empty when all are."""
    lines = []
    if _lexical() is None:
        lines.append("weights/lexical.npz is missing: claims come from rules alone - reinstall exominer")
    if _relations() is None:
        lines.append(
            "the relation model's weights are missing: claims come from rules and words alone - reinstall exominer"
        )
    return lines


def _readings(
    article: AnnotatedArticle, sentences: Sequence[SentenceView], findings: Sequence[Finding], extractor: Extractor
) -> list[Reading]:
    if extractor == rules.NAME:
        return combine.readings(article, findings)
    scorer, relations = _lexical(), _relations()
    if extractor == lexical.NAME:
        if scorer is None:
            raise UsageError(f"{extractor} has no weights - reinstall exominer")
        return combine.readings(article, findings, lexical.pairs(article, sentences, findings), scorer)
    if extractor == RELATIONS:
        if relations is None:
            raise UsageError(f"{extractor} has no weights - reinstall exominer")
        return combine.readings(article, None, relations=relations.score(article))
    pairs = lexical.pairs(article, sentences, findings) if scorer is not None else ()
    scored = relations.score(article) if relations is not None else None
    return combine.readings(article, findings, pairs, scorer, scored)


@lru_cache(maxsize=1)
def _lexical() -> lexical.LexicalScorer | None:
    resource = files("miner").joinpath("weights/lexical.npz")
    if not resource.is_file():
        return None
    with as_file(resource) as path:
        return lexical.LexicalScorer.load(path)


@lru_cache(maxsize=1)
def _relations() -> "RelationScorer | None":
    if not files("miner").joinpath(_RELATION_WEIGHTS).is_file():
        return None
    from miner.extract.scorers.relations import RelationScorer

    return RelationScorer()


class _Builder:
    """Builds an article's claims: chooses the evidence, reads certainty there, and adds cancer and context."""

    def __init__(
        self, article: AnnotatedArticle, sentences: list[SentenceView], findings: Sequence[Finding], extractor: str
    ) -> None:
        self._article = article
        self._sentences = sentences
        self._extractor = extractor
        self._cancers = context.Cancers(article)
        self._setting = context.Setting(article)
        self._slots = {(view.index, slot.entity, slot.mention): slot for view in sentences for slot in view.slots}

    def claims(self, reading: Reading) -> list[Claim]:
        """What the article asserts, and apart from it what it denies of the same two elsewhere."""
        judged = self._judged(reading)
        asserted = [one for one in judged if not one.negated]
        denied = [one for one in judged if one.negated and one.place.weight >= _STATED]
        if not asserted:
            return [self._claim(reading, judged[0])]
        first = asserted[0]
        if certainty.denied_elsewhere(self._view(first), *self._ends(reading, first.place), reading.predicate):
            denied.append(first._replace(negated=True))
        return [self._claim(reading, one) for one in (first, *denied[:1])]

    def _claim(self, reading: Reading, judged: "_Judged") -> Claim:
        view = self._view(judged)
        cancers = self._cancers.of_claim(view, reading.subject, reading.object)
        return Claim(
            predicate=reading.predicate,
            subject=reference(self._article.entities[reading.subject]),
            object=reference(self._article.entities[reading.object]),
            negated=judged.negated,
            speculative=judged.speculative,
            sentence=self._article.text[view.start : view.end],
            start=view.start,
            end=view.end,
            score=round(reading.probability, 4),
            extractor=self._extractor,
            cancers=tuple(reference(self._article.entities[c]) for c in cancers),
            context=self._setting.of_claim(view, reading.predicate, *self._ends(reading, judged.place)),
        )

    def _view(self, judged: "_Judged") -> SentenceView:
        return self._sentences[judged.place.sentence]

    def _ends(self, reading: Reading, place: Place) -> tuple[Slot, Slot]:
        return (
            self._slots[place.sentence, reading.subject, place.subject_mention],
            self._slots[place.sentence, reading.object, place.object_mention],
        )

    def _judged(self, reading: Reading) -> list["_Judged"]:
        """The occurrences, the clearest first: one that asserts before one that supposes, asks or denies."""
        found = []
        last = len(self._sentences) - 1
        for place in reading.places:
            view = self._sentences[place.sentence]
            ends = self._ends(reading, place)
            negated = certainty.negated(view, *ends, reading.predicate)
            speculative = certainty.speculative(view, *ends, reading.predicate, closing=view.index >= last)
            order = (negated, speculative, view.asks, -place.weight, float(view.index))
            found.append((order, _Judged(place, negated, speculative)))
        return [judged for _, judged in sorted(found, key=lambda item: item[0])]


class _Judged(NamedTuple):
    place: Place
    negated: bool
    speculative: bool


def reference(entity: Entity) -> EntityRef:
    """An entity as claims name it: its surface forms, each once, without offsets."""
    return EntityRef(entity.id, entity.type, entity.name, tuple(dict.fromkeys(m.text for m in entity.mentions)))
