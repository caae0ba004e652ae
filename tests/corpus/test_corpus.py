"""What a workspace promises: nothing lost, nothing doubled, and every change noted for the graph."""

import os
import sqlite3
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph_schema.model import EntityType
from miner.corpus import CORPUS_VERSION, Corpus
from miner.errors import WorkspaceError
from miner.model.articles import Article, Notice, Reject
from miner.model.assertions import assertion_id
from miner.model.claims import EntityRef
from tests.corpus.records import article, claim
from tests.corpus.versions import take_back


def test_the_same_record_again_changes_nothing(corpus: Corpus) -> None:
    assert corpus.add([article(pmid="1")]).new == 1
    again = corpus.add([article(pmid="1")])
    assert (again.new, again.changed, again.same) == (0, 0, 1)
    assert corpus.counts()["works"] == 1


def test_records_join_whichever_arrives_first(tmp_path: Path) -> None:
    pubmed = article(pmid="1", doi="10.1/x")
    pmc = article("europepmc", "PMC9", pmcid="PMC9", doi="10.1/x")
    bare = article("crossref", "10.1/x", doi="10.1/x", sections=())
    for n, order in enumerate([[pubmed, pmc, bare], [bare, pmc, pubmed], [pmc, bare, pubmed]]):
        with Corpus(tmp_path / f"{n}.sqlite") as corpus:
            for one in order:
                corpus.add([one])
            (work,) = corpus.works()
            assert (work.id, work.article.pmcid, work.article.doi) == ("pmid:1", "PMC9", "10.1/x")
            assert work.text_from == ("pubmed", "1")
            assert len(corpus.records(work)) == 3


def test_a_bridging_record_joins_two_works(corpus: Corpus) -> None:
    corpus.add([article(pmid="1"), article("europepmc", "PMC9", pmcid="PMC9")])
    assert corpus.counts()["works"] == 2
    corpus.add([article("europepmc", "1", pmid="1", pmcid="PMC9")])
    assert corpus.counts()["works"] == 1


def test_a_preprint_joins_its_published_version_and_yields_the_text(corpus: Corpus) -> None:
    preprint = article("biorxiv", "10.1101/1", doi="10.1101/1", notices=(Notice("preprint_of", doi="10.1/x"),))
    corpus.add([preprint])
    corpus.add([article("crossref", "10.1/x", doi="10.1/x", text="Published words.")])
    (work,) = corpus.works()
    assert work.article.doi == "10.1/x"
    assert work.article.text.endswith("Published words.")
    assert "published" in work.text_reason


def test_an_erratum_under_the_same_doi_stays_a_work_of_its_own(corpus: Corpus) -> None:
    corpus.add([article(pmid="1", doi="10.1/x"), article(source_id="2", pmid="2", doi="10.1/x")])
    assert corpus.counts()["works"] == 2


@pytest.mark.parametrize("order", list(permutations("aec")), ids="".join)
def test_a_record_without_a_pmid_ties_no_two_articles_together(corpus: Corpus, order: tuple[str, ...]) -> None:
    records = {
        "a": article(pmid="1", doi="10.1/x"),
        "e": article(source_id="2", pmid="2", doi="10.1/x", title="Erratum", sections=()),
        "c": article("crossref", "10.1/x", doi="10.1/x", sections=()),
    }
    for name in order:
        corpus.add([records[name]])
    assert {work.id for work in corpus.works()} == {"pmid:1", "pmid:2"}
    before = corpus.counts()
    corpus.add([replace(records["c"], title="A finding, as Crossref has it")])
    assert corpus.counts() == before


@pytest.mark.parametrize("order", list(permutations("pab")), ids="".join)
def test_a_preprint_with_a_pmid_of_its_own_still_joins_its_article(corpus: Corpus, order: tuple[str, ...]) -> None:
    records = {
        "p": article(source_id="3", pmid="3", doi="10.1101/1", types=("preprint",)),
        "a": article(pmid="1", doi="10.1/x"),
        "b": article("biorxiv", "10.1101/1", doi="10.1101/1", notices=(Notice("preprint_of", doi="10.1/x"),)),
    }
    for name in order:
        corpus.add([records[name]])
    (work,) = corpus.works()
    assert (work.id, work.article.doi, work.text_from) == ("pmid:1", "10.1/x", ("pubmed", "1"))


