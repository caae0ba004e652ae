"""Search, entities, lists of claims, and indexes of cancers, functions and vesicles."""

from collections import defaultdict
from dataclasses import asdict
from typing import Any

from starlette.requests import Request

from graph_schema.model import Predicate
from miner.explorer import statements
from miner.explorer.parameters import (
    CLAIM_FILTERS,
    PAGE,
    entity_filters,
    library,
    number,
    page_number,
    predicate_filter,
    text,
)
from miner.explorer.rendering import Page, bars, predicate_words
from miner.model.identifiers import recognize
from miner.vocabulary.normalize import normalize
from miner.workflow.find import FOUND_COLUMNS

MAX_FOUND = 20
MAX_PICKS = 6
IN_GROUP = 8
"""Maximum number of claims that an entity's page shows for one predicate."""
MAX_CANCERS = 15
MAX_POPULATIONS = 12
INDEXES = {
    "cancers": ("Cancer", "Cancers"),
    "functions": ("Function", "Functions"),
    "vesicles": ("Vesicle", "Vesicles"),
}
_COLUMNS = ("assertion", "subject_id", "subject", "predicate", "negated", "object_id", "object", "cancers", "belief",
            "papers", "sentences", "first_year", "last_year", "sentence")  # fmt: skip
_ORDER = [*Predicate]
_ROLES = {
    "SUBJECT": "subject", "OBJECT": "object", "IN_CANCER": "cancer", "IN_VESICLES": "vesicles",
    "TAKEN_UP_BY": "recipient",
}  # fmt: skip
"""An entity's roles in claims, in the order of its page, with the filter that finds these claims."""


def search(request: Request) -> Page:
    """The first page: search as you type, and counts of the workspace."""
    wanted = text(request, "q")
    found = library(request).index().find(wanted, MAX_FOUND) if wanted else []
    (summary,) = library(request).read(statements.SUMMARY)
    work = recognize(wanted) if wanted else None
    return Page(
        "search.html",
        f"Search: {wanted}" if wanted else "Explorer",
        {"q": wanted, "entities": [asdict(entity) for entity in found], "holds": summary},
        FOUND_COLUMNS,
        [entity.as_row() for entity in found],
        {"work": f"{work.scheme}:{work.value}" if work else ""},
    )


def pick(request: Request) -> Page:
    """Entities to choose from while one types the correct `subject` or `object` of a claim."""
    role = "object" if "object" in request.query_params else "subject"
    wanted = text(request, role)
    found = library(request).index().find(wanted, MAX_PICKS) if wanted else []
    data = {"q": wanted, "role": role, "entities": [asdict(entity) for entity in found]}
    return Page("pick.html", "Choose an entity", data, FOUND_COLUMNS, [entity.as_row() for entity in found])


def entity(request: Request) -> Page:
    """The page of an entity: description, and its claims by predicate, cancer and year."""
    id_ = request.path_params["id"]
    workspace = library(request)
    described = workspace.read(statements.ENTITY, id=id_)
    if not described:
        return _unclaimed(request, id_)
    found = workspace.read(statements.CLAIMS_OF_ENTITY, id=id_, limit=IN_GROUP)
    groups = _groups(found + workspace.read(statements.CLAIMS_AROUND_ENTITY, id=id_, limit=IN_GROUP))
    cancers = workspace.read(statements.CANCERS_OF_ENTITY, id=id_, limit=MAX_CANCERS)
    (populations,) = workspace.read(statements.POPULATIONS_OF_ENTITY, id=id_, limit=MAX_POPULATIONS)
    trend = workspace.read(statements.YEARS_OF_ENTITY, id=id_)
    claims = [claim for group in groups for claim in group["claims"]]
    return Page(
        "entity.html",
        described[0]["name"],
        {**described[0], "populations": populations, "groups": groups, "in_cancers": cancers, "years": trend},
        _COLUMNS,
        [claim_row(claim) for claim in claims],
        {"years": bars((year["year"], year["claims"]) for year in trend)},
    )


def _unclaimed(request: Request, id_: str) -> Page:
    """The page of an entity without claims. Raises LookupError for an unknown id."""
    known = [found for found in library(request).index().find(id_, 1) if found.id == id_]
    if not known:
        raise LookupError(f"no entity has the id {id_} - search for its name")
    data = {"id": id_, "name": known[0].name, "type": known[0].type.value, "claims": 0}
    return Page("unclaimed.html", known[0].name, data)


def _groups(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Group claims by the entity's role (subject, object, cancer, vesicles, recipient) and the predicate."""
    by_kind: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    totals = {}
    for row in rows:
        key = row["role"], row["predicate"]
        by_kind[key].append(row["claim"])
        totals[key] = row["total"]
    keys = sorted(by_kind, key=lambda key: ([*_ROLES].index(key[0]), key[1] and _ORDER.index(Predicate(key[1]))))
    return [
        {
            "filter": _ROLES[role],
            "predicate": predicate,
            "words": predicate and predicate_words(predicate, inverse=role == "OBJECT"),
            "total": totals[role, predicate],
            "claims": by_kind[role, predicate],
        }
        for role, predicate in keys
    ]


def claims(request: Request) -> Page:
    """List claims by entity, subject, object, cancer, predicate and belief, highest belief first."""
    ids, given = entity_filters(request, *CLAIM_FILTERS)
    predicate = predicate_filter(request)
    min_belief = number(request, "min_belief", 0, 0, 1)
    page = page_number(request)
    rows = library(request).read(
        statements.CLAIMS,
        **ids,
        predicate=predicate or None,
        min_belief=min_belief,
        skip=(page - 1) * PAGE,
        limit=PAGE + 1,
    )
    found = [row["claim"] for row in rows[:PAGE]]
    filters = {**given, "predicate": predicate, "min_belief": min_belief or ""}
    return Page(
        "claims.html",
        "Claims",
        {"filters": filters, "page": page, "more": len(rows) > PAGE, "claims": found},
        _COLUMNS,
        [claim_row(claim) for claim in found],
        {"predicates": [*Predicate], "filters": filters},
    )


def claim_row(claim: dict[str, Any]) -> list[Any]:
    """A claim as a row of CSV."""
    return [
        claim["id"], claim["subject"]["id"], claim["subject"]["name"], claim["predicate"], claim["negated"],
        claim["object"]["id"], claim["object"]["name"], [c["name"] for c in claim["cancers"]], claim["belief"],
        claim["papers"], claim["sentences"], claim["first_year"], claim["last_year"], claim["sentence"],
    ]  # fmt: skip


def index(request: Request) -> Page:
    """List all cancers, functions or vesicles, those with most claims first."""
    name = request.path_params["index"]
    if name not in INDEXES:
        raise LookupError(f"there is no page /{name} - start from the first page")
    label, title = INDEXES[name]
    start = text(request, "q")
    of, given = entity_filters(request, "of")
    page = page_number(request)
    rows = library(request).read(
        statements.INDEX, label=label, start=normalize(start), of=of["of"], skip=(page - 1) * PAGE, limit=PAGE + 1
    )
    columns = ("id", "name", "type", "claims", "context_of", "is_a", "sources")
    return Page(
        "index.html",
        title,
        {"q": start, "of": given.get("of", ""), "page": page, "more": len(rows) > PAGE, "entities": rows[:PAGE]},
        columns,
        [[*(row[column] for column in columns[:-1]), [s["name"] for s in row["sources"]]] for row in rows[:PAGE]],
        {"index": name},
    )
