from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_schema.model import ASSERTION, Predicate
from miner.assembly.assemble import assemble_pair
from miner.assembly.belief import SYSTEMATIC as SYSTEMATIC_ERRORS
from miner.assembly.belief import BeliefModel, explain
from miner.model.assertions import Assertion, EvidenceRow, PairSubgraph, Verdict, assertion_id, evidence_id
from tests.claims import row, work


def model(systematic: float) -> BeliefModel:
    """A model with two measured extractors of one systematic error."""
    errors = dict.fromkeys(Predicate, systematic)
    return BeliefModel(systematic={"rules-1": errors, "net-1": errors}, accepted=0.99, speculative=0.5)


MODEL = model(0.0)
SYSTEMATIC = model(0.1)


def assemble(*rows: EvidenceRow, verdicts: tuple[Verdict, ...] = ()) -> PairSubgraph:
    claim = rows[0].claim
    return assemble_pair(claim.subject.id, claim.object.id, rows, verdicts, MODEL)


def only(graph: PairSubgraph) -> Assertion:
    (assertion,) = graph.assertions
    return assertion


def verdict(
    of: EvidenceRow, decision: str, curator: str = "ada", whole: bool = False, at: str = "2026-01-01"
) -> Verdict:
    evidence = "" if whole else evidence_id(of.claim, of.work.id)
    return Verdict(assertion_id(of.claim), evidence, curator, decision, at=at)  # type: ignore[arg-type]


def promotes(from_: object = 1, **changes: object) -> EvidenceRow:
    return row("miR-21", "PROMOTES", "metastasis", "PDAC", from_, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rows", "belief"),
    [
        ([promotes(score=0.6)], 0.6),
        ([promotes(score=0.95, extractor="unheard-of")], 0.7),  # an extractor that was not measured
        ([promotes(score=0.6, speculative=True)], 0.3),
        ([promotes(work(1, kind="review"), score=0.6)], 0.6),  # what a review states, the literature states
        ([promotes(work(1, retracted=True), score=0.6)], 0.0),
        ([promotes(1, score=0.6), promotes(1, score=0.5, sentence="Again.")], 0.6),  # works count, not sentences
        ([promotes(1, score=0.6), promotes(2, score=0.5)], 0.8),
        ([promotes(1, score=0.6), promotes(work(2, retracted=True), score=0.5)], 0.6),
        ([promotes(1, score=0.6), promotes(1, score=0.85, extractor="net-1")], 0.85),  # one sentence, read twice
    ],
)
def test_belief(rows: list[EvidenceRow], belief: float) -> None:
    assert only(assemble(*rows)).tally.belief == pytest.approx(belief)


def test_one_sentence_read_twice_is_one_evidence() -> None:
    (evidence,) = only(assemble(promotes(score=0.6), promotes(score=0.85, extractor="net-1"))).evidence
    assert (evidence.extractor, evidence.extractors) == ("net-1", ("net-1", "rules-1"))


@pytest.mark.parametrize(
    ("rows", "accepted", "belief"),
    [
        ([promotes(score=0.6)], (), 0.6),  # a single work: the probability that it was read right
        ([promotes(score=0.97)], (), 0.9),
        ([promotes(1, score=0.6), promotes(2, score=0.45)], (), 0.9 * (1 - 0.3 / 0.9 * 0.5)),
        ([promotes(n) for n in range(60)], (), 0.9),  # many works do not take a systematic error away
        ([promotes(score=0.6)], (0,), 0.99),  # a curator's word is of another source
        ([promotes(1, score=0.6), promotes(2, score=0.5)], (1,), 1 - 0.01 * 0.4),
        ([promotes(n, score=0.8) for n in range(9)], (4,), 1 - 0.01 * (0.1 + 0.9 * (1 / 9) ** 8)),
        ([promotes(1, score=0.6), promotes(2, score=0.6)], (0, 1), 1 - 0.01**2),
        ([promotes(score=0.6, speculative=True)], (0,), 0.99 * 0.5),
        ([promotes(1, score=0.6), promotes(1, score=0.7, sentence="Again.")], (0,), 0.99),
    ],
)
def test_systematic_error_is_lifted_by_curators_only(
    rows: list[EvidenceRow], accepted: tuple[int, ...], belief: float
) -> None:
    verdicts = tuple(verdict(rows[i], "accept") for i in accepted)
    claim = rows[0].claim
    assertion = only(assemble_pair(claim.subject.id, claim.object.id, rows, verdicts, SYSTEMATIC))
    assert assertion.tally.belief == pytest.approx(belief, abs=2e-6)
    assert explain(assertion, SYSTEMATIC).support.endswith(f" = {assertion.tally.belief:.3f}")


