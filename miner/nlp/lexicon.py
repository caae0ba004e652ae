"""The compact lexicon: concepts of the field's vocabularies, their surface forms, and where these stand in a text.

One gzip file of tab-separated lines, built by `pipelines/lexicons`: a header, the concepts, then the keys. A key is
a surface form normalized by `miner.vocabulary.normalize`; each of its senses names a concept, how good a name the
form is for it, and, where case tells a symbol from a word ("CAT", "cat"), the form as the vocabulary writes it.
"""

import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise

from graph_schema.model import EntityType
from miner.errors import InputError
from miner.vocabulary.normalize import GREEK, WORD, normalize, normalize_word
from miner.vocabulary.words import word_set

FORMAT = "exominer-lexicon-3"
MAX_WORDS = 9
ONE_WORD = "~"
"""Stands for the symbol of a form that is one plain word: in any letter case, but with no space within."""
_GAP = re.compile(r"(?:[ \-‐-―−\u00ad\u00a0/'’+]|['’]s )")
_POINT = re.compile(r"\.")


@dataclass(frozen=True, slots=True)
class Concept:
    """One entry of a vocabulary. `parents` are the CURIEs it is a kind (or form) of.

    `name` is what the field says, `formal_name` what the vocabulary calls it where that is another ("apoptosis",
    "apoptotic process"). `orthologs` are the ids of a human gene's counterparts in mouse (MGI) and rat (RGD).
    """

    id: str
    type: EntityType
    name: str
    parents: tuple[str, ...]
    synonyms: tuple[str, ...]
    formal_name: str = ""
    orthologs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sense:
    """What a surface form may mean: `rank` 0 preferred name, 1 synonym, 2 alias or former symbol.

    `cased` is the symbol as its vocabulary writes it where letter case matters (several with commas between).
    `proposes` says that the form, met in a text, is enough to take it for a mention.
    """

    id: str
    type: EntityType
    rank: int
    cased: str
    proposes: bool


@dataclass(frozen=True, slots=True)
class LexiconSpan:
    """`text[start:end]` read as a form of the lexicon, with all its senses that the letter case allows."""

    start: int
    end: int
    senses: tuple[Sense, ...]


class Lexicon:
    """Look up and match surface forms. `Lexicon.load()` reads the file that ships with the package."""

    def __init__(self, concepts: list[str], keys: dict[str, str], sources: dict[str, str]) -> None:
        self._concepts = concepts
        self._keys = keys
        self._row_of: dict[str, int] = {}
        for row, line in enumerate(concepts):
            self._row_of.setdefault(line[: line.index("\t")], row)
        self.sources = sources

    @classmethod
    def load(cls, path: str | None = None) -> "Lexicon":
        """Read the lexicon at `path`, or the shipped one. Raises `InputError` where it is not one."""
        return _load(path)

    def __len__(self) -> int:
        return len(self._concepts)

    def __contains__(self, curie: str) -> bool:
        return curie in self._row_of

    def concept(self, curie: str) -> Concept | None:
        """The concept of that CURIE, if the lexicon holds it."""
        row = self._row_of.get(curie)
        return None if row is None else _parse_concept(self._concepts[row])

    def name(self, curie: str) -> str:
        """Its preferred name; the CURIE itself where the lexicon does not know it."""
        concept = self.concept(curie)
        return concept.name if concept else curie

    def parents(self, curie: str) -> tuple[str, ...]:
        """The CURIEs of what it is a kind of, nearest first; none where the lexicon does not know it."""
        concept = self.concept(curie)
        return concept.parents if concept else ()

    def synonyms(self, curie: str) -> tuple[str, ...]:
        """Its other names."""
        concept = self.concept(curie)
        return concept.synonyms if concept else ()

    def counts(self) -> dict[EntityType, int]:
        """How many concepts of each type there are."""
        total: dict[EntityType, int] = {}
        for line in self._concepts:
            kind = EntityType(line.split("\t", 2)[1])
            total[kind] = total.get(kind, 0) + 1
        return total

    def lookup(self, surface: str) -> tuple[Sense, ...]:
        """The senses of a whole surface form that its letter case allows, best first."""
        packed = self._keys.get(normalize(surface))
        return () if packed is None else _allowed_senses(packed, surface)

    def match(self, text: str) -> Iterator[LexiconSpan]:
        """Every stretch of `text` that is a form of the lexicon, nested ones included, left to right."""
        words = list(WORD.finditer(text))
        normalized = [normalize_word(word.group()) for word in words]
        joined = [_joins(text, a.end(), b.start()) for a, b in pairwise(words)] + [False]
        keys = self._keys
        for i, word in enumerate(words):
            key = ""
            for j in range(i, min(i + MAX_WORDS, len(words))):
                key += normalized[j]
                packed = keys.get(key)
                if packed is not None:
                    start, end = word.start(), words[j].end()
                    senses = _allowed_senses(packed, text[start:end])
                    if senses:
                        yield LexiconSpan(start, end, senses)
                if not joined[j]:
                    break


