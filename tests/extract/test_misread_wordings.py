"""Kinds of wording that are easily misread: what must be claimed of each text, and what must not."""

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
            "Ablation of the tumor suppressor {Gene:PTEN} in {Vesicle:exosomes} accelerated {Function:migration}.",
            {"INHIBITS pten migration"},
            {"PROMOTES pten migration", "PROMOTES exosomes migration"},
        ),
        (
            "{Vesicle:EVs} devoid of {MicroRNA:miR-146a} worsened {Function:inflammation}.",
            {"INHIBITS mir-146a inflammation"},
            {"PROMOTES mir-146a inflammation"},
        ),
        (
            "An antibody against {Gene:TGFB1} blocked {Function:fibrosis}.",
            {"PROMOTES tgfb1 fibrosis"},
            {"INHIBITS tgfb1 fibrosis"},
        ),
        (
            "Once {Gene:RAB27A} was knocked out, {Function:metastasis} decreased.",
            {"PROMOTES rab27a metastasis"},
            {"INHIBITS rab27a metastasis"},
        ),
        (
            "{MicroRNA:miR-21}-depleted {Vesicle:exosomes} failed to promote {Function:invasion}, and "
            "{MicroRNA:miR-21} antagomirs reduced {Function:growth}.",
            {"PROMOTES mir-21 growth"},
            {"INHIBITS mir-21 growth"},
        ),
        (
            "Low levels of {Vesicle:exosomal} {LncRNA:GAS5} promoted {Function:proliferation}.",
            {"INHIBITS gas5 proliferation"},
            {"PROMOTES gas5 proliferation"},
        ),
        (
            "Knockdown of {Gene:CFL1} or overexpression of {LncRNA:H19} attenuated {Function:inflammation}.",
            {"PROMOTES cfl1 inflammation", "INHIBITS h19 inflammation"},
            {"PROMOTES h19 inflammation", "INHIBITS cfl1 inflammation"},
        ),
        (
            "Inhibition of {Gene:SK1} or {Gene:S1PR1} abolished {Function:growth}.",
            {"PROMOTES sk1 growth", "PROMOTES s1pr1 growth"},
            {"INHIBITS s1pr1 growth"},
        ),
    ],
)
def test_loss_as_cause(source: str, stated: set[str], not_stated: set[str]) -> None:
    found = read(source)
    assert stated <= found
    assert not not_stated & found


@pytest.mark.parametrize(
    ("source", "stated", "not_stated"),
    [
        (
            "{Chemical:Curcumin} counteracted the suppression of {Function:autophagy} by {MicroRNA:miR-30a}.",
            {"INHIBITS mir-30a autophagy"},
            {"INHIBITS curcumin autophagy", "PROMOTES mir-30a autophagy"},
        ),
        (
            "{Chemical:Losartan} rescued the decline in {Function:angiogenesis} elicited by {Vesicle:exosomes}.",
            {"INHIBITS exosomes angiogenesis"},
            {"INHIBITS losartan angiogenesis"},
        ),
        (
            "Blockade of {Gene:CD73} kept {Vesicle:exosomes} from suppressing {Function:T cell proliferation}.",
            {"INHIBITS exosomes t cell proliferation"},
            {"PROMOTES exosomes t cell proliferation"},
        ),
        (
            "The {MicroRNA:miR-23a}-induced loss of {Function:barrier function} was abolished by "
            "{Chemical:resveratrol}.",
            {"INHIBITS mir-23a barrier function"},
            {"INHIBITS resveratrol barrier function"},
        ),
        (
            "{Chemical:Metformin} masked the inhibitory effect of {Vesicle:EVs} on {Function:wound healing}.",
            set(),
            {"INHIBITS metformin wound healing"},
        ),
    ],
)
def test_inversions_of_inversions(source: str, stated: set[str], not_stated: set[str]) -> None:
    found = read(source)
    assert stated <= found
    assert not not_stated & found


