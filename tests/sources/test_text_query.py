"""Boolean queries on text."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miner.errors import UsageError
from miner.sources.text_query import VESICLES, TextQuery, ascii_words, normalize

TITLE = "Tumour-derived exosomes carry miR-21"
ABSTRACT = "Extracellular\nvesicles of glioma cells. Müller cells took them up; TGF-β1 rose. small EVs\u00a0(sEVs)."


@pytest.mark.parametrize(
    "query",
    [
        "exosomes",
        "exosome",
        "EXOSOME*",
        "exosomes glioma",
        "exosomes AND glioma",
        '"extracellular vesicles"',
        '"extracellular vesic*"',
        '"tumour derived exosomes"',
        "tumour-derived",
        "miR-21",
        '"mir 21"[ti]',
        "müller",
        "Mu\u0308ller",
        "TGF-β1",
        "nothing OR glioma",
        "glioma NOT melanoma",
        "NOT melanoma",
        "exosome[tiab] (melanoma OR glioma[Title/Abstract])",
        "exosomes AND NOT melanoma",
        '"sEVs"',
        "melanoma AND nothing OR glioma",
    ],
)
def test_it_matches(query):
    assert TextQuery(query).matches(TITLE, ABSTRACT)


@pytest.mark.parametrize(
    "query",
    [
        "exosom",
        "melanoma",
        "exosomes melanoma",
        "exosomes AND melanoma",
        '"vesicles extracellular"',
        "glioma[ti]",
        "exosomes NOT glioma",
        "glioma OR exosomes AND melanoma",  # from left to right, as PubMed reads it
        '"miR 21 extracellular"',  # no phrase runs from the title into the abstract
        '"sEV"',
        "cell*[ti]",
    ],
)
def test_it_does_not_match(query):
    assert not TextQuery(query).matches(TITLE, ABSTRACT)


@pytest.mark.parametrize(
    "query",
    ["", "  ", "(exosome", "exosome)", '"exosome', "exosome OR", "AND exosome", "exosome[mh]", "*", "ex*some", "[ti]",
     "()", '""', "(" * 60 + "a" + ")" * 60, "x" * 20_000],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_an_example(query):
    with pytest.raises(UsageError, match=r" - "):
        TextQuery(query)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Exosomal PD-L1", True),
        ("the micro-vesicles of platelets", True),
        ("apoptotic bodies", True),
        ("large oncosomes", True),
        ("plasma small EVs", True),
        ("synaptic vesicles", False),
        ("several severe cases", False),
        ("apoptotic antibody", False),
    ],
)
def test_the_default_query_knows_vesicles(text, wanted):
    assert TextQuery(VESICLES).matches(text) is wanted


WORDS = st.sampled_from(
    ["exosome", "exosomes", "miR-21", "β-catenin", "Müller", "extracellular vesicle", "EV", "glioma"]
)


@st.composite
def queries(draw):
    def term():
        word = draw(WORDS)
        return draw(st.sampled_from([f'"{word}"', f'"{word}*"', f'"{word}"[ti]', word]))

    parts = [term()]
    for _ in range(draw(st.integers(0, 4))):
        parts += [draw(st.sampled_from(["AND", "OR", "NOT", ""])), term()]
    return " ".join(part for part in parts if part)


@given(queries(), st.lists(st.one_of(WORDS, st.sampled_from([", ", " ", "-", "\u00ad", "İ", "\u212a", "s", "é"]))))
def test_ruling_out_never_loses_a_match(query, pieces):
    text = "".join(pieces)
    asked = TextQuery(query)
    if asked.matches(text, text):
        plain = text.replace("\u00ad", "").encode().lower()  # as bytes: what the bulk filter does
        assert asked.possible(ascii_words(plain))
        assert asked.literals is None or any(literal in plain for literal in asked.literals)


@given(st.text(max_size=60))
def test_any_text_is_a_query_or_a_usage_error(text):
    with contextlib.suppress(UsageError):
        TextQuery(text).matches(text, text)


@given(st.text(max_size=60))
def test_normalising_twice_changes_nothing(text):
    assert normalize(normalize(text)) == normalize(text)
