"""An article and a claim, for tests of the corpus."""

from graph_schema.model import EntityType, Predicate
from miner.model.articles import Article, Section
from miner.model.claims import Claim, EntityRef


def article(
    source: str = "pubmed", source_id: str = "1", text: str = "Exosomes carry miR-21.", **more: object
) -> Article:
    fields = {"title": "A finding", "sections": (Section("abstract", text),), **more}
    return Article(source=source, source_id=source_id, **fields)  # type: ignore[arg-type]  # keyword passthrough


def claim(
    subject: str = "GO:0070062", object_: str = "miRBase:MI0000077", sentence: str = "Exosomes carry miR-21."
) -> Claim:
    return Claim(
        Predicate.CARRIES,
        EntityRef(subject, EntityType.VESICLE, "exosome", ("Exosomes",)),
        EntityRef(object_, EntityType.MICRO_RNA, "miR-21", ("miR-21",)),
        negated=False,
        speculative=False,
        sentence=sentence,
        start=10,
        end=32,
        score=0.9,
        extractor="test.v1",
    )
