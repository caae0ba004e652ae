"""Records with named fields: JSON, JSON Lines, tables; and plain text."""

import json

import pytest

from miner.errors import ParseError
from miner.formats import jsonl, plain_text, pubmed_text, tables
from miner.formats.base import Head
from miner.model.articles import Article, Notice, Reject, Section

RECORD = {
    "id": "PMC5550001",
    "pmid": "900001",
    "pmcid": "PMC5550001",
    "doi": "10.5555/Inv.001",
    "kind": "review",
    "title": "Exosomes of an invented line",
    "abstract": "Invented exosomes carry miR-0.",
    "year": 2021,
    "journal": "Journal of invented vesicles",
    "entities": [],
}
ARTICLE = Article(
    source="file",
    source_id="PMC5550001",
    title="Exosomes of an invented line",
    sections=(Section("abstract", "Invented exosomes carry miR-0."),),
    pmid="900001",
    pmcid="PMC5550001",
    doi="10.5555/inv.001",
    journal="Journal of invented vesicles",
    published="2021",
    types=("review",),
)
LINE = json.dumps(RECORD)


def one(text: str) -> Article | Reject:
    (found,) = jsonl.parse(text)
    return found


@pytest.mark.parametrize("wrapped", ["%s", "[%s]", '{"results": [%s]}', '{"count": 1, "pubs": [%s]}', "[[%s]]"])
def test_a_record_alone_in_an_array_or_held_by_an_object(wrapped: str) -> None:
    assert one(wrapped % LINE) == ARTICLE


def test_lines() -> None:
    found = list(jsonl.parse_lines([LINE, "", '{"id": 7, "title": "Other"}', '{"title": "cut', "3", '{"id": "x"}']))
    assert found[0] == ARTICLE
    assert isinstance(found[1], Article)
    assert (found[1].source_id, found[1].sections) == ("7", ())
    rejects = [(record.item, record.reason) for record in found if isinstance(record, Reject)]
    assert [item for item, _ in rejects] == ["line 4", "line 5", "x"]
    assert "broken JSON" in rejects[0][1]


def test_a_cut_array_gives_what_stands_before_the_cut() -> None:
    first, second, rest = jsonl.parse(f"[{LINE},\n{LINE},\n{LINE[:40]}")
    assert first == second == ARTICLE
    assert isinstance(rest, Reject)
    assert rest.item == "what follows record 2"
    *_, cut = jsonl.parse(f"[{LINE}, ")
    assert isinstance(cut, Reject)
    for hopeless in ("[{", '{"title"', "nothing"):
        with pytest.raises(ParseError, match="broken JSON"):
            list(jsonl.parse(hopeless))


@pytest.mark.parametrize(
    ("abstract", "sections"),
    [
        (["One.", "Two."], [("", "One. Two.")]),
        ({"Methods": "We did.", "Results": "It was."}, [("Methods", "We did."), ("Results", "It was.")]),
        ([{"label": "AIM", "text": "To be."}], [("AIM", "To be.")]),
        ("<h4>Aim</h4>To <i>be</i>.<h4>Result</h4>Was.", [("Aim", "To be."), ("Result", "Was.")]),
        ("AIM: To be. RESULTS: It was.", [("AIM", "To be."), ("RESULTS", "It was.")]),
        ("IL-6: a story. TNF: none.", [("", "IL-6: a story. TNF: none.")]),
        (None, []),
    ],
)
def test_abstracts_in_every_shape(abstract: object, sections: list[tuple[str, str]]) -> None:
    found = one(json.dumps({"title": "T", "abstract": abstract}))
    assert isinstance(found, Article)
    assert [(section.label, section.text) for section in found.sections] == sections


@pytest.mark.parametrize(
    ("title", "retracted"),
    [
        ("RETRACTED: Exosomes", True),
        ("[Retracted] Exosomes", True),
        ("RETRACTED ARTICLE: Exosomes", True),
        ("Withdrawn cells – exosomes", False),
    ],
)
def test_a_title_that_says_retracted(title: str, retracted: bool) -> None:
    found = one(json.dumps({"title": title}))
    assert isinstance(found, Article)
    assert found.notices == ((Notice("retracted_by"),) if retracted else ())


