"""Networks of entities, and the stories of papers, as pictures with tables."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from graph_schema.cookbook import queries
from miner.errors import UsageError
from miner.explorer import statements
from miner.explorer.drawing import network_svg, places
from miner.explorer.parameters import PAGE, entity_filters, library, number, page_number, text
from miner.explorer.rendering import Page, sign

MAX_EDGES = 120
"""Edges that a picture shows at most, however many entities are expanded."""
PER_ENTITY = 25
MAX_EXPANDED = 12
_COLUMNS = (
    "source",
    "source_name",
    "source_type",
    "predicate",
    "target",
    "target_name",
    "target_type",
    "belief",
    "papers",
)


def network(request: Request) -> Page:
    """The relationships of one or more entities, the best believed first."""
    data = _network(request)
    edges = data["edges"]
    return Page(
        "network.html",
        f"Network: {', '.join(data['names'])}" if edges else "Network",
        data,
        _COLUMNS,
        [[edge[column] for column in _COLUMNS] for edge in edges],
    )


def network_picture(request: Request) -> Response:
    """The network as SVG."""
    return Response(network_svg(_network(request)["edges"]), media_type="image/svg+xml")


def _network(request: Request) -> dict[str, Any]:
    wanted = [value[:300] for value in request.query_params.getlist("entity") if value][:MAX_EXPANDED]
    shelf = library(request)
    ids = []
    for name in wanted:
        found = shelf.ids_of(name)
        if not found:
            raise UsageError(f"no entity named {name!r} - search for it on the first page")
        ids += found[:1]
    ids = list(dict.fromkeys(ids))
    min_belief = number(request, "min_belief", 0, 0, 1)
    edges = shelf.read(statements.NEIGHBORS, entities=ids, min_belief=min_belief, limit=PER_ENTITY, cap=MAX_EDGES)
    for edge in edges:
        edge["sign"] = sign(edge["predicate"])
    named = {edge[end]: edge[f"{end}_name"] for edge in edges for end in ("source", "target")}
    return {
        "entities": ids,
        "names": [named.get(id_, id_) for id_ in ids],
        "min_belief": min_belief,
        "per_entity": PER_ENTITY,
        "cap": MAX_EDGES,
        "capped": len(edges) >= min(MAX_EDGES, PER_ENTITY * len(ids)),
        "nodes": _nodes(edges, ids),
        "edges": edges,
    }


def _nodes(edges: list[dict[str, Any]], expanded: list[str]) -> list[dict[str, Any]]:
    nodes: dict[str, dict[str, Any]] = {}
    for edge in edges:
        for end in ("source", "target"):
            node = nodes.setdefault(
                edge[end], {"id": edge[end], "name": edge[f"{end}_name"], "type": edge[f"{end}_type"], "edges": 0}
            )
            node["edges"] += 1
            node["expanded"] = edge[end] in expanded
    at = places(edges)
    return [{**node, "x": round(at[id_][0]), "y": round(at[id_][1])} for id_, node in nodes.items()]


def stories(request: Request) -> Page:
    """What single papers report from source over vesicle, cargo and recipient to the effect on a function."""
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
