"""When two names of entities agree, as the annotation guidelines define it.

Vesicles agree with vesicles; other entities when two of their surface forms are equal after folding case, Greek
letters, hyphens, plurals and leading "exosomal"; those without sharp edges (functions, cells, cancers, tissues,
molecule classes, pathways) also when the words of one form hold all of the other's, general words aside.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from graph_schema.model import EntityType

Form = tuple[str, ...]

_GREEK = {
    letter: unicodedata.name(letter).rpartition(" ")[2].lower().replace("lamda", "lambda")
    for letter in "αβγδεζηθικλμνξοπρστυφχψω"
}
_SEPARATORS = re.compile(r"[\s_/\-‐-―.,'()]+")
_SPELLINGS = (("tumour", "tumor"), ("signalling", "signaling"), ("leukaemia", "leukemia"))
_SPECIES = re.compile(r"\b(?:hsa|mmu) (?=mi|let)")
_LEADING = re.compile(
    r"^(?:.*\bderived |(?:the|a|an|exosomal|exosomes?|exo|evs?|vesicular|extracellular vesicle|circulating|serum|plasma"
    r"|urinary|secreted|released|encapsulated|human|expression of|levels? of) )+"
)
_PLURAL_SES = re.compile(r"ses\b")
_PLURAL = re.compile(r"(?<=[a-z]{3})(?<!s)s\b")
_TRAILING = re.compile(r" (?:protein|gene|cell|cell line|signaling pathway|pathway|signaling|axi|expression|level)$")
_BLURRED = frozenset({"Function", "Cell", "Cancer", "Anatomy", "MoleculeClass", "Pathway"})
_GENERAL = frozenset(
    {
        *("cell", "cancer", "tumor", "cellular", "human", "pathway", "protein", "line", "patient", "tissue", "effect"),
        *("process", "resistance", "response", "progression", "growth"),
        *("of", "the", "in", "and", "to", "by", "a", "s"),
    }
)
_VESICLE = EntityType.VESICLE.value


@lru_cache(maxsize=100_000)
def folded(surface: str) -> Form:
    """The words of a surface form without what makes no difference between names."""
    text = unicodedata.normalize("NFKC", surface).lower().replace("ς", "σ")
    text = "".join(_GREEK.get(character, character) for character in text)
    text = _SEPARATORS.sub(" ", text).strip()
    for variant, standard in _SPELLINGS:
        text = text.replace(variant, standard)
    text = _SPECIES.sub("", text).replace("microrna ", "mir ").replace("mirna ", "mir ")
    text = _LEADING.sub("", text) or text
    text = _PLURAL.sub("", _PLURAL_SES.sub("sis", text))
    return tuple(_TRAILING.sub("", text).split())


@dataclass(frozen=True, slots=True)
class Named:
    """An entity by its type and folded surface forms."""

    type: str
    forms: frozenset[Form]

    @property
    def glued(self) -> frozenset[str]:
        """The forms with their words run together."""
        return frozenset("".join(form) for form in self.forms)

    def agrees(self, other: "Named", strict: bool = False) -> bool:
        """Whether `other`, predicted, names this annotated entity; `strict` allows no partial overlap of words."""
        if _VESICLE in (self.type, other.type):
            return self.type == other.type
        if self.glued & other.glued:
            return True
        if strict or self.type not in _BLURRED:
            return False
        return any(_overlap(set(ours), set(theirs)) for ours in self.forms for theirs in other.forms)


def _overlap(ours: set[str], theirs: set[str]) -> bool:
    """Whether one form's words hold the other's; of two as long, the first is taken as the smaller."""
    smaller = theirs if len(theirs) < len(ours) else ours
    return (ours <= theirs or theirs <= ours) and bool(smaller - _GENERAL)


def named(kind: str, surfaces: Iterable[str]) -> Named:
    """The entity with these surface forms."""
    return Named(kind, frozenset(form for form in map(folded, surfaces) if form))
