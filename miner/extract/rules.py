"""The rule extractor: claims read off lexical cues, word order, coordination and nesting, without a parser.

Effects (PROMOTES … REGULATES) are read by `miner.extract.effects`; here stand the constructions that join vesicles, cargo,
sources, places and diseases, as patterns over the words between two lists of mentions.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from graph_schema.model import CARGO, EntityType, Predicate, allowed
from miner.extract import effects
from miner.extract.view import SentenceView, Slot, views
from miner.model import AnnotatedArticle

NAME = "exominer.rules.v1"

_T = EntityType
_VESICLE = frozenset({_T.VESICLE})
_CARRIED = CARGO | _VESICLE
_SOURCE = frozenset({_T.CELL, _T.CANCER, _T.ANATOMY})


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule's reading of one sentence: indices into the article's entities, mentions and sentences."""

    predicate: Predicate
    subject: int
    object: int
    rule: str
    sentence: int
    subject_mention: int
    object_mention: int


@dataclass(frozen=True, slots=True)
class _Pattern:
    """Two lists of mentions, one after the other, whose words between match: the first or the second is the subject."""

    predicate: Predicate
    rule: str
    left: frozenset[EntityType]
    right: frozenset[EntityType]
    between: re.Pattern[str]
    forward: bool = True
    after: re.Pattern[str] | None = None
    before: re.Pattern[str] | None = None


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern.replace("~", r"(?: [^\s.;:]+)").replace("@", r"(?:[^\s.;:]+ )"))


_P = Predicate
_HOLDS = (
    r"(?:contain(?:s|ed|ing)?|carr(?:y|ies|ied|ying)|harbou?r(?:s|ed|ing)?|load(?:ed|ing)?|packag(?:ed?|es|ing)|encapsulat(?:e|es|ed|ing)"
    r"|deliver(?:s|ed|ing)?|transfer(?:s|red|ring)?|transport(?:s|ed|ing)?|transmit(?:s|ted|ting)?|shuttl(?:e|es|ed|ing)|rich|enriched|express(?:es|ed|ing)?"
    r"|possess(?:es|ed|ing)?|compris(?:e|es|ed|ing)|compos(?:ed)?|consist(?:s|ing)?|bear(?:s|ing)?|includ(?:e|es|ing)|display(?:s|ed|ing)?"
    r"|convey(?:s|ed|ing)?|encas(?:e|es|ed|ing)|cargo(?:es|s)?|contents?|exchange|bring|overexpress(?:ed|ing)?|hold(?:s|ing)?|laden|bearing|export(?:s|ed|ing)?"
    r"|vehicles?|carriers?|positive|secret(?:e|es|ed|ing)|releas(?:e|es|ed|ing)|modified|transfected|incorporat(?:e|es|ed|ing)|reservoirs?|mediators? of the transfer)"
)
_IN = r"(?:in|into|within|from|inside|via|through|by|on|onto|of)"
_PLACE_IN = r"(?:in|from|into|within|of|to)"
_UPTAKE = r"(?:taken up|take up|took up|internali[sz]\w+|endocytos\w+|uptake|absorb\w+|engulf\w+|captured|phagocyt\w+|incorporated|receiv\w+|ingest\w+)"
_MARKER = (
    r"(?:biomarkers?|markers?|diagnos\w+|prognos\w+|predict\w+|correlat\w+|associated|association|auc|discriminat\w+|distinguish\w+|differentiat\w+"
    r"|signatures?|indicators?|liquid biops\w+|detect\w*|screening|monitor\w*|panel|identif\w+|surviv\w+|stratif\w+)"
)
_HIGH = r"(?:high(?:er|ly)?|elevat\w+|upregulat\w+|up - regulat\w+|overexpress\w*|over - express\w+|increas\w+|enriched|abundant(?:ly)?|greater|accumulat\w+|more)"
_LOW = r"(?:low(?:er|ly)?|reduc\w+|downregulat\w+|down - regulat\w+|decreas\w+|diminish\w+|depleted|less|loss|decline\w*|downexpress\w*)"

