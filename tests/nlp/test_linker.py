from pathlib import Path

import pytest

from graph_schema.model import EntityType
from miner.nlp.lexicon import Lexicon
from miner.nlp.linker import Grounder, text_id

LISTED = Path(__file__).parents[1] / "data" / "nlp" / "grounding_dev.tsv"


@pytest.fixture(scope="module")
def grounder() -> Grounder:
    return Grounder(Lexicon.load())


@pytest.mark.parametrize(
    ("kind", "surface", "curie"),
    [
        ("MicroRNA", "miR-21", "miRBase:MI0000077"),
        ("MicroRNA", "exosomal miR-21-5p", "miRBase:MIMAT0000076"),
        ("MicroRNA", "microRNA-10b", "miRBase:MI0000267"),
        ("MicroRNA", "mmu-miR-155-5p", "miRBase:MIMAT0000165"),
        ("MicroRNA", "let-7a", "miRBase:MI0000060"),
        ("MicroRNA", "miR-200 family", "exominer:microrna-mir-200-family"),
        ("MicroRNA", "miR-200s", "exominer:microrna-mir-200-family"),
        ("MicroRNA", "let-7", "exominer:microrna-let-7-family"),
        ("MicroRNA", "miR-17~92", "exominer:microrna-mir-17-92-cluster"),
        ("MicroRNA", "miR-183/96/182 cluster", "exominer:microrna-mir-183-96-182-cluster"),
        ("MicroRNA", "miR-BART3-5p", "miRBase:MIMAT0003410"),
        ("MicroRNA", "ebv-miR-BART3", "exominer:microrna-ebv-mir-bart3"),
        ("MicroRNA", "miR-BART3", "exominer:microrna-ebv-mir-bart3"),
        ("MicroRNA", "hcmv-miR-UL148D", "miRBase:MIMAT0001578"),
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


def test_what_no_vocabulary_has_gets_an_honest_text_id(grounder: Grounder) -> None:
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
