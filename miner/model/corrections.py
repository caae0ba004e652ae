"""What a curator puts in the place of a claim's predicate, subject or object."""

import re
from dataclasses import dataclass
from typing import Literal

from graph_schema.model import Predicate

_ENTITY = re.compile(r"(?P<end>SUBJECT|OBJECT)\s*(?P<text>.*?)\s*=\s*(?P<id>\S.*)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class EntityCorrection:
    """That `text`, as the article names the claim's subject or object, means the entity `id`.

    >>> str(EntityCorrection("SUBJECT", "LAMP", "HGNC:6501"))
    'SUBJECT LAMP = HGNC:6501'
    """

    end: Literal["SUBJECT", "OBJECT"]
    text: str
    id: str

    def __str__(self) -> str:
        return f"{self.end} {self.text} = {self.id}"


def parse_entity_correction(correction: str) -> EntityCorrection | None:
    """The correction of an entity, with an empty text where only the entity is given; None for one of a predicate.

    >>> parse_entity_correction("object = HGNC:9588")
    EntityCorrection(end='OBJECT', text='', id='HGNC:9588')
    """
    match = _ENTITY.fullmatch(correction.strip())
    if match is None:
        return None
    end: Literal["SUBJECT", "OBJECT"] = "SUBJECT" if match["end"].upper() == "SUBJECT" else "OBJECT"
    return EntityCorrection(end, " ".join(match["text"].split()), match["id"].strip())


def is_correction(correction: str) -> bool:
    """Whether it is a predicate ("INHIBITS", "NOT INHIBITS") or corrects an entity and says which text it is about."""
    entity = parse_entity_correction(correction)
    return bool(entity.text) if entity else correction.removeprefix("NOT ") in set(Predicate)
