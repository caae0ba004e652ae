"""Sources and recipients, levels and groups, markers and treatments: told apart in whole claims."""

import pytest

from miner.extract.claims import extract
from tests.extract.marked import marked


def claims_of(source: str) -> set[str]:
    """The claims, as "subject PREDICATE object", negated ones after "not"."""
    return {f"{'not ' * c.negated}{c.subject.name} {c.predicate} {c.object.name}" for c in extract(marked(source))}


@pytest.mark.parametrize(
    ("source", "recipient", "vesicle"),
    [
        ("{Cell:Adipocytes} engulf {Vesicle:EVs} shed by {Cell:platelets}.", "adipocytes", "evs"),
        ("{Vesicle:Exosomes} of {Cell:tenocytes} were efficiently captured by human {Cell:keratinocytes}.",
         "keratinocytes", "exosomes"),
        ("Uptake of {Vesicle:EVs} from {Cell:neurons} by {Cell:microglia} was fast.", "microglia", "evs"),
        ("{Vesicle:EVs} crossed the barrier and accumulated in {Anatomy:spleen}.", "spleen", "evs"),
        ("{Cell:Astrocytes} shed {Vesicle:EVs} that {Cell:oligodendrocytes} readily internalize.",
         "oligodendrocytes", "evs"),
        ("{Vesicle:Microvesicles} entered {Cell:monocytes} within an hour.", "monocytes", "microvesicles"),
        ("{Vesicle:Exosomes} fused with {Cell:sperm cells} in culture.", "sperm cells", "exosomes"),
        ("{Cell:Kupffer cells} rapidly cleared {Vesicle:EVs}.", "kupffer cells", "evs"),
        ("{Vesicle:EVs} crossed the endothelium and reached {Cell:neurons}.", "neurons", "evs"),
        ("{Cell:Platelet} {Vesicle:EVs} were transported to {Cell:B cells} through the lymph.", "b cells", "evs"),
    ],
)  # fmt: skip
def test_recipients_take_vesicles_up_and_are_no_sources(source: str, recipient: str, vesicle: str) -> None:
    claims = claims_of(source)
    assert f"{vesicle} DELIVERED_TO {recipient}" in claims
    assert f"{recipient} SECRETES {vesicle}" not in claims


@pytest.mark.parametrize(
    ("source", "treated"),
    [
        ("{Cell:Osteoblasts} were incubated with {Vesicle:exosomes} for two days.", "osteoblasts"),
        ("We exposed {Cell:tenocytes} to {Vesicle:EVs} of {Cell:mast cells}.", "tenocytes"),
        ("Co-culture of {Cell:islet cells} with {Vesicle:EVs} was harmless.", "islet cells"),
        ("{Vesicle:EVs} were added to {Cell:myoblasts}.", "myoblasts"),
        ("{Vesicle:EVs} induced {Function:apoptosis} of {Cell:granulosa cells}.", "granulosa cells"),
        ("{Vesicle:EVs} were visible inside {Cell:melanocytes}.", "melanocytes"),
    ],
)
def test_treated_cells_are_no_sources(source: str, treated: str) -> None:
    assert not any(claim.startswith(f"{treated} SECRETES") for claim in claims_of(source))


