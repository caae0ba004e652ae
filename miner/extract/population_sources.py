"""The sources by which an article's populations of vesicles are told apart.

Cells of a tumor stand for the tumor: "colorectal cancer cells" for colorectal cancer. A general name stands for the
only more specific source that the article names: "stem cells" for bone marrow mesenchymal stem cells.
"""

from collections.abc import Iterable, Mapping, Sequence

from graph_schema.model import EntityType
from miner.model.claims import Claim, EntityRef
from miner.vocabulary.normalize import normalize_words

_CELL = "cell"

Words = tuple[str, ...]


class PopulationSources:
    """The sources of an article's vesicles, from its claims."""

    def __init__(self, claims: Sequence[Claim]) -> None:
        refs = {ref.id: ref for claim in claims for ref in (*claim.refs, *claim.sources)}
        self._tumors = _by_words(ref for ref in refs.values() if ref.type is EntityType.CANCER)
        own = (self._tumor_of(source) for claim in claims if not claim.background for source in claim.sources)
        self._named = {source.id: source for source in own}

    def of(self, claim: Claim) -> tuple[EntityRef, ...]:
        """The sources of a claim's vesicles, each once."""
        sources = [self._tumor_of(source) for source in claim.sources]
        if not claim.background:
            sources = [self._most_specific(source) for source in sources]
        return tuple({source.id: source for source in sources}.values())

    def _tumor_of(self, source: EntityRef) -> EntityRef:
        names = (words[:-1] for words in _names(source) if words[-1:] == (_CELL,))
        tumors = (self._tumors[words] for words in names if words in self._tumors)
        return next(tumors, source) if source.type is EntityType.CELL else source

    def _most_specific(self, source: EntityRef) -> EntityRef:
        words = normalize_words(source.name)
        longer = [ref for ref in self._named.values() if ref.type is source.type and _ends_with(ref, words)]
        return longer[0] if len(longer) == 1 else source


def _by_words(refs: Iterable[EntityRef]) -> Mapping[Words, EntityRef]:
    found: dict[Words, EntityRef] = {}
    for ref in refs:
        for words in _names(ref):
            found.setdefault(words, ref)
    return found


def _names(ref: EntityRef) -> list[Words]:
    return [normalize_words(name) for name in (ref.name, *ref.mentions)]


def _ends_with(ref: EntityRef, words: Words) -> bool:
    own = normalize_words(ref.name)
    return len(own) > len(words) and own[-len(words) :] == words
