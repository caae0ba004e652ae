from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miner.nlp.sentencizer import SentencizerConfig, sentence_bounds


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


@pytest.mark.parametrize(
    "parts",
    [
        # a letter that labels the word before it may end a sentence
        ["EVs activate protein kinase A.", "GPC1 promotes growth."],
        ["They studied hepatitis B.", "These vesicles were larger."],
        ["Cells were given vitamin D.", "Exosomal miR-21 fell."],
        ["Patients had diabetes of type I.", "We saw no EVs."],
        ["Uptake was blocked by Compound C.", "Injection of EVs restored it."],
        ["EVs carried viruses of hepatitis B and C.", "Exosomal RNA was viral."],
        ["Cells died of antimycin A.", "Proteins were lost."],
        ["The limit was 5 M.", "Meanwhile, salts were added."],
        ["Rats of group A.", "Rats of group B.", "Others."],
        # an initial may not
        ["This was shown by J. Doe in mice.", "It held."],
        ["We thank professor J. Doe, Cesar V. Borlongan and A. B. Smith.", "It held."],
        ["EVs of S. aureus and S. Typhimurium differ.", "E. coli was not tested."],
        ["Roots of Panax ginseng L. Extracts were dried.", "They hold EVs."],
        # abbreviations
        ["Levels rose, e.g. Exosomal RNA, i.e. RNA of EVs, cf. Fig. 2 and no. 5 of Smith et al. 2019.", "It held."],
        ["Diets no. 5 and no. 7 of approx. 40% fat, ca. 3 g vs. Chow, did so.", "Others did not."],
        ["EVs of Lactobacillus sp. MRS-1 were few (p < 0.05).", "They grew at p < 0.05.", "Then they fell."],
        ["Was there any effect?", "There was no.", "None was seen."],
        ["Kits were from Acme Inc. Germany.", "Beads were from Acme Inc.", "They were washed."],
    ],
)
def test_letters_and_abbreviations(parts: list[str]) -> None:
    assert sentences(" ".join(parts)) == parts


@pytest.mark.parametrize(
    "parts",
    [
        ["EVs raised invasion.", "These cells spread."],
        ["It bound CD63 (see above).", "Results: it held."],
        ["EVs carried miR-21.", "Exosomal RNA was more at p < 0.05.", "Then it fell by 3%.", "A second test agreed."],
        ["They needed direct contact.", "ARMMs are small."],
        ["J774.A1 and RAW264.7 cells, E.coli, www.Acme.com, e.g.Exosomes, vs.Controls and Ph.D.s stay."],
        ["1.2.Beta and pGL3.Basic-2 stay."],
    ],
)
def test_full_stops_without_a_space(parts: list[str]) -> None:
    assert sentences("".join(parts)) == parts


def test_no_sentence_is_longer_than_the_limit() -> None:
    config = SentencizerConfig(max_length=100)
    for text in ("exosomes carry miR-21 and " * 40, "miR-1/" * 100, "x" * 1000):
        bounds = sentence_bounds(text, config)
        assert all(0 < end - start <= 100 for start, end in bounds) and len(bounds) >= len(text) // 100
        assert "".join("".join(text[a:b].split()) for a, b in bounds) == "".join(text.split())


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
