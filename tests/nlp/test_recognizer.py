from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_schema.model import EntityType
from miner import annotate
from miner.neural.encoder import WINDOW, RangeMax, tokenize
from miner.neural.span_model import clash, suggest_spans
from miner.nlp.recognizer import Recognizer, blank_enclosing_marks
from miner.nlp.sentencizer import sentence_bounds

T = EntityType
TEXT = (
    "Exosomal miR-21 drives invasion of breast cancer cells\n"
    "Exosomes secreted by breast cancer cells carry miR-21. In fibroblasts, miR-21 suppressed PTEN and promoted "
    "angiogenesis, whereas cisplatin had no effect. Plasma exosomes were isolated from patients with glioblastoma."
)


@pytest.fixture(scope="module")
def recognizer() -> Recognizer:
    return Recognizer()


def found(recognizer: Recognizer, text: str) -> dict[str, EntityType]:
    return {text[s.start : s.end]: s.type for s in recognizer.recognize([text], [sentence_bounds(text)])[0]}


def test_names_what_a_plain_abstract_speaks_of(recognizer: Recognizer) -> None:
    types = found(recognizer, TEXT)
    assert types["miR-21"] == EntityType.MICRO_RNA
    assert types["Exosomes"] == EntityType.VESICLE
    assert types["PTEN"] == EntityType.GENE
    assert types["angiogenesis"] == EntityType.FUNCTION
    assert types["breast cancer cells"] == EntityType.CELL


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('Exosomes carried (CD9),"CD63"; [EpCAM]/TSG101... and ‘GPC1’.', ["CD9", "CD63", "EpCAM", "TSG101", "GPC1"]),
        ("Exosomes carried (CD9), (CD63), and (EpCAM).", ["CD9", "CD63", "EpCAM"]),
        ("Exosomes carried [miR-21] and “HOTAIR”.", ["miR-21", "HOTAIR"]),
        ("The 'CD81' of vesicles, and [HSP70] or «ALIX».", ["CD81", "HSP70", "ALIX"]),
    ],
)
def test_names_within_quotes_and_brackets_are_found(text: str, names: list[str]) -> None:
    article = annotate(f"A laboratory study\n{text}")
    assert [m.text for e in article.entities for m in e.mentions if e.type is not T.VESICLE] == names


@pytest.mark.parametrize(
    ("text", "blanked"),
    [
        ("growth factor (EGF) of cells", "growth factor (EGF) of cells"),
        ("exosomes (CD9), (CD63)", "exosomes  CD9 ,  CD63 "),
        ("Alzheimer's and Parkinson's; 5'-end", "Alzheimer's and Parkinson's; 5'-end"),
        ("as shown [the whole list]", "as shown [the whole list]"),
        ("“miR-21”-loaded", " miR-21 -loaded"),
    ],
)
def test_marks_are_blanked_around_single_names_alone(text: str, blanked: str) -> None:
    assert blank_enclosing_marks(text) == blanked


def test_spans_cross_only_in_different_layers(recognizer: Recognizer) -> None:
    spans = recognizer.recognize([TEXT], [sentence_bounds(TEXT)])[0]
    assert not any(clash((a.start, a.end, a.type), (b.start, b.end, b.type)) for a, b in combinations(spans, 2))


@pytest.mark.parametrize(
    ("one", "other", "clashes"),
    [
        ((0, 4, T.CANCER), (0, 10, T.CELL), False),  # "HCC" in "HCC cells"
        ((0, 4, T.GENE), (0, 4, T.FUNCTION), True),
        ((0, 9, T.GENE), (2, 4, T.GENE), True),
        ((0, 6, T.GENE), (4, 9, T.CELL), True),
        ((0, 6, T.VESICLE), (4, 9, T.CELL), False),
        ((0, 6, T.VESICLE), (4, 9, T.VESICLE), True),
        ((0, 4, T.GENE), (4, 9, T.GENE), False),
    ],
)
def test_what_clashes(one: tuple[int, int, T], other: tuple[int, int, T], clashes: bool) -> None:
    assert clash(one, other) == clash(other, one) == clashes


def test_a_text_reads_the_same_whatever_stands_beside_it(recognizer: Recognizer) -> None:
    other = "Nothing of note. " * 40
    bounds = sentence_bounds(TEXT)
    alone = recognizer.recognize([TEXT], [bounds])[0]
    assert recognizer.recognize([other, TEXT, other], [sentence_bounds(other), bounds, []])[1] == alone


def test_empty_and_endless_texts(recognizer: Recognizer) -> None:
    assert recognizer.recognize([""], [[]]) == [[]]
    long = "exosomes carry miR-21 and " * 400
    spans = recognizer.recognize([long], [[(0, len(long))]])[0]
    assert len(tokenize(long, [(0, len(long))]).windows) > 1
    assert sum(long[s.start : s.end] == "miR-21" for s in spans) > 100


def test_scored_spans_carry_the_threshold_of_their_type(recognizer: Recognizer) -> None:
    scored = recognizer.score(TEXT, sentence_bounds(TEXT))
    assert {s.type: s.threshold for s in scored}.items() <= recognizer.thresholds.items()
    assert [s.score for s in scored] == sorted((s.score for s in scored), reverse=True)


@given(st.text(alphabet="aB1-α.,;( \n", max_size=120))
def test_candidates_are_whole_words_of_one_sentence(text: str) -> None:
    tokens = tokenize(text, sentence_bounds(text))
    assert tokens.windows == () or (tokens.windows[0][0], tokens.windows[-1][1]) == (0, len(tokens))
    assert all(0 < end - start <= WINDOW for start, end in tokens.windows)
    for first, last, _ in suggest_spans(tokens):
        assert tokens.sentences[first] == tokens.sentences[last]
        start, end = tokens.starts[first], tokens.ends[last]
        assert start == 0 or not (text[start - 1].isalnum() and text[start].isalnum())
        assert end == len(text) or not (text[end - 1].isalnum() and text[end].isalnum())


@given(st.lists(st.integers(-9, 9), min_size=1, max_size=40), st.data())
def test_range_maximum_agrees_with_looking(values: list[int], data: st.DataObject) -> None:
    rows = np.array(values, dtype=np.float32)[:, None]
    first = data.draw(st.integers(0, len(values) - 1))
    last = data.draw(st.integers(first, len(values) - 1))
    pool = RangeMax(rows)
    assert pool(np.array([first]), np.array([last]))[0, 0] == max(values[first : last + 1])
