"""Plain text: a line with the title, then the abstract. Whatever looks like anything else is refused."""

import re
from collections.abc import Callable

from miner.errors import ParseError
from miner.formats.abstract import abstract_sections
from miner.formats.base import Head
from miner.formats.dates import date_in
from miner.formats.record import reject, to_article
from miner.model.articles import Article, Reject
from miner.model.identifiers import recognize

MAX_TITLE = 500
MAX_ABSTRACT = 10_000
"""Characters: the longest abstracts, of systematic reviews, stay below."""
MIN_SENTENCE = 5
"""Words between the beginning of an abstract and its first full stop."""
_MANY = 3
"""Lines of a kind, or identifiers, that show a text to be a file of another format."""
_FACT = re.compile(
    r"(?P<name>doi|pmid|pmcid|journal|year|date|authors?|key ?words)[ \t]*[:=][ \t]*(?P<value>\S.*)", re.IGNORECASE
)
_EXPORT = "export the records as RIS, BibTeX or PubMed XML"
_KEEP = "keep only the title and the abstract"


def matches(head: Head) -> bool:
    """Every text that is no markup: `parse` says why a text holds no article."""
    return not head.text.startswith("<")


def parse(text: str, *, name: str, source: str = "file") -> Article | Reject:
    """The title is the first line, the abstract what follows it; lines such as "DOI: 10.…" state the record's facts.

    Raises ParseError for a text that looks like a file of another kind.
    """
    _check_not_a_list(text)
    lines = [line.strip() for line in text.strip("\ufeff \t\n").splitlines()]
    title = re.sub(r"^(?:title|titre|titel)[ \t]*:[ \t]*", "", lines[0], flags=re.IGNORECASE) if lines else ""
    facts: dict[str, str] = {}
    body = []
    for line in lines[1:]:
        fact = _FACT.fullmatch(line) if len(line) < MAX_TITLE else None
        if fact:
            facts[fact["name"].lower().rstrip("s")] = fact["value"]
        else:
            body.append(line)
    for kind, way_out, looks_like in _OTHERS:
        if lines and looks_like([*lines[:1], *(line for line in body if line)]):
            raise ParseError(f"it looks like {kind}, not like a title and an abstract - {way_out}")
    abstract = re.sub(r"^abstract ?[:.]? ", "", " ".join(" ".join(body).split()), flags=re.IGNORECASE)
    if len(abstract) > MAX_ABSTRACT:
        reason = f"it has {len(abstract):,} characters, an abstract at most {MAX_ABSTRACT:,}: a full text or an export"
        return reject(source, name, f"{reason} - {_KEEP}, or {_EXPORT}", text)
    if not abstract or len(title) > MAX_TITLE or len(title.split()) < 2 or not _is_prose(abstract):
        reason = "plain text is a line with the title, a blank line, and the abstract - this is not"
        return reject(source, name, reason, text)
    return to_article(
        source=source,
        item=name,
        title=title,
        sections=abstract_sections(abstract),
        pmid=facts.get("pmid"),
        pmcid=facts.get("pmcid"),
        doi=facts.get("doi"),
        journal=facts.get("journal"),
        published=date_in(facts.get("date") or facts.get("year") or ""),
        authors=re.split(r" ?[;,] ?", facts.get("author", "")),
        payload=text,
    )


def _check_not_a_list(text: str) -> None:
    """Raises ParseError for a list of identifiers, which is to be fetched and not read."""
    words = text.split()
    if words and all(recognize(word) for word in words[:200]):
        reason = f"it is a list of {len(words):,} identifiers, not articles"
        raise ParseError(f"{reason} - fetch them: exominer ingest pubmed --pmid FILE")


def _is_prose(abstract: str) -> bool:
    """Whether a sentence ends in it, or enough words make one without its full stop."""
    sentence = re.match(r"[^.!?。]*[.!?。]", abstract)
    return (
        len((sentence.group() if sentence else abstract).split()) >= MIN_SENTENCE
        or len(abstract.split()) > 30
        or (sentence is not None and len(abstract.split()) >= MIN_SENTENCE)
    )


def _share(pattern: str, share: float, many: int = _MANY) -> Callable[[list[str]], bool]:
    """Whether at least `many` lines, and that share of all, match."""
    compiled = re.compile(pattern)

    def holds(lines: list[str]) -> bool:
        count = sum(1 for line in lines if compiled.match(line[:MAX_TITLE]))
        return count >= max(2, min(many, len(lines) - 1)) and count >= share * len(lines)

    return holds


