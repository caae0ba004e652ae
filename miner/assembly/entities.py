"""Entity nodes for the graph, from a vocabulary."""

from collections.abc import Mapping

from graph_schema.model import EntityType, biolink_category
from miner.model.assertions import EntityNode, Vocabulary


class NoVocabulary:
    """Knows nothing: entities go by their ids."""

    def concept(self, curie: str) -> None:
        """No entry."""


class EntityNodes:
    """Describes entities by a vocabulary, each once."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
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
                    node = self._nodes[key] = _describe(id_, type_, self._vocabulary)
                nodes[id_] = node
                waiting += [(parent, node.type) for parent in node.parents]
        return nodes


def _describe(id_: str, type_: EntityType, vocabulary: Vocabulary) -> EntityNode:
    concept = vocabulary.concept(id_)
    type_ = concept.type if concept else type_
    name = concept.name if concept else _name_in(id_)
    synonyms = tuple(dict.fromkeys(s for s in concept.synonyms if s and s != name)) if concept else ()
    parents = {p for p in concept.parents if p != id_ and vocabulary.concept(p)} if concept else set()
    lookup = dict.fromkeys(word.lower() for word in (id_, name, *synonyms))
    return EntityNode(
        id=id_,
        type=type_,
        name=name,
        lookup=f"|{'|'.join(lookup)}|",
        category=biolink_category(type_, id_),
        synonyms=synonyms,
        parents=tuple(sorted(parents)),
    )


def _name_in(id_: str) -> str:
    """A readable name for a text-born id, from the id alone: "exominer:function-lung-metastasis" is lung metastasis."""
    words = id_.partition(":")[2]
    for type_ in EntityType:
        words = words.removeprefix(f"{type_.lower()}-")
    return words.replace("-", " ") or id_