def test_a_withdrawn_citation_that_is_sent_again_stands_again(corpus: Corpus) -> None:
    corpus.add([article(pmid="1")])
    corpus.add([], withdrawn=["1"])
    assert corpus.add([article(pmid="1")]).changed == 1
    assert [work.retracted for work in corpus.works()] == [False]
    assert corpus.add([article(pmid="1")]).same == 1


@pytest.mark.parametrize(("revised", "withdrawn"), [("2024-01-01", True), ("2024-03-01", True), ("2024-04-01", False)])
def test_a_file_read_again_brings_no_deleted_citation_back(corpus: Corpus, revised: str, withdrawn: bool) -> None:
    corpus.add([article("pubmed-bulk", pmid="1", revised="2024-03-01")])
    corpus.add([], withdrawn=["1"])
    corpus.add([article("pubmed-bulk", pmid="1", revised=revised)])
    assert [work.withdrawn for work in corpus.works()] == [withdrawn]


def test_a_notice_that_no_longer_names_an_article_takes_its_mark_back(corpus: Corpus) -> None:
    notice = article(source_id="2", pmid="2", title="Retraction", notices=(Notice("retraction_of", pmid="1"),))
    corpus.add([article(pmid="1"), article(source_id="3", pmid="3"), notice])
    corpus.add([replace(notice, notices=(Notice("retraction_of", pmid="3"),))])
    assert {work.id: work.retracted for work in corpus.works()} == {"pmid:1": False, "pmid:3": True, "pmid:2": False}


def test_files_that_number_their_records_alike_do_not_overwrite_each_other(corpus: Corpus) -> None:
    corpus.add([article("file", "1", title="One"), article("file", "1", title="Another")])
    assert corpus.counts()["works"] == 2
    corpus.add([article("file", "1", title="One"), article("file", "1", title="Another")])
    assert corpus.counts() == corpus.counts() | {"works": 2, "records": 2}


def test_a_retraction_notice_marks_the_article_whichever_comes_first(tmp_path: Path) -> None:
    paper = article(pmid="1")
    notice = article(source_id="2", pmid="2", title="Retraction", notices=(Notice("retraction_of", pmid="1"),))
    for n, order in enumerate([[paper, notice], [notice, paper]]):
        with Corpus(tmp_path / f"{n}.sqlite") as corpus:
            for one in order:
                corpus.add([one])
            assert {w.id: w.retracted for w in corpus.works()} == {"pmid:1": True, "pmid:2": False}


def test_a_citation_that_pubmed_deleted_is_withdrawn_and_not_retracted(corpus: Corpus) -> None:
    corpus.add([article(pmid="1")])
    (work,) = corpus.works()
    corpus.put_claims(work, "test.v1", [claim()])
    corpus.add([], withdrawn=["1", "404"])
    (work,) = corpus.works()
    assert (work.withdrawn, work.retracted) == (True, False)
    assert (corpus.counts()["works"], corpus.counts()["withdrawn"], corpus.counts()["claims"]) == (0, 1, 0)
    assert corpus.pending("test.v1") == []


@pytest.mark.parametrize("source", ["pubmed", "biorxiv"])
@pytest.mark.parametrize(
    ("early", "late"),
    [
        ({"version": "1"}, {"version": "3"}),
        ({"version": "v1"}, {"version": "v2"}),
        ({}, {"version": "2"}),
        ({"version": "9"}, {"version": "10"}),
        ({"revised": "2024-05-01"}, {"revised": "2024-05-02"}),
        ({"revised": "2024-05-01"}, {"version": "2"}),
    ],
)
def test_an_earlier_revision_never_replaces_a_later_one(
    tmp_path: Path, source: str, early: dict[str, str], late: dict[str, str]
) -> None:
    one, other = article(source, text="Early.", **early), article(source, text="Late.", **late)
    for n, order in enumerate(permutations((one, other))):
        with Corpus(tmp_path / f"{n}.sqlite") as corpus:
            for record in order:
                corpus.add([record])
            (work,) = corpus.works()
            assert work.article.sections[0].text == "Late."


