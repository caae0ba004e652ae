"""Names that follow a pattern: miRNAs and piRNAs with their lists, lncRNAs, circRNAs, and cell lines before "cells"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from graph_schema.model import EntityType
from miner.nlp.processes import prefixed
from miner.vocabulary.hyphens import unify_hyphens
from miner.vocabulary.mirnas import SPECIES_PREFIXES, VIRAL_NUMBER, MirnaName, parse_mirna

_T = EntityType


@dataclass(frozen=True, slots=True)
class PatternSpan:
    """`text[start:end]` names an entity of `type`; `name` is the full name, which in a list is longer than the text."""

    start: int
    end: int
    type: EntityType
    name: str


_SPECIES = "|".join(SPECIES_PREFIXES)
_NUMBER = (
    rf"(?:\d{{1,5}}[a-z]{{0,2}}(?:-(?!3p|5p)\d{{1,2}}(?![\d.]))?|{VIRAL_NUMBER})(?:[-_ ]?[35]p\b)?(?![A-Za-z0-9])\*?"
)
_LET = r"(?:let-?7|lin-?4)[a-z]?(?:-(?!3p|5p)\d(?!\d))?(?:[-_ ]?[35]p\b)?(?![A-Za-z0-9])\*?"
_MIR_WORD = r"(?:[Mm]i(?:cro)?-? ?RNA(?:s(?=-))?|[Mm]icroRs?|MICRORNAS?|[Mm]iRs?|MIRS?|Mirs?|mir)"
_FAMILY = r"(?: (?:family|cluster|families|clusters)\b)?"
_CLUSTERED = r"(?:(?:[~/-]\d{2,3}[a-z]?(?![a-z0-9]))+(?= cluster)|[~/-]\d{2,3}(?![\dp]))?"
_MIRNA = re.compile(
    rf"(?<![A-Za-z0-9_])(?:(?:{_SPECIES})-)?(?:(?:pre|pri)-|exo(?=mi[Rr]))?"
    rf"(?:{_MIR_WORD}[- ]{{0,2}}(?:\((?:miR|miRNA)s?\)[- ]?)?(?:miR-?)?(?:{_LET}|{_NUMBER}){_CLUSTERED}{_FAMILY}"
    rf"|{_LET}{_FAMILY})"
)
_MORE = re.compile(
    rf"(?:\s*/\s*|\s*,\s*(?:and|or|&)?\s*|\s+(?:and|or|&)\s+)(?P<item>-(?:{_LET}|{_NUMBER})"
    rf"|(?<=/)(?:{_LET}|\d{{1,4}}[a-z]?(?:-[35]p)?)(?![A-Za-z0-9])|(?<=[ ,/])[a-f](?![A-Za-z0-9]))"
)
_PIRNA = re.compile(
    r"(?<![A-Za-z0-9])(?:(?:hsa|mmu|rno)[-_])?[Pp]iR(?:NA)?[-_]?(?:[a-z]{3}[-_])?(?P<number>\d{2,9})(?![A-Za-z0-9])"
)
"""piRNAs are a class of their own (24 to 31 nucleotides, bound by PIWI proteins): members of a molecule class here."""
_SYMBOL = r"[A-Z][A-Za-z0-9]*(?:[-.][A-Z0-9][A-Za-z0-9]*)*"
_CIRC = re.compile(
    r"(?<![A-Za-z0-9])(?:(?:hsa|has|mmu)[_-])?[Cc]irc(?:RNA)?(?:s?[_-])?(?:\d{4,8}|[_-]\d{3,8}"
    rf"|(?!RNAs?\b)(?:(?<=[_-])|(?=[A-Z])){_SYMBOL}(?:_\d+|-[A-Z0-9]+)*)(?![A-Za-z0-9])"
    r"|(?<![A-Za-z0-9])(?:ciRS-7|CDR1-?as)(?![A-Za-z0-9])"
)
_CIRC_SPOKEN = re.compile(
    rf"(?<![A-Za-z0-9])(?:[Cc]ircular RNA|circRNA)s? (?:\((?:circRNA|circ)s?\) )?(?P<symbol>(?:hsa_)?circ\w+|{_SYMBOL})"
)
_LNC = re.compile(
    r"(?<![A-Za-z0-9])(?:LINC-?\d{3,6}|LINC-[A-Z]+|SNHG\d+|MIR\d+[A-Z]?HG|ENS(?:MUS)?T\d{8,}|RP\d+-\d+[A-Z]\d+\.\d+"
    r"|[A-Z][A-Z0-9]{1,9}-(?:AS|DT|IT|OT)\d{0,2}"
    r"|lnc-?(?:RNA-)?(?!RNAs?(?![A-Za-z0-9]))[A-Z][A-Za-z0-9]*(?:-[A-Z0-9]+)*"
    r"|[Ll]ncRNA-\d+)(?![A-Za-z0-9])"
)
_LNC_SPOKEN = re.compile(
    r"(?<![A-Za-z0-9])(?:[Ll]nc-?RNAs?|LncRNAs?|LNCRNA|[Ll]ong (?:intergenic )?non-?coding RNAs?)"
    rf"(?: \([^)]{{2,12}}\))?[ -](?P<symbol>(?:lnc)?{_SYMBOL}(?:\.\d+)?)"
)
_WORDS_NOT_SYMBOLS = re.compile(r"(?:[A-Z]?[a-z]+|RNAs?|DNA|PCR|EVs?|Exo|In|The|II|III)$")
_CELL_LINE = re.compile(
    r"(?<![\w-])(?P<name>(?=[^\s,;()]{0,60}[A-Z0-9])[A-Za-z0-9][A-Za-z0-9+./-]{0,60}[A-Za-z0-9+]"
    r"(?: (?:PaCa|Paca|PACA)-?2)?)"
    r"(?: (?:human|murine|mouse))?[ -]?(?P<head>cells?(?: lines?)?)\b"
)


def pattern_spans(text: str) -> Iterator[PatternSpan]:
    """Every name in `text` that one of the patterns finds. Spans of different patterns may overlap."""
    plain = unify_hyphens(text)
    yield from _mirnas(plain)
    for match in _PIRNA.finditer(plain):
        yield PatternSpan(match.start(), match.end(), _T.MOLECULE_CLASS, f"piR-{match['number']}")
    yield from _spoken(plain, _CIRC_SPOKEN, _T.CIRC_RNA)
    for match in _CIRC.finditer(plain):
        if _is_circ_name(match.group()):
            yield PatternSpan(match.start(), match.end(), _T.CIRC_RNA, match.group())
    yield from _spoken(plain, _LNC_SPOKEN, _T.LNC_RNA)
    for match in _LNC.finditer(plain):
        yield PatternSpan(match.start(), match.end(), _T.LNC_RNA, match.group())


_GENE_LIST = re.compile(
    r"(?<![\w/-])(?P<stem>[A-Z][A-Za-z]{1,6}-?)(?P<first>\d{1,2}[A-Z]?)(?P<rest>(?:/-?\d{1,2}[A-Z]?){1,4})(?![\w/-])"
)
_CELL_LIST = re.compile(
    r"(?<![\w/-])(?P<list>[A-Za-z0-9][\w.-]{1,14}(?:(?:, and |, or |, | and | or |/)[A-Za-z0-9][\w.-]{1,14}){1,11})"
    r" (?:human |murine |mouse )?(?:[a-z]+ )?cells?\b"
)
_LIST_ITEM = re.compile(r"[A-Za-z0-9][\w.-]*")


_PREFIX = re.compile(r"(?<![\w-])(?:[Aa]nti|[Pp]ro)[- ]?(?=[a-z]{4})")
_EFFECT_NOUN = re.compile(r" (?:effects?|activit(?:y|ies)|propert(?:y|ies)|actions?|potential|phenotype)\b")
_PREDICATE = re.compile(
    r"(?:\b(?:is|are|was|were|be|proved|remained|became|strongly|highly|potently|both)"
    r"|[a-z]{4,12}(?:ic|ive|ing|ory) and) $"
)
_AFTER_PREDICATE = re.compile(
    r"(?:ic|ive|ory|al|ous|ing)(?: (?:in|at|on|for|towards?|under|and|or|but|when|both|during)\b|[.,;:)]|$)"
)
_LOOK_BACK = 24


def effect_spans(text: str) -> Iterator[tuple[int, int]]:
    """Effects named by an adjective with "anti" or "pro": "antifibrotic activity", and "was prometastatic in"."""
    for match in _PREFIX.finditer(text):
        found = prefixed(text, match.start())
        if found is None:
            continue
        noun = _EFFECT_NOUN.match(text, found.end())
        if noun is not None:
            yield found.start(), noun.end()
        elif _AFTER_PREDICATE.match(text, found.end() - _ending(found["rest"])) and _PREDICATE.search(
            text[max(0, found.start() - _LOOK_BACK) : found.start()]
        ):
            yield found.start(), found.end()


def _ending(word: str) -> int:
    """The length of the ending by which a word is an adjective; 0 where it is none."""
    return next((len(ending) for ending in ("ous", "ing", "ory", "ive", "ic", "al") if word.endswith(ending)), 0)


def gene_lists(text: str) -> Iterator[list[PatternSpan]]:
    """The members of each list of numbered symbols that share a stem, with their names: "MMP2/9" is MMP2 and MMP9."""
    for match in _GENE_LIST.finditer(unify_hyphens(text)):
        members = [PatternSpan(match.start(), match.end("first"), _T.GENE, match["stem"] + match["first"])]
        for item in _LIST_ITEM.finditer(text, match.start("rest"), match.end()):
            members.append(PatternSpan(item.start(), item.end(), _T.GENE, match["stem"] + item.group()))
        yield members


def cell_lists(text: str) -> Iterator[list[PatternSpan]]:
    """The members of each list of symbols before "cells" that have a digit: "T24, HT-29 and PC-3 cells"."""
    for match in _CELL_LIST.finditer(unify_hyphens(text)):
        items = _LIST_ITEM.finditer(text, match.start("list"), match.end("list"))
        yield [
            PatternSpan(item.start(), item.end(), _T.CELL, item.group())
            for item in items
            if any(c.isdigit() for c in item.group()) and any(c.isupper() for c in item.group())
        ]


def _is_circ_name(surface: str) -> bool:
    rest = re.sub(r"^(?:(?:hsa|has|mmu)[_-])?circ(?:RNA)?s?[_-]?", "", surface, flags=re.I)
    return len(rest) > 2 and not _WORDS_NOT_SYMBOLS.fullmatch(rest)


def _spoken(plain: str, pattern: re.Pattern[str], kind: EntityType) -> Iterator[PatternSpan]:
    """Symbols that the words before them ("lncRNA", "circular RNA") say to be of a kind."""
    for match in pattern.finditer(plain):
        symbol = match["symbol"]
        if len(symbol) > 1 and not _WORDS_NOT_SYMBOLS.fullmatch(symbol):
            yield PatternSpan(match.start("symbol"), match.end("symbol"), kind, symbol)


def _mirnas(plain: str) -> Iterator[PatternSpan]:
    for match in _MIRNA.finditer(plain):
        yield PatternSpan(match.start(), match.end(), _T.MICRO_RNA, match.group())
        yield from _listed(plain, match)


def _listed(plain: str, first: re.Match[str]) -> Iterator[PatternSpan]:
    """The members of a list after its first: "miR-21/-155", "miR-30a, -30b and -30c", "miR-200a/b"."""
    stem = re.sub(r"(?:\d.*|BART.*)$", "", first.group().removesuffix(" family")).rstrip("- ")
    number = re.search(r"\d+", first.group())
    at = first.end()
    while more := _MORE.match(plain, at):
        item = more["item"].lstrip("-")
        if item.isalpha() and len(item) == 1:
            item = f"{number.group() if number else ''}{item}"
        elif item.isdigit() and len(item) > 4:
            return
        separator = "" if item.lower().startswith(("let", "lin")) else "-"
        name = item if not separator else f"{stem}{separator}{item}"
        yield PatternSpan(more.start("item"), more.end("item"), _T.MICRO_RNA, name)
        at = more.end()


def cell_line_spans(text: str) -> Iterator[tuple[int, int]]:
    """(start, end) of every symbol that stands right before "cell(s)" or "cell line(s)", that word included."""
    for match in _CELL_LINE.finditer(text):
        yield match.start(), match.end()


def pirna_within(surface: str) -> str | None:
    """The name of the piRNA in a surface form, "piR-" and its number, or None where it has none."""
    match = _PIRNA.search(unify_hyphens(surface))
    return f"piR-{match['number']}" if match else None


def mirna_within(surface: str) -> MirnaName | None:
    """The parts of a miRNA's surface form, or of the last miRNA named in a longer one ("MSC-exosomal miR-145-5p")."""
    whole = parse_mirna(surface, listed=True)
    if whole:
        return whole
    named = [span.name for span in pattern_spans(surface) if span.type is _T.MICRO_RNA]
    return parse_mirna(named[-1], listed=True) if named else None
