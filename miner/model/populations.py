"""Populations of vesicles: one kind of vesicle from one set of cells, tumors, fluids or tissues."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from graph_schema.model import EntityType
from miner.model.digests import digest


@dataclass(frozen=True, slots=True)
class Population:
    """The id of a kind of vesicle, and the id and type of each source, ordered by id.

    `name` is composed of the names that an article uses.
    """

    kind: str
    sources: tuple[tuple[str, EntityType], ...]
    name: str = field(default="", compare=False)

    @property
    def id(self) -> str:
        """The id of the population: a hash of its kind and its sources."""
        return "exominer:v_" + digest(self.kind, *self.source_ids)

    @property
    def source_ids(self) -> tuple[str, ...]:
        """The ids of its sources."""
        return tuple(source for source, _ in self.sources)


def name_population(kind: str, sources: Iterable[tuple[str, EntityType]]) -> str:
    """Compose the name of a population from the names of its kind and its sources.

    >>> name_population("exosome", [("mesenchymal stem cells", EntityType.CELL)])
    'mesenchymal stem cell exosomes'
    """
    return f"{' and '.join(_as_modifier(name, type_) for name, type_ in sources)} {pluralize(kind)}"


def pluralize(kind: str) -> str:
    """The plural of a kind of vesicle.

    >>> pluralize("apoptotic body"), pluralize("EVs")
    ('apoptotic bodies', 'EVs')
    """
    if kind.endswith("s"):
        return kind
    return f"{kind[:-1]}ies" if kind.endswith("y") else f"{kind}s"


def _as_modifier(name: str, type_: EntityType) -> str:
    """A source's name as a modifier of a noun: names of cells, often plural in texts, become singular."""
    is_plural = type_ is EntityType.CELL and name.endswith("s") and not name.endswith(("ss", "is", "us"))
    return name[:-1] if is_plural else name


_FROM = re.compile(r"(.+?) (?:derived |secreted |released |shed |isolated )?(?:from|of|by) (.+)", re.IGNORECASE)
_DERIVED = re.compile(r"[-‐‑–\s](?:derived|secreted|released|shed)$", re.IGNORECASE)
_MAX_KIND = 3  # words: "small extracellular vesicles"


def split_name(text: str) -> Iterator[tuple[str, str]]:
    """The kinds of vesicle and the sources that a population's name may be made of, the longest kind first.

    >>> list(split_name("exosomes from mast cells"))
    [('exosomes', 'mast cells')]
    >>> list(split_name("CAF-derived small EVs"))
    [('small EVs', 'CAF'), ('EVs', 'CAF-derived small')]
    """
    if found := _FROM.fullmatch(text.strip()):
        yield found[1], found[2]
        return
    words = text.replace("-exo", " exo").replace("-EV", " EV").split()
    for size in range(min(_MAX_KIND, len(words) - 1), 0, -1):
        source = _DERIVED.sub("", " ".join(words[:-size]))
        yield " ".join(words[-size:]), source