@lru_cache(maxsize=50_000)
def _allowed_senses(packed: str, surface: str) -> tuple[Sense, ...]:
    """The senses of a key that the letter case of a surface form allows; most texts name the same things."""
    return tuple(sense for sense in _unpack(packed) if case_allows(surface, sense.cased))


def _joins(text: str, end: int, start: int) -> bool:
    """Whether two words may belong to one term, from what stands between them."""
    gap = text[end:start]
    if gap == ".":
        return text[end - 1].isdigit() and text[start].isdigit()
    return (len(gap) <= 3 and _GAP.fullmatch(gap) is not None) or gap == " - " or gap == "- "


def case_allows(surface: str, cased: str) -> bool:
    """Whether `surface` may be the symbol `cased`: as written, in capitals, or in the mouse's way ("Ccnd2").

    Lower case alone is a symbol only where a digit shows it is no word ("rab27a", never "cat").
    """
    if not cased:
        return True
    if cased == ONE_WORD:
        return " " not in surface
    if "," in cased:
        return any(case_allows(surface, symbol) for symbol in cased.split(","))
    plain, symbol = _letters(surface), _letters(cased)
    if " " in surface and " " not in cased:
        return plain == symbol and "-" in cased and len(symbol) > 3
    if plain == symbol:
        return True
    if plain.upper() != symbol.upper():
        return plain[-1] == "s" and len(plain) > 3 and (plain[:-1] == symbol or plain[:-1] == symbol.upper())
    if any(c.isdigit() for c in plain):
        return len(plain) > 2
    if len(plain) > 3 and plain[0].islower() and plain[1:].isupper():
        return True
    if plain.isupper() or (len(plain) > 4 and sum(c.isupper() for c in plain) > 2):
        return len(plain) > 2
    return (
        len(plain) > 3
        and plain[:1].isupper()
        and symbol.isupper()
        and plain[1:].islower()
        and plain.lower() not in _WORDS
    )


_WORDS = word_set(
    "alpha apex arch area atom band bank barn base beta bike blot bone cage camp cancer case cast cell chin chip "
    "clip clock coil cold cope cord cost crow cube damage data death dice drug echo face fast fate film flame "
    "from gate gene grasp hand have hedgehog here high hook host impact iron jade kind krit lamp large lime mark "
    "mars mask mass mate mice mint most must nail nets nice not notch pace pack pair palm park past peak period "
    "pigs pink plan prime race raft ramp reck rest ring rose safe sail salt same sand save slim slug snail soil "
    "some spin star step stop such tank task team test than that them they this time trap true twist type wars "
    "wave were when will with your"
)
"""Words that a capital at the start of a sentence must not turn into a gene."""


def _letters(symbol: str) -> str:
    return "".join(GREEK.get(c, c) for c in symbol.replace("ß", "β") if c.isalnum())


@cache
def _load(path: str | None) -> Lexicon:
    try:
        if path is None:
            raw = files("miner.nlp").joinpath("data", "lexicon.tsv.gz").read_bytes()
        else:
            with open(path, "rb") as file:  # noqa: PTH123 - a str path from the pipeline's config
                raw = file.read()
        head, _, rest = gzip.decompress(raw).decode("utf-8").partition("\n")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise InputError(
            f"the lexicon {path or 'of this installation'} cannot be read ({error}) - reinstall"
        ) from error
    marker, *sources = head.split("\t")
    if marker != FORMAT:
        raise InputError(
            f"{path or 'the lexicon of this installation'} is no lexicon - build it with pipelines/lexicons"
        )
    concepts, _, keys = rest.partition("\n\n")
    pairs = (line.partition("\t") for line in keys.splitlines())
    return Lexicon(
        concepts.split("\n"),
        {key: senses for key, _, senses in pairs},
        dict(source.split("=", 1) for source in sources),
    )


def _parse_concept(line: str) -> Concept:
    curie, kind, name, parents, synonyms, formal, orthologs = line.split("\t")
    return Concept(
        curie,
        EntityType(kind),
        name,
        tuple(parents.split("|")) if parents else (),
        tuple(synonyms.split("|")) if synonyms else (),
        formal,
        tuple(orthologs.split("|")) if orthologs else (),
    )


_TYPES = {kind.value: kind for kind in EntityType}


@cache
def _unpack(packed: str) -> list[Sense]:
    senses = []
    for part in packed.split("|"):
        curie, kind, rank, proposes, cased = part.split(";", 4)
        senses.append(Sense(curie, _TYPES[kind], int(rank), cased, proposes == "1"))
    return senses
