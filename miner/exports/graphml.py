"""GraphML, which Cytoscape and Gephi open: entities as nodes, assertions as edges."""

import re
from pathlib import Path

import networkx
from networkx.readwrite.graphml import generate_graphml

from miner.exports.export_graph import ExportGraph, open_text, publication_curie
from miner.model.assertions import Assertion

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold: https://www.w3.org/TR/xml/#charsets"""


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
            network.add_node(_clean(id_), label=_clean(entity.name), type=entity.type.value, category=entity.category)
        network.add_edge(
            _clean(assertion.subject), _clean(assertion.object), key=assertion.id, **_attributes(assertion, graph)
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
        "cancers": _clean("; ".join(graph.entities[c].name for c in assertion.cancers)),
        "publications": _clean("; ".join(publications)),
        "sentence": _clean(max(assertion.evidence, key=lambda e: (e.belief, e.id)).sentence),
    }


def _clean(text: str) -> str:
    return _NOT_XML.sub("", text)
