"""Compare the claims of a watched question between two reports."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

ChangeKind = Literal["new", "stronger", "weaker", "contradicted", "retracted", "withdrawn"]
MIN_CHANGE = 0.05
"""The smallest change of belief that makes a claim stronger or weaker."""


@dataclass(frozen=True, slots=True)
class ClaimState:
    """A claim as shown in an answer. `retracted` counts its retracted papers, `contradicted` its opposite claims."""

    claim: str
    belief: float
    papers: int
    contradicted: int
    retracted: int
    sentence: str = ""
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a claim, with its state before (None for a new claim) and after (None for one that is gone)."""

    kind: ChangeKind
    assertion: str
    before: ClaimState | None
    after: ClaimState | None

    @property
    def shown(self) -> ClaimState:
        """The state after the change, or before it for a claim that is gone."""
        state = self.after or self.before
        assert state is not None
        return state

    @property
    def beliefs(self) -> str:
        """The belief before and after: "belief 0.550 → 0.800".

        >>> state = ClaimState("A —PROMOTES→ B", 0.8, 1, 0, 0)
        >>> Change("new", "exominer:a_1", None, state).beliefs
        'belief 0.800'
        """
        values = [f"{state.belief:.3f}" for state in (self.before, self.after) if state]
        return "belief " + " → ".join(dict.fromkeys(values))


@dataclass(frozen=True, slots=True)
class Report:
    """The changes of a watched question up to a time (ISO 8601), with the report's number for this question."""

    question: str
    number: int
    at: str
    changes: tuple[Change, ...]


def find_changes(before: Mapping[str, ClaimState], after: Mapping[str, ClaimState]) -> Iterator[Change]:
    """The changes between two states of a question's claims, by assertion; only the most serious change of each.

    A smaller change of belief than `MIN_CHANGE` does not count, and adds to the next one.
    """
    for id_ in sorted(before.keys() | after.keys()):
        kind = _kind(before.get(id_), after.get(id_))
        if kind:
            yield Change(kind, id_, before.get(id_), after.get(id_))


def _kind(before: ClaimState | None, after: ClaimState | None) -> ChangeKind | None:
    if before is None:
        return "new"
    if after is None:
        return "withdrawn"
    if after.retracted > before.retracted:
        return "retracted"
    if after.contradicted > before.contradicted:
        return "contradicted"
    if after.belief - before.belief >= MIN_CHANGE:
        return "stronger"
    return "weaker" if before.belief - after.belief >= MIN_CHANGE else None
