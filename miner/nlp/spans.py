"""The results of each step as plain data in `doc.spans`, so that they can be looked at, saved and sent to a process.

spaCy's spans cover whole tokens; names in a text need not. So a group of spans shows each result widened to whole
tokens, and its `attrs` hold the exact columns: `doc.spans["candidates"].attrs["score"][3]` is the score of
`doc.spans["candidates"][3]`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any, TypeVar

import numpy as np
from spacy.attrs import IDX, LENGTH
from spacy.tokens import Doc, Span, SpanGroup

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
        Span(doc, first, last, label, kb_id=kb_id)
        for first, last, label, kb_id in zip(
            *_widen(doc, columns["start"], columns["end"]), labels, ids or [""] * len(rows), strict=True
        )
        if first < last
    ]
    doc.spans[key] = SpanGroup(doc, name=key, attrs={**columns, **(more or {})}, spans=spans)


def _widen(doc: Doc, starts: Sequence[int], ends: Sequence[int]) -> tuple[list[int], list[int]]:
    """The first token of each stretch of characters, and the one after its last."""
    if not starts:
        return [], []
    offsets, lengths = doc.to_array([IDX, LENGTH]).astype(np.int64).T
    first = np.searchsorted(offsets, starts, side="right") - 1
    first += (offsets + lengths)[first] == starts  # at the space after a token
    return first.tolist(), np.searchsorted(offsets, ends, side="left").tolist()


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
