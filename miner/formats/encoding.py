"""Bytes of unknown encoding as text."""

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]{2,30})""", re.IGNORECASE)
_UNTOLD = {"iso-8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252", "ascii": "cp1252"}


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
    """Text of `data`: BOM or UTF-16 by its look, then UTF-8, then what a page or XML declares, then Windows-1252."""
    encoding = encoding_of(data)
    if encoding != "utf-8":
        return data.decode(encoding, "replace").lstrip("\ufeff")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _decode_declared(data)


def _decode_declared(data: bytes) -> str:
    declared = _DECLARED.search(data[:4096])
    name = declared.group(1).decode("ascii").lower() if declared else "utf-8"
    name = _UNTOLD.get(name, name)
    try:
        if codecs.lookup(name).name not in ("utf-8", "cp1252"):
            return data.decode(name)
    except (LookupError, UnicodeDecodeError):
        pass
    if name == "utf-8" and _mostly_utf8(data):
        return data.decode("utf-8-sig", "replace")
    return data.decode("cp1252", "replace")


def _mostly_utf8(data: bytes) -> bool:
    """Whether a few broken sequences stand in what is otherwise UTF-8 (a cut or damaged file)."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    return sum(1 for character in text if ord(character) > 127) - broken > broken
