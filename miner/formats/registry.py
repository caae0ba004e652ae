"""The file formats that are read, and recognizing them by content.

A new format is one module with `matches` and `parse`, and one line in `FORMATS`.
"""

import re

from miner.errors import ParseError
from miner.formats import (
    article_page,
    bibtex,
    bioc,
    cochrane_text,
    embase_rows,
    endnote_tagged,
    endnote_xml,
    europepmc_json,
    jats,
    jsonl,
    medline,
    ovid_text,
    page_text,
    plain_text,
    pubmed_summary,
    pubmed_text,
    pubmed_xml,
    pubtator,
    refworks,
    ris,
    tables,
    web_of_science,
)
from miner.formats.base import SOURCE, FileFormat, Head, as_one, from_markup, from_text
from miner.formats.encoding import encoding_of, normalize_line_ends

HEAD = 128 * 1024
"""Bytes that suffice to recognize a file."""

_PUBMED_ROOTS = (
    *("PubmedArticleSet", "PubmedBookArticleSet", "PubmedArticle", "PubmedBookArticle"),
    *("DeleteCitation", "eFetchResult"),
)
_JATS_ROOTS = ("article", "pmc-articleset", "OAI-PMH", "articles")

FORMATS: list[FileFormat] = [
    # The first match wins: formats with unmistakable marks come first, text without any comes last.
    FileFormat("PubMed XML", lambda head: head.has_root(*_PUBMED_ROOTS), from_markup(pubmed_xml.parse), streamed=True),
    FileFormat("JATS XML", lambda head: head.has_root(*_JATS_ROOTS), from_markup(jats.parse), streamed=True),
    FileFormat(
        "Europe PMC XML",
        lambda head: head.has_root("responseWrapper"),
        from_markup(europepmc_json.parse_xml),
        streamed=True,
    ),
    FileFormat("EndNote XML", endnote_xml.matches, from_markup(endnote_xml.parse), streamed=True),
    FileFormat("BioC XML", bioc.matches_xml, from_markup(bioc.parse_xml), streamed=True),
    FileFormat(
        "HTML page",
        lambda head: head.text.startswith("<") and article_page.is_html(head.text),
        as_one(article_page.parse),
    ),
    FileFormat(
        "JSON Lines",
        jsonl.matches_lines,
        lambda file: jsonl.parse_lines(file.lines(jsonl.MAX_RECORD * 4), source=SOURCE),
        streamed=True,
    ),
    FileFormat("JSON", jsonl.matches, from_text(jsonl.parse)),
    FileFormat("BibTeX", bibtex.matches, from_text(bibtex.parse)),
    FileFormat("Web of Science", web_of_science.matches, from_text(web_of_science.parse)),
    FileFormat("EndNote tagged", endnote_tagged.matches, from_text(endnote_tagged.parse)),
    FileFormat("RefWorks tagged", refworks.matches, from_text(refworks.parse)),
    FileFormat("PubTator", pubtator.matches, from_text(pubtator.parse)),
    FileFormat("Cochrane text", cochrane_text.matches, from_text(cochrane_text.parse)),
    FileFormat("Ovid text", ovid_text.matches, from_text(ovid_text.parse)),
    FileFormat("RIS", ris.matches, from_text(ris.parse)),
    FileFormat("MEDLINE", medline.matches, from_text(medline.parse)),
    FileFormat("PubMed summary", pubmed_summary.matches, from_text(pubmed_summary.parse)),
    FileFormat("PubMed text", pubmed_text.matches, from_text(pubmed_text.parse)),
    FileFormat("Embase fields by row", embase_rows.matches, from_text(embase_rows.parse)),
    FileFormat("table", tables.matches, from_text(tables.parse)),
    FileFormat("article page as text", lambda head: page_text.looks_like_page(head.text), as_one(article_page.parse)),
    FileFormat("table", tables.matches_without_names, from_text(tables.parse)),
    FileFormat("plain text", plain_text.matches, as_one(plain_text.parse)),
]

_MAGIC = {
    b"%PDF": "a PDF - export the record from PubMed or save the article's page instead",
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"\xd0\xcf\x11\xe0": "an old Word or Excel file - save the table as CSV",
    b"BZh": "a bzip2 archive - unpack it",
    b"\xfd7zXZ": "an xz archive - unpack it",
    b"\x28\xb5\x2f\xfd": "a zstd archive - unpack it",
    b"7z\xbc\xaf": "a 7-Zip archive - unpack it",
    b"Rar!": "a RAR archive - unpack it",
    b"SQLite format": "an SQLite database",
    b"{\\rtf": "an RTF document - save it as plain text",
}
_MAX_STRANGE = 0.05
"""The share of control characters and undecodable bytes beyond which a file is no text."""
_MAX_NUL = 0.01
"""The share of NUL bytes beyond which a file is binary; two are damage in any file."""


def recognize(head: bytes) -> FileFormat:
    """The format of a file that begins with `head` (`HEAD` bytes, or all of it).

    Raises ParseError for what is empty, binary, or of no format that is read.
    """
    text = _text_of(head)
    begin = Head(text, complete=len(head) < HEAD)
    for known in FORMATS:
        if known.matches(begin):
            return known
    if begin.root or text.startswith("<"):
        kind = f"XML of a kind that holds no articles (<{begin.root[:60]}>)"
        raise ParseError(f"it is {kind} - save the records as PubMed XML or JATS")
    raise ParseError("it is of no format that is read - save the records as PubMed XML, RIS, BibTeX or CSV")


def _text_of(head: bytes) -> str:
    """The beginning of a file as text. Raises ParseError for what is none."""
    kind = next((kind for magic, kind in _MAGIC.items() if head.startswith(magic)), None)
    if kind:
        raise ParseError(f"it is {kind}")
    encoding = encoding_of(head)
    if encoding == "utf-8" and head.count(0) > max(2, len(head) * _MAX_NUL):
        raise ParseError("it is a binary file - save the records as text, XML, JSON or CSV")
    text = normalize_line_ends(head.decode(encoding, "replace")).replace("\x00", "").strip("\ufeff \t\n")
    if not text:
        raise ParseError("it is empty")
    if len(re.findall(r"[^\w\s!-~]", text)) > len(text) * _MAX_STRANGE and _is_strange(text):
        raise ParseError("it is neither text nor a format that is known - save the records as text, XML, JSON or CSV")
    return text


def _is_strange(text: str) -> bool:
    strange = sum(not (one.isprintable() or one.isspace()) or one == "\ufffd" for one in text)
    return strange > len(text) * _MAX_STRANGE
