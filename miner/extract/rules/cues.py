"""The words that say what one entity does to another: lexical triggers per predicate, known without a parser."""

import re
from functools import lru_cache
from typing import Literal, NamedTuple

from miner.vocabulary.words import word_set

Form = Literal["verb", "past", "gerund", "noun"]


class Effect(NamedTuple):
    """What a word says happens: `sign` is 1 for raising, -1 for lowering, 0 for an effect of unstated direction."""

    sign: int
    form: Form


_RAISING = word_set(
    "promot enhanc increas accelerat facilitat stimulat induc driv drove trigger contribut elevat boost improv augment "
    "foster potentiat caus lead led confer enabl aggravat exacerbat worsen restor rescu strengthen upregulat "
    "activat initiat elicit favor favour provok propagat heighten intensif reinforc sustain maintain preserv "
    "stabiliz stabilis expand amplif rais support prolong evok generat recover rejuvenat polariz polaris reactivat "
    "transactivat overactivat convert exert fuel prime upregul sensitiz sensitis recruit attract"
)
_LOWERING = word_set(
    "inhibit suppress reduc decreas attenuat block prevent impair abolish abrogat alleviat ameliorat mitigat "
    "diminish downregulat repress silenc target spong inactivat hinder lower restrain disrupt counteract antagoniz "
    "antagonis dampen imped reliev revers lessen curb retard delay weaken negat eliminat degrad neutraliz neutralis "
    "overcom overcame interfer compromis halt arrest destabiliz destabilis sequester declin obstruct restrict "
    "eradicat shrink shrank protect rectif quench subdu blunt thwart avert kill interrupt combat deplet"
)
_NEUTRAL = word_set(
    "regulat modulat mediat affect influenc alter control orchestrat participat implicat shap remodel reprogram "
    "impact govern manipulat involv dysregulat coordinat modif"
)
_NO_EFFECT = word_set(
    "limited causes driver drivers limit control controls targeted target resistance resistant supported generated "
    "generation promoter promoters inhibitor inhibitors activator alternative alternatively reductase leading leads "
    "protection causal recruited delayed primed prime primer primers primary involvement impactful reverse reversely "
    "recruitment supporting targets controlled mediators mediator regulators regulator increasingly alternate "
    "expanded block blocks favorable favourable modification modifications inducer inducers affected"
)
_SIGNS = {stem: sign for sign, stems in ((0, _NEUTRAL), (-1, _LOWERING), (1, _RAISING)) for stem in stems}
_STEMS = re.compile("|".join(sorted(_SIGNS, key=len, reverse=True)))
_NOUN = re.compile(r"(?:[ts]ions?|ment|ance|ence|al|ade)$")
_CAUSES = {"lead": "to", "leads": "to", "led": "to", "leading": "to", "result": "in", "results": "in", "resulted": "in"}
_CAUSES |= {"resulting": "in", "gives": "rise", "giving": "rise", "gave": "rise"}
_AFTER_NOUN = frozenset({"in", "of", "on"})


@lru_cache(maxsize=50_000)
def effect(word: str) -> Effect | None:
    """The effect that a lower-cased word names, by its stem: "promoted" → Effect(1, "past"); None for other words."""
    found = _STEMS.match(word)
    if found is None or word in _NO_EFFECT:
        return None
    sign = _SIGNS[found.group()]
    if word.endswith("ing"):
        return Effect(sign, "gerund")
    if _NOUN.search(word):
        return Effect(sign, "noun")
    if word.endswith("ed") or word in {"drove", "driven", "overcame"}:
        return Effect(sign, "past")
    return Effect(sign, "verb")


