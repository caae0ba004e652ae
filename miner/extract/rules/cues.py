"""Recognize words of effect by their stem (`miner/vocabulary/effects.toml`), without a parser."""

import re
from functools import lru_cache
from typing import Literal, NamedTuple

from miner.extract.sentence import SentenceView, once_per_sentence
from miner.vocabulary.words import alternatives, load_words

Form = Literal["verb", "past", "gerund", "noun"]


class Effect(NamedTuple):
    """The effect that a word names: `polarity` is 1 for raising, -1 for lowering, 0 for no stated direction."""

    polarity: int
    form: Form


_WORDS = load_words("effects")
_POLARITY = {
    stem: polarity for polarity, name in ((0, "neutral"), (-1, "lowering"), (1, "raising")) for stem in _WORDS[name]
}
_STEMS = re.compile("|".join(sorted(_POLARITY, key=len, reverse=True)))
_NOT_EFFECTS = frozenset(_WORDS["not_effects"])
_NOUN = re.compile(alternatives(_WORDS["noun_endings"]) + "$")
_PHRASAL = {
    tuple(entry.split("/")): polarity for polarity, name in ((1, "causes"), (-1, "lowers")) for entry in _WORDS[name]
}
_PHRASAL_VERBS = frozenset(verb for verb, _ in _PHRASAL)
_NOUNS = dict.fromkeys(_WORDS["raising_nouns"], 1) | dict.fromkeys(_WORDS["lowering_nouns"], -1)
_AGENTS = {
    tuple(noun.split("/")): polarity
    for polarity, name in ((1, "raising_agents"), (-1, "lowering_agents"), (0, "neutral_agents"))
    for noun in _WORDS[name]
}
_VERBS_IN_PLACE = dict.fromkeys(_WORDS["lowering_verbs"], -1) | dict.fromkeys(_WORDS["neutral_verbs"], 0)
_BEFORE_VERB = frozenset(_WORDS["before_verb"])
_AGENT_LINKS = frozenset(_WORDS["agent_links"])
_RESTORING, _IMPROVING, _RELIEVING, _SAVING = (
    tuple(_WORDS[name]) for name in ("restoring", "improving", "relieving", "saving")
)
_HARM, _GOOD = (re.compile(rf"(?:.* )?{alternatives(_WORDS[name])}$") for name in ("harm", "good"))
_MOVING = dict.fromkeys(_WORDS["rising"], 1) | dict.fromkeys(_WORDS["falling"], -1)
AWAY = frozenset(_WORDS["away"])
"""Words before what something is kept from: "rescued cells from apoptosis"."""
LESS = frozenset(_WORDS["lowering_amounts"])
"""Words that say there is less of what follows."""
ADJECTIVES = dict.fromkeys(_WORDS["raising_adjectives"], 1) | dict.fromkeys(_WORDS["lowering_adjectives"], -1)
"""The polarity of adjectives that describe an effect."""
_IRREGULAR_PAST = frozenset(_WORDS["irregular_past"])
_AFTER_NOUN = frozenset(_WORDS["after_noun"])
_BEFORE_NOUN = frozenset(_WORDS["before_noun"])
_AGENT_REACH = 6  # tokens between "is" and the noun that it makes a statement of
_OR = {("or",), ("/",)}
_EFFECT_NOUNS = {("effect",), ("effects",), ("action",), ("actions",), ("activity",), ("role",), ("influence",)}
_BEFORE_TARGET = frozenset(_WORDS["before_target"])


@lru_cache(maxsize=50_000)
def parse_effect(word: str) -> Effect | None:
    """The effect that a lower-cased word names, by its stem; None for other words.

    >>> parse_effect("promoted")
    Effect(polarity=1, form='past')
    """
    found = _STEMS.match(word)
    if found is None or word in _NOT_EFFECTS:
        return None
    polarity = _POLARITY[found.group()]
    if word.endswith("ing"):
        return Effect(polarity, "gerund")
    if _NOUN.search(word):
        return Effect(polarity, "noun")
    if word.endswith("ed") or word in _IRREGULAR_PAST:
        return Effect(polarity, "past")
    return Effect(polarity, "verb")


