"""Wordings that turn the direction of an effect, or state it of others: what must be claimed, and what must not."""

import pytest

from miner.extract.claims import extract
from tests.extract.marked import marked


def read(source: str) -> set[str]:
    """The claims as "PREDICATE subject object", with "not" or "perhaps" before."""
    return {
        f"{'not ' * c.negated}{'perhaps ' * c.speculative}{c.predicate} {c.subject.name} {c.object.name}"
        for c in extract(marked(source))
    }


@pytest.mark.parametrize(
    ("source", "stated", "not_stated"),
    [
        (
            "{Vesicle:Exosomes} improved {Function:neuroinflammation} in rats.",
            {"INHIBITS exosomes neuroinflammation"},
            {"PROMOTES exosomes neuroinflammation"},
        ),
        (
            "{Function:Lung injury} was repaired by {Vesicle:EVs}.",
            {"INHIBITS evs lung injury"},
            {"PROMOTES evs lung injury"},
        ),
        (
            "{MicroRNA:miR-126} ameliorated {Function:cardiac function}.",
            {"PROMOTES mir-126 cardiac function"},
            {"INHIBITS mir-126 cardiac function"},
        ),
        (
            "{Vesicle:EVs} rescued {Cell:neurons} from {Function:ferroptosis}.",
            {"INHIBITS evs ferroptosis"},
            {"PROMOTES evs ferroptosis"},
        ),
        (
            "{Vesicle:Exosomes} resulted in protection against {Function:cognitive impairment}.",
            {"INHIBITS exosomes cognitive impairment"},
            {"PROMOTES exosomes cognitive impairment"},
        ),
        (
            "{MicroRNA:miR-21} restored the downregulated expression of {Gene:PTEN}.",
            {"ACTIVATES mir-21 pten"},
            {"REPRESSES mir-21 pten"},
        ),
        (
            "{Vesicle:EVs} act by activation or inhibition of {Pathway:Wnt signaling}.",
            set(),
            {"ACTIVATES evs wnt signaling", "REPRESSES evs wnt signaling"},
        ),
    ],
)
def test_direction_by_what_is_acted_on(source: str, stated: set[str], not_stated: set[str]) -> None:
    found = read(source)
    assert stated <= found
    assert not not_stated & found


@pytest.mark.parametrize(
    ("source", "stated", "not_stated"),
    [
        (
            "{Function:Inflammation} worsened in the absence of {Gene:TREM2}.",
            {"INHIBITS trem2 inflammation"},
            {"PROMOTES trem2 inflammation"},
        ),
        (
            "{Function:Fibrosis} rose after the loss of {MicroRNA:miR-29}.",
            {"INHIBITS mir-29 fibrosis"},
            {"PROMOTES mir-29 fibrosis"},
        ),
        (
            "Mice without {Gene:PTEN} had more {Function:fibrosis}.",
            {"INHIBITS pten fibrosis"},
            {"PROMOTES pten fibrosis"},
        ),
        (
            "An anti-{Gene:CD47} antibody reduced {Function:phagocytosis}.",
            {"PROMOTES cd47 phagocytosis"},
            {"INHIBITS cd47 phagocytosis"},
        ),
        (
            "{Vesicle:Exosomes} devoid of {MicroRNA:miR-29} lost the ability to curb {Function:fibrosis}.",
            {"INHIBITS mir-29 fibrosis"},
            {"PROMOTES mir-29 fibrosis"},
        ),
        (
            "When uptake was blocked with {Chemical:heparin}, {Vesicle:EVs} were no longer able to suppress "
            "{Function:insulin secretion}.",
            {"INHIBITS evs insulin secretion"},
            {"not INHIBITS evs insulin secretion"},
        ),
        (
            "The {Function:protective effect} of {Vesicle:EVs} against {Function:apoptosis} was abolished by "
            "{Chemical:GW4869}.",
            {"INHIBITS evs apoptosis"},
            {"INHIBITS gw4869 apoptosis"},
        ),
    ],
)
def test_loss_and_condition(source: str, stated: set[str], not_stated: set[str]) -> None:
    found = read(source)
    assert stated <= found
    assert not not_stated & found


