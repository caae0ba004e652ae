"""What databases and reference managers export, each in its own way: the same works come out of all of them."""

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from miner.formats import files
from miner.formats.summary import FileSummary
from miner.model.articles import Article, Reject

EXPORTS = Path(__file__).parents[1] / "data" / "files" / "exports"
FIRST = "Exosomes of an invented line carry miR-0"
SENTENCE = "Invented exosomes carry miR-0."


@dataclass(frozen=True)
class Export:
    """The content of an export: identifiers of the first record, and the PMIDs of all."""

    name: str
    format: str
    pmids: tuple[str | None, ...]
    doi: str | None
    pmcid: str | None = None
    published: str = "2021-03-07"
    abstract: bool = True
    volume: str | None = "12"
    authors: int = 2
    retracted: bool = False


TABLE = [
    Export(
        "wos_plain.ciw", "Web of Science", ("900101", "900102"), "10.5555/wos.1", None, "2020-12-16", retracted=True
    ),
    Export("wos_tab.txt", "table", ("900101", None), "10.5555/wos.1", None, "2020-12-16"),
    Export("wos_full.txt", "table", ("900101",), "10.5555/wos.1", None, "2020-12-16"),
    Export("wos.bib", "BibTeX", (None,), "10.5555/wos.1", None, "2020-12-16", retracted=True),
    Export("endnote_export.xml", "EndNote XML", ("900111", None), "10.5555/en.1", "PMC5550111"),
    Export("endnote.enw", "EndNote tagged", ("900121", None, None), "10.5555/enw.1", "PMC5550121"),
    Export("refworks.txt", "RefWorks tagged", ("900131", "900132"), "10.5555/rw.1"),
    Export("refworks_tab.txt", "table", ("900131",), "10.5555/rw.1"),
    Export("mendeley.bib", "BibTeX", ("900141", "900142"), "10.5555/men_1", None, "2021-03"),
    Export("scopus.bib", "BibTeX", ("900151", None), "10.5555/sco.1", None, "2021"),
    Export("better_bibtex.bib", "BibTeX", ("900161", "900162"), "10.5555/bbt.1", "PMC5550161"),
    Export("scopus.csv", "table", ("900151", None), "10.5555/sco.1", None, "2021"),
    Export("embase.csv", "table", ("900171", None), "10.5555/emb.1"),
    Export("embase_rows.csv", "Embase fields by row", ("900171", None), "10.5555/emb.1", None, "2021"),
    Export("dimensions.csv", "table", ("900181", None), "10.5555/dim.1", "PMC5550181"),
    Export("springerlink.csv", "table", (None, None), "10.5555/spr.1", None, "2021", abstract=False, authors=3),
    Export("covidence.csv", "table", (None, None), "10.5555/cov.1", None, "2021-03"),
    Export("europepmc.csv", "table", ("900191", None), "10.5555/epc.1", "PMC5550191", abstract=False),
    Export("openalex.csv", "table", ("900201", None), "10.5555/oa.1", "PMC5550201", retracted=True),
    Export("lens.csv", "table", ("900211",), "10.5555/lens.1", retracted=True),
    Export("zotero.csv", "table", ("900221",), "10.5555/zot.1", "PMC5550221"),
    Export("rayyan.csv", "table", ("900231",), "10.5555/ray.1", "PMC5550231", "2021"),
    Export("pubmed.csv", "table", ("900241", "900242"), "10.5555/pm.1", "PMC5550241", "2021", False, None),
    Export("openalex.json", "JSON", ("900201", None), "10.5555/oa.1", "PMC5550201", retracted=True),
    Export("semantic_scholar.json", "JSON", ("900261", None), "10.5555/s2.1", "PMC5550261"),
    Export("csl.json", "JSON", ("900271", "900272"), "10.5555/csl.1", "PMC5550271"),
    Export("zotero.json", "JSON", ("900221",), "10.5555/zot.1", "PMC5550221"),
    Export("lens.json", "JSON", ("900211",), "10.5555/lens.1", authors=1),
    Export("scopus_api.json", "JSON", ("900151",), "10.5555/sco.1", authors=1),
    Export("esummary.json", "JSON", ("900281",), "10.5555/sum.1", "PMC5550281", abstract=False),
    Export("bioc.json", "JSON", ("900291",), "10.5555/bioc.1", "PMC5550291", "2021", volume=None, authors=0),
    Export("bioc.xml", "BioC XML", ("900292", "900293"), "10.5555/bioc.2", volume=None, authors=0),
    Export("cochrane.ris", "RIS", ("900301", None), "10.5555/coc.1", None, "2021"),
    Export("cochrane.txt", "Cochrane text", ("900301", None), "10.5555/coc.1", None, "2021"),
    Export("embase.ris", "RIS", ("900171", None), "10.5555/emb.1", None, "2021"),
    Export("ovid_medline.ris", "RIS", ("900311", None), "10.5555/ovid.1", None, "2021", retracted=True),
    Export("ebsco_cinahl.ris", "RIS", ("900321", None, "900323"), "10.5555/ebs.1"),
    Export("proquest.ris", "RIS", ("900331", None), "10.5555/pq.1", None, "2021-03", authors=1),
    Export("scopus.ris", "RIS", ("900151",), "10.5555/sco.1", None, "2021"),
    Export("zotero.ris", "RIS", ("900221", None), "10.5555/zot.1", "PMC5550221"),
    Export("ovid.txt", "Ovid text", ("900311", None), "10.5555/ovid.1", retracted=True),
    Export("ovid_medlars.txt", "MEDLINE", ("900311", "900312"), None, volume=None),
    Export(
        "pubmed_summary.txt",
        "PubMed summary",
        ("900341", "900342", "900343"),
        "10.5555/sum.1",
        "PMC5550341",
        abstract=False,
        authors=3,
    ),
    Export(
        "pubmed_abstracts.txt", "PubMed text", ("900351", "900352", "900353"), "10.5555/pma.1", "PMC5550351", authors=3
    ),
]


