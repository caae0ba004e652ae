"""Sentence boundaries of biomedical abstracts.

Abstracts are edited prose: a full stop ends a sentence if white space and something that can open a sentence follow,
except after the abbreviations of the field, after initials and inside brackets. A letter that labels what the word
before it names ("protein kinase A.") may end a sentence; an initial ("by J. Doe") may not. A full stop without white
space ends one only between a word and a capitalized word ("of invasion.These cells"). A newline always ends a
sentence, because titles and sections are lines of their own.
"""

import re
from dataclasses import dataclass

from miner.vocabulary.words import word_set

_STOP = re.compile(
    r"[.!?][\"'”’)\]]*(?:\s*\[\d+(?:\s*[,–-]\s*\d+)*\])?[ \t\xa0\u2009]+|[ \t\xa0]*[\r\n]+\s*"
    r"|(?<=[a-z0-9)\]%])[.!?](?=[A-Z])"
)
_OPENER = re.compile(r"[(\[\"'“‘«]*(?:[A-ZΑ-Ω0-9]|[α-ωµ][-A-Z]|(?:mi|si|sh|lnc|circ|pi|sn|cf|ct|ex|[cdghimpt])-?[A-Z])")
_NEVER_LAST = re.compile(
    r"(?:\b(?:e\.g|i\.e|vs|cf|viz|et al|ca|approx|resp|incl|Figs?|Eqs?|Refs?|Tabs?|Suppl|St|Drs?|Prof|Mr|Mrs|Ms|Nos?"
    r"|Vol|pp|var|subsp|spp?|ssp|aff|ex|a\.k\.a|i\.v|i\.p|s\.c|p\.o|b\.w|w\.r\.t|U\.S|U\.K|Inc|Ltd|Corp)\."
    r"|(?:^|[\s(\[.])[A-Z]\.)$"
)
_BEFORE_NUMBER = re.compile(r"\b(?:nos?|min|max|vol|ver|figs?|refs?|eqs?|tabs?)\.$")
"""Abbreviations in lower case, which are also words: they are abbreviations where a number follows."""
_MAY_END = re.compile(r"(?:^|[\s,])(?:et al|spp?|Inc|Ltd|Corp|[A-Z])\.$")
_STARTS_AFRESH = re.compile(
    r"(?:The|This|These|Those|We|Our|In|It|Its|Here|However|Moreover|Furthermore|Thus|Therefore|Although|Additionally"
    r"|Finally|Taken|To|An?|Both|Using|Further|Among|As|By|For|From|They|Their|When|While|With)\b"
)
_LETTER = re.compile(r"(?:^|[\s(\[])(?:(?P<word>[^\s()\[\],;]+)[ \xa0]|[A-Z](?:, | and | or |, and |/))[A-Z]\.$")
"""A letter at the end of a clause, after a word or another letter ("hepatitis B and C.")."""
_LABELED = word_set(
    "annexin antimycin apo apolipoprotein arm aurora case caspase cathepsin chromogranin class cohort complex compound "
    "cyclin cyclosporin factor figure grade granzyme group hepatitis influenza kinase lamin line model panel patient "
    "phase protein region strain subunit table type vitamin"
)
"""Words that a letter labels even where they begin with a capital, as given names do."""
_UNLABELED = word_set(
    "a after although an and are as at author authors because before between bis but by colleague colleagues della de "
    "der doctor dr during editor for from had has have in into is like nor of on or over prof professor see since "
    "than that the then through to toward towards under und van via von was were when where which while whose with y"
)
"""Words in lower case after which a letter is an initial."""
_INITIAL_AFTER = re.compile(r"[A-Z]\.|(?:Typhi|Paratyphi|Typhimurium|Enteritidis|Choleraesuis|Dublin|Heidelberg)\b")
"""What shows that the letter before it is an initial: another one, or a serovar of Salmonella."""
_LINNAEUS = re.compile(r"\b[A-Z][a-z]+ [a-z]+ L\.$")
_TOUCHING_BEFORE = re.compile(r"(?:[a-z]{2}|[)\]%]|[A-Za-z][\w-]*\d|[\s=<>≤≥]\d+\.\d+)[.!?]$")
_TOUCHING_AFTER = re.compile(r"(?:[A-Z][a-z]+|A|[A-Z]{3}[A-Za-z]*)(?:[ \xa0,:]|$)")


