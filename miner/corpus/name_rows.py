"""Claims as rows of the table `name`."""

from collections.abc import Iterable, Iterator

from miner.model.claims import Claim, EntityRef
from miner.vocabulary.identity import MAX_NAME

Row = tuple[str, str, bool]
"""Entity, name, and whether the text's entity bears it (and not a mention alone)."""

INSERT_NAME = "INSERT INTO name (work, entity, name, chosen) VALUES (?, ?, ?, ?)"


def names_in(claims: Iterable[Claim]) -> Iterator[Row]:
    """Every name that claims of one work give their entities, each once.

    For a population of vesicles, these are the names of its kind; its own name is composed of a kind and its sources.
    """
    chosen: dict[tuple[str, str], bool] = {}
    for claim in claims:
        for ref in (*claim.refs, *claim.sources):
            for name, is_chosen in _names(ref):
                chosen[ref.kind, name] = chosen.get((ref.kind, name), False) or is_chosen
    yield from ((entity, name, is_chosen) for (entity, name), is_chosen in chosen.items())


def _names(ref: EntityRef) -> Iterator[tuple[str, bool]]:
    """A reference's name and mentions without odd spacing; what is too long or a list's mere number is no name."""
    for name, is_chosen in ((ref.name, True), *((mention, False) for mention in ref.mentions)):
        clean = " ".join(name.split())
        if len(clean) <= MAX_NAME and any(c.isalpha() for c in clean):
            yield clean, is_chosen