@pytest.mark.parametrize("predicate", Predicate)
def test_by_default_no_belief_exceeds_0_99_without_a_curator(predicate: Predicate) -> None:
    rows = [promotes(n, score=1.0, extractor="exominer.combined.v7") for n in range(100)]
    rows = [replace(r, claim=replace(r.claim, predicate=predicate)) for r in rows]
    pair = rows[0].claim.subject.id, rows[0].claim.object.id
    assert only(assemble_pair(*pair, rows)).tally.belief == pytest.approx(1 - SYSTEMATIC_ERRORS[predicate])
    assert 0.01 <= SYSTEMATIC_ERRORS[predicate] < 0.1
    assert only(assemble_pair(*pair, rows, [verdict(rows[0], "accept")])).tally.belief > 0.99


@pytest.mark.parametrize(
    ("scores", "decision", "precision"),
    [
        ([0.3], None, 0.6),
        ([0.85], None, 0.9),
        ([0.3, 0.95], None, 0.9),  # a higher score promises no less, though fewer claims were right there
        ([0.1], None, 0.0),
        ([0.3], "accept", 1.0),
        ([0.95, 0.3], "reject", 0.6),  # the first sentence does not count
    ],
)
def test_precision_is_that_of_the_best_sentence_that_counts(
    scores: list[float], decision: str | None, precision: float
) -> None:
    rows = [promotes(n, score=score) for n, score in enumerate(scores)]
    steps = {Predicate.PROMOTES: [(0.2, 0.6), (0.8, 0.9), (0.9, 0.85)]}
    measured = replace(MODEL, precision={rows[0].claim.extractor: steps})
    verdicts = [verdict(rows[0], decision)] if decision else []
    claim = rows[0].claim
    pair = assemble_pair(claim.subject.id, claim.object.id, rows, verdicts, measured)
    assert only(pair).tally.precision == precision
    assert max(e.precision for e in only(pair).evidence if e.counts) == precision
    assert only(assemble_pair(claim.subject.id, claim.object.id, rows)).tally.precision == 0.0
    assert measured.version != MODEL.version


def test_the_schema_names_the_highest_belief() -> None:
    (described,) = (p.help for p in ASSERTION.properties if p.name == "belief")
    assert "at most 0.99 unless a curator" in described


@pytest.mark.parametrize(
    ("decisions", "belief", "standing"),
    [
        ([("ada", "accept", False)], 0.99, "accepted"),
        ([("ada", "reject", False)], 0.0, "rejected"),
        ([("ada", "reject", True)], 0.0, "rejected"),
        ([("ada", "accept", False), ("bo", "accept", False)], 0.99, "accepted"),
        ([("ada", "accept", False), ("bo", "reject", False)], 0.6, "disputed"),  # the extractor's probability is kept
        ([("ada", "reject", True), ("ada", "accept", False)], 0.99, "accepted"),  # on this sentence, before on all
    ],
)
def test_verdicts(decisions: list[tuple[str, str, bool]], belief: float, standing: str) -> None:
    of = promotes(score=0.6)
    assertion = only(assemble(of, verdicts=tuple(verdict(of, d, c, whole) for c, d, whole in decisions)))
    assert assertion.tally.belief == pytest.approx(belief)
    assert assertion.evidence[0].verdict == standing
    assert assertion.disputed == (standing == "disputed")


def test_a_curators_last_word_counts() -> None:
    of = promotes(score=0.6)
    said = (verdict(of, "reject", at="2026-02-01"), verdict(of, "accept", at="2026-01-01"))
    assert only(assemble(of, verdicts=said)).evidence[0].verdict == "rejected"