@dataclass(frozen=True)
class SentencizerConfig:
    """`max_open_bracket`: characters after which an open bracket no longer holds a sentence together.

    `max_length`: characters of the longest sentence; longer ones, which are no prose, are cut at a blank.
    """

    max_open_bracket: int = 300
    max_length: int = 1500


def sentence_bounds(text: str, config: SentencizerConfig | None = None) -> list[tuple[int, int]]:
    """The sentences of `text` as (start, end) character offsets, in order, without surrounding white space.

    >>> sentence_bounds("Exosomes carry miR-21. In glioma they spread.")
    [(0, 22), (23, 45)]
    """
    config = config or SentencizerConfig()
    bounds: list[tuple[int, int]] = []
    start = 0
    for stop in _STOP.finditer(text):
        if not _is_newline(stop.group()) and not _ends_sentence(text, start, stop, config):
            continue
        _append(bounds, text, start, stop.end(), config)
        start = stop.end()
    _append(bounds, text, start, len(text), config)
    return bounds


def _is_newline(gap: str) -> bool:
    return "\n" in gap or "\r" in gap


def _ends_sentence(text: str, start: int, stop: re.Match[str], config: SentencizerConfig) -> bool:
    if not _OPENER.match(text, stop.end()):
        return False
    start = max(start, stop.end() - config.max_length)
    if _inside_brackets(text[start : stop.end()], config.max_open_bracket):
        return False
    before = text[start : stop.start() + 1]
    if stop.end() - stop.start() == 1:
        if not (_TOUCHING_BEFORE.search(before) and _TOUCHING_AFTER.match(text, stop.end())):
            return False
    elif _BEFORE_NUMBER.search(before) and text[stop.end()].isdigit():
        return False
    if not _NEVER_LAST.search(before):
        return True
    if _MAY_END.search(before) and _STARTS_AFRESH.match(text, stop.end()):
        return True
    return _is_label(before) and not _INITIAL_AFTER.match(text, stop.end())


def _is_label(before: str) -> bool:
    """Whether the letter at the end labels what the word before it names ("type I.", "5 M.", "vitamin D.")."""
    letter = _LETTER.search(before)
    if not letter or _LINNAEUS.search(before):
        return False
    word = letter["word"]
    if word is None:
        return True
    if word[0].isupper():
        return word.lower() in _LABELED
    return word[0].isalnum() and word not in _UNLABELED


def _inside_brackets(clause: str, max_open: int) -> bool:
    """Whether a bracket opened in `clause` is still open, at most `max_open` characters before its end."""
    opened = max(clause.rfind("("), clause.rfind("["))
    if opened < 0 or len(clause) - opened > max_open:
        return False
    depth = clause.count("(") + clause.count("[") - clause.count(")") - clause.count("]")
    return depth > 0 and not re.search(r"[)\]]", clause[opened:])


def _append(bounds: list[tuple[int, int]], text: str, start: int, end: int, config: SentencizerConfig) -> None:
    """Add a sentence, cut where it is too long, without the white space around it."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    while end - start > config.max_length:
        cut = _cut(text, start, start + config.max_length)
        bounds.append((start, cut))
        start = cut
        while text[start].isspace():
            start += 1
    if start < end:
        bounds.append((start, end))


def _cut(text: str, start: int, limit: int) -> int:
    """Where to cut: the last blank before `limit`, else the last sign, else `limit`."""
    for separates in (str.isspace, lambda character: not character.isalnum()):
        for at in range(limit - 1, start + (limit - start) // 2, -1):
            if separates(text[at]) and not text[at - 1].isspace():
                return at
    return limit
