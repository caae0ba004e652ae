"""PubMed's baseline and update files, read as a stream: only records that are wanted are parsed.

A file holds 30,000 citations, of which some hundred are on vesicles. Each is therefore first searched as bytes: a
record whose title and abstract contain none of the words that every match contains is skipped; the rest is parsed as
XML, and the query is evaluated on its text. The first search never skips a match: where markup or entities could hide a
word, the record is parsed.
"""

import re
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from isal import isal_zlib

from miner.errors import ParseError
from miner.formats.pubmed_xml import record
from miner.formats.record import reject
from miner.formats.xml_stream import BROKEN, parse_xml
from miner.model.articles import Article, Deleted, Reject
from miner.sources.text_query import TextQuery, ascii_words

REST = "what follows PMID "
"""The beginning of the item of a reject for the missing rest of a file."""

_CHUNK = 1 << 20
MAX_RECORD = 64 << 20
"""Bytes of one record."""

MAX_UNPACKED = 4 << 30
"""Bytes of an unpacked file; NLM's have about 300 MB."""

_START, _END = b"<PubmedArticle>", b"</PubmedArticle>"
_CITATION_END = b"</MedlineCitation>"
_TITLE = b"<ArticleTitle"
_TEXTS = (
    (_TITLE, b"</ArticleTitle>"),
    (b"<Abstract>", b"</Abstract>"),
    (b"<VernacularTitle", b"</VernacularTitle>"),
    (b"<OtherAbstract", b"</OtherAbstract>"),
)
"""The elements whose text is searched."""

