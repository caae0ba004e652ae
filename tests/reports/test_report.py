"""Reports: one file that needs nothing else, whatever the texts in it are; references that other programs read."""

import re
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lxml import html as lxml_html
from playwright.sync_api import sync_playwright

from graph_schema.cookbook import Chart
from miner.assembly.assemble import assemble_pair
from miner.assembly.belief import explain
from miner.formats import bibtex as bibtex_format
from miner.formats import ris as ris_format
from miner.model.articles import Article
from miner.model.assertions import WorkRef
from miner.reports import html, references
from miner.reports.answer import Answer, CitedClaim, GraphVersion
from miner.reports.pictures import svg
from tests.claims import row, work

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'; --> ]]> </style></svg><svg onload=alert(1)>",
    "{{ 7 * 7 }} {% raw %}",
    "javascript:alert(1)",
    "$x^{2}$ \\alpha $",
    "\x00\x1b[31m\u202e\ufffe",
    "&lt;b&gt; & < >",
]


def answer(text: str = "miR-21", sentence: str | None = None, from_: WorkRef | None = None, rows: int = 1) -> Answer:
    """An answer whose names, cells, parameters and query are the text."""
    source = from_ or work(1, authors=("Roe J", "Poe Ä"))
    said = sentence or f"Exosomal {text} promotes metastasis in PDAC."
    claimed = row("miR-21", "PROMOTES", "metastasis", "PDAC", source, sentence=said)
    (assertion,) = assemble_pair(claimed.claim.subject.id, claimed.claim.object.id, [claimed]).assertions
    names = {assertion.subject: text, assertion.object: "metastasis", "MONDO:0005184": text}
    forms = {"subject": (text, "miR-21"), "object": ("metastasis",), "cancer": ("PDAC",), "source": ()}
    claim = CitedClaim(assertion, explain(assertion), names, forms)
    return Answer(
        title=text,
        query=text,
        question=text,
        cypher=text,
        parameters={"cancer": text},
        columns=["cargo", "function", "belief", text],
        rows=[[text, "metastasis", 0.5 + n / 1000, assertion.id] for n in range(rows)],
        made="2026-01-01T00:00:00+00:00",
        chart=Chart("network", ("cargo", "function")),
        version=GraphVersion(text, 3, "b", 2),
        claims={assertion.id: claim},
        row_claims=[[assertion.id]] * rows,
    )


def parsed(document: str) -> Any:
    return lxml_html.document_fromstring(document)


def test_a_report_shows_table_picture_sentences_arithmetic_query_version_and_references() -> None:
    page = parsed(html.report(answer()))
    assert [th.text_content() for th in page.xpath("//th")] == ["cargo", "function", "belief", "miR-21"]
    assert page.xpath("//figure//*[local-name()='svg']")
    marked = {mark.get("class"): mark.text_content() for mark in page.xpath("//q/mark")}
    assert marked == {"exo-subject": "miR-21", "exo-object": "metastasis", "exo-cancer": "PDAC"}
    text = page.text_content()
    claim = next(iter(answer().claims.values()))
    assert all(line in text for line in claim.arithmetic)
    assert "corpus miR-21, change 3, build b, schema 2" in text
    assert "Roe J, Poe Ä" in page.xpath("//ol")[0].text_content()
    assert "https://pubmed.ncbi.nlm.nih.gov/1" in page.xpath("//ol//a/@href")
    (anchor,) = page.xpath("//td/a/@href")
    assert page.xpath(f"//section[@id='{anchor.removeprefix('#')}']")


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_in_a_report_is_taken_for_markup(text: str) -> None:
    source = work(1, title=text, authors=(text,), journal=text)
    for document in (html.report(answer(text, text, source)), html.fragment(answer(text, text, source))):
        page = parsed(document)
        assert not page.xpath("//script | //img | //iframe | //object | //form | //link")
        assert not [a for e in page.iter() for a in e.attrib if a.lower().startswith("on")]
        assert all(re.match(r"https?://|#", href) for href in page.xpath("//@href") if href)
        assert "49" not in page.xpath("//th")[-1].text_content()
        assert not set(document) & set("\x00\x1b\u202e")


