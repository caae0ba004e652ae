"""Parse XML safely: no network, no DTD, no entity expansion, and a damaged character is lost alone.

XML parsers stop at the first byte or reference that is not allowed. Here the text is repaired before the parser reads
it: HTML's and ISO's named characters (JATS and PubMed files are often saved without the DTD that declares them) become
characters, an undeclared reference stays as text, and characters that XML cannot hold are removed.
"""

import codecs
import html.entities
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, BinaryIO, TypeVar

from lxml import etree

from miner.errors import ParseError
from miner.formats.encoding import encoding_of
from miner.formats.record import reject
from miner.model.articles import Article, Deleted, Reject

Record = TypeVar("Record", bound=Article | Reject | Deleted)

BROKEN = "broken XML"
"""The beginning of the reason of a reject for the rest of a document after a break in the XML."""

_HEAD = 1024
"""Bytes in which an XML declaration names the encoding."""

_MAX_REFERENCE = 40
"""Characters of the longest reference ("&CounterClockwiseContourIntegral;")."""

_ISO_GREEK = (
    *("a", "b", "g", "d", "e", "z", "ee", "th", "i", "k", "l", "m"),
    *("n", "x", "o", "p", "r", "s", "t", "u", "ph", "kh", "ps", "oh"),
)
_GREEK_LETTERS = "αβγδεζηθικλμνξοπρστυφχψω"
_CHARACTERS = {
    **{name.removesuffix(";"): text for name, text in html.entities.html5.items() if name.endswith(";")},
    **{f"{name}gr": letter for name, letter in zip(_ISO_GREEK, _GREEK_LETTERS, strict=True)},
    **{f"{name.upper()}gr": letter.upper() for name, letter in zip(_ISO_GREEK, _GREEK_LETTERS, strict=True)},
    "sfgr": "ς",
}
"""Characters by name: HTML's, which contain most of ISO 8879's, and the letters of ISO's Greek set."""

_OF_XML = {"amp", "lt", "gt", "quot", "apos"}
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_REFERENCE = re.compile(r"&(?:#(\d{1,9});|#[xX]([0-9a-fA-F]{1,8});|([A-Za-z][\w.-]{0,37});)?")
_REFERENCE_BYTES = re.compile(rb"&(?!(?:lt|gt|amp|quot|apos);)")
_DECLARED = re.compile(rb"""<\?xml[^>]{1,200}?encoding\s{0,9}=\s{0,9}["']([\w.:-]{2,30})""")
_PARSER = etree.XMLParser(
    encoding="utf-8",
    resolve_entities=False,
    no_network=True,
    load_dtd=False,
    huge_tree=False,
    remove_comments=True,
    remove_pis=True,
)
_CDATA, _CDATA_END = "<![CDATA[", "]]>"