def test_of_two_files_records_the_later_revision_is_used(tmp_path: Path) -> None:
    one, other = (article("file", f"{n}", pmid="7", text=f"Version {n}.", version=f"{n}") for n in (1, 2))
    for n, order in enumerate(permutations((one, other))):
        with Corpus(tmp_path / f"{n}.sqlite") as corpus:
            corpus.add(order)
            (work,) = corpus.works()
            assert work.article.sections[0].text == "Version 2."


def test_only_new_or_changed_texts_and_extractors_are_pending(corpus: Corpus) -> None:
    corpus.add([article(pmid="1")])
    (work,) = corpus.pending_works(corpus.pending("test.v1"))
    corpus.put_claims(work, "test.v1", [claim()])
    assert corpus.pending("test.v1") == []
    assert len(corpus.pending("test.v2")) == 1
    corpus.add([article(pmid="1", text="Exosomes carry miR-21 and miR-155.")])
    assert len(corpus.pending("test.v1")) == 1


def test_a_change_names_the_pairs_it_touches_and_no_others(corpus: Corpus) -> None:
    corpus.add([article(pmid="1"), article(source_id="2", pmid="2")])
    first, second = corpus.works()
    corpus.put_claims(first, "test.v1", [claim()])
    corpus.put_claims(second, "test.v1", [claim(object_="HGNC:9588")])
    seen = corpus.last_change
    assert len(corpus.changed_pairs(0)) == 2
    corpus.put_claims(first, "test.v1", [claim()])
    assert corpus.changed_pairs(seen) == []
    corpus.add([article(pmid="1", notices=(Notice("retracted_by", pmid="3"),))])
    assert corpus.changed_pairs(seen) == [("GO:0070062", "miRBase:MI0000077")]
    assert [w.retracted for w, _ in corpus.claims_of("GO:0070062", "miRBase:MI0000077")] == [True]


def test_rejects_are_kept_once_with_their_reason(corpus: Corpus) -> None:
    for _ in range(2):
        corpus.add([], [Reject("file", "notes.bin", "not a text file")])
    assert corpus.rejects() == [Reject("file", "notes.bin", "not a text file")]


def test_a_failed_batch_leaves_nothing_behind(corpus: Corpus) -> None:
    with pytest.raises(RuntimeError), corpus.transaction():
        corpus.add([article(pmid="1")])
        raise RuntimeError
    assert corpus.counts()["records"] == 0


def test_a_corpus_of_a_newer_version_is_refused_with_the_way_out(tmp_path: Path) -> None:
    path = tmp_path / "corpus.sqlite"
    Corpus(path).__exit__(None, None, None)
    with sqlite3.connect(path) as db:
        db.execute(f"PRAGMA user_version = {CORPUS_VERSION + 1}")
    with pytest.raises(WorkspaceError, match=r"newer .* - upgrade"):
        Corpus(path)


def test_a_corpus_of_the_first_version_is_brought_to_this_one(tmp_path: Path) -> None:
    path = tmp_path / "corpus.sqlite"
    with Corpus(path) as corpus:
        corpus.add([article(pmid="1")])
        (work,) = corpus.works()
        corpus.put_claims(work, "any.v1", [claim()])
    with sqlite3.connect(path) as db:
        take_back(db, 1)
        db.executescript("PRAGMA user_version = 0; UPDATE meta SET value = '1' WHERE key = 'version'")
    for _ in range(2):
        with Corpus(path) as corpus:
            assert corpus.pair_claimed_by(assertion_id(claim())) == (claim().subject.id, claim().object.id)
            assert corpus.pair_claimed_by("exominer:a_0") is None
            assert [name.text for name in corpus.names_of(claim().subject.id)] == names(claim().subject)


def test_methods_of_separation_keep_their_claims_under_the_new_name(tmp_path: Path) -> None:
    path = tmp_path / "corpus.sqlite"
    said = replace(
        claim(), sentence='They wrote "isolation":["x"].', context={"setting": ["in vitro"], "separation": ["kit"]}
    )
    with Corpus(path) as corpus:
        corpus.add([article(pmid="1")])
        (work,) = corpus.works()
        corpus.put_claims(work, "any.v1", [said])
    with sqlite3.connect(path) as db:
        db.execute("""UPDATE claim SET body = replace(body, '"separation":', '"isolation":')""")
        take_back(db, 2)
        db.executescript("PRAGMA user_version = 0; UPDATE meta SET value = '2' WHERE key = 'version'")
    with Corpus(path) as corpus:
        before = corpus.last_change
        assert [c for _, c in corpus.claims()] == [said]
        corpus.put_claims(work, "any.v1", [said])
        assert corpus.last_change == before


