"""Whose vesicles a claim is about."""

import pytest

from miner.extract.claims import extract
from tests.extract.marked import marked

TITLE = "{Vesicle:Exosomes} of {Cell:neutrophils} and {Function:healing}\n"
INTRO = "{Vesicle:Exosomes} carry {MicroRNA:miR-7}. "


def sources(source: str, object_: str) -> list[set[str]]:
    """The source names of each claim on an object, and how they are known."""
    found = [c for c in extract(marked(source), threshold=0.1) if c.object.name == object_]
    assert found, "nothing is read"
    return [{s.name for s in c.sources} | {c.source_known} for c in found]


@pytest.mark.parametrize(
    ("source", "object_", "expected"),
    [
        ("{Vesicle:{Cell:CAF}-derived exosomes} promoted {Function:growth}.", "growth", {"caf", "sentence"}),
        ("{Vesicle:Exosomes} from {Cell:MSCs} promoted {Function:growth}.", "growth", {"mscs", "sentence"}),
        ("{Vesicle:Exosomes} secreted by {Cell:mast cells} carried {Gene:KIT}.", "kit", {"mast cells", "sentence"}),
        ("{Vesicle:{Anatomy:Serum} exosomes} contained {MicroRNA:miR-7}.", "mir-7", {"serum", "sentence"}),
        ("{Cell:Neutrophil} {Vesicle:EVs} reduced {Function:healing}.", "healing", {"neutrophil", "sentence"}),
        ("{Vesicle:Exosomes} released by {Cell:most cell types} carry {MicroRNA:miR-7}.", "mir-7", {""}),
        ("{Vesicle:Exosomes} carry {MicroRNA:miR-7}.", "mir-7", {""}),
        (
            "{Cell:MSC}-derived {Vesicle:exosomes} ({Vesicle:MSC-Exo}) were made. {Vesicle:MSC-Exo} promoted "
            "{Function:healing}.",
            "healing",
            {"msc", "name"},
        ),
        (
            "{Cell:PTC}-derived {MicroRNA:{Vesicle:exosomal} miR-7} reduced {Function:growth}.",
            "growth",
            {"ptc", "sentence"},
        ),
        ("{Vesicle:{Anatomy:Plasma} exosomes} of {Cancer:glioma} patients carried {Gene:KIT}.", "kit", {"plasma"}),
        ("{Vesicle:Exosomes} from {Cancer:glioma} patients' {Anatomy:plasma} carried {Gene:KIT}.", "kit", {"plasma"}),
        ("{Vesicle:Exosomes} of patients with early {Cancer:glioma} carried {Gene:KIT}.", "kit", {"glioma"}),
        ("{Vesicle:Cancerous exosomes} reduced {Function:healing} in {Cancer:cancer}.", "healing", {"cancer"}),
        ("{Vesicle:{Anatomy:Brain}-targeted exosomes} promoted {Function:healing}.", "healing", {""}),
        ("{Vesicle:Exosomes} accumulated in {Anatomy:the heart} and reduced {Function:damage}.", "damage", {""}),
        (
            "{Vesicle:{Cell:T cell}-derived EVs} were made. These {Vesicle:EVs} carried {Gene:KIT}.",
            "kit",
            {"t cell", "earlier"},
        ),
        (
            "{Vesicle:{Cell:umbilical cord stem cell}-derived exosomes} ({Vesicle:{Cell:UCSC}-Exo}) were made. "
            "{Vesicle:{Cell:UCSC}-Exo} reduced {Function:damage}.",
            "damage",
            {"umbilical cord stem cell"},
        ),
        (
            "{MicroRNA:{Vesicle:Exosomal} miR-7} as a marker\nWe took {Anatomy:serum} samples. "
            "{MicroRNA:{Vesicle:Exosomal} miR-7} reduced {Function:growth}.",
            "growth",
            {"serum", "article"},
        ),
        (
            "{Vesicle:Exosomes} and {Function:repair}\nThis review covers {Vesicle:{Cell:MSC} exosomes}. "
            "{Vesicle:Exosomes} carry {Gene:KIT}.",
            "kit",
            {""},
        ),
        (
            "{Cell:Mast cells} promote {Function:growth} of {Cancer:glioma} by transferring {Vesicle:exosomal} "
            "{Gene:KIT}.",
            "kit",
            {"mast cells", "sentence"},
        ),
        (
            "{Cancer:Glioma}-associated {Cell:mast cells} drive {Function:growth} through the release of "
            "{Vesicle:exosomal} {Gene:KIT}.",
            "kit",
            {"mast cells", "sentence"},
        ),
        ("{Chemical:Aspirin} slows {Function:growth} by delivering {Vesicle:exosomal} {Gene:KIT}.", "kit", {""}),
        ("{Gene:KIT} is enriched in {Cell:CAF}-derived medium and {Vesicle:exosomes}.", "kit", {"caf", "sentence"}),
        (TITLE + INTRO + "We injected them. {Vesicle:Exosomes} carried {Gene:KIT}.", "kit", {"neutrophils", "article"}),
        (TITLE + INTRO + "We injected them. {Vesicle:Exosomes} carried {Gene:KIT}.", "mir-7", {""}),
    ],
)
def test_the_source_is_read_where_it_is_named_and_kept_where_it_is_meant(
    source: str, object_: str, expected: set[str]
) -> None:
    assert any(expected <= found for found in sources(source, object_))


def test_a_secreting_cell_is_the_source_and_a_recipient_is_not() -> None:
    claims = extract(marked("{Vesicle:Exosomes} of {Cell:T cells} were taken up by {Cell:hepatocytes}."))
    assert {s.name for c in claims for s in c.sources} == {"t cells"}


STEM = "{Cell:Stem cell}-derived {Vesicle:exosomes} carry {Gene:KIT}.\n"
MARROW = "{Vesicle:Exosomes} from {Cell:marrow stem cell} cultures reduced {Function:growth}. "
SKIN = "{Vesicle:Exosomes} from {Cell:skin stem cell} cultures reduced {Function:growth}."
GLIOMA = "{Cell:Glioma cell}-derived {Vesicle:exosomes} carry {Gene:KIT}."


@pytest.mark.parametrize(
    ("source", "population"),
    [
        (STEM + MARROW, "marrow stem cell exosomes"),
        (STEM + MARROW + SKIN, "stem cell exosomes"),
        (STEM, "stem cell exosomes"),
        (GLIOMA + " {Gene:KIT} promotes {Cancer:glioma}.", "glioma exosomes"),
        (GLIOMA, "glioma cell exosomes"),
    ],
)
def test_populations_are_of_the_most_specific_source_and_of_tumors_rather_than_their_cells(
    source: str, population: str
) -> None:
    claims = extract(marked(source), threshold=0.1)
    assert population in {c.subject.full_name for c in claims if c.object.name == "kit"}