def iterparse(stream: BinaryIO, *tags: str) -> Any:
    """`lxml.etree.iterparse` of the end of each element named in `tags`, over the repaired bytes of `stream`.

    Entities are not expanded and comments and processing instructions are left out. Errors are
    `etree.XMLSyntaxError`; `describe_error` gives their first cause.
    """
    return etree.iterparse(
        _Repaired(stream),
        events=("end",),
        tag=tags,
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def parse_xml(document: bytes) -> etree._Element:
    """The root element of a document that is in memory; ParseError where it is broken."""
    if _seems_sound(document):
        try:
            return etree.fromstring(document, _PARSER)
        except etree.XMLSyntaxError:
            pass  # there may be bytes in it that no XML has
    repair = _Repair(document[:_HEAD])
    try:
        return etree.fromstring(repair(document, final=True), _PARSER)
    except etree.XMLSyntaxError as error:
        raise ParseError(f"broken XML ({describe_error(error, _PARSER)}) - fetch or save it again") from error


def _seems_sound(document: bytes) -> bool:
    """Whether all that a repair may have to change are bytes at which a parser stops. A repair takes half as long as
    the parser does."""
    declared = _DECLARED.search(document[:_HEAD])
    return (declared is None or declared[1].lower() == b"utf-8") and not _REFERENCE_BYTES.search(document)


def describe_error(error: etree.XMLSyntaxError, parser: Any) -> str:
    """The first cause of a parser's error, with its line, as one line."""
    for entry in parser.error_log.filter_from_fatals():
        return f"{entry.message.partition(chr(10))[0].strip()[:200]}, line {entry.line}"
    return str(error).split("\n")[0].removesuffix(" (<file>, line 0)")


def read_records(
    stream: BinaryIO,
    tags: Sequence[str],
    read: Callable[[etree._Element, int], Iterable[Record]],
    *,
    source: str,
    check_root: Callable[[etree._Element], None] = lambda root: None,
) -> Iterator[Record | Reject]:
    """What `read` makes of each element named in `tags` and of the number of records so far, in constant memory.

    An element of which `read` makes nothing is kept for those around it. A break in the XML ends the stream with one
    reject whose reason begins with `BROKEN`; ParseError where no record came before it. `check_root` gets the root of
    a document without records, to raise ParseError.
    """
    events = iterparse(stream, *tags)
    last, count = "", 0
    try:
        for _, element in events:
            records = list(read(element, count))
            for record in records:
                last, count = name_of(record) or f"record {count + 1}", count + 1
                yield record
            if records:
                _free(element)
    except etree.XMLSyntaxError as error:
        reason = f"{BROKEN} ({describe_error(error, events)}) - fetch or save it again"
        if not count:
            raise ParseError(reason) from error
        yield reject(source, f"what follows {last}", f"{reason}; what came before it was read")
        return
    if not count:
        check_root(events.root)


def name_of(record: Article | Reject | Deleted) -> str:
    """What a message calls a record: its own item or first identifier, else the beginning of its title."""
    if isinstance(record, Reject):
        return record.item
    if record.pmid:
        return f"PMID {record.pmid}"
    if isinstance(record, Deleted):
        return ""
    return record.pmcid or (f"DOI {record.doi}" if record.doi else record.title[:80])


def _free(element: etree._Element) -> None:
    """Drop an element that has been read, and everything before it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


class _Repaired:
    """A byte stream whose `read` gives well-encoded UTF-8 with references that need no declaration."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._repair: _Repair | None = None

    def read(self, size: int = -1) -> bytes:
        """At least one byte unless the stream is at its end."""
        while True:
            data = self._stream.read(size)
            if self._repair is None:
                while len(data) < _HEAD and (more := self._stream.read(_HEAD)):
                    data += more
                self._repair = _Repair(data[:_HEAD])
            repaired = self._repair(data, final=not data)
            if repaired or not data:
                return repaired


class _Repair:
    """Repair the pieces of one document in turn; what a later piece may complete is held back."""

    def __init__(self, head: bytes) -> None:
        """`head` is the beginning of the document, which shows its encoding."""
        encoding = encoding_of(head)
        if encoding == "utf-8" and (declared := _DECLARED.search(head)):
            encoding = _known(declared[1].decode("ascii"))
        errors = "exominer_windows_1252" if encoding == "utf-8" else "replace"
        self._decoder = codecs.getincrementaldecoder(encoding)(errors)
        self._held = ""
        self._begun = False
        self._in_cdata = False

    def __call__(self, data: bytes, *, final: bool = False) -> bytes:
        text = self._held + self._decoder.decode(data, final)
        if not self._begun:
            text = text.removeprefix("\ufeff")
            self._begun = bool(text)
        self._held = ""
        if not final:
            cut = _incomplete(text)
            text, self._held = text[:cut], text[cut:]
        if not text.replace("\n", "").isprintable():
            text = _ILLEGAL.sub("", text)
        if self._in_cdata or "&" in text or _CDATA in text:
            text = self._without_references(text)
        return text.encode("utf-8")

    def _without_references(self, text: str) -> str:
        pieces, position = [], 0
        while position < len(text):
            border = text.find(_CDATA_END if self._in_cdata else _CDATA, position)
            end = len(text) if border < 0 else border + len(_CDATA_END if self._in_cdata else _CDATA)
            piece = text[position:end]
            pieces.append(piece if self._in_cdata else _REFERENCE.sub(_character, piece))
            if border >= 0:
                self._in_cdata = not self._in_cdata
            position = end
        return "".join(pieces)


def _incomplete(text: str) -> int:
    """Where the reference or the CDATA border begins that the end of `text` may have cut through."""
    start = max(len(text) - _MAX_REFERENCE, 0)
    marks = [at for at in (text.rfind("&", start), text.rfind("<![", start), text.rfind("]", start)) if at >= 0]
    marks += [at for at in (len(text) - 1, len(text) - 2) if at >= 0 and text[at:] in ("<", "<!")]
    for at in sorted(marks):
        tail = text[at:]
        if tail[0] == "&" and ";" not in tail:
            return at
        if tail[0] == "<" and _CDATA.startswith(tail):
            return at
        if tail[0] == "]" and len(tail) == 1:
            return at - 1 if text[at - 1 : at] == "]" else at
    return len(text)


def _character(found: re.Match[str]) -> str:
    decimal, hexadecimal, name = found.groups()
    if name:
        if name in _OF_XML:
            return found.group()
        return _escaped(_CHARACTERS[name]) if name in _CHARACTERS else f"&amp;{name};"
    if not (decimal or hexadecimal):
        return "&amp;"
    code = int(decimal) if decimal else int(hexadecimal, 16)
    if code > 0x10FFFF or _ILLEGAL.match(chr(code)):
        return ""
    return found.group()


def _escaped(text: str) -> str:
    return html.escape(text, quote=False)


def _known(encoding: str) -> str:
    """The declared encoding, or UTF-8 for one that is unknown or cannot be that of these bytes."""
    try:
        name = codecs.lookup(encoding).name
    except LookupError:
        return "utf-8"
    if name.startswith(("utf-16", "utf-32")) or not codecs.lookup(name)._is_text_encoding:
        return "utf-8"
    return "cp1252" if name in ("iso8859-1", "ascii") else name
