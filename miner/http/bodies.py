"""What is wrong with the body of a response, if anything: pure checks, before anyone reads it."""

import json
import re
from collections.abc import Mapping
from typing import Any, Literal

from lxml import etree

Accept = Literal["json", "xml", "html", "text"]

MEDIA_TYPES: Mapping[Accept, str] = {
    "json": "application/json",
    "xml": "application/xml, text/xml;q=0.9",
    "html": "text/html, application/xhtml+xml;q=0.9, */*;q=0.1",
    "text": "*/*",
}
MAX_DEPTH = 100
"""Levels of nesting in JSON beyond which it is broken: deeper values exhaust Python's stack wherever they are used."""
MAX_EXCERPT = 160

_WHITESPACE = b"\xef\xbb\xbf \t\r\n"
_HTML_START = re.compile(rb"<(?:!doctype\s+html|html)", re.IGNORECASE)
_UNSHOWN = re.compile(r"<(script|style|head)\b.*?(?:</\1>|\Z)|<[^<>]*>", re.IGNORECASE | re.DOTALL)


class BrokenBodyError(ValueError):
    """A body is not of the kind requested; the message says what it is."""


def parse(body: bytes, accept: Accept) -> Any:
    """JSON as Python values, any other body as it is. Raises BrokenBodyError where it is not what `accept` names.

    >>> parse(b'{"count": 2}', "json")
    {'count': 2}
    """
    if accept == "text":
        return body
    start = body.lstrip(_WHITESPACE)
    if not start:
        raise BrokenBodyError("an empty response")
    if accept == "html":
        return body
    if _HTML_START.match(start):
        raise BrokenBodyError(f"a web page instead of {accept.upper()} ({excerpt(body)})")
    if accept == "json":
        return _parse_json(body)
    _check_xml(start)
    return body


def excerpt(body: bytes) -> str:
    """The beginning of a body without markup, for a message of one line.

    >>> excerpt(b"<html><head><title>x</title></head><p>Back <b>soon</b></p>")
    'Back soon'
    """
    text = _UNSHOWN.sub(" ", body[:4096].decode("utf-8", "replace"))
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return text if len(text) <= MAX_EXCERPT else text[: MAX_EXCERPT - 1] + "…"


def _parse_json(body: bytes) -> Any:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        raise BrokenBodyError(f"a response that is not complete JSON ({excerpt(body)})") from None
    level, depth = [value], 0
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            raise BrokenBodyError(f"JSON that is nested more than {MAX_DEPTH} levels deep")
        children = (one.values() if isinstance(one, dict) else one for one in level if isinstance(one, dict | list))
        level = [child for values in children for child in values if isinstance(child, dict | list)]
    return value


def _check_xml(body: bytes) -> None:
    if not body.startswith(b"<"):
        raise BrokenBodyError(f"a response that is not XML ({excerpt(body)})")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise BrokenBodyError(f"XML that is incomplete or broken ({error.msg})") from None
