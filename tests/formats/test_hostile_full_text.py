"""Full texts that are made to be costly: bounded in time and size, and rejected with a reason."""

import io
import time

import pytest

from miner.formats import files
from miner.model.articles import Article, Reject

CITE = '<xref ref-type="bibr" rid="b">1</xref>'
NAMED = '<xref ref-type="bibr" rid="b">Doe et al., 2010</xref>'
CELL = '<td rowspan="99999" colspan="99999">'


def read(body: str, head: str = "") -> Article | Reject:
    document = (
        f'<?xml version="1.0"?>{head}<article><front><article-meta><title-group><article-title>T</article-title>'
        f"</title-group></article-meta></front><body>{body}</body></article>"
    )
    found = list(files.read(io.BytesIO(document.encode()), "a.nxml"))
    return found[0]


@pytest.mark.parametrize(
    "repeated",
    [
        f"<p>{'a ' + CITE + ', '}</p>",
        f"<p>(( {CITE}; {NAMED} [</p>",
        f"<p>a<fn><p>b</p></fn><fig><label>F</label><caption><p>{CITE}</p></caption></fig></p>",
        f"<table-wrap><table><tr>{CELL}x</td><td>y</td></tr></table></table-wrap>",
        "<sec><title>Results</title><p>a</p><list><list-item><p>b</p></list-item></list></sec>",
    ],
)
def test_time_grows_in_line_with_length(repeated: str) -> None:
    def seconds(count: int) -> float:
        start = time.process_time()
        assert isinstance(read(repeated * count), Article)
        return time.process_time() - start

    seconds(10)
    assert seconds(1_500) < 30 * max(seconds(150), 0.01)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("<p>" + "word " * 120_000 + "</p>", "longer than 500,000 characters"),
        ("<sec>" * 100_000 + "</sec>" * 100_000, "broken XML (Excessive depth"),
        ("<sec><title>A</title><p>cut", "broken XML"),
    ],
)
def test_what_is_too_much_is_rejected_with_the_reason(body: str, reason: str) -> None:
    found = read(body)
    assert isinstance(found, Reject)
    assert reason in found.reason


@pytest.mark.parametrize(
    "entities",
    [
        '<!DOCTYPE article [<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;">]>',
        '<!DOCTYPE article [<!ENTITY c SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE article PUBLIC "-//NLM//DTD JATS" "http://example.org/none.dtd">',
    ],
)
def test_entities_are_never_expanded(entities: str) -> None:
    found = read("<p>It is &c;&c; &alpha; here.</p>", entities)
    assert isinstance(found, Article)
    assert found.text.endswith("α here.")
    assert "haha" not in found.text
    assert "root:" not in found.text


def test_a_cell_that_spans_everything_fills_no_memory() -> None:
    rows = f"<tr>{CELL}{'x' * 1_000}</td></tr>" + "<tr><td>y</td></tr>" * 5_000
    wide = "<tr>" + '<td rowspan="9999">abcdef</td>' * 190 + "</tr>" + "<tr/>" * 20_000
    for table in (rows, wide):
        found = read(f"<table-wrap><table>{table}</table></table-wrap>")
        assert isinstance(found, Article)
        assert len(found.text) < 210_000
        assert all(len(section.label) < 130 for section in found.sections)


def test_a_long_heading_is_not_repeated_in_full() -> None:
    found = read(f"<sec><title>{'Results ' * 5_000}</title>{'<p>a</p>' * 2_000}</sec>")
    assert isinstance(found, Article)
    assert max(len(section.label) for section in found.sections) <= 120


def test_deep_nesting_that_the_parser_allows() -> None:
    found = read("<sec><title>a</title>" * 200 + "<p>deep</p>" + "</sec>" * 200)
    assert isinstance(found, Article)
    assert found.sections[-1].text == "deep"
    assert isinstance(read("<p>" + "<italic>" * 240 + "x" + "</italic>" * 240 + "</p>"), Article)


def test_characters_that_mark_citations_are_no_part_of_a_text() -> None:
    found = read(f"<p>It \ufdd0grew\ufdd1 in\ufdd2 mice\ufdd3 {CITE}.</p>")
    assert isinstance(found, Article)
    assert not set(found.text) & set("\ufdd0\ufdd1\ufdd2\ufdd3")