_PATTERNS: tuple[_Pattern, ...] = (
    # CARRIES
    _Pattern(
        _P.CARRIES,
        "modifier",
        _VESICLE,
        CARGO,
        _words(
            r"^(?:(?:- )?(?:derived|delivered|associated|encapsulated|loaded|packaged|transmitted|shuttled|shuttling|transferred|contained|bound|enriched|secreted|carried|borne|mediated transfer of|mediated delivery of)?|cargo|cargoe?s(?: ,)?(?: such as| including)?|-|long non coding|surface|membrane|levels? of|expression of)$"
        ),
    ),
    _Pattern(
        _P.CARRIES,
        "holds",
        _VESICLE,
        CARGO,
        _words(rf"^~?~?~?~?~? ?\b{_HOLDS}\b~{{0,5}}$".replace("^~?~?~?~?~? ?", r"^(?:[^\s.;:]+ ){0,6}")),
    ),
    _Pattern(
        _P.CARRIES,
        "held",
        CARGO,
        _VESICLE,
        _words(
            rf"^(?:- (?:containing|loaded|enriched|rich|positive|bearing|carrying|expressing|overexpressing|modified|laden|packed|encapsulating|transfected|packaged|\+)|\+|(?:[^\s.;:]+ ){{0,6}}{_IN}(?: (?:the|these|their|circulating|plasma|serum|both|ANATOMY|CELL|CANCER|-|derived|secreted|small|released|isolated|human|patient|patients|tumor))*)$"
        ),
        forward=False,
    ),
    # SECRETES
    _Pattern(
        _P.SECRETES,
        "source",
        _SOURCE,
        _VESICLE,
        _words(
            r"^(?:(?:\( \w+ \) )?(?:cells? |line |lines |cell lines )?(?:- )?(?:derived|secreted|released|shed|produced|originated|generated|conditioned medium)(?: (?:small|circulating|hypoxic|large))?|cells?|cells? -|-|)$"
        ),
    ),
    _Pattern(
        _P.SECRETES,
        "secretes",
        _SOURCE,
        _VESICLE,
        _words(
            r"^(?:[^\s.;:]+ ){0,5}(?:secret(?:e|es|ed|ing)|releas(?:e|es|ed|ing)|shed|sheds|shedding|produc(?:e|es|ed|ing)|generat(?:e|es|ed|ing)|communicate via|excret\w+|export\w*)(?: [^\s.;:]+){0,4}$"
        ),
    ),
    _Pattern(
        _P.SECRETES,
        "from",
        _VESICLE,
        _SOURCE,
        _words(
            r"^(?:\( \w+ \) )?(?:[^\s.;:,]+ ){0,3}(?:(?:derived|isolated|secreted|released|originat\w+|harvested|shed|produced|generated|obtained|collected|purified|extracted|prepared)(?: \w+)? (?:from|by)|from|of)(?: (?:the|a|an|human|mouse|primary|cultured|different|both|various|hypoxic|bone marrow|most|metastatic|many|normal|all|almost|nearly|virtually|types|of|supernatants?|culture|conditioned|medium|media))*$"
        ),
        forward=False,
    ),
    # FOUND_IN
    _Pattern(
        _P.FOUND_IN,
        "fluid",
        frozenset({_T.ANATOMY}),
        _VESICLE,
        _words(r"^(?:(?:- )?(?:derived|circulating|borne)?|-|samples? -? ?derived)$"),
        forward=False,
    ),
    _Pattern(
        _P.FOUND_IN,
        "found",
        _VESICLE,
        frozenset({_T.ANATOMY}),
        _words(
            rf"^(?:\( \w+ \) )?(?:[^\s.;]+ ){{0,6}}(?:in|from|within|circulating in)(?: (?:the|a|patient|patients|human|most|all|various|different|such|as|body|biological|mouse|rat|their|CANCER|peripheral|many|other))*$"
        ),
    ),
    # DELIVERED_TO
    _Pattern(
        _P.DELIVERED_TO,
        "taken up",
        _CARRIED,
        _SOURCE,
        _words(rf"^(?:[^\s.;:]+ ){{0,6}}{_UPTAKE}(?: [^\s.;:]+){{0,2}} (?:by|into|in)(?: [^\s.;:]+){{0,3}}$"),
    ),
    _Pattern(
        _P.DELIVERED_TO,
        "takes up",
        _SOURCE,
        _CARRIED,
        _words(rf"^(?:[^\s.;:]+ ){{0,3}}{_UPTAKE}(?: [^\s.;:]+){{0,3}}$"),
        forward=False,
    ),
    _Pattern(
        _P.DELIVERED_TO,
        "delivered",
        _CARRIED,
        _SOURCE,
        _words(
            r"^(?:[^\s.;:]+ ){0,6}(?:transfer\w*|deliver\w*|transport\w*|transmit\w*|shuttl\w+|enter\w*|cross\w*|fus\w+|reach\w*|accumulat\w+|target\w*|transmission|home|homing|migrate|penetrat\w+|internali[sz]\w+|convey\w*|travel\w*|bind|localiz\w+|distribut\w+)(?: [^\s.;:]+){0,6}?(?: (?:to|into|toward|towards|in|with|across))?(?: (?:the|recipient|neighboring|surrounding|adjacent|target|distant|other|human))*$"
        ),
    ),
    # BIOMARKER_OF
    _Pattern(
        _P.BIOMARKER_OF,
        "marker",
        _CARRIED,
        frozenset({_T.CANCER, _T.FUNCTION}),
        _words(rf"^(?:[^\s;]+ ){{0,14}}?{_MARKER}\b(?: [^\s;]+){{0,12}}$"),
    ),
    _Pattern(
        _P.BIOMARKER_OF,
        "marked",
        frozenset({_T.CANCER}),
        _CARRIED,
        _words(rf"^(?:[^\s;]+ ){{0,8}}?{_MARKER}\b(?: [^\s;]+){{0,8}}$"),
        forward=False,
    ),
    # levels
    _Pattern(
        _P.ELEVATED_IN,
        "higher",
        _CARRIED,
        _SOURCE,
        _words(rf"^(?:[^\s.;]+ ){{0,6}}?{_HIGH}\b(?: [^\s.;]+){{0,6}}? (?:in|of|from|for)(?: [^\s.;]+){{0,4}}$"),
    ),
    _Pattern(
        _P.ELEVATED_IN,
        "higher of",
        _CARRIED,
        _SOURCE,
        _words(r"^(?:[^\s.;]+ ){0,3}(?:in|of|from|with)(?: [^\s.;]+){0,4}$"),
        before=re.compile(rf"{_HIGH}(?: \S+){{0,3}}$"),
    ),
    _Pattern(
        _P.REDUCED_IN,
        "lower",
        _CARRIED,
        _SOURCE,
        _words(rf"^(?:[^\s.;]+ ){{0,6}}?{_LOW}\b(?: [^\s.;]+){{0,6}}? (?:in|of|from|for)(?: [^\s.;]+){{0,4}}$"),
    ),
    _Pattern(
        _P.REDUCED_IN,
        "lower of",
        _CARRIED,
        _SOURCE,
        _words(r"^(?:[^\s.;]+ ){0,3}(?:in|of|from|with)(?: [^\s.;]+){0,4}$"),
        before=re.compile(rf"{_LOW}(?: \S+){{0,3}}$"),
    ),
    # TREATS
    _Pattern(
        _P.TREATS,
        "treats",
        _CARRIED,
        frozenset({_T.CANCER}),
        _words(
            r"^(?:[^\s.;]+ ){0,10}?(?:treat\w*|therap\w+|cure|combat\w*|anti|antitumor|vaccin\w*|immunotherap\w+)(?: [^\s.;]+){0,8}$"
        ),
    ),
)


