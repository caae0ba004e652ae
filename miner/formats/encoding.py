"""Bytes of unknown encoding as text."""

import codecs
import io
import re
from collections.abc import Iterator

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(rb"""(?:charset|encoding)[ \t]*=[ \t]*["']?[ \t]*([\w.:-]{2,30})""", re.IGNORECASE)
_WINDOWS_1252 = {"cp1252", "iso8859-1", "ascii", "utf-8"}
"""Declared encodings that are read as UTF-8 with stray bytes of Windows-1252: declarations are often wrong."""


def encoding_of(head: bytes) -> str:
    """The encoding that the beginning of a text shows: by its BOM, by zero bytes, else "utf-8"."""
    for bom, encoding in _BOMS:
        if head.startswith(bom):
            return encoding
    pairs = len(head[:400]) // 2
    if pairs >= 2:
        if head[1 : 2 * pairs : 2].count(0) > pairs * 0.7:
            return "utf-16-le"
        if head[0 : 2 * pairs : 2].count(0) > pairs * 0.7:
            return "utf-16-be"
    return "utf-8"


def decode(data: bytes) -> str:
    """Text of `data` without NUL characters.

    The encoding is that of the BOM, or UTF-16 by its zero bytes, or UTF-8, or what a page or XML declares, or UTF-8 in
    which each byte that does not belong to it is Windows-1252.

    >>> decode("NF-κB of caf".encode() + b"\\xe9")
    'NF-κB of café'
    """
    encoding = encoding_of(data)
    if encoding != "utf-8":
        return data.decode(encoding, "replace").lstrip("\ufeff").replace("\x00", "")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = _decode_declared(data)
    return text.replace("\x00", "")


def decode_lines(stream: io.BufferedReader, limit: int) -> Iterator[str]:
    """Lines of a stream; of a line of more than `limit` bytes only the beginning, which is still too long."""
    if encoding_of(stream.peek(400)[:400]) != "utf-8":
        yield from decode(stream.read()).split("\n")
        return
    while line := stream.readline(limit):
        while len(line) >= limit and not line.endswith(b"\n") and (rest := stream.readline(limit)):
            line = line[: limit - 1] + (b"\n" if rest.endswith(b"\n") or len(rest) < limit else b"")
        yield decode(line)


def normalize_line_ends(text: str) -> str:
    """`text` with "\\n" as its only line end."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decode_declared(data: bytes) -> str:
    declared = _DECLARED.search(data[:4096])
    name = declared.group(1).decode("ascii").lower() if declared else "utf-8"
    try:
        if codecs.lookup(name).name not in _WINDOWS_1252:
            return data.decode(name)
    except (LookupError, UnicodeDecodeError):
        pass
    return data.decode("utf-8-sig", "exominer_windows_1252")


def _stray_bytes(error: UnicodeError) -> tuple[str, int]:
    """Bytes that are not UTF-8 as Windows-1252."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error("exominer_windows_1252", _stray_bytes)
