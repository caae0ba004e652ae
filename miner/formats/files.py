"""Articles from files: the format is told from the content, never from the name."""

import gzip
import io
import os
import re
import sys
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from miner.errors import InputError, ParseError
from miner.formats import (
    article_page,
    bibtex,
    europepmc_json,
    jats,
    jsonl,
    medline,
    page_text,
    plain_text,
    pubmed_xml,
    ris,
    tables,
)
from miner.formats.encoding import decode, encoding_of
from miner.formats.record import reject
from miner.model.articles import Article, Reject

_Record = Article | Reject | pubmed_xml.Deleted

SOURCE = "file"
MAX_STREAMED = 8 * 1024**3
"""Bytes, unpacked, of a PubMed, PMC, Europe PMC XML or JSON Lines file."""
MAX_WHOLE = 512 * 1024**2
"""Bytes, unpacked, of a file in any other format: it is read into memory."""

_HEAD = 128 * 1024
_MAGIC = {
    b"PK\x03\x04": "a ZIP archive, Word or Excel file - unpack it, or save the table as CSV",
    b"PK\x05\x06": "an empty ZIP archive",
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
_NOT_ARTICLES = re.compile(r"(?:readme|licen[cs]e|note|notice|copying|changelog)s?(?:\.\w+)?", re.IGNORECASE)


class Format(StrEnum):
    """What a file holds."""

    PUBMED_XML = "PubMed XML"
    JATS_XML = "JATS XML"
    EUROPEPMC_XML = "Europe PMC XML"
    HTML = "HTML page"
    MEDLINE = "MEDLINE"
    RIS = "RIS"
    BIBTEX = "BibTeX"
    JSON = "JSON"
    JSON_LINES = "JSON Lines"
    TABLE = "table"
    PAGE_TEXT = "article page as text"
    PUBMED_TEXT = "PubMed text"
    PLAIN_TEXT = "plain text"


_ROOTS = {
    "PubmedArticleSet": Format.PUBMED_XML,
    "PubmedBookArticleSet": Format.PUBMED_XML,
    "PubmedArticle": Format.PUBMED_XML,
    "PubmedBookArticle": Format.PUBMED_XML,
    "DeleteCitation": Format.PUBMED_XML,
    "eFetchResult": Format.PUBMED_XML,
    "article": Format.JATS_XML,
    "pmc-articleset": Format.JATS_XML,
    "OAI-PMH": Format.JATS_XML,
    "articles": Format.JATS_XML,
    "responseWrapper": Format.EUROPEPMC_XML,
}
_STREAMED = {Format.PUBMED_XML, Format.JATS_XML, Format.EUROPEPMC_XML, Format.JSON_LINES}


def read_all(names: Iterable[str]) -> Iterator[Article | Reject]:
    """Every record of the files and folders named ("-" is stdin); what cannot be read is a reject, the rest goes on."""
    for name in names:
        if name == "-":
            yield from read(sys.stdin.buffer, "stdin")
            continue
        try:
            found = paths([name])
        except InputError as error:
            yield reject(SOURCE, name, str(error))
            continue
        for path in found:
            yield from read(path, str(path))


def paths(names: Sequence[str | Path]) -> list[Path]:
    """The files that are named or lie in the folders named, sorted within each.

    In folders, hidden files and READMEs, licences and notes are passed over. Raises InputError for a path that is not
    there and a folder that cannot be read or holds no file.
    """
    found: list[Path] = []
    for name in names:
        path = Path(name)
        try:
            if path.is_dir():
                found += _in_folder(path)
            elif path.exists():
                found.append(path)
            else:
                raise InputError(f"{path}: there is no such file or folder - check the path")
        except OSError as error:
            raise InputError(f"{path}: {_why(error)} - check the path and its permissions") from error
    return found


def _in_folder(folder: Path) -> list[Path]:
    def fail(error: OSError) -> None:
        raise error

    found = []
    for root, folders, files in os.walk(folder, onerror=fail):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += [
            Path(root, name)
            for name in sorted(files)
            if not name.startswith(".") and not _NOT_ARTICLES.fullmatch(name) and Path(root, name).is_file()
        ]
    if not found:
        raise InputError(f"{folder}: the folder holds no files to read - name another")
    return found


def read(source: str | Path | BinaryIO, name: str) -> Iterator[Article | Reject]:
    """Every record of one file or stream, plain or gzipped, as an article or as a reject that names the file."""
    try:
        if isinstance(source, str | Path):
            with Path(source).open("rb") as stream:
                yield from _read_stream(stream, name)
        else:
            yield from _read_stream(source, name)
    except OSError as error:
        yield reject(SOURCE, name, f"it cannot be read: {_why(error)} - check the path and its permissions")


def _read_stream(raw: BinaryIO, name: str) -> Iterator[Article | Reject]:
    unpacked = _Unpacked(raw)
    stream: io.BufferedReader = io.BufferedReader(unpacked, buffer_size=_HEAD)
    count, refused = 0, False
    try:
        found = recognize(stream.peek(_HEAD)[:_HEAD])
        unpacked.limit = MAX_STREAMED if found in _STREAMED else MAX_WHOLE
        records = _parse(found, stream, name)
        if unpacked.damage is not None:
            records = _without_the_last(records)
        for record in records:
            count += 1
            yield _placed(record, name)
    except ParseError as error:
        refused = True
        if unpacked.damage is None:
            yield reject(SOURCE, name, str(error))
    if unpacked.damage is not None:
        before = "; the whole records before that were taken in" if count else ""
        yield reject(SOURCE, name, f"{unpacked.damage}{before}")
    elif not count and not refused:
        yield reject(SOURCE, name, "it holds no record - check that the search or export found any")


def _without_the_last(records: Iterator[_Record]) -> Iterator[_Record]:
    """All but the last record of a text that is cut off: nothing shows whether that one is whole."""
    held = next(records, None)
    for record in records:
        if held is not None:
            yield held
        held = record


def _parse(found: Format, stream: io.BufferedReader, name: str) -> Iterator[_Record]:
    if found in (Format.PUBMED_XML, Format.JATS_XML, Format.EUROPEPMC_XML):
        head = stream.peek(_HEAD)
        stream.read(len(head) - len(head.lstrip(b" \t\r\n")))
        if found is Format.PUBMED_XML:
            return pubmed_xml.parse(stream, source=SOURCE)
        return (jats.parse if found is Format.JATS_XML else europepmc_json.parse_xml)(stream, source=SOURCE)
    if found is Format.JSON_LINES:
        return jsonl.parse_lines(_lines(stream), source=SOURCE)
    return _parse_text(found, decode(stream.read()), name)


def _parse_text(found: Format, text: str, name: str) -> Iterator[_Record]:
    if found in (Format.HTML, Format.PAGE_TEXT):
        return iter([article_page.parse(text, name=name, source=SOURCE)])
    if found is Format.PLAIN_TEXT:
        return iter([plain_text.parse(text, name=name, source=SOURCE)])
    parsers = {
        Format.MEDLINE: medline.parse,
        Format.RIS: ris.parse,
        Format.BIBTEX: bibtex.parse,
        Format.JSON: jsonl.parse,
        Format.TABLE: tables.parse,
        Format.PUBMED_TEXT: plain_text.parse_pubmed_text,
    }
    return parsers[found](text.replace("\r\n", "\n").replace("\r", "\n"), source=SOURCE)


def recognize(head: bytes) -> Format:
    """The format of a file that begins with `head` (the more the better; 100 kB tell all).

    Raises ParseError for what is empty, binary, or of no format that is read.
    """
    kind = next((kind for magic, kind in _MAGIC.items() if head.startswith(magic)), None)
    if kind:
        raise ParseError(f"it is {kind}")
    encoding = encoding_of(head)
    if encoding == "utf-8" and b"\x00" in head:
        raise ParseError("it is a binary file - save the records as text, XML, JSON or CSV")
    text = head.decode(encoding, "replace").replace("\r\n", "\n").replace("\r", "\n").strip("\ufeff \t\n")
    if not text:
        raise ParseError("it is empty")
    if text.startswith("<"):
        return _markup_format(text)
    if re.match(r"""\{\s*["}]|\[\s*[\[{"\]\d]""", text):
        return _json_format(text)
    return _text_format(text, complete=len(head) < _HEAD)


def _markup_format(text: str) -> Format:
    root = re.search(r"<(?![?!])(?:[\w.-]+:)?([\w.-]+)", re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL))
    name = root.group(1) if root else ""
    if name in _ROOTS and not re.match(r"<!doctype html", text, re.IGNORECASE):
        return _ROOTS[name]
    if article_page.is_html(text):
        return Format.HTML
    raise ParseError(
        f"it is XML of a kind that holds no articles (<{name[:60]}>) - save the records as PubMed XML or JATS"
    )


