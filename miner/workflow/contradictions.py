"""Find the contradictions of a corpus."""

from miner.assembly.contradictions import OpposedClaims, find_opposed
from miner.corpus import Corpus
from miner.workflow.assembly import pair_graphs
from miner.workflow.find import ids_with_kinds


def opposed_claims(corpus: Corpus, entity: str | None, min_belief: float, everything: bool) -> list[OpposedClaims]:
    """The opposite claims of different works, of all entities or of `entity` and its kinds.

    Raises UsageError for an unknown entity. See `find_opposed` for the other parameters.
    """
    pairs = corpus.changed_pairs(0)
    if entity is not None:
        wanted = ids_with_kinds(corpus, entity)
        pairs = [pair for pair in pairs if not wanted.isdisjoint(pair)]
    return find_opposed(pair_graphs(corpus, pairs), min_belief, everything)
