"""What the words around a verb or noun of effect say about it: passives, clauses, participles, shared objects."""

import re
from itertools import islice

from graph_schema.model import EntityType
from miner.extract.config import CONFIG
from miner.extract.rules.arguments import AGENTS, HYPHENS, WORDS, find_condition
from miner.extract.rules.cues import ADJECTIVES, Effect, effects_of, parse_effect_at
from miner.extract.rules.lists import MentionList, lists_by_member
from miner.extract.rules.losses import ENDED, FAILURE, is_tool, lost_mentions, missing_mentions
from miner.extract.sentence import SentenceView, TokenMention

_THEN = {("and",), ("or",), ("but",), ("nor",)}
_PREFIXED = re.compile(r"anti|pro-?[a-z]{4,}(?:ic|ory|ive|al|ing)$|pro-")
_RELATIVES = frozenset({"which", "that", "who"})
_SUBJECT_REACH = 14  # tokens from a conjunction to the subject or the verb of what it joins
_HAVING_REACH = 4  # tokens from "has" to the effect
_OUTCOME_REACH = 4  # tokens from "with" to the noun of effect
_EARLIER = 3  # mentions before a comma, one of which may be the subject of the next clause
_EXCEPTED_REACH = 3  # tokens from "but not" to the excepted agent
_ASIDE_REACH = 16  # tokens of a part between commas
_CIRCUMSTANCE_REACH = 8  # tokens from "rose" to the word before its condition
_GROUP_REACH = 7  # tokens from a group, such as mice, to the agent that it lacks
_FAILURE_REACH = 5  # tokens before a verb that may negate it: "were no longer able to"
_EFFECT_REACH = 3  # tokens from "these effects" to the participle of the passive


