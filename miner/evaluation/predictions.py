"""Claims in the form that the scorer of annotated articles reads."""

from typing import Any

from miner.model.articles import Article
from miner.model.claims import Claim, EntityRef


def gold_claim(article: Article, claim: Claim) -> dict[str, Any]:
    """A claim as the scorer reads predictions."""
    return {
        "doc_id": article.source_id,
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