@pytest.mark.parametrize(
    ("source", "stated", "not_stated"),
    [
        (
            "{Vesicle:Exosomes} displayed {Function:antifibrotic activity} in the liver.",
            {"PROMOTES exosomes antifibrotic activity"},
            set(),
        ),
        (
            "The {Function:anti-inflammatory effect} of {Gene:IL-10} was strong.",
            {"PROMOTES il-10 anti-inflammatory effect"},
            set(),
        ),
        (
            "{MicroRNA:miR-155} proved {Function:proinflammatory} in microglia.",
            {"PROMOTES mir-155 proinflammatory"},
            set(),
        ),
        (
            "{Vesicle:EVs} are {Function:proangiogenic} and {Function:anti-apoptotic}.",
            {"PROMOTES evs proangiogenic", "PROMOTES evs anti-apoptotic"},
            set(),
        ),
        (
            "{Gene:CD9} remained {Function:anti-invasive} after heating.",
            {"PROMOTES cd9 anti-invasive"},
            set(),
        ),
        (
            "{MicroRNA:miR-7} was shown to inhibit {Function:proliferation}.",
            {"INHIBITS mir-7 proliferation"},
            {"PROMOTES mir-7 proliferation"},
        ),
        (
            "{Gene:PTEN} was proposed to reduce {Function:proliferation}, and it has a role in {Function:growth}.",
            set(),
            {"PROMOTES pten proliferation"},
        ),
    ],
)
def test_effects_with_a_prefix(source: str, stated: set[str], not_stated: set[str]) -> None:
    found = read(source)
    assert stated <= found
    assert not not_stated & found


@pytest.mark.parametrize(
    ("source", "stated", "not_stated"),
    [
        (
            "Through repression of {Gene:FOXO1}, {MicroRNA:miR-27a} stimulates {Function:growth}.",
            {"REPRESSES mir-27a foxo1", "PROMOTES mir-27a growth"},
            {"PROMOTES foxo1 growth"},
        ),
        (
            "{LncRNA:H19} serves as a decoy for {MicroRNA:let-7} and thereby raises {Gene:HMGA2}.",
            {"REPRESSES h19 let-7", "ACTIVATES h19 hmga2"},
            set(),
        ),
        (
            "{MicroRNA:miR-9} enhances {Function:invasion} via suppression of {Gene:CDH1}.",
            {"REPRESSES mir-9 cdh1"},
            set(),
        ),
        (
            "{Gene:HSP70} upregulates {Gene:IL6}, which promotes {Function:survival}.",
            {"ACTIVATES hsp70 il6", "PROMOTES il6 survival"},
            set(),
        ),
        (
            "By upregulating {Gene:VEGFA}, {Vesicle:exosomes} promote {Function:angiogenesis}.",
            {"ACTIVATES exosomes vegfa"},
            {"PROMOTES vegfa angiogenesis"},
        ),
        (
            "{MicroRNA:miR-25} lowered {Gene:PTEN}, resulting in less {Function:apoptosis}.",
            {"INHIBITS mir-25 apoptosis", "REPRESSES mir-25 pten"},
            {"PROMOTES mir-25 apoptosis"},
        ),
    ],
)
def test_mechanism_chains(source: str, stated: set[str], not_stated: set[str]) -> None:
    found = read(source)
    assert stated <= found
    assert not not_stated & found


@pytest.mark.parametrize(
    ("source", "stated", "not_stated"),
    [
        (
            "{MicroRNA:miR-1} and {MicroRNA:miR-2} repressed {Gene:KRAS} and {Gene:MYC}, respectively.",
            {"REPRESSES mir-1 kras", "REPRESSES mir-2 myc"},
            {"REPRESSES mir-1 myc", "REPRESSES mir-2 kras"},
        ),
        (
            "{Gene:HGF}, {Gene:EGF} and {Gene:FGF2} enhanced, in that order, {Function:migration}, "
            "{Function:invasion} and {Function:growth}.",
            {"PROMOTES hgf migration", "PROMOTES fgf2 growth"},
            {"PROMOTES hgf growth"},
        ),
        (
            "{MicroRNA:miR-7} inhibited, and {MicroRNA:miR-8} promoted, {Function:migration} of cells.",
            {"INHIBITS mir-7 migration", "PROMOTES mir-8 migration"},
            {"PROMOTES mir-7 migration"},
        ),
        (
            "{Gene:ANXA1} initiates and sustains {Function:inflammation}.",
            {"PROMOTES anxa1 inflammation"},
            set(),
        ),
        (
            "{Vesicle:Exosomal} {Gene:TNF} and {Vesicle:exosomal} {Gene:IL1B} drive {Function:fibrosis}.",
            {"PROMOTES tnf fibrosis", "PROMOTES il1b fibrosis"},
            set(),
        ),
    ],
)
def test_coordination(source: str, stated: set[str], not_stated: set[str]) -> None:
    found = read(source)
    assert stated <= found
    assert not not_stated & found