class ClauseReader:
    """Questions about the words of a sentence that is read from left to right."""

    def __init__(self, view: SentenceView) -> None:
        self.view = view
        self.tokens = view.tokens
        self.covered = view.covered
        self.clause = 0  # where the clause that is read begins

    def named_effect(self, at: int) -> TokenMention | None:
        """The process that begins at a token, if its name says that something has it: "anti-inflammatory effect"."""
        mention = self.view.mention_at.get(at)
        if mention is None or mention.type is not EntityType.FUNCTION:
            return None
        word = self.tokens[at]
        prefixed = _PREFIXED.match(word if word not in {"anti", "pro"} else "".join(self.tokens[at : at + 3]))
        return mention if prefixed and word not in WORDS["not_prefixed"] else None

    def has_effect(self, first: int) -> bool:
        """Whether the verb before what begins at a token says that something has it: "is", "showed strong"."""
        effects = effects_of(self.view)
        for back in range(first - 1, max(-1, first - 1 - _HAVING_REACH), -1):
            if self.tokens[back] in WORDS["having"] or (self.tokens[back] == "as" and self.tokens[back - 1] != "such"):
                return True
            if effects[back] is not None or self.tokens[back] == "to":
                return self.tokens[back].startswith("exert")
        return False

    def ends_fronted(self, at: int) -> bool:
        """Whether a comma ends a clause of condition before the main clause: "When X was blocked, EVs raised Y"."""
        if self.tokens[at] != "," or self.clause > 1 or self.tokens[0] not in WORDS["fronted_condition"]:
            return False
        effects = effects_of(self.view)
        lost = lost_mentions(self.view)
        if any(m in lost for m in self.view.top_level_within(0, at)):
            return False
        for i in range(at + 1, min(len(self.tokens), at + _SUBJECT_REACH)):
            found = effects[i]
            if found is not None and found.form in {"verb", "past"}:
                return any(m.type in AGENTS for m in self.view.top_level_within(at, i))
            if self.tokens[i] == ",":
                return False
        return False

    def find_bearer(self, effect: TokenMention) -> MentionList:
        """Whose effect it is, where its name says so: "the antifibrotic effect of X on Y" as one mention."""
        for inner, outer in self.view.nested_pairs:
            if (
                outer is effect
                and inner.type in AGENTS
                and "of" in self.tokens[max(effect.first, inner.first - 3) : inner.first]
            ):
                return (inner,)
        return ()

    def joins_clauses(self, at: int) -> bool:
        """Whether a conjunction after a comma begins a clause with a subject of its own."""
        if self.tokens[at] not in WORDS["joins_clauses"] or self.tokens[at - 1 : at] != (",",):
            return False
        before, after = next(self.view.top_level_before(at), None), self.find_mention(at, _SUBJECT_REACH)
        if before is None or after is None or after in lists_by_member(self.view)[before]:
            return False
        effects = effects_of(self.view)
        return any(
            not self.covered[i] and (self.tokens[i].endswith("ed") or self.tokens[i] in WORDS["be"] or effects[i])
            for i in range(self.clause, at)
        )

    def find_mention(self, first: int, reach: int) -> TokenMention | None:
        """The first top-level mention that begins in so many tokens."""
        ahead = range(first, min(len(self.tokens), first + reach))
        return next((self.view.mention_at[i] for i in ahead if i in self.view.mention_at), None)

    def is_relative(self, at: int) -> bool:
        """Whether a verb is that of a relative clause, in which its agent is spoken of as it is: "PTEN, which …"."""
        return not _RELATIVES.isdisjoint(self.tokens[max(0, at - 2) : at])

    def ends_effect(self, at: int, agents: MentionList) -> bool:
        """Whether a verb states that an effect is lost with its agent: "EVs without PTEN failed to promote Y"."""
        before = "".join(f"{word} " for word in self.tokens[max(0, at - _FAILURE_REACH) : at])
        if ENDED.search(before):
            return True
        return bool(agents) and agents[0] in missing_mentions(self.view) and bool(FAILURE.search(before))

    def opens_clause(self, at: int) -> bool:
        """Whether a word begins a clause with a subject of its own: "whereas", "in which"."""
        if self.tokens[at] == "which":
            return self.tokens[at - 1] in WORDS["prepositions"]
        return self.tokens[at] in WORDS["clause"] and not self.is_inserted(at)

    def is_inserted(self, at: int) -> bool:
        """Whether a word interrupts a clause: "A, but not B, raised C", "A, however, raised C"."""
        if self.tokens[at : at + 2] == ("but", "not"):
            return True
        if self.tokens[at] in WORDS["conceding"] and self.tokens[at - 1] == "," and self.covered[at - 2]:
            closing = next((i for i in range(at, len(self.tokens)) if self.tokens[i] == ","), len(self.tokens) - 1)
            return any(
                e is not None and e.form in {"verb", "past"} for e in effects_of(self.view)[closing + 1 : closing + 3]
            )
        return self.tokens[at] == "however" and self.tokens[at - 1 : at] == (",",) and self.covered[at - 2]

    def find_aside(self, at: int) -> int | None:
        """Where a part between commas begins that stands before a verb: "A, which did not hold B, raised C"."""
        end = at - 1 if self.tokens[at - 1 : at] == (",",) else at - 2
        if end < 1 or self.tokens[end] != ",":
            return None
        for i in range(end - 1, max(0, end - _ASIDE_REACH), -1):
            if self.tokens[i] == "," and self.tokens[i + 1] in WORDS["aside"]:
                return i
        return None

    def find_excepted(self, agents: MentionList, at: int) -> MentionList:
        """The agents excepted from an effect: B in "A, but not B, raised C" and in "A, unlike B, raised C"."""
        entities = {agent.entity for agent in agents}
        return tuple(
            mention
            for mention in self.view.top_level_within(agents[-1].last, at)
            if mention.type in AGENTS
            and mention.entity not in entities
            and any(
                self.tokens[i] in WORDS["excepting"]
                and not self.covered[i]
                and (self.tokens[i] != "not" or self.tokens[i - 1] in {",", "but", "and"})
                for i in range(max(agents[-1].last, mention.first - _EXCEPTED_REACH), mention.first)
            )
        )

    def follows_tool(self, at: int) -> bool:
        """Whether a gerund names the target of a tool: "siRNA targeting X"."""
        mention = next(self.view.top_level_before(at), None)
        return mention is not None and mention.last == at and is_tool(self.view, mention)

    def follows_comma(self, at: int) -> bool:
        """Whether a comma begins a clause without a conjunction: "A activates B, B inhibits C"."""
        if self.tokens[at] != ",":
            return False
        mention = self.view.mention_at.get(at + 1)
        if mention is None or mention.type not in AGENTS or lists_by_member(self.view)[mention][0] is not mention:
            return False
        effects = effects_of(self.view)[mention.last : mention.last + 1]
        earlier = any(m.entity == mention.entity for m in islice(self.view.top_level_before(at), _EARLIER))
        return earlier and any(e is not None and e.form in {"verb", "past"} for e in effects)

    def find_relative(self, at: int) -> int | None:
        """The index of "that" if it begins a relative clause in the passive, "the growth that was inhibited by X"."""
        for back in range(at - 1, max(0, at - 4), -1):
            if self.covered[back]:
                return None
            if self.tokens[back] == "that":
                return back if self.covered[back - 1] else None
        return None

    def find_lacking(self, at: int) -> MentionList:
        """The agent that the observed group lacks: X in "was reduced in X-null mice" or "in mice lacking X"."""
        lost = lost_mentions(self.view)
        for i in range(max(self.clause, at - CONFIG.max_scope), min(len(self.tokens), at + _SUBJECT_REACH)):
            if not self.covered[i] and self.tokens[i] in WORDS["group"]:
                for mention in self.view.top_level_within(i + 1, i + 1 + _GROUP_REACH):
                    if mention in lost and mention.type in AGENTS:
                        return (mention,)
        return ()

    def find_lost(self, at: int) -> MentionList:
        """What those lack whom the clause before a token is about: X of "X-deficient cells", "loss of X"."""
        missing = tuple(m for m in missing_mentions(self.view) if self.clause <= m.first and m.last <= at)
        before = missing or self.view.top_level_within(self.clause, at)
        return tuple(m for m in before if m.type in AGENTS and m in lost_mentions(self.view))

    def precedes_circumstance(self, at: int) -> bool:
        """Whether no object follows a verb, but what it happened in: "worsened in the absence of X"."""
        after = self.tokens[at + 1 : at + 4]
        if after[:1] == ("in",):
            return not WORDS["absence"].isdisjoint(after[1:])
        return after[:1] == ("without",) or not WORDS["condition"].isdisjoint(after[:1])

    def find_circumstance(self, at: int) -> MentionList:
        """What is lost or given where something rose or fell: X of "Y rose in the absence of X", "fell upon X"."""
        for i in range(at + 1, min(len(self.tokens), at + _CIRCUMSTANCE_REACH)):
            if self.covered[i] or self.tokens[i] in WORDS["stop"] - WORDS["condition"]:
                return ()
            if self.tokens[i] in WORDS["condition"]:
                return find_condition(self.view, i)
            if self.tokens[i] in {"without", "in"}:
                found = self.view.top_level_within(i + 1, i + 1 + _GROUP_REACH)
                agent = next((m for m in found if m.type in AGENTS), None)
                if agent is not None and agent in lost_mentions(self.view):
                    return lists_by_member(self.view)[agent]
        return ()

    def parse_amount(self, at: int) -> int:
        """1 or -1 where a word says that there is more or less of what follows, else 0."""
        word = self.tokens[at] if at < len(self.tokens) else ""
        return 1 if word in WORDS["more"] else -1 if word in WORDS["less"] else 0

    def is_outcome(self, at: int) -> bool:
        """Whether a noun of effect is what came of the verb before: "with consequent reduction of Y"."""
        before = self.tokens[max(0, at - _OUTCOME_REACH) : at]
        return "with" in before and not WORDS["outcome_adjectives"].isdisjoint(before)

    def is_agent_of_passive(self, at: int) -> bool:
        """Whether a gerund does what a passive says: "was reversed by silencing PTEN"."""
        effect = effects_of(self.view)[at - 2] if at > 1 and self.tokens[at - 1] == "by" else None
        return effect is not None and effect.form == "past"

    def shares_object(self, at: int) -> bool:
        """Whether a verb shares the object of a second one: "activated, and B repressed, C", "starts and drives C"."""
        if self.tokens[at + 1 : at + 2] in _THEN:
            second = at + 2
        elif self.tokens[at + 1 : at + 2] == (",",) and self.tokens[at + 2 : at + 3] in _THEN:
            second = at + 3
        else:
            return False
        effects = effects_of(self.view)
        for i in range(second, min(len(self.tokens), second + _SUBJECT_REACH)):
            found = effects[i]
            if found is not None and found.form in {"verb", "past"}:
                return not self.is_passive(i) and self.find_hyphenated(i) is None
            if self.tokens[i] in WORDS["stop"] or (found is None and i in self.view.mention_at and self.is_object(i)):
                return False
        return False

    def is_object(self, at: int) -> bool:
        """Whether the mention that begins at a token can only be acted on."""
        return self.view.mention_at[at].type not in AGENTS

    def names_effect(self, at: int) -> bool:
        """Whether a noun of effect is one of three tokens: "inhibition", "a marked increase"."""
        effects = effects_of(self.view)[at : at + 3]
        return any(found is not None and found.form == "noun" for found in effects)

    def is_attribute(self, at: int, found: Effect) -> bool:
        """Whether a participle describes what follows it: "by increased secretion of X and enhanced release of Y"."""
        if found.form != "past" or at == 0:
            return False
        before = self.tokens[at - 1]
        if before == "had" and self.tokens[at + 1 : at + 2] and self.tokens[at + 1] in WORDS["prepositions"]:
            return False
        if before not in {"and", "or"}:
            return before in WORDS["before_participle"]
        effects = effects_of(self.view)
        for back in range(at - 2, max(self.clause, at - _SUBJECT_REACH), -1):
            earlier = effects[back]
            if earlier is not None and earlier.form == "past":
                return self.tokens[back - 1] in WORDS["before_participle"]
        return False

    def is_of_effect(self, at: int) -> bool:
        """Whether what a passive is about is an effect told before: "these effects were reversed", "which was"."""
        before = self.tokens[max(0, at - _EFFECT_REACH) : at]
        covered = self.covered[max(0, at - _EFFECT_REACH) : at]
        return any(not c and word in WORDS["told"] for word, c in zip(before, covered, strict=True)) and not any(
            covered
        )

    def find_told(self, target: TokenMention) -> int:
        """The polarity of an effect on a target of which the words before it tell: -1 for "inhibitory effect of X on".

        1 where they tell of none, 0 where they do not say in which direction it is.
        """
        for i in range(target.first - 1, max(self.clause, target.first - CONFIG.loss_reach) - 1, -1):
            if self.tokens[i] in WORDS["told"] and self.tokens[i + 1] in {"of", "on"}:
                return ADJECTIVES.get(self.tokens[i - 1], 0)
        return 1

    def find_hyphenated(self, at: int) -> TokenMention | None:
        """X of "X-mediated", "X-induced": the mention that ends at the hyphen before the trigger."""
        if at >= 2 and self.tokens[at - 1] in HYPHENS:
            mention = next(self.view.top_level_before(at - 1), None)
            if mention is not None and mention.last == at - 1 and mention.type in AGENTS:
                return mention
        return None

    def is_passive(self, at: int) -> bool:
        """Whether a participle is that of a passive: "was inhibited", "inhibited by"."""
        for ahead in range(at + 1, min(len(self.tokens), at + 4)):
            if self.covered[ahead]:
                break
            if self.tokens[ahead] == "by":
                return True
        for back in range(at - 1, max(-1, at - 5), -1):
            if self.covered[back] or self.tokens[back] == ",":
                return False
            if self.tokens[back] in WORDS["be"]:
                return True
        return False

    def gerund_comes_first(self, start: int) -> bool:
        """Whether a gerund follows before any mention: "a role in promoting Y"."""
        for i in range(start, min(len(self.tokens), start + 7)):
            if i in self.view.mention_at:
                return False
            if not self.covered[i] and (e := parse_effect_at(self.tokens, i)) and e.form == "gerund":
                return True
        return False

    def is_of_noun(self, at: int) -> bool:
        """Whether "of" follows the noun of effect after "by": no agent of a passive, "by downregulation of Y"."""
        return "of" in self.tokens[at + 2 : at + 5]

    def names_target(self, at: int) -> bool:
        """Whether what follows is named as a target: "its direct target PTEN"."""
        ahead = range(at, min(len(self.tokens), at + 4))
        first = next((i for i in ahead if self.tokens[i] in {"target", "targets"}), None)
        return first is not None and not any(self.covered[at:first])
