"""`query` and `queries`: asking the graph, in Cypher or by the cookbook's names. Nothing here can write."""

import csv
import sys
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from miner.cli.output import cell, print_json, print_table, say
from miner.errors import UsageError

if TYPE_CHECKING:
    from graph_schema.cookbook import Chart, NamedQuery

_PAGE = 100


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command()(query)
    app.command()(queries)


def query(
    context: typer.Context,
    what: Annotated[
        str, typer.Argument(metavar="CYPHER|NAME", help="A Cypher query, or the name of a cookbook query.")
    ],
    param: Annotated[
        list[str] | None, typer.Option(help="A parameter of the query, as name=value; may be repeated.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    png: Annotated[Path | None, typer.Option(help="Draw the answer to this file: a bar chart, or a network.")] = None,
    page: Annotated[int, typer.Option(min=1, help=f"Which page of a long table to show, {_PAGE} rows each.")] = 1,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds the server may take.")] = 60,
) -> None:
    """Ask the graph; a query cannot change it.

    Example: exominer query headline --param function=metastasis

    Example: exominer query 'MATCH (v:Vesicle)-[r:CARRIES]->(c) RETURN c.name, r.papers ORDER BY r.papers DESC LIMIT 10'
    """
    from miner.workflow.graph import graph_connection

    if as_json and as_csv:
        raise UsageError("--json and --csv do not go together - choose one")
    cypher, parameters, chart = _resolve(what, param or [])
    first = (page - 1) * _PAGE
    page_alone = not (as_json or as_csv or png)
    with graph_connection(context.obj) as connection:
        table = connection.query(
            cypher, parameters, timeout_s=timeout, part=(first, first + _PAGE) if page_alone else None
        )
    columns, rows = table.keys, table.rows
    if png is not None:
        from miner.cli.pictures import draw

        draw(columns, rows, png, chart)
        say(f"wrote {png}")
    if as_json:
        print_json([dict(zip(columns, row, strict=True)) for row in rows])
    elif as_csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([cell(value) for value in row] for row in rows)
    else:
        shown = rows if page_alone else rows[first : first + _PAGE]
        print_table(columns, shown)
        _say_which_rows(len(shown), page, table.more or len(rows) > first + _PAGE)


def queries(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """List the cookbook's queries with their questions and parameters.

    Example: exominer queries
    """
    from graph_schema.cookbook import queries as cookbook

    book = cookbook()
    if as_json:
        print_json(
            [
                {"name": q.name, "title": q.title, "question": q.question, "parameters": _parameters(q)}
                for q in book.values()
            ]
        )
    else:
        print_table(("name", "question", "parameters"), [(q.name, q.question, _parameters(q)) for q in book.values()])


def _parameters(query: "NamedQuery") -> list[str]:
    return [p.name if p.default is None else f"{p.name}={cell(p.default)}" for p in query.parameters]


def _resolve(what: str, given: Sequence[str]) -> "tuple[str, Mapping[str, Any], Chart | None]":
    """The Cypher text, its parameters and how to draw its answer; UsageError for what is unknown or does not fit."""
    from graph_schema.cookbook import queries as cookbook

    values = {}
    for item in given:
        name, equals, value = item.partition("=")
        if not equals:
            raise UsageError(f"--param {item}: not name=value - as in: --param function=metastasis")
        values[name] = value
    book = cookbook()
    if what in book:
        try:
            return book[what].cypher, book[what].bind(values), book[what].chart
        except ValueError as error:
            raise UsageError(f"{error} - see: exominer queries") from error
    if not any(c.isspace() for c in what.strip()):
        near = get_close_matches(what, book, 1)
        raise UsageError(
            f"{what!r} is neither Cypher nor a query of the cookbook"
            f"{f' (did you mean {near[0]}?)' if near else ''} - see: exominer queries"
        )
    return what, values, None


def _say_which_rows(count: int, page: int, more: bool) -> None:
    first = (page - 1) * _PAGE + 1
    if more or (count and page > 1):
        say(f"rows {first}-{first + count - 1}{f'; more with --page {page + 1}' if more else ', the last'}")
    elif not count:
        say("no rows - is the graph loaded? see: exominer stats" if page == 1 else f"the rows end before page {page}")
