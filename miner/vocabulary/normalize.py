"""The key by which surface forms are compared: letter case, Greek, hyphens, plurals and spelling set aside.

Lexicon, entity nodes and queries all call `normalize`, so that a name is found however it is written.
"""

import re
import tomllib
import unicodedata
from functools import lru_cache
from importlib.resources import files

from miner.vocabulary.mirnas import parse_mirna
from miner.vocabulary.words import word_set

_GREEK_NAMES = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon phi chi"
    " psi omega"
)
_LOOKALIKES = {"ɑ": "alpha", "ɣ": "gamma", "ɛ": "epsilon", "ϵ": "epsilon", "ĸ": "kappa", "∆": "delta", "ς": "sigma"}
"""Letters that abstracts write for Greek ones: Latin alpha, gamma and epsilon, kra, the increment sign."""
GREEK = dict(zip("αβγδεζηθικλμνξοπρστυφχψω", _GREEK_NAMES.split(), strict=True)) | _LOOKALIKES
WORD = re.compile(r"[^\W_]+")
"""A run of letters and digits: the unit that surface forms are compared in."""
_SHARP_S_FOR_BETA = re.compile(r"(?<![a-z])ß|ß(?![a-z])")

_SPELLING = tomllib.loads(files("miner.vocabulary").joinpath("spelling.toml").read_text(encoding="utf-8"))
_BRITISH = tuple(_SPELLING["american"].items())
_NOT_BRITISH = ("lysis", "lyses", "lyst")
_IRREGULAR: dict[str, str] = _SPELLING["irregular"]
_SINGULAR = word_set(_SPELLING["singular"]["words"])
_SINGULAR_ENDINGS = ("ss", "is", "us", "ras")
_GREEK_PLURALS = ("stases", "theses", "lyses", "noses", "toses", "roses", "neses")
_ES_PLURALS = ("sses", "shes", "ches", "xes", "zzes", "viruses")


@lru_cache(maxsize=200_000)
def normalize_word(word: str) -> str:
    """One word normalized: "Tumours" → "tumor", "κB" → "kappab", "metastases" → "metastasis"."""
    lower = unicodedata.normalize("NFKC", word).lower()
    if not lower.isascii():
        lower = _SHARP_S_FOR_BETA.sub("β", lower)
        lower = "".join(GREEK.get(c, c) for c in unicodedata.normalize("NFKD", lower) if not unicodedata.combining(c))
    if len(lower) > 5:
        for british, american in _BRITISH:
            if british in lower and not lower.endswith(_NOT_BRITISH):
                lower = lower.replace(british, american)
    return _singular(lower)


def _singular(word: str) -> str:
    """A lower-case word without its plural ending; what only looks like a plural stays ("diabetes", "species")."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) < 4 or word[-1] != "s" or not word[-4:-1].isalpha() or word in _SINGULAR:
        return word
    if word.endswith(_GREEK_PLURALS):
        return word[:-2] + "is"
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(_ES_PLURALS):
        return word[:-2]
    return word if word.endswith(_SINGULAR_ENDINGS) else word[:-1]


def normalize_words(surface: str) -> tuple[str, ...]:
    """The normalized words of a surface form, in order."""
    return tuple(normalize_word(match.group()) for match in WORD.finditer(surface))


@lru_cache(maxsize=200_000)
def normalize(surface: str) -> str:
    """The key of a surface form: its normalized words joined, so that "PD-L1", "PDL1" and "pd l1" are one.

    All spellings of a miRNA have one key ("miR-21", "MIR21", "microRNA-21", "hsa-miR-21"), each arm another.
    """
    mirna = parse_mirna(surface)
    return mirna.key if mirna else "".join(normalize_words(surface))
