"""PubTator's text format: "31000214|t|title", "31000214|a|abstract", then tab-separated annotations."""

import re
from collections.abc import Iterator

from miner.formats.abstract import abstract_sections
from miner.formats.base import Head
from miner.formats.record import reject, to_article
from miner.model.articles import Article, Reject

_LINE = re.compile(r"\ufeff?(?P<id>[\w.-]{1,40})\|(?P<part>[ta])\|(?P<text>.*)")


def matches(head: Head) -> bool:
    """Whether the text begins with a title line."""
    return any((found := _LINE.match(line)) and found["part"] == "t" for line in head.lines[:3])


def parse(text: str, *, source: str = "file") -> Iterator[Article | Reject]:
    """Every document; an id that is a number is its PMID."""
    parts: dict[str, str] = {}
    current = ""
    for line in text.split("\n"):
        found = _LINE.match(line)
        if not found:
            continue
        if current and (found["id"] != current or found["part"] in parts):
            yield _article(current, parts, source)
            parts = {}
        current = found["id"]
        parts[found["part"]] = found["text"]
    if current:
        yield _article(current, parts, source)


def _article(name: str, parts: dict[str, str], source: str) -> Article | Reject:
    pmcid = name if re.fullmatch(r"PMC\d+", name) else None
    pmid = name if re.fullmatch(r"\d{1,8}", name) else None
    if not parts.get("t") and not parts.get("a"):
        return reject(source, name, "it has neither a title nor an abstract")
    return to_article(
        source=source,
        item=name,
        source_id=None if pmid or pmcid else name,
        title=parts.get("t", ""),
        sections=abstract_sections(parts.get("a", "")),
        pmid=pmid,
        pmcid=pmcid,
        payload="\n".join(parts.values()),
    )
