"""Marked-up text (HTML, JATS, PubMed's inline tags, MathML) as the plain text a reader sees.

Inline markup leaves no gap ("CD8<sup>+</sup>" is "CD8+"), blocks separate words, a power keeps its meaning
("10<sup>6</sup>" is "10^6"), characters are NFC.
"""

import html
import re
import unicodedata
from collections.abc import Iterator

from lxml import etree
from lxml.html import HTMLParser, fragment_fromstring

BLOCKS = frozenset(
    {
        "abstract", "abstracttext", "address", "article", "aside", "blockquote", "body", "boxed-text", "br",
        "break", "caption", "col", "dd", "def-item", "disp-formula", "disp-quote", "div", "dl", "dt", "fig",
        "figcaption", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "label", "li",
        "list", "list-item", "main", "nav", "ol", "option", "p", "pre", "sec", "section", "subtitle", "table",
        "tbody", "td", "tfoot", "th", "thead", "title", "tr", "ul",
    }
)  # fmt: skip
_SILENT = frozenset(
    {
        "annotation", "annotation-xml", "head", "inline-graphic", "noscript", "object", "script", "select",
        "style", "svg", "template", "tex-math",
    }
)  # fmt: skip
_INLINE = frozenset(
    {
        "a", "abbr", "alternatives", "b", "bdi", "bdo", "big", "bold", "cite", "code", "dispformula", "em",
        "email", "ext-link", "fn", "font", "i", "img", "inf", "inline-formula", "italic", "kbd", "mark",
        "monospace", "named-content", "overline", "q", "roman", "s", "sans-serif", "sc", "sec", "small", "span",
        "strike", "strong", "styled-content", "sub", "sup", "tt", "u", "underline", "uri", "var", "xref",
    }
)  # fmt: skip
_MATHML = frozenset(
    {
        "maction", "math", "menclose", "mfenced", "mfrac", "mi", "mmultiscripts", "mn", "mo", "mover",
        "mpadded", "mphantom", "mprescripts", "mroot", "mrow", "ms", "mspace", "msqrt", "mstyle", "msub",
        "msubsup", "msup", "mtable", "mtd", "mtext", "mtr", "munder", "munderover", "none", "semantics",
    }
)  # fmt: skip
_KNOWN = BLOCKS | _SILENT | _INLINE | _MATHML | {"html", "meta", "link", "form", "button", "input", "iframe", "time"}
_ATTRIBUTE = r"""\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>]+)"""
_TAG_LIKE = re.compile(
    rf"<(?P<rest>/?(?P<name>[A-Za-z][\w.-]*(?::[A-Za-z][\w.-]*)?)(?:{_ATTRIBUTE})*\s*/?>|!--|!\[CDATA\[)?"
)
_ENDS = {"!--": "-->", "![CDATA[": "]]>"}
_PREFIXED = re.compile(r"(?:jats|mml|m|xhtml|h|ns\d|xlink)$", re.IGNORECASE)
_ESCAPED_TAG = re.compile(r"&(?:amp;)*lt;(/?(?:\w+:)?[a-z][\w-]*(?:\s[^<>;]*)?/?)&(?:amp;)*gt;", re.IGNORECASE)
_ESCAPED_ENTITY = re.compile(r"&amp;(?:amp;)*(\w{2,8};|#\d{2,6};|#x[0-9a-f]{2,5};)", re.IGNORECASE)
_INVISIBLE = re.compile(
    "[\u200b\u200c\u200d\u2060\ufeff\u00ad\u0000-\u0008\u000e-\u001f\u007f\ud800-\udfff\ufffe\uffff]"
)
_POWER = re.compile(r"[+−–-]?\d[\d.,]*$")
_MAX_DEPTH = 200
_LOSING_TEXT = {"ERR_INTERNAL_ERROR", "ERR_RESOURCE_LIMIT", "ERR_NO_MEMORY"}
"""Errors after which libxml2 has left out the rest of a document."""


def tidy(text: str) -> str:
    """`text` with white space collapsed, invisible characters out, NFC."""
    if not text.isprintable():
        text = " ".join(_INVISIBLE.sub("", text).split())
    elif "  " in text or text[:1] == " " or text[-1:] == " ":  # the space is the only white space that is printable
        text = " ".join(text.split())
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def printable(text: str) -> str:
    """`text` without the characters that XML cannot hold."""
    return _INVISIBLE.sub("", text.replace("\x0b", " ").replace("\x0c", " "))


def text_of(element: etree._Element) -> str:
    """What a reader sees of `element` (namespaces do not matter; comments, scripts and TeX twins are left out)."""
    if len(element) == 0:
        return tidy(element.text or "")
    pieces: list[str] = []
    _collect(element, pieces, 0)
    return tidy("".join(pieces))


