"""Sentence boundaries of biomedical abstracts.

Abstracts are edited prose, so a full stop before white space and something that can open a sentence ends one, save
after the abbreviations of the field, initials and inside brackets. A newline always ends a sentence: titles and
sections stand on lines of their own.
"""

import re

_STOP = re.compile(r"[.!?][\"'”’)\]]*(?:\s*\[\d+(?:\s*[,–-]\s*\d+)*\])?[ \t\xa0\u2009]+|[ \t\xa0]*[\r\n]+\s*")
_OPENER = re.compile(r"[(\[\"'“‘«]*(?:[A-ZΑ-Ω0-9]|[α-ωµ][-A-Z]|(?:mi|si|sh|lnc|circ|pi|sn|cf|ct|ex|[cdghimpt])-?[A-Z])")
_NEVER_LAST = re.compile(
    r"(?:\b(?:e\.g|i\.e|vs|cf|viz|et al|ca|approx|resp|incl|Figs?|Eqs?|Refs?|Tabs?|Suppl|St|Drs?|Prof|Mr|Mrs|Ms|Nos?"
    r"|Vol|pp|var|subsp|spp?|ssp|aff|ex|a\.k\.a|i\.v|i\.p|s\.c|p\.o|b\.w|w\.r\.t|U\.S|U\.K)\.|(?:^|[\s(\[.])[A-Z]\.)$"
)
_MAY_END = re.compile(r"(?:^|\s)(?:et al|spp?|[A-Z])\.$")
_STARTS_AFRESH = re.compile(
    r"(?:The|This|These|Those|We|Our|In|It|Its|Here|However|Moreover|Furthermore|Thus|Therefore|Although|Additionally"
    r"|Finally|Taken|To|An?|Both|Using|Further|Among|As|By|For|From|They|Their|When|While|With)\b"
)


def sentence_bounds(text: str) -> list[tuple[int, int]]:
    """The sentences of `text` as (start, end) character offsets, in order, without surrounding white space."""
    bounds: list[tuple[int, int]] = []
    start = 0
    for stop in _STOP.finditer(text):
        if not _is_newline(stop.group()) and not _ends_sentence(text, start, stop):
            continue
        _append(bounds, text, start, stop.end())
        start = stop.end()
    _append(bounds, text, start, len(text))
    return bounds


def _is_newline(gap: str) -> bool:
    return "\n" in gap or "\r" in gap


def _ends_sentence(text: str, start: int, stop: re.Match[str]) -> bool:
    if not _OPENER.match(text, stop.end()):
        return False
    if _inside_brackets(text[start : stop.end()]):
        return False
    before = text[start : stop.start() + 1]
    if not _NEVER_LAST.search(before):
        return True
    return bool(_MAY_END.search(before) and _STARTS_AFRESH.match(text, stop.end()))


def _inside_brackets(clause: str) -> bool:
    """Whether a bracket opened in `clause` is still open; one left open for long was never meant to close."""
    opened = max(clause.rfind("("), clause.rfind("["))
    if opened < 0 or len(clause) - opened > 300:
        return False
    depth = clause.count("(") + clause.count("[") - clause.count(")") - clause.count("]")
    return depth > 0 and not re.search(r"[)\]]", clause[opened:])


def _append(bounds: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        bounds.append((start, end))
