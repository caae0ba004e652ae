"""Entity nodes for the graph, from a vocabulary."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from graph_schema.model import EntityType, biolink_category
from miner.model.assertions import EntityNode, Vocabulary
from miner.model.claims import EntityName
from miner.vocabulary.identity import MAX_NAME, PIRNA, PIRNA_CLASS, shorten
from miner.vocabulary.normalize import normalize


class NoVocabulary:
    """Knows nothing: entities go by their ids."""

    def concept(self, curie: str) -> None:
        """No entry."""


class EntityNodes:
    """Describes entities by a vocabulary and by the names that texts give them, each once."""

    def __init__(self, vocabulary: Vocabulary, names_of: Callable[[str], Sequence[EntityName]] = lambda _: ()) -> None:
        self._vocabulary = vocabulary
        self._names_of = names_of
        self._nodes: dict[tuple[str, EntityType], EntityNode] = {}

    def for_types(self, types: Mapping[str, EntityType]) -> dict[str, EntityNode]:
        """The nodes of these entities (type by id) and of all they are kinds of, by id."""
        nodes: dict[str, EntityNode] = {}
        waiting = sorted(types.items())
        while waiting:
            id_, type_ = waiting.pop()
            if id_ not in nodes:
                key = id_, type_
                node = self._nodes.get(key)
                if node is None:
                    node = self._nodes[key] = _describe(id_, type_, self._vocabulary, self._names_of(id_))
                nodes[id_] = node
                waiting += [(parent, node.type) for parent in node.parents]
        return nodes


def _describe(id_: str, type_: EntityType, vocabulary: Vocabulary, texts: Sequence[EntityName]) -> EntityNode:
    """A node from the vocabulary's entry; without one, named as most texts name it."""
    concept = vocabulary.concept(id_)
    type_ = concept.type if concept else type_
    common = texts[0].text if texts and texts[0].chosen else ""
    name = shorten(concept.name if concept else common or _name_in(id_))
    read = [name.text for name in sorted(texts, key=lambda name: (-name.works, name.text))]
    formal = concept.formal_name if concept else ""
    synonyms = tuple(dict.fromkeys(s for s in concept.synonyms if s and s not in (name, formal))) if concept else ()
    parents = {p for p in concept.parents if p != id_ and vocabulary.concept(p)} if concept else set()
    if id_.startswith(PIRNA) and vocabulary.concept(PIRNA_CLASS):
        parents.add(PIRNA_CLASS)
    return EntityNode(
        id=id_,
        type=type_,
        name=name,
        formal_name=formal,
        lookup=lookup_of((id_, name, formal, *synonyms), read),
        category=biolink_category(type_, id_),
        synonyms=synonyms,
        parents=tuple(sorted(parents)),
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
