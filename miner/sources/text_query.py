"""Boolean queries over title and abstract, evaluated here: for sources that have no search of their own.

The grammar is PubMed's, as far as text goes: words, "exact phrases", a trailing * for any ending, AND, OR and NOT in
capitals, parentheses, [tiab] and [ti] after a term. Words side by side must all occur. Operators are read from left
to right, none binding tighter, as PubMed does (https://pubmed.ncbi.nlm.nih.gov/help/#how-do-i-search-pubmed).
Case, hyphens, the encoding of accents and the plural s of an unquoted word make no difference. There is no mapping to
MeSH: a synonym that is meant has to be written.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Literal

from miner.errors import UsageError

VESICLES = " OR ".join(
    (
        "exosom*",
        '"extracellular vesic*"',
        '"extra cellular vesic*"',
        '"extracellular membrane vesic*"',
        "microvesic*",
        '"micro vesic*"',
        '"membrane vesic*"',
        '"shed vesic*"',
        '"shedding vesic*"',
        '"secreted vesic*"',
        '"derived vesic*"',
        '"matrix vesic*"',
        '"apoptotic vesic*"',
        '"apoptotic bod*"',
        "ectosom*",
        "oncosom*",
        "exomere*",
        "supermere*",
        "migrasom*",
        "prostasom*",
        '"sEVs"',
        '"small EVs"',
        '"large EVs"',
        '"derived EVs"',
        '"circulating EVs"',
        '"circulating microparticle*"',
        '"cell derived microparticle*"',
        '"derived microparticle*"',
    )
)
"""What the field calls the vesicles that cells release (MISEV2023), generously: a stray abstract costs
less than a missed one."""

_MAX_LENGTH = 10_000
_MAX_DEPTH = 50
_TOKEN = re.compile(
    r'\s*(?:(?P<open>\()|(?P<close>\))|"(?P<phrase>[^"]*)"|(?P<word>[^\s()"\[\]]+))(?P<field>\s*\[[^\]]*\])?'
)
_FIELDS = {"tiab": "text", "title/abstract": "text", "tw": "text", "ti": "title", "title": "title"}
_INVISIBLE = re.compile("[\u00ad\u200b\u200c\u200d\u2060\ufeff]")
# The only letters beyond ASCII whose lower case is ASCII; `literals` must not be led astray by them.
_ALMOST_ASCII = (("\u212a", " "), ("İ", "ı"))
_ASCII_WORDS = bytes(c if chr(c).isalnum() and c < 128 else 32 for c in range(256))
_ONLY_WORDS = bytes(c if c > 127 or chr(c).isalnum() else 32 for c in range(256))
_ASCII = bytes(range(128))
_ASCII_RUN = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True, slots=True)
class _Term:
    """One of `forms` must occur in the normalized title or text. A form is words between single spaces, spaces at both
    ends, the last one missing where any ending will do."""

    forms: tuple[str, ...]
    where: Literal["text", "title"]

    def holds(self, title: str, text: str) -> bool:
        searched = title if self.where == "title" else text
        for form in self.forms:  # noqa: SIM110 any() with a generator takes three times as long
            if form in searched:
                return True
        return False

    def possible(self, words: bytes) -> bool:
        for form in _ascii_forms(self.forms):  # noqa: SIM110
            if form in words:
                return True
        return False

    def literals(self) -> frozenset[bytes] | None:
        found = [_literal(form) for form in self.forms]
        return frozenset(one for one in found if one) if all(found) else None


@dataclass(frozen=True, slots=True)
class _Both:
    left: "_Node"
    right: "_Node"

    def holds(self, title: str, text: str) -> bool:
        return self.left.holds(title, text) and self.right.holds(title, text)

    def possible(self, words: bytes) -> bool:
        return self.left.possible(words) and self.right.possible(words)

    def literals(self) -> frozenset[bytes] | None:
        sets = [s for s in (self.left.literals(), self.right.literals()) if s is not None]
        return max(sets, key=lambda s: min(map(len, s)) / len(s), default=None)


@dataclass(frozen=True, slots=True)
class _Either:
    left: "_Node"
    right: "_Node"

    def holds(self, title: str, text: str) -> bool:
        return self.left.holds(title, text) or self.right.holds(title, text)

    def possible(self, words: bytes) -> bool:
        return self.left.possible(words) or self.right.possible(words)

    def literals(self) -> frozenset[bytes] | None:
        left, right = self.left.literals(), self.right.literals()
        return None if left is None or right is None else left | right


@dataclass(frozen=True, slots=True)
class _Not:
    node: "_Node"

    def holds(self, title: str, text: str) -> bool:
        return not self.node.holds(title, text)

    def possible(self, words: bytes) -> bool:
        return True

    def literals(self) -> frozenset[bytes] | None:
        return None


_Node = _Term | _Both | _Either | _Not


class TextQuery:
    """A parsed query, to be matched with many texts. Raises UsageError where `query` cannot be parsed."""

    def __init__(self, query: str) -> None:
        self.query = query
        self._root = _Parser(query).parse()
        literals = self._root.literals()
        self.literals: frozenset[bytes] | None = literals and _without_redundant(literals)
        """ASCII lower-case strings of which every matching text contains one; None where there is no such set."""

    def possible(self, words: bytes) -> bool:
        """False only where no text can match whose `ascii_words` are these."""
        return self._root.possible(words)

    def matches(self, title: str, abstract: str = "") -> bool:
        """Whether a record with this title and abstract (plain text) is wanted."""
        normal = normalize(title)
        return self._root.holds(normal, f"{normal}{normalize(abstract)}")


def normalize(text: str) -> str:
    """The words of `text`, case and punctuation gone, each between single spaces, with one at both ends."""
    if text.isascii():
        return ascii_words(text.lower().encode()).decode()
    for letter, replacement in _ALMOST_ASCII:
        text = text.replace(letter, replacement)
    if not text.isprintable():
        text = _INVISIBLE.sub("", text)
    encoded = unicodedata.normalize("NFC", text).encode("utf-8", "replace").lower()  # lower() of a str is slow
    words = encoded.translate(_ONLY_WORDS).decode()
    for other in set(encoded.translate(None, _ASCII).decode()):
        replacement = other.lower() if other.isalnum() else " "
        if replacement != other:
            words = words.replace(other, replacement)
    return f" {' '.join(words.split())} "


def ascii_words(text: bytes) -> bytes:
    """Lower-case UTF-8 without markup as its ASCII words between single spaces: cheap, and enough to rule a match out.

    Whatever `normalize` finds in a composed (NFC) text is found in this as well, if it is looked for in the same form.
    """
    return b" %b " % b" ".join(text.translate(_ASCII_WORDS).split())


@cache
def _ascii_forms(forms: tuple[str, ...]) -> tuple[bytes, ...]:
    return tuple(_ascii_form(form) for form in forms)


def _ascii_form(form: str) -> bytes:
    words = ascii_words(form.encode())
    if not form.endswith(" "):
        return words.rstrip() if form.isascii() or form[-1].isascii() else words
    return words


def _literal(form: str) -> bytes | None:
    """A string of ASCII letters and digits that is in every text that has this form; None where it has no such run.

    The last word of a phrase is its head, and rarer than its qualifiers, unless it is very short or cut by a *.
    """
    runs = [run.encode() for run in _ASCII_RUN.findall(form)]
    best = next((run for run in reversed(runs) if len(run) > 2 + (not form.endswith(" "))), None)
    best = best or max(runs, key=len, default=b"")
    return best if len(best) > 1 else None


def _without_redundant(literals: frozenset[bytes]) -> frozenset[bytes]:
    """A literal that contains another says nothing that the other does not."""
    return frozenset(one for one in literals if not any(other in one for other in literals - {one}))


def _either(left: _Node, right: _Node) -> _Node:
    """Terms of one field that are alternatives are one term, which is found in one loop."""
    if isinstance(left, _Term) and isinstance(right, _Term) and left.where == right.where:
        return _Term(left.forms + right.forms, left.where)
    return _Either(left, right)


class _Parser:
    """Recursive descent over the tokens of one query."""

    def __init__(self, query: str) -> None:
        if len(query) > _MAX_LENGTH:
            raise UsageError(f"the query is {len(query):,} characters long - keep it below {_MAX_LENGTH:,}")
        self._query = query
        self._position = 0
        self._depth = 0

    def parse(self) -> _Node:
        node = self._expression()
        if self._position < len(self._query.rstrip()):
            raise self._error(f"{self._query[self._position :].strip()[:20]!r} is left over")
        return node

    def _expression(self) -> _Node:
        node = self._operand()
        while (token := self._peek()) and not token["close"]:
            operator = token["word"] if token["word"] in ("AND", "OR", "NOT") else None
            if operator:
                self._position = token.end()
            right = self._operand()
            if operator == "OR":
                node = _either(node, right)
            else:
                node = _Both(node, _Not(right) if operator == "NOT" else right)
        return node

    def _operand(self) -> _Node:
        token = self._peek()
        if token is None or token["close"]:
            raise self._error("a term is missing")
        self._position = token.end()
        if token["word"] == "NOT":
            return _Not(self._operand())
        if token["word"] in ("AND", "OR"):
            raise self._error(f"{token['word']} joins two terms, and one is missing")
        if token["open"]:
            return self._group()
        return self._term(token)

    def _group(self) -> _Node:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise self._error(f"parentheses are nested more than {_MAX_DEPTH} deep")
        node = self._expression()
        closing = self._peek()
        if closing is None or not closing["close"]:
            raise self._error("a parenthesis is not closed")
        self._position = closing.end()
        self._depth -= 1
        return node

    def _term(self, token: re.Match[str]) -> _Term:
        quoted = token["phrase"] is not None
        written = token["phrase"] if quoted else token["word"]
        field = (token["field"] or "[tiab]").strip(" []").lower()
        if field not in _FIELDS:
            raise self._error(f"[{field}] cannot be searched here; [tiab] and [ti] can")
        words = normalize(written).strip()
        if not words or "*" in written.rstrip("*").rstrip():
            raise self._error(f"{written!r} is no word, phrase or word with a * at its end")
        if written.endswith("*"):
            return _Term((f" {words}",), _FIELDS[field])  # type: ignore[arg-type]  # the values are the literals
        forms = [words] if quoted else _singular_and_plural(words)
        return _Term(tuple(f" {form} " for form in forms), _FIELDS[field])  # type: ignore[arg-type]  # as above

    def _peek(self) -> re.Match[str] | None:
        if not self._query[self._position :].strip():
            return None
        token = _TOKEN.match(self._query, self._position)
        if token is None:
            raise self._error(
                f"{self._query[self._position :].strip()[:20]!r} cannot be read; is a quotation mark missing?"
            )
        return token

    def _error(self, what: str) -> UsageError:
        return UsageError(
            f"query {self._query[:80]!r}: {what} - write it like 'exosom* AND (\"breast cancer\" OR glioma)'"
        )


def _singular_and_plural(words: str) -> list[str]:
    if words.endswith("s") and not words.endswith(("ss", "is", "us")) and len(words) > 3:
        return [words[:-1], words]
    return [words, f"{words}s"]
