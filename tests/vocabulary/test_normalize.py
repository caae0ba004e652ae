"""Every spelling of a name has one key, and names of other things have other keys."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_schema.model import EntityType
from miner.vocabulary.identity import MAX_ID_WORDS, MAX_NAME, shorten, text_id
from miner.vocabulary.mirnas import parse_mirna
from miner.vocabulary.normalize import normalize, normalize_word


@pytest.mark.parametrize(
    "spellings",
    [
        ("miR-21", "miR21", "microRNA-21", "MIR21", "hsa-miR-21", "Mir21", "miRNA-21", "microRNA 21", "miR\u201121"),
        ("miR-21-5p", "miR21-5p", "hsa-miR-21-5p", "microRNA-21-5p"),
        ("miR-148b-3p", "microRNA (miR)-148b-3p", "microRNA (miRNA)-148b-3p", "miR148b3p"),
        ("let-7a", "hsa-let-7a", "let7a", "miR-let-7a"),
        ("let-7", "let-7 family", "let-7s"),
        ("miR-200 family", "miR-200s", "microRNA-200 family"),
        ("miR-17-92 cluster", "miR-17~92", "miR-17/92"),
        ("ebv-miR-BART3", "miR-BART3"),
        ("TGF-β1", "TGF-beta1", "TGFβ1", "TGF-ß1", "TGFß1", "TGF beta 1"),
        ("IL-1β", "IL-1ß", "IL1beta"),
        ("α-SMA", "alpha-SMA", "αSMA", "ɑ-SMA"),
        ("NF-κB", "NF-kappaB", "NFκB", "NF-ĸB"),
        ("tumour", "tumors", "Tumours", "TUMOR"),
        ("leukaemia", "leukemias"),
        ("oestrogen", "estrogens"),
        ("haemorrhage", "hemorrhages"),
        ("polarisation", "polarization"),
        ("metastases", "metastasis"),
        ("axes", "axis"),
    ],
)
def test_spellings_of_one_name_have_one_key(spellings: tuple[str, ...]) -> None:
    assert {normalize(spelling) for spelling in spellings} == {normalize(spellings[0])}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("miR-21", "miR-21-5p"),
        ("miR-21-5p", "miR-21-3p"),
        ("miR-21", "pre-miR-21"),
        ("miR-1291", "hsa-mir-129-1"),
        ("miR-11", "hsa-mir-1-1"),
        ("miR-21", "mmu-miR-21"),
        ("miR-200", "miR-200 family"),
        ("miR-21", "MIR21HG"),
    ],
)
def test_names_of_two_things_have_two_keys(one: str, other: str) -> None:
    assert normalize(one) != normalize(other)


@pytest.mark.parametrize(
    ("plural", "singular"),
    [
        ("abilities", "ability"),
        ("properties", "property"),
        ("biopsies", "biopsy"),
        ("arteries", "artery"),
        ("viruses", "virus"),
        ("adenoviruses", "adenovirus"),
        ("processes", "process"),
        ("masses", "mass"),
        ("branches", "branch"),
        ("niches", "niche"),
        ("diseases", "disease"),
        ("kinases", "kinase"),
        ("responses", "response"),
        ("synapses", "synapse"),
        ("hypotheses", "hypothesis"),
        ("exosomes", "exosome"),
        ("mice", "mouse"),
        ("matrices", "matrix"),
        ("nuclei", "nucleus"),
    ],
)
def test_plurals(plural: str, singular: str) -> None:
    assert normalize_word(plural) == normalize_word(singular) == singular


@pytest.mark.parametrize(
    "word",
    ["diabetes", "species", "series", "herpes", "rabies", "pancreas", "apoptosis", "virus", "stress", "bias", "KRAS",
     "always", "ascites", "corpus", "lens"],
)  # fmt: skip
def test_words_that_only_look_like_plurals_stay(word: str) -> None:
    assert normalize_word(word) == word.lower()


@pytest.mark.parametrize("surface", ["H19", "K562", "155", "LIN28B", "mirror 21", "PTEN", "U87", "miRNA", "a" * 5000])
def test_other_names_are_no_mirnas(surface: str) -> None:
    assert parse_mirna(surface) is None


@pytest.mark.parametrize(
    ("surface", "shown"),
    [("MIR21", "miR-21"), ("hsa-mir-21-5P", "miR-21-5p"), ("LET-7A", "let-7a"), ("rno-mir-1", "rno-miR-1"),
     ("pre-microRNA-21", "pre-miR-21"), ("miR-bart3-5p", "ebv-miR-BART3-5p"), ("miR-200s", "miR-200 family")],
)  # fmt: skip
def test_a_mirna_is_shown_as_the_field_writes_it(surface: str, shown: str) -> None:
    assert str(parse_mirna(surface)) == shown


@given(st.text(max_size=200))
def test_normalizing_is_stable(text: str) -> None:
    assert normalize(normalize(text)) == normalize(normalize(normalize(text)))


def test_the_id_and_the_name_of_a_long_text_are_bounded_and_its_own() -> None:
    one, other = "acgt " * 2000, "acgt " * 2001
    ids = [text_id(EntityType.GENE, text) for text in (one, other)]
    assert ids[0] != ids[1]
    assert all(len(id_) < MAX_ID_WORDS + 40 for id_ in ids)
    assert len(shorten(one)) <= MAX_NAME
    assert shorten("circSATB1") == "circSATB1"