_UNREAD = tuple(
    (b"<%b>" % name, b"</%b>" % name)
    for name in (b"ChemicalList", b"MeshHeadingList", b"KeywordList", b"History", b"ReferenceList")
)
_AFFILIATION, _AFFILIATION_END = b"<AffiliationInfo>", b"</AffiliationInfo>"
_TAG = re.compile(rb"<[^<>]*>")
_INVISIBLE = re.compile(rb"\xc2\xad|\xe2\x80[\x8b-\x8d]|\xe2\x81\xa0|\xef\xbb\xbf")
# What only a parser can turn into letters: character references, and markup or references that were escaped twice.
_REFERENCE = re.compile(rb"&(?!(?:lt|gt|amp|quot|apos);)|&lt;[/!a-z]|&amp;(?:amp;)*(?:#|[a-z]+;)")
_COMBINING = re.compile(rb"\xcc[\x80-\xbf]|\xcd[\x80-\xaf]")
_SECTION_END = re.compile(rb"</(?:articletitle|vernaculartitle|abstracttext|copyrightinformation)>")
_PMID = re.compile(rb"<PMID[^<>]{0,100}>\s{0,20}(\d{1,10})\s{0,20}</PMID>")
_ENTERED = re.compile(
    rb'PubStatus="(?:entrez|pubmed)">\s{0,20}<Year>(\d{4})</Year>\s{0,20}<Month>(\d{1,2})</Month>'
    rb"\s{0,20}<Day>(\d{1,2})</Day>"
)
_DECLARATION = re.compile(rb"\s*(<\?xml[^>]*\?>)")
_OPEN = b'<!DOCTYPE PubmedArticleSet><PubmedArticleSet xmlns:mml="http://www.w3.org/1998/Math/MathML">'
_CLOSE = b"</PubmedArticleSet>"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which records to take: those that match `query` and entered PubMed from `since` to `until` (inclusive), and
    those with a PMID in `pmids` in any case."""

    query: TextQuery | None = None
    pmids: frozenset[str] = frozenset()
    since: date | None = None
    until: date | None = None


class Scan:
    """One reading of one file. `passed` gathers the PMIDs of records that were not wanted."""

    def __init__(self, wanted: Wanted, source: str = "pubmed-bulk") -> None:
        self._wanted = wanted
        self._source = source
        self._literals = tuple(wanted.query.literals or ()) if wanted.query else ()
        self._pmids = {pmid.encode() for pmid in wanted.pmids}
        self._open = _OPEN
        self._last = b""
        self.passed = array("I")

    def records(self, chunks: Iterable[bytes]) -> Iterator[Article | Reject | Deleted]:
        """The wanted records of a file's XML, and its deletions, in order. Raises ParseError if it is no PubMed XML."""
        rest, first = b"", True
        for chunk in chunks:
            if first and (declaration := _DECLARATION.match(chunk)):
                self._open = declaration[1] + _OPEN
            first = False
            buffer = rest + chunk
            position = 0
            while (end := buffer.find(_END, position)) >= 0:
                start = buffer.find(_START, position, end)
                if start < 0:
                    start = position
                if gap := buffer[position:start].strip():
                    yield from self._other_records(gap)
                position = end + len(_END)
                yield from self._article(buffer[start:position])
            rest = buffer[position:]
            if len(rest) > MAX_RECORD:
                raise ParseError(f"{BROKEN} (a record of more than {MAX_RECORD:,} bytes) - fetch the file again")
        yield from self._other_records(rest)
        if _CLOSE not in rest:
            if not self._last:
                raise ParseError("it holds no PubMed records - fetch the file again")
            name = f"{REST}{self._last.decode('utf-8', 'replace')}"
            yield reject(self._source, name, f"{BROKEN} (it ends there) - fetch the file again")

    def _article(self, block: bytes) -> Iterator[Article | Reject]:
        cut = block.rfind(_START, 1)
        if cut > 0:
            yield from self._broken(block[:cut], "its end is missing")
            block = block[cut:]
        begin = block.find(b">", block.find(b"<PMID")) + 1
        pmid = block[begin : block.find(b"<", begin)].strip()
        self._last = pmid
        if pmid in self._pmids:
            yield self._parse(block)
            return
        if self._may_match(block) and self._is_in_span(block):
            outcome = self._parse(block)
            if isinstance(outcome, Reject) or self._matches(outcome):
                self._pmids.add(pmid)
                yield outcome
                return
        if pmid.isdigit() and len(pmid) < 10:
            self.passed.append(int(pmid))

    def _may_match(self, block: bytes) -> bool:
        query, literals = self._wanted.query, self._literals
        if not (query and literals):
            return query is not None
        text = _text_bytes(block)
        bare = _without_tags(text)
        for literal in literals:
            if literal in bare:
                return query.possible(ascii_words(bare)) or _may_hide_words(text)
        return _may_hide_words(text)

    def _is_in_span(self, block: bytes) -> bool:
        """Whether the record entered PubMed in the span of the search; one without that date is kept."""
        since, until = self._wanted.since, self._wanted.until
        if not (since or until):
            return True
        entered = _ENTERED.search(block)
        if not entered:
            return True
        day = "-".join(part.decode().zfill(2) for part in entered.groups())
        return (not since or since.isoformat() <= day) and (not until or day <= until.isoformat())

    def _matches(self, article: Article) -> bool:
        query = self._wanted.query
        return query is not None and query.matches(article.title, "\n".join(part.text for part in article.sections))

    def _parse(self, block: bytes) -> Article | Reject:
        try:
            element = parse_xml(self._open + _without_unread(block) + _CLOSE)[0]
        except (ParseError, IndexError) as error:
            name = f"PMID {self._last.decode('utf-8', 'replace')}"
            return reject(self._source, name, str(error), block.decode("utf-8", "replace"))
        return record(element, source=self._source)

    def _other_records(self, gap: bytes) -> Iterator[Article | Reject | Deleted]:
        """The rest of a file: deletions, books, and the start of a record that has no end."""
        for book in _elements(gap, b"PubmedBookArticle"):
            yield from self._article(book)
        for name in (b"DeleteCitation", b"DeleteDocument"):
            for deleted in _elements(gap, name):
                yield from (Deleted(pmid.decode().lstrip("0")) for pmid in _PMID.findall(deleted))
        if b"<PubmedArticle>" in gap:
            yield from self._broken(gap[gap.find(_START) :], "its end is missing")

    def _broken(self, block: bytes, what: str) -> Iterator[Reject]:
        """A record that cannot be read is kept as a reject only if it could be one that is wanted."""
        found = _PMID.search(block)
        if self._may_match(block) or (found and found[1] in self._pmids):
            name = (
                f"PMID {found[1].decode()}" if found else f"a record after PMID {self._last.decode('utf-8', 'replace')}"
            )
            yield reject(self._source, name, f"{BROKEN} ({what})", block.decode("utf-8", "replace"))


