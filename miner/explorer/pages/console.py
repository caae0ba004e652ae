"""The query console: the cookbook with forms, and read-only Cypher."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from graph_schema.cookbook import NamedQuery, find, queries
from miner.errors import UsageError
from miner.explorer.drawing import table_svg
from miner.explorer.library import MAX_ROWS
from miner.explorer.parameters import MAX_TEXT, PAGE, library, page_number
from miner.explorer.rendering import Page, bars
from miner.graph.connection import Table
from miner.reports.pictures import guess_chart

MAX_QUERY = 8_000
"""Maximum length of a Cypher query, in characters."""


def cookbook(request: Request) -> Page:
    """The list of the cookbook's queries."""
    listed = [{"name": q.name, "title": q.title, "question": q.question} for q in queries().values()]
    columns = ("name", "title", "question")
    return Page("cookbook.html", "Queries", listed, columns, [[q[c] for c in columns] for q in listed])


def named(request: Request) -> Page:
    """The page of a cookbook query: its form and, once all parameters are given, its rows."""
    return show(request, request.path_params["name"])


def new_since(request: Request) -> Page:
    """Claims first published on or after a date."""
    return show(request, "new_since")


def contradictions(request: Request) -> Page:
    """Claims on which works disagree."""
    return show(request, "contradictions")


def show(request: Request, name: str) -> Page:
    """The page of a cookbook query by its name. Raises LookupError for an unknown name."""
    query = find(name)
    if query is None:
        raise LookupError(f"the cookbook has no query {name} - see the list of queries")
    given = {
        p.name: request.query_params[p.name].strip()[:MAX_TEXT]
        for p in query.parameters
        if request.query_params.get(p.name, "").strip()
    }
    page = page_number(request)
    table, problem = Table([], []), ""
    missing = [p.name for p in query.parameters if p.default == "" and p.name not in given]
    if not missing:
        table, problem = _run(request, query, given, page)
    fields = [
        {"name": p.name, "type": p.type, "help": p.help, "value": given.get(p.name, ""), "default": p.default}
        for p in query.parameters
        if p.name not in ("skip", "limit")
    ]
    view = {"query": query, "fields": fields, "given": given, "problem": problem, "missing": missing}
    return _page(request, query.title, table, page, query, view)


def _run(request: Request, query: NamedQuery, given: dict[str, str], page: int) -> tuple[Table, str]:
    """The rows of a page, or an error message about the parameters."""
    try:
        return library(request).run_page(query, given, page, _size(request)), ""
    except UsageError as error:
        return Table([], []), str(error)


def picture(request: Request) -> Response:
    """A cookbook query's network as SVG. Raises LookupError for a query without one, and as `show`."""
    request.state.kind = "html"
    drawn = show(request, request.path_params["name"]).view["network"]
    if not drawn:
        raise LookupError("this query draws no network - open its table instead")
    return Response(drawn, media_type="image/svg+xml")


def cypher(request: Request) -> Page:
    """Run read-only Cypher within limits of time and rows."""
    asked = request.query_params.get("q", "").strip()
    if len(asked) > MAX_QUERY:
        raise UsageError(f"the query is longer than {MAX_QUERY:,} characters - shorten it")
    page = page_number(request)
    size = _size(request)
    table = library(request).query(asked, ((page - 1) * size, page * size)) if asked else Table([], [])
    return _page(request, "Cypher", table, page, None, {"q": asked, "given": {"q": asked} if asked else {}})


def _size(request: Request) -> int:
    """Rows on a page: a download has more than the screen."""
    return MAX_ROWS if request.state.kind != "html" else PAGE


def _page(
    request: Request, title: str, table: Table, page: int, query: NamedQuery | None, view: dict[str, Any]
) -> Page:
    rows = table.records()
    chart = query.chart if query else guess_chart(table.keys, table.rows)
    drawn = chart.kind if chart and rows and request.state.kind == "html" else ""
    view = {
        **view, "columns": table.keys, "rows": table.rows, "more": table.more, "number": page,
        "bars": bars(_labelled(rows, chart.columns)) if chart and drawn == "bar" else [],
        "network": table_svg(rows, chart.columns) if chart and drawn == "network" else "",
        "warnings": table.warnings,
    }  # fmt: skip
    template = "query.html" if query else "cypher.html"
    return Page(template, title, {"rows": rows, "page": page, "more": table.more}, table.keys, table.rows, view)


def _labelled(rows: list[dict[str, Any]], columns: tuple[str, str]) -> list[tuple[Any, float]]:
    label, value = columns
    return [(row[label], row[value]) for row in rows if isinstance(row[value], int | float)]
