"""Which process a mention names once its wording is set aside: "migratory ability of tumor cells" is migration.

A mention of a process is a head with modifiers before it and, after a preposition, whose process it is. The forms that
`simpler_names` gives leave more and more of both out, the nearest first; what would turn the meaning round stays.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

from miner.vocabulary.normalize import normalize_word, normalize_words

_BRACKET = re.compile(r"\s*\([^()]*\)")
_SPACE = re.compile(r"[\s/]+")
_COORDINATION = re.compile(r" (?:and/or|and|or|as well as|&) |, |/")
_ADJECTIVE = ("ic", "ive", "ory", "ary", "ed", "ant", "ent")
_MAX_WORDS = 12


@cache
def _vocabulary() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(files("miner.vocabulary").joinpath("processes.toml").read_text(encoding="utf-8"))


@cache
def noun_of() -> Mapping[str, str]:
    """Adjective, verb or participle → the noun of the process it names, both normalized."""
    return {normalize_word(word): noun for noun, words in _vocabulary()["nouns"].items() for word in words.split()}


@cache
def _words(table: str, key: str) -> frozenset[str]:
    return frozenset(map(normalize_word, _vocabulary()[table][key].split()))


def simpler_names(surface: str) -> Iterator[str]:
    """Forms of a process's name with less and less around its head, nearest first, without repeats.

    >>> [name for name in simpler_names("migratory ability of tumor cells") if " " not in name]
    ['ability', 'migratory', 'migration']
    """
    seen, general = {surface}, _words("general", "heads")
    bare = _BRACKET.sub("", surface)
    for forms in ([_with_last_word(bare)], *map(_bare_forms, _heads(bare))):
        for form in forms:
            if form not in seen and not set(normalize_words(form)) <= general:
                seen.add(form)
                yield form


def _heads(surface: str) -> Iterator[str]:
    """The phrases that may hold the head: before the first preposition; after it, where nothing is said before it."""
    words = surface.split()[:_MAX_WORDS]
    at = next((i for i, w in enumerate(words) if i and w.lower() in _words("prepositions", "words")), len(words))
    head, rest = words[:at], words[at + 1 :]
    parts = [part for part in _COORDINATION.split(" ".join(head)) if part.strip()]
    yield from parts[-1:]
    if rest and all(normalize_word(w) in _words("empty", "heads") for w in head):
        yield from _heads(" ".join(w for w in rest if w.lower() not in ("the", "a", "an", "its", "their")))


def _with_last_word(surface: str) -> str:
    """The phrase before the first preposition, and after it the last word alone: "response to X therapy"."""
    words = surface.split()[:_MAX_WORDS]
    at = next((i for i, w in enumerate(words) if i and w.lower() in _words("prepositions", "words")), len(words))
    return " ".join([*words[: at + 1], *words[at + 1 :][-1:]])


def _bare_forms(head: str) -> Iterator[str]:
    """The phrase, without empty heads, as nouns, and without its modifiers from the left."""
    words = [w for w in _SPACE.split(head) if w]
    for variant in (words, _without_empty_heads(words)):
        for start in range(len(variant)):
            if any(_is_kept(w) for w in variant[:start]):
                break
            tail = variant[start:]
            yield " ".join(tail)
            yield " ".join([*tail[:-1], noun_of().get(normalize_word(tail[-1]), tail[-1])])
            split = tail[0].rpartition("-")[2]
            if len(tail) == 1 and split != tail[0] and not _is_kept(tail[0]):
                yield noun_of().get(normalize_word(split), split)

    if len(words) > 1 and not words[0].endswith(_ADJECTIVE) and not _is_kept(words[0]):
        yield noun_of().get(normalize_word(words[0]), "")


def _without_empty_heads(words: list[str]) -> list[str]:
    while len(words) > 1 and normalize_word(words[-1]) in _words("empty", "heads"):
        words = words[:-1]
    return words


def _is_kept(word: str) -> bool:
    """Whether a word turns round what follows it ("anti-apoptotic", "reduced") or makes another thing of it."""
    parts = normalize_words(word)
    return any(p in _words("kept", "words") or p.startswith(("anti", "non")) for p in parts)


_PREFIXED = re.compile(r"(?P<prefix>anti|pro)(?P<hyphen>[- ]?)(?P<rest>[a-z][a-z-]{3,24})\b", re.IGNORECASE)
_OTHER_ANTI = ("gen", "bod", "bio", "sense", "oxid", "cip", "thet", "podal", "microtubul", "pd", "ctla")


def prefixed(text: str, at: int = 0) -> re.Match[str] | None:
    """The match of "anti-inflammatory" or "proangiogenic" at a position of `text`; None for "antigenic", "promising".

    Without a hyphen "pro" begins too many words; what follows it must be the adjective of a known process.
    """
    found = _PREFIXED.match(text, at)
    if found is None:
        return None
    rest = found["rest"].lower()
    if found["prefix"].lower() == "anti":
        return None if rest.startswith(_OTHER_ANTI) else found
    return found if found["hyphen"] == "-" or normalize_word(rest) in noun_of() else None


def countered(surface: str) -> str | None:
    """The name of the effect against a process, by whatever words: "antiproliferative activity in glioma cells".

    None where something else is named, such as "anti-tumor immunity".

    >>> countered("antiproliferative activity in glioma cells")
    'anti-proliferative effect'
    """
    found = prefixed(surface)
    if found is None or found["prefix"].lower() != "anti":
        return None
    for word in surface[found.end() :].split():
        if word.lower() in _words("prepositions", "words") or word in {"and", "or"}:
            break
        if normalize_word(word) not in _words("empty", "heads"):
            return None
    return f"anti-{found['rest'].lower()} effect"


def promoted(surface: str) -> str | None:
    """The noun of the process that an adjective with "pro" is for, "prometastatic" → "metastasis"; None for others."""
    found = prefixed(surface)
    if found is None or found["prefix"].lower() != "pro":
        return None
    return noun_of().get(normalize_word(found["rest"].lower()))
