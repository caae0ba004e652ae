"""Add to a claim the names of what its vesicles come from, and of the cells that its article says take them up."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from graph_schema.model import Predicate
from miner.model.claims import Claim


def add_participants(claims: Sequence[Claim]) -> list[Claim]:
    """The claims with `source_cells` and `recipient_cells` in `context`, where these are known."""
    recipients: dict[str, list[str]] = defaultdict(list)
    for claim in claims:
        if claim.predicate is Predicate.DELIVERED_TO and not claim.negated:
            recipients[claim.subject.id].append(claim.object.name)
    enriched = []
    for claim in claims:
        found = {
            "source_cells": {source.name for source in claim.sources},
            "recipient_cells": {name for end in (claim.subject, claim.object) for name in recipients.get(end.id, ())},
        }
        added = {key: sorted(names) for key, names in found.items() if names}
        enriched.append(replace(claim, context={**claim.context, **added}) if added else claim)
    return enriched
