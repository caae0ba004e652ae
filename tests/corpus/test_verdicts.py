"""Verdicts are kept, and follow the sentences that they judge."""

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from graph_schema.model import EntityType
from miner.corpus import Corpus
from miner.model.assertions import Closing, Verdict, assertion_id, contradiction_id, evidence_id
from miner.model.claims import Claim, EntityRef, name_populations
from tests.corpus.records import article, claim
from tests.corpus.versions import take_back


def test_verdicts_are_kept_replaced_and_undone(corpus: Corpus) -> None:
    corpus.put_verdict(Verdict("exominer:a_1", "", "ada", "reject", "wrong cargo", "2026-01-01"), ("a", "b"))
    corpus.put_verdict(Verdict("exominer:a_1", "", "ada", "accept", "", "2026-01-02"), ("a", "b"))
    assert [v.decision for v in corpus.verdicts(("a", "b"))] == ["accept"]
    assert corpus.undo_verdict("exominer:a_1", "ada")
    assert not corpus.undo_verdict("exominer:a_1", "ada")


def of_source(of: Claim, *cells: str) -> Claim:
    """The claim read anew, of vesicles from these cells."""
    sources = tuple(EntityRef(f"CL:{cell}", EntityType.CELL, cell) for cell in cells)
    return name_populations(replace(of, sources=sources, source_known="sentence"))


def two_works(corpus: Corpus, *said: Claim) -> None:
    """Two works that make one of the claims each."""
    corpus.add([article(source_id=str(n), pmid=str(n)) for n in range(1, len(said) + 1)])
    for work, one in zip(corpus.works(), said, strict=True):
        corpus.put_claims(work, "any.v1", [one])


def judged(corpus: Corpus) -> set[tuple[str, str, str]]:
    return {(v.assertion, v.evidence, v.decision) for v, _ in corpus.all_verdicts()}


SAID, SAID_TOO = claim(), claim(sentence="Exosomes held miR-21.")


@pytest.mark.parametrize(
    ("before", "after", "left", "moved"),
    [
        # (claims judged together, the same read anew, how many stay under the verdict, which sentences take it along)
        ((SAID, SAID_TOO), (of_source(SAID, "a"), SAID_TOO), 1, (0,)),
        ((SAID, SAID_TOO), (of_source(SAID, "a"), of_source(SAID_TOO, "b")), 0, (0, 1)),
        ((of_source(SAID, "a"), of_source(SAID_TOO, "a")), (SAID, of_source(SAID_TOO, "a", "b")), 0, (0, 1)),
        ((SAID, SAID_TOO), (SAID, SAID_TOO), 1, ()),
    ],
)
def test_verdicts_follow_sentences_to_vesicles_of_another_source(
    corpus: Corpus, before: tuple[Claim, ...], after: tuple[Claim, ...], left: int, moved: tuple[int, ...]
) -> None:
    two_works(corpus, *before)
    of = assertion_id(before[0])
    corpus.put_verdict(Verdict(of, "", "ada", "reject", "no", "2026"), (before[0].subject.id, before[0].object.id))
    works = list(corpus.works())
    for work, one in zip(works, after, strict=True):
        corpus.put_claims(work, "any.v2", [one])
    expected = {(assertion_id(after[n]), evidence_id(after[n], works[n].id), "reject") for n in moved}
    assert judged(corpus) == expected | ({(of, "", "reject")} if left else set())
    for (verdict, pair), _ in zip(corpus.all_verdicts(), judged(corpus), strict=True):
        assert corpus.pair_claimed_by(verdict.assertion) == pair


@pytest.mark.parametrize("after", [[], [claim(sentence="Other words hold miR-21 in exosomes.")]])
def test_verdicts_stay_where_a_claim_is_no_longer_read(corpus: Corpus, after: list[Claim]) -> None:
    two_works(corpus, SAID)
    (work,) = corpus.works()
    pair, of = (SAID.subject.id, SAID.object.id), assertion_id(SAID)
    for evidence in ("", evidence_id(SAID, work.id)):
        corpus.put_verdict(Verdict(of, evidence, "ada", "accept"), pair)
    before = judged(corpus)
    corpus.put_claims(work, "any.v2", after)
    assert judged(corpus) == before


