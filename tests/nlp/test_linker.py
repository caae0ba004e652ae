from pathlib import Path

import pytest

from graph_schema.model import EntityType
from miner.nlp.lexicon import Lexicon
from miner.nlp.linker import Grounder
from miner.vocabulary.identity import text_id

LISTED = Path(__file__).parents[1] / "data" / "nlp" / "grounding_dev.tsv"


@pytest.fixture(scope="module")
def grounder() -> Grounder:
    return Grounder(Lexicon.load())


@pytest.mark.parametrize(
    ("kind", "surface", "curie"),
    [
        ("MicroRNA", "miR-21", "HGNC:31586"),
        ("MicroRNA", "exosomal miR-21-5p", "miRBase:MIMAT0000076"),
        ("MicroRNA", "microRNA-10b", "HGNC:31498"),
        ("MicroRNA", "mmu-miR-155-5p", "miRBase:MIMAT0000165"),
        ("MicroRNA", "let-7a", "exominer:microrna-let-7a"),
        ("MicroRNA", "miR-200 family", "exominer:microrna-mir-200"),
        ("MicroRNA", "miR-200s", "exominer:microrna-mir-200"),
        ("MicroRNA", "let-7", "exominer:microrna-let-7"),
        ("MicroRNA", "miR-17~92", "exominer:microrna-mir-17-92-cluster"),
        ("MicroRNA", "miR-183/96/182 cluster", "exominer:microrna-mir-183-96-182-cluster"),
        ("MicroRNA", "miR-BART3-5p", "miRBase:MIMAT0003410"),
        ("MicroRNA", "ebv-miR-BART3", "exominer:microrna-ebv-mir-bart3"),
        ("MicroRNA", "miR-BART3", "exominer:microrna-ebv-mir-bart3"),
        ("MicroRNA", "hcmv-miR-UL148D", "exominer:microrna-hcmv-mir-ul148d"),
        ("MicroRNA", "osa-miR-168a", "exominer:microrna-osa-mir-168a"),
        ("Gene", "exosomal PTEN mRNA", "HGNC:9588"),
        ("Gene", "p27", "HGNC:1785"),
        ("Gene", "NF-κB", "FPLX:NFkappaB"),
        ("LncRNA", "lncRNA H19", "HGNC:4713"),
        ("Pathway", "NF-κB", "GO:0007249"),
        ("Pathway", "PI3K-AKT signalling", "GO:0043491"),
        ("Cell", "A549 cells", "Cellosaurus:CVCL_0023"),
        ("Cancer", "advanced melanoma", "MONDO:0005105"),
        ("Function", "tumour angiogenesis", "GO:0001525"),
        ("Function", "liver metastases", "exominer:liver-metastasis"),
        ("Anatomy", "serum samples", "UBERON:0001977"),
        ("Chemical", "GW4869", "MESH:C468773"),
        ("Vesicle", "CAF-derived exosomes", "GO:0070062"),
        ("MoleculeClass", "hypoxia-associated miRNAs", "MESH:D035683"),
    ],
)
def test_grounds_to_the_fields_vocabularies(grounder: Grounder, kind: str, surface: str, curie: str) -> None:
    assert grounder.ground(surface, EntityType(kind)).id == curie


def test_an_abbreviation_is_its_long_form(grounder: Grounder) -> None:
    grounding = grounder.ground("PC", EntityType.CANCER, {"PC": "pancreatic cancer"})
    assert (grounding.id, grounding.reason) == ("MONDO:0009831", "long form of PC: name")


def test_a_process_of_a_cancer_is_the_process_less_surely(grounder: Grounder) -> None:
    grounding = grounder.ground("migration of renal tumor cells", EntityType.FUNCTION)
    assert grounding.id == "GO:0016477"
    assert grounding.score < 0.85


def test_what_no_vocabulary_has_gets_an_id_of_its_text(grounder: Grounder) -> None:
    one = grounder.ground("crosstalk of X and Y", EntityType.FUNCTION)
    assert one.id == text_id(EntityType.FUNCTION, "Crosstalk of X and Y") == "exominer:function-crosstalk-of-x-and-y"
    assert (one.score, one.reason) == (0.3, "text")


def test_agrees_with_the_hand_checked_list(grounder: Grounder) -> None:
    rows = [line.split("\t") for line in LISTED.read_text(encoding="utf-8").splitlines()[1:]]
    right = sum(
        grounder.ground(mention, EntityType(kind), dict(a.split(" = ") for a in known.split("; ") if a)).id == curie
        for kind, mention, known, curie in rows
    )
    assert len(rows) >= 200
    assert right / len(rows) >= 0.92


@pytest.mark.parametrize(
    ("surface", "curie", "name"),
    [
        ("miR-1", "exominer:microrna-mir-1", "miR-1"),
        ("MIR21", "HGNC:31586", "miR-21"),
        ("microRNA (miR)-148b-3p", "miRBase:MIMAT0000759", "miR-148b-3p"),
        ("pre-miR-21", "miRBase:MI0000077", "pre-miR-21"),
        ("pre-miR-24", "exominer:microrna-mir-24", "miR-24"),
        ("hsa-mir-24-2", "miRBase:MI0000081", "pre-miR-24-2"),
        ("miR-34", "exominer:microrna-mir-34", "miR-34"),
        ("miR-709", "exominer:microrna-mmu-mir-709", "mmu-miR-709"),
        ("miR-99999-3p", "exominer:microrna-mir-99999-3p", "miR-99999-3p"),
    ],
)
def test_mirnas_fall_on_the_gene_level_unless_more_is_said(
    grounder: Grounder, surface: str, curie: str, name: str
) -> None:
    grounding = grounder.ground(surface, EntityType.MICRO_RNA)
    assert (grounding.id, grounding.name) == (curie, name)


@pytest.mark.parametrize("surface", ["piR-823", "hsa-piR-823", "piRNA-823", "exosomal piR-hsa-823"])
def test_a_pirna_is_one_molecule_class_however_written(grounder: Grounder, surface: str) -> None:
    grounding = grounder.ground(surface, EntityType.MOLECULE_CLASS)
    assert (grounding.id, grounding.name) == ("exominer:pirna-823", "piR-823")


@pytest.mark.parametrize(
    ("kind", "short", "long", "wrong"),
    [
        ("Cell", "PD", "Parkinson's disease", "CL:4070015"),
        ("Cell", "CI", "cerebral infarction", "Cellosaurus:CVCL_Y548"),
        ("Gene", "CP", "conditioned peptide", "HGNC:2295"),
        ("Cell", "SD", "stable disease", "Cellosaurus:CVCL_W902"),
    ],
)
def test_an_ambiguous_abbreviation_means_what_the_article_says(
    grounder: Grounder, kind: str, short: str, long: str, wrong: str
) -> None:
    assert grounder.ground(short, EntityType(kind), {short: long}).id != wrong


@pytest.mark.parametrize(
    ("surface", "symbol"),
    [
        ("α-SMA", "ACTA2"),
        ("alpha-smooth muscle actin", "ACTA2"),
        ("TGF-ß1", "TGFB1"),
        ("IL-1ß", "IL1B"),
        ("heat shock protein HSP90 beta", "HSP90AB1"),
        ("HSP27", "HSPB1"),
        ("PKCδ", "PRKCD"),
        ("IκBα", "NFKBIA"),
        ("VE-cadherin", "CDH5"),
        ("bFGF", "FGF2"),
        ("Mmp9", "MMP9"),
    ],
)
def test_genes_as_people_write_them(grounder: Grounder, surface: str, symbol: str) -> None:
    assert grounder.ground(surface, EntityType.GENE).name == symbol
