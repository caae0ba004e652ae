"""What the whole pipeline takes the names of a text for."""

from collections.abc import Callable

import pytest

from miner.nlp.pipeline import annotate, load_pipeline

Found = dict[str, set[str]]
"""Type → names."""


@pytest.fixture(scope="module")
def read() -> Callable[[str], Found]:
    nlp = load_pipeline()

    def find(text: str) -> Found:
        (article,) = annotate([("1", f"A study of cells\n{text}")], nlp)
        found: Found = {}
        for entity in article.entities:
            found.setdefault(entity.type.value, set()).add(entity.name)
        return found

    return find


@pytest.mark.parametrize(
    ("text", "genes"),
    [
        ("Exosomes raised MMP2/9 in fibroblasts.", {"MMP2", "MMP9"}),
        ("Vesicles activated STAT1/3 in macrophages.", {"STAT1", "STAT3"}),
        ("Exosomes activated ERK1/2 in macrophages.", {"ERK"}),
    ],
)
def test_lists_of_genes_with_one_stem(read: Callable[[str], Found], text: str, genes: set[str]) -> None:
    assert read(text)["Gene"] == genes


@pytest.mark.parametrize(
    "text",
    [
        "SPC-A1, PC-3, HT-29, T24 and MCF-7 cells secreted exosomes.",
        "Exosomes entered HCT116/SW480/T24 cells.",
        "PC-3 and DU-145 cells took up vesicles.",
        "Huh7 cells released exosomes.",
    ],
)
def test_cell_lines_before_cells_are_no_genes(read: Callable[[str], Found], text: str) -> None:
    found = read(text)
    assert not found.keys() & {"Gene", "LncRNA"}
    assert found["Cell"]


@pytest.mark.parametrize(
    "text",
    [
        "Esophageal varices (EVs) were ligated; EVs bled again in two.",
        "Electric vehicles (EVs) lower noise. EVs were charged at home.",
        "Cells transfected with empty vector (EV) grew; EV cells did not.",
        "Enterovirus EV-A71 and EV-D68 infected children.",
    ],
)
def test_evs_that_are_something_else_are_no_vesicles(read: Callable[[str], Found], text: str) -> None:
    assert "Vesicle" not in read(text)


@pytest.mark.parametrize(
    "text",
    [
        "Extracellular vesicles (EVs) were small; EVs carried CD63.",
        "Extracellular microparticles (EVs) were shed by platelets.",
        "Esophageal varices were ligated. Exosomes of the serum were counted.",
    ],
)
def test_vesicles_stay_vesicles(read: Callable[[str], Found], text: str) -> None:
    assert read(text)["Vesicle"]


@pytest.mark.parametrize(
    "text",
    [
        "Exosomes were raised in patients with sleep apnea.",
        "Exosomes relieved osteoarthritis (OA) in rats.",
        "Vesicles of Toxoplasma entered hepatic cells.",
        "Exosomes were taken up by RAW264.7 macrophages and by THP-1 monocytes.",
    ],
)
def test_what_is_no_cancer_is_not_taken_for_one(read: Callable[[str], Found], text: str) -> None:
    assert "Cancer" not in read(text)


@pytest.mark.parametrize("word", ["ACGT" * 2500, "piR-" + "1" * 9000, "miR-" + "1" * 9000])
def test_an_endless_word_makes_no_endless_id(read: Callable[[str], Found], word: str) -> None:
    names = read(f"Exosomes carry {word} to macrophages.")
    assert all(len(name) <= 200 for found in names.values() for name in found)