def parse_effect_at(tokens: tuple[str, ...], at: int) -> Effect | None:
    """As `parse_effect`, with the words beside it: "led to", "up-regulated", "an increase in", "directly targets"."""
    word, after = tokens[at], tokens[at + 1] if at + 1 < len(tokens) else ""
    before = tokens[at - 1] if at else ""
    if word in _PHRASAL_VERBS:
        polarity = _PHRASAL.get((word, after))
        return None if polarity is None else Effect(polarity, _form_of_phrasal(word))
    if word in _NOUNS and (after in _AFTER_NOUN or before in _BEFORE_NOUN):
        return Effect(_NOUNS[word], "noun")
    if word in _VERBS_IN_PLACE and before in _BEFORE_VERB:
        return Effect(_VERBS_IN_PLACE[word], "verb")
    found = parse_effect(word)
    if found is not None and _has_opposite(tokens, at, found.polarity):
        return Effect(0, found.form)
    if found is not None and after == "of" and found.form in {"gerund", "verb"}:
        return Effect(found.polarity, "noun")
    if (
        found is not None
        and word.startswith("regulat")
        and before == "-"
        and at > 1
        and tokens[at - 2] in {"up", "down"}
    ):
        return Effect(1 if tokens[at - 2] == "up" else -1, found.form)
    if found is not None and before == "-" and at > 1 and tokens[at - 2] in {"de", "dis"}:
        return Effect(-found.polarity, found.form)
    if word == "depleted" and after == "of":  # what lacks something does not act on it
        return None
    if word in {"target", "targets", "targeted"}:
        verbal = before in _BEFORE_TARGET and after not in _AFTER_NOUN
        return Effect(-1, "past" if word == "targeted" else "verb") if verbal else None
    if found is not None and found.form == "verb" and after in _AFTER_NOUN and before in _BEFORE_NOUN:
        return Effect(found.polarity, "noun")
    return found


def _has_opposite(tokens: tuple[str, ...], at: int, polarity: int) -> bool:
    """Whether an effect of the other direction stands beside it: "activation or inhibition of"."""
    for step in (1, -1):
        if tokens[at + step : at + step + 1] in _OR and 0 <= at + 2 * step < len(tokens):
            other = parse_effect(tokens[at + 2 * step])
            if other is not None and other.polarity * polarity < 0:
                return True
    return False


def _form_of_phrasal(word: str) -> Form:
    if word.endswith("ing"):
        return "gerund"
    return "past" if word.endswith("ed") or word in _IRREGULAR_PAST else "verb"


def describes_effect(tokens: tuple[str, ...], at: int) -> bool:
    """Whether a word is an adjective of the effect that follows: "inhibitory" of "inhibitory effect"."""
    return tokens[at] in ADJECTIVES and tokens[at + 1 : at + 2] in _EFFECT_NOUNS


def is_adjective(word: str) -> bool:
    """Whether a word of effect is an adjective, "suppressive"."""
    return word.endswith(("ive", "ory")) and word != "drive"


def restores(word: str) -> bool:
    """Whether a verb raises what was lowered, so that it undoes the loss of a thing that it acts on."""
    return word.startswith(_RESTORING)


def find_turn(word: str, process: str, away: bool = False) -> int:
    """-1 where a verb does to a process the reverse of what it mostly does, by whether the process is good; else 1.

    `away`: the process stands after "from" or "against".

    >>> find_turn("improved", "lung injury"), find_turn("improved", "lung function")
    (-1, 1)
    """
    if word.startswith(_IMPROVING):
        return -1 if away or _HARM.match(process) else 1
    if word.startswith(_RELIEVING):
        return -1 if not away and _GOOD.match(process) else 1
    return -1 if away and word.startswith(_SAVING) else 1


def parse_moving(word: str) -> int | None:
    """The polarity of a verb without an object, "rose", "fell"; None for other words."""
    return _MOVING.get(word)


def parse_agent_noun(tokens: tuple[str, ...], at: int) -> int | None:
    """The polarity of a noun that says what its subject does, "a sponge of" or "is an inhibitor of"; None for others.

    >>> parse_agent_noun(("miR-9", "is", "a", "driver", "of", "growth"), 3)
    1
    """
    polarity = _AGENTS.get(tokens[max(0, at - 1) : at + 1], _AGENTS.get(tokens[at : at + 1]))
    if polarity is None or at + 1 >= len(tokens) or tokens[at + 1] not in {"of", "for"}:
        return None
    return polarity if not _AGENT_LINKS.isdisjoint(tokens[max(0, at - _AGENT_REACH) : at]) else None


@once_per_sentence
def effects_of(view: SentenceView) -> tuple[Effect | None, ...]:
    """For each token, the effect it names outside all mentions."""
    return tuple(None if covered else parse_effect_at(view.tokens, at) for at, covered in enumerate(view.covered))
