"""Questions make no claims, answered questions do, and claims beside a question are not affected."""

import pytest

from graph_schema.model import Predicate
from miner.extract.claims import extract
from miner.extract.modality.questions import find_questions
from miner.extract.sentence import view_sentences
from tests.extract.marked import marked

A, B = "{MicroRNA:exosomal miR-9}", "{Function:invasion}"


def read(source: str) -> set[str]:
    """What is read of A and B: "yes", "no", "perhaps"; empty where nothing is."""
    found = [c for c in extract(marked(source)) if c.object.type == "Function" and c.predicate is Predicate.PROMOTES]
    return {"perhaps" if c.speculative else "no" if c.negated else "yes" for c in found}


@pytest.mark.parametrize(
    ("source", "stated"),
    [
        (f"We investigated whether {A} promotes {B}.", set()),
        (f"We therefore asked if {A} promotes {B} in mice.", set()),
        (f"To see whether {A} promotes {B}, cells were treated for 24 h.", set()),
        (f"It is not known whether {A} promotes {B}.", set()),
        (f"Whether {A} promotes {B} remains to be established.", set()),
        (f"That {A} promotes {B} has never been shown.", set()),
        (f"Does {A} promote {B}?", set()),
        (f"Patients will be randomised to test whether {A} promotes {B}.", set()),
        (f"This study aims to determine the ability of {A} to promote {B}.", set()),
        (f"Further work is needed to establish that {A} promotes {B}.", set()),
        (f"How {A} promotes {B} is poorly understood.", {"perhaps"}),
        (f"{A} has been shown to promote {B}.", {"yes"}),
        (f"We investigated glioma and found that {A} promotes {B}.", {"yes"}),
        (f"{A} promotes {B}; whether it is a marker is unknown.", {"yes"}),
        (f"To study glioma, we used mice, and {A} promoted {B}.", {"yes"}),
        (f"{A} promotes {B}, but the mechanism remains unclear.", {"yes"}),
        (f"{A} promoted {B} regardless of whether serum was added.", {"yes"}),
        (f"We asked whether {A} promotes {B}. It did not.", {"no"}),
        (f"We asked whether {A} promotes {B}. It did.", {"yes"}),
        (f"Does {A} promote {B}? No: nothing changed.", {"no"}),
        (f"Does {A} promote {B}? Yes, it does.", {"yes"}),
        (f"We tested whether {A} promotes {B}. No such effect was seen.", {"no"}),
        (f"We tested whether {A} promotes {B}; this was not the case.", {"no"}),
        (f"We tested whether {A} promotes {B}. It was not toxic to mice, which lived.", set()),
        (f"We tested whether {A} promotes {B}. Serum was taken.", set()),
    ],
)
def test_a_question_states_nothing_and_its_answer_does(source: str, stated: set[str]) -> None:
    assert read(source) == stated


def test_what_a_question_presupposes_is_read() -> None:
    found = extract(marked("We asked whether {MicroRNA:{Vesicle:exosomal} miR-9} promotes {Function:invasion}."))
    assert {c.predicate for c in found} <= {Predicate.CARRIES}


def test_a_sentence_of_many_cues_is_searched_in_line_with_its_length() -> None:
    views = list(view_sentences(marked("whether the effect of " * 3000 + "A.")))
    assert sum(len(find_questions(view)) for view in views) < 500 * len(views)