def test_a_file_that_is_no_corpus_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "corpus.sqlite"
    path.write_bytes(b"not a database, but long enough to be looked at" * 99)
    with pytest.raises(WorkspaceError, match=r"corpus.sqlite: .* - name another"):
        Corpus(path)


def test_a_workspace_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(WorkspaceError, match=r"taken.* - name another"):
        Corpus(tmp_path / "taken" / "corpus.sqlite")


@pytest.mark.skipif(not os.access("/dev/full", os.W_OK), reason="no /dev/full here")
def test_a_full_disk_is_told_and_keeps_what_was_there(corpus: Corpus) -> None:
    corpus.add([article(pmid="1")])
    corpus._db.execute("PRAGMA max_page_count = 1")
    with pytest.raises(WorkspaceError, match="full - free some space"):
        corpus.add([article(source_id=str(n), pmid=str(n), text="word " * 5000) for n in range(2, 40)])
    assert [w.id for w in corpus.works()] == ["pmid:1"]


PARTS = st.lists(
    st.builds(
        lambda source, n, pmid, doi: article(
            source, f"{n}", pmid=f"{n}" if pmid else None, doi=f"10.1/{n % 3}" if doi else None, title=f"T{n}"
        ),
        st.sampled_from(["pubmed", "europepmc", "crossref", "file"]),
        st.integers(0, 5),
        st.booleans(),
        st.booleans(),
    ),
    max_size=12,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(PARTS)
def test_every_record_belongs_to_exactly_one_work(
    tmp_path_factory: pytest.TempPathFactory, articles: list[Article]
) -> None:
    with Corpus(tmp_path_factory.mktemp("c") / "corpus.sqlite") as corpus:
        corpus.add(articles)
        held = [r for w in corpus.works() for r in w.records]
        assert len(held) == len(set(held)) == corpus.counts()["records"]
        before = corpus.counts()
        corpus.add(articles)
        assert corpus.counts()["works"] <= before["works"]
        assert all(w.article.text for w in corpus.works())


def names(ref: EntityRef) -> list[str]:
    return list(dict.fromkeys((ref.name, *ref.mentions)))


def test_an_entity_has_the_names_of_all_works_that_claim_something_of_it(tmp_path: Path) -> None:
    with Corpus(tmp_path / "corpus.sqlite") as corpus:
        corpus.add([article(pmid="1"), article(source_id="2", pmid="2")])
        first, second = corpus.works()
        one = replace(claim(), subject=EntityRef("exominer:x-1", EntityType.GENE, "circSATB1", ("circSATB1", "it")))
        two = replace(claim(), subject=EntityRef("exominer:x-1", EntityType.GENE, "CircSATB1", ("circ-SATB1",)))
        corpus.put_claims(first, "any.v1", [one])
        before = corpus.last_change
        assert corpus.renamed(0) == sorted({"exominer:x-1", claim().object.id})
        corpus.put_claims(second, "any.v1", [two, two])
        assert {name.text for name in corpus.names_of("exominer:x-1")} == {"circSATB1", "it", "CircSATB1", "circ-SATB1"}
        assert "exominer:x-1" in corpus.renamed(before)
        before = corpus.last_change
        corpus.put_claims(second, "any.v2", [two, two])
        assert corpus.renamed(before) == []
        corpus.put_claims(second, "any.v3", [])
        assert {name.text for name in corpus.names_of("exominer:x-1")} == {"circSATB1", "it"}
        assert "exominer:x-1" in corpus.renamed(before)


def test_a_text_is_no_name_when_it_is_too_long(tmp_path: Path) -> None:
    with Corpus(tmp_path / "corpus.sqlite") as corpus:
        corpus.add([article(pmid="1")])
        (work,) = corpus.works()
        long = EntityRef("exominer:x-1", EntityType.GENE, "ACGT" * 3000, ("ACGT" * 3000, "oligo"))
        corpus.put_claims(work, "any.v1", [replace(claim(), subject=long)])
        assert [name.text for name in corpus.names_of("exominer:x-1")] == ["oligo"]
