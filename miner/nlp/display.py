"""Annotated texts as a page to look at, by displaCy."""

from collections.abc import Sequence

from graph_schema.model import EntityType
from miner.model.annotations import AnnotatedArticle

_COLOURS = {
    EntityType.VESICLE: "#8fd3c8",
    EntityType.GENE: "#b5c7f2",
    EntityType.MICRO_RNA: "#f7c59f",
    EntityType.LNC_RNA: "#f2a7a0",
    EntityType.CIRC_RNA: "#e6b0d0",
    EntityType.MOLECULE_CLASS: "#e8e0a8",
    EntityType.CHEMICAL: "#cdb8e8",
    EntityType.FUNCTION: "#bfe3a0",
    EntityType.PATHWAY: "#a8d4f0",
    EntityType.CANCER: "#f4a6b7",
    EntityType.CELL: "#d8d0c4",
    EntityType.ANATOMY: "#c8e0d0",
}


def render(articles: Sequence[AnnotatedArticle]) -> str:
    """One HTML page with each article's entities highlighted; of overlapping mentions the longest is shown."""
    from spacy import displacy

    documents = [{"text": a.text, "ents": _shown(a), "title": None} for a in articles]
    colours = {kind.value: colour for kind, colour in _COLOURS.items()}
    return str(
        displacy.render(documents, style="ent", manual=True, page=True, jupyter=False, options={"colors": colours})
    )


def _shown(article: AnnotatedArticle) -> list[dict[str, object]]:
    mentions = [(m.start, m.end, e.type.value, e.id) for e in article.entities for m in e.mentions]
    taken: list[tuple[int, int, str, str]] = []
    for mention in sorted(mentions, key=lambda m: (m[0] - m[1], m[0])):
        if not any(mention[0] < end and start < mention[1] for start, end, _, _ in taken):
            taken.append(mention)
    return [{"start": s, "end": e, "label": label, "kb_id": id_} for s, e, label, id_ in sorted(taken)]
