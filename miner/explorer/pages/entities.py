"""Search, entities, lists of claims, and indexes of cancers, functions and vesicles."""

from collections import defaultdict
from dataclasses import asdict
from typing import Any

from starlette.requests import Request

from graph_schema.cookbook import queries
from graph_schema.model import Predicate
from miner.explorer import statements
from miner.explorer.parameters import PAGE, entity_filters, library, number, page_number, predicate_filter, text
from miner.explorer.rendering import Page, bars, predicate_words
from miner.model.identifiers import recognize
from miner.vocabulary.normalize import normalize

MAX_FOUND = 20
IN_GROUP = 8
"""Maximum number of claims that an entity's page shows for one predicate."""
MAX_CANCERS = 15
INDEXES = {
    "cancers": ("Cancer", "Cancers"),
    "functions": ("Function", "Functions"),
    "vesicles": ("Vesicle", "Vesicles"),
}
_COLUMNS = ("assertion", "subject_id", "subject", "predicate", "negated", "object_id", "object", "cancers", "belief",
            "papers", "sentences", "first_year", "last_year", "sentence")  # fmt: skip
_ORDER = [*Predicate]


def search(request: Request) -> Page:
    """The first page: search as you type, and counts of the workspace."""
    wanted = text(request, "q")
    found = [asdict(entity) for entity in library(request).index().find(wanted, MAX_FOUND)] if wanted else []
    (summary,) = library(request).read(statements.SUMMARY)
    work = recognize(wanted) if wanted else None
    columns = ("id", "type", "name", "match", "form", "claims", "articles")
    return Page(
        "search.html",
        f"Search: {wanted}" if wanted else "Explorer",
        {"q": wanted, "entities": found, "holds": summary},
        columns,
        [[entity[column] for column in columns] for entity in found],
        {"work": f"{work.scheme}:{work.value}" if work else ""},
    )


def entity(request: Request) -> Page:
    """The page of an entity: description, and its claims by predicate, cancer and year."""
    id_ = request.path_params["id"]
    workspace = library(request)
    described = workspace.read(statements.ENTITY, id=id_)
    if not described:
        return _unclaimed(request, id_)
    groups = _groups(workspace.read(statements.CLAIMS_OF_ENTITY, id=id_, limit=IN_GROUP))
    cancers = workspace.read(statements.CANCERS_OF_ENTITY, id=id_, limit=MAX_CANCERS)
    trend = workspace.run_named(queries()["timeline"], {"entity": id_}).records()
    claims = [claim for group in groups for claim in group["claims"]]
    return Page(
        "entity.html",
        described[0]["name"],
        {**described[0], "groups": groups, "in_cancers": cancers, "years": trend},
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
    """Group claims by the entity's role (subject, object, cancer) and the predicate."""
    by_kind: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    totals = {}
    for row in rows:
        key = row["role"], row["predicate"]
        by_kind[key].append(row["claim"])
        totals[key] = row["total"]
    roles = ("SUBJECT", "OBJECT", "IN_CANCER")
    keys = sorted(by_kind, key=lambda key: (roles.index(key[0]), _ORDER.index(Predicate(key[1]))))
    return [
        {
            "role": role.lower(),
            "predicate": predicate,
            "words": predicate_words(predicate, inverse=role == "OBJECT"),
            "total": totals[role, predicate],
            "claims": by_kind[role, predicate],
        }
        for role, predicate in keys
    ]


def claims(request: Request) -> Page:
    """List claims by entity, subject, object, cancer, predicate and belief, highest belief first."""
    ids, given = entity_filters(request, "entity", "subject", "object", "cancer")
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
    page = page_number(request)
    rows = library(request).read(
        statements.INDEX, label=label, start=normalize(start), skip=(page - 1) * PAGE, limit=PAGE + 1
    )
    columns = ("id", "name", "type", "claims", "context_of", "is_a")
    return Page(
        "index.html",
        title,
        {"q": start, "page": page, "more": len(rows) > PAGE, "entities": rows[:PAGE]},
        columns,
        [[row[column] for column in columns] for row in rows[:PAGE]],
        {"index": name},
    )
