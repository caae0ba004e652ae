"""Names marked within a sentence."""

import pytest

from miner.model.marking import mark

SENTENCE = "Exosomal miR-21-5p and miR-21 from CAFs promote growth (β-catenin) in HCC."


@pytest.mark.parametrize(
    ("forms", "marked"),
    [
        ({"subject": ["miR-21"]}, [("miR-21", "subject")] * 2),
        ({"subject": ["miR-21", "miR-21-5p"]}, [("miR-21-5p", "subject"), ("miR-21", "subject")]),
        ({"subject": ["MIR-21-5P"], "object": ["Growth"]}, [("miR-21-5p", "subject"), ("growth", "object")]),
        ({"source": ["CAF"]}, []),
        ({"source": ["CAFs"], "subject": ["CAFs"]}, [("CAFs", "source")]),
        ({"subject": ["β-catenin"], "cancer": ["HCC"]}, [("β-catenin", "subject"), ("HCC", "cancer")]),
        ({"subject": ["(β-catenin)"]}, [("(β-catenin)", "subject")]),
        ({"subject": [".*", "", " "]}, []),
        ({"subject": ["<b>"]}, []),
        ({}, []),
    ],
)  # fmt: skip
def test_names_are_marked_as_whole_words(forms: dict[str, list[str]], marked: list[tuple[str, str]]) -> None:
    segments = mark(SENTENCE, forms)
    assert [(s.text, s.role) for s in segments if s.role] == marked
    assert "".join(s.text for s in segments) == SENTENCE


@pytest.mark.parametrize("text", ["", "İstanbul İ", "ſ and S", "\ud800x", "a\u0301b"])
def test_any_text_is_kept_whole(text: str) -> None:
    assert "".join(s.text for s in mark(text, {"subject": ["s", "İ", "i̇", "x"]})) == text