def test_loosely_named_fields_and_preprint_dumps() -> None:
    found = one(
        json.dumps(
            {
                "Article Title": "T",
                "Author(s)": "Müller, Änne; Doe, John;",
                "PubMed ID": 900001.0,
                "Publication Date": "7 March 2021",
                "Source title": "J",
                "published": "10.5555/Inv.001",
                "DOI link": "NA",
            }
        )
    )
    assert isinstance(found, Article)
    assert (found.title, found.authors, found.pmid, found.journal) == ("T", ("Änne Müller", "John Doe"), "900001", "J")
    assert (found.published, found.doi) == ("2021-03-07", None)
    assert found.notices == (Notice("preprint_of", None, "10.5555/inv.001"),)


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_tables(delimiter: str) -> None:
    rows = [
        ["PMID", "Article Title", "Abstract", "Publication Year", "Journal/Book", "Unknown"],
        ["900001", '"A ""quoted"" title"', '"Two\nlines, with; all | of\tthem"', "2021", "J", ""],
        ["", "No id", "", "", "", "x"],
    ]
    first, second = tables.parse("\r\n".join(delimiter.join(row) for row in rows))
    assert isinstance(first, Article)
    assert (first.title, first.sections[0].text) == ('A "quoted" title', "Two lines, with; all | of them")
    assert (first.source_id, first.published, first.journal) == ("900001", "2021", "J")
    assert isinstance(second, Article)
    assert second.source_id.startswith("sha256:")


def test_broken_rows_are_rejects_and_the_others_go_in() -> None:
    text = 'id,title,abstract\na1,One,"Fine"\n2,Shifted, by, commas\nx,"Never closed,abc\ny,Four,"Fine"\nz,,\n'
    found = list(tables.parse(text))
    assert [record.source_id for record in found if isinstance(record, Article)] == ["a1", "y"]
    reasons = [record.reason for record in found if isinstance(record, Reject)]
    assert len(reasons) == 3
    assert "4 cells under 3 columns" in reasons[0]
    assert "quotation mark is not closed" in reasons[1]
    assert "neither a title" in reasons[2]


def test_a_row_number_is_no_identity() -> None:
    (first,), (second,) = (list(tables.parse(f"id,title,abstract\n1,{word},Text\n")) for word in ("One", "Two"))
    assert isinstance(first, Article)
    assert isinstance(second, Article)
    assert first.source_id != second.source_id


def test_a_table_without_names_is_refused() -> None:
    with pytest.raises(ParseError, match="no column is named"):
        list(tables.parse("a,b\n1,2\n"))


def test_plain_text() -> None:
    found = plain_text.parse(
        "Exosomes of an invented line\n\nInvented exosomes\ncarry miR-0.\n\nThey grow.\n"
        "DOI: 10.5555/Inv.001\nYear: 2021\n",
        name="note.txt",
    )
    assert isinstance(found, Article)
    assert found.title == "Exosomes of an invented line"
    assert found.sections == (Section("abstract", "Invented exosomes carry miR-0. They grow."),)
    assert (found.doi, found.published) == ("10.5555/inv.001", "2021")
    for text in ("only a title", "", "word\n\nabstract", "t t\n\n" + "long " * 9000):
        assert isinstance(plain_text.parse(text, name="note.txt"), Reject)


PUBMED_TEXT = """1. J Inv Ves. 2021 Mar 7;12(3):100-112. doi: 10.5555/Inv.001. Epub 2021 Mar 7.

Exosomes of an invented
line.

Müller ÄB(1), Doe J(2).

Author information:
(1)Nowhere.

Invented exosomes carry miR-0. They promote
growth.

© 2021 Nobody.

DOI: 10.5555/Inv.001
PMCID: PMC5550001
PMID: 900001 [Indexed for MEDLINE]


2. J Inv Ves. 2020;11:1.

A second title.

Roe J.

PMID: 900002
"""


def test_pubmed_abstracts_as_text() -> None:
    assert pubmed_text.matches(Head(PUBMED_TEXT))
    first, second = pubmed_text.parse(PUBMED_TEXT)
    assert isinstance(first, Article)
    assert (first.title, first.pmid, first.pmcid) == ("Exosomes of an invented line.", "900001", "PMC5550001")
    assert first.sections == (Section("abstract", "Invented exosomes carry miR-0. They promote growth."),)
    assert first.authors == ("Müller ÄB", "Doe J")
    assert (first.journal, first.volume, first.issue, first.pages) == ("J Inv Ves", "12", "3", "100-112")
    assert (first.doi, first.published) == ("10.5555/inv.001", "2021-03-07")
    assert isinstance(second, Article)
    assert (second.title, second.sections, second.authors) == ("A second title.", (), ("Roe J",))