def findings(article: AnnotatedArticle) -> Iterator[Finding]:
    """Every reading of every rule, sentence by sentence; the same claim may be found many times."""
    for view in views(article):
        yield from in_sentence(view)


def in_sentence(view: SentenceView) -> Iterator[Finding]:
    """The readings of one sentence."""
    for inner, outer in view.nested:
        yield from _nested(view, inner, outer)
    groups = view.groups
    for i, left in enumerate(groups):
        for right in groups[i + 1 : i + 7]:
            yield from _between(view, left, right)
    for statement in effects.statements(view):
        agent, target = statement.agent, statement.target
        yield Finding(
            statement.predicate, agent.entity, target.entity, statement.rule, view.index, agent.mention, target.mention
        )


def _nested(view: SentenceView, inner: Slot, outer: Slot) -> Iterator[Finding]:
    """What a longer mention says of one inside it: "TNBC-derived exosomes", "plasma exosomes", "exosomal miR-21"."""
    if outer.type is _T.VESICLE:
        if inner.type in _SOURCE:
            fluid = inner.type is _T.ANATOMY
            if fluid:
                yield Finding(
                    _P.FOUND_IN, outer.entity, inner.entity, "nested", view.index, outer.mention, inner.mention
                )
            else:
                yield Finding(
                    _P.SECRETES, inner.entity, outer.entity, "nested", view.index, inner.mention, outer.mention
                )
        elif inner.type in CARGO:
            yield Finding(_P.CARRIES, outer.entity, inner.entity, "nested", view.index, outer.mention, inner.mention)
    elif outer.type in CARGO and inner.type is _T.VESICLE:
        yield Finding(_P.CARRIES, inner.entity, outer.entity, "nested", view.index, inner.mention, outer.mention)


def _between(view: SentenceView, left: tuple[Slot, ...], right: tuple[Slot, ...]) -> Iterator[Finding]:
    if right[0].first - left[-1].last > 26:
        return
    between = view.phrase(left[-1].last, right[0].first)
    for pattern in _PATTERNS:
        lefts = [slot for slot in left if slot.type in pattern.left]
        rights = [slot for slot in right if slot.type in pattern.right]
        if not lefts or not rights or not pattern.between.search(between):
            continue
        if pattern.before and not pattern.before.search(view.phrase(max(0, left[0].first - 6), left[0].first)):
            continue
        for a in lefts:
            for b in rights:
                subject, object_ = (a, b) if pattern.forward else (b, a)
                if subject.entity != object_.entity and allowed(pattern.predicate, subject.type, object_.type):
                    yield Finding(
                        pattern.predicate,
                        subject.entity,
                        object_.entity,
                        pattern.rule,
                        view.index,
                        subject.mention,
                        object_.mention,
                    )
