"""HighWire's markers, in whatever form and from whatever service an abstract comes."""

import io

import pytest

from miner.formats import biorxiv_json, crossref_json, europepmc_json, jats
from miner.model.articles import Article

ABSTRACT = (
    "O_ST_ABSBackgroundC_ST_ABSVesicles carry NF-O_SCPLOWkC_SCPLOWB.{} O_ST_ABSMethods and resultsC_ST_ABSO_LIWe"
    " counted them.C_LIO_LIThere were nine.C_LI O_FIG O_LINKSMALLFIG WIDTH=200 C_LINKSMALLFIG View larger version C_FIG"
)


def of_crossref(text: str) -> object:
    return crossref_json.article({"DOI": "10.5555/x", "title": ["T"], "abstract": text})


def of_europepmc(text: str) -> object:
    return europepmc_json.article({"id": "1", "source": "PPR", "title": "T", "abstractText": text})


def of_biorxiv(text: str) -> object:
    return biorxiv_json.article({"doi": "10.5555/x", "title": "T", "abstract": text}, source="biorxiv")


def of_jats(text: str) -> object:
    meta = f"<title-group><article-title>T</article-title></title-group><abstract>{text}</abstract>"
    document = f"<article><front><article-meta>{meta}</article-meta></front></article>"
    return next(jats.parse(io.BytesIO(document.encode())))


@pytest.mark.parametrize("parse", [of_crossref, of_europepmc, of_biorxiv, of_jats])
@pytest.mark.parametrize("written", ["{}", "<p>{}</p>", "ABSTRACT{}", "<title>Abstract</title><p>{}</p>"])
@pytest.mark.parametrize("inline", ["", " <i>In vivo</i> too."])
def test_headings_are_labels_and_all_other_markers_are_gone(parse, written: str, inline: str) -> None:  # type: ignore[no-untyped-def]
    article = parse(written.format(ABSTRACT.format(inline)))
    assert isinstance(article, Article)
    first = "Vesicles carry NF-kB." + inline.replace("<i>", "").replace("</i>", "")
    assert [(section.label, section.text) for section in article.sections] == [
        ("Background", first),
        ("Methods and results", "We counted them. There were nine."),
    ]


@pytest.mark.parametrize("parse", [of_crossref, of_europepmc, of_biorxiv, of_jats])
def test_text_that_only_looks_like_it_stays(parse) -> None:  # type: ignore[no-untyped-def]
    article = parse("CO_2 and O_2 in PC_3 cells.")
    assert [(section.label, section.text) for section in article.sections] == [("", "CO_2 and O_2 in PC_3 cells.")]
