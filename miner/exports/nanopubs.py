"""Nanopublications in TriG: an assertion graph, its provenance and its publication info, one of each an assertion.

Structure after the nanopublication guidelines (http://nanopub.org/guidelines/working_draft/).
"""

from datetime import UTC, datetime

from rdflib import RDF, XSD, Dataset, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, PROV, RDFS

from graph_schema.model import CURIE_PREFIXES
from miner.exports.library import Library
from miner.model.assertions import Assertion, WorkRef

NP = Namespace("http://www.nanopub.org/nschema#")
EXO = Namespace("urn:exominer:")


def trig(library: Library, extractor_note: str, made: datetime | None = None) -> str:
    """All assertions as nanopublications. `made` is when they were published, now unless said."""
    stamp = Literal((made or datetime.now(UTC)).isoformat(timespec="seconds"), datatype=XSD.dateTime)
    dataset = Dataset()
    for prefix, namespace in {"np": NP, "prov": PROV, "dcterms": DCTERMS, "exo": EXO}.items():
        dataset.bind(prefix, namespace)
    for assertion in library.assertions:
        _add(dataset, assertion, library, extractor_note, stamp)
    return dataset.serialize(format="trig")


def iri(curie: str) -> URIRef:
    """A CURIE's IRI; one of an unknown prefix stays in our own namespace."""
    prefix, _, local = curie.partition(":")
    namespace = CURIE_PREFIXES.get(prefix)
    safe = "".join(c if c.isalnum() or c in "-._~/:" else f"%{ord(c):02X}" if ord(c) < 128 else c for c in local)
    return URIRef(f"{namespace}{safe}" if namespace else f"{EXO}{prefix}/{safe}")


def _work(work: WorkRef) -> URIRef:
    if work.doi:
        return iri(f"doi:{work.doi}")
    return iri(f"pmid:{work.pmid}") if work.pmid else iri(work.id)


def _add(dataset: Dataset, assertion: Assertion, library: Library, note: str, stamp: Literal) -> None:
    pub = iri(assertion.id)
    head, claim, provenance, info = (
        dataset.graph(URIRef(f"{pub}#{part}")) for part in ("Head", "assertion", "provenance", "pubinfo")
    )
    head.add((pub, RDF.type, NP.Nanopublication))
    for predicate, graph in (
        (NP.hasAssertion, claim), (NP.hasProvenance, provenance), (NP.hasPublicationInfo, info),
    ):  # fmt: skip
        head.add((pub, predicate, graph.identifier))
    _state(claim, assertion, library)
    for evidence in assertion.evidence:
        provenance.add((claim.identifier, PROV.wasDerivedFrom, _work(evidence.work)))
        provenance.add((claim.identifier, PROV.value, Literal(evidence.sentence)))
    provenance.add((claim.identifier, EXO.belief, Literal(assertion.tally.belief, datatype=XSD.decimal)))
    provenance.add((claim.identifier, RDFS.comment, Literal(note)))
    info.add((pub, DCTERMS.created, stamp))
    info.add((pub, PROV.wasAttributedTo, EXO.exominer))


def _state(claim: Graph, assertion: Assertion, library: Library) -> None:
    """The claim itself; a denied one is stated as the denial of a statement, never as the statement."""
    subject, predicate, object_ = iri(assertion.subject), EXO[assertion.predicate.value], iri(assertion.object)
    statement = URIRef(f"{claim.identifier}-statement")
    if assertion.negated:
        claim.add((statement, RDF.type, EXO.Denial))
    else:
        claim.add((subject, predicate, object_))
        claim.add((statement, RDF.type, RDF.Statement))
    claim.add((statement, RDF.subject, subject))
    claim.add((statement, RDF.predicate, predicate))
    claim.add((statement, RDF.object, object_))
    for cancer in assertion.cancers:
        claim.add((statement, EXO.IN_CANCER, iri(cancer)))
    for id_ in (assertion.subject, assertion.object, *assertion.cancers):
        claim.add((iri(id_), RDFS.label, Literal(library.entities[id_].name)))