def _is_mail(lines: list[str]) -> bool:
    header = re.compile(
        r"(?:From|To|Cc|Subject|Date|Sent|Received|Return-Path|Message-ID|Reply-To|MIME-Version):", re.I
    )
    return sum(1 for line in lines[:8] if header.match(line)) >= 2


def _is_code(lines: list[str]) -> bool:
    code = re.compile(
        r"#!|#include\b|(?:import|from) [\w.]+(?: import .*)?$|def \w+\(|class \w+[(:]|library\(|function\b.*[{(]|"
        r"(?:var|let|const) \w+ ?=|[\w.]+\(.*\);?$|[{}\])]+[;,]?$|\$ |sudo |if ?\(|for ?\(|\w+ ?(?:=|<-) ?\S+\(?"
    )
    return lines[0].startswith("#!") or sum(1 for line in lines if code.match(line[:MAX_TITLE])) > len(lines) / 2


def _is_reference_list(lines: list[str]) -> bool:
    dois = {doi for line in lines for doi in re.findall(r"10\.\d{4,9}/\S{2,100}", line[:5000])}
    pmids = {pmid for line in lines for pmid in re.findall(r"PMID: ?\d{4,8}", line[:5000])}
    return len(dois) >= _MANY or len(pmids) >= _MANY


def _is_table(lines: list[str]) -> bool:
    """Whether most lines hold the same number of delimiters, two or more, as the first."""
    for delimiter in ",;|\t":
        count = lines[0].count(delimiter)
        same = sum(1 for line in lines[:50] if abs(line.count(delimiter) - count) <= count // 4)
        if count >= 2 and len(lines) >= _MANY and same > len(lines[:50]) * 0.7:
            return True
    return False


def _has_several_records(lines: list[str]) -> bool:
    begins = ("title:", "reference type:", "record ", "document ", "pmid:", "ti:")
    counts = [sum(1 for line in lines if line.lower().startswith(begin)) for begin in begins]
    return max(counts) >= 2


def _has_markup(lines: list[str]) -> bool:
    return sum(len(re.findall(r"</\w{1,40}>", line)) for line in lines) > 2 * _MANY


_OTHERS: list[tuple[str, str, Callable[[list[str]], bool]]] = [
    ("an e-mail", _KEEP, _is_mail),
    (
        "a log file",
        "leave it out",
        _share(r"\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d|\[?\d\d:\d\d:\d\d\b|\[?(?:INFO|DEBUG|ERROR|WARN)", 0.5),
    ),
    ("program code", "leave it out", _is_code),
    ("a RIS or MEDLINE export", _EXPORT, _share(r"[A-Z][A-Z0-9]{1,3} {0,3}[-–] ", 0.2)),
    ("an EndNote export", _EXPORT, _share(r"%[0-9A-Z@] ", 0.2)),
    ("BibTeX", "check that each entry begins a line with @", _share(r"(?:@\w+[{(]|[\w-]+ ?= ?[{\"])", 0.3)),
    (
        "a Web of Science or RefWorks export",
        _EXPORT,
        _share(r"(?:FN|VR|PT|AU|AF|TI|SO|AB|PY|DI|UT|RT|A1|T1|JF|YR) ", 0.3),
    ),
    ("a list of records", _EXPORT, _has_several_records),
    ("a table without known column names", "name the columns in its first line", _is_table),
    ("a Markdown document", _KEEP, _share(r"#{1,6} ", 0.1, many=2)),
    ("LaTeX", _KEEP, _share(r"\\(?:documentclass|usepackage|begin|section|title|author)\\b", 0.1)),
    ("XML or HTML", _EXPORT, _has_markup),
    ("JSON", "save one complete JSON document or one object a line", _share(r"[{\[\"].*[:,{\[]$|\"[\w-]+\" ?:", 0.5)),
    ("a list", _KEEP, _share(r"(?:[-*•+] |\[[ x]\] |\d{1,4}[.)] )", 0.5)),
    ("a list of references", _EXPORT, _is_reference_list),
    ("a file of settings", "leave it out", _share(r"[\w .-]{1,40}[:=] ?[^.]{0,60}(?:\.\w{1,5})?$", 0.6)),
]
"""(what it is, the way out, whether the lines of a text look like it)."""