@pytest.mark.parametrize(
    ("source", "cell", "vesicle"),
    [
        ("{Vesicle:EVs} from {Cell:mast cells} were taken up by {Cell:neurons}.", "mast cells", "evs"),
        ("{Cell:Podocytes} take up {Vesicle:EVs} derived from {Cell:mesangial cells}.", "mesangial cells", "evs"),
        ("The {Vesicle:exosomes} that {Cell:Sertoli cells} release reach {Cell:germ cells}.",
         "sertoli cells", "exosomes"),
        ("{Cell:Thymocytes} secrete and take up {Vesicle:exosomes}.", "thymocytes", "exosomes"),
        ("The release of {Vesicle:EVs} by {Cell:basophils} was measured.", "basophils", "evs"),
    ],
)  # fmt: skip
def test_sources_are_no_recipients(source: str, cell: str, vesicle: str) -> None:
    claims = claims_of(source)
    assert f"{cell} SECRETES {vesicle}" in claims
    if "take up" not in source or cell != "thymocytes":
        assert f"{vesicle} DELIVERED_TO {cell}" not in claims


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{MicroRNA:miR-9} was lower in patients with {Cancer:glioma} than in controls.",
         "mir-9 REDUCED_IN glioma"),
        ("{MicroRNA:miR-9} was lower in healthy controls than in patients with {Cancer:glioma}.",
         "mir-9 ELEVATED_IN glioma"),
        ("{MicroRNA:miR-9} was more abundant in normal donors compared with {Cancer:glioma} patients.",
         "mir-9 REDUCED_IN glioma"),
        ("Patients with {Cancer:glioma} had fewer {Vesicle:exosomes} than volunteers.",
         "exosomes REDUCED_IN glioma"),
        ("{Cancer:Glioma} cases showed higher levels of {Gene:CD9} than controls.", "cd9 ELEVATED_IN glioma"),
        ("The level of {Gene:CD9} dropped in {Cancer:glioma}.", "cd9 REDUCED_IN glioma"),
        ("In {Cancer:glioma}, {LncRNA:MEG3} was strongly downregulated.", "meg3 REDUCED_IN glioma"),
        ("{LncRNA:MEG3} was decreased and {LncRNA:H19} was increased in {Cancer:glioma}.",
         "meg3 REDUCED_IN glioma"),
        ("Healthy donors had higher {Gene:CD9} than patients with {Cancer:glioma}.", "cd9 REDUCED_IN glioma"),
        ("{Gene:CD9} was lower in late-stage than in early-stage {Cancer:glioma}.", "cd9 REDUCED_IN glioma"),
        ("Levels of {Gene:CD9} decreased in {Cancer:glioma} after surgery.", "cd9 REDUCED_IN glioma"),
        ("A reduced expression of {LncRNA:MEG3} was observed in {Cancer:glioma}.", "meg3 REDUCED_IN glioma"),
        ("{Gene:CD9} was upregulated in advanced {Cancer:glioma} relative to early disease.",
         "cd9 ELEVATED_IN glioma"),
        ("{Gene:CD9} levels did not differ between {Cancer:glioma} and gliosis.", "not cd9 ELEVATED_IN glioma"),
        ("{Gene:CD9} was higher in {Cell:T cells} but lower in {Cell:B cells}.", "cd9 REDUCED_IN b cells"),
    ],
)  # fmt: skip
def test_levels_take_their_direction_from_the_group_studied(source: str, expected: str) -> None:
    claims = claims_of(source)
    turned = {"ELEVATED_IN": "REDUCED_IN", "REDUCED_IN": "ELEVATED_IN"}
    subject, predicate, place = expected.removeprefix("not ").split(" ", 2)
    assert expected in claims
    assert f"{subject} {turned[predicate]} {place}" not in claims


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{Gene:GPC1} discriminated {Cancer:ovarian cancer} from cysts.", "gpc1 BIOMARKER_OF ovarian cancer"),
        ("{Gene:GPC1} could detect early {Cancer:ovarian cancer}.", "gpc1 BIOMARKER_OF ovarian cancer"),
        ("{Gene:GPC1} is an independent prognostic factor in {Cancer:ovarian cancer}.",
         "gpc1 BIOMARKER_OF ovarian cancer"),
        ("{Gene:GPC1} may help in the early diagnosis of {Cancer:ovarian cancer}.",
         "gpc1 BIOMARKER_OF ovarian cancer"),
        ("{Gene:GPC1} reached an AUC of 0.93 for {Cancer:ovarian cancer}.", "gpc1 BIOMARKER_OF ovarian cancer"),
        ("{Gene:GPC1} was associated with the stage of {Cancer:ovarian cancer}.",
         "gpc1 BIOMARKER_OF ovarian cancer"),
        ("{Vesicle:Exosomes} were used to treat {Cancer:ovarian cancer} in rats.",
         "exosomes TREATS ovarian cancer"),
        ("{Vesicle:Exosomes} are a safe therapy for {Cancer:ovarian cancer}.", "exosomes TREATS ovarian cancer"),
        ("{Chemical:Taxol} cured {Cancer:ovarian cancer} in mice.", "taxol TREATS ovarian cancer"),
    ],
)  # fmt: skip
def test_markers_and_treatments(source: str, expected: str) -> None:
    claims = claims_of(source)
    other = expected.replace("BIOMARKER_OF", "?").replace("TREATS", "BIOMARKER_OF").replace("?", "TREATS")
    assert expected in claims
    assert other not in claims


@pytest.mark.parametrize(
    "source",
    [
        "{Gene:GPC1} levels correlated with {Gene:CD9} levels in {Cancer:glioma}.",
        "{Gene:GPC1} and {Gene:CD9} were correlated with each other in {Cancer:glioma}.",
        "{Gene:GPC1} was associated with age in {Cancer:glioma}.",
        "{Gene:GPC1} and {Gene:CD9} were strongly correlated in {Cancer:glioma}.",
        "A correlation between {Gene:GPC1} and {Gene:CD9} in {Cancer:glioma} was weak.",
        "{MicroRNA:miR-9} was positively correlated with {LncRNA:H19} in {Cancer:glioma} tissue.",
    ],
)
def test_correlated_molecules_are_no_markers(source: str) -> None:
    assert not any(" BIOMARKER_OF " in claim for claim in claims_of(source))
