"""Hostile input: the time of each parser grows in line with the length of what it is given."""

import io
from collections.abc import Callable
from contextlib import suppress

import pytest

from miner.errors import ParseError
from miner.formats import biorxiv_json, crossref_json, europepmc_json, jats, page_html, page_text, pubmed_xml
from miner.formats.json_depth import MAX_DEPTH, TOO_DEEP, is_too_deep
from miner.model.articles import Article, Reject
from miner.sources.bulk_filter import Scan, Wanted
from miner.sources.text_query import VESICLES, TextQuery
from tests.linear import assert_linear

MARKUP = [
    *("<", "<<", ">", "&", "&lt;", "&amp;amp;lt;", "<!--", "<!-- -->", "<![CDATA[", "<a ", '<a b="', "<a b='c' "),
    *("<b>", "</b>", "<i>", "<p>", "<div>", "a<i></i>", "1<sup>2</sup>", "<sup>1", "<math><mi>a</mi>", "<table><tr>"),
    *("<h4>Methods</h4>", "<b>Methods:</b> x. ", "<title>", "<br/>"),
]
TEXT = [
    *("A", "a ", ". ", " ", "\u00ad", "\x00", "[", "(", "BACKGROUND: x. ", "Background: x. ", "METHODS. ", "x:"),
    *("key words: ", "O_ST_ABSxC_ST_ABS", "O_FIG", "C_FIG"),
]
PAGE = [
    *("<h2>Abstract</h2>", "<div class='abstract'>", "<figure>", "<figure><p>Figure 1. x</p></figure>", "<span>"),
    *("x<script></script>", "<meta name='a' content='b'>"),
]
LINES = [
    *("\n", " \n", "• ", "•\n", "a - b\n", "Figure 1. x\n", "Figure 1\n\n", "Abstract\n", "\n\nAbstract\n\n"),
    *("Citation Information: ", "Received 1 2\n", "published 1\n", "keywords ", "Jane Doe1,2, ", "a…\n", "x\n\n"),
]


def of_pubmed(text: str) -> object:
    title = f"<Article><ArticleTitle>{text}</ArticleTitle><Abstract><AbstractText>{text}</AbstractText></Abstract>"
    document = f"<PubmedArticle><MedlineCitation><PMID>1</PMID>{title}</Article></MedlineCitation></PubmedArticle>"
    return list(pubmed_xml.parse(io.BytesIO(document.encode())))


def of_jats(text: str) -> object:
    document = f"<article><front><article-meta><abstract>{text}</abstract></article-meta></front></article>"
    return list(jats.parse(io.BytesIO(document.encode())))


def of_crossref(text: str) -> object:
    return crossref_json.article({"DOI": "10.5555/x", "title": [text], "container-title": [text], "abstract": text})


def of_europepmc(text: str) -> object:
    names = ("title", "abstractText", "journalTitle", "authorString", "pmid", "pmcid", "doi")
    return europepmc_json.article({"id": "1", "source": "MED", **dict.fromkeys(names, text)})


def of_biorxiv(text: str) -> object:
    post = {"doi": "10.5555/x", **dict.fromkeys(("title", "abstract", "authors"), text)}
    return biorxiv_json.article(post, source="biorxiv")


def of_html(text: str) -> object:
    return page_html.parse(f"<html><head><title>T</title></head><body><div class=abstract>{text}")


def of_page(text: str) -> object:
    return page_text.parse(f"A title here\n\nCitation Information: J. 2020\n\nAbstract\n\n{text}")


@pytest.mark.parametrize("unit", MARKUP + TEXT)
@pytest.mark.parametrize("parse", [of_pubmed, of_jats, of_crossref, of_europepmc, of_biorxiv])
def test_fields(parse: Callable[[str], object], unit: str) -> None:
    def run(size: int) -> None:
        with suppress(ParseError):
            parse(unit * (size // len(unit)))

    assert_linear(run, size=6_000)


@pytest.mark.parametrize("unit", MARKUP + PAGE)
def test_pages_in_html(unit: str) -> None:
    assert_linear(lambda size: of_html(unit * (size // len(unit))), size=6_000)


@pytest.mark.parametrize("unit", TEXT + LINES)
def test_pages_in_text(unit: str) -> None:
    assert_linear(lambda size: of_page(unit * (size // len(unit))), size=6_000)
    assert_linear(lambda size: page_text.looks_like_page(unit * (size // len(unit))), size=6_000)


@pytest.mark.parametrize(
    "unit",
    [
        *(
            "<PubmedArticle>",
            "</PubmedArticle>",
            "<PMID>",
            "<PMID ",
            "<DeleteCitation>",
            "<DeleteCitation><PMID>1</PMID>",
        ),
        *("<PubmedBookArticle>", "<Abstract>", "<OtherAbstract ", "&", '<PubStatus="entrez"> '),
    ],
)
def test_bulk_files(unit: str) -> None:
    def run(size: int) -> None:
        text = (unit * (size // len(unit))).encode()
        scan = Scan(Wanted(TextQuery(VESICLES)))
        for data in (text, b"<PubmedArticle><PMID>1</PMID>" + text + b"</PubmedArticle>"):
            with suppress(ParseError):
                list(scan.records([data]))

    assert_linear(run, size=12_000)


@pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 900, 5_000])
@pytest.mark.parametrize("field", ["title", "abstract", "author", "relation", "authorList", "abstractText"])
def test_json_nested_too_deeply_is_a_reject(depth: int, field: str) -> None:
    nested: object = "x"
    for _ in range(depth):
        nested = [nested]
    record = {"DOI": "10.5555/x", "doi": "10.5555/x", "id": "1", "source": "MED", field: nested}
    for one in (
        crossref_json.article(record),
        europepmc_json.article(record),
        biorxiv_json.article(record, source="biorxiv"),
        crossref_json.article(nested),
    ):
        assert isinstance(one, Reject)
        assert one.reason in (TOO_DEEP, "it is no JSON object")


def test_json_of_a_real_depth_is_read() -> None:
    nested: object = "x"
    for _ in range(MAX_DEPTH - 1):
        nested = {"a": nested}
    assert not is_too_deep(nested)
    assert isinstance(crossref_json.article({"DOI": "10.5555/x", "title": ["T"], "other": nested["a"]}), Article)  # type: ignore[index]