def scan_file(path: Path, scan: Scan) -> Iterator[Article | Reject | Deleted]:
    """`scan.records` of a gzipped (or plain) file. Raises ParseError where it is damaged."""
    with path.open("rb") as file:
        yield from scan.records(_unzipped(iter(lambda: file.read(_CHUNK // 4), b"")))


def _elements(text: bytes, name: bytes) -> Iterator[bytes]:
    """The elements of this name, which are not nested, with their tags."""
    position = 0
    while (begin := text.find(b"<" + name, position)) >= 0:
        end = text.find(b"</%b>" % name, begin)
        if end < 0:
            return
        position = end + len(name) + 3
        yield text[begin:position]


def _text_bytes(block: bytes) -> bytes:
    """A record's titles and abstracts in lower case; the tags between them are gone, those inside are left."""
    start = max(block.find(_TITLE), 0)
    end = block.find(_CITATION_END, start)
    texts = []
    for opening, closing in _TEXTS:
        begin = block.find(opening, start, end)
        if begin >= 0:
            # All abstracts, if there are several in other languages.
            stop = block.rfind(closing, begin) if opening == b"<OtherAbstract" else block.find(closing, begin)
            texts.append(block[begin:stop])
    return _SECTION_END.sub(b" ", b" ".join(texts).lower())


def _without_unread(block: bytes) -> bytes:
    """A record without its references, headings and affiliations, which are half of it and are never read."""
    for opening, closing in _UNREAD:
        begin, end = block.find(opening), block.rfind(closing)
        if 0 <= begin < end:
            block = block[:begin] + block[end + len(closing) :]
    head, *rest = block.split(_AFFILIATION)
    return b"".join([head, *(piece[piece.find(_AFFILIATION_END) + len(_AFFILIATION_END) :] for piece in rest)])


def _without_tags(text: bytes) -> bytes:
    """`text` without tags and invisible characters, which may be inside a word."""
    text = _TAG.sub(b"", text)
    if b"\xc2" in text or b"\xe2" in text or b"\xef" in text:
        return _INVISIBLE.sub(b"", text)
    return text


def _may_hide_words(text: bytes) -> bool:
    """Whether words may be hidden in `text`: behind references, in CDATA, in a formula, whose layout matters, or in
    letters that are written in parts."""
    if b"&" in text and _REFERENCE.search(text):
        return True
    if (b"\xcc" in text or b"\xcd" in text) and _COMBINING.search(text):
        return True
    return (b"!" in text and b"<![" in text) or (b"math" in text and (b":math" in text or b"<math" in text))


def _unzipped(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The bytes of a gzip file of any number of members, at most a few MB at a time; of any other file as they are.

    Raises ParseError where the file is damaged, or larger than `MAX_UNPACKED`.
    """
    size = 0
    for piece in _unpacked(chunks):
        size += len(piece)
        if size > MAX_UNPACKED:
            raise ParseError(f"it is larger than {MAX_UNPACKED >> 20:,} MB, unpacked - fetch the file again")
        yield piece


def _unpacked(chunks: Iterator[bytes]) -> Iterator[bytes]:
    decoder = isal_zlib.decompressobj(wbits=31)
    plain: bool | None = None
    for chunk in chunks:
        if plain is None:
            plain = not chunk.startswith(b"\x1f\x8b")
        if plain:
            yield chunk
            continue
        try:
            while chunk:
                if decoder.eof:
                    decoder = isal_zlib.decompressobj(wbits=31)
                yield decoder.decompress(chunk, _CHUNK)
                chunk = decoder.unconsumed_tail or decoder.unused_data.lstrip(b"\0")
        except isal_zlib.error as error:  # type: ignore[misc] # the stub calls it an instance
            raise ParseError(f"its compression is damaged ({error}) - fetch the file again") from error
    while plain is False and not decoder.eof and (pending := decoder.decompress(b"", _CHUNK)):
        yield pending
    if plain is None or not (plain or decoder.eof):
        raise ParseError("it is cut short - fetch the file again")