@pytest.mark.parametrize(
    ("source", "stated", "not_stated"),
    [
        (
            "{Vesicle:EVs}, which did not express {Gene:HLA-G}, suppressed {Function:proliferation}.",
            {"INHIBITS evs proliferation"},
            {"INHIBITS hla-g proliferation", "not INHIBITS evs proliferation"},
        ),
        (
            "{Gene:FGF21}, though not detectable in {Anatomy:urine}, lowered {Function:steatosis}.",
            {"INHIBITS fgf21 steatosis"},
            {"not INHIBITS fgf21 steatosis"},
        ),
        (
            "{Vesicle:Exosomes} of {Cell:hepatocytes}, but not {Vesicle:exosomes} from other cells, promoted "
            "{Function:proliferation}.",
            {"PROMOTES exosomes proliferation"},
            {"not PROMOTES exosomes proliferation"},
        ),
        (
            "{Gene:IL-6} was found in {Vesicle:EVs} but not in {Anatomy:plasma}.",
            {"CARRIES evs il-6"},
            {"FOUND_IN evs plasma", "not FOUND_IN evs plasma"},
        ),
        (
            "{MicroRNA:miR-130a} represses {Gene:MYB}, which results in enhanced {Function:angiogenesis}.",
            {"REPRESSES mir-130a myb", "PROMOTES mir-130a angiogenesis"},
            {"PROMOTES myb angiogenesis"},
        ),
        (
            "{Vesicle:M1 exosomes} worsened {Function:liver injury} while {Vesicle:M2 exosomes} eased "
            "{Function:liver injury}.",
            {"PROMOTES m1 exosomes liver injury", "INHIBITS m2 exosomes liver injury"},
            {"INHIBITS m1 exosomes liver injury"},
        ),
        (
            "{Vesicle:EVs} were taken up by {Cell:hepatocytes}, but {Function:fibrosis} was not promoted.",
            set(),
            {"PROMOTES evs fibrosis"},
        ),
        (
            "The inhibitory effect of {Vesicle:EVs} on {Function:fibrosis} was attenuated when {MicroRNA:miR-26b} was "
            "silenced.",
            {"INHIBITS mir-26b fibrosis"},
            {"PROMOTES mir-26b fibrosis", "PROMOTES evs fibrosis"},
        ),
        (
            "Urinary exosomal {Gene:PCA3} had an AUC of 0.88 for {Cancer:prostate cancer}.",
            {"BIOMARKER_OF pca3 prostate cancer"},
            set(),
        ),
        (
            "{Vesicle:Exosomes} were devoid of {Gene:irisin}.",
            {"not CARRIES exosomes irisin"},
            {"CARRIES exosomes irisin"},
        ),
    ],
)
def test_asides_and_contrasts(source: str, stated: set[str], not_stated: set[str]) -> None:
    found = read(source)
    assert stated <= found
    assert not not_stated & found


@pytest.mark.parametrize(
    "source",
    [
        "We reasoned that {MicroRNA:miR-33} would aggravate {Function:fibrosis}. This proved wrong.",
        "One could suppose that {Vesicle:EVs} hasten {Function:fibrosis}. The data argue against it.",
        "We had predicted that {Gene:TREM2} would dampen {Function:fibrosis}, but this prediction was not fulfilled.",
        "It has been claimed that {MicroRNA:miR-223} induces {Function:fibrosis}. We could not replicate this finding.",
        "That {MicroRNA:let-7f} promotes {Function:fibrosis} is merely an assumption so far.",
    ],
)
def test_what_was_only_supposed(source: str) -> None:
    assert not {claim for claim in read(source) if claim.startswith(("PROMOTES", "INHIBITS"))}


@pytest.mark.parametrize(
    ("source", "stated", "not_stated"),
    [
        (
            "{MicroRNA:miR-16} was poorly expressed in {Cell:glioma cells}.",
            {"REDUCED_IN mir-16 glioma cells"},
            {"ELEVATED_IN mir-16 glioma cells"},
        ),
        (
            "{Cell:PDAC cells} presented with downregulated {Gene:TGFBR3}.",
            {"REDUCED_IN tgfbr3 pdac cells"},
            {"ELEVATED_IN tgfbr3 pdac cells"},
        ),
        (
            "{MicroRNA:miR-221} was downregulated in {Anatomy:plasma} and {Vesicle:exosomes} of patients with "
            "{Cancer:colorectal cancer}.",
            {"REDUCED_IN mir-221 colorectal cancer"},
            {"REDUCED_IN mir-221 plasma"},
        ),
        (
            "{Gene:TGFBR1} was upregulated in the {Anatomy:tumor stroma}, whereas {Gene:FGF9} was downregulated.",
            {"REDUCED_IN fgf9 tumor stroma", "ELEVATED_IN tgfbr1 tumor stroma"},
            {"ELEVATED_IN fgf9 tumor stroma"},
        ),
    ],
)
def test_levels_and_their_groups(source: str, stated: set[str], not_stated: set[str]) -> None:
    found = read(source)
    assert stated <= found
    assert not not_stated & found
