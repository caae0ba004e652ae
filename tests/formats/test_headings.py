"""Headings inside the paragraphs of an abstract, and brackets around a translated title."""

import pytest

from miner.formats.abstract import markup_sections
from miner.formats.biorxiv_json import article as post_article
from miner.formats.crossref_json import article as work_article
from miner.formats.europepmc_json import article as core_article
from miner.formats.record import to_article
from miner.model.articles import Article


@pytest.mark.parametrize(
    ("markup", "sections"),
    [
        (
            "<p>BACKGROUND: Little is known. METHODS: We counted. RESULTS: It rose (p &lt; 0.01).</p>",
            [("BACKGROUND", "Little is known."), ("METHODS", "We counted."), ("RESULTS", "It rose (p < 0.01).")],
        ),
        (
            "<jats:p>Background: Little is known. Methods: We counted.</jats:p>",
            [("Background", "Little is known."), ("Methods", "We counted.")],
        ),
        (
            "<p><b>Aim:</b> To count. <b>Methods:</b> We counted! <b>Conclusion:</b> Done.</p>",
            [("Aim", "To count."), ("Methods", "We counted!"), ("Conclusion", "Done.")],
        ),
        (
            "<p>OBJECTIVE: To count.</p><p>METHODS: We counted. RESULTS: Many.</p><p>More of them.</p>",
            [("OBJECTIVE", "To count."), ("METHODS", "We counted."), ("RESULTS", "Many. More of them.")],
        ),
        ("<p>We counted. Methods: simple ones.</p>", [("", "We counted."), ("Methods", "simple ones.")]),
        ("<h4>Results</h4><p>We used PBS: none. Note: cold.</p>", [("Results", "We used PBS: none. Note: cold.")]),
        ("<p>We saw miR-21. Cells: HeLa. CD63: seen.</p>", [("", "We saw miR-21. Cells: HeLa. CD63: seen.")]),
    ],
)
def test_running_headings_in_marked_up_paragraphs(markup: str, sections: list[tuple[str, str]]) -> None:
    assert [(section.label, section.text) for section in markup_sections(markup)] == sections


@pytest.mark.parametrize(
    ("title", "bare"),
    [
        ("[Exosomes in melanoma].", "Exosomes in melanoma"),
        ("[Exosomes in melanoma]", "Exosomes in melanoma"),
        ("[Exosomes in melanoma.]", "Exosomes in melanoma."),
        ("[Exosomes [small vesicles] in melanoma].", "Exosomes [small vesicles] in melanoma"),
        ("[18F]FDG and [11C]choline", "[18F]FDG and [11C]choline"),
        ("[18F]FDG in exosomes [11C]", "[18F]FDG in exosomes [11C]"),
        ("Exosomes [small vesicles]", "Exosomes [small vesicles]"),
        ("[Exosomes] in melanoma", "[Exosomes] in melanoma"),
    ],
)
def test_translated_titles_lose_their_brackets_in_every_format(title: str, bare: str) -> None:
    made = (
        to_article(source="file", item="x", title=title),
        core_article({"id": "1", "source": "MED", "title": title, "pubYear": "2020"}),
        work_article({"DOI": "10.5555/1", "title": [title]}),
        post_article({"doi": "10.1101/1", "title": title, "abstract": "We counted."}, source="biorxiv"),
    )
    for article in made:
        assert isinstance(article, Article)
        assert article.title == bare


@pytest.mark.parametrize(
    ("abstract", "sections"),
    [
        ("O_ST_ABSAimC_ST_ABSTo count.O_ST_ABSResultsC_ST_ABSMany.", [("Aim", "To count."), ("Results", "Many.")]),
        ("First. O_ST_ABS Results: C_ST_ABS Many.", [("", "First."), ("Results", "Many.")]),
        ("O_ST_ABSAim<i>s</i>C_ST_ABSTo count <b>all</b>.", [("Aims", "To count all.")]),
        ("We used O_SCPLOWDC_SCPLOW-mannose.", [("", "We used D-mannose.")]),
        ("O_LIOneC_LIO_LITwoC_LI", [("", "One Two")]),
        ("Seen. O_FIG O_LINKSMALLFIG WIDTH=1 C_LINKSMALLFIG C_FIG Done.", [("", "Seen. Done.")]),
        ("Seen. O_TBL never closed", [("", "Seen.")]),
        ("CO_2 and O_2 rose.", [("", "CO_2 and O_2 rose.")]),
    ],
)
def test_highwires_markers(abstract: str, sections: list[tuple[str, str]]) -> None:
    article = post_article({"doi": "10.1101/1", "title": "Exosomes", "abstract": abstract}, source="biorxiv")
    assert isinstance(article, Article)
    assert [(section.label, section.text) for section in article.sections] == sections
