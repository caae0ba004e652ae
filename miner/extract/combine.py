"""Join the voters' votes to candidate relations, and choose which of them to keep."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from graph_schema.model import EFFECTS, OPPOSITES, EntityType, Predicate
from miner.extract.candidates import CandidateRelation, Vote
from miner.extract.config import CONFIG
from miner.extract.weights import Weights
from miner.model.annotations import AnnotatedArticle

INVERTING = "rules"
"""The voter that works out inversions and exclusions."""

_P = Predicate
_LEVELS = frozenset({_P.ELEVATED_IN, _P.REDUCED_IN})
_STRUCTURE = _LEVELS | {_P.CARRIES, _P.SECRETES, _P.FOUND_IN}

_Key = tuple[int, int, Predicate]


def combine(votes: Mapping[str, Iterable[Vote]], weights: Weights) -> list[CandidateRelation]:
    """Every relation that some voter votes for, with the joint probability, the most probable first.

    `votes` are the votes of each voter by its name. Where one works out that the direction of an effect is inverted
    ("loss of A promoted B") and finds no statement of the other direction, the votes of the others for that direction
    count for the inverted one: voters that learn from words mostly miss inversions. So they do where a direction is
    stated plainly, or one is certain of it. What a voter excludes in the sentences where the others find it is dropped,
    unless it finds the relation itself elsewhere.
    """
    found: dict[_Key, CandidateRelation] = {}
    inverted: dict[_Key, None] = {}
    plain: set[_Key] = set()
    certain: dict[_Key, None] = {}
    excluded: list[Vote] = []
    fusion = weights.fusion(tuple(votes))
    for voter, cast in votes.items():
        for vote in cast:
            key = (vote.subject, vote.object, vote.predicate)
            if vote.excluded:
                excluded.append(vote)
                continue
            candidate = found.get(key)
            if candidate is None:
                candidate = found[key] = CandidateRelation(vote.predicate, vote.subject, vote.object)
            candidate.scores[voter] = vote.score
            candidate.occurrences += vote.occurrences
            if vote.predicate in OPPOSITES and (vote.inverted or vote.plain):
                inverted[key] = None
            if vote.plain:
                plain.add(key)
                candidate.plain = frozenset(vote.occurrences)
            if vote.certain:
                certain[key] = None
    for vote in excluded:
        _drop_excluded(found, vote)
    for key in inverted:
        _move_votes(found, *key)
    for key in certain:
        _drop_opposite(found, certain, *key)
    for key, candidate in found.items():
        candidate.floor = CONFIG.certain if key in certain else CONFIG.plain if key in plain else 0.0
        candidate.probability = max(fusion.fuse_scores(candidate.predicate, candidate.scores), candidate.floor)
    return sorted(found.values(), key=lambda c: (-c.probability, c.subject, c.object, c.predicate))


def _move_votes(found: Mapping[_Key, CandidateRelation], subject: int, object_: int, predicate: Predicate) -> None:
    """Count the votes for the opposite of an inverted effect for the effect, unless the same voter gave both."""
    candidate, opposite = found[subject, object_, predicate], found.get((subject, object_, OPPOSITES[predicate]))
    if opposite is not None and INVERTING not in opposite.scores:
        _move_scores(opposite, candidate)


def _drop_opposite(
    found: Mapping[_Key, CandidateRelation],
    certain: Collection[_Key],
    subject: int,
    object_: int,
    predicate: Predicate,
) -> None:
    """Count the votes for the opposite of a certain relation for it, unless a voter is certain of both."""
    if predicate not in OPPOSITES or (subject, object_, OPPOSITES[predicate]) in certain:
        return
    opposite = found.get((subject, object_, OPPOSITES[predicate]))
    if opposite is not None:
        _move_scores(opposite, found[subject, object_, predicate])


def _drop_excluded(found: Mapping[_Key, CandidateRelation], vote: Vote) -> None:
    """Take back the votes for a relation that the rules exclude in every sentence in which it was found."""
    candidate = found.get((vote.subject, vote.object, vote.predicate))
    if candidate is None or INVERTING in candidate.scores:
        return
    sentences = {occurrence.sentence for occurrence in vote.occurrences}
    if all(occurrence.sentence in sentences for occurrence in candidate.occurrences):
        scores, candidate.scores = candidate.scores, {}
        for pair in vote.instead:
            if (other := found.get((*pair, vote.predicate))) is not None:
                _raise_scores(other, scores)


def _move_scores(opposite: CandidateRelation, candidate: CandidateRelation) -> None:
    _raise_scores(candidate, opposite.scores)
    opposite.scores = {}


def _raise_scores(candidate: CandidateRelation, scores: Mapping[str, float]) -> None:
    for voter, score in scores.items():
        candidate.scores[voter] = max(score, candidate.scores.get(voter, 0.0))


def split_by_part(votes: Mapping[str, Iterable[Vote]]) -> list[dict[str, list[Vote]]]:
    """The votes of each voter by its name, for each part of the article that has some, in order."""
    parts: dict[int, dict[str, list[Vote]]] = {}
    for voter, cast in votes.items():
        for vote in cast:
            parts.setdefault(vote.part, {name: [] for name in votes})[voter].append(vote)
    return [parts[part] for part in sorted(parts)]


def choose(
    concept: Sequence[int], candidates: Sequence[CandidateRelation], thresholds: Mapping[Predicate, float]
) -> list[CandidateRelation]:
    """The candidates to keep of those given, the most probable first: probable enough, one a family for two concepts.

    PROMOTES … REGULATES exclude one another, and so do ELEVATED_IN and REDUCED_IN. `concept` is what `find_concepts`
    gives.
    """
    kept: list[CandidateRelation] = []
    taken: dict[tuple[int, int, str], CandidateRelation] = {}
    for candidate in candidates:
        if candidate.probability < thresholds[candidate.predicate]:
            continue
        key = (concept[candidate.subject], concept[candidate.object], _family(candidate.predicate))
        if key[0] == key[1]:
            continue
        if key in taken and not _are_separate(candidate, taken[key]):
            taken[key].rivals.append(candidate)
            continue
        taken.setdefault(key, candidate)
        kept.append(candidate)
    return _choose_agents(kept)


def _are_separate(one: CandidateRelation, other: CandidateRelation) -> bool:
    """Whether two opposite effects are plainly stated of other mentions: "EVs of A raised X, EVs of B lowered X"."""
    if OPPOSITES.get(one.predicate) is not other.predicate or not (one.plain and other.plain):
        return False
    taken = {(o.sentence, o.subject_mention) for o in other.plain}
    return all((o.sentence, o.subject_mention) not in taken for o in one.plain)


def _choose_agents(kept: Sequence[CandidateRelation]) -> list[CandidateRelation]:
    """The candidates without those that give one effect twice, to a loaded vesicle and to its cargo.

    Of a vesicle and what it carries, stated to have the same effect in the same sentences, the cargo is the agent;
    the vesicle only where the cargo is far less probable.
    """
    carried = {(c.subject, c.object) for c in kept if c.predicate is _P.CARRIES}
    loaded_with: dict[int, set[int]] = defaultdict(set)
    for vesicle, cargo in carried:
        loaded_with[vesicle].add(cargo)
        loaded_with[cargo].add(vesicle)
    result: list[CandidateRelation] = []
    at: dict[tuple[int, int, Predicate], int] = {}  # where each agent of an effect is in `result`
    for candidate in kept:
        rival = None if candidate.predicate in _STRUCTURE else _find_rival(candidate, loaded_with, at, result)
        if rival is None:
            at[candidate.subject, candidate.object, candidate.predicate] = len(result)
            result.append(candidate)
        elif (result[rival].subject, candidate.subject) in carried and (
            candidate.probability >= CONFIG.cargo_share * result[rival].probability
        ):
            candidate.probability = result[rival].probability
            at[candidate.subject, candidate.object, candidate.predicate] = rival
            del at[result[rival].subject, candidate.object, candidate.predicate]
            result[rival] = candidate
    return result


def _find_rival(
    candidate: CandidateRelation,
    loaded_with: Mapping[int, set[int]],
    at: Mapping[tuple[int, int, Predicate], int],
    result: Sequence[CandidateRelation],
) -> int | None:
    """Where the first kept candidate is that states the same effect in the same sentences, of its vesicle or cargo."""
    agents = loaded_with.get(candidate.subject, ())
    positions = [at.get((agent, candidate.object, candidate.predicate)) for agent in agents]
    sentences = {occurrence.sentence for occurrence in candidate.occurrences}
    return min(
        (p for p in positions if p is not None and sentences <= {o.sentence for o in result[p].occurrences}),
        default=None,
    )


def _family(predicate: Predicate) -> str:
    if predicate in EFFECTS:
        return "effect"
    return "level" if predicate in _LEVELS else predicate.value


def find_concepts(article: AnnotatedArticle) -> list[int]:
    """For each entity the first one of its type that shares an id or a surface form with it.

    They are one concept where relations are chosen, though the resolver left them apart.
    """
    first: dict[tuple[EntityType, str], int] = {}
    concepts: list[int] = []
    for index, entity in enumerate(article.entities):
        keys = {(entity.type, entity.id)} | {(entity.type, mention.text.casefold()) for mention in entity.mentions}
        concept = min((first[key] for key in keys if key in first), default=index)
        for key in keys:
            first.setdefault(key, concept)
        concepts.append(concept)
    return concepts
