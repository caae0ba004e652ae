"""Merge spans into entities in a simple way, for training and measuring the models by themselves.

The product groups and grounds mentions with its lexicons. Here each normalized surface form is an entity, joined with
the abbreviation in brackets after it.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable

from graph_schema.model import EntityType
from miner.neural.span_model import clash
from pipelines.gold import VESICLE, scorer

Span = tuple[int, int, EntityType, float]  # characters
_ABBREVIATION = re.compile(r"\s*\(\s*([^\s();,]{2,15})\s*[);,]")


def select_spans(spans: Iterable[Span], threshold: float) -> list[Span]:
    """The best-scoring spans that do not cross; a span of another type may lie within one."""
    taken: list[Span] = []
    for span in sorted(spans, key=lambda s: -s[3]):
        if span[3] >= threshold and not any(clash(span[:3], other[:3]) for other in taken):
            taken.append(span)
    return sorted(taken)


def merge(text: str, spans: Iterable[Span]) -> list[tuple[EntityType, list[str]]]:
    """Entities (type, surface forms); all vesicles are one, with every form that `VESICLE` matches."""
    fold = scorer().words
    parent: dict[str, str] = {}
    forms: dict[str, set[str]] = defaultdict(set)
    votes: dict[str, Counter[EntityType]] = defaultdict(Counter)

    def root(key: str) -> str:
        while parent.setdefault(key, key) != key:
            key = parent[key]
        return key

    def add(form: str, kind: EntityType, score: float) -> str:
        key = ("".join(fold(form)) or form.lower()) + ("/cell" if kind == EntityType.CELL else "")
        forms[key].add(form)
        votes[key][kind] += score  # type: ignore[assignment]  # a Counter counts in floats as well
        return key

    vesicles = {m.group() for m in VESICLE.finditer(text)}
    for start, end, kind, score in spans:
        form = text[start:end]
        if kind == EntityType.VESICLE:
            vesicles.add(form)
            continue
        key = add(form, kind, score)
        after = _ABBREVIATION.match(text[end:])
        if after and _abbreviates(after.group(1), form):
            parent[root(add(after.group(1), kind, score))] = root(key)
    groups: dict[str, list[str]] = defaultdict(list)
    for key in list(forms):
        groups[root(key)].append(key)
    entities = [(EntityType.VESICLE, sorted(vesicles))] if vesicles else []
    for keys in groups.values():
        counted: Counter[EntityType] = sum((votes[k] for k in keys), Counter())
        entities.append(
            (counted.most_common(1)[0][0], sorted({f for k in keys for f in forms[k]}, key=lambda f: (len(f), f)))
        )
    return entities


def _abbreviates(short: str, long: str) -> bool:
    initials = {word[0].lower() for word in re.findall(r"\w+", long)}
    return short[0].lower() in initials and (sum(c.isupper() for c in short) >= 2 or short.lower().startswith("mir"))
