"""EndNote's tagged format, also called refer (.enw): "%0 Journal Article", "%T title", "%X abstract"."""

import re
from collections.abc import Iterator

from miner.formats.base import Head
from miner.formats.fields import without_copyright
from miner.formats.stated_ids import accession_pmid
from miner.formats.tagged import Tags, all_of, article_of_tags, first, read_tags, split_records
from miner.model.articles import Article, Reject

_TAG = re.compile(r"\ufeff?(%[0-9A-Z!@#$^&*()~<>?\[+=|\-])[ \t]+(.*)")
_NAMES = {
    "title": ("%T", "%!"),
    "abstract": ("%X",),
    "authors": ("%A", "%Q", "%E"),
    "journal": ("%J", "%B"),
    "year": ("%D",),
    "date": ("%8", "%7"),
    "volume": ("%V",),
    "issue": ("%N",),
    "pages": ("%P", "%&"),
    "language": ("%G",),
    "doi": ("%R",),
    "note": ("%Z",),
    "link": ("%U",),
}
MIN_TAGS = 2


def matches(head: Head) -> bool:
    """Whether the first line is tagged, and so are others."""
    tags = {found.group(1) for line in head.lines[:50] if (found := _TAG.match(line))}
    return bool(head.lines) and bool(_TAG.match(head.lines[0])) and len(tags) >= MIN_TAGS and bool(tags & {"%T", "%0"})


def parse(text: str, *, source: str = "file") -> Iterator[Article | Reject]:
    """Every record from its %0 line on; where there is none, records are parted by blank lines."""
    has_type = bool(re.search(r"^\ufeff?%0 ", text, re.MULTILINE))
    records = split_records(text, lambda line: line.lstrip("\ufeff").startswith("%0 ")) if has_type else _blocks(text)
    for position, lines in enumerate(records, start=1):
        tags = read_tags(lines, _TAG.match)
        yield _article(tags, f"record {position}", source, "\n".join(lines))


def _blocks(text: str) -> Iterator[list[str]]:
    """Paragraphs; one without a title continues the one before it."""
    lines: list[str] = []
    for block in re.split(r"\n[ \t]*\n", text):
        new = block.split("\n")
        if lines and any(line.startswith("%T ") for line in new):
            yield lines
            lines = []
        lines += new
    if any(line.strip() for line in lines):
        yield lines


def _article(tags: Tags, item: str, source: str, payload: str) -> Article | Reject:
    database, accession = " ".join([*tags.get("%~", []), *tags.get("%W", [])]), first(tags, "%M")
    if not database and re.fullmatch(r"\d{4,8}", accession):
        pmid: str | None = accession
    else:
        pmid = accession_pmid(accession, database)
    more: dict[str, object] = {
        "types": [kind.lower() for kind in all_of(tags, "%0") + all_of(tags, "%9")],
        "abstract": without_copyright(first(tags, "%X")),
    }
    if pmid:
        more["pmid"] = pmid
    if found := re.fullmatch(r"(PMC\d+).*", first(tags, "%2")):
        more["pmcid"] = found.group(1)
    return article_of_tags(tags, _NAMES, item=item, source=source, payload=payload, more=more)
