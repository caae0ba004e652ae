"""The n-ary claim (source → vesicle → cargo → recipient → target → function, in a cancer), joined from binary ones."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from graph_schema.model import EntityType, Predicate
from miner.model import Claim, EntityRef

_T = EntityType
_P = Predicate
_TO_FUNCTION = frozenset({_P.PROMOTES, _P.INHIBITS, _P.REGULATES})
_TO_TARGET = frozenset({_P.ACTIVATES, _P.REPRESSES})


@dataclass(frozen=True, slots=True)
class NaryClaim:
    """One story of an article. A part it does not tell is None; `effect` is the predicate that leads to the function.

    `claims` are the binary claims it was joined from, `score` the least of theirs.
    """

    vesicle: EntityRef
    cargo: EntityRef
    effect: Predicate | None
    function: EntityRef | None
    source: EntityRef | None
    recipient: EntityRef | None
    target: EntityRef | None
    target_effect: Predicate | None
    cancers: tuple[EntityRef, ...]
    claims: tuple[Claim, ...]
    score: float


def nary_claims(claims: Iterable[Claim]) -> list[NaryClaim]:
    """The stories that an article's claims tell: each carried cargo with each of its functions, denied claims apart."""
    asserted = [claim for claim in claims if not claim.negated]
    by_predicate: dict[Predicate, list[Claim]] = defaultdict(list)
    for claim in asserted:
        by_predicate[claim.predicate].append(claim)
    effects = [claim for claim in asserted if claim.predicate in _TO_FUNCTION and claim.object.type is _T.FUNCTION]
    targets = [claim for claim in asserted if claim.predicate in _TO_TARGET]
    stories: list[NaryClaim] = []
    for carries in by_predicate[_P.CARRIES]:
        vesicle, cargo = carries.subject.id, carries.object.id
        source = _best(claim for claim in by_predicate[_P.SECRETES] if claim.object.id == vesicle)
        recipient = _best(claim for claim in by_predicate[_P.DELIVERED_TO] if claim.subject.id in (cargo, vesicle))
        target = _best(claim for claim in targets if claim.subject.id == cargo)
        own = [claim for claim in effects if claim.subject.id == cargo]
        stories += [_story(carries, source, recipient, target, effect) for effect in own]
        if not own:
            stories.append(_story(carries, source, recipient, target, None))
    return stories


def _best(claims: Iterable[Claim]) -> Claim | None:
    return max(claims, key=lambda claim: claim.score, default=None)


def _story(
    carries: Claim, source: Claim | None, recipient: Claim | None, target: Claim | None, effect: Claim | None
) -> NaryClaim:
    parts = tuple(claim for claim in (source, carries, recipient, target, effect) if claim is not None)
    return NaryClaim(
        vesicle=carries.subject,
        cargo=carries.object,
        effect=effect.predicate if effect else None,
        function=effect.object if effect else None,
        source=source.subject if source else None,
        recipient=recipient.object if recipient else None,
        target=target.object if target else None,
        target_effect=target.predicate if target else None,
        cancers=(effect or carries).cancers,
        claims=parts,
        score=min(claim.score for claim in parts),
    )


def joined(claims: Sequence[Claim]) -> list[Claim]:
    """The claims with what others of their article say of them in `context`: `source_cells` and `recipient_cells`."""
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
