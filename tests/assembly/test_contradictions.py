"""Opposite claims side by side, aligned by their contexts."""

from typing import Any

import pytest

from miner.assembly.assemble import assemble_pair
from miner.assembly.contradictions import OpposedClaims, contradiction_id, find_opposed
from miner.model.assertions import EvidenceRow
from tests.claims import ref, row


def claim(predicate: str, number: int, subject: str = "miR-21", cancer: str = "PDAC", **changes: Any) -> EvidenceRow:
    return row(subject, predicate, "metastasis", cancer, number, **changes)


def opposed(*rows: EvidenceRow, min_belief: float = 0.0, everything: bool = False) -> list[OpposedClaims]:
    subject, object_ = rows[0].claim.subject.id, rows[0].claim.object.id
    return find_opposed([assemble_pair(subject, object_, rows)], min_belief, everything)


@pytest.mark.parametrize(
    ("second", "found"),
    [
        (claim("INHIBITS", 2), True),
        (claim("PROMOTES", 2, negated=True), True),
        (claim("REGULATES", 2), False),
        (claim("INHIBITS", 1), False),  # one work weighs both
        (claim("INHIBITS", 2, cancer="breast cancer"), False),
        (claim("INHIBITS", 2, score=0.2), False),
    ],
)
def test_opposite_claims_of_two_works_in_one_cancer_are_listed(second: EvidenceRow, found: bool) -> None:
    assert bool(opposed(claim("PROMOTES", 1), second, min_belief=0.3)) is found


def test_everything_takes_other_cancers_too_and_says_that_they_differ() -> None:
    (one,) = opposed(claim("PROMOTES", 1), claim("INHIBITS", 2, cancer="breast cancer"), everything=True)
    assert one.differing == ("cancer",)


@pytest.mark.parametrize(
    ("first", "second", "differing"),
    [
        ({"setting": ["mouse"]}, {"setting": ["patients"]}, ("setting",)),
        ({"setting": ["mouse", "in vivo"]}, {"setting": ["in vivo"]}, ()),
        ({"setting": ["mouse"]}, {}, ()),  # what is not stated does not differ
        ({"separation": ["precipitation"]}, {"separation": ["ultracentrifugation"]}, ("method",)),
    ],
)
def test_contexts_differ_where_both_state_something_and_nothing_in_common(
    first: dict[str, Any], second: dict[str, Any], differing: tuple[str, ...]
) -> None:
    (one,) = opposed(claim("PROMOTES", 1, context=first), claim("INHIBITS", 2, context=second))
    assert one.differing == differing


IN_EXOSOMES, IN_EVS = {"vesicles": ref("exosome")}, {"vesicles": ref("EV")}


@pytest.mark.parametrize(
    ("first", "second", "differing"),
    [
        ({"of": "macrophages", **IN_EXOSOMES}, {"of": "plasma", **IN_EXOSOMES}, ("vesicles",)),
        ({"of": "macrophages", **IN_EXOSOMES}, {"of": "macrophages", **IN_EVS}, ()),
        ({"of": "macrophages; plasma", **IN_EXOSOMES}, {"of": "plasma", **IN_EXOSOMES}, ()),
        ({"of": "macrophages", **IN_EXOSOMES}, IN_EXOSOMES, ()),  # of unknown source
        ({"recipients": (ref("macrophages"),)}, {"recipients": (ref("endothelial cell"),)}, ("cells",)),
        ({"recipients": (ref("macrophages"),)}, {"recipients": (ref("plasma"), ref("macrophages"))}, ()),
    ],
)
def test_contexts_are_those_of_sources_of_vesicles_and_recipients(
    first: dict[str, Any], second: dict[str, Any], differing: tuple[str, ...]
) -> None:
    (one,) = opposed(claim("PROMOTES", 1, **first), claim("INHIBITS", 2, **second))
    assert one.differing == differing


@pytest.mark.parametrize(("of", "found"), [("macrophages", True), ("macrophages; plasma", True), ("", False)])
def test_claims_about_vesicles_are_listed_where_their_source_is_known(of: str, found: bool) -> None:
    both = [claim(effect, n, "exosome", of=of) for n, effect in enumerate(("PROMOTES", "INHIBITS"), 1)]
    assert bool(opposed(*both)) is found
    assert opposed(*both, everything=True)


def test_the_sentences_with_the_most_like_contexts_are_shown() -> None:
    mouse, patients = {"setting": ["mouse"]}, {"setting": ["patients"]}
    (one,) = opposed(
        claim("PROMOTES", 1, context=mouse),
        claim("PROMOTES", 2, context=patients),
        claim("INHIBITS", 3, context=patients),
    )
    assert {e.work.id for e in one.evidence} == {"pmid:2", "pmid:3"}
    assert one.differing == ()


def test_an_id_does_not_depend_on_the_order() -> None:
    assert contradiction_id("exominer:a_1", "exominer:a_2") == contradiction_id("exominer:a_2", "exominer:a_1")
