"""Find the contradictions of a corpus."""

from miner.assembly.contradictions import OpposedClaims, find_opposed
from miner.assembly.kinds import Kinds
from miner.corpus import Corpus
from miner.nlp.lexicon import Lexicon
from miner.workflow.assembly import pair_graphs
from miner.workflow.find import ids_with_kinds


def opposed_claims(corpus: Corpus, entity: str | None, min_belief: float, everything: bool) -> list[OpposedClaims]:
    """The opposite claims of different works, of all entities or of `entity` and its kinds.

    Raises UsageError for an unknown entity. See `find_opposed` for the other parameters.
    """
    kinds = Kinds(Lexicon.load())
    pairs = corpus.changed_pairs(0)
    if entity is not None:
        wanted = ids_with_kinds(corpus, entity)
        objects = {object_ for subject, object_ in pairs if not wanted.isdisjoint((subject, object_))}
        above = frozenset().union(*map(kinds.of, objects))
        pairs = [pair for pair in pairs if pair[1] in above or not kinds.of(pair[1]).isdisjoint(objects)]
    opposed = find_opposed(pair_graphs(corpus, pairs), kinds, min_belief, everything)
    if entity is None:
        return opposed
    return [one for one in opposed if not wanted.isdisjoint(one.ends)]
