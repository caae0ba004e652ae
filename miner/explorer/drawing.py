"""Draw networks as SVG on the server, for browsers without scripts and for download."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import networkx

from miner.explorer.rendering import sign
from miner.model.cells import cell

WIDTH, HEIGHT, MARGIN = 1000, 700, 70
MAX_LABEL = 28
MAX_BESIDE = 50
ROW = 22
SIGN_COLORS = {"plus": "#1b7f4b", "minus": "#b3261e", "none": "#64748b"}
_TYPE_COLORS = {
    "Vesicle": "#0f766e", "Gene": "#1d4ed8", "MicroRNA": "#7c3aed", "LncRNA": "#9333ea", "CircRNA": "#c026d3",
    "MoleculeClass": "#475569", "Chemical": "#b45309", "Function": "#be123c", "Pathway": "#9f1239",
    "Cancer": "#7f1d1d", "Cell": "#4d7c0f", "Anatomy": "#3f6212",
}  # fmt: skip
"""The color of each type of entity; the style sheet and the script use the same colors."""
_OTHER = "#334155"


def network_svg(edges: Sequence[Mapping[str, Any]]) -> str:
    """The edges as a self-contained SVG picture with a legend; the same edges give the same picture.

    An edge is a map with `source`, `target`, their `…_name` and `…_type`, `predicate`, `sign` and
    `belief`, None for a kind or source.
    """
    names = {edge[end]: (edge[f"{end}_name"], edge[f"{end}_type"]) for edge in edges for end in ("source", "target")}
    at = places(edges)
    nodes = (_node(at[id_], *names[id_]) for id_ in at)
    types = {type_ for _, type_ in names.values()}
    return _svg(HEIGHT, [*(_edge(edge, at) for edge in edges), *nodes, *_legend(types, HEIGHT)])


def _svg(height: float, parts: Iterable[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
        ' font-family="sans-serif" font-size="12" role="img"><title>Network of claims</title>'
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>{"".join(parts)}</svg>'
    )


def table_svg(rows: Iterable[Mapping[str, Any]], columns: tuple[str, str]) -> str:
    """The pairs of names in two columns of a table as SVG, one column on the left and one on the right.

    The color of a line is that of the predicate in the column `effect` or `predicate`, where the table has one.
    """
    lines = dict.fromkeys(
        (source, str(row.get("effect") or row.get("predicate") or ""), target)
        for row in rows
        if (source := cell(row[columns[0]])) and (target := cell(row[columns[1]]))
    )
    height = ROW * max(len({source for source, *_ in lines}), len({target for *_, target in lines})) + 2 * MARGIN
    right = _column((target for *_, target in lines), height)
    left = _column((source for source, *_ in sorted(lines, key=lambda line: right[line[2]])), height)
    x1, x2 = 0.36 * WIDTH, 0.64 * WIDTH
    at = {("from", name): (x1, y) for name, y in left.items()} | {("to", name): (x2, y) for name, y in right.items()}
    edges = [
        {"source": ("from", source), "target": ("to", target), "source_name": source, "target_name": target,
         "predicate": predicate, "sign": sign(predicate), "belief": 1.0}
        for source, predicate, target in lines
    ]  # fmt: skip
    nodes = [_node(place, name, "", beside="end" if side == "from" else "start") for (side, name), place in at.items()]
    return _svg(height, [*(_edge(edge, at) for edge in edges), *nodes, *_legend(set(), height)])


def _column(names: Iterable[str], height: float) -> dict[str, float]:
    """The height of each name, evenly spaced in the order in which they come."""
    unique = list(dict.fromkeys(names))
    step = (height - 2 * MARGIN) / max(1, len(unique))
    return {name: MARGIN / 2 + (number + 0.5) * step for number, name in enumerate(unique)}


def places(edges: Sequence[Mapping[str, Any]]) -> dict[str, tuple[float, float]]:
    """The position of each entity in pixels; the same edges give the same positions."""
    graph = networkx.Graph([(edge["source"], edge["target"]) for edge in edges])
    if not graph:
        return {}
    layout = networkx.spring_layout(graph, seed=1, k=2.2 / math.sqrt(len(graph)), iterations=60)
    return {
        id_: (
            MARGIN + (x + 1) / 2 * (WIDTH - 2 * MARGIN),
            MARGIN + (y + 1) / 2 * (HEIGHT - 2 * MARGIN - 30),
        )
        for id_, (x, y) in layout.items()
    }


def _edge(edge: Mapping[str, Any], at: Mapping[Any, tuple[float, float]]) -> str:
    (x1, y1), (x2, y2) = at[edge["source"]], at[edge["target"]]
    length = math.hypot(x2 - x1, y2 - y1) or 1.0
    ux, uy = (x2 - x1) / length, (y2 - y1) / length
    x2, y2 = x2 - 11 * ux, y2 - 11 * uy
    color = SIGN_COLORS[edge["sign"]]
    dots = ' stroke-dasharray="2 4"' if edge["belief"] is None else ""
    title = f"{edge['source_name']} {edge['predicate']} {edge['target_name']}"
    if edge["sign"] == "minus":
        head = f"M{x2 - 6 * uy:.1f} {y2 + 6 * ux:.1f}L{x2 + 6 * uy:.1f} {y2 - 6 * ux:.1f}"
    else:
        bx, by = x2 - 9 * ux, y2 - 9 * uy
        head = f"M{bx - 4 * uy:.1f} {by + 4 * ux:.1f}L{x2:.1f} {y2:.1f}L{bx + 4 * uy:.1f} {by - 4 * ux:.1f}"
    return (
        f'<g stroke="{color}" stroke-width="1.5" fill="none"{dots}><title>{escape(title)}</title>'
        f'<path d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}{head}"/></g>'
    )


def _node(place: tuple[float, float], name: str, type_: str, beside: str = "") -> str:
    """A circle with its name above it, or beside it where the text is to end or to start there."""
    x, y = place
    text_x, text_y = {"end": (x - 14, y + 4), "start": (x + 14, y + 4)}.get(beside, (x, y - 12))
    most = MAX_BESIDE if beside else MAX_LABEL
    label = name if len(name) <= most else name[: most - 1] + "…"
    return (
        f'<g><title>{escape(name)}</title><circle cx="{x:.1f}" cy="{y:.1f}" r="8" fill={quoteattr(type_color(type_))}/>'
        f'<text x="{text_x:.1f}" y="{text_y:.1f}" text-anchor="{beside or "middle"}" stroke="#ffffff" stroke-width="3"'
        f' paint-order="stroke" fill="#0f172a">{escape(label)}</text></g>'
    )


def _legend(types: set[str], height: float) -> list[str]:
    parts = []
    x = 20.0
    for text, color in [
        ("promotes, activates, elevated", SIGN_COLORS["plus"]),
        ("inhibits, represses, reduced, treats", SIGN_COLORS["minus"]),
        ("other; dotted: kind or source" if types else "other", SIGN_COLORS["none"]),
    ]:
        parts.append(f'<rect x="{x}" y="{height - 24}" width="18" height="3" fill="{color}"/>')
        parts.append(f'<text x="{x + 24}" y="{height - 18}" fill="#0f172a">{text}</text>')
        x += 40 + 6.2 * len(text)
    x = 20.0
    for type_ in sorted(types):
        parts.append(f'<circle cx="{x + 6}" cy="{height - 42}" r="6" fill="{type_color(type_)}"/>')
        parts.append(f'<text x="{x + 17}" y="{height - 38}" fill="#0f172a">{escape(type_)}</text>')
        x += 36 + 6.6 * len(type_)
    return parts


def type_color(type_: str) -> str:
    """The color of entities of a type."""
    return _TYPE_COLORS.get(type_, _OTHER)
