import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_schema.model import allowed
from miner.extract.rules.rules import Finding, find_relations
from miner.extract.sentence import view_sentences
from miner.model.annotations import AnnotatedArticle
from tests.extract.marked import marked


def find(article: AnnotatedArticle) -> list[Finding]:
    return [finding for view in view_sentences(article) for finding in find_relations(view)]


def read(source: str) -> set[str]:
    article = marked(source)
    name = [entity.name for entity in article.entities]
    return {f"{f.predicate} {name[f.subject]} {name[f.object]}" for f in find(article)}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{Vesicle:Vesicles} contain {MoleculeClass:DNA}, {MoleculeClass:RNA} and {MoleculeClass:lipids}.",
         {"CARRIES vesicles dna", "CARRIES vesicles rna", "CARRIES vesicles lipids"}),
        ("No difference was seen in the levels of {MicroRNA:miR-9} in serum of {Cancer:glioma} patients.",
         {"ELEVATED_IN mir-9 glioma"}),
        ("{MicroRNA:miR-9} levels did not differ between {Cancer:glioma} patients and controls.",
         {"ELEVATED_IN mir-9 glioma"}),
        ("{Vesicle:EVs} released by {Cell:most cells} are small.", {"SECRETES most cells evs"}),
        ("{Cell:Platelet}-derived {Vesicle:EVs} were studied.", {"SECRETES platelet evs"}),
        ("We found {Vesicle:{Cell:platelet}-derived EVs}.", {"SECRETES platelet platelet-derived evs"}),
        ("{MicroRNA:{Vesicle:exosomal} miR-9} was seen.", {"CARRIES exosomal exosomal mir-9"}),
        ("{MicroRNA:miR-9} was packaged into {Vesicle:exosomes}.", {"CARRIES exosomes mir-9"}),
        ("{Vesicle:{Anatomy:Plasma} exosomes} were kept.", {"FOUND_IN plasma exosomes plasma"}),
        ("{Vesicle:Exosomes} were detected in {Anatomy:saliva}.", {"FOUND_IN exosomes saliva"}),
        ("{Vesicle:Exosomes} were taken up by {Cell:HUVECs}.", {"DELIVERED_TO exosomes huvecs"}),
        ("{MicroRNA:miR-9} is a diagnostic biomarker for {Cancer:glioma}.", {"BIOMARKER_OF mir-9 glioma"}),
        ("{MicroRNA:miR-9} was higher in {Cancer:glioma} than in controls.", {"ELEVATED_IN mir-9 glioma"}),
        ("{MicroRNA:miR-9} was downregulated in {Cancer:glioma}.", {"REDUCED_IN mir-9 glioma"}),
        ("{Chemical:Cisplatin} is used to treat {Cancer:glioma}.", {"TREATS cisplatin glioma"}),
    ],
)  # fmt: skip
def test_constructions(source: str, expected: set[str]) -> None:
    assert expected <= read(source)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{MicroRNA:miR-9} promotes {Function:growth}, {Function:migration} and {Function:invasion}.",
         {"PROMOTES mir-9 growth", "PROMOTES mir-9 migration", "PROMOTES mir-9 invasion"}),
        ("{MicroRNA:miR-9} promoted {Function:EMT} by targeting {Gene:PTEN} and activating {Pathway:AKT signaling}.",
         {"PROMOTES mir-9 emt", "REPRESSES mir-9 pten", "ACTIVATES mir-9 akt signaling"}),
        ("{Function:Migration} was inhibited by {Gene:TIMP1}.", {"INHIBITS timp1 migration"}),
        ("{Gene:HGF}-induced {Function:invasion} was seen.", {"PROMOTES hgf invasion"}),
        ("{Vesicle:EVs} play a role in {Function:immunity}.", {"REGULATES evs immunity"}),
        ("{Vesicle:EVs} enhanced {Function:survival} via the {Pathway:Wnt pathway}.",
         {"PROMOTES evs survival", "ACTIVATES evs wnt pathway"}),
        ("{Vesicle:EVs} carrying {MicroRNA:miR-9} promote {Function:growth}.", {"PROMOTES mir-9 growth"}),
        ("{Gene:TIMP1} led to reduced {Function:invasion}.", {"INHIBITS timp1 invasion"}),
    ],
)  # fmt: skip
def test_effects(source: str, expected: set[str]) -> None:
    assert expected <= read(source)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Knockdown of {Gene:PTEN} increased {Function:migration}.", "INHIBITS pten migration"),
        ("Inhibition of {Vesicle:exosomal} {MicroRNA:miR-9} reduced {Function:growth}.", "PROMOTES mir-9 growth"),
        ("{Gene:RAB27A} depletion suppressed {Function:vesicle release}.", "PROMOTES rab27a vesicle release"),
        ("{Gene:RAB27A} depletion rescued {MicroRNA:miR-494}.", "REPRESSES rab27a mir-494"),
        ("{Chemical:GW4869} blocked {Function:vesicle release}.", "INHIBITS gw4869 vesicle release"),
    ],
)  # fmt: skip
def test_loss_of_function_inverts_an_effect(source: str, expected: str) -> None:
    found = read(source)
    assert expected in found
    assert not {f for f in found if f.split(" ", 1)[1] == expected.split(" ", 1)[1]} - {expected}


def test_distant_mentions_are_not_joined() -> None:
    assert not read("{Vesicle:EVs} were spun. {MoleculeClass:DNA} was sold.")


WORDS = st.sampled_from(
    [
        "{Vesicle:EVs}",
        "{Gene:PTEN}",
        "{Cell:T cells}",
        "{Function:growth}",
        "{Cancer:glioma}",
        "{Anatomy:serum}",
        "{MicroRNA:miR-9}",
        "promotes",
        "inhibited",
        "by",
        "and",
        ",",
        "of",
        "in",
        "-",
        "derived",
        "not",
        "via",
        "targeting",
        "role",
        "(",
        ")",
        "which",
        "was",
        "biomarker",
        "higher",
        ".",
    ]
)


@given(st.lists(WORDS, max_size=30))
def test_every_finding_is_allowed(words: list[str]) -> None:
    article = marked(" ".join(words))
    for f in find(article):
        subject, object_ = article.entities[f.subject], article.entities[f.object]
        assert f.subject != f.object
        assert allowed(f.predicate, subject.type, object_.type)
        start, end = article.sentences[f.sentence]
        for mention in (subject.mentions[f.subject_mention], object_.mentions[f.object_mention]):
            assert start <= mention.start < mention.end <= end
