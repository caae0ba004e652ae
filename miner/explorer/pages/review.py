"""The review queue: the claims that a curator has not judged, one at a time."""

from typing import Any

from starlette.requests import Request

from graph_schema.model import Predicate
from miner.corpus import Corpus
from miner.explorer import statements
from miner.explorer.pages.claims import claim_page
from miner.explorer.parameters import CLAIM_FILTERS, entity_filters, library, number, predicate_filter, text
from miner.explorer.rendering import Page, address
from miner.explorer.writing import curator_of
from miner.model.assertions import Verdict
from miner.workflow.assembly import find_assertion
from miner.workflow.curation import describe, describe_correction, names_in

MAX_PLACE = 100_000
RECENT = 5
"""Number of the curator's latest verdicts that the page links to."""


def review(request: Request) -> Page:
    """The page of one claim in the queue, with progress and the curator's latest verdicts."""
    who = curator_of(request)
    ids, given = entity_filters(request, *CLAIM_FILTERS)
    predicate = predicate_filter(request)
    order = text(request, "order") or "doubtful"
    only = text(request, "only")
    place = int(number(request, "at", 0, 0, MAX_PLACE))
    wanted: dict[str, Any] = {
        **ids,
        "predicate": predicate or None,
        "min_belief": number(request, "min_belief", 0, 0, 1),
        "disputed": only == "disputed",
        "curator": who,
    }
    workspace = library(request)
    (size,) = workspace.read(statements.REVIEW_SIZE, **wanted)
    rows = workspace.read(statements.REVIEW, **wanted, doubtful=order != "believed", skip=place)
    filters = {
        **given, "predicate": predicate, "min_belief": wanted["min_belief"] or "", "order": text(request, "order"),
        "only": only,
    }  # fmt: skip
    with workspace.corpus() as corpus:
        own = [v for v, _ in corpus.all_verdicts() if v.curator == who]
        progress = {"left": size["left"], "judged": len({v.assertion for v in own}), "at": place, "filters": filters}
        view = {
            "all_predicates": [*Predicate],
            "progress": progress,
            "filters": filters,
            "latest": _latest(corpus, own),
            "here": address("/review", filters, at=place or None),
        }
        if not rows:
            return Page("reviewed.html", "Review", {"progress": progress}, view={**view, "claim": None})
        shown = claim_page(request, corpus, rows[0]["id"], "review.html", view)
    return Page(
        shown.template, "Review", {"progress": progress, "claim": shown.data}, shown.columns, shown.rows,
        {**shown.view, "claim": shown.data, "statement": shown.title},
    )  # fmt: skip


def _latest(corpus: Corpus, own: list[Verdict]) -> list[dict[str, Any]]:
    """The curator's latest verdicts with their claims in words."""
    listed = []
    for verdict in reversed(own[-RECENT:]):
        found = find_assertion(corpus, verdict.assertion)
        words = describe(found, names_in(corpus, found)) if found else verdict.assertion
        correction = describe_correction(verdict)
        shown = {"id": verdict.assertion, "statement": words, "decision": verdict.decision, "corrected_to": correction}
        listed.append(shown)
    return listed