def plain(markup: str) -> str:
    """The text of an HTML or JATS fragment, also one that was escaped twice; a "<" that opens no known tag stays."""
    if "<" not in markup and "&" not in markup:
        return tidy(markup)
    return text_of(fragment(markup))


def fragment(markup: str) -> etree._Element:
    """Parse an HTML or JATS fragment, also one that was escaped twice. Never fails, and loses no text."""
    markup = _ESCAPED_TAG.sub(r"<\1>", printable(markup))
    escaped = _escape_unknown_tags(markup)
    escaped = _ESCAPED_ENTITY.sub(r"&\1", escaped)
    parser = HTMLParser(remove_comments=True, remove_pis=True, encoding="utf-8", huge_tree=True, no_network=True)
    try:
        block: etree._Element = fragment_fromstring(
            escaped.encode("utf-8", "replace"), create_parent="div", parser=parser
        )
        if not any(error.type_name in _LOSING_TEXT for error in parser.error_log):
            return block
    except (etree.ParserError, etree.XMLSyntaxError):
        pass
    block = etree.Element("div")
    block.text = printable(html.unescape(re.sub(r"</?[A-Za-z][^<>]*>", " ", markup)))
    return block


def local_name(element: etree._Element) -> str:
    """The element's name in lower case without namespace or prefix; "" for comments and the like."""
    tag = element.tag
    if not isinstance(tag, str):
        return ""
    return tag.rpartition("}")[2].rpartition(":")[2].lower()


def _escape_unknown_tags(markup: str) -> str:
    """`markup` without comments, with CDATA as text, and with "&lt;" for each "<" that opens no known tag."""
    pieces, at = [], 0
    unended = set[str]()
    while found := _TAG_LIKE.search(markup, at):
        pieces.append(markup[at : found.start()])
        rest, at = found["rest"] or "", found.end()
        end = markup.find(_ENDS[rest], at) if rest in _ENDS and rest not in unended else -1
        if end >= 0:
            pieces.append(html.escape(markup[at:end], quote=False) if rest == "![CDATA[" else "")
            at = end + 3
        elif rest in _ENDS:
            unended.add(rest)  # there is no end after this one, nor after any later one
            pieces.append("&lt;" + rest)
        else:
            pieces.append(found.group() if _is_known(found["name"]) else "&lt;" + rest)
    return "".join([*pieces, markup[at:]])


def _is_known(tag: str | None) -> bool:
    prefix, _, name = (tag or "").rpartition(":")
    return bool(_PREFIXED.match(prefix)) if prefix else name.lower() in _KNOWN


def _collect(element: etree._Element, pieces: list[str], depth: int) -> None:
    if element.text:
        pieces.append(element.text)
    for child in element:
        if isinstance(child.tag, str):
            _collect_child(child, pieces, depth)
        elif child.tag is etree.Entity:
            pieces.append(html.unescape(child.text or ""))
        if child.tail:
            pieces.append(child.tail)


def _collect_child(child: etree._Element, pieces: list[str], depth: int) -> None:
    name = local_name(child)
    if name in _SILENT:
        return
    if depth > _MAX_DEPTH:
        pieces.append(_flat(child))
    elif name == "math":
        pieces.append("".join(_math(child, 0)))
    elif name in ("sup", "superscript"):
        start = len(pieces)
        _collect(child, pieces, depth + 1)
        raised, before = "".join(pieces[start:]), _last_character(pieces, start)
        if before.isdigit() and _POWER.match(raised):
            pieces.insert(start, "^")
    elif name in BLOCKS:
        pieces.append(" ")
        _collect(child, pieces, depth + 1)
        pieces.append(" ")
    else:
        _collect(child, pieces, depth + 1)


def _flat(element: etree._Element) -> str:
    return "".join(str(text) for text in element.itertext())


def _last_character(pieces: list[str], end: int) -> str:
    """The last character before the piece at `end`."""
    return next((pieces[at][-1] for at in range(end - 1, -1, -1) if pieces[at]), "")


def _math(element: etree._Element, depth: int) -> Iterator[str]:
    """MathML as one line: white space between elements is layout, a fraction gets its slash, a power its caret."""
    name = local_name(element)
    if name in _SILENT or depth > _MAX_DEPTH:
        return
    if name == "mtext":
        yield " ".join(element.text.split(" ")) if element.text else ""
        return
    yield (element.text or "").strip()
    for position, child in enumerate(element):
        if not isinstance(child.tag, str):
            continue
        inner = "".join(_math(child, depth + 1))
        if position == 1 and name == "mfrac":
            yield "/"
        elif position == 1 and name == "msup" and _POWER.match(inner):
            yield "^" if _flat(element[0]).strip()[-1:].isdigit() else ""
        yield inner