def _json_format(text: str) -> Format:
    first, end_of_line, rest = text.partition("\n")
    first = first.strip()
    if first.startswith("{") and first.endswith("}") and (not end_of_line or rest.lstrip()[:1] in ("{", "")):
        return Format.JSON_LINES
    return Format.JSON


def _text_format(text: str, complete: bool) -> Format:
    if re.search(r"^[ \t]*@[ \t]*(?!string|comment|preamble)\w+[ \t]*[{(]", text, re.MULTILINE) and text[0] in "@%":
        return Format.BIBTEX
    if re.search(r"^TY {0,3}- ?\w+", text, re.MULTILINE) and re.search(r"^[A-Z][A-Z0-9] {0,3}- ", text, re.MULTILINE):
        return Format.RIS
    if re.search(r"^PMID {0,2}- ?\d", text, re.MULTILINE) or re.match(
        r"[A-Z]{2,4} {0,2}- \S.*\n(?:[A-Z]{2,4} {0,2}- |\s)", text
    ):
        return Format.MEDLINE
    if plain_text.is_pubmed_text(text):
        return Format.PUBMED_TEXT
    header = re.sub(r"^sep=.\r?\n", "", text).partition("\n")[0]
    delimiter = tables.delimiter_of(header)
    if tables.known_columns(header, delimiter) >= 2 and tables.names_text(header, delimiter):
        return Format.TABLE
    if page_text.looks_like_page(text):
        return Format.PAGE_TEXT
    if complete:
        plain_text.check_not_a_list(text)
    if tables.looks_like_table(text):
        return Format.TABLE
    if (
        sum(not (character.isprintable() or character.isspace()) or character == "\ufffd" for character in text)
        > len(text) / 20
    ):
        raise ParseError("it is neither text nor a format that is known - save the records as text, XML, JSON or CSV")
    return Format.PLAIN_TEXT


