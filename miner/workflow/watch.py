"""Store watched questions in the workspace, ask them again after each update, and report each change once.

A question is a JSON file in the workspace's folder `watches`, with its claims as last reported. Renaming a file stores
new claims and the report of their changes together: a run killed before that has no effect, and after a run killed
later, the next run delivers the report.
"""

import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from graph_schema import cypher
from graph_schema.cookbook import select
from miner.corpus import now
from miner.errors import UsageError, WorkspaceError
from miner.model.news import ClaimState, Report, find_changes

if TYPE_CHECKING:
    from miner.graph.connection import Connection
    from miner.settings import Settings

MAX_CLAIMS = 5_000
"""Maximum number of claims of a question. With more, a change of rank alone would add and remove claims."""
_NAME = re.compile(r"[A-Za-z0-9][\w-]{0,60}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Watch:
    """A watched question, with its claims as last reported, by assertion, and undelivered reports."""

    name: str
    query: str
    parameters: dict[str, str]
    reported: dict[str, ClaimState]
    reports: int = 0
    undelivered: tuple[Report, ...] = ()


_WATCH: TypeAdapter[Watch] = TypeAdapter(Watch)


def add_watch(settings: "Settings", name: str, query: str, parameters: Mapping[str, str]) -> Watch:
    """Store a question with the claims of its current answer; only later changes are reported.

    Raises UsageError for a name that is taken or invalid, or a query that is not of the cookbook with claims as rows.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(f"{name!r} cannot be the name of a watch - use letters, digits, - and _")
    if _path(settings, name).exists():
        raise UsageError(f"there is a watch {name} already - see: exominer watch list")
    named = select(query)
    if named is None or "AS assertion" not in named.cypher:
        raise UsageError(f"{query}: not a cookbook query whose rows are claims - see: exominer queries")
    watch = Watch(name, named.name, dict(parameters), {})
    watch = replace(watch, reported=_answer(settings, watch))
    _write(settings, watch)
    return watch


def watches(settings: "Settings") -> list[Watch]:
    """All watched questions, by name. Raises WorkspaceError for a damaged file."""
    return [_read(path) for path in sorted(_folder(settings).glob("*.json"))]


def remove_watch(settings: "Settings", name: str) -> None:
    """Stop watching a question. Raises UsageError for an unknown name."""
    if not _NAME.fullmatch(name) or not _path(settings, name).exists():
        raise UsageError(f"there is no watch {name} - see: exominer watch list")
    _path(settings, name).unlink()


def report_changes(settings: "Settings", deliver: Callable[[Report], None]) -> int:
    """Ask every watched question again and deliver each change once; returns the number of changes.

    A report counts as delivered when `deliver` returns.
    """
    changes = 0
    for watch in watches(settings):
        current = _answer(settings, watch)
        found = tuple(find_changes(watch.reported, current))
        if found:
            number = watch.reports + 1
            report = Report(watch.name, number, now(), found)
            reported = _after(watch.reported, current, (change.assertion for change in found))
            watch = replace(watch, reported=reported, reports=number, undelivered=(*watch.undelivered, report))
            _write(settings, watch)
        for report in watch.undelivered:
            deliver(report)
            changes += len(report.changes)
        if watch.undelivered:
            _write(settings, replace(watch, undelivered=()))
    return changes


def _after(
    before: Mapping[str, ClaimState], current: Mapping[str, ClaimState], changed: Iterable[str]
) -> dict[str, ClaimState]:
    """The claims as last reported: changed claims in their current state, the others in the state reported before."""
    told = {id_: current[id_] for id_ in changed if id_ in current}
    return {id_: told.get(id_) or before[id_] for id_ in current}


def _answer(settings: "Settings", watch: Watch) -> dict[str, ClaimState]:
    from miner.graph.lookup import run_named
    from miner.workflow.graph import graph_connection

    named = select(watch.query)
    if named is None:
        raise UsageError(f"the watch {watch.name} asks {watch.query}, which the cookbook lacks - remove it")
    with graph_connection(settings) as connection:
        table = run_named(connection, named, {**watch.parameters, "limit": str(MAX_CLAIMS + 1)})
        column = table.keys.index("assertion")
        ids = sorted({row[column] for row in table.rows})
        if len(ids) > MAX_CLAIMS:
            raise UsageError(f"{watch.name} has more than {MAX_CLAIMS:,} claims - narrow it with --param")
        return _states(connection, ids)


def _states(connection: "Connection", ids: list[str]) -> dict[str, ClaimState]:
    return {row["id"]: _state(row.data()) for row in connection.run_read(cypher.READ_CLAIM_STATES, {"ids": ids})}


def _state(row: dict[str, Any]) -> ClaimState:
    denial = "NOT " if row["negated"] else ""
    place = f" in {', '.join(row['cancers'])}" if row["cancers"] else ""
    return ClaimState(
        claim=f"{row['subject']} —{denial}{row['predicate']}→ {row['object']}{place}",
        belief=row["belief"],
        papers=row["papers"],
        contradicted=row["contradicted"],
        retracted=row["retracted"],
        sentence=row["sentence"] or "",
        sources=tuple(row["sources"]),
    )


def _folder(settings: "Settings") -> Path:
    return settings.workspace / "watches"


def _path(settings: "Settings", name: str) -> Path:
    return _folder(settings) / f"{name}.json"


def _read(path: Path) -> Watch:
    try:
        return _WATCH.validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise WorkspaceError(
            f"{path}: the watched question cannot be read - remove the file and add it again"
        ) from error


def _write(settings: "Settings", watch: Watch) -> None:
    path = _path(settings, watch.name)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".tmp")
    with temporary.open("wb") as file:
        file.write(_WATCH.dump_json(watch, indent=1))
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
