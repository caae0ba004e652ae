import re

import pytest

from graph_schema.model import EntityType, Predicate, allowed
from miner.extract.scorers.relations import FLOOR, RelationScorer, ScoredRelation
from miner.model.annotations import AnnotatedArticle, Entity, Mention

T = EntityType


@pytest.fixture(scope="module")
def scorer() -> RelationScorer:
    return RelationScorer()


def annotated(sentences: list[str], entities: list[tuple[EntityType, list[str]]]) -> AnnotatedArticle:
    text = " ".join(sentences)
    bounds, at = [], 0
    for sentence in sentences:
        bounds.append((at, at + len(sentence)))
        at += len(sentence) + 1
    made = []
    for number, (kind, forms) in enumerate(entities):
        hits = sorted(m.span() for f in forms for m in re.finditer(rf"(?<!\w){re.escape(f)}(?!\w)", text))
        made.append(Entity(f"t:{number}", kind, forms[0], tuple(Mention(a, b, text[a:b]) for a, b in hits)))
    return AnnotatedArticle("a", text, tuple(bounds), tuple(made))


PLAIN = annotated(
    [
        "Exosomes secreted by breast cancer cells are enriched in miR-21.",
        "Exosomal miR-21 promoted angiogenesis and directly targeted PTEN, thereby suppressing its expression.",
        "The weather was fine.",
    ],
    [
        (T.VESICLE, ["Exosomes"]),
        (T.CELL, ["breast cancer cells"]),
        (T.MICRO_RNA, ["miR-21"]),
        (T.FUNCTION, ["angiogenesis"]),
        (T.GENE, ["PTEN"]),
    ],
)


def likeliest(found: list[ScoredRelation], subject: int, object_: int) -> ScoredRelation:
    return next(r for r in found if (r.subject, r.object) == (subject, object_))


def test_reads_plain_claims(scorer: RelationScorer) -> None:
    found = scorer.score(PLAIN)
    for subject, predicate, object_ in (
        (0, Predicate.CARRIES, 2),
        (1, Predicate.SECRETES, 0),
        (2, Predicate.PROMOTES, 3),
        (2, Predicate.REPRESSES, 4),
    ):
        best = likeliest(found, subject, object_)
        assert best.predicate == predicate and best.probability > 0.5


def test_names_the_sentence_and_mentions_that_say_it(scorer: RelationScorer) -> None:
    best = likeliest(scorer.score(PLAIN), 2, 3)
    assert best.sentence == 1
    start, end = PLAIN.sentences[1]
    for entity, mention in ((best.subject, best.subject_mention), (best.object, best.object_mention)):
        at = PLAIN.entities[entity].mentions[mention]
        assert start <= at.start < at.end <= end


def test_every_relation_is_allowed_unique_and_over_the_floor(scorer: RelationScorer) -> None:
    found = scorer.score(PLAIN)
    assert len({(r.subject, r.object, r.predicate) for r in found}) == len(found)
    for r in found:
        assert FLOOR <= r.probability <= 1.0
        assert allowed(r.predicate, PLAIN.entities[r.subject].type, PLAIN.entities[r.object].type)


def test_entities_of_different_sentences_are_not_joined(scorer: RelationScorer) -> None:
    apart = annotated(
        ["Exosomes were counted.", "Levels of miR-21 were measured."],
        [(T.VESICLE, ["Exosomes"]), (T.MICRO_RNA, ["miR-21"])],
    )
    assert scorer.score(apart) == []


@pytest.mark.parametrize(
    "article",
    [
        AnnotatedArticle("a", "", (), ()),
        AnnotatedArticle("a", "No entity here.", ((0, 15),), ()),
        AnnotatedArticle("a", "miR-21", ((0, 6),), (Entity("t:0", T.MICRO_RNA, "miR-21", (Mention(0, 6, "miR-21"),)),)),
    ],
)
def test_articles_without_a_pair_claim_nothing(scorer: RelationScorer, article: AnnotatedArticle) -> None:
    assert scorer.score(article) == []


def test_what_stands_around_changes_no_scores_where_no_pair_is(scorer: RelationScorer) -> None:
    padding = ["Nothing of note was seen in this long and quite empty sentence about the weather."] * 30
    padded = annotated(
        [*(PLAIN.text[a:b] for a, b in PLAIN.sentences), *padding],
        [(e.type, [e.mentions[0].text]) for e in PLAIN.entities],
    )
    best = likeliest(scorer.score(padded), 2, 3)
    assert best.predicate == Predicate.PROMOTES and best.probability > 0.5
