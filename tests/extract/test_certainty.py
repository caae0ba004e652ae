import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_schema.model import Predicate
from miner.extract.modality.certainty import find_negated_elsewhere, is_negated, is_speculative
from miner.extract.modality.questions import is_question
from miner.extract.modality.scopes import find_scopes
from miner.extract.sentence import SentenceView, view_sentences
from miner.vocabulary.words import word_set
from tests.extract.marked import marked


def sentence(source: str) -> SentenceView:
    return next(view_sentences(marked(source)))


@pytest.mark.parametrize(
    ("source", "negated"),
    [
        ("{Vesicle:EVs} did not affect {Function:growth}.", True),
        ("{Vesicle:EVs} failed to induce {Function:growth}.", True),
        ("{Vesicle:EVs} had no effect on {Function:growth}.", True),
        ("{Vesicle:EVs} were unable to promote {Function:growth}.", True),
        ("{Vesicle:EVs} improved survival without altering {Function:growth}.", True),
        ("No difference in {MicroRNA:miR-9} was seen between {Cancer:glioma} and controls.", True),
        ("No difference was seen in levels of {MicroRNA:miR-9} or miR-7 in serum of {Cancer:glioma} patients.", True),
        ("{MicroRNA:miR-9} levels did not differ between the groups ({Cancer:glioma} and healthy).", True),
        ("{Vesicle:EVs} not only promote {Function:growth} but spread.", False),
        ("{Vesicle:EVs} promote {Function:growth}, but not death.", False),
        ("{Vesicle:EVs} promote {Function:growth}.", False),
        ("How {Vesicle:EVs} promote {Function:growth} has not been elucidated.", False),
        ("{Vesicle:EVs} promote {Function:growth}, whereas no effect was seen on death.", False),
        ("{Vesicle:EVs} promote {Function:growth}, while death was not affected.", False),
        ("{Vesicle:EVs} promote death, while {Function:growth} remained unchanged.", True),
        ("{Vesicle:EVs} of unaffected kin promote {Function:growth}.", False),
        ("{Vesicle:EVs}, but not liposomes, promote {Function:growth}.", False),
        ("{Vesicle:EVs} correlate with death, but not with age, stage and {Function:growth}.", True),
        ("{Vesicle:EVs} devoid of miR-9 promote {Function:growth}.", False),
        ("{Vesicle:EVs} promote {Function:growth} by the iNOS/NO pathway.", False),
        ("{Vesicle:EVs}, which did not carry CD9, suppressed {Function:growth}.", False),
        ("{Cell:Monocytes}, which had not been primed, reduced {Function:growth}.", False),
        ("{Vesicle:EVs}, which did not suppress {Function:growth}, spread.", True),
        ("{Vesicle:EVs}, which did not carry CD9, CD63 or {Gene:CD81}, spread.", True),
        ("It was miR-9 rather than {MicroRNA:miR-7} that promoted {Function:growth}.", True),
        ("MiR-9 instead of {MicroRNA:miR-7} promoted {Function:growth}.", True),
        ("It was {MicroRNA:miR-9} rather than miR-7 that promoted {Function:growth}.", False),
    ],
)
def test_negation(source: str, negated: bool) -> None:
    view = sentence(source)
    assert is_negated(view, view.top_level[0], view.top_level[-1]) is negated


@pytest.mark.parametrize(
    ("source", "predicate", "negated"),
    [
        ("No difference was seen in {Vesicle:exosomal} levels of {MicroRNA:miR-9}.", Predicate.CARRIES, False),
        ("No {MicroRNA:miR-9} was found in {Vesicle:exosomes}.", Predicate.CARRIES, True),
        (
            "{MicroRNA:miR-9} tells patients with from those without {Function:metastasis}.",
            Predicate.BIOMARKER_OF,
            False,
        ),
        ("{MicroRNA:Nor-exo miR-9} and {Vesicle:Nor-exo} raised {Function:growth}.", Predicate.PROMOTES, False),
        ("{Vesicle:Exosomes} lacking {MicroRNA:miR-9} did nothing.", Predicate.CARRIES, True),
        ("{MicroRNA:miR-9} was lower with no distant {Function:metastasis}.", Predicate.BIOMARKER_OF, False),
        ("{MicroRNA:miR-9} showed no correlation with {Function:metastasis}.", Predicate.BIOMARKER_OF, True),
        ("Exosomes, but not {Vesicle:microvesicles}, of {Cell:T cells} acted.", Predicate.SECRETES, False),
        ("There are no reports whether {Vesicle:EVs} promote {Function:growth}.", Predicate.PROMOTES, False),
    ],
)
def test_negation_depends_on_the_predicate(source: str, predicate: Predicate, negated: bool) -> None:
    view = sentence(source)
    assert is_negated(view, view.top_level[0], view.top_level[-1], predicate) is negated


