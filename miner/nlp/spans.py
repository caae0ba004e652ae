"""The results of each step as plain data in `doc.spans`, so that they can be looked at, saved and sent to a process.

spaCy's spans cover whole tokens; names in a text need not. So a group of spans shows each result widened to whole
tokens, and its `attrs` hold the exact columns: `doc.spans["candidates"].attrs["score"][3]` is the score of
`doc.spans["candidates"][3]`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any, TypeVar

from spacy.tokens import Doc, SpanGroup

from graph_schema.model import EntityType

_TYPES = {kind.value: kind for kind in EntityType}
_TEXT = "exominer_text"
T = TypeVar("T")


def put(
    doc: Doc, key: str, rows: Sequence[Any], kind: type, ids: Sequence[str] = (), more: Mapping[str, Any] | None = None
) -> None:
    """Store `rows`, dataclasses of class `kind` with `start` and `end` in characters, as `doc.spans[key]`.

    A row's `type` is the span's label, its element of `ids` the span's `kb_id_`. `more` are further attributes.
    """
    columns = {field.name: [getattr(row, field.name) for row in rows] for field in fields(kind)}
    if "type" in columns:
        columns["type"] = [value.value for value in columns["type"]]
    labels = columns.get("type") or [""] * len(rows)
    spans = [
        doc.char_span(start, end, label, kb_id, alignment_mode="expand")
        for start, end, label, kb_id in zip(
            columns["start"], columns["end"], labels, ids or [""] * len(rows), strict=True
        )
    ]
    found = [span for span in spans if span is not None]
    doc.spans[key] = SpanGroup(doc, name=key, attrs={**columns, **(more or {})}, spans=found)


def get(doc: Doc, key: str, kind: type[T]) -> list[T]:
    """The rows that `put` stored as `doc.spans[key]`; none where no step stored any."""
    if key not in doc.spans:
        return []
    attrs = doc.spans[key].attrs
    names = [field.name for field in fields(kind)]  # type: ignore[arg-type]  # dataclasses alone are stored
    columns = [[_TYPES[value] for value in attrs[name]] if name == "type" else attrs[name] for name in names]
    return [kind(*row) for row in zip(*columns, strict=True)]


def set_text(doc: Doc) -> str:
    """Keep the document's text, which spaCy puts together anew each time; return it."""
    text = str(doc.text)
    doc.user_data[_TEXT] = text
    return text


def text_of(doc: Doc) -> str:
    """The document's text."""
    text = doc.user_data.get(_TEXT)
    return doc.text if text is None else text
