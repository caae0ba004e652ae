"""Claims in the format in which predictions are scored."""

from typing import Any

from miner.model.claims import Claim, EntityRef


def gold_claim(doc_id: str, claim: Claim) -> dict[str, Any]:
    """A claim as a prediction for the article `doc_id`, JSON-ready."""
    return {
        "doc_id": doc_id,
        "predicate": claim.predicate.value,
        "negated": claim.negated,
        "speculative": claim.speculative,
        "subject": _gold_entity(claim.subject),
        "object": _gold_entity(claim.object),
        "cancers": [_gold_entity(c) for c in claim.cancers],
        "sources": [_gold_entity(s) for s in claim.sources],
        "evidence": claim.sentence,
        "score": round(claim.score, 4),
    }


def _gold_entity(entity: EntityRef) -> dict[str, Any]:
    return {"type": entity.type.value, "name": entity.name, "mentions": list(entity.mentions)}
