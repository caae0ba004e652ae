"""A saved or fetched article page, as HTML or as text copied from a browser, as one article."""

import re

from miner.formats import page_html, page_text
from miner.formats.encoding import decode
from miner.formats.record import reject
from miner.model.articles import Article, Reject
from miner.model.identifiers import normalize_doi, recognize

_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body|meta|article|div|section)\b", re.IGNORECASE)


def parse(page: bytes | str, *, url: str | None = None, name: str = "", source: str = "file") -> Article | Reject:
    """The article that a page shows: title, identifiers, citation, abstract and the figures' captions, never the menus.

    JCI and JCI Insight pages are read as HTML and as text; other publishers' pages as HTML by their citation_* and
    DC.* meta tags, JSON-LD and abstract block, as text by their "Abstract" heading. `url` is where the page came from
    (it may name the DOI), `name` what to call it in a reject. A page without a title or an abstract is a Reject.
    """
    text = decode(page) if isinstance(page, bytes) else page
    known = recognize(url) if url else None
    doi = known.value if known and known.scheme == "doi" else normalize_doi(url or "")
    item = name or url or "article page"
    if not text.strip():
        return reject(source, item, "the page is empty - save it again")
    if is_html(text):
        return page_html.parse(text, doi=doi, item=item, source=source)
    return page_text.parse(text, doi=doi, item=item, source=source)


def is_html(text: str) -> bool:
    """Whether a page is HTML rather than text."""
    return bool(_HTML.search(text, 0, 20_000))
