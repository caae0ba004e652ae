"""The graph's vocabulary: entity types, predicates, which may join which, and their ontology terms.

Standard library only, so that anything may import it. The closed set of predicates and their signatures
is the annotation guideline's.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

SCHEMA_VERSION = 3


class EntityType(StrEnum):
    """The type of an entity; also its node label in the graph.

    FUNCTION covers cellular and disease processes (apoptosis, metastasis, drug resistance): Biolink's
    `BiologicalProcess`, not GO's "molecular function".
    """

    VESICLE = "Vesicle"
    GENE = "Gene"
    MICRO_RNA = "MicroRNA"
    LNC_RNA = "LncRNA"
    CIRC_RNA = "CircRNA"
    MOLECULE_CLASS = "MoleculeClass"
    CHEMICAL = "Chemical"
    FUNCTION = "Function"
    PATHWAY = "Pathway"
    CANCER = "Cancer"
    CELL = "Cell"
    ANATOMY = "Anatomy"


class Predicate(StrEnum):
    """The relation that an assertion states between subject and object; also the relationship type between entities."""

    CARRIES = "CARRIES"
    SECRETES = "SECRETES"
    FOUND_IN = "FOUND_IN"
    DELIVERED_TO = "DELIVERED_TO"
    PROMOTES = "PROMOTES"
    INHIBITS = "INHIBITS"
    ACTIVATES = "ACTIVATES"
    REPRESSES = "REPRESSES"
    REGULATES = "REGULATES"
    BIOMARKER_OF = "BIOMARKER_OF"
    ELEVATED_IN = "ELEVATED_IN"
    REDUCED_IN = "REDUCED_IN"
    TREATS = "TREATS"


@dataclass(frozen=True)
class Signature:
    """The entity types allowed on each side of a predicate."""

    subject: frozenset[EntityType]
    object: frozenset[EntityType]


_T = EntityType
CARGO = frozenset({_T.GENE, _T.MICRO_RNA, _T.LNC_RNA, _T.CIRC_RNA, _T.MOLECULE_CLASS, _T.CHEMICAL})
"""Everything a vesicle can carry; such nodes also have the label `Cargo`."""

_AGENT = CARGO | {_T.VESICLE, _T.PATHWAY}
_CARRIED = CARGO | {_T.VESICLE}
_TARGET = frozenset({_T.GENE, _T.MICRO_RNA, _T.LNC_RNA, _T.CIRC_RNA, _T.PATHWAY})
_PLACE = frozenset({_T.CANCER, _T.CELL, _T.ANATOMY})
_FUNCTION = frozenset({_T.FUNCTION})

SIGNATURES: dict[Predicate, Signature] = {
    Predicate.CARRIES: Signature(frozenset({_T.VESICLE}), CARGO),
    Predicate.SECRETES: Signature(_PLACE, frozenset({_T.VESICLE})),
    Predicate.FOUND_IN: Signature(frozenset({_T.VESICLE}), frozenset({_T.ANATOMY})),
    Predicate.DELIVERED_TO: Signature(_CARRIED, _PLACE),
    Predicate.PROMOTES: Signature(_AGENT | {_T.CELL}, _FUNCTION),
    Predicate.INHIBITS: Signature(_AGENT | {_T.CELL}, _FUNCTION),
    Predicate.ACTIVATES: Signature(_AGENT, _TARGET),
    Predicate.REPRESSES: Signature(_AGENT, _TARGET),
    Predicate.REGULATES: Signature(_AGENT | {_T.CELL}, _FUNCTION | _TARGET),
    Predicate.BIOMARKER_OF: Signature(_CARRIED, frozenset({_T.CANCER, _T.FUNCTION})),
    Predicate.ELEVATED_IN: Signature(_CARRIED, _PLACE),
    Predicate.REDUCED_IN: Signature(_CARRIED, _PLACE),
    Predicate.TREATS: Signature(_CARRIED, frozenset({_T.CANCER})),
}

EFFECTS = (Predicate.PROMOTES, Predicate.INHIBITS, Predicate.ACTIVATES, Predicate.REPRESSES, Predicate.REGULATES)
"""Predicates of an effect on a function or on a gene, RNA or pathway."""

OPPOSITES: dict[Predicate, Predicate] = {
    Predicate.PROMOTES: Predicate.INHIBITS,
    Predicate.INHIBITS: Predicate.PROMOTES,
    Predicate.ACTIVATES: Predicate.REPRESSES,
    Predicate.REPRESSES: Predicate.ACTIVATES,
    Predicate.ELEVATED_IN: Predicate.REDUCED_IN,
    Predicate.REDUCED_IN: Predicate.ELEVATED_IN,
}
"""Predicates that contradict each other between the same subject and object."""
RAISING = frozenset({Predicate.PROMOTES, Predicate.ACTIVATES, Predicate.ELEVATED_IN})
"""Predicates that say that there is more of something; their opposites, `LOWERING`, that there is less."""
LOWERING = frozenset(OPPOSITES[predicate] for predicate in RAISING)


def allowed(predicate: Predicate, subject: EntityType, object_: EntityType) -> bool:
    """Whether `predicate` may join a subject and an object of these types."""
    signature = SIGNATURES[predicate]
    return subject in signature.subject and object_ in signature.object


class Separation(StrEnum):
    """Methods of separating vesicles from their source material (MISEV2023)."""

    ULTRACENTRIFUGATION = "ultracentrifugation"
    DIFFERENTIAL_CENTRIFUGATION = "differential centrifugation"
    DENSITY_GRADIENT = "density gradient"
    SIZE_EXCLUSION = "size exclusion chromatography"
    PRECIPITATION = "precipitation"
    ULTRAFILTRATION = "ultrafiltration"
    IMMUNOAFFINITY = "immunoaffinity"
    MICROFLUIDICS = "microfluidics"
    KIT = "kit"


class Species(StrEnum):
    """Species of the genes and cells that a text speaks of."""

    HUMAN = "human"
    MOUSE = "mouse"
    RAT = "rat"


class Characterization(StrEnum):
    """Methods of characterizing vesicles and their cargo."""

    NTA = "NTA"
    TEM = "TEM"
    SEM = "SEM"
    CRYO_EM = "cryo-EM"
    DLS = "DLS"
    WESTERN_BLOT = "western blot"
    FLOW_CYTOMETRY = "flow cytometry"
    AFM = "AFM"
    PROTEOMICS = "proteomics"
    RNA_SEQUENCING = "RNA sequencing"
    QPCR = "qPCR"
    MICROARRAY = "microarray"


# what nodes and relationships carry

PropertyType = Literal["string", "integer", "float", "boolean", "string list"]


@dataclass(frozen=True)
class Property:
    """A property of a node or relationship. What is empty or unknown is left out."""

    name: str
    type: PropertyType
    help: str


@dataclass(frozen=True)
class NodeKind:
    """A node label with its properties; `id` is the first of them and unique."""

    label: str
    help: str
    properties: tuple[Property, ...]


@dataclass(frozen=True)
class RelationshipKind:
    """A relationship type, what it joins, and its properties."""

    type: str
    source: str
    target: str
    help: str
    properties: tuple[Property, ...] = ()


_TALLY = (
    Property(
        "belief",
        "float",
        "support: the probability that the literature states it (`exominer explain`); at most 0.99 unless a curator"
        " accepts it, and not lowered by opposite claims",
    ),
    Property(
        "precision",
        "float",
        "share of claims that are right, from the score of its best sentence on, as measured for its predicate; 1 where"
        " a curator accepts a sentence, 0 where nothing was measured",
    ),
    Property("papers", "integer", "distinct works that state it, neither rejected nor retracted"),
    Property("own", "integer", "number of these works that state it as their own finding"),
    Property("background", "integer", "number of these works that state it only as a finding of others"),
    Property("reviews", "integer", "how many of these works are reviews"),
    Property("sentences", "integer", "distinct sentences that state it in these works"),
    Property("first_year", "integer", "year of the earliest of these works"),
    Property("last_year", "integer", "year of the latest of these works"),
    Property("first_published", "string", "date of the earliest of these works, ISO 8601, as precise as known"),
)

ENTITY = NodeKind(
    "Entity",
    "A subject, object or cancer of an assertion. It has a label for its type, and `Cargo` if a vesicle can carry it.\n"
    "Vesicles of a known source are a population: a `Vesicle`, `IS_A` to its kind and `DERIVED_FROM` to its source.",
    (
        Property("id", "string", "CURIE of an ontology or nomenclature, or an `exominer:` id derived from its text"),
        Property("name", "string", "name that the field uses: exosome, colon cancer, apoptosis"),
        Property("formal_name", "string", "name in its vocabulary, where that differs"),
        Property(
            "lookup",
            "string",
            "search keys: its id and all its names, in lower case and normalized, each between bars:"
            " `|hgnc:31586|mir-21|mir21|`",
        ),
        Property("category", "string", "Biolink category"),
        Property("orthologs", "string list", "ids of a human gene's counterparts in mouse (MGI) and rat (RGD)"),
        Property("synonyms", "string list", "other names"),
    ),
)
ASSERTION = NodeKind(
    "Assertion",
    "What one or more works claim of a subject and an object, in one polarity and one cancer context.",
    (
        Property("id", "string", "hash of subject, predicate, object, polarity and cancers"),
        Property("pair", "string", "ids of subject and object, separated by a space"),
        Property("predicate", "string", "the relation between subject and object; one of the relationship types below"),
        Property("negated", "boolean", "whether the works state that it is not so"),
        *_TALLY,
        Property(
            "agreement",
            "float",
            "share of the works that state it, weighted by belief, among these and those that state the opposite in the"
            " same cancers",
        ),
        Property("against", "integer", "distinct works that state the opposite in the same cancers"),
        Property("belief_without_best", "float", "belief if the paper that it rests on most were left out"),
        Property("speculative", "boolean", "whether every counted sentence hedges it"),
        Property("disputed", "boolean", "whether curators disagree on a sentence of it"),
        Property("retracted", "boolean", "whether all its works are retracted"),
        Property(
            "novelty",
            "string",
            "against the databases compared (`exominer compare`): known, other context (known with another vesicle or"
            " cancer only) or not there; absent where none of them could hold it",
        ),
        Property("known_in", "string list", "databases that hold it"),
        Property("known_otherwise_in", "string list", "databases that hold it with another vesicle or cancer only"),
    ),
)
EVIDENCE = NodeKind(
    "Evidence",
    "One sentence of one work that states an assertion.",
    (
        Property("id", "string", "hash of assertion, work and sentence"),
        Property("sentence", "string", "the sentence, verbatim"),
        Property("start", "integer", "offset of its first character in the work's text"),
        Property("end", "integer", "offset after its last character"),
        Property(
            "section", "string", "part of the article: title, abstract, headings of the full text, a figure's label"
        ),
        Property("speculative", "boolean", "whether it hedges the claim (may, might, potential)"),
        Property(
            "background", "boolean", "whether it reports findings of others: in a review, an introduction, a citation"
        ),
        Property("score", "float", "the extractor's probability that it states the claim"),
        Property("precision", "float", "share of claims that are right from this score on; 1 where accepted"),
        Property(
            "belief",
            "float",
            "contribution to the assertion's belief, from score, hedging and verdicts",
        ),
        Property("extractor", "string", "versioned name of the extractor that found it with the highest belief"),
        Property("extractors", "string list", "all extractors that found it"),
        Property("verdict", "string", "accepted, rejected or disputed by curators"),
        Property("curators", "string list", "curators who gave a verdict on it"),
        Property("setting", "string list", "experimental settings stated: in vitro, in vivo, patients"),
        Property(
            "species", "string list", f"species that the sentence names, or else the abstract: {', '.join(Species)}"
        ),
        Property(
            "source_known",
            "string",
            "where the source of the vesicles is named: sentence, name (of the vesicles), earlier (sentence), article",
        ),
        Property("source_score", "float", "probability that this source is right, by where it is named"),
        Property(
            "separation",
            "string list",
            f"methods of vesicle separation (MISEV2023) that the work names: {', '.join(Separation)}",
        ),
        Property("isolation", "string list", "the same as `separation`, under the name of earlier releases"),
        Property(
            "characterization",
            "string list",
            f"methods of characterization that the work names: {', '.join(Characterization)}",
        ),
        Property(
            "characterisation", "string list", "the same as `characterization`, under its name in earlier releases"
        ),
        Property("centrifugation", "string list", "force and time of centrifugation: 100,000 × g, 70 min"),
        Property("rotor", "string list", "rotors of centrifuges: SW 32 Ti"),
        Property("density", "string list", "densities of the vesicles: 1.13 g/ml"),
        Property("vesicle_proteins", "string list", "proteins detected to show vesicles: CD63, TSG101"),
        Property("contaminant_proteins", "string list", "proteins detected to show what is no vesicle: calnexin"),
        Property("loading", "string", "packaged (loaded into the vesicle) or detected in it"),
        Property("patients", "integer", "number of patients stated"),
    ),
)
PUBLICATION = NodeKind(
    "Publication",
    "A work: an article with all its versions.",
    (
        Property("id", "string", "`pmid:…`, `doi:…`, or an `exominer:` id where it has neither"),
        Property("title", "string", "title"),
        Property("doi", "string", "DOI, lower-cased"),
        Property("pmid", "string", "PubMed id"),
        Property("pmcid", "string", "PubMed Central id"),
        Property("year", "integer", "year of publication"),
        Property("published", "string", "date of publication, ISO 8601, as precise as known"),
        Property("journal", "string", "journal"),
        Property("kind", "string", "research or review"),
        Property("authors", "string list", "authors, in order"),
        Property("retracted", "boolean", "whether it has been retracted"),
        Property("concern", "boolean", "whether an expression of concern about it has been published"),
        Property(
            "license", "string", "its license, as CC BY or CC BY-NC; other for one that is not of Creative Commons"
        ),
    ),
)
NODES = (ENTITY, ASSERTION, EVIDENCE, PUBLICATION)

FORMER_NAMES = {"isolation": "separation", "characterisation": "characterization"}
"""Former names of evidence properties, mapped to their current names."""

STATE_LABEL = "Exominer"
"""The label of the one node that says which corpus the graph shows, up to which change, under which schema."""

CONTRADICTS = RelationshipKind(
    "CONTRADICTS",
    "Assertion",
    "Assertion",
    "opposite claims of different works on one pair; stored once, to be matched without direction",
    (
        Property("same_cancer", "boolean", "whether both name the same cancers"),
        Property("belief", "float", "the lower belief of the two"),
    ),
)
STRUCTURE = (
    RelationshipKind("SUBJECT", "Assertion", "Entity", "what the assertion is about"),
    RelationshipKind("OBJECT", "Assertion", "Entity", "the object"),
    RelationshipKind("IN_CANCER", "Assertion", "Entity", "the cancers that the works name"),
    RelationshipKind("SUPPORTED_BY", "Assertion", "Evidence", "the sentences that state it"),
    RelationshipKind("FROM", "Evidence", "Publication", "the work that the sentence is from"),
    CONTRADICTS,
    RelationshipKind(
        "IN_VESICLES", "Evidence", "Entity", "the vesicles that the claim is about or in which its cargo acts"
    ),
    RelationshipKind(
        "TAKEN_UP_BY", "Evidence", "Entity", "the recipient of the claim's vesicles or cargo, as the work states it"
    ),
    RelationshipKind(
        "IS_A",
        "Entity",
        "Entity",
        "the source is a kind of the target, by the vocabulary; from a population to its kind",
    ),
    RelationshipKind("DERIVED_FROM", "Entity", "Entity", "the cell, cancer, fluid or tissue that vesicles come from"),
)

RELATION_PROPERTIES = (
    *_TALLY,
    Property("negated", "integer", "sentences that state that it is not so"),
    Property("speculative", "integer", "sentences among those stating it that hedge"),
)
"""Properties of each predicate's relationship between two entities, over all cancers. The relationship exists where a
work asserts it; a claim that is only ever negated has an assertion, but no relationship."""


# the field's identifiers and categories

CURIE_PREFIXES: dict[str, str] = {
    "CHEBI": "http://purl.obolibrary.org/obo/CHEBI_",
    "CL": "http://purl.obolibrary.org/obo/CL_",
    "Cellosaurus": "https://www.cellosaurus.org/",
    "DOID": "http://purl.obolibrary.org/obo/DOID_",
    "FPLX": "https://identifiers.org/fplx:",
    "GO": "http://purl.obolibrary.org/obo/GO_",
    "HGNC": "https://identifiers.org/hgnc:",
    "HP": "http://purl.obolibrary.org/obo/HP_",
    "MESH": "http://id.nlm.nih.gov/mesh/",
    "MGI": "https://identifiers.org/mgi:",
    "MONDO": "http://purl.obolibrary.org/obo/MONDO_",
    "NCBIGene": "https://identifiers.org/ncbigene:",
    "PMC": "https://www.ncbi.nlm.nih.gov/pmc/articles/",
    "RGD": "https://identifiers.org/rgd:",
    "UBERON": "http://purl.obolibrary.org/obo/UBERON_",
    "biolink": "https://w3id.org/biolink/vocab/",
    "doi": "https://doi.org/",
    "exominer": "urn:exominer:",
    "mirbase": "https://identifiers.org/mirbase:",
    "mirbase.mature": "https://identifiers.org/mirbase.mature:",
    "pmid": "https://pubmed.ncbi.nlm.nih.gov/",
}
"""The IRI prefix of each CURIE prefix, in the spelling that Biolink prefers."""

CURIE_SYNONYMS: dict[str, tuple[str, ...]] = {
    "PMC": ("pmcid",),
    "mirbase": ("miRBase",),
    "pmid": ("PMID",),
}
"""Other spellings of a CURIE prefix that the vocabulary and works use."""

_CATEGORIES: dict[EntityType, str] = {
    _T.VESICLE: "biolink:CellularComponent",
    _T.GENE: "biolink:Gene",
    _T.MICRO_RNA: "biolink:MicroRNA",
    _T.LNC_RNA: "biolink:NoncodingRNAProduct",
    _T.CIRC_RNA: "biolink:NoncodingRNAProduct",
    _T.MOLECULE_CLASS: "biolink:MolecularEntity",
    _T.CHEMICAL: "biolink:ChemicalEntity",
    _T.FUNCTION: "biolink:BiologicalProcess",
    _T.PATHWAY: "biolink:Pathway",
    _T.CANCER: "biolink:Disease",
    _T.CELL: "biolink:Cell",
    _T.ANATOMY: "biolink:AnatomicalEntity",
}


def biolink_category(type_: EntityType, curie: str) -> str:
    """The Biolink (4) category of an entity; a cell with a Cellosaurus id is a cell line."""
    if type_ is EntityType.CELL and curie.upper().startswith(("CVCL", "CELLOSAURUS")):
        return "biolink:CellLine"
    return _CATEGORIES[type_]
