"""Texts that end anywhere, without a full stop, as titles and cut abstracts do, are read without an error."""

import pytest

from miner.extract.claims import extract
from tests.extract.marked import marked

TEXTS = (
    "{Vesicle:Exosomes} resulted in protection from {Function:ferroptosis}, and {Vesicle:EVs} increased protection.",
    "The {Function:protective effect} of {Vesicle:EVs} against {Function:fibrosis} was lost, and so was the effect.",
    "{MicroRNA:miR-21}, which did not act on {Gene:PTEN}, had no effect on {Function:growth} in {Cell:T cells}.",
    "Upon treatment with {Chemical:GW4869}, {Vesicle:EVs} lacking {Gene:GPC1} failed to raise {Function:invasion}.",
    "We asked whether {Vesicle:EVs} promote {Function:repair}; they did not, because of inhibition of {Gene:AKT1}.",
    "{Gene:TNF} rose in the absence of {MicroRNA:miR-9}, compared with controls, through activation of {Gene:NFKB1}.",
)


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_that_is_cut_at_any_word_is_read(text: str) -> None:
    for end, character in enumerate(text):
        part = text[:end]
        if character in " ,;." and part.count("{") == part.count("}"):
            extract(marked(part))
