"""What the services answer, saved to files: JATS, Crossref's and Europe PMC's JSON and XML."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from miner.errors import ParseError
from miner.formats import crossref_json, europepmc_json, jats
from miner.model.articles import Article, Notice, Reject, Section

DATA = Path(__file__).parents[1] / "data" / "files"


def test_jats() -> None:
    (found,) = jats.parse(io.BytesIO((DATA / "article.nxml").read_bytes()))
    assert found == Article(
        source="file",
        source_id="900001",
        title="Exosomes of Mus inventus: a review",
        sections=(
            Section("abstract", "Exosomes carry IL-6 and CD8+ T cells take them up.", "Background"),
            Section("abstract", "One. Two.", "Results"),
            Section("body", "Introduction", "Introduction", "introduction"),
            Section("body", "Vesicles are small.", "Introduction", "introduction"),
            Section("caption", "Exosomes at work. (A) Here. (B) There, α.", "Figure 1"),
            Section("caption", "Counts of exosomes.", "Table 1"),
            Section("table", "1", "Table 1"),
        ),
        pmid="900001",
        pmcid="PMC5550001",
        doi="10.5555/inv.001",
        authors=("Änne B Müller", "Vesicle Consortium"),
        journal="Journal of invented vesicles",
        volume="12",
        issue="3",
        pages="100-112",
        published="2021-03-07",
        language="en",
        types=("review article",),
        notices=(Notice("correction_of", None, "10.5555/inv.000"),),
    )


def test_a_set_of_jats_articles_that_breaks_off() -> None:
    one = (DATA / "article.nxml").read_bytes().partition(b'JATS-archivearticle1.dtd">')[2]
    first, second, rest = jats.parse(io.BytesIO(b"<pmc-articleset>" + one + one + one[:900]))
    assert isinstance(first, Article)
    assert first == second
    assert isinstance(rest, Reject)
    assert "broken XML" in rest.reason
    with pytest.raises(ParseError, match="<nothing>"):
        list(jats.parse(io.BytesIO(b"<nothing/>")))


def test_crossref() -> None:
    article, preprint, empty = crossref_json.parse((DATA / "crossref.json").read_bytes())
    assert article == Article(
        source="crossref",
        source_id="10.5555/inv.001",
        title="Exosomes of an invented line & more: a story",
        sections=(
            Section("abstract", "CD8+ T cells, <5 nm.", "Background"),
            Section("abstract", "miR-0 in vivo.", "Results"),
        ),
        doi="10.5555/inv.001",
        authors=("Änne B Müller", "Vesicle Consortium"),
        journal="Journal of invented vesicles",
        volume="12",
        issue="3",
        pages="100-112",
        published="2021-03-07",
        types=("journal article",),
        notices=(
            Notice("retracted_by", None, "10.5555/inv.ret"),
            Notice("published_from", None, "10.1101/2020.01.01.000001"),
        ),
    )
    assert isinstance(preprint, Article)
    assert (preprint.types, preprint.journal, preprint.published) == (("preprint",), "bioRxiv", "2020-01-01")
    assert preprint.notices == (
        Notice("correction_of", None, "10.5555/old"),
        Notice("preprint_of", None, "10.5555/inv.001"),
    )
    assert isinstance(empty, Reject)
    assert empty.item == "DOI 10.5555/empty"


def test_crossref_single_works_and_errors() -> None:
    work = json.loads((DATA / "crossref.json").read_text())["message"]["items"][0]
    for document in (work, [work], {"status": "ok", "message-type": "work", "message": work}):
        (found,) = crossref_json.parse(json.dumps(document))
        assert isinstance(found, Article)
    for body in ("<html>502</html>", '{"status": "failed", "message": [{"type": "x"}]}', "[1", "3", "{}"):
        with pytest.raises(ParseError):
            list(crossref_json.parse(body))


def test_europe_pmc() -> None:
    article, preprint = europepmc_json.parse((DATA / "europepmc.json").read_bytes())
    assert article == Article(
        source="europepmc",
        source_id="MED:900001",
        title="Exosomes of an invented line.",
        sections=(
            Section("abstract", "Exosomes in H2O.", "Background"),
            Section("abstract", "They grew < 5%.", "Results"),
        ),
        pmid="900001",
        pmcid="PMC5550001",
        doi="10.5555/inv.001",
        authors=("Änne B Müller", "Vesicle Consortium"),
        journal="Journal of invented vesicles",
        volume="12",
        issue="3",
        pages="100-112",
        published="2021-03-07",
        language="eng",
        types=("journal article", "review"),
        notices=(Notice("retracted_by", "900777", "10.5555/inv.ret"), Notice("published_from")),
    )
    assert isinstance(preprint, Article)
    assert (preprint.source_id, preprint.authors, preprint.version) == ("PPR:PPR1", ("Doe J", "Roe J"), "2")
    assert (preprint.types, preprint.notices) == (("preprint",), (Notice("preprint_of", "900001"),))


def test_europe_pmc_xml_says_the_same_as_json() -> None:
    document = json.loads((DATA / "europepmc.json").read_text())
    xml = "".join(f"<result>{_as_xml(result)}</result>" for result in document["resultList"]["result"])
    body = f"<responseWrapper><hitCount>2</hitCount><resultList>{xml}</resultList></responseWrapper>".encode()
    assert list(europepmc_json.parse_xml(io.BytesIO(body))) == list(europepmc_json.parse(document))


def _as_xml(value: Any) -> str:
    if isinstance(value, dict):
        return "".join(
            "".join(f"<{name}>{_as_xml(one)}</{name}>" for one in (inner if isinstance(inner, list) else [inner]))
            for name, inner in value.items()
        )
    return (
        str(value).replace("&lt;", "&amp;lt;").replace("<", "&lt;").replace(">", "&gt;").replace("&amp;lt;", "&amp;lt;")
    )


@pytest.mark.parametrize("body", ['{"errMsg": "too many"}', '{"version": "6.9"}', "<html>", "[]", '{"resultList": 3}'])
def test_europe_pmc_errors(body: str) -> None:
    with pytest.raises(ParseError):
        list(europepmc_json.parse(body))
