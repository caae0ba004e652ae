import io
from pathlib import Path

import psutil
import pytest

from miner.errors import ParseError
from miner.formats import pubmed_xml
from miner.formats.xml_stream import BROKEN
from miner.model.articles import Article, Deleted, Notice, Reject, Section

DATA = (Path(__file__).parents[1] / "data" / "files" / "pubmed.xml").read_bytes()


def parse(document: bytes) -> list[Article | Reject | Deleted]:
    return list(pubmed_xml.parse(io.BytesIO(document)))


def article(document: bytes) -> Article:
    (only,) = parse(document)
    assert isinstance(only, Article)
    return only


def test_a_full_record() -> None:
    first = parse(DATA)[0]
    assert first == Article(
        source="pubmed",
        source_id="900001",
        title="CD8+ T cells and Rab27a exosomes: the α4β1 story.",
        sections=(
            Section("abstract", "Invented exosomes carry miR-0.", "BACKGROUND"),
            Section("abstract", "We counted 10^9 of them in H2O, p<0.05.", "RESULTS"),
        ),
        pmid="900001",
        pmcid="PMC5550001",
        doi="10.5555/inv.001",
        authors=("Änne B Müller", "John Doe Jr", "Vesicle Consortium"),
        journal="Journal of invented vesicles",
        volume="12",
        issue="3",
        pages="100-112",
        published="2021-03-07",
        language="eng",
        types=("journal article", "review"),
        notices=(
            Notice("retracted_by", "900777", "10.5555/inv.ret"),
            Notice("corrected_by"),
            Notice("concern_by", "900778"),
            Notice("published_from", "700001", "10.1101/2020.01.01.000001"),
        ),
    )


def test_a_preprint_in_another_language() -> None:
    second = parse(DATA)[1]
    assert isinstance(second, Article)
    assert second.title == "Exosomes of the invented kind"
    assert second.sections == (Section("abstract", "An English abstract that stands apart."),)
    assert (second.doi, second.published, second.version) == (None, "1998-12", "2")
    assert second.notices == (Notice("preprint_of", "900010"),)


def test_without_an_abstract_the_title_is_kept_and_without_either_the_record_is_a_reject() -> None:
    titled, bare = parse(DATA)[2:4]
    assert isinstance(titled, Article)
    assert (titled.title, titled.sections, titled.published) == ("Vésicules inventées.", (), "2001")
    assert isinstance(bare, Reject)
    assert bare.item == "PMID 900004"
    assert "neither a title nor an abstract" in bare.reason
    assert "900004" in bare.payload


def test_a_book_chapter_and_deleted_records() -> None:
    chapter, *deleted = parse(DATA)[4:]
    assert isinstance(chapter, Article)
    assert (chapter.title, chapter.journal, chapter.authors) == (
        "A chapter on vesicles",
        "Vesicle Reviews",
        ("Wanda Writer",),
    )
    assert (chapter.published, chapter.doi) == ("2010-05-04", "10.5555/book")
    assert chapter.types == ("review", "book chapter")
    assert chapter.sections[0].label == "CLINICAL CHARACTERISTICS"
    assert deleted == [Deleted("111"), Deleted("222")]


@pytest.mark.parametrize(
    ("date", "published"),
    [
        ("<Year>2016</Year><Month>04</Month><Day>01</Day>", "2016-04-01"),
        ("<Year>2016</Year><Month>April</Month>", "2016-04"),
        ("<Year>2016</Year><Month>Feb</Month><Day>31</Day>", "2016-02"),
        ("<MedlineDate>2015 Nov-Dec</MedlineDate>", "2015-11"),
        ("<MedlineDate>Summer 1999</MedlineDate>", "1999"),
        ("<MedlineDate>1976-1977</MedlineDate>", "1976"),
        ("<MedlineDate>2016 Apr 1-15</MedlineDate>", "2016-04-01"),
        ("", None),
    ],
)
def test_dates_in_every_shape(date: str, published: str | None) -> None:
    document = (
        "<PubmedArticle><MedlineCitation><PMID>1</PMID><Article><Journal><JournalIssue><PubDate>"
        f"{date}</PubDate></JournalIssue></Journal><ArticleTitle>T</ArticleTitle></Article></MedlineCitation></PubmedArticle>"
    )
    assert article(document.encode()).published == published