@pytest.mark.parametrize(
    ("source", "stated", "not_stated"),
    [
        (
            "{Function:Viral replication} was curtailed by {Gene:APOBEC3G}.",
            {"INHIBITS apobec3g viral replication"},
            set(),
        ),
        (
            "The increase in {Function:migration} caused by {Vesicle:EVs} was large.",
            {"PROMOTES evs migration"},
            set(),
        ),
        (
            "Impairment of {Function:insulin secretion} by {MicroRNA:miR-15a}",
            {"INHIBITS mir-15a insulin secretion"},
            set(),
        ),
        (
            "{Gene:HIF1A} is a driver of {Function:glycolysis}.",
            {"PROMOTES hif1a glycolysis"},
            set(),
        ),
        (
            "The {Function:growth} that {Gene:EGFR} promoted was rapid.",
            {"PROMOTES egfr growth"},
            set(),
        ),
    ],
)
def test_passives_and_nominalizations(source: str, stated: set[str], not_stated: set[str]) -> None:
    found = read(source)
    assert stated <= found
    assert not not_stated & found


@pytest.mark.parametrize(
    ("source", "stated", "not_stated"),
    [
        (
            "{Gene:CD44} is dispensable for {Function:metastasis}.",
            {"not PROMOTES cd44 metastasis"},
            set(),
        ),
        (
            "No effect of {MicroRNA:miR-7} on {Function:growth} was seen.",
            {"not REGULATES mir-7 growth"},
            set(),
        ),
        (
            "{Vesicle:EVs} were not taken up by {Cell:neurons}.",
            {"not DELIVERED_TO evs neurons"},
            set(),
        ),
        (
            "{Vesicle:EVs} did not change {Function:permeability}.",
            {"not REGULATES evs permeability"},
            set(),
        ),
        (
            "We could not detect {LncRNA:HOTAIR} in {Vesicle:exosomes}.",
            {"not CARRIES exosomes hotair"},
            set(),
        ),
    ],
)
def test_negation(source: str, stated: set[str], not_stated: set[str]) -> None:
    found = read(source)
    assert stated <= found
    assert not not_stated & found


@pytest.mark.parametrize(
    ("source", "stated", "not_stated"),
    [
        (
            "There is no question that {Gene:FASLG} induces {Function:apoptosis}.",
            {"PROMOTES faslg apoptosis"},
            {"not PROMOTES faslg apoptosis"},
        ),
        (
            "As no animal model exists, {Vesicle:EVs} promoted {Function:growth} in culture.",
            {"PROMOTES evs growth"},
            {"not PROMOTES evs growth"},
        ),
        (
            "{Vesicle:EVs} promoted {Function:migration}, a response not observed with liposomes.",
            {"PROMOTES evs migration"},
            {"not PROMOTES evs migration"},
        ),
        (
            "No change in size was found, yet {Vesicle:EVs} impaired {Function:healing}.",
            {"INHIBITS evs healing"},
            {"not INHIBITS evs healing"},
        ),
        (
            "{Vesicle:EVs} raised NO levels and NO production, and {Vesicle:EVs} reduced {Function:aggregation}.",
            {"INHIBITS evs aggregation"},
            {"not INHIBITS evs aggregation"},
        ),
    ],
)
def test_denials_of_something_else(source: str, stated: set[str], not_stated: set[str]) -> None:
    found = read(source)
    assert stated <= found
    assert not not_stated & found


@pytest.mark.parametrize(
    ("source", "stated", "not_stated"),
    [
        (
            "It is conceivable that {MicroRNA:miR-7} inhibits {Function:growth}.",
            {"perhaps INHIBITS mir-7 growth"},
            {"INHIBITS mir-7 growth"},
        ),
        (
            "This raises the possibility that {MicroRNA:miR-7} inhibits {Function:growth}.",
            {"perhaps INHIBITS mir-7 growth"},
            {"INHIBITS mir-7 growth"},
        ),
        (
            "We showed that {MicroRNA:miR-7} could inhibit {Function:growth}.",
            {"INHIBITS mir-7 growth"},
            {"perhaps INHIBITS mir-7 growth"},
        ),
    ],
)
def test_speculation(source: str, stated: set[str], not_stated: set[str]) -> None:
    found = read(source)
    assert stated <= found
    assert not not_stated & found


