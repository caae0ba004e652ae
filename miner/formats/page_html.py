"""An article page as HTML: citation_* and Dublin Core meta tags, JSON-LD, the abstract block and the figures' legends.

The meta tags are those Google Scholar asks publishers for (scholar.google.com/intl/en/scholar/inclusion.html#indexing);
JSON-LD is schema.org's ScholarlyArticle.
"""

import copy
import json
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from lxml import etree
from lxml.html import HTMLParser, document_fromstring

from miner.formats.abstract import AFTER_ABSTRACT, HEADINGS, is_label, markup_sections, paragraphs_of, sections_of
from miner.formats.dates import date_in, most_precise
from miner.formats.markup import local_name, plain, printable, text_of, tidy
from miner.formats.record import given_name_first, pages_of, reject, to_article
from miner.model.articles import Article, Reject, Section
from miner.model.identifiers import normalize_doi, normalize_pmcid, normalize_pmid

_ARTICLE_TYPES = {"scholarlyarticle", "medicalscholarlyarticle", "article", "report", "review", "newsarticle"}
_ABSTRACT_NAME = re.compile(
    r"(?:article[-_]{0,2})?abstract(?:s|[-_]?content|[-_]?text|[-_]?body|section|infull|full|[-_]?\d|[-_]?container)?"
    r"|abs[-_]?\d?(?:-content)?|hlfld-abstract|c-article-section__content--abstract|section-abstract|tab-abstract",
    re.IGNORECASE,
)
_OTHER_ABSTRACT = re.compile(
    r"graphical|video|visual|highlights|plain[- ]language|lay summary|in brief|teaser", re.IGNORECASE
)
_LABEL = re.compile(
    r"(?P<label>(?:supplement\w*\s+|extended data\s+)?(?:figure|fig\.?|table|scheme|box)\s*[A-Z]?\d+[A-Z]?)"
    r"\s*[.:|]?\s*",
    re.IGNORECASE,
)
_BUTTONS = re.compile(
    r"(?:options\s*:\s*)?(?:view larger image(?: \(or click on image\))?|download as powerpoint|full size image|"
    r"view full size|open in (?:a )?(?:figure viewer|new tab|viewer)|download (?:figure|slide|powerpoint)|view large|"
    r"download slide|powerpoint)\s*",
    re.IGNORECASE,
)
_FURNITURE = {
    "script",
    "style",
    "nav",
    "header",
    "footer",
    "noscript",
    "template",
    "button",
    "svg",
    "form",
    "aside",
    "iframe",
}
MAX_BLOCKS = 20
"""Parts of a page that are tried as its abstract."""

MAX_HEADING_ELEMENTS = 10
"""Elements of the heading of an abstract, itself included: counting more of deeply nested ones takes quadratic time."""

_MIN_ABSTRACT = 40
"""Characters below which a block named "abstract" holds a link or a button."""

_MIN_DESCRIPTION = 200
"""Characters below which a page's description is a slogan or a teaser, not an abstract."""


def parse(page: str, *, doi: str | None = None, item: str = "article page", source: str = "file") -> Article | Reject:
    """The article of an HTML page; `doi` is what is known of it already, `item` its name in a reject."""
    root = _document(page)
    if root is None:
        return reject(source, item, "the page holds no HTML that can be read - save it again", page)
    meta, linked = _meta(root), _json_ld(root)
    etree.strip_elements(root, *_FURNITURE, with_tail=False)
    title = _first(meta, "citation_title", "dc.title", "bepress_citation_title") or _string(linked, "headline", "name")
    title = plain(title or _first(meta, "og:title") or _heading(root))
    sections = _abstract(root, meta, linked)
    if not title:
        return reject(source, item, "the page shows no title - save the article's own page", page)
    if not sections:
        return reject(source, item, f"the page has no abstract ({title[:80]})", page)
    own_doi = _doi(meta, linked) or doi or _visible_doi(root)
    return to_article(
        source=source,
        source_id=own_doi,
        item=item,
        title=title,
        sections=[*sections, *_captions(root)],
        pmid=normalize_pmid(_first(meta, "citation_pmid")),
        pmcid=normalize_pmcid(_first(meta, "citation_pmcid") or ""),
        doi=own_doi,
        authors=_authors(meta, linked),
        journal=plain(_first(meta, "citation_journal_title", "citation_journal_abbrev", "prism.publicationname"))
        or _journal(linked),
        volume=_first(meta, "citation_volume", "prism.volume") or _string(linked, "volumeNumber"),
        issue=_first(meta, "citation_issue", "prism.number") or _string(linked, "issueNumber"),
        pages=pages_of(
            _first(meta, "citation_firstpage", "prism.startingpage") or _string(linked, "pageStart"),
            _first(meta, "citation_lastpage", "prism.endingpage") or _string(linked, "pageEnd"),
        ),
        published=_published(meta, linked),
        language=_first(meta, "citation_language", "dc.language") or None,
        types=_types(meta, root),
        payload=page,
    )


