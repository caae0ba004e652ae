import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from miner.formats.markup import plain, text_of


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("CD8<sup>+</sup> T cells", "CD8+ T cells"),
        ("H<sub>2</sub>O", "H2O"),
        ("Ca<sup>2+</sup>", "Ca2+"),
        ("10<sup>9</sup> particles", "10^9 particles"),
        ("<jats:p>in <jats:italic>vivo</jats:italic></jats:p><jats:p>and more</jats:p>", "in vivo and more"),
        ("a<br/>b", "a b"),
        ("p < 0.05, x<y and <150 nm", "p < 0.05, x<y and <150 nm"),
        ("<Pten> mice &lt;b&gt;bold&lt;/b&gt;", "<Pten> mice bold"),
        ("&amp;lt;i&amp;gt;PTEN&amp;lt;/i&amp;gt; &alpha;-SMA", "PTEN α-SMA"),
        ("AT&amp;amp;T &amp; co", "AT&T & co"),
        (
            "<mml:math>\n <mml:msup>\n <mml:mi>CD8</mml:mi><mml:mo>+</mml:mo></mml:msup>\n</mml:math>-cells",
            "CD8+-cells",
        ),
        ("<math><mfrac><mn>1</mn><mn>2</mn></mfrac></math>", "1/2"),
        ("<alternatives><tex-math>\\beta</tex-math><mml:math><mml:mi>β</mml:mi></mml:math></alternatives>", "β"),
        ("cafe\u0301\u200b of α‑catenin", "café of α‑catenin"),
        ("x<script>alert('no')</script>y", "xy"),
        ("<b>unclosed", "unclosed"),
        ("\ud800 lone", "lone"),
        ("", ""),
    ],
)
def test_markup_reads_as_a_reader_sees_it(markup: str, text: str) -> None:
    assert plain(markup) == text


def test_namespaces_do_not_matter_and_entities_are_not_expanded() -> None:
    document = b'<!DOCTYPE a [<!ENTITY b "boom">]><a xmlns="u">IL<sub>6</sub> &b;</a>'
    root = etree.fromstring(document, etree.XMLParser(resolve_entities=False))
    assert text_of(root) == "IL6 &b;"


def test_markup_nested_beyond_reason_keeps_its_text() -> None:
    assert plain("<div>" * 3000 + "deep") == "deep"


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc", "Cf", "Co", "Cn"], exclude_characters="<&")))
def test_text_without_markup_only_loses_white_space(text: str) -> None:
    assert plain(text) == unicodedata.normalize("NFC", " ".join(text.split()))


@given(st.text(alphabet="<>/&;abip =\"'!-[]CDAT#lt\n"))
def test_anything_goes_in_and_text_comes_out(text: str) -> None:
    assert isinstance(plain(text), str)
