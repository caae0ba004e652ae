"""Find cues of negation and speculation and their scopes, by the kind of cue and the clause around it.

`pipelines/measure/cues.py` measures them on the BioScope corpus (Vincze et al. 2008, BMC Bioinformatics 9(S11):S9).
"""

from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

from miner.extract.config import CONFIG
from miner.extract.modality.cues import CLASSES, Cue, load_cues
from miner.extract.sentence import SentenceView, TokenMention, once_per_sentence

CLAUSE_ENDS = frozenset(CLASSES["clause_end"])
"""Tokens that end a clause."""
_OPENERS = frozenset(CLASSES["clause_opener"])
_STARTS = CLAUSE_ENDS.union(CLASSES["clause_start"])
_FINDINGS = frozenset(CLASSES["finding"])
_FINITE = frozenset(CLASSES["finite"])
_PHRASE_ENDS = _FINITE.union(CLASSES["phrase_end"])


class Scope(NamedTuple):
    """A cue (half-open token bounds) and the tokens it reaches over, the cue among them."""

    cue: Cue
    cue_first: int
    cue_last: int
    first: int
    last: int

    @property
    def kind(self) -> str:
        """`negation` or `speculation`."""
        return self.cue.kind


@once_per_sentence
def scopes_of(view: SentenceView) -> tuple[Scope, ...]:
    """The negation and speculation cues of the sentence with their scopes, in order."""
    return tuple(scope for scope in find_scopes(view.tokens) if scope.cue_first not in view.acronyms)


@once_per_sentence
def _cue_positions(view: SentenceView) -> list[int]:
    return [scope.cue_first for scope in scopes_of(view)]


def scopes_near(view: SentenceView, one: TokenMention, other: TokenMention) -> tuple[Scope, ...]:
    """The scopes whose cue is at most `CONFIG.max_scope` tokens away from two mentions, in order."""
    scopes = scopes_of(view)
    if not scopes:
        return ()
    first, last = min(one.first, other.first) - CONFIG.max_scope, max(one.last, other.last) + CONFIG.max_scope
    positions = _cue_positions(view)
    return scopes[bisect_left(positions, first) : bisect_left(positions, last)]


def find_scopes(tokens: Sequence[str]) -> list[Scope]:
    """The negation and speculation cues of lower-cased tokens with their scopes, in order."""
    cues = load_cues()
    found: list[Scope] = []
    at = 0
    while at < len(tokens):
        for cue in cues.get(tokens[at], ()):
            end = at + len(cue.words)
            if tuple(tokens[at:end]) == cue.words and cue.counts(tokens, at, end):
                found.append(Scope(cue, at, end, *_find_bounds(tokens, cue, at, end)))
                at = end - 1
                break
        at += 1
    return found


def _find_bounds(tokens: Sequence[str], cue: Cue, at: int, end: int) -> tuple[int, int]:
    first, last = at, _find_clause_end(tokens, end)
    if cue.ends_at == "phrase":
        last = min(last, _find_phrase_end(tokens, end))
    passive = any(token in {"be", "been"} for token in tokens[end : end + 2])
    trailing = last - end <= 2
    if passive or trailing or cue.both_ways:
        first = find_clause_start(tokens, at)
    return first, last


def _find_clause_end(tokens: Sequence[str], at: int) -> int:
    """Where the clause around `at` ends: strong punctuation, a contrast, a comma that opens another."""
    depth = 0
    limit = min(len(tokens), at + CONFIG.max_scope)
    for i in range(at, limit):
        word = tokens[i]
        if word in "([":
            depth += 1
        elif word in ")]":
            if depth == 0:
                return i
            depth -= 1
        elif (word == "and" and _reports(tokens, i + 1)) or (
            depth == 0 and (word in CLAUSE_ENDS or (word == "," and _opens_clause(tokens, i + 1)))
        ):
            return i
    return limit


def _reports(tokens: Sequence[str], at: int) -> bool:
    """Whether a finding follows that is outside the cue's scope: "may raise A and was found to lower B"."""
    return tokens[at : at + 1] in (("was",), ("were",)) and not _FINDINGS.isdisjoint(tokens[at + 1 : at + 3])


def _opens_clause(tokens: Sequence[str], at: int) -> bool:
    word = tokens[at] if at < len(tokens) else ""
    if word in _OPENERS:
        return True
    if word in {"and", "or"}:
        return not _FINITE.isdisjoint(tokens[at + 1 : at + 5]) or tuple(tokens[at + 1 : at + 2]) == ("that",)
    return False


def find_clause_start(tokens: Sequence[str], at: int) -> int:
    """The token at which the clause that `at` stands in begins."""
    limit = max(-1, at - 1 - CONFIG.max_scope)
    for i in range(at - 1, limit, -1):
        if tokens[i] in _STARTS:
            return i + 1
    return limit + 1


def _find_phrase_end(tokens: Sequence[str], at: int) -> int:
    limit = min(len(tokens), at + CONFIG.max_scope)
    return next((i for i in range(at, limit) if tokens[i] in _PHRASE_ENDS), limit)
