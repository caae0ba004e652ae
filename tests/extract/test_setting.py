"""Settings, separation and characterization are found although most patterns are not tried on most texts."""

import pytest

from graph_schema.model import Predicate
from miner.extract.context import Setting
from miner.extract.sentence import view_sentences
from miner.model.annotations import AnnotatedArticle
from tests.extract.marked import marked


def context_of(said: str) -> dict[str, object]:
    article: AnnotatedArticle = marked(f"{{Vesicle:EVs}} carry {{Gene:PTEN}}\n{said}")
    view = next(view_sentences(article))
    subject, object_ = view.mentions
    return Setting(article).describe(view, Predicate.CARRIES, subject, object_)


@pytest.mark.parametrize(
    ("said", "key", "expected"),
    [
        ("Two Cell Lines were used.", "setting", ["in vitro"]),
        ("We co-cultured them.", "setting", ["in vitro"]),
        ("In Vivo, tumors grew in an orthotopic site.", "setting", ["in vivo"]),
        ("Murine cells and a xenograft.", "setting", ["in vivo", "mouse"]),
        ("Rats were treated.", "setting", ["rat"]),
        ("The concentration was high.", "setting", None),
        ("Volunteers gave serum.", "setting", ["patients"]),
        ("Volunteers gave serum to BALB/c recipients.", "species", ["human", "mouse"]),
        ("Murine cells met those of women.", "species", ["human", "mouse"]),
        ("Sprague-Dawley pups and Wistar dams.", "species", ["rat"]),
        ("The separation rate of the patented concentrate.", "species", None),
        ("Ultra-centrifugation was used.", "separation", ["ultracentrifugation"]),
        ("An iodixanol gradient and OptiPrep.", "separation", ["density gradient"]),
        ("By SEC and qEV.", "separation", ["size exclusion chromatography"]),
        ("It took a sec.", "separation", None),
        ("ExoQuick was used.", "separation", ["precipitation"]),
        ("Tangential flow was used.", "separation", ["ultrafiltration"]),
        ("Differential centrifugation was used.", "separation", ["differential centrifugation"]),
        ("An exosome isolation kit.", "separation", ["kit"]),
        ("NanoSight, TEM and Western blots.", "characterization", ["NTA", "TEM", "western blot"]),
        ("Cryo-EM and AFM.", "characterization", ["cryo-EM", "AFM"]),
        ("FACS, RT-qPCR and small RNA-seq.", "characterization", ["flow cytometry", "RNA sequencing", "qPCR"]),
        ("This item seems systematic.", "characterization", None),
    ],
)
def test_what_an_article_states_of_its_methods(said: str, key: str, expected: list[str] | None) -> None:
    assert context_of(said).get(key) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("Mice and patients were studied. {Vesicle:EVs} of the mice carry {Gene:PTEN}.", ["mouse"]),
        ("Mice and patients were studied. {Vesicle:EVs} carry {Gene:PTEN}.", ["human", "mouse"]),
        ("Rats were studied. Human {Vesicle:EVs} carry {Gene:PTEN}.", ["human"]),
    ],
)
def test_the_species_is_the_sentences_or_else_the_articles(said: str, expected: list[str]) -> None:
    article = marked(said)
    view = next(view for view in view_sentences(article) if view.mentions)
    assert Setting(article).describe(view, Predicate.CARRIES, *view.mentions)["species"] == expected