@pytest.mark.parametrize(
    ("dates", "revised"),
    [
        ("", None),
        ("<DateRevised><Year>2024</Year><Month>01</Month><Day>05</Day></DateRevised>", "2024-01-05"),
        ("<DateCompleted><Year>2023</Year><Month>11</Month><Day>30</Day></DateCompleted>", "2023-11-30"),
        (
            "<DateCompleted><Year>2023</Year></DateCompleted><DateRevised><Year>2024</Year><Month>2</Month></DateRevised>",
            "2024-02",
        ),
    ],
)
def test_when_a_record_was_revised(dates: str, revised: str | None) -> None:
    title = "<Article><ArticleTitle>T</ArticleTitle></Article>"
    document = f"<PubmedArticle><MedlineCitation><PMID>1</PMID>{dates}{title}</MedlineCitation></PubmedArticle>"
    assert article(document.encode()).revised == revised


def test_what_stands_before_a_break_is_kept_and_the_rest_is_a_reject_with_its_line() -> None:
    cut = DATA[: DATA.index(b"900003</PMID>")]
    *before, last = parse(cut)
    assert [record.pmid for record in before if isinstance(record, Article)] == ["900001", "900002"]
    assert isinstance(last, Reject)
    assert last.reason.startswith(BROKEN)
    assert "line" in last.reason
    assert last.item == "what follows PMID 900002"


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (b"<eFetchResult><ERROR>UID=0: cannot get</ERROR></eFetchResult>", "UID=0: cannot get"),
        (b"<eSearchResult><Count>1</Count></eSearchResult>", "<eSearchResult>"),
        (b"<PubmedArticleSet><Pub", "broken XML"),
        (b"", "broken XML"),
        (b"<html><body>502 Bad Gateway</body></html>", "<html>"),
    ],
)
def test_what_is_no_answer_with_records_is_one_error(document: bytes, reason: str) -> None:
    with pytest.raises(ParseError, match=reason) as caught:
        parse(document)
    assert "\n" not in str(caught.value)


def test_an_empty_set_holds_nothing() -> None:
    assert parse(b"<PubmedArticleSet></PubmedArticleSet>") == []


def test_entities_are_not_fetched(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("do not read")
    title = article(with_entities(f"<!ENTITY file SYSTEM '{secret.as_uri()}'>", "Safe &file; title")).title
    assert title.startswith("Safe")
    assert title.endswith("title")
    assert "do not read" not in title


def test_entities_are_not_expanded() -> None:
    lines = ['<!ENTITY a0 "lol">'] + [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12)]
    assert "lol" not in article(with_entities(lines[0], "&a0;")).title
    assert article(with_entities("".join(lines), "&a11;")).title == "&a11;"


def with_entities(declared: str, title: str) -> bytes:
    return (
        f"<!DOCTYPE PubmedArticle [{declared}]><PubmedArticle><MedlineCitation><PMID>1</PMID>"
        f"<Article><ArticleTitle>{title}</ArticleTitle></Article></MedlineCitation></PubmedArticle>"
    ).encode()


class Made(io.RawIOBase):
    """A PubmedArticleSet of so many equal records, made as it is read."""

    def __init__(self, record: bytes, count: int) -> None:
        self.record, self.left = record, count
        self.rest = b"<PubmedArticleSet>"

    def read(self, size: int = -1) -> bytes:
        while len(self.rest) < size and self.left:
            self.left -= 1
            self.rest += self.record if self.left else self.record + b"</PubmedArticleSet>"
        piece, self.rest = self.rest[:size], self.rest[size:]
        return piece


def test_memory_does_not_grow_with_the_file() -> None:
    record = DATA[DATA.index(b"<PubmedArticle>") : DATA.index(b"</PubmedArticle>") + 16]
    process = psutil.Process()
    before = process.memory_info().rss
    count = sum(isinstance(parsed, Article) for parsed in pubmed_xml.parse(Made(record, 2000)))  # type: ignore[arg-type]
    assert count == 2000
    assert process.memory_info().rss - before < 30_000_000  # the tree of all 2,000 would take over 60 MB
