"""Networks of entities, and the stories of papers, as pictures with tables."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from graph_schema.cookbook import queries
from miner.explorer import statements
from miner.explorer.drawing import SIGN_COLORS, network_svg, places, type_color
from miner.explorer.parameters import MAX_TEXT, PAGE, entity_filters, library, number, page_number, text
from miner.explorer.rendering import Page, sign

MAX_EDGES = 120
"""Maximum number of edges in a picture."""
PER_ENTITY = 25
MAX_EXPANDED = 12
MAX_POPULATIONS = 8
"""Maximum number of vesicles that a picture shows as derived from one entity."""
_COLUMNS = ("source", "source_name", "source_type", "predicate", "target", "target_name", "target_type", "belief",
            "papers")  # fmt: skip


def network(request: Request) -> Page:
    """The relationships of one or more entities, the best believed first."""
    ids, min_belief = _expanded(request), number(request, "min_belief", 0, 0, 1)
    edges = _edges(request, ids, min_belief)
    claimed = sum(edge["belief"] is not None for edge in edges)
    known = {edge[end]: edge[f"{end}_name"] for edge in edges for end in ("source", "target")}
    names = [known.get(id_, id_) for id_ in ids]
    data = {
        "entities": ids,
        "names": names,
        "min_belief": min_belief,
        "per_entity": PER_ENTITY,
        "cap": MAX_EDGES,
        "capped": claimed >= min(MAX_EDGES, PER_ENTITY * len(ids)),
        "nodes": _nodes(edges, ids),
        "edges": edges,
    }
    title = f"Network: {', '.join(names)}" if edges else "Network"
    return Page("network.html", title, data, _COLUMNS, [[edge[column] for column in _COLUMNS] for edge in edges])


def network_picture(request: Request) -> Response:
    """The network as SVG."""
    edges = _edges(request, _expanded(request), number(request, "min_belief", 0, 0, 1))
    return Response(network_svg(edges), media_type="image/svg+xml")


def _expanded(request: Request) -> list[str]:
    """The ids of the entities that are named. Raises UsageError for a name that is no entity's."""
    wanted = [name[:MAX_TEXT] for name in request.query_params.getlist("entity") if name][:MAX_EXPANDED]
    return list(dict.fromkeys(library(request).ids_of(name)[0] for name in wanted))


def _edges(request: Request, ids: list[str], min_belief: float) -> list[dict[str, Any]]:
    """The relationships of entities, and after them, without a belief, kinds and sources of the vesicles shown."""
    workspace = library(request)
    edges = workspace.read(statements.NEIGHBORS, entities=ids, min_belief=min_belief, limit=PER_ENTITY, cap=MAX_EDGES)
    nodes = {edge[end] for edge in edges for end in ("source", "target")} | {*ids}
    edges += workspace.read(statements.SOURCES, nodes=sorted(nodes), entities=ids, limit=MAX_POPULATIONS)
    for edge in edges:
        edge["sign"] = sign(edge["predicate"])
        edge["color"] = SIGN_COLORS[edge["sign"]]
    return edges


def _nodes(edges: list[dict[str, Any]], expanded: list[str]) -> list[dict[str, Any]]:
    nodes: dict[str, dict[str, Any]] = {}
    for edge in edges:
        for end in ("source", "target"):
            id_, type_ = edge[end], edge[f"{end}_type"]
            new = {"id": id_, "name": edge[f"{end}_name"], "type": type_, "color": type_color(type_), "edges": 0}
            node = nodes.setdefault(id_, {**new, "expanded": id_ in expanded})
            node["edges"] += 1
    at = places(edges)
    return [{**node, "x": round(at[id_][0]), "y": round(at[id_][1])} for id_, node in nodes.items()]


def stories(request: Request) -> Page:
    """The stories of single papers: source, vesicle, cargo, recipient, target and the effect on a function."""
    _, given = entity_filters(request, "function", "cancer")
    page = page_number(request)
    wanted = dict(given)
    if text(request, "min_belief"):
        wanted["min_belief"] = str(number(request, "min_belief", 0, 0, 1))
    table = library(request).run_page(queries()["stories"], wanted, page, PAGE)
    return Page(
        "stories.html",
        "Stories",
        {"filters": given, "page": page, "more": table.more, "stories": table.records()},
        table.keys,
        table.rows,
    )
