import pytest

from miner.extract.context import Cancers, is_generic
from miner.extract.sentence import view_sentences
from tests.extract.marked import marked


def cancers(source: str, sentence: int) -> list[str]:
    """The cancer of a claim that some sentence makes of the article's first two entities."""
    article = marked(source)
    view = list(view_sentences(article))[sentence]
    return [article.entities[i].name for i in Cancers(article).find(view, 0, 1)]


START = "{Vesicle:EVs} and {Gene:PTEN} in {Cancer:glioma}\n"


@pytest.mark.parametrize(
    ("source", "sentence", "expected"),
    [
        ("{Vesicle:EVs} carry {Gene:PTEN}\nThey are small.", 1, []),
        (START + "{Vesicle:EVs} carry {Gene:PTEN}.", 0, ["glioma"]),
        (START + "One. Two. Three. {Vesicle:EVs} of {Cancer:melanoma} carry {Gene:PTEN}.", 4, ["melanoma"]),
        (START + "One. Two. Three. {Vesicle:EVs} carry {Gene:PTEN} in {Cancer:cancer}.", 4, ["glioma"]),
        (START + "All cells shed {Vesicle:EVs} with {Gene:PTEN}.", 1, []),
    ],
)
def test_the_cancer_of_a_claim(source: str, sentence: int, expected: list[str]) -> None:
    assert cancers(source, sentence) == expected


@pytest.mark.parametrize(("name", "generic"), [("solid tumours", True), ("Cancers", True), ("glioma", False)])
def test_general_names_of_cancer(name: str, generic: bool) -> None:
    assert is_generic(marked(f"{{Cancer:{name}}}").entities[0]) is generic
