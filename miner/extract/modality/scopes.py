"""Cues of negation and speculation with the tokens they reach over, by the kind of cue and the clause it stands in.

`pipelines/measure/cues.py` measures them on the BioScope corpus (Vincze et al. 2008, BMC Bioinformatics 9(S11):S9).
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from miner.vocabulary.words import word_set

Kind = Literal["negation", "speculation"]


class Scope(NamedTuple):
    """A cue (half-open word bounds) and the tokens it reaches over, the cue among them."""

    kind: Kind
    cue_first: int
    cue_last: int
    first: int
    last: int


CLAUSE_ENDS = word_set("; : . but whereas while although though however because since except unlike")
"""Tokens that end a clause."""
_OPENERS = word_set("which who but suggesting indicating thus thereby so we it they whereas as")
_STATES = word_set("is are was were be been remain remains remained stay stayed left")
_FINITE = word_set("is are was were has have had may might could can will would did does do")

_NEGATION = (
    "not", "no", "neither", "nor", "without", "cannot", "never", "none", "nothing", "lack of", "lacks", "lacked",
    "lacking", "lack", "absence of", "absent", "fail to", "fails to", "failed to", "failure to", "failed",
    "unable to", "inability to", "incapable of", "independent of", "independently of", "rather than", "instead of",
    "devoid of", "free of", "unaffected", "unchanged", "unsuccessful", "no longer", "with the exception of",
    "except for", "impaired ability to", "insufficient to", "unlike", "except", "ineffective",
)  # fmt: skip
_SPECULATION = (
    "may", "might", "could", "possibly", "possible", "potentially", "potential", "putative", "perhaps", "probably",
    "probable", "presumably", "likely", "unlikely", "seem", "seems", "seemed", "appear", "appears", "appeared",
    "appear to", "suggest", "suggests", "suggested", "suggesting", "suggestive", "propose", "proposed", "proposes",
    "hypothesize", "hypothesized", "hypothesise", "hypothesised", "hypothesis", "speculate", "speculated",
    "postulate", "postulated", "thought to", "believed to", "supposed to", "assumed to", "expected to",
    "presumed to", "considered to", "candidate", "candidates", "whether", "indicate that", "indicates that",
    "indicating that", "indicated that", "imply", "implies", "implying", "raise the possibility", "possibility",
    "unclear", "unknown", "would", "can potentially", "apparently", "likelihood", "examine whether", "evidence for",
    "if",
)  # fmt: skip
_CUES: dict[str, list[tuple[tuple[str, ...], Kind]]] = {}
for _kind, _phrases in (("negation", _NEGATION), ("speculation", _SPECULATION)):
    for _phrase in sorted(_phrases, key=len, reverse=True):
        _words = tuple(_phrase.split())
        _CUES.setdefault(_words[0], []).append((_words, _kind))  # type: ignore[arg-type]  # the two literals above


def scopes(tokens: Sequence[str]) -> list[Scope]:
    """The negation and speculation cues of a lower-cased sentence with their scopes, in order."""
    found: list[Scope] = []
    at = 0
    while at < len(tokens):
        for words, kind in _CUES.get(tokens[at], ()):
            end = at + len(words)
            if tuple(tokens[at:end]) == words and not _idle(tokens, at, end):
                found.append(Scope(kind, at, end, *_reach(tokens, at, end)))
                at = end - 1
                break
        at += 1
    return found


def _idle(tokens: Sequence[str], at: int, end: int) -> bool:
    """Whether a cue word denies or supposes nothing here: "not only", "no. 5", "Nor-exo", "iNOS/NO", "unaffected"."""
    after = tokens[end] if end < len(tokens) else ""
    return (
        (tokens[at] in {"not", "no"} and after in {"only", "necessarily", "."})
        or (tokens[at] == "not" and tokens[at - 1 : at] in (["or"], ("or",)) and tokens[max(0, at - 2)] == "whether")
        or (tokens[at] == "nor" and after == "-")
        or (tokens[at] == "no" and "/" in {after, tokens[max(0, at - 1)]})
        or (tokens[at] in {"unchanged", "unaffected"} and _STATES.isdisjoint(tokens[max(0, at - 3) : at]))
        or (tokens[at] == "may" and after.isdigit())
        or (tokens[at] == "if" and tokens[max(0, at - 1)] in {"even", "as"})
    )


def _reach(tokens: Sequence[str], at: int, end: int) -> tuple[int, int]:
    first, last = at, _clause_end(tokens, end)
    if tokens[at] in {"potential", "possible", "putative", "candidate", "candidates", "possibility", "likelihood"}:
        last = min(last, _phrase_end(tokens, end))
    passive = any(t in {"be", "been"} for t in tokens[end : end + 2])
    trailing = last - end <= 2
    if passive or trailing or tokens[at] in {"unaffected", "unchanged", "unsuccessful", "unclear", "unknown"}:
        first = _clause_start(tokens, at)
    return first, last


def _clause_end(tokens: Sequence[str], at: int) -> int:
    """Where the clause that `at` stands in ends: strong punctuation, a contrast, a comma that opens another."""
    depth = 0
    for i in range(at, len(tokens)):
        word = tokens[i]
        if word in "([":
            depth += 1
        elif word in ")]":
            if depth == 0:
                return i
            depth -= 1
        elif depth == 0 and (word in CLAUSE_ENDS or (word == "," and _opens_clause(tokens, i + 1))):
            return i
    return len(tokens)


def _opens_clause(tokens: Sequence[str], at: int) -> bool:
    word = tokens[at] if at < len(tokens) else ""
    if word in _OPENERS:
        return True
    if word in {"and", "or"}:
        return any(t in _FINITE for t in tokens[at + 1 : at + 5]) or tokens[at + 1 : at + 2] in (["that"], ("that",))
    return False


def _clause_start(tokens: Sequence[str], at: int) -> int:
    for i in range(at - 1, -1, -1):
        if tokens[i] in CLAUSE_ENDS or tokens[i] in {"that", "which", ","}:
            return i + 1
    return 0


def _phrase_end(tokens: Sequence[str], at: int) -> int:
    for i in range(at, len(tokens)):
        if tokens[i] in {",", "that", "which"} or tokens[i] in _FINITE:
            return i
    return len(tokens)
