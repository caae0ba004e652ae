"""Entity nodes for the graph, from a vocabulary."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from graph_schema.model import EntityType, biolink_category
from miner.model.assertions import EntityNode, Vocabulary
from miner.model.claims import EntityName
from miner.model.populations import Population, name_population, pluralize
from miner.vocabulary.identity import MAX_NAME, PIRNA, PIRNA_CLASS, shorten
from miner.vocabulary.normalize import normalize


class NoVocabulary:
    """Knows nothing: entities go by their ids."""

    def concept(self, curie: str) -> None:
        """No entry."""

    def lookup(self, surface: str) -> tuple[()]:
        """No meaning."""
        return ()


class EntityNodes:
    """Describes entities by a vocabulary and by the names that texts give them, each once."""

    def __init__(self, vocabulary: Vocabulary, names_of: Callable[[str], Sequence[EntityName]] = lambda _: ()) -> None:
        self._vocabulary = vocabulary
        self._names_of = names_of
        self._nodes: dict[tuple[str, EntityType], EntityNode] = {}

    def for_types(
        self, types: Mapping[str, EntityType], populations: Mapping[str, Population] | None = None
    ) -> dict[str, EntityNode]:
        """The nodes, by id, of these entities (type by id), of their ancestors, and of the sources of their vesicles.

        `populations` are the populations of vesicles among the entities, by id.
        """
        nodes: dict[str, EntityNode] = {}
        waiting = sorted(types.items())
        while waiting:
            id_, type_ = waiting.pop()
            if id_ not in nodes:
                population = (populations or {}).get(id_)
                nodes[id_] = node = self._population(id_, population) if population else self._entity(id_, type_)
                waiting += [(parent, node.type) for parent in node.parents]
                waiting += population.sources if population else ()
        return nodes

    def _entity(self, id_: str, type_: EntityType) -> EntityNode:
        node = self._nodes.get((id_, type_))
        if node is None:
            node = self._nodes[id_, type_] = _describe(id_, type_, self._vocabulary, self._names_of(id_))
        return node

    def _population(self, id_: str, population: Population) -> EntityNode:
        node = self._nodes.get((id_, EntityType.VESICLE))
        if node is None:
            kind = self._entity(population.kind, EntityType.VESICLE)
            sources = [self._entity(*source) for source in population.sources]
            node = self._nodes[id_, EntityType.VESICLE] = _describe_population(id_, kind, sources)
        return node


def _describe(id_: str, type_: EntityType, vocabulary: Vocabulary, texts: Sequence[EntityName]) -> EntityNode:
    """A node from the vocabulary's entry; without one, named as most texts name it."""
    concept = vocabulary.concept(id_)
    type_ = concept.type if concept else type_
    name = shorten(concept.name if concept else _common(texts) or _name_in(id_))
    read = [name.text for name in sorted(texts, key=lambda name: (-name.works, name.text))]
    formal = concept.formal_name if concept else ""
    synonyms = tuple(dict.fromkeys(s for s in concept.synonyms if s and s not in (name, formal))) if concept else ()
    orthologs = concept.orthologs if concept else ()
    parents = {p for p in concept.parents if p != id_ and vocabulary.concept(p)} if concept else set()
    if id_.startswith(PIRNA) and vocabulary.concept(PIRNA_CLASS):
        parents.add(PIRNA_CLASS)
    if not concept and type_ in _HEADED and (head := _find_head(id_, type_, vocabulary)):
        parents.add(head)
    return EntityNode(
        id=id_,
        type=type_,
        name=name,
        formal_name=formal,
        lookup=lookup_of((id_, name, formal, *synonyms, *orthologs), read),
        category=biolink_category(type_, id_),
        synonyms=synonyms,
        parents=tuple(sorted(parents)),
        orthologs=orthologs,
    )


_HEADED = frozenset({EntityType.CELL, EntityType.ANATOMY})
"""Types whose names, where no vocabulary has them, are kinds of what they end with."""
_TOO_GENERAL = frozenset({"cell", "tissue", "line", "cell line"})


def _find_head(id_: str, type_: EntityType, vocabulary: Vocabulary) -> str | None:
    """What a text-born entity is a kind of, by the end of its name: "primed neural stem cell" is a neural stem cell."""
    words = _name_in(id_).split()
    ends = (" ".join(words[at:]) for at in range(1, len(words)))
    senses = (sense for end in ends if end not in _TOO_GENERAL for sense in vocabulary.lookup(end))
    return next((sense.id for sense in senses if sense.type is type_), None)


def _common(texts: Sequence[EntityName]) -> str:
    """The name that most texts give, with as few capitals as any of them writes it; none where none is chosen."""
    chosen = [name.text for name in texts if name.chosen]
    same = [text for text in chosen if text.casefold() == chosen[0].casefold()]
    return min(same, key=lambda text: sum(c.isupper() for c in text), default="")


def _describe_population(id_: str, kind: EntityNode, sources: Sequence[EntityNode]) -> EntityNode:
    """The node of a population of vesicles."""
    plural = pluralize(kind.name)
    names = [source.name for source in sources]
    name = shorten(name_population(kind.name, [(source.name, source.type) for source in sources]))
    synonyms = (shorten(f"{plural} from {' and '.join(names)}"), shorten(f"{' and '.join(names)}-derived {plural}"))
    return EntityNode(
        id=id_,
        type=EntityType.VESICLE,
        name=name,
        formal_name="",
        lookup=lookup_of((id_, name, *synonyms)),
        category=biolink_category(EntityType.VESICLE, id_),
        synonyms=synonyms,
        parents=(kind.id,),
        sources=tuple(source.id for source in sources),
    )


MAX_LOOKUP = 30_000
"""Bytes of a node's `lookup`: a text index of Neo4j takes values of 32 kB."""


def lookup_of(names: Iterable[str], texts: Iterable[str] = ()) -> str:
    """The keys by which an entity is found, between bars: "|mir-21|mir21|".

    Its names stand there in lower case and normalized, what texts call it normalized alone, the commonest first.
    """
    names = list(names)
    lower = (" ".join(name.lower().split()).replace("|", "/") for name in names)
    keys = dict.fromkeys(key for key in (*lower, *map(normalize, [*names, *texts])) if 0 < len(key) <= MAX_NAME)
    kept, size = [], 1
    for key in keys:
        size += len(key.encode("utf-8", "replace")) + 1
        if size > MAX_LOOKUP:
            break
        kept.append(key)
    return f"|{'|'.join(kept)}|"


def _name_in(id_: str) -> str:
    """A readable name for a text-born id, from the id alone: "exominer:function-lung-metastasis" is lung metastasis."""
    words = id_.partition(":")[2]
    for type_ in EntityType:
        words = words.removeprefix(f"{type_.lower()}-")
    return words.replace("-", " ") or id_