def edited(of: EvidenceRow, correction: str, curator: str = "ada") -> Verdict:
    return Verdict(assertion_id(of.claim), "", curator, "edit", at="2026-01-01", correction=correction)


def test_an_edit_puts_another_assertion_in_the_place_of_the_one_it_rejects() -> None:
    of = promotes(score=0.6)
    graph = assemble(of, promotes(2, score=0.6), verdicts=(edited(of, "NOT INHIBITS"),))
    found = {(a.predicate, a.negated): a for a in graph.assertions}
    assert found[Predicate.PROMOTES, False].tally.belief == 0.0
    corrected = found[Predicate.INHIBITS, True]
    assert (corrected.tally.belief, corrected.tally.papers) == (pytest.approx(1 - 0.01**2), 2)
    assert {(e.verdict, e.extractor) for e in corrected.evidence} == {("accepted", "exominer.curator")}


def test_an_edit_that_fits_no_such_pair_rejects_and_no_more() -> None:
    of = promotes(score=0.6)
    assertion = only(assemble(of, verdicts=(edited(of, "CARRIES"),)))
    assert (assertion.predicate, assertion.tally.belief) == (Predicate.PROMOTES, 0.0)


def test_curators_who_differ_over_an_edit_are_both_heard() -> None:
    of = promotes(score=0.6)
    graph = assemble(of, verdicts=(edited(of, "INHIBITS"), verdict(of, "accept", "bob")))
    assert {a.predicate: a.evidence[0].verdict for a in graph.assertions} == {
        Predicate.PROMOTES: "disputed",
        Predicate.INHIBITS: "accepted",
    }


def test_a_verdict_outlives_another_reading_of_the_sentence() -> None:
    said = verdict(promotes(start=10, score=0.6), "reject")
    again = promotes(start=40, score=0.7, extractor="net-2")
    assert only(assemble(again, verdicts=(said,))).tally.belief == 0.0


def test_what_is_rejected_or_retracted_is_not_tallied() -> None:
    rejected = promotes(work(2, 2019))
    rows = (
        promotes(work(1, 2021)),
        rejected,
        promotes(work(3, 2015, retracted=True)),
        promotes(work(4, 2018, kind="review")),
    )
    tally = only(assemble(*rows, verdicts=(verdict(rejected, "reject"),))).tally
    assert (tally.papers, tally.reviews, tally.first_year, tally.last_year) == (2, 1, 2018, 2021)
    assert tally.first_published == "2018-03-01"


def test_identity_is_of_ends_predicate_polarity_and_cancers() -> None:
    different = [
        promotes(), promotes(negated=True), row("miR-21", "PROMOTES", "metastasis", "breast cancer"),
        row("miR-21", "PROMOTES", "metastasis"), row("miR-21", "PROMOTES", "metastasis", "PDAC; breast cancer"),
        row("miR-21", "INHIBITS", "metastasis", "PDAC"), row("PTEN", "PROMOTES", "metastasis", "PDAC"),
    ]  # fmt: skip
    assert len({assertion_id(r.claim) for r in different}) == len(different)
    same = [promotes(9, score=0.1, speculative=True, sentence="Other."), promotes()]
    assert len({assertion_id(r.claim) for r in same}) == 1
    either_order = [
        row("miR-21", "PROMOTES", "metastasis", c).claim for c in ("PDAC; breast cancer", "breast cancer; PDAC")
    ]
    assert len({assertion_id(c) for c in either_order}) == 1


def test_a_relationship_tallies_over_cancers_and_counts_denials() -> None:
    graph = assemble(
        promotes(1, score=0.6),
        row("miR-21", "PROMOTES", "metastasis", "breast cancer", 2, score=0.5, speculative=True),
        promotes(3, negated=True),
    )  # fmt: skip
    (relation,) = graph.relations
    assert relation.predicate == Predicate.PROMOTES
    assert relation.tally.belief == pytest.approx(1 - 0.4 * 0.75)
    assert (relation.tally.papers, relation.negated, relation.speculative) == (2, 1, 1)


