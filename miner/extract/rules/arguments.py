"""Finding the two ends of an effect: the mentions that act, and those that are acted on."""

from bisect import bisect_left
from collections.abc import Collection, Sequence

from graph_schema.model import EntityType
from miner.extract.config import CONFIG
from miner.extract.rules.cues import (
    ADJECTIVES,
    AWAY,
    LESS,
    describes_effect,
    effects_of,
    find_turn,
    is_adjective,
    parse_effect_at,
    restores,
)
from miner.extract.rules.lists import MentionList, lists_by_member
from miner.extract.rules.losses import is_tool, lacks, lost_mentions
from miner.extract.sentence import SentenceView, TokenMention, once_per_sentence
from miner.vocabulary.words import load_words

_T = EntityType
AGENTS = frozenset(_T) - {_T.FUNCTION, _T.CANCER, _T.ANATOMY}
_MOLECULES = frozenset({_T.GENE, _T.MICRO_RNA, _T.LNC_RNA, _T.CIRC_RNA, _T.PATHWAY})
OBJECTS = _MOLECULES | {_T.FUNCTION}
_CARGO = _MOLECULES | {_T.MOLECULE_CLASS, _T.CHEMICAL}

_BEARERS = frozenset({_T.VESICLE, _T.CELL})

WORDS = {name: frozenset(words) for name, words in load_words("clauses").items()}
"""Classes of words by name (`miner/vocabulary/clauses.toml`)."""

HYPHENS = frozenset("-‑–")
"""Tokens that join a name to what follows: "miR-9–mediated"."""
_JOINED = {(",", "and"), (",", "but"), (",", "yet"), (",", "so")}
_LIST_GAP = 9  # words between two parts of a list of objects
_MEMBER_GAP = 4  # words between a class of molecules and the first of its members
_CARGO_GAP = 4  # words between a vesicle and the cargo that acts
_NOUN_REACH = 9  # words from "the inhibition" to the process that it is of
_CONDITION_REACH = 8  # tokens from "when" to the agent
_AHEAD = 4  # words in which a verb may follow that makes a mention the subject of a clause


def find_phrase_head(view: SentenceView, first: int, last: int, types: Collection[EntityType]) -> MentionList:
    """The list of mentions of some `types` that heads the noun phrase between two tokens; () where there is none."""
    first = max(first, last - CONFIG.max_scope)
    within = view.top_level_within(first, last)
    mentions = [m for m in within if m.type in types and not (types is OBJECTS and _causes_object(view, m))]
    head = _find_head(view, mentions)
    if head is None:
        return _find_lost_within(view, within, types)
    if head.type in _BEARERS and (lost := _find_lost_cargo(view, head, last)):
        return (lost,)
    if head.type is _T.VESICLE:
        head = _find_acting_cargo(view, head, mentions)
    elif head.type is _T.MOLECULE_CLASS:
        head = _find_member(view, head)
    return tuple(m for m in lists_by_member(view).get(head, (head,)) if m.type in types and m.first >= first)


def _find_lost_within(view: SentenceView, within: Sequence[TokenMention], types: Collection[EntityType]) -> MentionList:
    """The lost mention in a longer one that names its loss: exosomes in the process "exosome depletion"."""
    lost = lost_mentions(view)
    found = (inner for inner, outer in view.nested_pairs if outer in within and inner in lost and inner.type in types)
    return tuple(found)[:1]


def _find_lost_cargo(view: SentenceView, bearer: TokenMention, last: int) -> TokenMention | None:
    """What a vesicle or cell lacks by which it acts: miR-9 of "miR-9-deficient exosomes", "EVs lacking miR-9"."""
    return next(
        (m for m in lost_mentions(view) if m.type in _CARGO and m.last <= last and lacks(view, bearer, m)), None
    )


def _find_member(view: SentenceView, kind: TokenMention) -> TokenMention:
    """The first named member of a class of molecules, "miRNAs (miR-9 and miR-21)"; the class where none is named."""
    at = kind.last
    while at < min(len(view.tokens), kind.last + _MEMBER_GAP) and view.tokens[at] in WORDS["members"]:
        at += 1
    member = view.mention_at.get(at)
    return member if member is not None and member.type in _CARGO and at > kind.last else kind


def _find_head(view: SentenceView, mentions: list[TokenMention]) -> TokenMention | None:
    """The first mention that does not only qualify, a cell or a tool only where there is no other."""
    other = None
    for mention in mentions:
        if not _qualifies(view, mention):
            if mention.type is not _T.CELL and not is_tool(view, mention):
                return mention
            other = other or mention
    return other


