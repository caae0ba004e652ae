"""`query` and `queries`: read-only questions to the graph, in Cypher or by the cookbook's names."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from miner.cli.completion import complete_parameter, complete_query
from miner.cli.mine import Precision
from miner.cli.output import AsJson, print_json, print_table, say, write_csv
from miner.cli.progress import progress
from miner.cli.takeaway import Bib, Report, Ris, write_files
from miner.cli.workspace import require_graph
from miner.errors import UsageError
from miner.model.cells import cell

if TYPE_CHECKING:
    from graph_schema.cookbook import NamedQuery
    from miner.graph.connection import Connection

_PAGE = 100
_MAX_INTEGER = 2**63


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command()(query)
    app.command()(queries)


def query(
    context: typer.Context,
    what: Annotated[
        str,
        typer.Argument(
            metavar="CYPHER|NAME",
            help="A Cypher query, or the name of a cookbook query.",
            autocompletion=complete_query,
        ),
    ],
    param: Annotated[
        list[str] | None,
        typer.Option(
            help="A parameter of the query, as name=value; may be repeated. In Cypher, numbers, true and false are"
            " typed; put double quotes around a text that looks like one, as in: --param 'pmid=\"123\"'.",
            autocompletion=complete_parameter,
        ),
    ] = None,
    precision: Precision = None,
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV for spreadsheets.")] = False,
    png: Annotated[Path | None, typer.Option(help="Draw the rows to this file: a bar chart, or a network.")] = None,
    report: Report = None,
    bib: Bib = None,
    ris: Ris = None,
    page: Annotated[int, typer.Option(min=1, help=f"Page of a long result to show, {_PAGE} rows each.")] = 1,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds the query may take.")] = 60,
) -> None:
    r"""Query the graph; a query cannot change it.

    Example: exominer query headline --param function=metastasis

    Example: exominer query 'MATCH (v:Vesicle)-\[r:CARRIES]->(c) RETURN c.name, r.papers ORDER BY r.papers DESC LIMIT 9'
    """
    from miner.graph.lookup import run_named
    from miner.workflow.graph import graph_connection

    if as_json and as_csv:
        raise UsageError("--json and --csv do not go together - choose one")
    named = _named_query(what)
    given = _given(named, [*(param or []), *_as_parameter(named, precision)])
    require_graph(context.obj)
    first = (page - 1) * _PAGE
    taken_away = report or bib or ris
    page_alone = not (as_json or as_csv or png or taken_away)
    with progress() as reporter, graph_connection(context.obj, reporter) as connection:
        reporter.start("running the query")
        part = (first, first + _PAGE) if page_alone else None
        if named:
            table = run_named(connection, named, given, timeout_s=timeout, part=part)
        else:
            typed = {name: typed_value(text) for name, text in given.items()}
            table = connection.query(what, typed, timeout_s=timeout, part=part)
        is_empty = not table.rows and page == 1 and _is_empty(connection)
        if taken_away:
            from miner.corpus import Corpus
            from miner.workflow.answers import cite_rows

            with Corpus(context.obj.corpus_path) as corpus:
                answer = cite_rows(connection, corpus, table, what, named, given)
            write_files(answer, report, bib, ris)
    columns, rows = table.keys, table.rows
    for warning in table.warnings:
        say(f"warning: {warning}")
    if png is not None:
        from miner.reports.pictures import draw

        draw(columns, rows, png, named.chart if named else None)
        say(f"wrote {png}")
    if as_json:
        print_json(table.records())
    elif as_csv:
        write_csv(columns, rows)
    else:
        shown = rows if page_alone else rows[first : first + _PAGE]
        if shown:
            print_table(columns, shown)
        _say_which_rows(len(shown), page, table.more or len(rows) > first + _PAGE)
    if not rows and page == 1:
        _say_why_empty(len(given), is_empty)


def queries(as_json: AsJson = False) -> None:
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
    return [
        p.name if p.default is None else f"{p.name} (required)" if p.default == "" else f"{p.name}={cell(p.default)}"
        for p in query.parameters
    ]


def _named_query(what: str) -> "NamedQuery | None":
    """The cookbook query of this name, None where it is Cypher; UsageError for one word that is neither."""
    from graph_schema.cookbook import select

    try:
        return select(what)
    except ValueError as error:
        raise UsageError(f"{error} - see: exominer queries") from error


def split_parameters(given: Sequence[str]) -> dict[str, str]:
    """The values of --param options, by name. Raises UsageError for an option that is not name=value."""
    values = {}
    for item in given:
        name, equals, value = item.partition("=")
        if not equals:
            raise UsageError(f"--param {item}: not name=value - as in: --param function=metastasis")
        values[name] = value
    return values


def _as_parameter(named: "NamedQuery | None", precision: float | None) -> list[str]:
    """The option --precision as a parameter of a cookbook query; UsageError for Cypher, which it cannot change."""
    if precision is None:
        return []
    if named is None:
        raise UsageError(f"--precision is for cookbook queries - in Cypher, write WHERE a.precision >= {precision}")
    return [f"precision={precision}"]


def _given(named: "NamedQuery | None", given: Sequence[str]) -> dict[str, str]:
    """The parameters given; UsageError where one does not fit the cookbook query."""
    pairs = split_parameters(given)
    if named:
        try:
            named.bind(pairs)
        except ValueError as error:
            raise UsageError(f"{error} - see: exominer queries") from error
    return pairs


def typed_value(text: str) -> str | int | float | bool | None:
    """A parameter of a Cypher query: numbers, true, false and null are typed, all else is text.

    >>> [typed_value(text) for text in ("2019", "0.1", "false", "null", "miR-21", '"2019"', "007")]
    [2019, 0.1, False, None, 'miR-21', '2019', '007']
    """
    if len(text) > 1 and text[0] == text[-1] == '"':
        return text[1:-1]
    if text.lower() in ("true", "false", "null"):
        return {"true": True, "false": False, "null": None}[text.lower()]
    if re.fullmatch(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d{1,3})?", text):
        number: int | float = json.loads(text)
        return text if isinstance(number, int) and not -_MAX_INTEGER <= number < _MAX_INTEGER else number
    return text


def _say_which_rows(count: int, page: int, more: bool) -> None:
    first = (page - 1) * _PAGE + 1
    if more or (count and page > 1):
        say(f"rows {first}-{first + count - 1}{f'; more with --page {page + 1}' if more else ', the last'}")
    elif not count and page > 1:
        say(f"no rows on page {page} - the result ends before it")


def _is_empty(connection: "Connection") -> bool:
    return not connection.run_read("MATCH (a:Assertion) RETURN 1 LIMIT 1")


def _say_why_empty(parameters: int, is_empty: bool) -> None:
    """Say why there are no rows: an empty graph, or nothing that matches."""
    if is_empty:
        say("no rows: the graph is empty - fill it with: exominer graph load")
    else:
        say(
            "no rows: nothing in the graph matches"
            + (" these parameters together - leave one out" if parameters > 1 else "")
        )
