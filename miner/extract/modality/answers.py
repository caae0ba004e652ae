"""What is found about a question: "We asked whether A promotes B. It did not." denies that A promotes B.

An answer is looked for after the question, in the rest of its sentence and at the start of the next one. Only answers
that repeat nothing of what was asked are read here ("It did not", "No", "No such effect was seen"): others are
statements of their own.
"""

import re
from collections.abc import Sequence
from typing import Literal

from miner.extract.modality.cues import CLASSES
from miner.extract.modality.questions import Asked
from miner.extract.sentence import SentenceView
from miner.vocabulary.words import alternatives

Answer = Literal["yes", "no"]

_LEAD = (
    r"^(?:[,;:.()–-] )*(?:(?:but|and|however|surprisingly|unexpectedly|interestingly|instead|indeed|yet|here|clearly"
    r"|contrary to [\w ]{1,40}?|in (?:our hands|contrast|fact|\d+ \w+|all \w+)|[\w ]{1,40}? showed that) ?,? ?){0,3}"
)
_IT = r"(?:it|they|this|these|that|those|he|she|both|the (?:answer|result|results|hypothesis)|this hypothesis)"
_ENDS = r"(?= (?:[.,;:)]|so\b|but\b|although\b|in\b|and\b|do so\b)|$)"
_EFFECT = (
    r"(?:effects?|changes?|differences?|increase|decrease|reduction|association|correlation|evidence|influence|link)"
)
_MARKED = r"(?:such |significant |clear |detectable )"
_SEEN = r"(?:seen|found|observed|detected|noted|evident|measured|apparent)"
_VIEW = rf"(?:this|that|the|our|such an?|these|neither)(?: \w+)? {alternatives(CLASSES['view'])}"
_THEN = "(?:then |thus |clearly )?"
_NO = tuple(
    re.compile(_LEAD + pattern)
    for pattern in (
        r"no\b(?= [.,;:–-]|$)",
        rf"{_IT}(?: \w+ly)? (?:proved|was|turned out|is|proves|were)(?: to be)? {alternatives(CLASSES['false'])}\b",
        rf"(?:our|the|these|all|new|present) (?:\w+ )?{alternatives(CLASSES['results'])}"
        rf" {alternatives(CLASSES['against'])} (?:no\b|against)",
        rf"(?:{_VIEW}|it|this|that) (?:was|were|is|could|can|did|does|has been|are) {_THEN}(?:not|never)(?: be)?"
        rf" {alternatives(CLASSES['confirmed'])}\b",
        rf"(?:{_VIEW}|it|this|that) (?:was|were|is|has been|had to be) {_THEN}{alternatives(CLASSES['refuted'])}\b",
        rf"{_VIEW} (?:did not hold|failed|fell)\b",
        rf"(?:we|our \w+|others|the authors|i)(?: \w+ly)? {alternatives(CLASSES['unable'])}"
        rf" {alternatives(CLASSES['repeat'])}\b",
        rf"{_IT}(?: \w+){{0,2}}? (?:did|does|do|was|were|is|are|could|can|had|has|have) (?:not|n't)\b{_ENDS}",
        rf"{_IT} (?:had|has|showed|produced|exerted) no (?:such |significant |detectable )?{_EFFECT}\b",
        rf"{_IT} (?:was|is) (?:no|negative|not the case)\b",
        r"(?:neither|none)(?: of \w+ \w+)? (?:did|was|were|does|had)\b",
        rf"no {_MARKED}{{0,2}}{_EFFECT}(?: [\w-]+){{0,14}} (?:was|were|is|could be) {_SEEN}",
        rf"(?:we|our \w+)(?: \w+)? (?:found|saw|observed|detected) (?:no|little) {_EFFECT}"
        r"(?: (?:for|of) \w+| whatsoever| at all| [.,]|$)",
        r"(?:was|were|is|are|could) not (?:be )?(?:supported|confirmed|borne out|verified|substantiated|the case)\b",
        rf"(?:{_IT} )?(?:failed|fails) to (?:do so|show this)\b",
    )
)
_YES = tuple(
    re.compile(_LEAD + pattern)
    for pattern in (
        r"yes\b",
        rf"{_IT}(?: (?:indeed|clearly|both))? (?:did|does|do|was|were)(?: so| indeed| the case)?(?= [.,;]|$)",
        r"(?:was|were|is) (?:indeed )?(?:confirmed|borne out|supported|the case)\b",
    )
)
_DID_NOT = re.compile(r"(?:did|does|do|was|were|could|can) not(?= (?:[.,;]|so\b|and\b|but\b)|$)")
_OBJECT_NOT = re.compile(
    rf"(?:(?:was|were|remained|stayed) {alternatives(CLASSES['unaffected'])}"
    r"|did not (?:differ|change|budge|respond|vary)|showed no (?:change|difference|response))(?= [.,;]|$)"
)
_DID = re.compile(r"(?:did|does|do|was|were)(?= (?:[.,;]|so\b)|$)")
_OBJECT_REACH = 4  # tokens after the object that may hold the answer
_REACH = 60  # tokens of the next sentence that are searched
_SHORT = 2  # tokens of a sentence's rest that say nothing: its full stop


def find_answer(
    view: SentenceView, asked: Asked, following: SentenceView | None, ends: tuple[int, int] | None = None
) -> tuple[Answer, SentenceView] | None:
    """The answer to a question and the sentence that gives it; None without one, or if it is a full statement.

    `ends` are the subject and object of the question; each subject may have its own answer ("A did, but B did not").
    """
    rest = view.tokens[asked.last :]
    if len(rest) > _SHORT:
        answer = _read_own_answer(view, ends, asked.last) or _read_answer(rest)
        return (answer, view) if answer else None
    if following is None:
        return None
    answer = _read_own_answer(following, ends) or _read_answer(following.tokens)
    return (answer, following) if answer else None


def _read_own_answer(view: SentenceView, ends: tuple[int, int] | None, first: int = 0) -> Answer | None:
    """The answer from token `first` on that names one of the entities: "PTEN did not.", "growth was unchanged"."""
    subject, object_ = ends or (None, None)
    for mention in view.mentions:
        if mention.first < first:
            continue
        if mention.entity == object_:
            after = " ".join(view.tokens[mention.last : mention.last + _OBJECT_REACH])
            if _OBJECT_NOT.match(after):
                return "no"
        if mention.entity == subject:
            after = " ".join(view.tokens[mention.last : mention.last + 3])
            if _DID_NOT.match(after):
                return "no"
            if _DID.match(after):
                return "yes"
    return None


def _read_answer(tokens: Sequence[str]) -> Answer | None:
    text = " ".join(tokens[:_REACH])
    if any(pattern.search(text) for pattern in _NO):
        return "no"
    return "yes" if any(pattern.search(text) for pattern in _YES) else None
