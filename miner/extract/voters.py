"""The extractors that vote. A new one is a module with a `Voter` and a line in `VOTERS`."""

from collections.abc import Sequence
from functools import lru_cache

from miner.errors import UsageError
from miner.extract.candidates import Voter
from miner.extract.rules.rules import RuleVoter
from miner.extract.scorers.lexical import LexicalVoter
from miner.extract.scorers.relations import RelationVoter

COMBINED = "exominer.combined.v7"
"""The extractor in which all voters are joined."""

VOTERS: dict[str, type[Voter]] = {
    "rules": RuleVoter,
    "lexical": LexicalVoter,
    "relations": RelationVoter,
}
"""Every voter by its name. The order is that in which occurrences of equal weight are quoted."""


def list_extractors() -> dict[str, tuple[str, ...]]:
    """Every extractor by its versioned name, with the names of its voters in the order of `VOTERS`."""
    alone = {voter.extractor: {name, *voter.partners} for name, voter in VOTERS.items()}
    return {COMBINED: tuple(VOTERS)} | {
        extractor: tuple(name for name in VOTERS if name in names) for extractor, names in alone.items()
    }


def load_voters(extractor: str) -> list[Voter]:
    """The voters of an extractor; those without weights are left out of the combination.

    Raises UsageError where there is no such extractor, and where it is a single one whose weights are missing.
    """
    extractors = list_extractors()
    if extractor not in extractors:
        raise UsageError(f"no extractor is called {extractor!r} - choose one of {', '.join(extractors)}")
    loaded = []
    for name in extractors[extractor]:
        try:
            loaded.append(_load(VOTERS[name]))
        except FileNotFoundError as error:
            if extractor != COMBINED:
                raise UsageError(f"the weights of {extractor} are missing - reinstall exominer") from error
    return loaded


def list_missing_weights() -> list[str]:
    """One line for each voter whose weights are missing, with the remedy; empty when all are there."""
    loaded: Sequence[str] = [voter.name for voter in load_voters(COMBINED)]
    left = " and ".join(loaded) or "nothing"
    return [
        f"the weights of {voter.extractor} are missing: claims come from {left} alone - reinstall exominer"
        for name, voter in VOTERS.items()
        if name not in loaded
    ]


@lru_cache
def _load(voter: type[Voter]) -> Voter:
    return voter()
