"""The numbers that what is extracted depends on. A change of any of them needs a new version of the extractors."""

from dataclasses import dataclass, field
from types import MappingProxyType

from graph_schema.model import Predicate
from miner.neural.pair_features import MAX_MENTIONS, NEAREST


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractionConfig:
    """Limits of what is read together, and how votes are weighed. Distances are in tokens.

    The limits that begin with `max_` lie above everything seen in 1,310 real abstracts, where no sentence has more than
    43 mentions, no list more than 15 members and no scope more than 66 tokens; they keep the cost of hostile texts in
    line with their length.
    """

    # hostile texts
    max_mentions: int = MAX_MENTIONS
    """Mentions of a sentence that are all paired; where there are more, each is paired with its nearest alone."""
    nearest: int = NEAREST
    """Mentions on either side that each one of a longer sentence is paired with."""
    max_list: int = 20
    """Members of a list of mentions; what goes on after them is another list."""
    max_scope: int = 200
    """Reach of a cue of negation or speculation."""

    # rules
    max_between: int = 26
    """Distance of two lists that a construction may join."""
    next_lists: int = 6
    """Lists after one that a construction may join it with."""
    before_list: int = 12
    """Words before a list that a construction may look at."""
    loss_reach: int = 9
    """Distance from a mention at which its loss of function may be reported."""

    # the lexical voter
    max_gap: int = 45
    """Distance of two mentions that are read together."""
    occurrences: int = 8
    """Occurrences of a pair that are read, the closest first."""

    # how votes are joined
    absent: float = 0.02
    """The score of a voter that does not vote for a relation."""
    clip: float = 0.005
    """How far probabilities are kept away from 0 and 1 before their log-odds are taken."""
    unknown_rule: float = 0.3
    """The precision of a rule that was not measured."""
    default_threshold: float = 0.3
    """The least probability of a claim of an extractor whose threshold was not measured."""
    threshold_factors: MappingProxyType[Predicate, float] = field(
        default_factory=lambda: MappingProxyType(
            {Predicate.REDUCED_IN: 0.55, Predicate.TREATS: 0.55, Predicate.SECRETES: 1.3, Predicate.FOUND_IN: 1.5}
        )
    )
    """The factor of the threshold by predicate: below 1 for those seldom stated, above 1 for those easily suggested."""
    certain: float = 0.6
    """The least probability of a relation that a voter is certain of."""
    plain: float = 0.32
    """The least probability of an effect whose agent, verb and target stand side by side."""
    cargo_share: float = 0.5
    """How likely the cargo must be, against its vesicle, to be taken for the agent of both."""

    # which occurrence is quoted
    lexical_weight: float = 0.1
    """Weight of an occurrence in which both are named."""
    relation_weight: float = 0.5
    """Weight of an occurrence that the relation model found, as a share of its probability."""
    stated_weight: float = 0.35
    """Least weight of an occurrence that is taken for a statement of its own."""
    clear_share: float = 0.55
    """Least weight of an occurrence, as a share of the greatest one in its sentence."""
    denial_weight: float = 0.3
    """Least weight of an occurrence that denies an effect which is otherwise only asked about."""
    answered_weight: float = 0.6
    """Weight of an occurrence in a question that is answered."""
    presupposed_gap: int = 3
    """Distance of a vesicle from its cargo or source up to which a question takes their relation for granted."""

    # cancer context
    title_weight: int = 3
    """How many mentions a cancer in the title is worth."""
    opening: int = 2
    """Sentences after the title that often state what holds beyond the cancer studied."""


CONFIG = ExtractionConfig()
