"""What each step of the pipeline found in a text: the way to debug a wrong entity."""

from collections.abc import Iterator
from textwrap import shorten, wrap
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from spacy.tokens import Doc

MAX_SURFACE = 28
"""Characters shown of a name in a row."""


def describe_steps(doc: "Doc") -> dict[str, list[dict[str, Any]]]:
    """Step → its results as plain values, with offsets in characters. `doc` comes from the pipeline.

    Steps: sentences, abbreviations, candidates (source and score), scored (the model's probability and threshold),
    mentions, links (id, score, reason) and entities.
    """
    attrs = {key: doc.spans[key].attrs if key in doc.spans else {} for key in _GROUPS}
    text = doc.text
    steps = {key: _rows(text, attrs[key], names) for key, names in _GROUPS.items()}
    steps["links"] = _rows(text, attrs["mentions"], ("type", "id", "concept", "link_score", "reason"))
    steps["entities"] = [
        {
            "type": entity.type.value,
            "id": entity.id,
            "name": entity.name,
            "score": entity.score,
            "reason": entity.reason,
            "mentions": [[mention.start, mention.end, mention.text] for mention in entity.mentions],
        }
        for entity in doc._.entities
    ]
    return steps


_GROUPS = {
    "sentences": (),
    "abbreviations": ("form", "long"),
    "candidates": ("type", "source", "score", "name"),
    "scored": ("type", "score", "threshold"),
    "mentions": ("type", "source", "score"),
}


def _rows(text: str, attrs: dict[str, list[Any]], names: tuple[str, ...]) -> list[dict[str, Any]]:
    if not attrs:
        return []
    rows = []
    for at, (start, end) in enumerate(zip(attrs["start"], attrs["end"], strict=True)):
        values = {name: attrs[name][at] for name in names}
        rounded = {name: round(value, 3) if isinstance(value, float) else value for name, value in values.items()}
        rows.append({"start": start, "end": end, "text": text[start:end], **rounded})
    return rows


def format_steps(steps: dict[str, list[dict[str, Any]]], width: int = 80) -> Iterator[str]:
    """The lines of a report on `describe_steps`, none longer than `width`."""
    for step, rows in steps.items():
        yield f"{step} ({len(rows)})"
        for row in rows:
            yield from _LINES[step](row, width)


def _sentence_lines(row: dict[str, Any], width: int) -> Iterator[str]:
    yield from _wrapped(f"{row['start']}-{row['end']}", " ".join(row["text"].split()), width)


def _abbreviation_lines(row: dict[str, Any], width: int) -> Iterator[str]:
    yield from _wrapped(f"{row['start']}-{row['end']}", f"{row['form']} = {row['long']}", width)


def _span_lines(row: dict[str, Any], width: int) -> Iterator[str]:
    details = [row["type"], row.get("source", ""), f"{row['score']:.2f}"]
    if "threshold" in row:
        details.append(f"(threshold {row['threshold']:.2f})")
    if row.get("name") and row["name"] != row["text"]:
        details.append(f"as {row['name']}")
    yield from _wrapped(f"{row['start']}-{row['end']}", _surface(row["text"]) + _joined(details), width)


def _link_lines(row: dict[str, Any], width: int) -> Iterator[str]:
    details = [row["id"], f"{row['link_score']:.2f}", row["reason"]]
    yield from _wrapped(f"{row['start']}-{row['end']}", _surface(row["text"]) + _joined(details), width)


def _entity_lines(row: dict[str, Any], width: int) -> Iterator[str]:
    forms = list(dict.fromkeys(surface for _, _, surface in row["mentions"]))
    details = f"{row['id']}  {row['score']:.2f}  {row['name']}: {', '.join(forms)}"
    yield from _wrapped(row["type"], details, width)


_LINES = {
    "sentences": _sentence_lines,
    "abbreviations": _abbreviation_lines,
    "candidates": _span_lines,
    "scored": _span_lines,
    "mentions": _span_lines,
    "links": _link_lines,
    "entities": _entity_lines,
}


def _surface(text: str) -> str:
    return f"{shorten(text, MAX_SURFACE, placeholder='…'):{MAX_SURFACE}}  "


def _joined(details: list[str]) -> str:
    return "  ".join(detail for detail in details if detail)


def _wrapped(head: str, body: str, width: int) -> list[str]:
    """`  head  body`, continued below where the body does not fit."""
    first, other = f"  {head:13}  ", " " * 17
    lines = wrap(body, width, initial_indent=first, subsequent_indent=other, break_on_hyphens=False)
    return lines or [f"  {head}"]
