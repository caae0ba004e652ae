from pathlib import Path

import pytest

from miner.formats import article_page, page_text
from miner.model.articles import Article, Reject, Section

DATA = Path(__file__).parents[1] / "data" / "files"
SEED = Path(__file__).parents[3] / "shared" / "seeds" / "jci81135.txt"


def article(page: bytes | str, **known: str) -> Article:
    found = article_page.parse(page, **known)
    assert isinstance(found, Article), found
    return found


@pytest.mark.skipif(not SEED.exists(), reason="needs ../shared/seeds beside the checkout")
def test_the_review_page_as_saved() -> None:
    page = article(SEED.read_bytes())
    assert page.title == "The biology and function of exosomes in cancer"
    assert page.doi == page.source_id == "10.1172/jci81135"
    assert page.authors == ("Raghu Kalluri",)
    assert (page.journal, page.volume, page.issue, page.pages) == ("J Clin Invest", "126", "4", "1208-1215")
    assert (page.published, page.types, page.kind) == ("2016-04-01", ("review",), "review")
    abstract, caption = page.sections
    assert abstract.text.startswith("Humans circulate quadrillions of exosomes")
    assert abstract.text.endswith("treatment of cancer patients.")
    assert "40–150 nm" in abstract.text
    assert (caption.kind, caption.label) == ("caption", "Figure 1")
    assert caption.text.startswith("Exosome biology and heterogeneity is a reflection")
    assert "exosome generation. (A) In culture" in caption.text
    assert caption.text.endswith("functional status of the organ.")
    for furniture in ("Options", "PowerPoint", "Copyright", "Current issue", "stat...", "email"):
        assert furniture not in page.text


def test_a_research_page_with_a_structured_abstract_and_two_figures() -> None:
    page = article((DATA / "jci_research.txt").read_bytes())
    assert page == Article(
        source="file",
        source_id="10.1172/jci.insight.999999",
        title="Invented exosomes promote invented growth",
        sections=(
            Section("abstract", "Invented cells release exosomes.", "BACKGROUND"),
            Section("abstract", "Blood was drawn. It was spun.", "METHODS"),
            Section("abstract", "miR-0 in exosomes promoted α-growth (P < 0.01).", "RESULTS"),
            Section("abstract", "NCT00000000.", "TRIAL REGISTRATION"),
            Section("abstract", "Nobody.", "FUNDING"),
            Section("caption", "Exosomes of invented cells. (A) Under the microscope. (B) On a blot.", "Figure 1"),
            Section(
                "caption",
                "A longer title of the second figure, which the page repeats cut off in the middle of it. "
                "n = 5 mice per group.",
                "Figure 2",
            ),
        ),
        doi="10.1172/jci.insight.999999",
        authors=("Jane A. Doe", "John Roe Jr.", "Mary Major"),
        journal="JCI Insight",
        volume="4",
        issue="5",
        pages="e999999",
        published="2019-03-07",
        types=("research article",),
    )


def test_an_html_page() -> None:
    page = article((DATA / "jci_article.html").read_bytes(), source="jci")
    assert page == Article(
        source="jci",
        source_id="10.1172/jci999999",
        title="Invented exosomes promote invented growth",
        sections=(
            Section("abstract", "CD8+ T cells take up exosomes.", "BACKGROUND"),
            Section("abstract", "miR-0 promoted growth.", "RESULTS"),
            Section("caption", "Exosomes promote growth. (A) Uptake. (B) Growth.", "Figure 1"),
        ),
        pmid="999999",
        doi="10.1172/jci999999",
        authors=("Jane A. Doe", "John Roe"),
        journal="The Journal of Clinical Investigation",
        volume="126",
        issue="4",
        pages="1-9",
        published="2016-04-01",
        types=("review",),
    )


HEADED = """<html><body><h1>Vesicles of nobody</h1><div><h2>Abstract</h2></div>
<p>Background: nobody sheds vesicles in this sentence.</p><p>Results: the vesicles carry IL-6.</p>
<h2>Introduction</h2><p>Once upon a time.</p></body></html>"""
LINKED = """<html><head><script type="application/ld+json">{"@graph": [{"@type": "WebPage", "mainEntity":
{"@type": "ScholarlyArticle", "headline": "Vesicles of nobody", "author": [{"name": "Doe, Jane"}],
"datePublished": "2020-05-06", "sameAs": "https://doi.org/10.5555/LD.1", "pageStart": "7",
"isPartOf": {"volumeNumber": 3, "isPartOf": {"name": "J Nobody"}},
"description": "Nobody sheds vesicles. They carry IL-6 at night, and by day. LONG"}}]}
</script></head><body><p>Read more</p></body></html>""".replace("LONG", "Somebody counted them and wrote it down. " * 4)


def test_pages_of_other_publishers() -> None:
    headed = article(HEADED, url="https://www.jci.org/articles/view/999998")
    assert [(section.label, section.text) for section in headed.sections] == [
        ("Background", "nobody sheds vesicles in this sentence."),
        ("Results", "the vesicles carry IL-6."),
    ]
    assert (headed.title, headed.doi) == ("Vesicles of nobody", "10.1172/jci999998")
    linked = article(LINKED)
    assert (linked.title, linked.doi, linked.published) == ("Vesicles of nobody", "10.5555/ld.1", "2020-05-06")
    assert (linked.authors, linked.journal, linked.volume, linked.pages) == (("Jane Doe",), "J Nobody", "3", "7")
    assert linked.sections[0].text.startswith("Nobody sheds vesicles.")


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        ("<html><body><h1>A paper</h1><p>Log in to read.</p></body></html>", "no abstract (A paper)"),
        ("<html><body><p>502</p></body></html>", "no title"),
        ("", "empty"),
        (
            "Citation Information: J Clin Invest. 2016;1(1):1. https://doi.org/10.1172/JCI1.\nLetter\nDear all,",
            "no abstract",
        ),
        ("• Menu\nA title of some words\nAbstract\n\nAuthors\n", "abstract is empty"),
        ("Nothing that an article has", "neither a citation nor an abstract"),
    ],
)
def test_a_page_without_an_article_says_what_is_missing(page: str, reason: str) -> None:
    found = article_page.parse(page, name="page.html")
    assert isinstance(found, Reject)
    assert found.item == "page.html"
    assert reason in found.reason


def test_encodings() -> None:
    page = (DATA / "jci_research.txt").read_text(encoding="utf-8")
    expected = article(page)
    for encoding in ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"):
        assert article(page.encode(encoding)) == expected
    html = (
        "<html><head><meta charset='iso-8859-1'><title>Änne</title></head><body><div id=abstract>" + "Vésicule – " * 9
    )
    assert "Vésicule –" in article(html.encode("cp1252")).sections[0].text


def test_a_dash_in_a_line_of_a_saved_page_keeps_its_words_apart() -> None:
    text = (
        "A title of four words\n\nCitation Information: J Inv. 2020\n\nAbstract\n\n"
        "Exosomes carry miR-0 – an invented one – and more * of it."
    )
    page = page_text.parse(text)
    assert isinstance(page, Article)
    assert page.sections[0].text == "Exosomes carry miR-0 – an invented one – and more * of it."
