"""What is a kind of what, by a vocabulary."""

from collections.abc import Iterable

from miner.model.assertions import Vocabulary


class Kinds:
    """The ancestors of entities, each looked up once."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._ancestors: dict[str, frozenset[str]] = {}

    def of(self, id_: str) -> frozenset[str]:
        """An entity's id with the ids of all that it is a kind of."""
        known = self._ancestors.get(id_)
        if known is None:
            self._ancestors[id_] = frozenset((id_,))  # a vocabulary's circle ends here
            concept = self._vocabulary.concept(id_)
            above = (self.of(parent) for parent in concept.parents) if concept else ()
            known = self._ancestors[id_] = frozenset((id_,)).union(*above)
        return known

    def overlap(self, some: Iterable[str], others: Iterable[str]) -> bool:
        """Whether one of `some` and one of `others` are one entity, or one is a kind of the other."""
        others = list(others)
        return any(one in self.of(other) or other in self.of(one) for one in some for other in others)
