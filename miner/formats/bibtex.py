"""BibTeX and BibLaTeX with abstracts, as reference managers and databases export them.

Text outside entries is a comment, a macro that no @string defines is its own value, and field names may hold spaces
(Scopus writes "funding_text 1").
"""

import re
from collections.abc import Iterator

from miner.formats.base import Head
from miner.formats.fields import article_of, without_copyright
from miner.formats.latex import from_latex
from miner.formats.record import given_name_first, reject
from miner.model.articles import Article, Reject

_ENTRY = re.compile(r"^[ \t]*@[ \t]*([A-Za-z]{2,40})[ \t]*[{(]", re.MULTILINE)
_DETECTED = re.compile(r"\ufeff?[ \t]*@[ \t]*(?!string|comment|preamble)[A-Za-z]{2,40}[ \t]*[{(]", re.IGNORECASE)
_KEY = re.compile(r"\s*([^\s,={}()\"]{0,500})\s*(?:,|(?=[})]))")
_FIELD = re.compile(r"\s*([A-Za-z][\w .:/+-]{0,80}?)\s*=\s*")
_BARE = re.compile(r"[^\s,#{}\"()=]{1,200}")
_NOT_ARTICLES = ("string", "comment", "preamble")
_TYPES = {
    "article": "journal article",
    "inbook": "book chapter",
    "incollection": "book chapter",
    "inproceedings": "conference paper",
    "conference": "conference paper",
    "phdthesis": "thesis",
    "mastersthesis": "thesis",
    "misc": "",
    "online": "",
    "unpublished": "preprint",
}
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_AND_OR_BRACE = re.compile(r"[{}]| and ", re.IGNORECASE)
_VERBATIM = {"doi", "url", "pmid", "pmcid", "eprint", "link", "pubmed_id"}


def matches(head: Head) -> bool:
    """Whether an entry begins on a line of its own, and the text before it is of no other format."""
    at = next((at for at, line in enumerate(head.lines) if _DETECTED.match(line)), None)
    return at is not None and (head.text.lstrip()[:1] in "@%" or at <= 20) and not head.text.startswith("<")


def parse(text: str, *, source: str = "file") -> Iterator[Article | Reject]:
    """Every entry; @string macros are resolved, comments and preambles passed over, broken entries rejected."""
    begins = list(_ENTRY.finditer(text))
    ends = [begin.start() for begin in begins[1:]] + [len(text)]
    macros = {month: month for month in _MONTHS}
    position = 0
    for begin, end in zip(begins, ends, strict=True):
        kind = begin.group(1).lower()
        chunk = text[begin.start() : end]
        body = text[begin.end() : end]
        if kind == "string":
            macros |= {name.lower(): value for name, value in (_fields(body, macros) or ({}, ""))[0].items()}
        elif kind not in _NOT_ARTICLES:
            position += 1
            yield _article(kind, body, macros, position, source, chunk)


def _article(kind: str, body: str, macros: dict[str, str], position: int, source: str, chunk: str) -> Article | Reject:
    key = _KEY.match(body)
    item = f"entry {key.group(1)}" if key and key.group(1) else f"entry {position}"
    entry, fault = _fields(body[key.end() :] if key else body, macros)
    if fault:
        return reject(source, item, f"the BibTeX entry cannot be read: {fault} - check its braces and commas", chunk)
    fields: dict[str, object] = {
        re.sub(r"\s", "", name): _verbatim(value) if name in _VERBATIM else from_latex(value)
        for name, value in entry.items()
    }
    authors = " ".join((entry.get("author") or entry.get("editor") or "").split())
    fields["author"] = [_author(from_latex(name)) for name in _names(authors) if name.strip()]
    fields["types"] = [_TYPES.get(kind, kind), *_kinds(entry)]
    fields["journal"] = fields.get("journal") or fields.get("journaltitle") or fields.get("booktitle")
    fields["pages"] = re.sub(r" ?[–-]+ ?", "-", str(fields.get("pages", "")))
    fields["date"] = fields.get("date") or f"{fields.get('year', '')} {fields.get('month', '')} {fields.get('day', '')}"
    fields["abstract"] = without_copyright(str(fields.get("abstract", "")))
    if str(fields.get("eprinttype", "")).lower() == "pubmed":
        fields.setdefault("pmid", fields.get("eprint"))
    for name in ("id", "type", "source", "key", "database"):  # an entry's own key names nothing outside its file
        fields.pop(name, None)
    return article_of(fields, item=item, source=source, keep_id=False, payload=chunk)


