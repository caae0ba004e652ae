"""What curators' verdicts pay back: agreement, learned weights and learned names, from texts to the screen."""

import json
from pathlib import Path

import pytest

from miner.corpus import Corpus
from miner.extract.voters import COMBINED
from miner.model.articles import Article, Section
from miner.model.assertions import Verdict, assertion_id
from miner.model.learned import base_extractor
from miner.workflow.mining import reader_version
from miner.workflow.teaching import update_taught
from tests.cli.conftest import Cli

TEXTS = [
    f"Exosomal miR-{n} {verb} {process} of {cancer} cancer cells. Serum exosomal miR-{n} was higher in patients."
    for n in (21, 155, 210, 9, 146, 200, 10, 34, 1246, 22, 30, 25, 181, 92)
    for verb, process, cancer in (("promotes", "invasion", "breast"), ("inhibits", "migration", "lung"))
]


@pytest.fixture(autouse=True)
def no_graph(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("miner.workflow.graph.load_graph", lambda *_: None)


@pytest.fixture
def corpus_path(cli: Cli, tmp_path: Path) -> Path:
    path = tmp_path / "ws" / "corpus.sqlite"
    add(path, TEXTS)
    assert cli("extract").code == 0
    return path


def add(path: Path, texts: list[str]) -> None:
    with Corpus(path) as corpus:
        corpus.add(
            Article("file", str(n), f"Paper {n}", (Section("abstract", text),), str(n))
            for n, text in enumerate(texts, 1)
        )


def judge(path: Path, curator: str, rejected: set[str]) -> None:
    """Accept every claim but those of the rejected predicates."""
    with Corpus(path) as corpus:
        for _, claim in list(corpus.claims()):
            decision = "reject" if claim.predicate in rejected else "accept"
            pair = (claim.subject.id, claim.object.id)
            corpus.put_verdict(Verdict(assertion_id(claim), "", curator, decision), pair)


def read_claims(path: Path) -> list[tuple[str, str, str, float, str]]:
    with Corpus(path) as corpus:
        return sorted(
            (c.subject.name, c.predicate.value, c.object.name, c.score, c.extractor) for _, c in corpus.claims()
        )


def test_verdicts_change_how_texts_are_read_and_undo_takes_it_back(cli: Cli, corpus_path: Path) -> None:
    shipped = read_claims(corpus_path)
    assert "CARRIES" in {claim[1] for claim in shipped}
    judge(corpus_path, "ada", {"CARRIES"})

    tried = cli("learn", "--dry-run")
    assert tried.code == 0 and "better, and not applied" in tried.message
    assert read_claims(corpus_path) == shipped

    learned = cli("learn", "--json")
    assert learned.code == 0 and "version 1" in learned.message
    report = json.loads(learned.out)
    (row,) = (row for row in report["predicates"] if row["predicate"] == "CARRIES")
    assert row["right"] == 0 and row["after"]["kept"] < row["before"]["kept"] == row["judged"]
    after = read_claims(corpus_path)
    assert sum(claim[1] == "CARRIES" for claim in after) < sum(claim[1] == "CARRIES" for claim in shipped)
    (extractor,) = {claim[4] for claim in after}
    assert extractor != COMBINED and base_extractor(extractor) == COMBINED
    assert "applies already" in cli("learn").message

    assert "the shipped weights apply again" in cli("learn", "--undo").message
    assert read_claims(corpus_path) == shipped
    assert "no learned weights apply" in cli("learn", "--undo").message


def test_verdicts_that_agree_with_the_shipped_weights_change_nothing(cli: Cli, corpus_path: Path) -> None:
    shipped = read_claims(corpus_path)
    with Corpus(corpus_path) as corpus:
        for n, (_, claim) in enumerate(list(corpus.claims())):
            # right as often as the scores promise
            decision = "accept" if (n * 0.618) % 1 < claim.score else "reject"
            corpus.put_verdict(Verdict(assertion_id(claim), "", "ada", decision), (claim.subject.id, claim.object.id))
    assert "nothing is changed" in cli("learn").message
    assert read_claims(corpus_path) == shipped


def test_too_few_verdicts_are_named_with_what_to_do(cli: Cli, corpus_path: Path) -> None:
    result = cli("learn")
    assert result.code == 2 and "0 judged claims are too few" in result.message and "exominer review" in result.message


NAMED = "Exosomal LMPX protein promotes metastasis of breast cancer."


def test_a_corrected_entity_is_learned_for_all_texts_that_name_it(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "ws" / "corpus.sqlite"
    add(path, [NAMED, "Exosomes carried LMPX and miR-21.", TEXTS[0]])
    cli("extract")
    with Corpus(path) as corpus:
        wrong = next(c for _, c in corpus.claims() if c.sentence == NAMED and c.predicate == "PROMOTES")
    id_ = assertion_id(wrong)

    refused = cli("verdicts", "give", id_, "edit", "--correction", "SUBJECT = no such thing", "--curator", "ada")
    assert refused.code == 2 and "give an id or a name" in refused.message
    refused = cli("verdicts", "give", id_, "edit", "--correction", "SUBJECT XYZ = LAMP1", "--curator", "ada")
    assert refused.code == 2 and "LMPX" in refused.message
    given = cli("verdicts", "give", id_, "edit", "--correction", "subject = LAMP1", "--curator", "ada")
    assert given.code == 0, given.err
    exported = cli("verdicts", "export").out
    assert "HGNC:6499" in exported and '""mentions"": [""LMPX""]' in exported
    as_read = entities_named(path, "LMPX")
    assert len(as_read) == 2  # a gene in one text, a chemical in the other

    with Corpus(path) as corpus:
        update_taught(corpus)
        version = reader_version()
        assert {work.id for work in corpus.pending_works(corpus.pending(version))} == {"pmid:1", "pmid:2"}
    cli("extract")
    assert entities_named(path, "LMPX") == {"HGNC:6499"}

    assert cli("verdicts", "undo", id_, "--curator", "ada").code == 0
    cli("extract")
    assert entities_named(path, "LMPX") == as_read

    (tmp_path / "verdicts.tsv").write_text(exported)
    assert cli("verdicts", "import", "verdicts.tsv").code == 0
    cli("extract")
    assert entities_named(path, "LMPX") == {"HGNC:6499"}


def entities_named(path: Path, text: str) -> set[str]:
    with Corpus(path) as corpus:
        return {ref.id for _, claim in corpus.claims() for ref in claim.refs if any(text in m for m in ref.mentions)}


def test_agreement_of_curators_and_what_they_dispute(cli: Cli, corpus_path: Path) -> None:
    judge(corpus_path, "ada", {"CARRIES"})
    judge(corpus_path, "ben", {"CARRIES", "PROMOTES"})
    (row,) = json.loads(cli("verdicts", "agreement", "--json").out)
    assert (row["first"], row["second"]) == ("ada", "ben")
    disputed = json.loads(cli("verdicts", "list", "--disputed", "--json").out)
    assert {one["curator"] for one in disputed} == {"ada", "ben"}
    assert all("PROMOTES" in one["claim"] for one in disputed)
    assert row["judged"] - row["agreed"] == len(disputed) // 2 > 0
    assert row["low"] < row["kappa"] < row["high"]

    shown = cli("review", "--disputed", "--curator", "ada", stdin="r\nhe is right\nq\n")
    assert "PROMOTES" in shown.out and "CARRIES" not in shown.out and "ben: reject" in shown.out
    (after,) = json.loads(cli("verdicts", "agreement", "--json").out)
    assert after["agreed"] == row["agreed"] + 1
