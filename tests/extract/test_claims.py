import pytest

from graph_schema.model import Predicate
from miner.extract import claims
from miner.extract.voters import list_extractors
from miner.model.claims import Claim
from tests.extract.marked import marked

STORY = marked(
    "{MicroRNA:miR-9} in {Vesicle:exosomes} spreads {Cancer:glioma}\n"
    "{Cell:Stem cell}-derived {Vesicle:exosomes} carry {MicroRNA:miR-9}. "
    "{Vesicle:Exosomes} were taken up by {Cell:astrocytes} in vitro. "
    "{MicroRNA:miR-9} promoted {Function:invasion} of {Cancer:glioma} by targeting {Gene:PTEN}. "
    "{MicroRNA:miR-9} did not affect {Function:apoptosis}. "
    "Vesicles of 48 patients were isolated by ultracentrifugation and seen by transmission electron microscopy."
)


def by_triple(found: list[Claim]) -> dict[tuple[Predicate, str, str], Claim]:
    return {(c.predicate, c.subject.name, c.object.name): c for c in found}


@pytest.mark.parametrize("extractor", list_extractors())
def test_every_extractor_makes_complete_claims(extractor: str) -> None:
    found = claims.extract(STORY, extractor)
    for claim in found:
        assert STORY.text[claim.start : claim.end] == claim.sentence
        assert 0 < claim.score < 1
        assert claim.extractor == extractor
    assert [c.score for c in found] == sorted((c.score for c in found), reverse=True)
    keys = [(c.predicate, c.subject.id, c.object.id, c.negated) for c in found]
    assert len(keys) == len(set(keys))
    assert {(Predicate.CARRIES, "exosomes", "mir-9"), (Predicate.PROMOTES, "mir-9", "invasion")} <= set(
        by_triple(found)
    )


def test_polarity_cancer_and_context_are_read() -> None:
    found = by_triple(claims.extract(STORY, threshold=0.1))
    promotes = found[Predicate.PROMOTES, "mir-9", "invasion"]
    assert [c.name for c in promotes.cancers] == ["glioma"]
    assert (promotes.negated, promotes.speculative) == (False, False)
    assert promotes.context["patients"] == 48
    assert promotes.context["separation"] == ["ultracentrifugation"]
    assert promotes.context["characterization"] == ["TEM"]
    assert any(c.negated and c.object.name == "apoptosis" for c in found.values())


def test_a_higher_threshold_gives_fewer_claims_and_an_empty_text_none() -> None:
    few, many = (claims.extract(STORY, threshold=least) for least in (0.8, 0.1))
    assert {c.predicate for c in few} <= {c.predicate for c in many}
    assert len(few) < len(many)
    assert claims.extract(marked("")) == []


def test_one_concept_left_in_two_entities_makes_one_claim() -> None:
    twice = marked("{Vesicle:EVs} carry {Gene:PTEN}. {Vesicle:EVs} contain {Gene:pten}.")
    carries = [c for c in claims.extract(twice, threshold=0.05) if c.predicate is Predicate.CARRIES]
    assert len(carries) == 1
