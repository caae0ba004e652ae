"""What is left of a belief without the paper that it rests on most, against assembling it without that paper."""

from dataclasses import replace

import pytest

from miner.assembly.assemble import assemble_pair
from miner.extract.voters import COMBINED
from miner.model.assertions import Assertion, EvidenceRow, Verdict, evidence_id
from tests.claims import row, work

SCORES = {1: 0.6, 2: 0.3, 3: 0.45}


def papers(*numbers: int) -> list[EvidenceRow]:
    return [row("miR-21", "INHIBITS", "metastasis", from_=n, score=SCORES[n], extractor=COMBINED) for n in numbers]


def assemble(rows: list[EvidenceRow], verdicts: tuple[Verdict, ...] = ()) -> Assertion:
    claim = rows[0].claim
    (assertion,) = assemble_pair(claim.subject.id, claim.object.id, rows, verdicts).assertions
    return assertion


@pytest.mark.parametrize("numbers", [(1, 2), (1, 2, 3), (2, 3), (3, 2, 1)])
def test_it_is_the_lowest_belief_that_leaving_out_one_paper_gives(numbers: tuple[int, ...]) -> None:
    rows = papers(*numbers)
    others = [assemble([r for r in rows if r is not left_out]).tally.belief for left_out in rows]
    assert assemble(rows).belief_without_best == min(others) < assemble(rows).tally.belief


def test_nothing_is_left_of_a_single_paper() -> None:
    assert assemble(papers(1)).belief_without_best == 0


def test_papers_that_do_not_count_are_none_to_fall_back_on() -> None:
    retracted = replace(papers(2)[0], work=work(2, retracted=True))
    assert assemble([*papers(1), retracted]).belief_without_best == 0
    rows = papers(1, 2)
    id_ = assemble(rows).id
    rejected = Verdict(id_, evidence_id(rows[1].claim, "pmid:2"), "ada", "reject")
    assert assemble(rows, (rejected,)).belief_without_best == 0
    accepted = Verdict(id_, evidence_id(rows[1].claim, "pmid:2"), "ada", "accept")
    assert assemble(rows, (accepted,)).belief_without_best == assemble(papers(1)).tally.belief
