"""The full text of JATS articles: sections, citations, captions, tables, boxes and supplements."""

import io
from pathlib import Path

import pytest

from miner.formats import jats
from miner.model.articles import Article, Section

DATA = Path(__file__).parents[1] / "data" / "files"


def read(body: str, rest: str = "") -> list[Section]:
    document = (
        '<article xmlns:mml="http://www.w3.org/1998/Math/MathML"><front><article-meta><title-group><article-title>T'
        f"</article-title></title-group></article-meta></front><body>{body}</body>{rest}</article>"
    )
    (only,) = jats.parse(io.BytesIO(document.encode()))
    assert isinstance(only, Article)
    for section, (_, text) in zip(only.sections, list(only.labelled())[1:], strict=True):
        assert section.text == text
        assert all(0 < at <= len(text) for at in section.citations)
    return list(only.sections)


def texts(body: str, rest: str = "") -> list[str]:
    return [section.text for section in read(body, rest)]


def cite(*numbers: str) -> str:
    return "".join(f'<xref ref-type="bibr" rid="b{n}">{n}</xref>' for n in numbers)


ONE, TWO, THREE = cite("1"), cite("2"), cite("3")
DOE = '<xref ref-type="bibr" rid="d">Doe et al., 2010</xref>'


@pytest.mark.parametrize(
    ("marked_up", "text"),
    [
        (f"It grew [{ONE}]. We saw.", "It grew‖. We saw."),
        (f"It grew [{ONE}-{THREE}]. We saw.", "It grew‖. We saw."),
        (f"It grew [{ONE},{TWO}–{THREE}] here.", "It grew‖ here."),
        (f"It grew [{ONE}], [{TWO}] here.", "It grew‖ here."),
        (f"It grew.<sup>{ONE}</sup> We saw.", "It grew.‖ We saw."),
        (f"It grew<sup>{ONE},{TWO}</sup>, and spread.", "It grew‖, and spread."),
        (f"It grew. [{ONE}] We saw.", "It grew.‖ We saw."),
        ('It grew <xref ref-type="bibr">[1]</xref>–<xref ref-type="bibr">[3]</xref>.', "It grew‖."),
        (f"It grew ({DOE}).", "It grew‖."),
        (f"It grew ({DOE}; {DOE}).", "It grew‖."),
        (f"It grew (see also {DOE}).", "It grew‖."),
        (f"It grew (reviewed in [{ONE}]).", "It grew‖."),
        (f"It grew (Roe and Poe, {cite('2011')}; Doe et al., {cite('2010')}).", "It grew‖."),
        (f"It grew (Figure 1; {DOE}).", "It grew (Figure 1)‖."),
        (f"It grew (n = 3; CD63, {ONE}).", "It grew (n = 3; CD63,‖)."),
        (f"{DOE} found it.", "Doe et al., 2010‖ found it."),
        (f"Doe et al. ({cite('2010')}) found it.", "Doe et al.‖ found it."),
        (f"As in the work of Doe et al. [{ONE}].", "As in the work of Doe et al.‖"),
        (f"See ref. {ONE} for it.", "See‖ for it."),
        ('It grew<xref ref-type="fn">*</xref> here.', "It grew here."),
        ('It grew (<xref ref-type="fig">Fig. 1A</xref>).', "It grew (Fig. 1A)."),
        ('In <xref ref-type="supplementary-material">Table S1</xref> too.', "In Table S1 too."),
        (f"Between {ONE}and {TWO} days", "Between‖ and‖ days"),
        ("It spans [0, 1] of it.", "It spans [0, 1] of it."),
    ],
)
def test_citations_are_left_out_and_their_places_kept(marked_up: str, text: str) -> None:
    (only,) = read(f"<p>{marked_up}</p>" + ("" if "xref" in marked_up else f"<p>{ONE}</p>"))
    shown = only.text
    for at in reversed(only.citations):
        shown = f"{shown[:at]}‖{shown[at:]}"
    assert shown == text


