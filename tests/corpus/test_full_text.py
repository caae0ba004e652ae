"""A work's abstract and full text, from one record or from two, and corpora of before full text."""

import json
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from miner.corpus import Corpus
from miner.corpus.merge import merge
from miner.model.articles import Article, Section
from tests.corpus.records import article
from tests.corpus.versions import take_back

ABSTRACT = Section("abstract", "Exosomes carry miR-21.")
BODY = (Section("body", "Exosomes carried miR-9.", "Results", "results"), Section("caption", "Seen.", "Figure 1"))


def full(*, abstract: bool = True, **more: object) -> Article:
    sections = (replace(ABSTRACT, text="Exosomes carry miR-21 here."), *BODY) if abstract else BODY
    fields = {"pmid": "1", "pmcid": "PMC1", "license": "CC BY", "sections": sections, **more}
    return article("file", "PMC1", **fields)  # type: ignore[arg-type]  # keyword passthrough


@pytest.mark.parametrize("full_text_first", [True, False])
@pytest.mark.parametrize("abstract", [True, False])
def test_abstract_and_full_text_are_one_work(corpus: Corpus, full_text_first: bool, abstract: bool) -> None:
    records = [full(abstract=abstract), article(pmid="1")]
    corpus.add(records if full_text_first else records[::-1])
    (work,) = corpus.works()
    assert (work.article.license, work.article.pmcid, work.id) == ("CC BY", "PMC1", "pmid:1")
    assert work.article.has_full_text
    said = "Exosomes carry miR-21 here." if abstract else "Exosomes carry miR-21."
    assert work.article.text == f"A finding\n{said}\nExosomes carried miR-9.\nSeen."
    assert work.text_from == (("file", "PMC1") if abstract else ("pubmed", "1"))
    assert [part.kind for part in work.article.parts()] == ["abstract", "body", "caption"]


def test_the_full_text_of_a_preprint_is_not_joined_to_the_published_abstract() -> None:
    work = merge([article(pmid="1"), full(types=("preprint",))])
    assert not work.article.has_full_text
    assert merge([full(types=("preprint",)), article("crossref", "2", sections=())]).article.has_full_text


@pytest.mark.parametrize("change", [{"role": "introduction"}, {"citations": (5,)}, {"kind": "table"}])
def test_a_text_is_read_again_where_its_sections_change(change: dict[str, object]) -> None:
    other = replace(BODY[0], **change)  # type: ignore[arg-type]  # keyword passthrough
    texts = [merge([full(sections=(ABSTRACT, *BODY, section))]) for section in (BODY[0], other)]
    assert texts[0].article.text == texts[1].article.text
    assert texts[0].text_digest != texts[1].text_digest


def test_records_of_before_full_text_are_known_when_they_come_again(tmp_path: Path) -> None:
    path = tmp_path / "corpus.sqlite"
    with Corpus(path) as corpus:
        corpus.add([article(pmid="1"), article(source_id="2", pmid="2")])
    with sqlite3.connect(path) as db:
        for table in ("record", "work"):
            for rowid, body in db.execute(f"SELECT rowid, body FROM {table}").fetchall():
                stored = json.loads(body)
                inner = stored.get("article", stored)
                del inner["license"]
                for section in inner["sections"]:
                    del section["role"], section["citations"]
                db.execute(f"UPDATE {table} SET body = ? WHERE rowid = ?", (json.dumps(stored), rowid))
        db.execute("UPDATE record SET digest = 'damaged' WHERE rowid = 2")
        digest_of = db.execute("SELECT rowid, body FROM record").fetchall()
        db.execute("UPDATE record SET digest = ? WHERE rowid = 1", (_digest(digest_of[0][1]),))
        take_back(db, 9)
    with Corpus(path) as corpus:
        before = corpus.last_change
        assert corpus.add([article(pmid="1")]).same == 1
        assert corpus.add([article(source_id="2", pmid="2")]).changed == 1  # what was damaged is not taken for whole
        assert corpus.last_change == before


def _digest(body: str) -> str:
    from miner.corpus.merge import record_digest

    return record_digest(body.encode())
