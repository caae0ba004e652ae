"""Read the parameters of a request, within bounds."""

import math

from starlette.requests import Request

from graph_schema.model import Predicate
from miner.errors import UsageError
from miner.explorer.library import Library

MAX_TEXT = 300
"""Maximum length of a name or filter, in characters."""
PAGE = 50
"""Number of rows on a page of a list."""
MAX_PAGE = 2_000
CLAIM_FILTERS = ("entity", "subject", "object", "cancer", "vesicles", "recipient")
"""Filters of claims that name entities: at either end, subject, object, cancer, vesicles, and who takes these up."""


def library(request: Request) -> Library:
    """The workspace that the application shows."""
    found: Library = request.app.state.library
    return found


def text(request: Request, name: str) -> str:
    """The text of a parameter, "" if it is not given."""
    return request.query_params.get(name, "").strip()[:MAX_TEXT]


def number(request: Request, name: str, default: float, low: float, high: float) -> float:
    """The number in a parameter, within [low, high]. Raises UsageError for anything else."""
    given = text(request, name)
    try:
        value = float(given) if given else default
    except ValueError:
        value = math.nan
    if not low <= value <= high:
        raise UsageError(f"{name}={given!r}: a number from {low:g} to {high:g} is expected - correct it in the address")
    return value


def page_number(request: Request) -> int:
    """The page number of a list, from 1."""
    return int(number(request, "page", 1, 1, MAX_PAGE))


def predicate_filter(request: Request) -> str:
    """The predicate that is asked for, "" for any. Raises UsageError where there is no such predicate."""
    given = text(request, "predicate").upper()
    if given and given not in set(Predicate):
        raise UsageError(f"{given!r} is not a predicate - choose one of the list")
    return given


def entity_filters(request: Request, *names: str) -> tuple[dict[str, list[str] | None], dict[str, str]]:
    """The entity ids of each named filter (None if it is not given), and the filters as given.

    Raises UsageError for a name that no entity has.
    """
    given = {name: text(request, name) for name in names}
    ids = {name: library(request).ids_of(value) if value else None for name, value in given.items()}
    return ids, {name: value for name, value in given.items() if value}
