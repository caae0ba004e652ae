"""Draw a query's answer as bars or as a network."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from graph_schema.cookbook import Chart
from graph_schema.model import LOWERING, RAISING
from miner.errors import UsageError
from miner.exports.export_graph import xml_text
from miner.model.cells import cell, printable

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_MOST_BARS = 30
_MOST_EDGES = 150
_LONGEST_LABEL = 40
_SIGNS: dict[str, str] = {**dict.fromkeys(RAISING, "raises"), **dict.fromkeys(LOWERING, "lowers")}
"""Predicates by what they do to their object; the others do neither."""
_STROKES: dict[str, tuple[str, Literal["solid", "dashed", "dotted"]]] = {
    "raises": ("#2b8a3e", "solid"),
    "lowers": ("#c92a2a", "dashed"),
    "": ("#909090", "dotted"),
}
"""Color and stroke of an edge by its sign."""


def draw(columns: Sequence[str], rows: Sequence[Sequence[Any]], path: Path, chart: Chart | None = None) -> None:
    """Draw rows to a PNG file: as `chart` says, else bars of the first number by the first text, else a network.

    Raises UsageError if the rows cannot be drawn.
    """
    _figure(columns, rows, chart).savefig(path, dpi=150)


def svg(columns: Sequence[str], rows: Sequence[Sequence[Any]], chart: Chart | None = None) -> str:
    """The same picture as an SVG element for HTML, with its texts as text. Raises as `draw`."""
    import matplotlib as mpl

    stream = io.StringIO()
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "exominer"}):
        _figure(columns, rows, chart).savefig(stream, format="svg", metadata={"Date": None})
    return stream.getvalue()[stream.getvalue().index("<svg") :]


def _figure(columns: Sequence[str], rows: Sequence[Sequence[Any]], chart: Chart | None) -> "Figure":
    from matplotlib.figure import Figure

    if not rows:
        raise UsageError("the query has no rows, so there is nothing to draw")
    chart = chart or guess_chart(columns, rows)
    if chart is None:
        raise UsageError("nothing to draw - a picture needs a column of names, and one of numbers or of other names")
    first, second = map(columns.index, chart.columns)
    drawn = [row for row in rows if row[first] is not None and row[second] is not None]
    if not drawn:
        raise UsageError("nothing to draw - every row lacks one of the two columns of the picture")
    figure = Figure(figsize=(10, 7 if chart.kind == "network" else 1.5 + 0.3 * min(len(drawn), _MOST_BARS)))
    axes = figure.subplots()
    if chart.kind == "network":
        effect = next((columns.index(name) for name in ("effect", "predicate") if name in columns), None)
        signs = ["" if effect is None else _SIGNS.get(str(row[effect]), "") for row in drawn]
        edges = [(_label(row[first]), _label(row[second]), sign) for row, sign in zip(drawn, signs, strict=True)]
        _network(axes, edges)
    else:
        _bars(axes, [(_label(row[first]), row[second]) for row in drawn], columns[second])
    figure.tight_layout()
    return figure


def guess_chart(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> Chart | None:
    """How to draw rows: as bars of the first number by the first text, or as a network; None for neither."""
    numbers = [name for i, name in enumerate(columns) if all(_is_number(row[i]) for row in rows)]
    texts = [name for i, name in enumerate(columns) if any(isinstance(row[i], str) for row in rows)]
    if texts and numbers:
        return Chart("bar", (texts[0], numbers[0]))
    return Chart("network", (texts[0], texts[1])) if len(texts) >= 2 else None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _label(value: Any) -> str:
    text = cell(value)
    shown = text if len(text) <= _LONGEST_LABEL else text[: _LONGEST_LABEL - 1] + "…"
    return xml_text(printable(shown)).replace("$", r"\$")  # a dollar would begin a formula of matplotlib's


def _bars(axes: "Axes", pairs: Sequence[tuple[str, float]], title: str) -> None:
    shown = pairs[:_MOST_BARS][::-1]
    axes.barh(range(len(shown)), [value for _, value in shown], color="#2a7f9e")
    axes.set_yticks(range(len(shown)), [name for name, _ in shown])
    axes.set_xlabel(title)
    axes.spines[["top", "right"]].set_visible(False)


def _network(axes: "Axes", edges: Sequence[tuple[str, str, str]]) -> None:
    """Draw edges of source, target and sign; color and stroke show the sign."""
    import networkx
    from matplotlib.lines import Line2D

    shown = edges[:_MOST_EDGES]
    graph = networkx.DiGraph([(source, target) for source, target, _ in shown])
    places = networkx.spring_layout(graph, seed=1, k=1.5 / max(1, len(graph)) ** 0.5)
    sizes = [60 + 40 * degree for _, degree in graph.degree()]
    for sign, (color, style) in _STROKES.items():
        of_sign = [(source, target) for source, target, its in shown if its == sign]
        networkx.draw_networkx_edges(graph, places, of_sign, ax=axes, edge_color=color, style=style, arrowsize=8)
    if any(sign for *_, sign in shown):
        handles = [Line2D([], [], color=c, linestyle=s, label=sign or "other") for sign, (c, s) in _STROKES.items()]
        axes.legend(handles=handles, loc="lower left", fontsize=8, frameon=False)
    networkx.draw_networkx_nodes(graph, places, ax=axes, node_size=sizes, node_color="#2a7f9e")
    networkx.draw_networkx_labels(graph, places, ax=axes, font_size=7)
    axes.set_axis_off()