@pytest.mark.parametrize(
    ("source", "stated", "not_stated"),
    [
        (
            "{MicroRNA:miR-7} was thought to promote {Function:growth}. This was not the case.",
            {"not PROMOTES mir-7 growth"},
            {"perhaps PROMOTES mir-7 growth"},
        ),
    ],
)
def test_answers(source: str, stated: set[str], not_stated: set[str]) -> None:
    found = read(source)
    assert stated <= found
    assert not not_stated & found


@pytest.mark.parametrize(
    ("source", "stated", "not_stated"),
    [
        (
            "By downregulating {Gene:PTEN}, {Vesicle:exosomal} {MicroRNA:miR-21} increased {Function:migration}.",
            {"PROMOTES mir-21 migration", "REPRESSES mir-21 pten"},
            {"INHIBITS pten migration"},
        ),
        (
            "By silencing {Gene:TP53}, {Vesicle:exosomal} {LncRNA:H19} reduced {Function:apoptosis}.",
            {"INHIBITS h19 apoptosis"},
            {"PROMOTES tp53 apoptosis"},
        ),
        (
            "{LncRNA:H19} acted as a sponge of {MicroRNA:miR-9} and so de-repressed {Gene:SMAD5}.",
            {"REPRESSES h19 mir-9", "ACTIVATES h19 smad5"},
            {"REPRESSES h19 smad5"},
        ),
        (
            "{CircRNA:circ-A} sponges {MicroRNA:miR-9}, thus derepressing {Gene:SMAD5}.",
            {"REPRESSES circ-a mir-9", "ACTIVATES circ-a smad5"},
            {"ACTIVATES circ-a mir-9"},
        ),
        (
            "{Vesicle:Exosomal} {Gene:CD9} left {Function:migration} unaffected.",
            {"not REGULATES cd9 migration", "CARRIES exosomal cd9"},
            {"not CARRIES exosomal cd9"},
        ),
        (
            "{MicroRNA:miR-9} left {Function:migration} intact.",
            {"not PROMOTES mir-9 migration"},
            {"PROMOTES mir-9 migration"},
        ),
        (
            "{Vesicle:Exosomes} from MSCs depleted of {MicroRNA:miR-9} no longer stimulated {Function:migration}.",
            {"PROMOTES mir-9 migration"},
            {"not PROMOTES mir-9 migration", "REPRESSES exosomes mir-9"},
        ),
        (
            "{Vesicle:Exosomes} lacking {MicroRNA:miR-7} no longer inhibited {Function:growth}.",
            {"INHIBITS mir-7 growth"},
            {"not INHIBITS mir-7 growth", "PROMOTES mir-7 growth"},
        ),
        (
            "{MicroRNA:miR-9} raised {Gene:NOS3}, with consequent loss of {Function:migration}.",
            {"INHIBITS mir-9 migration"},
            {"PROMOTES mir-9 migration"},
        ),
        (
            "{Vesicle:Microparticles} inhibited {Gene:NOS3}, with a resulting reduction in {Function:angiogenesis}.",
            {"INHIBITS microparticles angiogenesis"},
            {"PROMOTES microparticles angiogenesis"},
        ),
        (
            "{Cell:Tumor cells} with a CRISPR knockout of {Gene:TSG101} showed impaired {Function:migration}.",
            {"PROMOTES tsg101 migration"},
            {"INHIBITS tsg101 migration"},
        ),
        (
            "{Cell:Tumor cells} with a knockdown of {Gene:PTEN} exhibited enhanced {Function:invasion}.",
            {"INHIBITS pten invasion"},
            {"PROMOTES pten invasion"},
        ),
    ],
)
def test_means_outcomes_and_ended_effects(source: str, stated: set[str], not_stated: set[str]) -> None:
    found = read(source)
    assert stated <= found
    assert not_stated.isdisjoint(found)
