"""Add to a claim the vesicles in which its cargo acts, the sources of these vesicles, and the recipient cells."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from graph_schema.model import CARGO, EntityType, Predicate
from miner.extract.population_sources import PopulationSources
from miner.extract.sentence import SentenceView, TokenMention, once_per_sentence
from miner.model.claims import Claim, EntityRef, name_populations

_P = Predicate


def find_vesicles(view: SentenceView, ends: Sequence[TokenMention]) -> int | None:
    """The index of the vesicle entity nearest to a claim's cargo in the sentence.

    None if the claim has no cargo, or its subject or object is a vesicle.
    """
    cargo = [end.first for end in ends if end.type in CARGO]
    if not cargo or any(end.type is EntityType.VESICLE for end in ends):
        return None
    vesicles = _vesicles(view)
    near = [v for at in cargo for v in _neighbors(vesicles, at)]
    nearest = min(near, key=lambda v: (min(abs(v.first - at) for at in cargo), v.first), default=None)
    return nearest.entity if nearest else None


def _neighbors(vesicles: Sequence[TokenMention], at: int) -> Sequence[TokenMention]:
    """The vesicles directly before and after a token."""
    after = bisect_left(vesicles, at, key=lambda v: v.first)
    return vesicles[max(0, after - 1) : after + 1]


@once_per_sentence
def _vesicles(view: SentenceView) -> list[TokenMention]:
    return sorted((m for m in view.mentions if m.type is EntityType.VESICLE), key=lambda m: m.first)


def add_participants(claims: Sequence[Claim]) -> list[Claim]:
    """Add vesicles and recipients to the claims of an article; vesicles with known sources become populations.

    Cargo acts in the vesicles that its sentence names if the article says that vesicles carry it.
    """
    carried = {c.object.id for c in claims if c.predicate is _P.CARRIES and not c.negated}
    located = (c if {c.subject.id, c.object.id} & carried else replace(c, vesicles=None) for c in claims)
    sources = PopulationSources(claims)
    named = [name_populations(claim, sources.of(claim)) for claim in located]
    recipients = _recipients(named)
    return [replace(claim, recipients=_find_recipients(claim, recipients)) for claim in named]


def _recipients(claims: Iterable[Claim]) -> dict[str, list[EntityRef]]:
    """The recipient cells that the article states, by the id of the delivered cargo or vesicles."""
    recipients: dict[str, list[EntityRef]] = defaultdict(list)
    for claim in claims:
        if claim.predicate is _P.DELIVERED_TO and not claim.negated:
            recipients[claim.subject.id].append(claim.object)
    return recipients


def _find_recipients(claim: Claim, recipients: dict[str, list[EntityRef]]) -> tuple[EntityRef, ...]:
    delivered = [claim.subject, claim.object, *([claim.vesicles] if claim.vesicles else [])]
    found = {ref.id: ref for end in delivered for ref in recipients.get(end.id, ())}
    return tuple(found[id_] for id_ in sorted(found))
