"""Corrections of a claim's entities: read from a text, corrected, undone, exported and imported."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from miner.corpus import Corpus, now
from miner.errors import UsageError
from miner.model.articles import Article, Section
from miner.model.assertions import Assertion, Decision, Verdict
from miner.model.claims import EntityRef
from miner.model.reporter import SILENT
from miner.workflow.assembly import assertions, find_assertion
from miner.workflow.curation import describe, give_verdict, names_in, read_correction, undo_verdict, verdicts_behind
from miner.workflow.find import EntityIndex
from miner.workflow.impact import impact_of
from miner.workflow.reading import read_pending
from miner.workflow.shards import Engine
from miner.workflow.teaching import find_synonyms

TEXT = "Exosomal miR-21 promotes metastasis in breast cancer. Exosomal GPC1 is elevated in pancreatic cancer."
METASTASIS = "exominer:function-metastasis"


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("read") / "corpus.sqlite"
    with Corpus(path) as corpus:
        corpus.add([Article("file", "1", "Exosomes", (Section("abstract", TEXT),), pmid="1", published="2020")])
        read_pending(corpus, SILENT, Engine(processes=1))
    return path


@pytest.fixture
def corpus(read: Path) -> Iterator[Corpus]:
    with Corpus(read) as opened:
        yield opened
        for verdict, _ in opened.all_verdicts():
            opened.undo_verdict(verdict.assertion, verdict.curator, verdict.evidence)


@pytest.fixture(scope="module")
def index(read: Path) -> EntityIndex:
    with Corpus(read) as corpus:
        return EntityIndex(corpus)


def said(corpus: Corpus) -> dict[str, float]:
    """Every assertion in words, with its belief."""
    return {describe(a, names_in(corpus, a)): a.tally.belief for a in assertions(corpus)}


def assertion(corpus: Corpus, predicate: str, object_: str) -> Assertion:
    (found,) = (
        a for a in assertions(corpus) if a.predicate == predicate and object_ in describe(a, names_in(corpus, a))
    )
    return found


def edit(of: Assertion, *new: EntityRef | None, said: str = "", curator: str = "ada") -> Verdict:
    return Verdict(of.id, "", curator, "edit", "see the methods", now(), said or of.signed_predicate, *new)


def test_a_corrected_subject_moves_the_claim_to_another_pair(corpus: Corpus, index: EntityIndex) -> None:
    before, seen = said(corpus), corpus.last_change
    of = assertion(corpus, "PROMOTES", "metastasis")
    changes = give_verdict(corpus, of, edit(of, index.pick("microRNA-210")))
    after = said(corpus)
    words = "miR-210 —PROMOTES→ metastasis in breast cancer"
    assert after[words] == pytest.approx(0.99) and after[words.replace("210", "21")] == 0.0
    assert {(c.statement, c.before is None, c.after is None) for c in changes} == {
        (words, True, False),
        (words.replace("210", "21"), False, False),
    }
    moved = assertion(corpus, "PROMOTES", "miR-210")
    assert set(corpus.changed_pairs(seen)) == {of.ends, moved.ends}
    assert find_assertion(corpus, moved.id) == moved
    (evidence,) = moved.evidence
    assert (evidence.verdict, evidence.extractor) == ("accepted", "exominer.curator")
    assert evidence.sentence in TEXT
    (kept,) = verdicts_behind(corpus, moved, "ada")
    assert kept.assertion == of.id and kept.new_subject and kept.new_subject.id == "HGNC:31587"
    assert {i.assertion.id for i in impact_of(corpus, "pmid:1") if i.alone} >= {moved.id}
    seen = corpus.last_change
    undo_verdict(corpus, kept.assertion, "ada")
    assert said(corpus) == before and set(corpus.changed_pairs(seen)) == {of.ends, moved.ends}


def test_a_second_correction_replaces_the_first(corpus: Corpus, index: EntityIndex) -> None:
    of = assertion(corpus, "PROMOTES", "metastasis")
    give_verdict(corpus, of, edit(of, index.pick("miR-210")))
    seen = corpus.last_change
    give_verdict(corpus, of, edit(of, None, index.pick("angiogenesis"), said="NOT INHIBITS"))
    held = said(corpus)
    assert held["miR-21 —NOT INHIBITS→ angiogenesis in breast cancer"] > 0.9
    assert not any("miR-210" in words for words in held)
    assert len(corpus.changed_pairs(seen)) == 3  # the claim's own, that of the first and that of the second correction


def test_a_corrected_cancer_is_the_claims_cancer_too(corpus: Corpus, index: EntityIndex) -> None:
    of = assertion(corpus, "ELEVATED_IN", "pancreatic cancer")
    give_verdict(corpus, of, edit(of, None, index.pick("melanoma")))
    (moved,) = (a for a in assertions(corpus) if a.subject == of.subject and a.tally.belief == pytest.approx(0.99))
    assert moved.cancers == (moved.object,) != of.cancers


def test_curators_differ_on_the_claim_and_on_its_correction(corpus: Corpus, index: EntityIndex) -> None:
    of = assertion(corpus, "PROMOTES", "metastasis")
    give_verdict(corpus, of, edit(of, index.pick("miR-210")))
    give_verdict(corpus, of, Verdict(of.id, "", "bo", "accept", at=now()))
    moved = assertion(corpus, "PROMOTES", "miR-210")
    give_verdict(corpus, moved, Verdict(moved.id, "", "bo", "reject", at=now()))
    assert {a.evidence[0].verdict for a in assertions(corpus) if a.id in (of.id, moved.id)} == {"disputed"}
    with pytest.raises(UsageError, match="is a correction"):
        give_verdict(corpus, moved, edit(moved, index.pick("miR-155"), curator="bo"))


@pytest.mark.parametrize(
    ("subject", "object_", "predicate", "says"),
    [
        ("", "", "PROMOTES", "changes nothing"),
        ("miR-21", "", "PROMOTES", "changes nothing"),
        ("miR-210", "", "CARRIES", "'CARRIES' does not fit miR-210 .* give one of PROMOTES"),
        ("", "plasma", "PROMOTES", "give one of .*DELIVERED_TO"),
        ("metastasis", "", "PROMOTES", "nothing can be claimed"),
        ("melanoma", "", "PROMOTES", "nothing can be claimed"),
        ("miR-210", "", "LOVES", "does not fit"),
    ],
)
def test_what_cannot_be_claimed_is_refused(
    corpus: Corpus, index: EntityIndex, subject: str, object_: str, predicate: str, says: str
) -> None:
    of = assertion(corpus, "PROMOTES", "metastasis")
    new = [index.pick(name) if name else None for name in (subject, object_)]
    with pytest.raises(UsageError, match=says):
        give_verdict(corpus, of, edit(of, *new, said=predicate))
    assert corpus.all_verdicts() == []


@pytest.mark.parametrize(
    ("name", "id_"),
    [
        ("microRNA 210", "HGNC:31587"),
        ("HGNC:4449", "HGNC:4449"),
        ("HGNC:31587", "HGNC:31587"),
        ("glypican 1", "HGNC:4449"),
        ("exosomes", "GO:0070062"),
        ("nobodyknowsit", ""),
        ("", ""),
    ],
)
def test_a_name_stands_for_one_entity_or_is_refused(index: EntityIndex, name: str, id_: str) -> None:
    if id_:
        assert index.pick(name).id == id_
    else:
        with pytest.raises(UsageError, match="no entity is named"):
            index.pick(name)


def test_a_name_of_several_entities_is_refused_with_their_ids(index: EntityIndex) -> None:
    with pytest.raises(UsageError, match=r"several entities - give the id of one: .*\w+:\d+ \(\w+ .*, \w+:\d+"):
        index.pick("NET")


@pytest.mark.parametrize("decision", ["accept", "reject"])
def test_other_verdicts_hold_no_entity(corpus: Corpus, decision: Decision) -> None:
    of = assertion(corpus, "PROMOTES", "metastasis")
    give_verdict(corpus, of, Verdict(of.id, "", "ada", decision, at=now()))
    ((kept, pair),) = corpus.all_verdicts()
    assert (kept.new_subject, kept.new_object, kept.corrected_pair(pair)) == (None, None, of.ends)
    assert replace(kept, at="") == Verdict(of.id, "", "ada", decision)


@pytest.mark.parametrize(
    ("correction", "subject", "taught"),
    [
        ("SUBJECT = miR-210", "HGNC:31587", ()),  # a vocabulary prefers "miR-21" for another entity: a misread claim
        ("subject miR-21 = miR-210", "HGNC:31587", ("miR-21",)),  # the curator says that this name means it
        ("not promotes", "", ()),
    ],
)
def test_a_correction_as_curators_write_it(
    corpus: Corpus, correction: str, subject: str, taught: tuple[str, ...]
) -> None:
    of = assertion(corpus, "PROMOTES", "metastasis")
    blank = Verdict(of.id, "", "ada", "edit", at=now())
    give_verdict(corpus, of, read_correction(corpus, of, blank, correction))
    ((kept, _),) = corpus.all_verdicts()
    assert (kept.new_subject.id if kept.new_subject else "") == subject
    assert (kept.new_subject.mentions if kept.new_subject else ()) == taught
    assert [synonym.form for synonym in find_synonyms([kept])] == list(taught)


def test_a_name_that_no_sentence_has_is_not_taught(corpus: Corpus) -> None:
    of = assertion(corpus, "PROMOTES", "metastasis")
    blank = Verdict(of.id, "", "ada", "edit", at=now())
    with pytest.raises(UsageError, match=r"no judged sentence has 'LMPX' .*: miR-21$"):
        give_verdict(corpus, of, read_correction(corpus, of, blank, "SUBJECT LMPX = miR-210"))