def test_what_is_only_denied_is_no_relationship() -> None:
    graph = assemble(promotes(negated=True))
    assert graph.relations == ()
    assert only(graph).negated


@pytest.mark.parametrize(
    ("one", "other", "links"),
    [
        (promotes(), promotes(2, negated=True), [True]),
        (promotes(), row("miR-21", "INHIBITS", "metastasis", "PDAC", 2), [True]),
        (promotes(), row("miR-21", "INHIBITS", "metastasis", "breast cancer", 2), [False]),
        (promotes(negated=True), row("miR-21", "INHIBITS", "metastasis", "PDAC", 2), []),
        (promotes(), row("miR-21", "REGULATES", "metastasis", "PDAC", 2), []),
        (promotes(), row("miR-21", "PROMOTES", "metastasis", "breast cancer", 2), []),
        (promotes(), row("miR-21", "INHIBITS", "metastasis", "PDAC", work(2, retracted=True)), []),
    ],
)
def test_contradictions(one: EvidenceRow, other: EvidenceRow, links: list[bool]) -> None:
    assert [c.same_cancer for c in assemble(one, other).contradictions] == links


def test_no_claims_leave_nothing() -> None:
    assert assemble_pair("HGNC:1", "GO:2", []) == PairSubgraph("HGNC:1", "GO:2")


CLAIMS = st.builds(
    promotes,
    from_=st.integers(1, 4),
    score=st.sampled_from([0.3, 0.6, 0.6000001, 0.9]),
    negated=st.booleans(),
    speculative=st.booleans(),
    sentence=st.sampled_from(["A.", "B.", "C."]),
    extractor=st.sampled_from(["rules-1", "net-1"]),
    start=st.integers(0, 3),
)


@given(st.lists(CLAIMS, min_size=1, max_size=4))
def test_the_order_of_claims_does_not_matter(rows: list[EvidenceRow]) -> None:
    assert len({repr(assemble(*order)) for order in permutations(rows)}) == 1


@given(st.lists(CLAIMS, min_size=1, max_size=6), CLAIMS)
def test_another_work_never_lowers_belief(rows: list[EvidenceRow], more: EvidenceRow) -> None:
    def beliefs(claims: list[EvidenceRow]) -> dict[str, float]:
        return {a.id: a.tally.belief for a in assemble(*claims).assertions}

    before, after = beliefs(rows), beliefs([*rows, more])
    assert all(0 <= after[id_] <= 1 and after[id_] >= belief - 1e-6 for id_, belief in before.items())


def test_explanation_adds_up() -> None:
    rows = promotes(1, score=0.6), promotes(2, score=0.5, speculative=True), promotes(work(3, kind="review"), score=0.4)
    explanation = explain(only(assemble(*rows)), MODEL)
    assert [w.id for w, _, _ in explanation.works] == ["pmid:1", "pmid:3", "pmid:2"]
    assert explanation.support == "support = 1 − (0 + 1 × 0.400 × 0.600 × 0.750) = 0.820"
    assert explanation.papers == "papers = 3: 2 by own finding, 1 by background"
    ((_, p, (evidence,)), *_) = explanation.works[1:]
    assert p == pytest.approx(evidence.reading * evidence.certainty)


@pytest.mark.parametrize(
    ("accepted", "formula"),
    [
        ((), "support = 1 − (0.1 + 0.9 × 0.333 × 0.500) = 0.750"),
        ((1,), "support = 1 − (0.1 + 0.9 × 0.333) × (1 − 0.990) = 0.996"),
        ((0, 1), "support = 1 − (1 − 0.990) × (1 − 0.990) = 1.000"),
    ],
)
def test_the_formula_shows_read_and_accepted_works(accepted: tuple[int, ...], formula: str) -> None:
    rows = [promotes(1, score=0.6), promotes(2, score=0.45)]
    claim = rows[0].claim
    verdicts = [verdict(rows[i], "accept") for i in accepted]
    assertion = only(assemble_pair(claim.subject.id, claim.object.id, rows, verdicts, SYSTEMATIC))
    assert explain(assertion, SYSTEMATIC).support == formula


