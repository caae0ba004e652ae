"""Training texts with their levels turned round."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.train.mirroring import OPPOSITE, mirror
from tests.extract.marked import marked


@pytest.mark.parametrize(
    ("text", "turned"),
    [
        ("{MicroRNA:miR-9} was higher in {Cancer:glioma}.", "miR-9 was lower in glioma."),
        ("Reduced {Gene:PTEN} levels in {Cancer:glioma}.", "Elevated PTEN levels in glioma."),
        ("{MicroRNA:miR-9} is up-regulated, {Gene:PTEN} not.", "miR-9 is down-regulated, PTEN not."),
        ("{Function:increased migration} of {Cell:cells}.", "increased migration of cells."),
    ],
)
def test_a_level_outside_mentions_is_turned_round(text: str, turned: str) -> None:
    assert mirror(marked(text)).text == turned


@given(st.lists(st.sampled_from([*OPPOSITE, "in", "and", "{MicroRNA:miR-9}", "{Cancer:glioma}"]), min_size=1))
def test_mentions_stay_what_they_are_and_twice_turned_is_as_before(words: list[str]) -> None:
    article = marked(" ".join(words) + ".")
    turned = mirror(article)
    for before, after in zip(article.entities, turned.entities, strict=True):
        assert [m.text for m in after.mentions] == [m.text for m in before.mentions]
        assert [turned.text[m.start : m.end] for m in after.mentions] == [m.text for m in after.mentions]
    assert mirror(turned) == article
