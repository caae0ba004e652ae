"""Opposite claims side by side, aligned by their contexts."""

from collections import defaultdict
from typing import Any

import pytest

from miner.assembly.assemble import assemble_pair
from miner.assembly.contradictions import OpposedClaims, find_opposed
from miner.assembly.kinds import Kinds
from miner.model.assertions import EvidenceRow, contradiction_id
from tests.claims import TinyVocabulary, ref, row


def claim(predicate: str, number: int, subject: str = "miR-21", cancer: str = "PDAC", **changes: Any) -> EvidenceRow:
    return row(subject, predicate, "metastasis", cancer, number, **changes)


def opposed(*rows: EvidenceRow, min_belief: float = 0.0, everything: bool = False) -> list[OpposedClaims]:
    pairs: dict[tuple[str, str], list[EvidenceRow]] = defaultdict(list)
    for one in rows:
        pairs[one.claim.subject.id, one.claim.object.id].append(one)
    graphs = [assemble_pair(*ends, claims) for ends, claims in pairs.items()]
    return find_opposed(graphs, Kinds(TinyVocabulary()), min_belief, everything)


@pytest.mark.parametrize(
    ("second", "found"),
    [
        (claim("INHIBITS", 2), True),
        (claim("PROMOTES", 2, negated=True), True),
        (claim("REGULATES", 2), False),
        (claim("INHIBITS", 1), False),  # one work weighs both
        (claim("INHIBITS", 2, subject="miR-21-5p"), True),  # an arm of it
        (claim("INHIBITS", 2, subject="GPC1"), False),
        (claim("INHIBITS", 2, cancer="breast cancer"), True),
        (claim("INHIBITS", 2, score=0.2), False),
    ],
)
def test_opposite_claims_of_two_works_are_listed(second: EvidenceRow, found: bool) -> None:
    assert bool(opposed(claim("PROMOTES", 1), second, min_belief=0.3)) is found


@pytest.mark.parametrize(
    ("first", "second", "differing"),
    [("PDAC", "breast cancer", ("cancer",)), ("PDAC", "cancer", ()), ("PDAC", "PDAC", ()), ("PDAC", "", ())],
)
def test_cancers_differ_where_neither_is_a_kind_of_the_other(
    first: str, second: str, differing: tuple[str, ...]
) -> None:
    (one,) = opposed(claim("PROMOTES", 1, cancer=first), claim("INHIBITS", 2, cancer=second))
    assert one.differing == differing


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        (("exosome", "macrophages"), ("exosome", "macrophages"), True),
        (("exosome", "macrophages"), ("EV", "macrophages"), True),
        (("exosome", "PDAC"), ("exosome", "cancer"), True),  # one source is a kind of the other
        (("exosome", "PDAC"), ("exosome", "breast cancer"), False),
        (("exosome", "macrophages"), ("exosome", "plasma"), False),
        (("exosome", "macrophages"), ("exosome", ""), False),
    ],
)
def test_vesicles_are_compared_by_their_sources(one: tuple[str, str], other: tuple[str, str], found: bool) -> None:
    rows = [
        claim(effect, number, vesicles, of=source)
        for number, (effect, (vesicles, source)) in enumerate((("PROMOTES", one), ("INHIBITS", other)), 1)
    ]
    assert bool(opposed(*rows)) is found
    assert bool(opposed(*rows, everything=True)) is found


@pytest.mark.parametrize(("works", "count"), [((1, 1), 0), ((1, 2), 1), ((1, 1, 2), 0), ((1, 1, 2, 3), 1)])
def test_the_graph_joins_opposite_claims_of_different_works(works: tuple[int, ...], count: int) -> None:
    rows = [claim(effect, n) for n, effect in zip(works, ("PROMOTES", "INHIBITS") * 2, strict=False)]
    assert len(assemble_pair("mirbase:MI0000077", "exominer:function-metastasis", rows).contradictions) == count


def test_a_work_that_states_both_sides_states_neither() -> None:
    assert not opposed(claim("PROMOTES", 1), claim("INHIBITS", 1, sentence="Or not."), claim("INHIBITS", 2))
    arm = claim("INHIBITS", 1, subject="miR-21-5p")
    assert not opposed(claim("PROMOTES", 1), arm, claim("INHIBITS", 2))
    assert opposed(claim("PROMOTES", 1), claim("INHIBITS", 1), claim("INHIBITS", 2), claim("PROMOTES", 3))


@pytest.mark.parametrize(
    ("of_first", "found"),
    [
        (row("miR-21", "REDUCED_IN", "carcinoma", from_=1), False),  # of a kind of it
        (row("miR-21", "REDUCED_IN", "PDAC", from_=1), False),
        (row("miR-21", "REDUCED_IN", "macrophages", from_=1), True),
        (row("GPC1", "REDUCED_IN", "carcinoma", from_=1), True),
        (row("miR-21", "REDUCED_IN", "carcinoma", from_=3), True),
    ],
)
def test_a_work_that_states_the_opposite_of_a_kind_of_the_object_takes_no_side(
    of_first: EvidenceRow, found: bool
) -> None:
    both = row("miR-21", "ELEVATED_IN", "cancer", from_=1), row("miR-21", "REDUCED_IN", "cancer", from_=2)
    assert bool(opposed(*both, of_first)) is found


@pytest.mark.parametrize(
    ("subject", "predicate", "object_", "of"),
    [("macrophages", "SECRETES", "exosome", "macrophages"), ("exosome", "FOUND_IN", "plasma", "plasma")],
)
def test_whether_vesicles_come_from_their_source_is_no_matter_of_dispute(
    subject: str, predicate: str, object_: str, of: str
) -> None:
    rows = [row(subject, predicate, object_, from_=n, of=of, negated=n == 2) for n in (1, 2)]
    assert not opposed(*rows, everything=True)
    assert not assemble_pair(rows[0].claim.subject.id, rows[0].claim.object.id, rows).contradictions


def test_each_work_speaks_once_for_a_side_and_own_findings_come_first() -> None:
    rows = [claim("PROMOTES", n, background=n == 1) for n in (1, 2)] + [claim("INHIBITS", n) for n in (3, 4, 5)]
    found = opposed(*rows)
    assert [{e.background for e in one.evidence} for one in found] == [{False}, {True, False}]
    works = [e.work.id for one in found for e in one.evidence]
    assert len(set(works)) == len(works) == 4


def test_the_surest_come_first() -> None:
    sure = claim("PROMOTES", 1), claim("INHIBITS", 2)
    doubtful = claim("PROMOTES", 3, "GPC1"), claim("INHIBITS", 4, "GPC1", score=0.4)
    assert [one.first.subject for one in opposed(*doubtful, *sure)] == ["mirbase:MI0000077", "HGNC:4451"]


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


def test_one_work_against_many_comes_after_one_against_one() -> None:
    many = [claim("PROMOTES", n) for n in (1, 2, 3)] + [claim("INHIBITS", 4)]
    even = claim("PROMOTES", 5, "GPC1", score=0.7), claim("INHIBITS", 6, "GPC1", score=0.7)
    found = opposed(*many, *even)
    assert [(one.first.subject, one.works) for one in found] == [("HGNC:4451", (1, 1)), ("mirbase:MI0000077", (3, 1))]
