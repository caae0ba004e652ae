"""Nanopublications in TriG: an assertion graph, its provenance and its publication info for each assertion.

Structure after the nanopublication guidelines (http://nanopub.org/guidelines/working_draft/). Each nanopublication is
serialized by itself, so that memory does not grow with their number.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from rdflib import RDF, XSD, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, PROV, RDFS
from rdflib.term import Node

from miner.exports.export_graph import ExportGraph, open_text, vesicles_of
from miner.exports.iris import curie_iri
from miner.model.assertions import Assertion, WorkRef

NP = Namespace("http://www.nanopub.org/nschema#")
EXO = Namespace("urn:exominer:")
_PREFIXES = {
    "np": str(NP), "prov": str(PROV), "dcterms": str(DCTERMS), "rdf": str(RDF), "rdfs": str(RDFS), "xsd": str(XSD),
    "exo": str(EXO),
}  # fmt: skip

Triple = tuple[Node, Node, Node]


def write(graph: ExportGraph, folder: Path) -> list[Path]:
    """Write `exominer.trig`."""
    path = folder / "exominer.trig"
    with open_text(path) as file:
        file.writelines(trig(graph))
    return [path]


def trig(graph: ExportGraph, created: datetime | None = None) -> Iterator[str]:
    """The prefixes, then each assertion as a nanopublication. `created` is the date of publication, now by default."""
    stamp = Literal((created or datetime.now(UTC)).isoformat(timespec="seconds"), datatype=XSD.dateTime)
    yield "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in _PREFIXES.items())
    for assertion in graph.assertions:
        yield from _nanopublication(assertion, graph, stamp)


def iri(curie: str) -> URIRef:
    """The IRI of a CURIE."""
    return URIRef(curie_iri(curie))


def _nanopublication(assertion: Assertion, graph: ExportGraph, stamp: Literal) -> Iterator[str]:
    pub = iri(assertion.id)
    head, claim, provenance, info = (URIRef(f"{pub}#{part}") for part in ("Head", "assertion", "provenance", "pubinfo"))
    yield _graph(
        head,
        [
            (pub, RDF.type, NP.Nanopublication),
            (pub, NP.hasAssertion, claim),
            (pub, NP.hasProvenance, provenance),
            (pub, NP.hasPublicationInfo, info),
        ],
    )
    yield _graph(claim, _claim(URIRef(f"{claim}-statement"), assertion, graph))
    yield _graph(provenance, _provenance(claim, assertion, graph.extractor))
    yield _graph(info, [(pub, DCTERMS.created, stamp), (pub, PROV.wasAttributedTo, EXO.exominer)])


def _claim(statement: URIRef, assertion: Assertion, graph: ExportGraph) -> Iterator[Triple]:
    """The claim itself; a negated one is stated as the denial of a statement, never as the statement."""
    subject, predicate, object_ = iri(assertion.subject), EXO[assertion.predicate.value], iri(assertion.object)
    if not assertion.negated:
        yield subject, predicate, object_
    yield statement, RDF.type, EXO.Denial if assertion.negated else RDF.Statement
    yield statement, RDF.subject, subject
    yield statement, RDF.predicate, predicate
    yield statement, RDF.object, object_
    for cancer in assertion.cancers:
        yield statement, EXO.IN_CANCER, iri(cancer)
    vesicles = vesicles_of(assertion)
    for id_ in vesicles:
        yield statement, EXO.IN_VESICLES, iri(id_)
    for id_ in (assertion.subject, assertion.object, *assertion.cancers, *vesicles):
        entity = graph.entities[id_]
        yield iri(id_), RDFS.label, Literal(entity.name)
        if entity.sources:  # a population of vesicles
            yield from ((iri(id_), RDFS.subClassOf, iri(kind)) for kind in entity.parents)
            yield from ((iri(id_), EXO.DERIVED_FROM, iri(source)) for source in entity.sources)


def _provenance(claim: URIRef, assertion: Assertion, extractor: str) -> Iterator[Triple]:
    for evidence in assertion.evidence:
        yield claim, PROV.wasDerivedFrom, _work_iri(evidence.work)
        yield claim, PROV.value, Literal(evidence.sentence)
    for work in {e.work.id: e.work for e in assertion.evidence}.values():
        for author in work.authors:
            yield _work_iri(work), DCTERMS.creator, Literal(author)
        if work.retracted:
            yield _work_iri(work), EXO.retracted, Literal(True)
        if work.concern:
            yield _work_iri(work), EXO.expressionOfConcern, Literal(True)
    yield claim, EXO.belief, Literal(assertion.tally.belief, datatype=XSD.decimal)
    yield claim, RDFS.comment, Literal(f"text mining by {extractor}" if extractor else "text mining")


def _work_iri(work: WorkRef) -> URIRef:
    if work.doi:
        return iri(f"doi:{work.doi}")
    return iri(f"pmid:{work.pmid}") if work.pmid else iri(work.id)


def _graph(name: URIRef, triples: "Iterator[Triple] | list[Triple]") -> str:
    """A named graph in TriG, each triple once."""
    lines = dict.fromkeys(f"  {s.n3()} {p.n3()} {_object(o)} .\n" for s, p, o in triples)
    return f"\n{name.n3()} {{\n{''.join(lines)}}}\n"


def _object(node: Node) -> str:
    return _literal(node) if isinstance(node, Literal) else node.n3()


def _literal(literal: Literal) -> str:
    """A literal in Turtle (https://www.w3.org/TR/turtle/#turtle-literals), all that is not plain text escaped."""
    text = _TO_ESCAPE.sub(lambda found: _ESCAPES.get(found[0]) or f"\\u{ord(found[0]):04X}", str(literal))
    return f'"{text}"' + (f"^^<{literal.datatype}>" if literal.datatype else "")


_TO_ESCAPE = re.compile(r'["\\\x00-\x1f\x7f]')
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