def inhibits(from_: object = 1, cancer: str = "PDAC", **changes: object) -> EvidenceRow:
    return row("miR-21", "INHIBITS", "metastasis", cancer, from_, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("against", "share", "works", "written"),
    [
        ([], 1.0, 0, "no works against"),
        ([inhibits(2, score=0.6)], 0.5, 1, "1 work against"),
        ([inhibits(2, score=0.3), inhibits(3, score=0.9)], 1 / 3, 2, "2 works against"),
        ([inhibits(2, score=0.6), inhibits(2, score=0.6, sentence="Again.")], 0.5, 1, "1 work against"),
        ([promotes(2, score=0.6, negated=True)], 0.5, 1, "1 work against"),
        ([inhibits(2, cancer="breast cancer")], 1.0, 0, "no works against"),  # another context
        ([inhibits(work(2, retracted=True))], 1.0, 0, "no works against"),
        ([row("miR-21", "REGULATES", "metastasis", "PDAC", 2)], 1.0, 0, "no works against"),
    ],
)
def test_opposite_claims_lower_agreement_and_not_support(
    against: list[EvidenceRow], share: float, works: int, written: str
) -> None:
    found = assemble(promotes(1, score=0.6), *against).assertions
    (promoted,) = (a for a in found if a.predicate is Predicate.PROMOTES and not a.negated)
    assert promoted.tally.belief == pytest.approx(0.6)
    assert (promoted.agreement.share, promoted.agreement.against) == (pytest.approx(share, abs=1e-6), works)
    assert explain(promoted, MODEL).agreement.endswith(f"{written} in the same cancers")


@pytest.mark.parametrize(
    ("rows", "own", "background"),
    [
        ([promotes(1)], 1, 0),
        ([promotes(1, background=True)], 0, 1),
        ([promotes(work(1, kind="review"))], 0, 1),
        ([promotes(1, background=True), promotes(1, sentence="We found it too.")], 1, 0),
        ([promotes(1), promotes(2, background=True), promotes(work(3, retracted=True))], 1, 1),
    ],
)
def test_papers_are_counted_by_own_finding_and_background(rows: list[EvidenceRow], own: int, background: int) -> None:
    tally = only(assemble(*rows)).tally
    assert (tally.own, tally.background, tally.papers) == (own, background, own + background)


def test_versions_name_the_numbers() -> None:
    assert MODEL.version == replace(MODEL, systematic=dict(reversed(MODEL.systematic.items()))).version
    assert MODEL.version != replace(MODEL, unmeasured=0.31).version
    assert MODEL.version != SYSTEMATIC.version


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (("exosomes", "macrophages; plasma"), ("exosomes", "plasma; macrophages"), True),
        (("exosomes", "macrophages"), ("exosomes", "macrophages; macrophages"), True),
        (("exosomes", "macrophages"), ("exosomes", "plasma"), False),
        (("exosomes", "macrophages"), ("EV", "macrophages"), False),
        (("exosomes", "macrophages"), ("exosomes", ""), False),
    ],
)
def test_vesicles_are_the_same_where_kind_and_sources_are(
    one: tuple[str, str], other: tuple[str, str], same: bool
) -> None:
    first, second = (row(kind, "PROMOTES", "angiogenesis", of=of).claim for kind, of in (one, other))
    assert (first.subject.id == second.subject.id) is same
    assert (assertion_id(first) == assertion_id(second)) is same


def test_opposite_effects_of_vesicles_of_different_sources_are_no_contradiction() -> None:
    calm = row("exosomes", "INHIBITS", "angiogenesis", of="macrophages")
    feed, feed_too = (row("exosomes", "PROMOTES", "angiogenesis", "", n, of="PDAC") for n in (2, 3))
    deny = row("exosomes", "INHIBITS", "angiogenesis", "", 4, of="PDAC")
    by_pair = {r.claim.subject.id: [r] for r in (calm,)} | {feed.claim.subject.id: [feed, feed_too, deny]}
    found = {name: assemble_pair(name, "GO:0001525", rows).contradictions for name, rows in by_pair.items()}
    assert [len(found[r.claim.subject.id]) for r in (calm, feed)] == [0, 1]