def test_negated_passive() -> None:
    view = sentence("{Gene:PTEN} levels were not altered by {Vesicle:EVs}.")
    assert is_negated(view, view.top_level[1], view.top_level[0], Predicate.REGULATES)


@pytest.mark.parametrize(
    ("source", "elsewhere"),
    [
        ("{Chemical:5-FU} raised {MicroRNA:miR-9} in HT29 but not in SW480 cells.", True),
        ("{Chemical:5-FU} raised {MicroRNA:miR-9} in HT29 cells, changes that were not seen in SW480 cells.", True),
        ("{Chemical:5-FU} raised {MicroRNA:miR-9} but not miR-7.", False),
        ("{Chemical:5-FU} raised {MicroRNA:miR-9} in HT29 cells.", False),
    ],
)
def test_negation_of_another_case(source: str, elsewhere: bool) -> None:
    view = sentence(source)
    found = find_negated_elsewhere(view, view.top_level[0], view.top_level[-1], Predicate.ACTIVATES)
    assert (found is not None) is elsewhere


@pytest.mark.parametrize(
    ("source", "predicate", "speculative"),
    [
        ("{Vesicle:EVs} may promote {Function:growth}.", Predicate.PROMOTES, True),
        ("{Vesicle:EVs} are thought to mediate {Function:growth}.", Predicate.REGULATES, True),
        ("{MicroRNA:miR-9} is a potential biomarker of {Cancer:glioma}.", Predicate.BIOMARKER_OF, True),
        ("Our data suggest a role of {Vesicle:EVs} in {Function:growth}.", Predicate.REGULATES, True),
        ("These results indicate that {Vesicle:EVs} promote {Function:growth}.", Predicate.PROMOTES, False),
        ("These results suggest that {Vesicle:EVs} promote {Function:growth}.", Predicate.PROMOTES, False),
        ("{MicroRNA:miR-9} is a promising biomarker of {Cancer:glioma}.", Predicate.BIOMARKER_OF, False),
        ("In culture {Vesicle:EVs} could promote {Function:growth}.", Predicate.PROMOTES, False),
        ("In conclusion, {Vesicle:EVs} could promote {Function:growth}.", Predicate.PROMOTES, True),
        ("{Cell:T cell}-derived {Vesicle:EVs} may matter.", Predicate.SECRETES, False),
    ],
)
def test_speculation(source: str, predicate: Predicate, speculative: bool) -> None:
    view = sentence(source)
    assert is_speculative(view, view.top_level[0], view.top_level[-1], predicate) is speculative


@pytest.mark.parametrize(
    ("text", "asking"),
    [
        ("We investigated whether vesicles matter.", True),
        ("To determine the role of vesicles, we spun them.", True),
        ("Do vesicles matter?", True),
        ("Vesicles matter.", False),
    ],
)
def test_aims_and_questions(text: str, asking: bool) -> None:
    assert is_question(sentence(text)) is asking


def test_a_cue_reaches_to_the_end_of_its_clause() -> None:
    tokens = ["vesicles", "may", "help", "cells", "to", "live", ",", "but", "they", "do", "not", "kill", "."]
    found = [(s.kind, tokens[s.cue_first], tokens[s.first : s.last]) for s in find_scopes(tokens)]
    assert found == [
        ("speculation", "may", ["may", "help", "cells", "to", "live"]),
        ("negation", "not", ["they", "do", "not", "kill"]),
    ]


CUES = sorted(word_set("not no may could and , . ( ) which potential lack of vesicles be"))


@given(st.lists(st.sampled_from(CUES)))
def test_scopes_hold_their_cue_and_stay_in_the_sentence(tokens: list[str]) -> None:
    for scope in find_scopes(tokens):
        assert 0 <= scope.first <= scope.cue_first < scope.cue_last <= max(scope.last, scope.cue_last) <= len(tokens)


@pytest.mark.parametrize(
    ("source", "negated"),
    [
        ("Neither {Vesicle:{Cell:MSC}-EVs} nor saline changed weight.", False),
        ("No trials have tested {Cell:MSC}-{Vesicle:EVs} for stroke.", False),
        ("There are no reports on {Vesicle:exosomes of {Cell:T cells}} here.", False),
        ("{Cell:T cells} did not release {Vesicle:exosomes}.", True),
        ("{Cell:T cells} failed to shed any {Vesicle:EVs}.", True),
    ],
)
def test_vesicles_named_by_their_source_are_of_it_whatever_is_denied(source: str, negated: bool) -> None:
    view = sentence(source)
    cell, vesicle = (next(m for m in view.mentions if m.type == type_) for type_ in ("Cell", "Vesicle"))
    assert is_negated(view, cell, vesicle, Predicate.SECRETES) is negated