def read(path: Path) -> tuple[list[Article], list[Reject], FileSummary]:
    summaries: list[FileSummary] = []
    found = list(files.read_all([str(path)], summaries.append))
    (summary,) = summaries
    articles = [one for one in found if isinstance(one, Article)]
    return articles, [one for one in found if isinstance(one, Reject)], summary


@pytest.mark.parametrize("export", TABLE, ids=lambda export: export.name)
def test_an_export(export: Export) -> None:
    articles, rejects, summary = read(EXPORTS / export.name)
    assert not rejects
    assert tuple(article.pmid for article in articles) == export.pmids
    first = articles[0]
    assert first.title.startswith("Exosomes of an ")
    assert (first.doi, first.pmcid, first.published) == (export.doi, export.pmcid, export.published)
    assert first.volume == export.volume
    assert len(first.authors) == export.authors
    assert any(notice.kind == "retracted_by" for notice in first.notices) is export.retracted
    text = " ".join(section.text for section in first.sections)
    if export.abstract:
        assert ("nvented exosomes carry" in text) and not any(sign in text for sign in "©{}$\\")
    else:
        assert not text
    assert all("second study" in other.title.lower() or "third" in other.title for other in articles[1:])
    assert summary == FileSummary(
        name=str(EXPORTS / export.name),
        format=export.format,
        articles=len(articles),
        with_pmid=sum(pmid is not None for pmid in export.pmids),
        with_doi=sum(article.doi is not None for article in articles),
        with_abstract=sum(bool(article.sections) for article in articles),
        pmids_to_fetch=tuple(article.pmid for article in articles if article.pmid and not article.sections),
    )
    assert bool(summary.advice) is (not export.abstract or bool(summary.pmids_to_fetch))


def test_cells_without_a_value_are_empty() -> None:
    articles, rejects, _ = read(EXPORTS / "pandas_nan.csv")
    assert not rejects
    assert [(one.title, one.pmid, one.doi, len(one.sections)) for one in articles] == [
        (FIRST, "900251", "10.5555/nan.1", 1),
        ("A second study of vesicles", None, None, 0),
        ("A third study of vesicles", "900253", None, 0),
    ]
    assert articles[0].authors == ("Müller AB", "Doe J")


def test_pubtator() -> None:
    articles, rejects, summary = read(EXPORTS / "pubtator.txt")
    assert not rejects
    assert [(one.pmid, one.title, one.sections[0].text if one.sections else "") for one in articles] == [
        ("900295", FIRST, SENTENCE),
        ("900296", "A second study of vesicles", ""),
    ]
    assert summary.format == "PubTator"


def test_a_summary_reads_as_one_line() -> None:
    _, _, summary = read(EXPORTS / "pubmed.csv")
    assert summary.describe().endswith("pubmed.csv: table, 2 records, 2 with PMID, 1 with DOI, 0 with abstract")
    assert summary.advice == "it holds no abstracts - export it with abstracts, or fetch the 2 with a PMID: add --fetch"
    assert replace(summary, with_abstract=1, pmids_to_fetch=("1",)).advice == (
        "1 without abstract - fetch the 1 with a PMID: add --fetch"
    )
    assert not replace(summary, with_abstract=1, pmids_to_fetch=()).advice
    many = FileSummary("a.ris", "RIS", 1, 0, 0, 1, rejects=(("no title", 3), ("cut", 1), ("c", 1), ("d", 1)))
    assert many.describe() == (
        "a.ris: RIS, 1 record, 0 with PMID, 0 with DOI, 1 with abstract, "
        "6 rejected (3 times no title; cut; c; others: 1)"
    )
    assert (
        FileSummary("x", "", 0, 0, 0, 0, rejects=(("it is empty", 1),)).describe()
        == "x: not read, 1 rejected (it is empty)"
    )
