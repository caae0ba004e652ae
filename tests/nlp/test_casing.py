"""Names that no vocabulary has are written as in running text."""

import pytest

from graph_schema.model import EntityType as T
from miner.nlp.casing import Casing

PLAIN = "Selenized neural stem cells release exosomes. They act on Lewy bodies."
TITLE = "Exosomes of Oral Progenitor Cells Restore Dystrophic Muscle. We treated mice."


@pytest.mark.parametrize(
    ("text", "surface", "kind", "name"),
    [
        (PLAIN, "Selenized neural stem cells", T.CELL, "selenized neural stem cells"),
        (TITLE, "Oral Progenitor Cells", T.CELL, "oral progenitor cells"),
        ("RESULTS: Rose stem cells grew.", "Rose stem cells", T.CELL, "rose stem cells"),
        ("A sample of Moravian glia died. Moravian glia are rare.", "Moravian glia", T.CELL, "Moravian glia"),
        ("Duchenne cardiomyocytes shed exosomes.", "Duchenne cardiomyocytes", T.CELL, "Duchenne cardiomyocytes"),
        ("Schwann cell-like cells grew.", "Schwann cell-like cells", T.CELL, "Schwann cell-like cells"),
        ("Adipsin protects vessels.", "Adipsin", T.GENE, "Adipsin"),  # may be a symbol
        ("Adipsin protects vessels, and adipsin is safe.", "Adipsin", T.GENE, "adipsin"),
        ("Wnt/Ca2+ signaling rises.", "Wnt/Ca2+ signaling", T.PATHWAY, "Wnt/Ca2+ signaling"),
        ("MenSCs and PC12 cells grew.", "MenSCs", T.CELL, "MenSCs"),
        ("Treg number fell. It was the Treg number.", "Treg number", T.FUNCTION, "Treg number"),
        (
            "Human dental Pulp cells. We used the human Pulp.",
            "Human dental Pulp cells",
            T.CELL,
            "human dental Pulp cells",
        ),
        ("", "Oral cells", T.CELL, "oral cells"),
    ],
)
def test_capitals_of_place_alone_go(text: str, surface: str, kind: T, name: str) -> None:
    ends = [i + 1 for i, c in enumerate(text) if c == "."]
    sentences = list(zip([0, *ends], [*ends, len(text)], strict=True))
    assert Casing(text, sentences).name(surface, kind) == name


def test_a_pipeline_names_what_no_vocabulary_has_without_them() -> None:
    from miner import annotate

    article = annotate("Kumquat-fed stem cells release exosomes. Exosomes of kumquat-fed stem cells carry miR-21.")
    assert "kumquat-fed stem cells" in {entity.name for entity in article.entities}