def test_numbers_in_brackets_are_citations_where_none_are_marked_up() -> None:
    (only,) = read("<p>It grew [1, 3-5]. It spread.</p>")
    assert (only.text, only.citations) == ("It grew. It spread.", (7,))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<p>One.</p><p>Two.</p>", ["One.", "Two."]),
        ("<p>It has<list><list-item><p>one</p></list-item><list-item><p>two</p></list-item></list>and more.</p>",
         ["It has", "one", "two", "and more."]),
        ("<p>It is <disp-formula><mml:math><mml:mi>a</mml:mi></mml:math></disp-formula> it.</p>", ["It is a it."]),
        ("<p>At 10<sup>6</sup> CD8<sup>+</sup> cells<fn><p>Seen.</p></fn>.</p>", ["At 10^6 CD8+ cells.", "Seen."]),
        ("<p>One<fig><label>Fig. 2.</label><caption><p>Seen</p></caption></fig> two.</p>", ["One two.", "Seen."]),
        ("<p>A</p><disp-quote><p>B</p></disp-quote><verse-group><verse-line>C</verse-line></verse-group>",
         ["A", "B", "C"]),
        ("<p>A</p><boxed-text><caption><title>Box</title></caption><p>B</p></boxed-text>", ["A", "Box", "B"]),
        ("<p>A</p><supplementary-material><label>S1</label><caption><p>B</p></caption></supplementary-material>",
         ["A", "B."]),
        ("<p>A</p><ref-list><ref><mixed-citation>B</mixed-citation></ref></ref-list>", ["A"]),
        ("<p>A<!-- B --><?C?></p><p> </p>", ["A"]),
    ],
)  # fmt: skip
def test_what_a_paragraph_is(body: str, expected: list[str]) -> None:
    assert texts(body) == expected


@pytest.mark.parametrize(
    ("rest", "read_too"),
    [
        ("<back><app-group><app><title>A</title><p>B</p></app></app-group></back>", ["A", "B"]),
        ("<floats-group><fig><caption><p>B</p></caption></fig></floats-group>", ["B."]),
        ("<back><ack><p>Thanks.</p></ack><fn-group><fn><p>No interests.</p></fn></fn-group></back>", []),
        ("<back><sec><title>Data</title><p>None.</p></sec><glossary><p>B</p></glossary></back>", []),
        ("<sub-article><body><p>B</p></body></sub-article><response><body><p>B</p></body></response>", []),
    ],
)
def test_what_is_read_beside_the_body(rest: str, read_too: list[str]) -> None:
    assert texts("<p>Text.</p>", rest) == ["Text.", *read_too]


@pytest.mark.parametrize(
    ("attributes", "title", "role"),
    [
        ('sec-type="intro"', "Vesicles", "introduction"),
        ('sec-type="materials|methods"', "Cells", "methods"),
        ('sec-type="supplementary-material"', "Supporting Information", ""),
        ("", "1. Introduction", "introduction"),
        ("", "Background", "introduction"),
        ("", "Materials and methods", "methods"),
        ("", "Patients and samples", "methods"),
        ("", "Experimental procedures", "methods"),
        ("", "RESULTS", "results"),
        ("", "Results and discussion", "results"),
        ("", "Concluding remarks", "discussion"),
        ("", "Conclusions", "discussion"),
        ("", "Loss of CD63 in exosomes results in more metastasis", ""),
        ("", "Exosomes and metastasis", ""),
    ],
)
def test_what_a_section_is_for(attributes: str, title: str, role: str) -> None:
    heading, text, inner, deep = read(
        f"<sec {attributes}><title>{title}</title><p>A</p><sec><title>Inner</title><p>B</p></sec></sec>"
    )
    assert {section.role for section in (heading, text, inner, deep)} == {role}
    assert [section.label for section in (heading, text, inner, deep)] == [title, title, *[f"{title}: Inner"] * 2]


def table(rows: str, head: str = "<th>miRNA</th><th>Level</th><th>P</th>", foot: str = "") -> list[str]:
    found = read(
        f"<table-wrap><label>Table 2.</label><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        f"{f'<table-wrap-foot>{foot}</table-wrap-foot>' if foot else ''}</table-wrap>"
    )
    assert {(section.kind, section.label) for section in found} <= {("table", "Table 2")}
    return [section.text for section in found]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("<tr><td>miR-9</td><td>2.1</td><td>0.01</td></tr>", ["miRNA: miR-9; Level: 2.1; P: 0.01"]),
        ("<tr><td>miR-9</td><td/><td>0.01</td></tr>", ["miRNA: miR-9; P: 0.01"]),
        ('<tr><td rowspan="2">miR-9</td><td>2</td><td>0.1</td></tr><tr><td>3</td><td>0.2</td></tr>',
         ["miRNA: miR-9; Level: 2; P: 0.1", "miRNA: miR-9; Level: 3; P: 0.2"]),
        ('<tr><td>miR-9</td><td colspan="2">none</td></tr>', ["miRNA: miR-9; Level: none"]),
        ('<tr><td colspan="3">In serum</td></tr><tr><td>miR-9</td><td>2</td><td>0.1</td></tr>',
         ["In serum; miRNA: miR-9; Level: 2; P: 0.1"]),
        ('<tr><td colspan="3">Serum</td></tr><tr><td>\u2003miR-9</td><td>2</td><td>1</td></tr>'
         "<tr><td>All</td><td>3</td><td>1</td></tr>",
         ["Serum; miRNA: miR-9; Level: 2; P: 1", "miRNA: All; Level: 3; P: 1"]),
        ("<tr><td>miR-9<break/>miR-10</td><td><p>2</p><p>3</p></td><td>10<sup>6</sup></td></tr>",
         ["miRNA: miR-9 miR-10; Level: 2 3; P: 10^6"]),
        ('<tr><td>miR-9</td><td rowspan="99999999">2</td><td colspan="x">1</td></tr>',
         ["miRNA: miR-9; Level: 2; P: 1"]),
    ],
)  # fmt: skip
def test_tables_are_read_by_rows_with_their_heads(rows: str, expected: list[str]) -> None:
    assert table(rows) == expected


