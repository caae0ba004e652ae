"""Pronouns and nouns at the start of a sentence that refer to entities of the one before."""

import pytest

from miner.extract.claims import extract
from miner.extract.coreference import resolve_coreference
from tests.extract.marked import marked


def referents(source: str) -> set[tuple[str, str]]:
    """(word, name of the entity it refers to)."""
    article = marked(source)
    return {
        (mention.text, entity.name)
        for entity, before in zip(resolve_coreference(article).entities, article.entities, strict=True)
        for mention in set(entity.mentions) - set(before.mentions)
    }


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{Vesicle:Exosomes} are small. They carry {MoleculeClass:RNA}.", {("They", "exosomes")}),
        ("{MicroRNA:MiR-9} is in {Vesicle:exosomes}. It also targets {Gene:PTEN}.", {("It", "mir-9")}),
        ("{MicroRNA:MiR-9} is in {Vesicle:exosomes}. It is known that {Gene:PTEN} falls.", set()),
        ("{MicroRNA:MiR-9} is in {Vesicle:exosomes}. It remains unknown how {Gene:PTEN} falls.", set()),
        ("{Vesicle:EVs} are small. Moreover, their uptake drives {Function:growth}.", {("their", "evs")}),
        ("{Vesicle:EVs} are small. They are many. They carry {Gene:CD9}.", {("They", "evs")}),
        ("We saw {MicroRNA:miR-9} and {MicroRNA:miR-7}. These two miRNAs repress {Gene:PTEN}.",
         {("miRNAs", "mir-9"), ("miRNAs", "mir-7")}),
        ("{Cancer:Glioma} is rare. They carry {Gene:CD9}.", set()),
        ("{Vesicle:EVs} are small. We think they carry {Gene:CD9}.", set()),
    ],
)  # fmt: skip
def test_words_at_the_start_of_a_sentence(source: str, expected: set[tuple[str, str]]) -> None:
    assert referents(source) == expected


def test_a_claim_about_a_pronoun_names_the_entity() -> None:
    claims = extract(
        marked("{Vesicle:Exosomes} are small. They carry {MoleculeClass:proteins} and {MoleculeClass:lipids}.")
    )
    carried = {(c.subject.mentions, c.object.name, c.sentence) for c in claims if c.predicate == "CARRIES"}
    sentence = "They carry proteins and lipids."
    assert carried == {(("Exosomes",), "proteins", sentence), (("Exosomes",), "lipids", sentence)}