def _lines(stream: io.BufferedReader) -> Iterator[str]:
    """Lines of a JSON Lines file; of one that is too long only its beginning, too long still."""
    if encoding_of(stream.peek(400)[:400]) != "utf-8":
        yield from decode(stream.read()).split("\n")
        return
    limit = jsonl.MAX_RECORD * 4
    while line := stream.readline(limit):
        while len(line) >= limit and not line.endswith(b"\n") and (rest := stream.readline(limit)):
            line = line[: limit - 1] + (b"\n" if rest.endswith(b"\n") or len(rest) < limit else b"")
        yield decode(line)


def _placed(record: _Record, name: str) -> Article | Reject:
    """A reject says which file it is from; a record that PubMed has deleted is one."""
    if isinstance(record, pubmed_xml.Deleted):
        return reject(SOURCE, f"{name}: PMID {record.pmid}", "PubMed has deleted this record")
    if isinstance(record, Reject) and record.item != name:
        return replace(record, item=f"{name}: {record.item}")
    return record


def _why(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


class _Unpacked(io.RawIOBase):
    """A stream, unpacked if it is gzipped, that ends at its limit or where it is damaged and keeps the reason."""

    def __init__(self, raw: BinaryIO) -> None:
        first = raw.read(2)
        self._first = first if first != b"\x1f\x8b" else b""
        self._stream: BinaryIO | gzip.GzipFile = raw
        if first == b"\x1f\x8b":
            self._stream = gzip.GzipFile(fileobj=_Rejoined(first, raw))
        self._count = 0
        self.limit = MAX_STREAMED
        self.damage: str | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]  # what BufferedReader passes
        filled = 0
        while filled < len(buffer):
            piece = self._next(len(buffer) - filled)
            if not piece:
                break
            buffer[filled : filled + len(piece)] = piece
            filled += len(piece)
        return filled

    def _next(self, size: int) -> bytes:
        if self.damage is not None:
            return b""
        if self._first:
            piece, self._first = self._first[:size], self._first[size:]
        else:
            try:
                # read1 gives what was unpacked before the damage; read would lose it.
                stream = self._stream
                piece = stream.read1(size) if isinstance(stream, gzip.GzipFile) else stream.read(size)
            except (EOFError, gzip.BadGzipFile, zlib.error) as error:
                self.damage = f"the gzip file is cut off or damaged ({error}) - fetch or save it again"
                return b""
        self._count += len(piece)
        if self._count > self.limit:
            self.damage = f"it is larger than {self.limit // 1024**2:,} MB, unpacked - split it"
            return b""
        return piece


class _Rejoined(io.RawIOBase):
    """A stream of which the first bytes have been read already."""

    def __init__(self, first: bytes, rest: BinaryIO) -> None:
        self._first, self._rest = first, rest

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if self._first:
            first, self._first = self._first, b""
            return first + self._rest.read(max(size - len(first), 0) if size >= 0 else -1)
        return self._rest.read(size)
