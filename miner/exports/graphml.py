"""GraphML, which Cytoscape and Gephi open: entities as nodes, assertions as edges."""

import networkx
from networkx.readwrite.graphml import generate_graphml

from miner.exports.library import Library, publication_curie


def graphml(library: Library) -> str:
    """Entities that assertions name, and one directed edge an assertion."""
    graph: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
    for assertion in library.assertions:
        for id_ in (assertion.subject, assertion.object):
            entity = library.entities[id_]
            graph.add_node(id_, label=entity.name, type=entity.type.value, category=entity.category)
        graph.add_edge(
            assertion.subject,
            assertion.object,
            key=assertion.id,
            label=assertion.predicate.value,
            negated=assertion.negated,
            belief=assertion.tally.belief,
            papers=assertion.tally.papers,
            cancers="; ".join(library.entities[c].name for c in assertion.cancers),
            publications="; ".join(dict.fromkeys(publication_curie(e.work) for e in assertion.evidence)),
            sentence=_clean(max(assertion.evidence, key=lambda e: (e.belief, e.id)).sentence),
        )
    return "\n".join(generate_graphml(graph)) + "\n"


def _clean(text: str) -> str:
    """Text without the control characters that XML cannot hold."""
    return "".join(c for c in text if c >= " " or c in "\t\n")
