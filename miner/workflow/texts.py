"""Entities and claims of a plain text."""

from miner.model.annotations import AnnotatedArticle
from miner.model.claims import Claim
from miner.workflow.mining import Text, mine


def annotate(text: str) -> AnnotatedArticle:
    """The sentences and entities of a text; offsets count its characters.

    >>> entity, *_ = annotate("Exosomes carry miR-21.").entities
    >>> entity.type.value, [mention.text for mention in entity.mentions]
    ('Vesicle', ['Exosomes'])
    """
    (mined,) = mine([Text("text", text)])
    return mined.annotated


def extract(text: str) -> tuple[Claim, ...]:
    """The claims that a text makes, the most probable first, each with its sentence and a score in [0, 1].

    >>> [(c.predicate.value, c.negated) for c in extract("Exosomes carry miR-21.")]
    [('CARRIES', False)]
    """
    (mined,) = mine([Text("text", text)])
    return mined.claims
