"""GraphML, which Cytoscape and Gephi open: entities as nodes, assertions as edges."""

from pathlib import Path

import networkx
from networkx.readwrite.graphml import generate_graphml

from miner.exports.export_graph import ExportGraph, open_text, publication_curie, vesicles_of, xml_text
from miner.model.assertions import Assertion


def write(graph: ExportGraph, folder: Path) -> list[Path]:
    """Write `exominer.graphml`."""
    path = folder / "exominer.graphml"
    with open_text(path) as file:
        file.write(graphml(graph))
    return [path]


def graphml(graph: ExportGraph) -> str:
    """Entities that assertions name, and one directed edge for each assertion."""
    network: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
    for assertion in graph.assertions:
        for id_ in (assertion.subject, assertion.object):
            entity = graph.entities[id_]
            network.add_node(
                xml_text(id_), label=xml_text(entity.name), type=entity.type.value, category=entity.category,
                derived_from=xml_text("; ".join(graph.entities[source].name for source in entity.sources)),
            )  # fmt: skip
        network.add_edge(
            xml_text(assertion.subject), xml_text(assertion.object), key=assertion.id, **_attributes(assertion, graph)
        )
    return "\n".join(generate_graphml(network)) + "\n"


def _attributes(assertion: Assertion, graph: ExportGraph) -> dict[str, str | bool | float | int]:
    publications = dict.fromkeys(publication_curie(e.work) for e in assertion.evidence)
    return {
        "label": assertion.predicate.value,
        "negated": assertion.negated,
        "belief": assertion.tally.belief,
        "papers": assertion.tally.papers,
        "retracted": assertion.retracted,
        "concern": any(e.work.concern for e in assertion.evidence),
        "cancers": xml_text("; ".join(graph.entities[c].name for c in assertion.cancers)),
        "vesicles": xml_text("; ".join(graph.entities[v].name for v in vesicles_of(assertion))),
        "publications": xml_text("; ".join(publications)),
        "sentence": xml_text(assertion.best_first[0].sentence),
    }
