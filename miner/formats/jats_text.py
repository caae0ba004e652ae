"""Title and abstract of a JATS article: of several languages and kinds of abstract, the full English one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from miner.formats.abstract import sections_of
from miner.formats.markup import local_name, text_of
from miner.model.articles import Section

_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_NO_ABSTRACT = re.compile(
    r"graphic|visual|image|teaser|\btoc\b|key-?points?|video|highlights?|plain|\blay\b|web-summary|significance|"
    r"synopsis|in-?brief|keywords|statement|impact|digest|author-?summary|editor|what-is-known",
    re.IGNORECASE,
)
"""Types of texts beside the abstract."""

_NO_ABSTRACT_HEADING = re.compile(
    r"(?:graphical|visual|video) abstract|(?:plain[- ]language|lay|author|editor.?s?) summary|(?:article )?highlights|"
    r"key points|teaser|(?:statement of )?significance(?: statement)?|impact statement|elife digest|in brief|synopsis",
    re.IGNORECASE,
)
"""Headings of such texts where no type is given."""

_PART = re.compile(r"short|summary|executive|precis|conclusion", re.IGNORECASE)
"""Types of abridged abstracts: read where there is no full one."""


@dataclass(frozen=True, slots=True)
class _Version:
    """A title or an abstract in one language; `rank` is 0 for a full one."""

    element: etree._Element
    language: str
    rank: int = 0

    @property
    def preference(self) -> tuple[bool, int]:
        """Sorts English before other languages, then full before abridged."""
        return not self.language.startswith("en"), self.rank


def title(article: etree._Element, meta: etree._Element) -> str:
    """The English title with its subtitle; the original one where there is no English one."""
    versions = sorted(_titles(article, meta), key=lambda version: version.preference)
    return next((text for version in versions if (text := _with_subtitle(version.element))), "")


def abstract(article: etree._Element, meta: etree._Element) -> list[Section]:
    """The sections of the full English abstract; of the original one where there is no English one.

    `article` is the <article>, `meta` its <article-meta>. Graphical abstracts, teasers, highlights and plain-language
    summaries are never read.
    """
    versions = sorted(_abstracts(article, meta), key=lambda version: version.preference)
    return next((sections for version in versions if (sections := sections_of(version.element))), [])


def _titles(article: etree._Element, meta: etree._Element) -> Iterator[_Version]:
    own = _language(article, "en")
    for holder, language in [(meta, own), *_translations(article)]:
        group = next(_children(holder, "title-group"), holder)
        original = next(_children(group, "article-title"), None)
        if original is not None or next(_children(group, "subtitle"), None) is not None:
            yield _Version(group, _language(original if original is not None else group, language))
        for translated in _children(group, "trans-title-group"):
            yield _Version(translated, _language(translated, _of_child(translated, "trans-title")))
        for translated in _children(group, "trans-title"):  # before JATS 1.0
            yield _Version(translated, _language(translated, ""))


def _of_child(element: etree._Element, name: str) -> str:
    return next((_language(child, "") for child in _children(element, name)), "")


def _abstracts(article: etree._Element, meta: etree._Element) -> Iterator[_Version]:
    own = _language(article, "en")
    for holder, language in [(meta, own), *_translations(article)]:
        for name, default in (("abstract", language), ("trans-abstract", "")):
            for element in _children(holder, name):
                rank = _rank(element)
                if rank is not None:
                    yield _Version(element, _language(element, default), rank)


def _translations(article: etree._Element) -> Iterator[tuple[etree._Element, str]]:
    """The front matter of each translation of the article, and its language."""
    for part in _children(article, "sub-article"):
        if part.get("article-type") == "translation":
            for name in ("front-stub", "front"):
                for front in _children(part, name):
                    yield next(_children(front, "article-meta"), front), _language(part, "")


def _rank(element: etree._Element) -> int | None:
    """0 for a full abstract, 1 for an abridged one or one of an unknown kind, None for what is no abstract."""
    kind = element.get("abstract-type") or ""
    heading = next((text_of(one) for one in _children(element, "title")), "")
    if _NO_ABSTRACT.search(kind) or _NO_ABSTRACT_HEADING.fullmatch(heading.rstrip(":. ")):
        return None
    return 1 if kind and (_PART.search(kind) or not re.search(r"abstract|full|main|structured", kind)) else 0


def _language(element: etree._Element, default: str) -> str:
    return (element.get(_LANG) or element.get("lang") or default).lower()


def _with_subtitle(group: etree._Element) -> str:
    parts = {local_name(part).removeprefix("trans-"): text_of(part) for part in reversed(group)}
    if not len(group):
        return text_of(group)
    title, subtitle = parts.get("article-title") or parts.get("title"), parts.get("subtitle")
    return f"{title.rstrip(':')}: {subtitle}" if title and subtitle else title or subtitle or ""


def _children(element: etree._Element, name: str) -> Iterator[etree._Element]:
    return (child for child in element if local_name(child) == name)