def test_a_verdict_on_a_sentence_goes_before_one_on_all(corpus: Corpus) -> None:
    two_works(corpus, SAID)
    (work,) = corpus.works()
    pair, of = (SAID.subject.id, SAID.object.id), assertion_id(SAID)
    corpus.put_verdict(Verdict(of, "", "ada", "accept"), pair)
    corpus.put_verdict(Verdict(of, evidence_id(SAID, work.id), "ada", "reject"), pair)
    anew = of_source(SAID, "a")
    corpus.put_claims(work, "any.v2", [anew])
    assert judged(corpus) == {(assertion_id(anew), evidence_id(anew, work.id), "reject")}


def test_a_corpus_of_before_populations_gets_them_and_keeps_its_verdicts(tmp_path: Path) -> None:
    path = tmp_path / "corpus.sqlite"
    bare = replace(SAID, sources=of_source(SAID, "a").sources)
    with Corpus(path) as corpus:
        two_works(corpus, bare, SAID_TOO)
        corpus.put_verdict(Verdict(assertion_id(bare), "", "ada", "accept"), (bare.subject.id, bare.object.id))
        change = corpus.last_change
    with sqlite3.connect(path) as db:
        take_back(db, 7)
    named = name_populations(bare)
    for _ in range(2):
        with Corpus(path) as corpus:
            assert {c.subject.id for _, c in corpus.claims()} == {named.subject.id, SAID_TOO.subject.id}
            ends = {(c.subject.id, c.object.id) for c in (named, SAID_TOO)}
            assert set(corpus.changed_pairs(change)) == ends
            (work, _) = corpus.works()
            assert judged(corpus) == {
                (assertion_id(SAID_TOO), "", "accept"),
                (assertion_id(named), evidence_id(named, work.id), "accept"),
            }
            before = corpus.last_change
            corpus.put_claims(work, "any.v1", [named])
            assert corpus.last_change == before


OTHER = replace(claim(sentence="It did not."), negated=True)


@pytest.mark.parametrize(
    "after", [of_source(SAID, "a"), SAID, replace(SAID, sentence="Another sentence of the same assertion.")]
)
def test_closings_follow_sentences_to_vesicles_of_another_source(corpus: Corpus, after: Claim) -> None:
    two_works(corpus, SAID, OTHER)
    corpus.put_closing(Closing((assertion_id(SAID), assertion_id(OTHER)), "ada", "real", "same cells", "2026"))
    first, _ = corpus.works()
    corpus.put_claims(first, "any.v2", [after])
    (closing,) = corpus.closings()
    assert closing == Closing((assertion_id(after), assertion_id(OTHER)), "ada", "real", "same cells", "2026")
    assert closing.contradiction == contradiction_id(assertion_id(OTHER), assertion_id(after))


def test_a_closing_stays_where_a_sentence_of_its_assertion_stays(corpus: Corpus) -> None:
    two_works(corpus, SAID, SAID_TOO, OTHER)
    corpus.put_closing(Closing((assertion_id(SAID), assertion_id(OTHER)), "ada", "real"))
    first, *_ = corpus.works()
    corpus.put_claims(first, "any.v2", [of_source(SAID, "a")])
    assert [c.assertions for c in corpus.closings()] == [(assertion_id(SAID), assertion_id(OTHER))]


def test_closings_of_before_learn_their_assertions(tmp_path: Path) -> None:
    path = tmp_path / "corpus.sqlite"
    closing = Closing(tuple(sorted((assertion_id(SAID), assertion_id(OTHER)))), "ada", "context")  # type: ignore[arg-type]
    with Corpus(path) as corpus:
        two_works(corpus, SAID, OTHER)
        corpus.put_closing(closing)
        corpus.put_closing(Closing(("exominer:a_0", "exominer:a_1"), "ada", "real"))  # of no claim
    with sqlite3.connect(path) as db:
        take_back(db, 11)
    with Corpus(path) as corpus:
        assert corpus.closings() == [closing]
