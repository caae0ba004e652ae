"""Surface forms folded to what a reader takes them for: case, Greek, hyphens, plurals and spelling set aside."""

import re
import unicodedata
from functools import lru_cache

GREEK = dict(
    zip(
        "αβγδεζηθικλμνξοπρστυφχψω",
        [
            "alpha",
            "beta",
            "gamma",
            "delta",
            "epsilon",
            "zeta",
            "eta",
            "theta",
            "iota",
            "kappa",
            "lambda",
            "mu",
            "nu",
            "xi",
            "omicron",
            "pi",
            "rho",
            "sigma",
            "tau",
            "upsilon",
            "phi",
            "chi",
            "psi",
            "omega",
        ],
        strict=True,
    )
)
WORD = re.compile(r"[^\W_]+")
"""A run of letters and digits: the unit that surface forms are compared in."""
HYPHENS = "-\u00ad\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d"
"""Every character that stands for a hyphen in published abstracts."""
_BRITISH = (
    ("tumour", "tumor"),
    ("signalling", "signaling"),
    ("leukaemi", "leukemi"),
    ("anaemi", "anemi"),
    ("ischaemi", "ischemi"),
    ("haemato", "hemato"),
    ("haemo", "hemo"),
    ("oesoph", "esoph"),
    ("oedema", "edema"),
    ("isation", "ization"),
    ("polaris", "polariz"),
    ("paediatr", "pediatr"),
    ("modelling", "modeling"),
    ("ageing", "aging"),
    ("fibre", "fiber"),
    ("labell", "label"),
    ("colour", "color"),
    ("aetiolog", "etiolog"),
    ("foetal", "fetal"),
    ("orrhoea", "orrhea"),
)


_GREEK_PLURALS = ("stases", "theses", "lyses", "noses", "toses", "roses", "neses")
_SINGULAR_ENDINGS = ("ss", "is", "us", "ras")


@lru_cache(maxsize=200_000)
def fold_word(word: str) -> str:
    """One word folded: "Tumours" → "tumor", "κB" → "kappab", "metastases" → "metastasis"."""
    folded = unicodedata.normalize("NFKC", word).lower().replace("ς", "σ")
    if not folded.isascii():
        folded = "".join(GREEK.get(c, c) for c in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(c))
    if len(folded) > 5:
        for british, american in _BRITISH:
            if british in folded:
                folded = folded.replace(british, american)
    if folded.endswith(_GREEK_PLURALS):
        return folded[:-2] + "is"
    if len(folded) > 3 and folded[-1] == "s" and folded[-4:-1].isalpha() and not folded.endswith(_SINGULAR_ENDINGS):
        return folded[:-1]
    return folded


def fold_words(surface: str) -> tuple[str, ...]:
    """The folded words of a surface form, in order."""
    return tuple(fold_word(match.group()) for match in WORD.finditer(surface))


@lru_cache(maxsize=200_000)
def fold(surface: str) -> str:
    """The folded words glued together: "PD-L1", "PDL1" and "pd l1" are one key."""
    return "".join(fold_words(surface))


def dehyphenated(text: str) -> str:
    """`text`, same length, with every hyphen-like character as "-" and every odd space as " "."""
    return text.translate(_PLAIN)


_PLAIN = {ord(c): "-" for c in HYPHENS} | {ord(c): " " for c in "\u00a0\u2009\u200a\u202f\u2007\u2002\u2003\t"}
