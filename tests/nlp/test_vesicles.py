import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miner.nlp.vesicles import means_other, vesicle_spans, vesicle_term

DATA = Path(__file__).parents[1] / "data" / "nlp"
SENTENCES = [json.loads(line) for line in (DATA / "exosome_complex.jsonl").read_text(encoding="utf-8").splitlines()]


def test_there_are_enough_sentences() -> None:
    assert len(SENTENCES) >= 60


@pytest.mark.parametrize("sentence", SENTENCES, ids=lambda s: s["text"][:50])
def test_vesicles_are_told_from_the_rnase_complex(sentence: dict) -> None:
    taken = [(start, end) for start, end, _ in vesicle_spans(sentence["text"])]
    places = [m.start() for m in re.finditer("exosom", sentence["text"], re.IGNORECASE)]
    assert [any(start <= at < end for start, end in taken) for at in places] == sentence["vesicle"]


@pytest.mark.parametrize(
    ("surface", "curie"),
    [
        ("tumor-derived exosomes", "GO:0070062"),
        ("M2-exos", "GO:0070062"),
        ("TDEs", "GO:0070062"),
        ("sEVs", "exominer:small-extracellular-vesicle"),
        ("small extracellular vesicles", "exominer:small-extracellular-vesicle"),
        ("large EVs", "exominer:large-extracellular-vesicle"),
        ("EVs", "GO:1903561"),
        ("MSC-EVs", "GO:1903561"),
        ("ectosomes", "GO:1990742"),
        ("microvesicles", "GO:1990742"),
        ("apoptotic bodies", "GO:0097189"),
        ("large oncosomes", "exominer:large-oncosome"),
        ("macrophages", None),
        ("every level", None),
        ("exome sequencing", None),
    ],
)
def test_terms_follow_misev(surface: str, curie: str | None) -> None:
    assert vesicle_term(surface) == curie


@given(st.text(max_size=300))
def test_spans_stay_within_the_text(text: str) -> None:
    assert all(0 <= start < end <= len(text) for start, end, _ in vesicle_spans(text))


@pytest.mark.parametrize(
    ("text", "word", "other"),
    [
        ("The otic vesicle forms early.", "otic vesicle", True),
        ("Seminal vesicles were removed.", "Seminal vesicles", True),
        ("Synaptic vesicle release was blocked.", "vesicle", True),
        ("Blisters and vesicles on the lips were seen.", "vesicles", True),
        ("The EXOSOME trial enrolled women.", "EXOSOME", True),
        ("A tool called EXOSOME was used.", "EXOSOME", True),
        ("Replication of EV 71 was slow.", "EV", True),
        ("Whole-exome sequencing was done.", "exome", True),
        ("The vehicle had no effect.", "vehicle", True),
        ("Extracellular vesicles of the skin and blisters.", "Extracellular vesicles", False),
        ("Exosomes crossed the skin, and vesicles were taken up by keratinocytes.", "vesicles", False),
        ("EVs were counted.", "EVs", False),
        ("Brain exosomes were isolated.", "Brain exosomes", False),
        ("Membrane vesicles carry CD9.", "Membrane vesicles", False),
    ],
)
def test_other_vesicles(text: str, word: str, other: bool) -> None:
    start = text.index(word)
    assert means_other(text, start, start + len(word), {}) is other
