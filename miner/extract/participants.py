"""Add to a claim the cells that other claims of its article name as source or recipient of its vesicles."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from graph_schema.model import Predicate
from miner.model.claims import Claim

_P = Predicate


def add_participants(claims: Sequence[Claim]) -> list[Claim]:
    """The claims with `source_cells` and `recipient_cells` in `context`, where the article names them."""
    sources: dict[str, list[str]] = defaultdict(list)
    recipients: dict[str, list[str]] = defaultdict(list)
    for claim in claims:
        if claim.negated:
            continue
        if claim.predicate is _P.SECRETES:
            sources[claim.object.id].append(claim.subject.name)
        elif claim.predicate is _P.DELIVERED_TO:
            recipients[claim.subject.id].append(claim.object.name)
    enriched = []
    for claim in claims:
        ends = (claim.subject.id, claim.object.id)
        added = {
            key: names
            for key, table in (("source_cells", sources), ("recipient_cells", recipients))
            if (names := sorted({name for end in ends for name in table.get(end, ())}))
        }
        enriched.append(replace(claim, context={**claim.context, **added}) if added else claim)
    return enriched
