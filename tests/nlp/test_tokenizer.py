import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st

from miner.nlp.tokenizer import TOKEN, make_tokenizer

TOKENIZER = make_tokenizer(spacy.blank("en"))


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("PDAC-derived M2-exos (TAMs)", ["PDAC", "-", "derived", "M2-exos", "(", "TAMs", ")"]),
        ("carry miR-21-5p; PI3K/AKT.", ["carry", "miR-21-5p", ";", "PI3K", "/", "AKT", "."]),
        ("miR-21-mediated, p = 0.05", ["miR-21", "-", "mediated", ",", "p", "=", "0.05"]),
        ("CD8+ cells, Ca2+", ["CD8+", "cells", ",", "Ca2+"]),
        ("miR\u2011155 and IL\u20136", ["miR\u2011155", "and", "IL\u20136"]),
        ("", []),
    ],
)
def test_keeps_names_whole_and_separates_modifiers(text: str, tokens: list[str]) -> None:
    assert [token.text for token in TOKENIZER(text)] == tokens


@given(st.text(max_size=300) | st.text(alphabet="aB1 -+./(,\n\u00a0\u2011", max_size=80))
def test_tokens_are_the_matches_of_the_rule_and_lose_nothing(text: str) -> None:
    doc = TOKENIZER(text)
    assert doc.text == text
    assert [token.text for token in doc if not token.is_space] == TOKEN.findall(text)


def test_the_rule_is_saved_with_the_tokenizer() -> None:
    loaded = spacy.blank("en").tokenizer.from_bytes(TOKENIZER.to_bytes())
    assert [token.text for token in loaded("anti-miR-21-loaded EVs")] == ["anti-miR-21", "-", "loaded", "EVs"]
