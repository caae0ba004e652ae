"""Repair of XML before it is parsed: references without a declaration, damaged characters, encodings."""

import io
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from miner.errors import ParseError
from miner.formats import europepmc_json, jats, pubmed_xml
from miner.formats.xml_stream import iterparse, parse_xml
from miner.model.articles import Article, Reject


class Pieces:
    """A stream that gives its bytes in pieces of the sizes named, again and again."""

    def __init__(self, data: bytes, sizes: list[int]) -> None:
        self.data, self.sizes, self.at = data, sizes, 0

    def read(self, size: int = -1) -> bytes:
        self.at += 1
        cut = self.sizes[self.at % len(self.sizes)]
        piece, self.data = self.data[:cut], self.data[cut:]
        return piece


def text(document: bytes) -> str:
    return "".join(str(part) for part in parse_xml(document).itertext())


@pytest.mark.parametrize(
    ("inner", "read"),
    [
        (b"TGF-&beta;1&nbsp;&le; 5&thinsp;&micro;m", "TGF-β1\xa0≤ 5\u2009µm"),
        (b"&agr;-SMA, NF-&kgr;B, &OHgr;", "α-SMA, NF-κB, Ω"),
        (b"&notanentity; and &b.alpha;", "&notanentity; and &b.alpha;"),
        (b"AT&T & co, &; &#; &#x;", "AT&T & co, &; &#; &#x;"),
        (b"&lt;i&gt; &amp;nbsp; &#945;&#x3b2;", "<i> &nbsp; αβ"),
        (b"<![CDATA[a & b &nbsp; <i> ]] >]]>&gamma;", "a & b &nbsp; <i> ]] >γ"),
        (b"nul \x00, escape \x1b, &#0;&#x1F;&#xD800;&#xFFFE;&#1114112; gone", "nul , escape ,  gone"),
        ("caf\u00e9 \u03b1".encode() + b" \xb1\xc3 end", "café α ±Ã end"),
        ("\ufffe\uffff kept".encode(), " kept"),
    ],
)
def test_what_xml_does_not_allow_costs_itself_alone(inner: bytes, read: str) -> None:
    assert text(b"<a>" + inner + b"</a>") == read
    assert text(b'<!DOCTYPE a SYSTEM "http://example.org/none.dtd"><a><b>' + inner + b"</b></a>") == read


@pytest.mark.parametrize(
    ("declaration", "encoding"),
    [
        ("", "utf-8"),
        ("", "utf-8-sig"),
        ('<?xml version="1.0" encoding="UTF-8"?>', "utf-8-sig"),
        ('<?xml version="1.0" encoding="ISO-8859-1"?>', "latin-1"),
        ("<?xml version='1.0' encoding = 'windows-1252' ?>", "cp1252"),
        ('<?xml version="1.0" encoding="utf-16"?>', "utf-16"),
        ('<?xml version="1.0" encoding="utf-16"?>', "utf-16-le"),
        ('<?xml version="1.0" encoding="utf-16"?>', "utf-8"),
        ('<?xml version="1.0" encoding="no-such"?>', "utf-8"),
        ('<?xml version="1.0" encoding="base64"?>', "utf-8"),
    ],
)
def test_encodings(declaration: str, encoding: str) -> None:
    assert text(f"{declaration}<a>caf\u00e9&nbsp;\u00b1</a>".encode(encoding)) == "café\xa0±"


def test_entities_in_attributes_and_of_the_document_are_never_expanded() -> None:
    root = parse_xml(b'<!DOCTYPE a [<!ENTITY x "boom">]><a b="&alpha; &x;">&x;</a>')
    assert (root.get("b"), root.text) == ("α &x;", "&x;")


DOCUMENT = "<a><b>x&nbsp;y ]]&gt; <![CDATA[ a & b ]] ]]>&kappa;é & &unknown; \x00€ ]</b><b>&</b></a>".encode()


@given(st.lists(st.integers(1, 12), min_size=1, max_size=5))
def test_cuts_between_reads_change_nothing(sizes: list[int]) -> None:
    whole = [element.text for element in parse_xml(DOCUMENT)]
    # What the parser gets first must show the encoding, so that the cuts lie after the first 1,024 bytes.
    padding = b"<a><!--" + b" " * 1100 + b"-->"
    events = iterparse(Pieces(padding + DOCUMENT[3:], sizes), "b")  # type: ignore[arg-type]
    assert [element.text for _, element in events] == whole


@given(st.binary(max_size=300))
def test_no_bytes_make_it_crash(data: bytes) -> None:
    for document in (data, b"<a>" + data + b"</a>"):
        try:
            assert parse_xml(document).tag
        except ParseError as error:
            assert "\n" not in str(error)


def pubmed(inner: str) -> str:
    title = f"<Article><ArticleTitle>{inner}</ArticleTitle></Article>"
    return f"<PubmedArticle><MedlineCitation><PMID>1</PMID>{title}</MedlineCitation></PubmedArticle>"


RECORDS: list[tuple[Callable[..., object], str, str]] = [
    (pubmed_xml.parse, "<PubmedArticleSet>{}</PubmedArticleSet>", pubmed("{}")),
    (
        jats.parse,
        "<pmc-articleset>{}</pmc-articleset>",
        "<article><front><article-meta><title-group><article-title>{}</article-title></title-group></article-meta>"
        "</front></article>",
    ),
    (
        europepmc_json.parse_xml,
        "<responseWrapper><resultList>{}</resultList></responseWrapper>",
        "<result><id>1</id><source>MED</source><title>{}</title></result>",
    ),
]


@pytest.mark.parametrize(("parse", "holder", "record"), RECORDS, ids=["PubMed", "JATS", "Europe PMC"])
def test_every_parser_reads_damaged_characters_and_entities(
    parse: Callable[..., list[Article | Reject]], holder: str, record: str
) -> None:
    document = holder.format(record.format("IFN-&gamma;&nbsp;@1@ & x") + record.format("Second"))
    found = list(parse(io.BytesIO(document.encode().replace(b"@1@", b"\x00\xb1"))))
    assert [one.title for one in found if isinstance(one, Article)] == ["IFN-γ ± & x", "Second"]


@pytest.mark.parametrize(("parse", "holder", "record"), RECORDS, ids=["PubMed", "JATS", "Europe PMC"])
@pytest.mark.parametrize("damage", ["<deep>" * 300, "</wrong>", "<", "<x y=>"])
def test_a_break_is_a_reject_with_its_reason_and_what_came_before_is_kept(
    parse: Callable[..., list[Article | Reject]], holder: str, record: str, damage: str
) -> None:
    document = holder.format(record.format("First") + record.format("Second " + damage)).encode()
    first, rest = parse(io.BytesIO(document))
    assert isinstance(first, Article)
    assert isinstance(rest, Reject)
    assert rest.reason.startswith("broken XML (")
    assert ", line 1)" in rest.reason
    assert rest.item.startswith("what follows ")


def test_a_document_without_records_names_its_fault() -> None:
    with pytest.raises(ParseError, match="Premature end of data"):
        list(pubmed_xml.parse(io.BytesIO(b"<PubmedArticleSet><PubmedArticle>")))


def test_the_parser_opens_no_file_and_no_address(tmp_path: object) -> None:
    root = parse_xml(b'<!DOCTYPE a [<!ENTITY % x SYSTEM "file:///etc/passwd"> %x;]><a>&y;</a>')
    assert etree.tostring(root, encoding="unicode", with_tail=False).startswith("<a>")
    assert root.text == "&y;"