def test_markers_of_footnotes_are_not_fused_with_values() -> None:
    foot = "<fn><label>a</label><p>P &lt; 0.05.</p></fn><p><sup>b</sup>None.</p>"
    marked = 'miR-9</td><td>2.1<sup>a</sup></td><td>3<xref ref-type="table-fn"><sup>b</sup></xref><sup>*,†</sup>'
    assert table(f"<tr><td>{marked}</td></tr>", foot=foot)[0] == "miRNA: miR-9; Level: 2.1; P: 3"
    assert table(f"<tr><td>{marked}</td></tr>", foot=foot)[1:] == ["a P < 0.05.", "b None."]


def test_heads_of_several_rows() -> None:
    rows = "<tr><td>miR-9</td><td>1</td><td>2</td></tr>"
    head = '<th rowspan="2">miRNA</th><th colspan="2">Level</th></tr><tr><th>Serum</th><th>Urine</th>'
    assert table(rows, head) == ["miRNA: miR-9; Level: Serum: 1; Level: Urine: 2"]


def test_a_whole_article() -> None:
    (article,) = jats.parse(io.BytesIO((DATA / "fulltext.nxml").read_bytes()))
    assert isinstance(article, Article)
    assert article.license == "CC BY"
    labels = list(dict.fromkeys((s.kind, s.role, s.label) for s in article.sections))
    assert labels == [
        ("abstract", "", "Background"),
        ("abstract", "", "Results"),
        ("body", "introduction", "Introduction"),
        ("body", "results", "Results"),
        ("body", "results", "Results: Exosomal miR-9 promotes invasion"),
        ("body", "results", "Results: Mechanism"),
        ("body", "discussion", "Discussion"),
        ("body", "methods", "Materials and Methods"),
        ("body", "methods", "Materials and Methods: Separation of exosomes"),
        ("body", "", "Supplementary Material"),
        ("body", "", "Footnote"),
        ("caption", "", "Figure 1"),
        ("caption", "", "Table 1"),
        ("table", "", "Table 1"),
        ("body", "", "Box 1: What to remember"),
        ("caption", "", "Table S1"),
    ]
    assert "miR-7" not in article.text
    assert "miR-1 " not in article.text
    parts = article.parts()
    assert [article.text[p.start : p.end].partition("\n")[0] for p in parts[:3]] == [
        article.title, "Introduction", "Results",
    ]  # fmt: skip
    assert "\n".join(article.text[p.start : p.end] for p in parts) == article.text
    cited = [article.text[:at].rpartition(" ")[2] for p in parts for at in p.citations]
    assert cited == ["melanoma", "studied", "(2010)", "apoptosis", "SOCS5", "cells", "in"]


@pytest.mark.parametrize(
    ("stated", "name"),
    [
        ('<license xmlns:x="http://www.w3.org/1999/xlink" x:href="http://creativecommons.org/licenses/by-nc-nd/4.0/"/>',
         "CC BY-NC-ND"),
        ("<license><license-p>the Creative Commons Attribution License, which permits</license-p></license>", "CC BY"),
        ("<license><license-p>the Creative Commons Attribution-NonCommercial-ShareAlike 3.0</license-p></license>",
         "CC BY-NC-SA"),
        ("<license><license-p>No reuse without permission.</license-p></license>", "other"),
        ("<license><license-p>CC0 1.0 dedication</license-p></license>", "CC0"),
        ("", None),
    ],
)  # fmt: skip
def test_the_license(stated: str, name: str | None) -> None:
    document = (
        "<article><front><article-meta><title-group><article-title>T</article-title></title-group>"
        f"<permissions>{stated}</permissions></article-meta></front></article>"
    )
    (only,) = jats.parse(io.BytesIO(document.encode()))
    assert isinstance(only, Article)
    assert only.license == name
