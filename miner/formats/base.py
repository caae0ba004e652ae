"""What a file format is: how it is recognized, and how its records are read."""

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from miner.formats.encoding import decode, decode_lines, encoding_of, normalize_line_ends
from miner.model.articles import Article, Deleted, Reject

SOURCE = "file"
"""`Article.source` of every record read from a file."""

_FORBIDDEN = bytes(code for code in range(32) if code not in b"\t\n\r")
Record = Article | Reject | Deleted
Read = Callable[["OpenFile"], Iterator[Record]]


@dataclass(frozen=True)
class Head:
    """The beginning of a file as text: line ends are "\\n", outer white space is stripped.

    `complete` says whether it is the whole file.
    """

    text: str
    complete: bool = True

    @cached_property
    def lines(self) -> list[str]:
        """The lines that are not blank."""
        return [line for line in self.text.split("\n") if line.strip()]

    @cached_property
    def root(self) -> str:
        """The local name of the XML root element; "" for what is not XML."""
        if not self.text.startswith("<"):
            return ""
        without_comments = re.sub(r"<!--.*?(?:-->|\Z)", "", self.text, flags=re.DOTALL)
        found = re.search(r"<(?![?!])(?:[\w.-]{1,100}:)?([\w.-]{1,100})", without_comments)
        return found.group(1) if found else ""

    def has_root(self, *names: str) -> bool:
        """Whether this is XML with one of these root elements; HTML never is."""
        return self.root in names and not re.match(r"<!doctype html", self.text, re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class OpenFile:
    """An unpacked file that is about to be read."""

    stream: io.BufferedReader
    name: str

    def text(self) -> str:
        """The whole file as text; line ends are "\\n"."""
        return normalize_line_ends(decode(self.stream.read()))

    def lines(self, limit: int) -> Iterator[str]:
        """The lines one by one; of a line of more than `limit` bytes only the beginning, which is still too long."""
        return decode_lines(self.stream, limit)

    def markup(self) -> io.BufferedReader:
        """The stream from the first character on, without control characters: XML may hold neither."""
        head = self.stream.peek(1)
        while head and not head.lstrip(b" \t\r\n"):
            self.stream.read(len(head))
            head = self.stream.peek(1)
        self.stream.read(len(head) - len(head.lstrip(b" \t\r\n")))
        if encoding_of(self.stream.peek(400)[:400]) not in ("utf-8", "utf-8-sig"):
            return self.stream
        return io.BufferedReader(_WithoutControls(self.stream))


class _WithoutControls(io.RawIOBase):
    """A stream of UTF-8 or another encoding of bytes without the characters that XML forbids."""

    def __init__(self, stream: io.BufferedReader) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]  # what BufferedReader passes
        while piece := self._stream.read1(len(buffer)):
            if kept := piece.translate(None, _FORBIDDEN):
                buffer[: len(kept)] = kept
                return len(kept)
        return 0


@dataclass(frozen=True, slots=True)
class FileFormat:
    """A file format. A streamed one is read in constant memory, so that its files may be larger."""

    name: str
    matches: Callable[[Head], bool]
    read: Read
    streamed: bool = False


def from_text(parse: Callable[..., Iterator[Article | Reject]]) -> Read:
    """Read a file with a parser of its whole text."""
    return lambda file: parse(file.text(), source=SOURCE)


def from_markup(parse: Callable[..., Iterator[Record]]) -> Read:
    """Read a file with a parser of an XML byte stream."""
    return lambda file: parse(file.markup(), source=SOURCE)


def as_one(parse: Callable[..., Article | Reject]) -> Read:
    """Read a file that holds one article with a parser of its whole text."""
    return lambda file: iter([parse(file.text(), name=file.name, source=SOURCE)])
