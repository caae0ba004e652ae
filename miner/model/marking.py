"""Mark names in a sentence: the subject and object of its claim, the source of its vesicles, its cancers."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from miner.model.claims import Claim


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a text, with the role of the entity that it names ("subject", "object", …), "" for other text."""

    text: str
    role: str = ""


def forms_of(claims: Iterable[Claim]) -> dict[str, list[str]]:
    """The names that the claims' texts use, by role ("subject", "object", "source", "cancer"), as `mark` takes them."""
    forms: dict[str, dict[str, None]] = {"subject": {}, "object": {}, "source": {}, "cancer": {}}
    for claim in claims:
        for role, refs in zip(forms, ((claim.subject,), (claim.object,), claim.sources, claim.cancers), strict=True):
            for ref in refs:
                forms[role].update(dict.fromkeys((*ref.mentions, ref.name)))
    return {role: list(names) for role, names in forms.items()}


def mark(text: str, forms: Mapping[str, Iterable[str]]) -> list[Segment]:
    """Split the text into segments; `forms` maps each role to the names to mark, whole words in any letter case.

    Of overlapping names, the longest is marked; of equal names, the one whose role comes first.

    >>> [(s.text, s.role) for s in mark("Exosomal miR-21 promotes growth.", {"subject": ["mir-21"]}) if s.role]
    [('miR-21', 'subject')]
    """
    roles: dict[str, str] = {}
    for role, names in forms.items():
        for name in names:
            if name.strip():
                roles.setdefault(name.casefold(), role)
    return list(_segments(text, roles)) if roles else [Segment(text)]


def _segments(text: str, roles: Mapping[str, str]) -> Iterator[Segment]:
    longest_first = sorted(roles, key=len, reverse=True)
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", re.IGNORECASE)
    at = 0
    for found in pattern.finditer(text):
        if found.start() > at:
            yield Segment(text[at : found.start()])
        yield Segment(found[0], roles.get(found[0].casefold(), ""))
        at = found.end()
    if at < len(text):
        yield Segment(text[at:])