def _find_acting_cargo(view: SentenceView, vesicle: TokenMention, mentions: list[TokenMention]) -> TokenMention:
    """The cargo that acts through a vesicle, "exosomes carrying miR-21"; the vesicle where there is none."""
    for mention in mentions:
        if mention.first < vesicle.last or mention.type not in _CARGO:
            continue
        if mention.first - vesicle.last > _CARGO_GAP:
            break
        between = view.tokens[vesicle.last : mention.first]
        if all(word in WORDS["cargo_links"] or word in WORDS["light"] for word in between):
            return mention
    return vesicle


def _qualifies(view: SentenceView, mention: TokenMention) -> bool:
    """Whether a mention only qualifies another: "in macrophages", "CAF-derived"."""
    if _is_modifier(view, mention):
        return True
    if mention in lost_mentions(view):
        return False
    for back in range(mention.first - 1, max(-1, mention.first - 4), -1):
        if view.covered[back]:
            return False
        if view.tokens[back] in WORDS["prepositions"]:
            return True
        if view.tokens[back] not in WORDS["light"]:
            return False
    return False


def _is_modifier(view: SentenceView, mention: TokenMention) -> bool:
    after = view.tokens[mention.last : mention.last + 2]
    return len(after) == 2 and after[0] in HYPHENS and after[1] in WORDS["qualifying"]


def find_agent(view: SentenceView, first: int, last: int) -> TokenMention | None:
    """The first agent between two tokens; of a vesicle and its cargo the cargo: "by exosomal miR-9"."""
    agent = find_first(view, first, last, AGENTS)
    if agent is None or agent.type is not _T.VESICLE:
        return agent
    return _find_acting_cargo(view, agent, list(view.top_level_within(agent.last, agent.last + 2 * _CARGO_GAP)))


def find_first(view: SentenceView, first: int, last: int, types: Collection[EntityType]) -> TokenMention | None:
    """The first mention of some `types` between two tokens that is no modifier."""
    mentions = view.top_level_within(first, min(len(view.tokens), last))
    return next((m for m in mentions if m.type in types and not _is_modifier(view, m)), None)


def find_condition(view: SentenceView, first: int = 0) -> MentionList:
    """The first agents after a word of condition: "upon treatment with X"; for EVs that lack cargo, the cargo.

    Words before token `first` are skipped.
    """
    return next((agents for at, agents in _conditions(view) if at >= first), ())


@once_per_sentence
def _conditions(view: SentenceView) -> Sequence[tuple[int, MentionList]]:
    """The words of condition of a sentence that have agents, each with these, in order."""
    found: list[tuple[int, MentionList]] = []
    for i, token in enumerate(view.tokens):
        if not view.covered[i] and token in WORDS["condition"]:
            agent = find_first(view, i + 1, i + 1 + _CONDITION_REACH, AGENTS - {_T.CELL})
            if agent is not None and agent.type is _T.VESICLE:
                agent = _find_lost_cargo(view, agent, agent.last + CONFIG.loss_reach) or agent
            if agent is not None:
                found.append((i, lists_by_member(view).get(agent, (agent,))))
    return found


def find_acted_on(view: SentenceView, last: int, near: int) -> MentionList:
    """The list of what can be acted on that ends at most `near` tokens before `last`; () where there is none."""
    for mention in view.top_level_before(last):
        if last - mention.last > near:
            break
        if mention.type in OBJECTS and not _is_modifier(view, mention) and not _causes_object(view, mention):
            return tuple(m for m in lists_by_member(view)[mention] if m.type in OBJECTS)
    return ()


def find_nearest_before(view: SentenceView, last: int, types: Collection[EntityType]) -> TokenMention | None:
    """The last mention of some `types` that ends at or before a token."""
    for mention in view.top_level_before(last):
        if mention.last < last - CONFIG.max_scope:
            return None
        if mention.type in types:
            return mention
    return None


@once_per_sentence
def _noun_positions(view: SentenceView) -> list[int]:
    return [at for at, found in enumerate(effects_of(view)) if found is not None and found.form == "noun"]


def find_nominal_polarity(view: SentenceView, first: int, last: int) -> int:
    """-1 where the words between two tokens name a lowering, "the inhibition of migration was"; else 1."""
    nouns = _noun_positions(view)
    position = bisect_left(nouns, last) - 1
    if position < 0 or nouns[position] < first or not _governs(view, nouns[position], last):
        return 1
    effect = effects_of(view)[nouns[position]]
    return -1 if effect is not None and effect.polarity < 0 else 1


