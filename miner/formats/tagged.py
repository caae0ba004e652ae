"""Tagged formats: each line begins with a tag, a line without one continues the value before."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from miner.formats.fields import article_of
from miner.model.articles import Article, Reject

Tags = dict[str, list[str]]
"""Values by tag, in the order of the file."""


def read_tags(lines: Iterable[str], tag: Callable[[str], re.Match[str] | None], listed: Collection[str] = ()) -> Tags:
    """Values by tag; `tag` matches (tag, value) at the beginning of a line, as the method of a pattern does.

    Under the tags of `listed` every line is a value of its own. Lines before the first tag are left out.
    """
    pieces: dict[str, list[list[str]]] = {}
    values: list[list[str]] | None = None
    current = ""
    for line in lines:
        found = tag(line)
        if found:
            current = found.group(1)
            values = pieces.setdefault(current, [])
            values.append([found.group(2).strip()])
        elif values is not None and line.strip():
            if current in listed:
                values.append([line.strip()])
            else:
                values[-1].append(line.strip())
    return {name: [" ".join(lines).strip() for lines in found] for name, found in pieces.items()}


def split_records(text: str, begins: Callable[[str], bool]) -> Iterator[list[str]]:
    """The lines of each record; a line for which `begins` holds is the first of one. What precedes it is left out."""
    record: list[str] | None = None
    for line in text.split("\n"):
        if begins(line):
            if record:
                yield record
            record = []
        if record is not None:
            record.append(line)
    if record:
        yield record


def first(tags: Tags, *names: str) -> str:
    """The first value that is not empty under these tags, in their order."""
    return next((value for name in names for value in tags.get(name, ()) if value), "")


def all_of(tags: Tags, *names: str) -> list[str]:
    """All values under the first of these tags that has any."""
    return next((values for name in names if (values := [value for value in tags.get(name, ()) if value])), [])


def article_of_tags(
    tags: Tags,
    names: Mapping[str, tuple[str, ...]],
    *,
    item: str,
    source: str,
    payload: str,
    more: Mapping[str, object] | None = None,
) -> Article | Reject:
    """The article of tagged values; `names` are the tags of each field that article_of knows, best first.

    `more` are fields that were found in another way; an empty one hides what `names` would give.
    """
    lists = {"authors", "types", "note", "link", "database"}
    record: dict[str, object] = {
        field: all_of(tags, *found) if field in lists else first(tags, *found) for field, found in names.items()
    }
    return article_of(record | dict(more or {}), item=item, source=source, keep_id=False, payload=payload)