@pytest.mark.parametrize("text", HOSTILE)
def test_a_report_loads_nothing(text: str) -> None:
    document = html.report(answer(text))
    page = parsed(document)
    assert not page.xpath("//@src | //*[local-name()='image'] | //@background")
    assert not re.search(r"@import|url\((?!#)", document)
    loads = [h for h in page.xpath("//*[local-name()='use']/@*[contains(name(), 'href')]") if not h.startswith("#")]
    assert loads == []
    assert "default-src 'none'" in page.xpath("//meta[@http-equiv]/@content")[0]


def test_a_hundred_rows_are_less_than_a_megabyte() -> None:
    one = answer()
    (claim,) = one.claims.values()
    sentences = tuple(
        replace(claim.assertion.evidence[0], id=f"e{n}", sentence=f"{'long sentence ' * 30} {n}") for n in range(50)
    )
    ids = [f"exominer:a_{n}" for n in range(100)]
    many = {id_: replace(claim, assertion=replace(claim.assertion, id=id_, evidence=sentences)) for id_ in ids}
    rows = [[f"miR-{n}", f"function {n}", 0.5, f"exominer:a_{n}"] for n in range(100)]
    document = html.report(replace(one, rows=rows, claims=many))
    assert len(document.encode()) < 1_000_000
    assert document.count("and 45 more sentences") == 100


def test_an_empty_answer_has_a_report_too() -> None:
    text = parsed(html.report(replace(answer(), rows=[], claims={}))).text_content()
    assert "No rows." in text and "References" not in text


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("kind", ["bar", "network"])
def test_a_picture_is_well_formed_svg_with_its_labels(text: str, kind: str) -> None:
    from lxml import etree

    chart = Chart("bar", ("cargo", "belief")) if kind == "bar" else Chart("network", ("cargo", "function"))
    drawn = svg(["cargo", "function", "belief"], [[text, "growth", 0.5], ["miR-21", text, 0.2]], chart)
    root = etree.fromstring(drawn.encode())
    assert "miR-21" in "".join(root.itertext())
    assert not root.xpath("//*[local-name()='script']")


WORKS = [
    {"title": "Exosomes of α & β cells: 50% {more}", "authors": ("Roe J", "Müller-Ä K", "Cells and More Consortium")},
    {"title": "A_b #1 $x ~y^z \\ w", "authors": ("Poe A",), "doi": "10.1002/(sici)1<1::aid>3.0_2", "journal": "J & K"},
    {"title": "No author", "pmid": None, "doi": None, "id": "exominer:w1", "year": None},
]


@pytest.mark.parametrize("changes", WORKS)
@pytest.mark.parametrize(("write", "reader"), [(references.bibtex, bibtex_format), (references.ris, ris_format)])
def test_references_are_read_back(changes: Mapping[str, Any], write: Any, reader: Any) -> None:
    given = work(7, **changes)
    (article,) = reader.parse("".join(write([given])))
    assert isinstance(article, Article)
    assert (article.title, article.doi, article.authors) == (given.title, given.doi, given.authors)
    assert (article.journal, article.published) == (given.journal, given.year and str(given.year))


def test_a_retraction_is_noted_in_references() -> None:
    for write in (references.bibtex, references.ris):
        assert "Retracted" in "".join(write([work(1, retracted=True)]))


def test_many_works_are_many_entries(tmp_path: Path) -> None:
    works = [work(n, title=f"Work {n}") for n in range(20)]
    assert len(list(bibtex_format.parse("".join(references.bibtex(works))))) == 20
    assert len(list(ris_format.parse("".join(references.ris(works))))) == 20


@pytest.mark.parametrize("text", ["miR-21", *HOSTILE[:3]])
def test_a_browser_opens_a_report_from_disk_without_a_request_or_an_error(text: str, tmp_path: Path) -> None:
    browser_path = shutil.which("chromium") or shutil.which("chromium-browser")
    if browser_path is None:
        pytest.skip("no Chromium on this machine")
    path = tmp_path / "report.html"
    path.write_text(html.report(answer(text)), encoding="utf-8")
    asked: list[str] = []
    faults: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 375, "height": 700})
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: faults.append(message.text))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("dialog", lambda dialog: faults.append(dialog.message))
        page.goto(path.as_uri())
        assert page.locator("figure svg").first.bounding_box()["width"] > 100  # type: ignore[index]
        assert page.evaluate("document.documentElement.scrollWidth") <= 375
        browser.close()
    assert (asked, faults) == ([path.as_uri()], [])