def _governs(view: SentenceView, noun: int, last: int) -> bool:
    """Whether a noun governs what begins at `last`: nothing but causes ("EV-induced") and plain words between."""
    return (
        last - noun <= _NOUN_REACH
        and all(_causes_object(view, mention) for mention in view.top_level_within(noun, last))
        and "," not in view.tokens[noun:last]
    )


def find_objects(view: SentenceView, first: int, polarity: int, near: int = 14) -> tuple[int, MentionList, int]:
    """(polarity, mentions, end) of what a trigger acts on; nominal triggers on the way ("the loss of") multiply."""
    at, away, kept = first, False, True
    undoes = 0 < first <= len(view.tokens) and restores(view.tokens[first - 1])
    for _ in range(near):
        if at >= len(view.tokens):
            break
        mention = view.mention_at.get(at)
        if mention is not None:
            if mention.type in OBJECTS and not _causes_object(view, mention):
                if view.tokens[mention.first - 2 : mention.first] in _JOINED and _starts_clause(view, mention):
                    break
                polarity *= turn_on(view, first - 1, mention, away) if kept else 1
                return polarity, *_extend_objects(view, _objects_from(view, mention))
            at = mention.last
            continue
        if view.tokens[at] in WORDS["stop"]:
            break
        if describes_effect(view.tokens, at):
            polarity *= ADJECTIVES[view.tokens[at]]
            at += 1
            continue
        effect = parse_effect_at(view.tokens, at)
        if is_adjective(view.tokens[at]) or (view.tokens[at] in WORDS["causing"] and view.tokens[at - 1] in HYPHENS):
            effect = None
        if effect is not None:
            if effect.form not in {"noun", "past"}:
                break
            if effect.polarity:
                polarity *= -effect.polarity if undoes else effect.polarity
                undoes, kept = False, False
        elif view.tokens[at] in LESS or (
            view.tokens[at] == "protection" and not AWAY.isdisjoint(view.tokens[at + 1 : at + 2])
        ):
            polarity = -polarity
        away = away or view.tokens[at] in AWAY
        at += 1
    return polarity, (), first


def turn_on(view: SentenceView, verb: int, target: TokenMention, away: bool = False) -> int:
    """-1 where the verb at a token does to its target the reverse of what it mostly does (see `cues.find_turn`)."""
    if target.type is not _T.FUNCTION or verb < 0:
        return 1
    return find_turn(view.tokens[verb], " ".join(view.tokens[target.first : target.last]), away)


def _causes_object(view: SentenceView, mention: TokenMention) -> bool:
    """Whether a mention is the cause of what follows it: miR-9 of "miR-9-mediated inhibition"."""
    after = view.tokens[mention.last : mention.last + 2]
    return len(after) == 2 and after[0] in HYPHENS and after[1] in WORDS["causing"]


def _objects_from(view: SentenceView, mention: TokenMention) -> MentionList:
    """The mention and those after it in its list that can be acted on."""
    return tuple(m for m in lists_by_member(view)[mention] if m.first >= mention.first and m.type in OBJECTS)


def _extend_objects(view: SentenceView, members: MentionList) -> tuple[MentionList, int]:
    """The list that `members` open, over phrases between: "the growth of HCC cells and metastasis"; and its end."""
    found, at, joined = list(members), members[-1].last, False
    end = at
    while at < len(view.tokens) and at - end < _LIST_GAP:
        mention = view.mention_at.get(at)
        if mention is not None:
            if mention.type in OBJECTS:
                if not joined or _starts_clause(view, mention):
                    break
                more = _objects_from(view, mention)
                found += more
                at = end = more[-1].last
                joined = False
            else:
                at = mention.last
            continue
        word = view.tokens[at]
        if word in {"and", ",", "or", "as"}:
            joined = True
        elif word in WORDS["stop"] or parse_effect_at(view.tokens, at) is not None:
            break
        at += 1
    return tuple(found), end


def _starts_clause(view: SentenceView, mention: TokenMention) -> bool:
    """Whether a verb follows, so that the mention is the subject of a clause of its own."""
    last = lists_by_member(view)[mention][-1].last
    for at in range(last, min(len(view.tokens), last + _AHEAD)):
        if view.covered[at]:
            return False
        if view.tokens[at] in {"and", "or", "but"}:
            return False
        if view.tokens[at] in WORDS["be"]:
            return True
        effect = parse_effect_at(view.tokens, at)
        if effect is not None:
            return effect.form in {"verb", "past"} and view.tokens[at - 1] != "-"
    return False