def _names(authors: str) -> Iterator[str]:
    """Split a list of names at "and"; an "and" within braces is part of a name."""
    depth = start = 0
    for found in _AND_OR_BRACE.finditer(authors):
        if found[0] in "{}":
            depth = max(0, depth + (1 if found[0] == "{" else -1))
        elif depth == 0:
            yield authors[start : found.start()]
            start = found.end()
    yield authors[start:]


def _author(name: str) -> str:
    """A name, also in BibLaTeX's extended form: "family=Doe, given=John"."""
    parts = dict(re.findall(r"(family|given|prefix|suffix) ?= ?([^,]{1,100})", name)) if "family" in name else {}
    if not parts.get("family"):
        return given_name_first(name)
    return " ".join(parts[part].strip() for part in ("given", "prefix", "family", "suffix") if part in parts)


def _kinds(entry: dict[str, str]) -> list[str]:
    """The publication type that Web of Science and Scopus name: "Article; Retracted Publication"."""
    stated = entry.get("type") or entry.get("document_type") or ""
    return [kind.strip(" {}").lower() for kind in stated.split(";") if kind.strip(" {}")]


def _verbatim(value: str) -> str:
    """An identifier or address: its escapes undone, its other characters kept."""
    return re.sub(r"\\([_%#&{}~^$])", r"\1", value.replace("{\\_}", "_")).replace("{", "").replace("}", "")


def _fields(body: str, macros: dict[str, str]) -> tuple[dict[str, str], str]:
    """(the fields by name in lower case, what is wrong): of a name given twice the first value counts."""
    fields: dict[str, str] = {}
    at = 0
    while True:
        at = _skip(body, at)
        if at >= len(body):
            return fields, "its closing brace is missing"
        if body[at] in "})":
            return fields, ""
        named = _FIELD.match(body, at)
        if not named:
            fault = f"no field begins at {body[at : at + 20].split()[0]!r}"
            return fields, fault
        value, at = _value(body, named.end(), macros)
        if at < 0:
            return fields, f"the value of {named.group(1)!r} does not end"
        fields.setdefault(named.group(1).strip().lower(), value)


def _skip(body: str, at: int) -> int:
    while at < len(body) and (body[at].isspace() or body[at] == ","):
        at += 1
    return at


def _value(body: str, at: int, macros: dict[str, str]) -> tuple[str, int]:
    """(a value, where it ends) of parts joined by "#"; the end is -1 for one that does not end."""
    parts = []
    while at < len(body):
        if body[at] in '{"':
            end = _closing(body, at)
            if end < 0:
                return "", -1
            parts.append(body[at + 1 : end])
            at = end + 1
        elif bare := _BARE.match(body, at):
            parts.append(macros.get(bare.group().lower(), bare.group()))
            at = bare.end()
        else:
            break
        following = _skip_space(body, at)
        if body[following : following + 1] != "#":
            break
        at = _skip_space(body, following + 1)
    return "".join(parts), at


def _skip_space(body: str, at: int) -> int:
    while at < len(body) and body[at].isspace():
        at += 1
    return at


def _closing(body: str, at: int) -> int:
    """Where the brace or quotation mark at `at` is closed, braces within counted; -1 for nowhere."""
    quoted, depth = body[at] == '"', 0
    for found in re.compile(r'\\.|[{}"]', re.DOTALL).finditer(body, at + 1):
        one = found.group()
        if one == "{":
            depth += 1
        elif one == "}":
            if not quoted and depth == 0:
                return found.start()
            depth -= 1
        elif one == '"' and quoted and depth <= 0:
            return found.start()
    return -1