def _document(page: str) -> Any:
    parser = HTMLParser(remove_comments=True, remove_pis=True, no_network=True, huge_tree=True, encoding="utf-8")
    try:
        return document_fromstring(printable(page).encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None


def _meta(root: Any) -> dict[str, list[str]]:
    """Contents by lower-cased name, in order."""
    meta: dict[str, list[str]] = {}
    for tag in root.iter("meta"):
        name = (tag.get("name") or tag.get("property") or tag.get("itemprop") or "").strip().lower()
        content = (tag.get("content") or "").strip()
        if name and content:
            meta.setdefault(name, []).append(content)
    return meta


def _first(meta: dict[str, list[str]], *names: str) -> str:
    return next((meta[name][0] for name in names if name in meta), "")


def _json_ld(root: Any) -> dict[str, Any]:
    """The first scholarly article that the page's JSON-LD describes; {} where there is none or it is broken."""
    for script in root.xpath("//script[contains(@type, 'ld+json')]"):
        try:
            described = json.loads(script.text or "")
        except (ValueError, RecursionError):
            continue
        for thing in _things(described, 0):
            kinds = thing.get("@type")
            names = kinds if isinstance(kinds, list) else [kinds]
            if any(str(name).lower() in _ARTICLE_TYPES for name in names):
                return thing
    return {}


def _things(described: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth > 6:
        return
    if isinstance(described, list):
        for one in described:
            yield from _things(one, depth + 1)
    elif isinstance(described, dict):
        yield described
        for key in ("mainEntity", "@graph", "mainEntityOfPage"):
            yield from _things(described.get(key), depth + 1)


def _string(linked: dict[str, Any], *keys: str) -> str:
    """The first of `keys` that the article, or an issue, volume or journal it is part of, states."""
    holder: Any = linked
    for _ in range(4):
        if not isinstance(holder, dict):
            break
        for key in keys:
            if isinstance(holder.get(key), str | int):
                return str(holder[key])
        holder = holder.get("isPartOf")
    return ""


def _journal(linked: dict[str, Any]) -> str:
    holder: Any = linked.get("isPartOf")
    for _ in range(4):
        if isinstance(holder, list):
            holder = next(iter(holder), None)
        if not isinstance(holder, dict):
            break
        if isinstance(holder.get("name"), str):
            return plain(holder["name"])
        holder = holder.get("isPartOf")
    return ""


def _doi(meta: dict[str, list[str]], linked: dict[str, Any]) -> str | None:
    stated = [
        *(_first(meta, name) for name in ("citation_doi", "bepress_citation_doi", "dc.identifier.doi", "prism.doi")),
        *meta.get("dc.identifier", ()),
        *(str(linked.get(key, "")) for key in ("doi", "sameAs", "@id", "identifier", "url")),
        *(_first(meta, name) for name in ("publication_doi", "doi", "og:url", "citation_abstract_html_url")),
    ]
    return next((found for text in stated if (found := normalize_doi(text))), None)


def _visible_doi(root: Any) -> str | None:
    """The first DOI linked from the page's head or shown in its body before any reference list."""
    links = root.xpath("//link[@rel='canonical']/@href | //a[contains(@href, 'doi.org/10.')]/@href")
    return next((found for link in links if (found := normalize_doi(str(link)))), None)


def _authors(meta: dict[str, list[str]], linked: dict[str, Any]) -> list[str]:
    names = meta.get("citation_author") or meta.get("dc.creator") or meta.get("dc.contributor")
    if not names and "citation_authors" in meta:
        names = re.split(r"\s*;\s*", meta["citation_authors"][0])
    if not names:
        listed = linked.get("author", [])
        listed = listed if isinstance(listed, list) else [listed]
        names = [str(one.get("name", "")) if isinstance(one, dict) else str(one) for one in listed]
    return [given_name_first(plain(name)) for name in names]


def _published(meta: dict[str, list[str]], linked: dict[str, Any]) -> str | None:
    names: tuple[str, ...] = (
        "citation_publication_date",
        "citation_cover_date",
        "citation_date",
        "citation_online_date",
        "dc.date",
    )
    names += ("dc.date.issued", "dcterms.issued", "prism.publicationdate", "citation_year", "article:published_time")
    stated = [*(_first(meta, name) for name in names), str(linked.get("datePublished", ""))]
    known: str | None = None
    for text in stated:
        known = most_precise(known, date_in(text))
    return known


def _types(meta: dict[str, list[str]], root: Any) -> list[str]:
    stated = [*meta.get("citation_article_type", ()), *meta.get("dc.type", ()), *meta.get("prism.section", ())]
    stated += [*meta.get("article:section", ()), *meta.get("wt.z_cg_type", ())]
    stated += [
        text_of(found)
        for found in root.xpath("//*[contains(@class, 'article-type') or contains(@class, 'article-category')]")
    ]
    stated = [text for text in stated if 0 < len(text) < 60 and text.lower() not in ("text", "article")]
    return ["review" if "review" in text.lower() else text for text in stated[:3]]


def _heading(root: Any) -> str:
    for path in ("//h1", "//title"):
        for found in root.xpath(path):
            if text := text_of(found):
                return text
    return ""


def _abstract(root: Any, meta: dict[str, list[str]], linked: dict[str, Any]) -> list[Section]:
    """From the page's abstract block, which keeps headings; else from its meta tags or JSON-LD."""
    for block in islice(_abstract_blocks(root), MAX_BLOCKS):
        sections = sections_of(block)
        if sum(len(section.text) for section in sections) >= _MIN_ABSTRACT:
            return sections
    stated = [_first(meta, "citation_abstract", "dcterms.abstract"), _string(linked, "abstract")]
    descriptions = [
        *meta.get("dc.description", ()),
        _string(linked, "description"),
        _first(meta, "og:description", "description"),
    ]
    stated += [
        text for text in descriptions if len(text) >= _MIN_DESCRIPTION and not text.rstrip().endswith(("...", "…"))
    ]
    return next((sections for text in stated if (sections := markup_sections(text))), [])


def _abstract_blocks(root: Any) -> Iterator[Any]:
    for element in root.iter():
        if local_name(element) not in ("div", "section", "article", "p", "span", "blockquote", "td", "abstract"):
            continue
        names = [element.get("id") or "", *(element.get("class") or "").split(), element.get("data-title") or ""]
        if element.get("role") == "doc-abstract" or any(_ABSTRACT_NAME.fullmatch(name) for name in names):
            heading = next((text_of(found) for found in element.iter(*HEADINGS)), "")
            if not _OTHER_ABSTRACT.search(" ".join([heading, *names])) and element.get("lang", "en").startswith("en"):
                yield element
    for element in root.iter(*HEADINGS, "strong", "b", "p", "div"):
        if _is_abstract_heading(element):
            yield _what_follows(element)


def _is_abstract_heading(element: Any) -> bool:
    """Whether an element holds nothing but "Abstract", in at most `MAX_HEADING_ELEMENTS` elements."""
    if len(element) >= 3 or any(True for _ in islice(element.iter(), MAX_HEADING_ELEMENTS, None)):
        return False
    return tidy("".join(element.itertext())).rstrip(":").lower() in ("abstract", "summary")


def _what_follows(heading: Any) -> Any:
    """A block of the siblings that follow a heading, up to one that ends the abstract."""
    while heading.getnext() is None and not (heading.tail or "").strip() and heading.getparent() is not None:
        heading = heading.getparent()
    block = etree.Element("div")
    block.text = printable(heading.tail or "")
    rank = local_name(heading)
    for sibling in heading.itersiblings():
        name, text = local_name(sibling), text_of(sibling)
        if name in HEADINGS and _is_abstract_heading(sibling):
            break
        if name in HEADINGS and rank in HEADINGS and name <= rank and not is_label(text):
            break
        if (name in HEADINGS or len(text) < 40) and AFTER_ABSTRACT.fullmatch(text):
            break
        block.append(copy.deepcopy(sibling))
    return block


def _captions(root: Any) -> list[Section]:
    """One caption for each figure or table that bears a number, the fullest where the page holds it twice."""
    captions: dict[str, str] = {}
    for figure in root.xpath(
        "//figure | //*[contains(concat(' ', normalize-space(@class), ' '), ' fig ')"
        " or contains(concat(' ', normalize-space(@class), ' '), ' figure ')"
        " or contains(concat(' ', normalize-space(@class), ' '), ' table-wrap ')]"
    ):
        texts = [_BUTTONS.sub("", text).strip() for _, text in paragraphs_of(_without_tables(figure))]
        texts = _once([text for text in texts if text and text != "×"])
        match = _LABEL.match(texts[0]) if texts else None
        if not match:
            continue
        texts[0] = texts[0][match.end() :]
        label, text = match["label"], " ".join(_ended(text) for text in texts if text)
        if len(text) > len(captions.get(label, "")):
            captions[label] = text
    return [Section("caption", text, label) for label, text in captions.items() if text]


def _without_tables(figure: Any) -> Any:
    bare = copy.deepcopy(figure)
    for table in list(bare.iter("table")):
        parent = table.getparent()
        if parent is not None:
            parent.remove(table)
    return bare


def _once(texts: Sequence[str]) -> list[str]:
    """`texts` without repeats and without the cut-off beginnings of others."""
    kept: list[str] = []
    for text in texts:
        cut = text.removesuffix("...").removesuffix("…")
        if text not in kept and not (cut != text and any(known.startswith(cut) for known in kept)):
            kept.append(text)
    return kept


def _ended(text: str) -> str:
    return text if text.endswith((".", "?", "!", ":", ";")) else f"{text}."
