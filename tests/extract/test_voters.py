"""An extractor is a class and a line in `VOTERS`: a toy one takes part in everything the others do."""

import re
from collections.abc import Iterator, Sequence
from typing import ClassVar

import pytest

from graph_schema.model import EntityType, Predicate
from miner.errors import UsageError
from miner.extract import voters
from miner.extract.candidates import Occurrence, Vote
from miner.extract.claims import extract
from miner.extract.combine import combine
from miner.extract.sentence import SentenceView, view_sentences
from miner.extract.voters import COMBINED, list_extractors, list_missing_weights, load_voters
from miner.extract.weights import Weights, load_weights
from miner.model.annotations import AnnotatedArticle
from tests.extract.marked import marked

ARTICLE = marked("Of {Vesicle:EVs} and {Function:growth} nothing is known. {Vesicle:EVs} carry {MicroRNA:miR-9}.")


class NeighborVoter:
    """Votes that a vesicle promotes every function of its sentence."""

    name: ClassVar[str] = "neighbors"
    extractor: ClassVar[str] = "toy.neighbors.v1"
    partners: ClassVar[tuple[str, ...]] = ()

    def vote(self, article: AnnotatedArticle, sentences: Sequence[SentenceView]) -> Iterator[Vote]:
        for view in sentences:
            for s in view.mentions:
                for o in view.mentions:
                    if s.type is EntityType.VESICLE and o.type is EntityType.FUNCTION:
                        occurrence = Occurrence(view.index, s.mention, o.mention, 0.9)
                        yield Vote(Predicate.PROMOTES, s.entity, o.entity, 0.9, (occurrence,))


class MissingVoter(NeighborVoter):
    name = "missing"
    extractor = "toy.missing.v1"

    def __init__(self) -> None:
        raise FileNotFoundError("weights/missing.npz")


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(voters.VOTERS, "neighbors", NeighborVoter)


def triples(extractor: str, threshold: float | None = None) -> set[tuple[str, str, str]]:
    return {(c.predicate.value, c.subject.name, c.object.name) for c in extract(ARTICLE, extractor, threshold)}


TOY_CLAIM = ("PROMOTES", "evs", "growth")


def test_a_registered_voter_is_an_extractor_of_its_own(toy: None) -> None:
    (claim,) = extract(ARTICLE, "toy.neighbors.v1")
    assert (claim.predicate.value, claim.subject.name, claim.object.name) == TOY_CLAIM
    assert (claim.score, claim.extractor) == (0.9, "toy.neighbors.v1")
    assert claim.sentence == "Of EVs and growth nothing is known."


def test_a_registered_voter_joins_the_combination(toy: None) -> None:
    assert TOY_CLAIM in triples(COMBINED)
    assert ("CARRIES", "evs", "mir-9") in triples(COMBINED)


def test_without_registration_it_takes_no_part() -> None:
    assert TOY_CLAIM not in triples(COMBINED)
    with pytest.raises(UsageError, match=rf"toy\.neighbors\.v1.* - choose one of {re.escape(COMBINED)}, "):
        extract(ARTICLE, "toy.neighbors.v1")


def test_voters_without_weights_are_left_out_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert list_missing_weights() == []
    monkeypatch.setitem(voters.VOTERS, "missing", MissingVoter)
    assert [voter.name for voter in load_voters(COMBINED)] == ["rules", "lexical", "relations"]
    (line,) = list_missing_weights()
    assert "toy.missing.v1" in line and "rules and lexical and relations" in line
    with pytest.raises(UsageError, match="reinstall"):
        extract(ARTICLE, "toy.missing.v1")


def test_extractors_name_their_voters() -> None:
    assert list_extractors() == {
        "exominer.combined.v7": ("rules", "lexical", "relations"),
        "exominer.rules.v4": ("rules",),
        "exominer.lexical.v3": ("rules", "lexical"),
        "exominer.relations.v3": ("relations",),
    }


@pytest.mark.parametrize("name", list_extractors()[COMBINED])
def test_every_voter_votes_once_for_a_relation_and_with_probabilities(name: str) -> None:
    (voter,) = (voter for voter in load_voters(COMBINED) if voter.name == name)
    votes = list(voter.vote(ARTICLE, list(view_sentences(ARTICLE))))
    assert votes
    assert len({(v.subject, v.object, v.predicate) for v in votes}) == len(votes)
    assert all(0 <= vote.score <= 1 and vote.occurrences for vote in votes)


def vote(score: float, subject: int = 0) -> Vote:
    return Vote(Predicate.CARRIES, subject, 1, score, (Occurrence(0, 0, 0, score),))


def test_votes_for_one_relation_are_joined() -> None:
    (first, second) = combine({"rules": [vote(0.4), vote(0.6, 2)], "lexical": [vote(0.9)]}, load_weights())
    assert first.scores == {"rules": 0.4, "lexical": 0.9}
    assert [o.weight for o in first.occurrences] == [0.4, 0.9]
    assert second.scores == {"rules": 0.6}
    assert first.probability > second.probability


def test_voters_without_fitted_weights_raise_the_probability_alone() -> None:
    weights = Weights({"rules": {}, "thresholds": {}, "stacks": {"rules": {"bias": 0, "rules": 1, "predicates": {}}}})
    for other, expected in ((0.1, 0.4), (0.7, 0.7)):
        (candidate,) = combine({"rules": [vote(0.4)], "new": [vote(other)]}, weights)
        assert candidate.probability == pytest.approx(expected)
