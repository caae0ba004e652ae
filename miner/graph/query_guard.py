"""Refuse queries that do more than read the graph, judged by the server's plan of them.

Neo4j's read access mode refuses writes to the graph, and nothing else: `LOAD CSV` still fetches any address from the
server's network, a procedure declared READ or DBMS still runs any code, `TERMINATE TRANSACTION` still
ends other people's work. So a query is planned first (`EXPLAIN`), and the plan is examined. A plan is
canonical: it has no comments, escapes, back quotes or differences of case. Subqueries inside an expression
(`[x IN list | COLLECT { … }]`) have no operator of their own, but are spelled out in the details of the operator that
evaluates them.
"""

import re
from collections.abc import Collection, Iterator
from typing import Any

from miner.errors import QueryError

_PROCEDURES = frozenset(
    {
        "db.index.fulltext.listAvailableAnalyzers",
        "db.index.fulltext.queryNodes",
        "db.index.fulltext.queryRelationships",
        "db.index.vector.queryNodes",
        "db.index.vector.queryRelationships",
        "db.info",
        "db.labels",
        "db.ping",
        "db.propertyKeys",
        "db.relationshipTypes",
        "db.schema.nodeTypeProperties",
        "db.schema.relTypeProperties",
        "db.schema.visualization",
    }
)
"""Procedures of Neo4j 5 that only read the graph or its indexes."""

_REFUSED_OPERATORS = {
    "AdministrationCommand": "an administration command",
    "LoadCSV": "LOAD CSV",
    "ShowSettings": "SHOW SETTINGS",
    "ShowTransactions": "SHOW TRANSACTIONS",
    "TerminateTransactions": "TERMINATE TRANSACTIONS",
    "TransactionApply": "CALL … IN TRANSACTIONS",
    "TransactionForeach": "CALL … IN TRANSACTIONS",
}
_HIDDEN_CALL = re.compile(r"ResolvedCall\(\s*([\w.]*)|\bCALL\s+(?=[\w`])([\w.`]*)")


def refuse_unless_read_only(
    query_type: str | None, plan: dict[str, Any] | None, own_functions: Collection[str]
) -> None:
    """Raise QueryError unless a planned query does nothing but read the graph.

    `query_type` and `plan` are those of the driver's summary of `EXPLAIN`; `own_functions` names the functions that
    extensions added to the server, which may do anything.
    """
    if plan is None:
        raise QueryError(
            "the server gave no plan of the query, so it may not be read-only - retry, or use another server"
        )
    for operator, details in _operators(plan):
        if refused := _REFUSED_OPERATORS.get(operator):
            raise _refusal(refused)
        if operator == "ProcedureCall":
            _check_procedure(details.partition("(")[0])
        if operator == "ProduceResults":  # names columns, evaluates nothing
            continue
        if "LOAD CSV" in details:
            raise _refusal("LOAD CSV")
        for hidden in _HIDDEN_CALL.finditer(details):
            _check_procedure(hidden[1] or hidden[2] or "")
        spelled = details.replace("`", "")
        for function in own_functions:
            if f"{function}(" in spelled:
                raise _refusal(f"the function {function}, which is not Neo4j's own,")
    if query_type != "r":
        raise QueryError("the query would change the graph or the server - only queries that read are allowed")


def _operators(plan: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Every operator's type, without its database, and details."""
    yield plan["operatorType"].partition("@")[0], str(plan.get("args", {}).get("Details", ""))
    for child in plan.get("children", ()):
        yield from _operators(child)


def _check_procedure(name: str) -> None:
    plain = name.replace("`", "").strip()
    if plain not in _PROCEDURES:
        raise _refusal(f"the procedure {plain or 'called here'}")


def _refusal(what: str) -> QueryError:
    return QueryError(f"{what} is not allowed - only queries that read the graph are")
