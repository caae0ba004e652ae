import pytest

from graph_schema.model import EntityType
from miner.nlp.lexicon import Lexicon
from miner.nlp.linker import Grounder
from miner.nlp.processes import simpler_names


@pytest.fixture(scope="module")
def grounder() -> Grounder:
    return Grounder(Lexicon.load())


@pytest.mark.parametrize(
    ("surface", "name"),
    [
        ("migratory ability of tumor cells", "cell migration"),
        ("migratory abilities", "cell migration"),
        ("invasive properties of glioma cells", "invasion"),
        ("apoptosis of retinal ganglion cells", "apoptosis"),
        ("HMGB1-mediated pyroptosis", "pyroptosis"),
        ("miR-9-dependent angiogenesis in zebrafish", "angiogenesis"),
        ("chronic airway inflammation", "inflammation"),
        ("phagocytic capacity of microglia", "phagocytosis"),
        ("tendon-to-bone healing and tissue regeneration", "tissue repair"),
        ("myocardial injuries", "myocardial injury"),
        ("response to first-line therapy", "treatment response"),
        ("cardiac regeneration", "cardiac repair"),
        ("immunosuppressive tumor microenvironment", "tumor microenvironment"),
    ],
)
def test_a_longer_mention_is_the_process_at_its_head(grounder: Grounder, surface: str, name: str) -> None:
    assert grounder.ground(surface, EntityType.FUNCTION).name == name


@pytest.mark.parametrize(
    ("surface", "wrong"),
    [
        ("anti-apoptotic effects", "apoptosis"),
        ("impaired mitochondrial function", "mitochondrial function"),
        ("cognitive deficits", "cognition"),
        ("loss of barrier integrity", "barrier integrity"),
        ("oncogenic signaling", "signal transduction"),
        ("chronic Chagas disease", "disease"),
        ("cross-talk between glial cells and the microenvironment", "tumor microenvironment"),
    ],
)
def test_what_turns_the_meaning_round_is_not_left_out(grounder: Grounder, surface: str, wrong: str) -> None:
    assert grounder.ground(surface, EntityType.FUNCTION).name != wrong


def test_forms_come_nearest_first_and_once() -> None:
    forms = list(simpler_names("proliferative capacity of hepatoma cells"))
    assert forms.index("proliferative capacity") < forms.index("proliferation")
    assert len(forms) == len(set(forms))


def test_a_long_mention_costs_little() -> None:
    assert len(list(simpler_names("very " * 5000 + "migration"))) < 200
