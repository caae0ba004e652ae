"""BibTeX and BibLaTeX with abstracts, as reference managers export them."""

import re
from collections.abc import Iterator

from bibtexparser import loads
from bibtexparser.bibdatabase import UndefinedString
from bibtexparser.bparser import BibTexParser
from bibtexparser.latexenc import latex_to_unicode

from miner.formats.fields import article_of
from miner.formats.record import given_name_first, reject
from miner.model.articles import Article, Reject

_ENTRY = re.compile(r"^[ \t]*@[ \t]*(\w+)[ \t]*[{(]", re.MULTILINE)
_KEY = re.compile(r"(@\s*\w+\s*[{(])\s*(?:[^,={}\"]*,)?")
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
_GREEK = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu "
    "nu xi pi rho sigma tau upsilon phi chi psi omega"
)
_UNWRAPPED = re.compile(
    r"\\(?:text(?:it|bf|sc|rm|tt|sf|sl|up|normal|subscript|superscript)?|emph|math(?:rm|it|bf|sf)|ensuremath|mbox|url|"
    r"href\{[^{}]*\}|enquote|uppercase|textsuperscript)\s*\{((?:[^{}]|\{[^{}]*\})*)\}"
)
_SYMBOLS = {
    r"\textless": "<", r"\textgreater": ">", r"\textmu": "µ", r"\textasciitilde": "~", r"\textendash": "–",
    r"\textemdash": "—", r"\textregistered": "®", r"\texttrademark": "™", r"\textdegree": "°", r"\textquoteright": "’",
    r"\textquoteleft": "‘", r"\textquotedblleft": "“", r"\textquotedblright": "”", r"\textbackslash": "\\",
    r"\times": "×", r"\pm": "±", r"\leq": "≤", r"\geq": "≥", r"\rightarrow": "→", r"\sim": "~",
    **{rf"\text{name}": rf"\{name}" for name in _GREEK.split()},
}  # fmt: skip
_SYMBOL = re.compile("|".join(re.escape(name) for name in sorted(_SYMBOLS, key=len, reverse=True)) + r"(?![A-Za-z])")
_POWER = re.compile(r"(?<=\d)\$?\^\{?([+−–-]?\d+)\}?\$?")
_SCRIPT = re.compile(r"\$?[\^_]\{([^{}]*)\}\$?|(?<=\$)[\^_](\S)|(?<=[A-Za-z])_(?=\d)")


def parse(text: str, *, source: str = "file") -> Iterator[Article | Reject]:
    """Every entry; @string abbreviations are resolved, comments and preambles passed over, broken entries rejected."""
    begins = list(_ENTRY.finditer(text))
    chunks = [text[a.start() : b.start() if b else len(text)] for a, b in zip(begins, [*begins[1:], None], strict=True)]
    kinds = [begin.group(1).lower() for begin in begins]
    strings = "".join(chunk for chunk, kind in zip(chunks, kinds, strict=True) if kind == "string")
    position = 0
    for chunk, kind in zip(chunks, kinds, strict=True):
        if kind not in ("string", "comment", "preamble"):
            position += 1
            yield _article(chunk, strings, position, source)


def _article(chunk: str, strings: str, position: int, source: str) -> Article | Reject:
    named = re.match(r"@\s*\w+\s*[{(]\s*([^,\s{}=]+)\s*,", chunk)
    item = f"entry {named.group(1)}" if named else f"entry {position}"
    entry = _entry(chunk, strings)
    if entry is None:
        return reject(source, item, "the BibTeX entry cannot be read - check its braces, quotes and commas", chunk)
    kind = entry.pop("ENTRYTYPE", "").lower()
    entry.pop("ID", None)
    entry.pop("type", None)
    fields: dict[str, object] = {name.lower(): from_latex(value) for name, value in entry.items()}
    authors = entry.get("author") or entry.get("editor") or ""
    fields["author"] = [given_name_first(from_latex(name)) for name in re.split(r"\s+and\s+", authors) if name.strip()]
    fields["types"] = [_TYPES.get(kind, kind)]
    fields["journal"] = fields.get("journal") or fields.get("journaltitle") or fields.get("booktitle")
    fields["pages"] = re.sub(r"\s*[–-]+\s*", "-", str(fields.get("pages", "")))
    fields["date"] = fields.get("date") or f"{fields.get('year', '')} {fields.get('month', '')} {fields.get('day', '')}"
    if str(fields.get("eprinttype", "")).lower() == "pubmed":
        fields.setdefault("pmid", fields.get("eprint"))
    return article_of(fields, item=item, source=source, keep_id=False, payload=chunk)


def _entry(chunk: str, strings: str) -> dict[str, str] | None:
    """The fields of the one entry that a stretch of text holds; None when the library cannot make it out."""
    chunk = _KEY.sub(r"\1entry,", chunk, count=1)
    parser = BibTexParser(common_strings=True, ignore_nonstandard_types=False, interpolate_strings=True)
    try:
        entries: list[dict[str, str]] = loads(strings + "\n" + chunk, parser).entries
    except (UndefinedString, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError):
        return None
    return entries[0] if len(entries) == 1 else None


def from_latex(text: str) -> str:
    """LaTeX as plain text: accents, Greek, font commands, sub- and superscripts, dashes."""
    for _ in range(3):
        text, count = _UNWRAPPED.subn(r"\1", text)
        if not count:
            break
    text = _SYMBOL.sub(lambda found: _SYMBOLS[found.group()], text)
    text = _POWER.sub(r"^\1", text)
    text = _SCRIPT.sub(lambda found: found.group(1) or found.group(2) or "", text)
    text = re.sub(r"(?<!\\)\$", "", text).replace("---", "—").replace("--", "–").replace(r"\$", "$")
    text = re.sub(r"(?<!\\)~", " ", text)
    return str(latex_to_unicode(text))
