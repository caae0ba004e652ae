"""KGX TSV (Biolink Model 4): a node and an edge table.

Columns and their multivalued separator follow the KGX format specification
(https://github.com/biolink/kgx/blob/master/specification/kgx-format.md); knowledge_level and agent_type take the
values of Biolink's KnowledgeLevelEnum and AgentTypeEnum.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from graph_schema.model import Predicate
from miner.exports.library import Library, publication_curie
from miner.model.assertions import Assertion

NODE_COLUMNS = ("id", "category", "name", "synonym", "provided_by")
EDGE_COLUMNS = (
    "id", "subject", "predicate", "object", "category", "qualified_predicate", "object_direction_qualifier",
    "object_aspect_qualifier", "disease_context_qualifier", "negated", "publications", "supporting_text",
    "knowledge_level", "agent_type", "primary_knowledge_source", "original_predicate", "has_confidence_level",
)  # fmt: skip
_SOURCE = "infores:exominer"
_P = Predicate

_BIOLINK: Mapping[Predicate, tuple[str, str, str, str]] = {
    # predicate, qualified predicate, direction, aspect
    _P.CARRIES: ("biolink:has_part", "", "", ""),
    _P.SECRETES: ("biolink:produces", "", "", ""),
    _P.FOUND_IN: ("biolink:located_in", "", "", ""),
    _P.DELIVERED_TO: ("biolink:related_to", "", "", ""),
    _P.PROMOTES: ("biolink:affects", "biolink:causes", "increased", ""),
    _P.INHIBITS: ("biolink:affects", "biolink:causes", "decreased", ""),
    _P.ACTIVATES: ("biolink:affects", "biolink:causes", "increased", "activity_or_abundance"),
    _P.REPRESSES: ("biolink:affects", "biolink:causes", "decreased", "activity_or_abundance"),
    _P.REGULATES: ("biolink:affects", "", "", ""),
    _P.BIOMARKER_OF: ("biolink:biomarker_for", "", "", ""),
    _P.ELEVATED_IN: ("biolink:positively_correlated_with", "", "", ""),
    _P.REDUCED_IN: ("biolink:negatively_correlated_with", "", "", ""),
    _P.TREATS: ("biolink:treats_or_applied_or_studied_to_treat", "", "", ""),
}
_ASSOCIATION = "biolink:Association"
_PREFIXES = {"miRBase": "mirbase"}
"""Where Biolink writes a vocabulary's prefix otherwise than its registry does."""


def nodes(library: Library) -> str:
    """The node table."""
    rows = (
        (_curie(e.id), e.category, e.name, "|".join(map(_item, e.synonyms)), _SOURCE) for e in library.entities.values()
    )
    return _table(NODE_COLUMNS, rows)


def edges(library: Library) -> str:
    """The edge table: one edge an assertion, and `biolink:subclass_of` between an entity and what it is a kind of."""
    kinds = (
        (
            f"{e.id}-subclass_of-{parent}", _curie(e.id), "biolink:subclass_of", _curie(parent), _ASSOCIATION, "", "",
            "", "", "false", "", "", "knowledge_assertion", "manual_agent", _SOURCE, "IS_A", "",
        )
        for e in library.entities.values()
        for parent in e.parents
    )  # fmt: skip
    return _table(EDGE_COLUMNS, [*map(_edge, library.assertions), *kinds])


def _edge(assertion: Assertion) -> Sequence[str]:
    predicate, qualified, direction, aspect = _BIOLINK[assertion.predicate]
    standing = [e for e in assertion.evidence if e.stands]
    publications = dict.fromkeys(publication_curie(e.work) for e in standing)
    judged = any(e.verdict == "accepted" for e in standing)
    return (
        assertion.id,
        _curie(assertion.subject),
        predicate,
        _curie(assertion.object),
        _ASSOCIATION,
        qualified,
        direction,
        aspect,
        "|".join(assertion.cancers),
        str(assertion.negated).lower(),
        "|".join(publications),
        "|".join(dict.fromkeys(_item(e.sentence) for e in standing)),
        "knowledge_assertion" if judged else "not_provided",
        "manual_validation_of_automated_agent" if judged else "text_mining_agent",
        _SOURCE,
        assertion.predicate.value,
        f"{assertion.tally.belief:.6f}",
    )


def _curie(id_: str) -> str:
    prefix, colon, reference = id_.partition(":")
    return _PREFIXES.get(prefix, prefix) + colon + reference


def _item(text: str) -> str:
    """One of several values in a cell: the separator may not stand in it."""
    return " ".join(text.replace("|", "/").split())


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    out = io.StringIO()
    writer = csv.writer(
        out, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_NONE, escapechar=None, quotechar=None
    )
    writer.writerow(columns)
    writer.writerows(rows)
    return out.getvalue()
