"""The graph's vocabulary: entity types, predicates, which may join which, and their ontology terms.

Standard library only, so that anything may import it. The closed set of predicates and their signatures
is the annotation guideline's.
"""

from dataclasses import dataclass
from enum import StrEnum

SCHEMA_VERSION = 1


class EntityType(StrEnum):
    """What an entity is; also its node label in the graph."""

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
    """What an assertion says of its subject and object; also the relationship type between entities."""

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
    """The entity types that may stand on each side of a predicate."""

    subject: frozenset[EntityType]
    object: frozenset[EntityType]


_T = EntityType
CARGO = frozenset({_T.GENE, _T.MICRO_RNA, _T.LNC_RNA, _T.CIRC_RNA, _T.MOLECULE_CLASS, _T.CHEMICAL})
"""Everything a vesicle can carry; such nodes bear the label `Cargo` too."""

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

OPPOSITES: dict[Predicate, Predicate] = {
    Predicate.PROMOTES: Predicate.INHIBITS,
    Predicate.INHIBITS: Predicate.PROMOTES,
    Predicate.ACTIVATES: Predicate.REPRESSES,
    Predicate.REPRESSES: Predicate.ACTIVATES,
    Predicate.ELEVATED_IN: Predicate.REDUCED_IN,
    Predicate.REDUCED_IN: Predicate.ELEVATED_IN,
}
"""Predicates that contradict each other between the same subject and object."""


def allowed(predicate: Predicate, subject: EntityType, object_: EntityType) -> bool:
    """Whether `predicate` may join a subject and an object of these types."""
    signature = SIGNATURES[predicate]
    return subject in signature.subject and object_ in signature.object
