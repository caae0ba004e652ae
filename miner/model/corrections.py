"""How curators write which entity a claim is about."""

import re
from dataclasses import dataclass
from typing import Literal

_ENTITY = re.compile(r"(?P<end>SUBJECT|OBJECT)\s*(?P<text>.*?)\s*=\s*(?P<id>\S.*)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class EntityCorrection:
    """That the claim's subject or object is the entity `id`, a name or an id, which the article calls `text`."""

    end: Literal["SUBJECT", "OBJECT"]
    text: str
    id: str


def parse_entity_correction(correction: str) -> EntityCorrection | None:
    """The correction of an entity ("SUBJECT = LAMP1", "SUBJECT LMPX = LAMP1"); None for one of a predicate.

    >>> parse_entity_correction("object = HGNC:9588")
    EntityCorrection(end='OBJECT', text='', id='HGNC:9588')
    """
    match = _ENTITY.fullmatch(correction.strip())
    if match is None:
        return None
    end: Literal["SUBJECT", "OBJECT"] = "SUBJECT" if match["end"].upper() == "SUBJECT" else "OBJECT"
    return EntityCorrection(end, " ".join(match["text"].split()), match["id"].strip())
