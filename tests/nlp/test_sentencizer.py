from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miner.nlp.sentencizer import sentence_bounds


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_bounds(text)]


@pytest.mark.parametrize(
    "parts",
    [
        ["Exosomes carry miR-21.", "In glioma they spread."],
        ["Vesicles (Fig. 2A) were taken up, e.g. by HUVECs, i.e. endothelial cells.", "We saw this twice."],
        ["Growth fell by 2.5 fold vs. controls.", "It rose later."],
        ["Smith et al. found EVs in urine.", "J. Doe confirmed it."],
        ["This was noted by Smith et al.", "However, nobody counted."],
        ["Levels rose (P = 0.01; see ref. 3. Table 1) in plasma.", "Then they fell."],
        ["Is it miR-21?", "miRNA arrays say so!", "α-SMA agreed."],
        ["E. coli vesicles were the control.", "B. subtilis was not."],
        ['They called it "cargo."', "(It was protein.)", "siRNA removed it."],
        ["Cells were cultured at 37 °C.", "20 patients took part."],
    ],
)
def test_splits_running_text(parts: list[str]) -> None:
    assert sentences(" ".join(parts)) == parts


def test_a_newline_always_ends_a_sentence() -> None:
    assert sentences("Exosomes in glioma\nBACKGROUND: vesicles travel\r\n\n far") == [
        "Exosomes in glioma",
        "BACKGROUND: vesicles travel",
        "far",
    ]


def test_an_unclosed_bracket_does_not_swallow_the_rest() -> None:
    text = "Exosomes (from plasma were seen. " + "They were many and stable in all the samples we looked at. " * 12
    assert len(sentences(text)) > 5


@given(st.text(alphabet="aAbZ .!?()[]\n\"'0α", max_size=200))
def test_sentences_are_ordered_trimmed_and_lose_nothing_but_space(text: str) -> None:
    bounds = sentence_bounds(text)
    assert all(start < end for start, end in bounds)
    assert all(end <= following for (_, end), (following, _) in pairwise(bounds))
    assert "".join("".join(s.split()) for s in sentences(text)) == "".join(text.split())
    assert all(s == s.strip() for s in sentences(text))


def test_nothing_in_nothing_out() -> None:
    assert sentence_bounds("") == [] and sentence_bounds(" \n ") == []