def effect_at(tokens: tuple[str, ...], at: int) -> Effect | None:
    """As `effect`, with the words beside it: "led to", "up-regulated", "an increase in", "directly targets"."""
    word, after = tokens[at], tokens[at + 1] if at + 1 < len(tokens) else ""
    before = tokens[at - 1] if at else ""
    if word in _CAUSES:
        if after != _CAUSES[word]:
            return None
        return Effect(1, "gerund" if word.endswith("ing") else "verb")
    if word.startswith("regulat") and before == "-" and at > 1 and tokens[at - 2] in {"up", "down"}:
        return Effect(1 if tokens[at - 2] == "up" else -1, effect(word).form)  # type: ignore[union-attr]  # a known stem
    if word in {"target", "targets", "targeted"}:
        verbal = before in {"directly", "could", "can", "to", "may", "specifically", "and", "that", "which", "it"}
        return Effect(-1, "past" if word == "targeted" else "verb") if verbal and after not in _AFTER_NOUN else None
    found = effect(word)
    if (
        found is not None
        and found.form == "verb"
        and after in _AFTER_NOUN
        and before in {"a", "an", "the", "significant"}
    ):
        return Effect(found.sign, "noun")
    return found


_LOSSES = (
    "knock(?:ing)?(?: - | )?(?:down|out)|knockdown|knockout|silencing|inhibition|inhibiting|depletion|depleting"
    "|deletion"
    "|deleting|loss|suppression|suppressing|blockade|blocking|blockage|down ?-? ?regulation|downregulating|targeting"
    "|absence|ablation|lack|deficiency|antagonizing|antagonism|neutralization|neutralizing|reducing|reduction|reduced"
    "|decreased|removal|removing|interference|sirna|shrna|inhibitors?|antagonists?|abrogation|abrogating|anti|si|sh"
    "|disruption|disrupting|inactivation|eliminating|degradation|low"
)
_LOSS_LINKS = (
    "-|–|of|the|in|with|for|on|against|its|their|secretion|release|expression|levels?|activity|production|function"
    "|biogenesis|uptake|exosomal|vesicle|VESICLE|CELL|CANCER|gene|endogenous|signaling|pathway|these|this|either|both"
    "|genetic|pharmacological|targeting"
)
LOSS_BEFORE = re.compile(rf"\b(?:{_LOSSES})(?: (?:{_LOSS_LINKS}))* $")
"""What stands before an agent whose loss is meant; matched against the words up to it, with a space at the end."""

_LOST = (
    "inhibitors?|antagomirs?|knock ?-? ?downs?|knock ?-? ?outs?|knockdown|knockout|silencing|silenced|depletion"
    "|depleted|deficien(?:t|cy)|null|sirnas?|shrnas?|blockade|inhibition|antisense|sponge|deletion|deleted|loss|ko|kd|abrogation"
    "|antibod(?:y|ies)|antagonists?|neutralization|suppression|ablation|inactivation|downregulation|down ?- ?regulation"
    "|reduction|interference|- / -|blocking|inhibited|knocked down"
)
LOSS_AFTER = re.compile(rf"^ (?:(?:-|–|expression|gene|protein|mrna|signaling|pathway|level|activity) )*(?:{_LOST})\b")
"""What stands after an agent whose loss is meant; matched against a space and the words that follow it."""

_INQUIRERS = "we|study|studies|review|work|paper|article|research"
_INQUIRES = (
    r"aim(?:s|ed)?|sought|designed|attempt(?:s|ed)?|intend(?:s|ed)?|wanted|set out|investigat\w+|examin\w+|explor\w+"
    r"|evaluat\w+|assess\w*|analy[sz]e[sd]?"
)
_TO_INQUIRE = (
    "investigat|determin|explor|examin|elucidat|evaluat|assess|identif|clarif|stud|verif|test|analy[sz]|further|address"
    "|validat"
)
ASKS = re.compile(
    rf"\b(?:whether|(?:{_INQUIRERS})(?: (?:here|also|further|therefore|thus|next|then|was|is|were|aims?|aimed))* ?"
    rf"(?:{_INQUIRES})|aims?(?: of (?:this|the|our) \w+)? (?:was|were|is) to|objectives? (?:was|were|is|of)|purpose of"
    rf"|in order to (?:investigat|determin|explor|examin)\w+|^to (?:{_TO_INQUIRE})\w*)\b"
)
"""What marks an aim or a question; looked for in a sentence's lower-cased tokens, one space between."""
